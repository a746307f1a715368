"""What only a person can settle. The same reason in many files is one concern with many names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.judging.verdict import GRADER_FAULT, NEEDS_A_PERSON, UNGRADABLE
from autograder.report.model import ClassResult, natural

FLAG, BY_HAND = "flag", "by_hand"


@dataclass(frozen=True)
class Kind:
    """A kind of concern: its mark, its name, and what to do about it."""

    mark: str
    name: str
    todo: str


KINDS = {
    GRADER_FAULT: Kind(
        "?",
        "Grader fault",
        "We failed, not the students: they have no mark yet. Remove the cause, then grade these files again.",
    ),
    UNGRADABLE: Kind(
        "∅",
        "Unreadable",
        "Open the file. If the work is in it, mend it and grade it again. If not, ask for another file.",
    ),
    FLAG: Kind(
        "⚑",
        "Flag",
        "A flag changes no mark. Read the student's cell and decide.",
    ),
    BY_HAND: Kind(
        "✎",
        "To mark by hand",
        "Read and mark these cells in formgrader. Their points are not in the sums on this page.",
    ),
}
"""Every kind of concern, the most pressing first."""


@dataclass(frozen=True)
class Concern:
    """One reason why a person must look.

    Attributes
    ----------
    kind : str
        A key of :data:`KINDS`.
    notebook : str
        Where; empty if the file was not recognised.
    reason : str
        One sentence or a few.
    exercises : tuple of str
        Which exercises or cells; empty if it is about whole files.
    cases : tuple of (str, str)
        Student id and path of the file, which is empty for a cell to mark by hand.
    """

    kind: str
    notebook: str
    reason: str
    exercises: tuple[str, ...]
    cases: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Case:
    kind: str
    notebook: str
    reason: str
    exercise: str
    student: str
    path: str


def concerns(class_: ClassResult) -> tuple[Concern, ...]:
    """Return all that needs a person: by kind, then by notebook, then the most frequent first."""
    groups: dict[tuple[str, str, str], list[_Case]] = {}
    for case in _cases(class_):
        groups.setdefault((case.kind, case.notebook, case.reason), []).append(case)
    found = [_concern(cases) for cases in groups.values()]
    order = list(KINDS)
    return tuple(sorted(found, key=lambda c: (order.index(c.kind), c.notebook, -len(c.cases), c.reason)))


def _concern(cases: list[_Case]) -> Concern:
    first = cases[0]
    who = {(case.student, case.path) for case in cases}
    return Concern(
        first.kind,
        first.notebook,
        first.reason,
        tuple(dict.fromkeys(case.exercise for case in cases if case.exercise)),
        tuple(sorted(who, key=lambda pair: (natural(pair[0]), pair[1]))),
    )


def _cases(class_: ClassResult) -> Iterator[_Case]:
    for student, graded in class_.submissions:
        if graded.problem:
            yield _Case(UNGRADABLE, graded.notebook, graded.problem, "", student, graded.path)
        elif not graded.verdicts:
            # A file that was read and has no verdict was never judged: that is ours to explain.
            reason = "The file was read, but no exercise of it has a verdict."
            yield _Case(GRADER_FAULT, graded.notebook, reason, "", student, graded.path)
    for student, graded, verdict in class_.verdicts():
        name = verdict.exercise
        # One unreadable file is one concern, not one for each of its exercises.
        told = graded.problem and verdict.outcome == UNGRADABLE
        if verdict.outcome in NEEDS_A_PERSON and not told:
            reason = verdict.message or "No reason was recorded."
            yield _Case(verdict.outcome, graded.notebook, reason, name, student, graded.path)
        for flag in verdict.flags:
            yield _Case(FLAG, graded.notebook, flag, name, student, graded.path)
    for item in class_.by_hand:
        reason = f"The cell {item.cell} is marked by a person, out of {item.max_score:g}."
        if item.mark is not None:
            reason += (
                " It was graded again after that: the mark given by hand counts. See whether it still fits."
            )
        yield _Case(BY_HAND, item.notebook, reason, item.cell, item.student, "")
