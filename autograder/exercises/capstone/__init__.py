"""Notebook 12: an experiment of the learner's own; the rest of it is marked by a person."""

from __future__ import annotations

from autograder.exercises.capstone.experiment import EXPERIMENT

EXERCISES = (EXPERIMENT,)
