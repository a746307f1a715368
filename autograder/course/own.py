"""Exercises whose numbers follow from the student: what they are, and the cases for them.

The solution of such an exercise takes its numbers from ``mine(...)``. Here its cell is run with each set of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.course.exercise import Exercise, Variant
from autograder.course.sealing import sealed_whole
from rnncourse.checking.calling import quiet
from rnncourse.checking.caseset import CORE, Case, CaseSet, Group, KnownMistake, dump
from rnncourse.checking.fingerprint import fingerprint
from rnncourse.checking.here import value_answer
from rnncourse.checking.values import Value
from rnncourse.own_numbers import KINDS

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

OTHER = "other_numbers"
OTHER_HINT = (
    "This is right for other numbers than yours: me(...) must hold the id under which you hand in, and stand above "
    "the cell with mine(...)."
)
_SEED = 71


def numbers_of(exercise: Exercise, kind: int) -> dict[str, float]:
    """Return one of the sets of numbers of an exercise."""
    assert exercise.own, "only such exercises are asked"
    return exercise.own.draw(np.random.default_rng([_SEED, kind]))


def own_cases(assignment: Assignment, exercise: Exercise, kind: int | None) -> CaseSet:
    """Return the cases of an exercise for one set of numbers; those of the statement where it is None."""
    assert exercise.own, "only such exercises are asked"
    case = Case(CORE, {}, _value(assignment, exercise, None, kind))
    return CaseSet(
        exercise=exercise.id,
        is_value=True,
        groups=(Group(CORE, exercise.core, 1.0),),
        cases=(case,),
        tolerance=exercise.own.tolerance,
        parts=exercise.parts,
        hints=exercise.hints,
        known=cache(lambda: list(_known(assignment, exercise, kind))),
    )


def _known(assignment: Assignment, exercise: Exercise, kind: int | None) -> Iterator[KnownMistake]:
    for id, hint, value in wrong(assignment, exercise, kind):
        yield KnownMistake(id, hint, (fingerprint(value_answer(value)),))


def wrong(assignment: Assignment, exercise: Exercise, kind: int | None) -> Iterator[tuple[str, str, Value]]:
    """Yield the mistakes that are edits of the solution, then what is right for others: name, hint, answer."""
    for mistake in exercise.mistakes:
        if mistake.edits:
            yield mistake.id, mistake.hint, _value(assignment, exercise, mistake, kind)
    for other in (None, *range(KINDS)):
        if other != kind:
            yield OTHER, OTHER_HINT, _value(assignment, exercise, None, other)


def _value(assignment: Assignment, exercise: Exercise, variant: Variant | None, kind: int | None) -> Value:
    """Return what a solution cell, or one with a mistake, gives for one set of numbers."""
    master = assignment.master
    source = master.variant(exercise.id, variant) if variant else master.solution(exercise.id)
    chosen = partial(_chosen, {} if kind is None else numbers_of(exercise, kind))
    with quiet():
        return value_answer(assignment.changed(exercise.id, source, mine=chosen)).value


def _chosen(numbers: Mapping[str, float], _: str, **standard: float) -> tuple[float, ...]:
    """Stand for ``mine``."""
    return tuple((standard | dict(numbers))[name] for name in standard)


def own_files(assignment: Assignment, exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Yield the data that students have for an exercise, by its place in their package: numbers, sealed cases."""
    numbers = [numbers_of(exercise, kind) for kind in range(KINDS)]
    yield f"own/{exercise.id}.json", _lines(numbers)
    yield (
        f"cases/own/{exercise.id}.json",
        _lines([dump(_sealed(assignment, exercise, k)) for k in range(KINDS)]),
    )


def _lines(items: list[Any]) -> str:
    texts = (json.dumps(item, separators=(",", ":"), ensure_ascii=False) for item in items)
    return "[\n" + ",\n".join(texts) + "\n]\n"


def _sealed(assignment: Assignment, exercise: Exercise, kind: int) -> CaseSet:
    """Return the cases of one set of numbers, in which no answer can be read."""
    cases = own_cases(assignment, exercise, kind)
    return sealed_whole(exercise, cases, wrong(assignment, exercise, kind))
