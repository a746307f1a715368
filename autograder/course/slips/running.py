"""Run slips on cases, within limits, and keep the fingerprints of what they answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.slips.finding import Shapes, slips_of
from autograder.course.slips.slip import Edit, Slip, edited
from rnncourse.checking.calling import Answer, Raised, quiet
from rnncourse.checking.caseset import Case
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.given import materialised
from rnncourse.checking.values import Value, to_plain

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.exercise import Exercise

SECONDS = 0.5
"""CPU time for all answers of one slip."""


def has_slips(assignment: Assignment, exercise: Exercise) -> bool:
    """Return whether a machine may look for slips of an exercise: it is a quick function."""
    return not (exercise.lasts or exercise.core_is_a_gate or exercise.is_value)


@cache
def slips_for(assignment: Assignment, exercise: str) -> dict[str, Slip]:
    """Return all slips of an exercise by their ids, those that cannot be told apart among them."""
    declared = assignment.exercise(exercise)
    source = assignment.master.solution(exercise)
    shapes = _shapes(assignment, declared)
    return {slip.id: slip for slip in slips_of(source, exercise, declared.parts, shapes)}


def _shapes(assignment: Assignment, exercise: Exercise) -> Shapes:
    """Return shape and kind of each argument and variable of the solution, in one run on a case of its own."""
    inputs = exercise.all_questions(np.random.default_rng(0))[0].inputs
    function = assignment.reference(exercise.id)
    found: dict[str, Any] = {}

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code is not function.__code__:
            return None
        if event == "return":
            found.update(frame.f_locals)
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        with quiet():
            function(*(materialised(value) for value in inputs.values()))
    finally:
        sys.settrace(before)
    arguments = dict(zip(function.__code__.co_varnames, inputs.values(), strict=False))
    return {name: _shape(value) for name, value in (found | arguments).items() if _is_number(value)}


def _is_number(value: Any) -> bool:
    return isinstance(value, np.ndarray | int | float | np.number) and not isinstance(value, bool)


def _shape(value: Any) -> tuple[tuple[int, ...], str]:
    array = np.asarray(value)
    return array.shape, array.dtype.kind


class Runner:
    """Answers of an exercise with edits, by running them among trusted code.

    Parameters
    ----------
    assignment, exercise : Assignment, Exercise
        What is asked.
    cases : sequence of Case
        The questions.
    """

    def __init__(self, assignment: Assignment, exercise: Exercise, cases: Sequence[Case]) -> None:
        self._assignment, self._exercise, self._cases = assignment, exercise, cases
        self._source = assignment.master.solution(exercise.id)
        self._kinds = exercise.tolerance.dtype is not None

    def right(self) -> list[Fingerprint]:
        """Return the fingerprints of the solution itself."""
        return [self._print(self._assignment.reference(self._exercise.id), case) for case in self._cases]

    def prints(self, edits: Sequence[Edit]) -> list[Fingerprint] | None:
        """Return the fingerprints of all answers with these edits; None where there are none in time."""
        try:
            with cpu_budget(SECONDS):
                return list(self.lazily(edits))
        except (OverBudget, MemoryError, RecursionError):
            return None

    def lazily(self, edits: Sequence[Edit]) -> Iterator[Fingerprint]:
        """Yield the fingerprints of the answers with these edits, each when it is asked for."""
        try:
            target = self._assignment.changed(self._exercise.id, edited(self._source, edits))
        except Exception:  # a slip of code that does not even define something answers nothing
            return
        for case in self._cases:
            yield self._print(target, case)

    def first(self, edits: Sequence[Edit] = ()) -> Value:
        """Return the answer to the first case with these edits; None where there is none."""
        target = self._assignment.changed(self._exercise.id, edited(self._source, edits))
        return self._answer(target, self._cases[0]).value

    def _print(self, target: Any, case: Case) -> Fingerprint:
        return fingerprint(self._answer(target, case), self._kinds)

    def _answer(self, target: Any, case: Case) -> Answer:
        return _answer(target, case)


def _answer(function: Any, case: Case) -> Answer:
    """Return the answer of trusted code, without asking in which manner it came."""
    arguments = [materialised(value) for value in case.inputs.values()]
    with quiet():
        try:
            return Answer(materialised(to_plain(function(*arguments))))
        except Exception as error:  # what a slip raises is part of its answer
            return Answer(raised=Raised(type(error).__name__, ""))
