"""What a process does that writes pages: it knows the released texts, and gets one page after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.feedback.making import page_of
from autograder.feedback.model import Marks, Wanted
from autograder.running.files import replace_file
from autograder.running.pool import Bounds

BOUNDS = Bounds(cpu_seconds=30.0, wall_seconds=120.0, memory=3 << 30)
"""What one page may use."""


@dataclass(frozen=True)
class Page:
    """A marked notebook and the feedback page that belongs to it."""

    student: str
    assignment: str
    marked: Path
    path: Path


@dataclass(frozen=True)
class Due:
    """A page to write, with all that it depends on, and the permissions of its file."""

    page: Page
    marks: Marks
    wanted: Wanted
    key: str
    mode: int = 0o644


_RELEASED: dict[str, frozenset[str]] = {}


def start(released: Mapping[str, frozenset[str]]) -> None:
    """Note in a process the texts of the released cells of each assignment."""
    _RELEASED.update(released)


def write(due: Due, _: bool = False) -> str:
    """Write one page; return why it could not be made, or nothing."""
    page = due.page
    try:
        data = page.marked.read_bytes()
        released = _RELEASED.get(page.assignment, frozenset())
        html = page_of(data, due.marks, page.student, page.marked.stem, released, due.wanted, due.key)
        replace_file(page.path, html, due.mode)
    except Exception as error:  # one page costs itself only
        return f"{type(error).__name__}: {error}"
    return ""
