"""Notebook 01: one-hot encoding."""

from __future__ import annotations

from autograder.exercises.one_hot.rows import EXERCISES

__all__ = ["EXERCISES"]
