"""Hold our own exercises to account.

For every exercise, on the public cases and on fresh ones: the reference gets every point, the
stub none, every mistake fails with its own hint, every other right way gets every point, and
the reference obeys the relations that are claimed of it. Anything else is a hole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import repeat
from multiprocessing import get_context
from typing import Any

import numpy as np

from autograder.course.assignment import Assignment
from autograder.course.casesets import PUBLIC_SEED
from autograder.course.course import Course
from autograder.course.exercise import Exercise, Mistake
from autograder.course.single import cast, single
from rnncourse.checking.calling import Answer, call
from rnncourse.checking.caseset import Case, CaseSet, no_slip
from rnncourse.checking.diagnose import Finding, examine
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value

DRAWS = 3
"""Fresh draws that each exercise is audited with, beside the public one; seeds 1, 2, ..."""


@dataclass(frozen=True)
class Row:
    """One line of the matrix.

    Attributes
    ----------
    notebook, exercise : str
        Where it belongs.
    kind : str
        ``reference``, ``single``, ``stub``, ``mistake``, ``cast``, ``other way`` or ``relation``.
    id : str
        Name of the mistake, other way or relation.
    seed : int
        Seed of the cases.
    fraction : float
        Share of the points it got.
    named : str
        The mistake that was diagnosed, or empty.
    hole : str
        What is wrong with that; empty when all is well.
    """

    notebook: str
    exercise: str
    kind: str
    id: str
    seed: int
    fraction: float
    named: str
    hole: str


def audit(course: Course, notebooks: Sequence[str] = (), jobs: int = 1, draws: int = DRAWS) -> Iterator[Row]:
    """Yield the whole matrix, row by row, for the notebooks named or for all.

    Parameters
    ----------
    course : Course
        Whose exercises.
    notebooks : sequence of str
        Names of notebooks.
    jobs : int
        How many exercises to audit at a time, each in a process of its own where it is more than one.
    draws : int
        How many fresh draws to audit with: the same code must get the same name in every one.
    """
    chosen = course.chosen(notebooks)
    for assignment in chosen:
        graded, declared = set(assignment.master.graded()), set(assignment.by_id)
        for name in sorted(graded ^ declared):
            hole = "graded but not declared" if name in graded else "declared but not graded"
            yield Row(assignment.name, name, "declaration", name, 0, 0.0, "", hole)
    if jobs == 1:
        for assignment in chosen:
            for exercise in assignment.exercises:
                yield from _audit_exercise(assignment, exercise, draws)
    else:
        places = [(course, assignment.name, name) for assignment in chosen for name in assignment.by_id]
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            for rows in pool.map(_rows_of, places, repeat(draws)):
                yield from rows


def _rows_of(place: tuple[Course, str, str], draws: int) -> list[Row]:
    course, notebook, exercise = place
    assignment = course.assignment(notebook)
    return list(_audit_exercise(assignment, assignment.exercise(exercise), draws))


def _audit_exercise(assignment: Assignment, exercise: Exercise, draws: int = DRAWS) -> Iterator[Row]:
    for seed in (PUBLIC_SEED, *range(1, draws + 1)):
        yield from _audit_one(assignment, exercise, seed)


def _audit_one(assignment: Assignment, exercise: Exercise, seed: int) -> Iterator[Row]:
    cases = assignment.draw(exercise.id, seed)

    def row(kind: str, id: str, finding: Finding, hole: str) -> Row:
        return Row(assignment.name, exercise.id, kind, id, seed, finding.fraction, finding.mistake, hole)

    finding = examine_here(cases, assignment.reference(exercise.id))
    yield row("reference", "reference", finding, "" if finding.outcome == CORRECT else _why(finding))
    finding = examine_here(cases, _stub(assignment, exercise))
    yield row(
        "stub", "stub", finding, "" if finding.outcome == NOT_ATTEMPTED else "the stub counts as started"
    )
    worth = dict[str, float]()
    for mistake in exercise.mistakes:
        finding = examine_here(cases, assignment.variant(exercise.id, mistake.id))
        worth[mistake.id] = finding.fraction
        yield row("mistake", mistake.id, finding, _mistake_hole(finding, mistake))
    for other in exercise.other_ways:
        finding = examine_here(cases, assignment.variant(exercise.id, other.id))
        yield row("other way", other.id, finding, "" if finding.outcome == CORRECT else _why(finding))
    yield from _relations(assignment.name, exercise, cases, seed)
    if seed == 2 and not exercise.is_value and not exercise.in_double:  # else no cast is given any room
        yield from _in_single(assignment, exercise, cases, seed, worth)


def _in_single(
    assignment: Assignment, exercise: Exercise, cases: CaseSet, seed: int, worth: Mapping[str, float]
) -> Iterator[Row]:
    """Yield whether honest single precision passes, and whether a mistake gains by a cast to it.

    `worth` has the share of the points that each mistake gets as it is.
    """
    unnamed = replace(cases, known=tuple, slip=no_slip, uses=())
    if not any(isinstance(case.expected, Property) for case in cases.cases):
        honest = _cast_answers(unnamed, assignment.reference(exercise.id), single)
        hole = "" if honest.outcome == CORRECT else f"float32 is refused: {_why(honest)}"
        yield Row(assignment.name, exercise.id, "single", "reference", seed, honest.fraction, "", hole)
    for mistake in exercise.mistakes:
        if not mistake.manner:
            gained = _cast_answers(unnamed, assignment.variant(exercise.id, mistake.id)).fraction
            hole = "this mistake gains by a cast to float32" if gained > worth[mistake.id] else ""
            yield Row(assignment.name, exercise.id, "cast", mistake.id, seed, gained, "", hole)


def _cast_answers(
    cases: CaseSet, target: Any, change: Callable[[Value], Value] = lambda value: value
) -> Finding:
    """Return what is found for answers that are cast to float32, to inputs that are changed so."""

    def ask(case: Case, _: bool) -> Answer:
        answer = call(target, {name: change(value) for name, value in case.inputs.items()})
        if not answer.answered:
            return answer
        return replace(answer, value=cast(answer.value, np.float32), changed=())

    return examine(cases, ask)


def _stub(assignment: Assignment, exercise: Exercise) -> Any:
    """Return what the untouched stub leaves under the name of the exercise."""
    with contextlib.suppress(NotImplementedError):
        return assignment.changed(exercise.id, assignment.master.stub(exercise.id), **{exercise.id: None})
    return None


def _mistake_hole(finding: Finding, mistake: Mistake) -> str:
    if finding.outcome == CORRECT:
        return "this mistake passes"
    if finding.mistake != mistake.id and finding.hint != mistake.hint:
        return f"diagnosed as {finding.mistake or 'nothing'}"
    return ""


def _why(finding: Finding) -> str:
    where = finding.mismatch.problem if finding.mismatch else finding.hint
    group = finding.case.group if finding.case else ""
    return f"{finding.outcome}: {group}: {where} {finding.raised or ''}"


def _relations(notebook: str, exercise: Exercise, cases: CaseSet, seed: int) -> Iterator[Row]:
    """Yield whether our reference obeys each relation that is claimed of right answers."""
    derived = {case.group: case for case in cases.cases}
    first = cases.cases[0]
    for relation in exercise.invariants:
        second = derived[relation.id]
        holds = relation.relate(dict(first.inputs), first.expected, dict(second.inputs), second.expected)
        hole = "" if holds else "the reference breaks this relation"
        yield Row(notebook, exercise.id, "relation", relation.id, seed, float(holds), "", hole)


def summary(rows: Sequence[Row]) -> list[str]:
    """Return one line for each exercise and one for each hole."""
    lines = []
    for name in dict.fromkeys(row.exercise for row in rows):
        mine = [row for row in rows if row.exercise == name]
        counts = {
            kind: len({r.id for r in mine if r.kind == kind}) for kind in ("mistake", "other way", "relation")
        }
        holes = sum(bool(row.hole) for row in mine)
        lines.append(
            f"{mine[0].notebook:<16} {name:<24} {counts['mistake']:>3} mistakes {counts['other way']:>3} other ways "
            f"{counts['relation']:>3} relations  {'ok' if not holes else f'{holes} HOLES'}"
        )
    lines += [f"HOLE {r.exercise}, {r.kind} {r.id}, seed {r.seed}: {r.hole}" for r in rows if r.hole]
    return lines
