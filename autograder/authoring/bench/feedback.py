"""Measure what a feedback page costs, beside nbgrader's own, and fail when it is not cheap."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from nbgrader.converters import GenerateFeedback
from nbgrader.utils import temp_attrs
from traitlets.config import Config

from autograder.course.course import Course
from autograder.demo.answers import works_of
from autograder.demo.course import release, run_quietly
from autograder.demo.handin import file_of
from autograder.demo.students import CLASS
from autograder.errors import CourseError
from autograder.feedback.writing import start, write
from autograder.nbgrader.feedback import due_of, pages_of, released_texts
from autograder.nbgrader.folder import CourseFolder, init_course
from autograder.nbgrader.run import autograde
from autograder.sandbox import Backend

LEAST_RATIO = 10.0
"""So many times faster than nbgrader's own page is each page after the first."""

BENCH_NOTEBOOK = "02_forward"
_MODELS = 8


def bench_feedback(course: Course, students: int, backend: Backend, notebook: str = BENCH_NOTEBOOK) -> int:
    """Make the same pages in nbgrader's way and in ours, in one process; print both and return the exit code.

    Of both ways the first page is left out of the ratio: it pays for what all others find at hand.

    Parameters
    ----------
    course : Course
        Whose notebook.
    students : int
        How many pages; at least 2.
    backend : Backend
        The sandbox in which the notebooks are graded first.
    notebook : str
        Which one they hand in.

    Raises
    ------
    CourseError
        If there are too few students, or a page cannot be made.
    """
    if students < 2:
        raise CourseError("At least two pages are needed: --students 2")
    with tempfile.TemporaryDirectory(prefix="rnncourse-bench-") as name:
        folder = _graded(course, Path(name, "course"), students, notebook, backend)
        ours = _times(_our_pages(folder))
        stock = _times(_stock_pages(folder, notebook))
    print(f"{notebook}, {students} pages, one after another")
    for label, times in (("nbgrader's own page", stock), ("our page", ours)):
        first, others = times[0], times[1:]
        print(
            f"{label:<20} first {1000 * first:7.1f} ms, then {1000 * median(others):7.1f} ms "
            f"({1000 * min(others):.1f} to {1000 * max(others):.1f})"
        )
    ratio = median(stock[1:]) / median(ours[1:])
    print(f"{ratio:.1f} times faster; at least {LEAST_RATIO:g} wanted")
    return 1 if ratio < LEAST_RATIO else 0


def _graded(course: Course, root: Path, students: int, notebook: str, backend: Backend) -> CourseFolder:
    """Return a course directory with so many marked notebooks, of students right and wrong."""
    folder, index = init_course(course, root)[0], course.names.index(notebook)
    release(folder.directory(), notebook)
    for number, student in enumerate(islice(cycle(CLASS[:_MODELS]), students), 1):
        target = root / "submitted" / f"student-{number:02d}" / notebook
        target.mkdir(parents=True)
        works = dict(works_of(student))[notebook]
        (target / f"{notebook}.ipynb").write_bytes(file_of(student, index, notebook, works))
    autograde(folder, backend, [notebook], os.cpu_count() or 1)
    return folder


def _our_pages(folder: CourseFolder) -> list[Callable[[], Any]]:
    """Return what writes each page as a process of the pool does."""
    due = due_of(folder, pages_of(folder))
    start(released_texts(folder, {item.page.assignment for item in due}))
    return [lambda item=item: _assert_written(write(item)) for item in due]  # type: ignore[misc]


def _assert_written(why: str) -> None:
    if why:
        raise CourseError(f"A page could not be made: {why}")


def _stock_pages(folder: CourseFolder, notebook: str) -> list[Callable[[], None]]:
    """Return what writes each page as nbgrader does without our configuration."""
    directory = folder.directory()
    plain = Config({"CourseDirectory": directory.config.CourseDirectory})

    def write_page(student: str) -> None:
        with temp_attrs(directory, assignment_id=notebook, student_id=student):
            step = GenerateFeedback(coursedir=directory, config=plain)
            step.force = True
            run_quietly(step, f"write feedback for {student}")

    return [lambda s=page.student: write_page(s) for page in pages_of(folder)]  # type: ignore[misc]


def _times(pages: Sequence[Callable[[], Any]]) -> list[float]:
    """Return the wall time of each page in seconds."""
    times = []
    for make in pages:
        started = time.perf_counter()
        make()
        times.append(time.perf_counter() - started)
    return times
