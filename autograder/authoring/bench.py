"""Measure what this project claims about speed, and fail when it does not hold."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.exercise import Exercise
from autograder.errors import CourseError
from rnncourse import check
from rnncourse.checking.caseset import load
from rnncourse.errors import CheckFailed

MOST_CHECK, MOST_MEDIAN_CHECK = 0.100, 0.030
"""Seconds that a check may take: any of them, and the median of right answers and slowest mistakes.

Where an answer itself lasts, as an experiment does, its own time is not counted."""

LEAST_RATIO = 10.0
"""So many times less wall time than stock nbgrader for each added submission."""

BENCH_NOTEBOOK = "02_forward"
STOCK = ("-m", "nbgrader", "autograde")
OURS = ("-m", "autograder", "autograde", "--jobs", "1")
_REPEATS = 3
_MODELS = 8
"""So many students of the demonstration are models: some right, some with slips."""

_PLAIN_CONFIG = 'c = get_config()  # noqa: F821\nc.CourseDirectory.course_id = "plain"\n'


def bench_check(course: Course) -> int:
    """Time ``check`` for every exercise, right and wrong; print the figures and return the exit code."""
    rows = [row for assignment in course for row in _check_times(assignment)]
    for exercise, what, seconds in rows:
        print(f"{exercise:<24} {what:<34} {1000 * seconds:7.1f} ms")
    times = [seconds for *_, seconds in rows]
    middle, most = median(times), max(times)
    print(f"median {1000 * middle:.1f} ms, at most {1000 * MOST_MEDIAN_CHECK:.0f} allowed")
    print(f"slowest {1000 * most:.1f} ms, at most {1000 * MOST_CHECK:.0f} allowed")
    return 1 if middle > MOST_MEDIAN_CHECK or most > MOST_CHECK else 0


def _check_times(assignment: Assignment) -> list[tuple[str, str, float]]:
    """Return exercise, what was checked and seconds: the right answer, and the slowest mistake."""
    rows = []
    for exercise in assignment.exercises:
        _timed_check(exercise, assignment.reference(exercise.id))  # imports are paid for once a notebook
        rows.append((exercise.id, "right", _timed_check(exercise, assignment.reference(exercise.id))))
        wrong = {mistake.id: assignment.variant(exercise.id, mistake.id) for mistake in exercise.mistakes}
        slow = nlargest(_REPEATS, wrong, key=lambda name: _timed_check(exercise, wrong[name], 1))
        if slow:
            seconds, name = max((_timed_check(exercise, wrong[name]), name) for name in slow)
            if seconds > MOST_CHECK:  # before it is believed
                seconds = _timed_check(exercise, wrong[name], 5 * _REPEATS)
            rows.append((exercise.id, f"slowest mistake, {name}", seconds))
    return rows


def _timed_check(exercise: Exercise, answer: Any, repeats: int = _REPEATS) -> float:
    """Return the shortest of a few times of a check whose cases are read from their file each time."""
    times = []
    for _ in range(repeats):
        load.cache_clear()
        own = _Stopwatch(answer) if exercise.lasts else None
        names = {"check": check, exercise.id: own or answer}
        code = compile(f"check({exercise.id!r})", "<cell check>", "exec")
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(CheckFailed):
            started = time.perf_counter()
            try:
                exec(code, names)
            finally:
                times.append(time.perf_counter() - started - (own.seconds if own else 0.0))
    return min(times)


class _Stopwatch:
    """A function that knows how long it took in all."""

    def __init__(self, function: Any) -> None:
        self._function, self.seconds = function, 0.0
        self.__name__ = function.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return self._function(*args, **kwargs)
        finally:
            self.seconds += time.perf_counter() - started


@dataclass(frozen=True)
class Cost:
    """Wall time of grading N and 2 N submissions, in seconds."""

    students: int
    once: float
    twice: float

    @property
    def added(self) -> float:
        """Seconds for each added submission; what it takes to start cancels out."""
        return (self.twice - self.once) / self.students


def bench_grading(course: Course, students: int, notebook: str = BENCH_NOTEBOOK) -> int:
    """Grade the same submissions with stock nbgrader and with ours; print both and return the exit code.

    Both are real commands that use one process. Stock nbgrader has a course directory without our
    configuration: it runs each notebook in a kernel.

    Parameters
    ----------
    course : Course
        Whose notebook.
    students : int
        N; measured are N and 2 N submissions.
    notebook : str
        Which one they hand in; half of them are right, half have slips.

    Raises
    ------
    CourseError
        If a command fails.
    """
    if students < 1:
        raise CourseError("At least one student is needed: --students 1")
    with tempfile.TemporaryDirectory(prefix="rnncourse-bench-") as name:
        stock = _cost(course, Path(name), notebook, students, STOCK, repeats=1)
        ours = _cost(course, Path(name), notebook, students, OURS, repeats=_REPEATS)
    print(f"{notebook}, {students} and {2 * students} submissions, one process each")
    for label, cost in (("stock nbgrader autograde", stock), ("autograder autograde", ours)):
        print(f"{label:<26} {cost.once:7.2f} s, {cost.twice:7.2f} s: {cost.added:7.3f} s an added submission")
    if min(stock.added, ours.added) <= 0:
        print("Too noisy to tell: this machine is busy. Try again, or with more --students.")
        return 1
    ratio = stock.added / ours.added
    print(f"{ratio:.1f} times less wall time; at least {LEAST_RATIO:g} wanted")
    return 1 if ratio < LEAST_RATIO else 0


def _cost(
    course: Course, root: Path, notebook: str, students: int, command: Sequence[str], repeats: int
) -> Cost:
    """Time a command on N and on 2 N submissions; of repeated measurements the shortest counts."""
    folders = [_make_course(course, root, notebook, number, command) for number in (students, 2 * students)]
    times: list[list[float]] = [[], []]
    for _ in range(repeats):
        for folder, mine in zip(folders, times, strict=True):
            _forget(folder)
            mine.append(_timed(folder, *command, notebook))
    return Cost(students, min(times[0]), min(times[1]))


def _make_course(course: Course, root: Path, notebook: str, students: int, command: Sequence[str]) -> Path:
    """Make a course directory with so many submissions; only for our command it is one of ours."""
    from autograder.course.build import write_source_tree
    from autograder.nbgrader.folder import init_course

    folder = root / f"{command[1]}-{students}"
    if command is OURS:
        init_course(course, folder)
    else:
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text(_PLAIN_CONFIG, encoding="utf-8")
        write_source_tree(course, folder / "source", [notebook])
    _timed(folder, "-m", "nbgrader", "generate_assignment", notebook)
    shutil.copy(folder / "gradebook.db", folder / "released.db")
    _hand_in(course, folder, notebook, students)
    return folder


def _hand_in(course: Course, folder: Path, notebook: str, students: int) -> None:
    """Hand in for so many students who work like the first of the demonstration."""
    from autograder.demo.answers import works_of
    from autograder.demo.handin import file_of
    from autograder.demo.students import CLASS

    index = course.names.index(notebook)
    for number, student in enumerate(islice(cycle(CLASS[:_MODELS]), students), 1):
        works = dict(works_of(student))[notebook]
        target = folder / "submitted" / f"student-{number:02d}" / notebook
        target.mkdir(parents=True)
        (target / f"{notebook}.ipynb").write_bytes(file_of(student, index, notebook, works))


def _forget(folder: Path) -> None:
    """Make a course as if nothing had been graded in it."""
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    (folder / ".rnncourse" / "results.jsonl").unlink(missing_ok=True)
    shutil.copy(folder / "released.db", folder / "gradebook.db")


def _timed(folder: Path, *words: str) -> float:
    """Run a Python module as a command in a folder and return its wall time."""
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), "PYTHONWARNINGS": "ignore"}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise CourseError(f"{' '.join(words[1:])} failed: {(done.stdout + done.stderr)[-800:]}")
    return seconds
