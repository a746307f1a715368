"""Run slips on cases, within limits, and keep the fingerprints of what they answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.slips.finding import Shapes, slips_of
from autograder.course.slips.site import DICT
from autograder.course.slips.slip import Edit, Slip, edited, replacements
from rnncourse.checking.calling import Answer, Raised, quiet
from rnncourse.checking.caseset import Case
from rnncourse.checking.fingerprint import Fingerprint
from rnncourse.checking.given import materialised
from rnncourse.checking.portions import prints_of
from rnncourse.checking.values import to_plain

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.exercise import Exercise

Target = Sequence[Edit] | Callable[[], Any]
"""Edits of the solution, or what makes the function that is to be run."""

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
    own = slips_of(source, exercise, declared.parts, shapes)
    return {slip.id: slip for slip in (*own, *_inside_helpers(assignment, declared))}


def _inside_helpers(assignment: Assignment, exercise: Exercise) -> Iterator[Slip]:
    """Yield the simplest slips of those who write out what an earlier exercise does, and do not call it."""
    for helper in exercise.uses:
        source = assignment.master.solution(helper)
        between = _between(assignment, exercise, helper)
        for slip in (*_written(assignment.exercise(helper), source), *slips_for(assignment, helper).values()):
            _, inner, deeper = slip.id.partition("_as_")
            if slip.rank > 1 or (inner and deeper not in exercise.uses):
                continue
            hint = f"Where you do what `{helper}` does: {slip.hint}"
            edit = Edit(0, 0, f"{edited(source, slip.edits)}\n\n{between}")
            yield Slip(f"{slip.id}_as_{helper}", hint, (edit,), slip.rank + 1)


def _between(assignment: Assignment, exercise: Exercise, helper: str) -> str:
    """Return the helpers that call a helper: what they call is looked up where they are defined."""
    reached = {helper}
    for name in assignment.by_id:
        if name in exercise.uses and reached & set(assignment.exercise(name).uses):
            reached.add(name)
    callers = [name for name in assignment.by_id if name in reached - {helper}]
    return "".join(f"{assignment.master.solution(name)}\n\n" for name in callers)


def _written(exercise: Exercise, source: str) -> Iterator[Slip]:
    """Yield the mistakes that a person wrote as edits, as slips."""
    for mistake in exercise.mistakes:
        edits = None if mistake.manner or mistake.source else replacements(source, mistake.edits)
        if edits:
            yield Slip(mistake.id, mistake.hint, edits, 0)


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
    shapes = {name: _shape(value) for name, value in (found | arguments).items()}
    return {name: shape for name, shape in shapes.items() if shape}


def _shape(value: Any) -> tuple[tuple[Any, ...], str] | None:
    """Return shape and kind of an array, a number, or a dict of arrays; None of all else."""
    if isinstance(value, np.ndarray | int | float | np.number) and not isinstance(value, bool):
        array = np.asarray(value)
        return array.shape, array.dtype.kind
    if isinstance(value, dict) and value and all(isinstance(one, np.ndarray) for one in value.values()):
        return tuple((name, one.shape) for name, one in value.items()), DICT
    return None


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
        self._right: dict[int, list[Fingerprint]] = {}

    def right(self) -> list[Fingerprint]:
        """Return the fingerprints of the right answers, in all places."""
        return [given for number in range(len(self._cases)) for given in self.right_in(number)]

    def right_in(self, number: int) -> list[Fingerprint]:
        """Return the fingerprints of the right answer to a case, one for each output."""
        if number not in self._right:
            target = self._assignment.reference(self._exercise.id)
            self._right[number] = self._prints(target, self._cases[number])
        return self._right[number]

    def prints(self, target: Target) -> list[Fingerprint] | None:
        """Return the fingerprints of all answers, in all places; None where there are none in time."""
        try:
            with cpu_budget(SECONDS):
                return [given for case in self.lazily(target) for given in case]
        except (OverBudget, MemoryError, RecursionError):
            return None

    def lazily(self, target: Target, order: Sequence[int] | None = None) -> Iterator[list[Fingerprint]]:
        """Yield the fingerprints of the answer to each case, when it is asked for; none where nothing is defined."""
        try:
            function = target() if callable(target) else self._edited(target)
        except Exception:  # a slip of code that does not even define something answers nothing
            return
        for number in range(len(self._cases)) if order is None else order:
            yield self._prints(function, self._cases[number])

    def written(self, mistake: str) -> Callable[[], Any]:
        """Return how to make the function of a mistake that a person wrote."""
        return lambda: self._assignment.variant(self._exercise.id, mistake)

    def _edited(self, edits: Sequence[Edit]) -> Any:
        return self._assignment.changed(self._exercise.id, edited(self._source, edits))

    def _prints(self, function: Any, case: Case) -> list[Fingerprint]:
        return prints_of(_answer(function, case), case.expected, self._kinds)


def _answer(function: Any, case: Case) -> Answer:
    """Return the answer of trusted code, without asking in which manner it came."""
    arguments = [materialised(value) for value in case.inputs.values()]
    with quiet():
        try:
            return Answer(materialised(to_plain(function(*arguments))))
        except Exception as error:  # what a slip raises is part of its answer
            return Answer(raised=Raised(type(error).__name__, str(error)))
