"""Slips of the machine that change nothing, and why: patterns of their ids, by exercise."""

from __future__ import annotations

HARMLESS: dict[str, dict[str, str]] = {}
