"""What each notebook asks, with points and minutes; the build writes it from the masters."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rnncourse import serving


@dataclass(frozen=True)
class Asked:
    """One exercise, or one text that a person reads.

    Attributes
    ----------
    id : str
        Its name.
    points : float
        What it is worth.
    minutes : int
        What a reader needs who followed the text.
    difficulty : int
        From 1 to 5.
    objective : str
        What it is for.
    by_hand : bool
        Whether a person reads it, so that no check can say whether it is done.
    """

    id: str
    points: float
    minutes: int = 0
    difficulty: int = 0
    objective: str = ""
    by_hand: bool = False


@dataclass(frozen=True)
class Contents:
    """One notebook: its name, its title, and what it asks, in order."""

    notebook: str
    title: str
    exercises: tuple[Asked, ...]


def course() -> tuple[Contents, ...]:
    """Return all notebooks of the course that is served, in order."""
    return _course(serving.folder() / "contents")


@cache
def _course(folder: Path) -> tuple[Contents, ...]:
    return tuple(map(_read, sorted(folder.glob("*.json"))))


def _read(path: Path) -> Contents:
    data = json.loads(path.read_text(encoding="utf-8"))
    return Contents(data["notebook"], data["title"], tuple(Asked(**entry) for entry in data["exercises"]))


def find(name: str) -> Contents | None:
    """Return the notebook of that name, or that begins with it, or that asks for an exercise of that name."""
    stem = name.removesuffix(".ipynb")
    exact = [c for c in course() if c.notebook == stem or any(e.id == stem for e in c.exercises)]
    near = [c for c in course() if stem and c.notebook.startswith(stem)]
    return next(iter(exact + near), None)
