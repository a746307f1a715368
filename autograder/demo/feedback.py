"""Feedback pages, written with nbgrader's own converter, several at a time, and only where they are due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.utils import temp_attrs

from autograder.demo.course import run_quietly
from autograder.exercises import COURSE
from autograder.nbgrader.folder import CourseFolder


@dataclass(frozen=True)
class Page:
    """A marked notebook and the feedback page that belongs to it."""

    student: str
    assignment: str
    marked: Path
    path: Path

    @property
    def is_current(self) -> bool:
        """Whether the page is there and newer than what it shows."""
        return self.path.is_file() and self.path.stat().st_mtime_ns > self.marked.stat().st_mtime_ns


def pages_of(course: CourseFolder) -> list[Page]:
    """Return all feedback pages that a course should have, by assignment and student."""
    feedback = Path(course.directory().feedback_directory)
    pages = []
    for name in COURSE.names:
        for marked in sorted((course.root / "autograded").glob(f"*/{name}/{name}.ipynb")):
            student = marked.parents[1].name
            pages.append(Page(student, name, marked, feedback / student / name / f"{name}.html"))
    return pages


def write_feedback(
    course: CourseFolder, pages: Sequence[Page], jobs: int, written: Callable[[], None]
) -> None:
    """Write feedback pages as ``nbgrader generate_feedback --force`` does.

    Parameters
    ----------
    course : CourseFolder
        The course directory.
    pages : sequence of Page
        The pages to write.
    jobs : int
        How many at a time.
    written : callable
        Called after each.

    Raises
    ------
    CourseError
        If nbgrader fails.
    """
    with ProcessPoolExecutor(max(1, min(jobs, len(pages))), get_context("forkserver")) as pool:
        futures = [pool.submit(_write_one, course.root, page) for page in pages]
        for future in as_completed(futures):
            future.result()
            written()


def _write_one(root: Path, page: Page) -> None:
    directory = _directory(root)
    with temp_attrs(directory, assignment_id=page.assignment, student_id=page.student):
        step = GenerateFeedback(coursedir=directory, config=directory.config)
        step.force = True
        run_quietly(step, f"write feedback for {page.student}, {page.assignment}")


@cache
def _directory(root: Path) -> Any:
    return CourseFolder(root).directory()
