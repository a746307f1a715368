"""Hold the questions to account with the slips of a machine: how many are told apart, and which pass.

A slip that passes every question is equivalent to the solution, or a hole: a person must say which. The course
says it of those that it knows, with a reason each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from multiprocessing import get_context

from autograder.course.assignment import Assignment
from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.casesets import PUBLIC_SEED
from autograder.course.course import Course
from autograder.course.slips.running import Runner, has_slips
from autograder.course.slips.slip import Slip, edited
from autograder.course.slips.survivors import census, same
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT

_SECONDS = 20.0
"""CPU time for one slip to answer all questions of a draw."""


@dataclass(frozen=True)
class Passing:
    """A slip that passes all questions, the lines that it changes, and why it is no hole if that is known."""

    id: str
    hint: str
    lines: str
    reason: str = ""


@dataclass(frozen=True)
class SlipRow:
    """What became of the slips of one exercise on its public cases.

    Attributes
    ----------
    notebook, exercise : str
        Where.
    slips : int
        All that the operators found.
    distinct : int
        Those that can be told from what is right, from the bank and from each other; each is named.
    same, banked, unsure : int
        Those with the numbers of a simpler slip, or of a mistake of the bank; and those that prove nothing: no
        answer, none in time, or equal by chance.
    passing : tuple of Passing
        Those that pass these questions and those of fresh draws: equivalent, or holes.
    """

    notebook: str
    exercise: str
    slips: int
    distinct: int
    same: int
    banked: int
    unsure: int
    passing: tuple[Passing, ...]

    @property
    def unexplained(self) -> tuple[Passing, ...]:
        """Those of which nobody has said why they pass."""
        return tuple(slip for slip in self.passing if not slip.reason)


def audit_slips(course: Course, notebooks: Sequence[str], jobs: int, draws: int) -> Iterator[SlipRow]:
    """Yield a row for each exercise that has slips.

    Parameters
    ----------
    course : Course
        Whose exercises.
    notebooks : sequence of str
        Names of notebooks; all when empty.
    jobs, draws : int
        Exercises at a time, and fresh draws that a passing slip must pass, too.
    """
    places = [
        (course, assignment.name, exercise.id, draws)
        for assignment in course.chosen(notebooks)
        for exercise in assignment.exercises
        if has_slips(assignment, exercise)
    ]
    if jobs == 1:
        yield from map(_row_of, places)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from pool.map(_row_of, places)


def _row_of(place: tuple[Course, str, str, int]) -> SlipRow:
    course, notebook, exercise, draws = place
    assignment = course.assignment(notebook)
    declared = assignment.exercise(exercise)
    found = census(assignment, declared, assignment.draw(exercise, PUBLIC_SEED))
    passing = [slip for slip in found.passing if _passes(assignment, exercise, slip, draws)]
    source = assignment.master.solution(exercise)
    lines = [_changed(source, slip) for slip in passing]
    told = tuple(
        Passing(slip.id, slip.hint, changed, _reason(course, exercise, slip, changed))
        for slip, changed in zip(passing, lines, strict=True)
    )
    return SlipRow(
        notebook, exercise, found.found, len(found.groups), found.same, len(found.banked), found.unsure, told
    )


def _passes(assignment: Assignment, exercise: str, slip: Slip, draws: int) -> bool:
    """Return whether a slip answers as the solution does in all fresh draws."""
    declared = assignment.exercise(exercise)
    for seed in range(1, draws + 1):
        runner = Runner(assignment, declared, assignment.draw(exercise, seed).cases)
        prints = runner.prints(slip.edits)
        if not prints or not same(prints, runner.right()):
            return False
    return all(_full_marks(assignment, exercise, slip, seed) for seed in (PUBLIC_SEED, *range(1, draws + 1)))


def _full_marks(assignment: Assignment, exercise: str, slip: Slip, seed: int) -> bool:
    """Return whether the check itself gives a slip all points; sums agree further than it allows."""
    with suppress(OverBudget), cpu_budget(_SECONDS):
        changed = assignment.changed(exercise, edited(assignment.master.solution(exercise), slip.edits))
        return examine_here(assignment.draw(exercise, seed), changed).outcome == CORRECT
    return False


def _reason(course: Course, exercise: str, slip: Slip, lines: str) -> str:
    """Return why a slip is none, as the course says; empty where it does not."""
    for where in (exercise, "*"):
        for pattern, reason in course.harmless.get(where, {}).items():
            if fnmatchcase(f"{slip.id}: {lines}", pattern):
                return reason
    return ""


def _changed(source: str, slip: Slip) -> str:
    before = set(source.split("\n"))
    return " / ".join(line.strip() for line in edited(source, slip.edits).split("\n") if line not in before)


def slip_summary(rows: Sequence[SlipRow]) -> Iterator[str]:
    """Yield the rows as a table, and a line for each slip that passes and is not explained."""
    head = f"{'exercise':<26}{'slips':>7}{'named':>7}{'same':>7}{'in bank':>9}{'unsure':>8}{'passing':>9}"
    yield f"{head}{'unexplained':>13}"
    for row in rows:
        counts = (
            f"{row.slips:>7}{row.distinct:>7}{row.same:>7}{row.banked:>9}{row.unsure:>8}{len(row.passing):>9}"
        )
        yield f"{row.exercise:<26}{counts}{len(row.unexplained):>13}"
    for row in rows:
        for slip in row.unexplained:
            yield f"PASSES {row.exercise}: {slip.id}: {slip.lines}"
    total, named = sum(row.slips for row in rows), sum(row.distinct for row in rows)
    passing = sum(len(row.passing) for row in rows)
    unexplained = sum(len(row.unexplained) for row in rows)
    yield (
        f"{len(rows)} exercises, {total} slips, {named} named by the machine, {passing} pass, "
        f"{unexplained} of them unexplained"
    )
