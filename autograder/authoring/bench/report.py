"""Measure the class report of a large class: how long it takes, how many nodes and bytes, and whether it is light."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.exercise import Exercise, Mistake
from autograder.judging.verdict import UNGRADABLE, Graded, Verdict
from autograder.nbgrader.around import cells_of
from autograder.report import ClassResult, ManualItem, render_report
from rnncourse.checking.outcomes import CORRECT, CRASHED, NOT_ATTEMPTED, PARTIAL, TIMED_OUT, WRONG

MOST_NODES, MOST_BYTES, MOST_SECONDS = 45_000, 6_000_000, 30.0
"""What the page of 1,000 students and 13 notebooks may have and take."""

_STARTED = datetime(2026, 10, 30, 18, 0, tzinfo=UTC)
_TAG = re.compile(r"<[a-z]")
_FLAGS = ("Your code imports `torch`, which does the task.", "It reads the clock, and answers by it.")


@dataclass(frozen=True)
class _Student:
    """How able an invented student is, what they believe, and from which notebook on they are gone."""

    id: str
    ability: float
    slope: float
    believes: int
    gone: int


def bench_report(course: Course, students: int, file: Path | None = None) -> int:
    """Make the report of an invented class, print what it costs, and return the exit code.

    Parameters
    ----------
    course : Course
        Whose notebooks; all of them are handed in.
    students : int
        How many there are.
    file : Path, optional
        Where to keep the page.
    """
    class_ = invented_class(course, students)
    began = time.perf_counter()
    page = render_report(class_)
    seconds = time.perf_counter() - began
    nodes, size = len(_TAG.findall(page)), len(page.encode("utf-8", "backslashreplace"))
    print(f"{students:,} students, {len(course.names)} notebooks, {len(class_.submissions):,} files")
    print(f"{nodes:,} nodes, {size / 1e6:.2f} MB, made in {seconds:.1f} s")
    if file:
        file.write_bytes(page.encode("utf-8", "backslashreplace"))
    return int(nodes > MOST_NODES or size > MOST_BYTES or seconds > MOST_SECONDS)


def invented_class(course: Course, students: int, seed: int = 0) -> ClassResult:
    """Return the results of a class that was never there: no notebook is graded for it.

    Abler students make fewer mistakes; one in eight holds a belief that shows in several exercises;
    some fall behind, and some stop handing in. The same seed gives the same class.
    """
    random_ = random.Random(seed)
    class_ = [_student(i, len(course.names), random_) for i in range(1, students + 1)]
    submissions, by_hand = [], []
    for number, assignment in enumerate(course):
        for student in class_:
            if number >= student.gone or random_.random() < 0.03:
                continue
            submissions.append((student.id, _file(assignment, number, student, random_)))
            if number == 3:
                by_hand.append(ManualItem(student.id, assignment.name, "derivation", 4.0))
    seconds = sum(graded.seconds for _, graded in submissions) / 8
    when = (_STARTED, seconds, "bubblewrap", 8)
    cells = {place: number for assignment in course for place, number in cells_of(assignment)}
    return ClassResult("An invented class", tuple(submissions), *when, tuple(by_hand), cells=cells)


def _student(number: int, notebooks: int, random_: random.Random) -> _Student:
    ability = min(0.98, max(0.05, random_.gauss(0.85, 0.15)))
    slope = random_.choice([0.0] * 8 + [0.05, -0.02])
    believes = random_.randrange(8)
    gone = random_.randrange(2, notebooks) if random_.random() < 0.08 else notebooks
    return _Student(f"student-{number:04d}", ability, slope, believes, gone)


def _file(assignment: Assignment, number: int, student: _Student, random_: random.Random) -> Graded:
    path = f"submitted/{student.id}/{assignment.name}/{assignment.name}.ipynb"
    seconds = random_.lognormvariate(-0.5, 0.4)
    if random_.random() < 0.004:
        problem = "The file is no JSON: it was cut off."
        verdicts = tuple(
            Verdict(e.id, UNGRADABLE, 0.0, assignment.points[e.id], message=problem)
            for e in assignment.exercises
        )
        return Graded(path, assignment.name, verdicts, problem=problem, seconds=seconds)
    chance = student.ability - student.slope * number
    verdicts = tuple(_verdicts(assignment, chance, student, random_))
    repairs = ("A deleted check cell was put back.",) * (random_.random() < 0.02)
    return Graded(path, assignment.name, verdicts, repairs, seconds=seconds, sandbox="bwrap")


def _verdicts(
    assignment: Assignment, chance: float, student: _Student, random_: random.Random
) -> Iterator[Verdict]:
    started = True
    for place, exercise in enumerate(assignment.exercises):
        started = started and random_.random() > 0.03 * (1.2 - chance)
        points = assignment.points[exercise.id]
        believed = student.believes == 0 and place % 3 == 1 and exercise.mistakes
        if not started:
            yield Verdict(exercise.id, NOT_ATTEMPTED, 0.0, points, message="Nothing is written here yet.")
        elif believed and random_.random() < 0.7:
            yield _mistaken(exercise, exercise.mistakes[0], points)
        elif random_.random() < chance - 0.04 * (place % 4):
            flags = (random_.choice(_FLAGS),) * (random_.random() < 0.002)
            yield Verdict(exercise.id, CORRECT, points, points, flags=flags, fraction=1.0)
        else:
            yield _slipped(exercise, points, random_)


def _slipped(exercise: Exercise, points: float, random_: random.Random) -> Verdict:
    """Return a wrong answer: three of four match a mistake of the bank, and the first ones more often."""
    kind = random_.random()
    if kind < 0.75 and exercise.mistakes:
        first = min(random_.randrange(len(exercise.mistakes)) for _ in range(2))
        return _mistaken(exercise, exercise.mistakes[first], points)
    if kind < 0.83:
        line = random_.randrange(2, 30)
        text = f"`ValueError` in line {line} of your cell: the shapes do not fit."
        return Verdict(exercise.id, CRASHED, 0.0, points, message=text)
    if kind < 0.84:
        return Verdict(exercise.id, TIMED_OUT, 0.0, points, message="No answer within 2 s.")
    text = f"First difference: {random_.randrange(1, 25)} of 24 entries differ, the first at index [0, 0]."
    return Verdict(exercise.id, WRONG, 0.0, points, message=text)


def _mistaken(exercise: Exercise, mistake: Mistake, points: float) -> Verdict:
    share = 0.5 if mistake.manner else 0.0
    outcome = PARTIAL if mistake.manner else WRONG
    return Verdict(exercise.id, outcome, share * points, points, mistake.id, mistake.hint, fraction=share)
