"""Measure how long a check in a notebook takes, and fail when it is too long."""

from __future__ import annotations

import contextlib
import io
import time
from heapq import nlargest
from statistics import median
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.exercise import Exercise
from rnncourse import check
from rnncourse.checking.caseset import read_cases
from rnncourse.errors import CheckFailed

MOST_CHECK, MOST_MEDIAN_CHECK = 0.100, 0.030
"""Seconds that a check may take: any of them, and the median of right answers and slowest mistakes.

Where an answer itself lasts, as an experiment does, its own time is not counted. On a machine that is slower, or
busy, a check may take as much longer as a fixed piece of work does beside it."""

YARDSTICK_SECONDS = 0.004
"""What that work takes on an idle core of the machine for which the limits were set."""

_REPEATS = 3


def bench_check(course: Course, every: int = 1) -> int:
    """Time ``check``, right and wrong; print the figures and return the exit code.

    Parameters
    ----------
    course : Course
        Whose exercises.
    every : int
        One exercise of so many is measured.
    """
    exercises = [(assignment, exercise) for assignment in course for exercise in assignment.exercises]
    rows = [row for place in exercises[::every] for row in _check_times(*place)]
    for exercise, what, seconds in rows:
        print(f"{exercise:<24} {what:<34} {1000 * seconds:7.1f} ms")
    times = [seconds for *_, seconds in rows]
    middle, most = median(times), max(times)
    print("Where the machine is slow, times are less as much as a yardstick takes longer than 4 ms.")
    print(f"median {1000 * middle:.1f} ms, at most {1000 * MOST_MEDIAN_CHECK:.0f} allowed")
    print(f"slowest {1000 * most:.1f} ms, at most {1000 * MOST_CHECK:.0f} allowed")
    return 1 if middle > MOST_MEDIAN_CHECK or most > MOST_CHECK else 0


def _check_times(assignment: Assignment, exercise: Exercise) -> list[tuple[str, str, float]]:
    """Return exercise, what was checked and seconds: the right answer, and the slowest mistake."""
    _timed_check(exercise, assignment.reference(exercise.id))  # imports are paid for once a notebook
    rows = [(exercise.id, "right", _believed(exercise, assignment.reference(exercise.id)))]
    wrong = {mistake.id: assignment.variant(exercise.id, mistake.id) for mistake in exercise.mistakes}
    slow = nlargest(_REPEATS, wrong, key=lambda name: _timed_check(exercise, wrong[name], 1))
    if slow:
        seconds, name = max((_believed(exercise, wrong[name]), name) for name in slow)
        rows.append((exercise.id, f"slowest mistake, {name}", seconds))
    return rows


def _believed(exercise: Exercise, answer: Any) -> float:
    """Return the time of a check; what is too long is measured more often before it is believed."""
    seconds = _fair(exercise, answer, _REPEATS)
    return seconds if seconds <= MOST_CHECK else min(seconds, _fair(exercise, answer, 5 * _REPEATS))


def _fair(exercise: Exercise, answer: Any, repeats: int) -> float:
    """Return the time of a check, less where the machine is slow at this moment."""
    slowness = max(1.0, min(_yardstick() for _ in range(_REPEATS)) / YARDSTICK_SECONDS)
    return _timed_check(exercise, answer, repeats) / slowness


def _yardstick() -> float:
    """Return the seconds that a fixed piece of work takes now."""
    started = time.perf_counter()
    sum({str(number): number * number for number in range(20_000)}.values())
    return time.perf_counter() - started


def _timed_check(exercise: Exercise, answer: Any, repeats: int = _REPEATS) -> float:
    """Return the shortest of a few times of a check whose cases are read from their file each time."""
    times = []
    for _ in range(repeats):
        read_cases.cache_clear()
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
