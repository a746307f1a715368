"""Turn the declaration of an exercise and a seed into a case set.

The expected answers come from the reference, run here among trusted code. The known mistakes
are run only when somebody asks for them.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from autograder.course.exercise import Exercise, Question
from autograder.course.single import allowed_in_single
from autograder.course.slips.naming import find_slip
from autograder.errors import ExerciseError
from rnncourse.checking.calling import Answer, quiet, standing_in
from rnncourse.checking.caseset import Case, CaseSet, KnownMistake, Recorded
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.given import materialised
from rnncourse.checking.here import answer_here
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value, to_plain

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

PUBLIC_SEED = 20_000

MOST_RECORDED = 200
"""Questions to earlier exercises that are noted of one case."""


def draw_cases(assignment: Assignment, exercise: Exercise, seed: int) -> CaseSet:
    """Return the case set of an exercise for one seed; the same seed gives the same set.

    Parameters
    ----------
    assignment, exercise : Assignment, Exercise
        What is asked, and where.
    seed : int
        Non-negative. :data:`PUBLIC_SEED` is the one that students have.
    """
    if exercise.public and seed == PUBLIC_SEED:
        questions = list(exercise.public())
    else:
        questions = exercise.all_questions(np.random.default_rng(seed))
    cases = tuple(_answered_all(assignment, exercise, questions))
    return CaseSet(
        exercise=exercise.id,
        is_value=exercise.is_value,
        groups=exercise.all_groups(),
        cases=cases,
        tolerance=exercise.tolerance,
        parts=exercise.parts,
        uses=exercise.uses,
        hints=exercise.hints,
        allow_views=exercise.allow_views,
        core_is_a_gate=exercise.core_is_a_gate,
        together=exercise.together,
        known=cache(lambda: _known(assignment, exercise, cases)),
        slip=lambda drawn, answers: find_slip(assignment, exercise, drawn, answers),
    )


def _answered_all(
    assignment: Assignment, exercise: Exercise, questions: Sequence[Question]
) -> Iterator[Case]:
    """Yield questions with the answer of the reference.

    Where many answers are right it tells how long one takes and nothing else, so it is asked in the first draw only.
    """
    needed = assignment.needed
    with quiet():
        for number, question in enumerate(questions):
            key, expected = (exercise.id, number), question.expected
            if expected is None or key not in needed:
                value, needed[key] = _timed(assignment, exercise, question)
                expected = expected or value
            asks = partial(_asked_by, assignment, exercise, question)
            single = cache(partial(_single, assignment, exercise, question, expected))
            yield Case(question.group, question.inputs, expected, asks, single, needed[key])


def _timed(assignment: Assignment, exercise: Exercise, question: Question) -> tuple[Value, float]:
    """Return the answer of the reference, and the CPU seconds that it took."""
    target, started = assignment.reference(exercise.id), time.process_time()
    try:
        value = _answer(target, exercise, question)
    except Exception as error:
        raise ExerciseError(
            f"The reference of {exercise.id} fails on a case of {question.group!r}: {error!r}"
        ) from None
    return value, time.process_time() - started


def _asked_by(assignment: Assignment, exercise: Exercise, question: Question) -> list[Recorded]:
    """Return what the reference asks of earlier exercises on its way to an answer."""
    if not exercise.uses:
        return []
    target, asked = assignment.reference(exercise.id), list[Recorded]()
    helpers = {name: _recording(name, assignment.reference(name), asked) for name in exercise.uses}
    with quiet(), standing_in(target, helpers):
        _answer(target, exercise, question)
    return asked[:MOST_RECORDED]


def _answer(target: Any, exercise: Exercise, question: Question) -> Value:
    """Return the answer of a reference: its value, or what it returns for copies of the inputs."""
    if exercise.is_value:
        return to_plain(target)
    return materialised(to_plain(target(*(materialised(value) for value in question.inputs.values()))))


def _single(
    assignment: Assignment, exercise: Exercise, question: Question, expected: Value | Property
) -> dict[str, float]:
    """Return what a float32 answer to a question may be off."""
    if exercise.is_value or exercise.in_double or isinstance(expected, Property):
        return {}
    by_row = any(group.by_row for group in exercise.groups if group.id == question.group)
    return allowed_in_single(assignment.reference(exercise.id), question.inputs, expected, by_row)


def _recording(name: str, function: Callable[..., Any], asked: list[Recorded]) -> Callable[..., Any]:
    """Return `function` with a record of what it is asked and answers."""
    signature = inspect.signature(function)
    names = tuple(signature.parameters)
    by_place = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in signature.parameters.values())

    def recorder(*args: Any, **kwargs: Any) -> Any:
        if by_place and len(args) == len(names):  # nearly always, and much faster
            given = dict(zip(names, args, strict=True))
        else:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
        before = {key: materialised(to_plain(value)) for key, value in given.items()}
        result = function(*args, **kwargs)
        asked.append((name, before, materialised(to_plain(result))))
        return result

    return recorder


def _known(assignment: Assignment, exercise: Exercise, cases: Sequence[Case]) -> list[KnownMistake]:
    """Return every known mistake with what it answers to the cases."""
    known = []
    for mistake in exercise.mistakes:
        answers = _Answers(assignment, exercise, mistake.id, cases)
        if mistake.manner:
            changes = sorted(
                {name for answer in map(answers.answer, range(len(cases))) for name in answer.changed}
            )
            known.append(KnownMistake(mistake.id, mistake.hint, (), mistake.manner, tuple(changes)))
        else:
            known.append(KnownMistake(mistake.id, mistake.hint, answers))
    return known


class _Answers(Sequence[Fingerprint]):
    """The fingerprints of what a mistake answers, each taken when it is asked for, and kept.

    Most mistakes are another one than the student's already in one case, and need no second.
    """

    def __init__(
        self, assignment: Assignment, exercise: Exercise, mistake: str, cases: Sequence[Case]
    ) -> None:
        self._assignment, self._exercise = assignment, exercise
        self._mistake, self._cases = mistake, cases
        self._taken: dict[int, Fingerprint] = {}

    def __len__(self) -> int:
        return len(self._cases)

    @overload
    def __getitem__(self, at: int) -> Fingerprint: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Fingerprint]: ...

    def __getitem__(self, at: int | slice) -> Fingerprint | Sequence[Fingerprint]:
        if isinstance(at, slice):
            return [self[n] for n in range(len(self))[at]]
        number = range(len(self))[at]
        if number not in self._taken:
            kinds = self._exercise.tolerance.dtype is not None
            self._taken[number] = fingerprint(self.answer(number), kinds)
        return self._taken[number]

    def answer(self, number: int) -> Answer:
        """Return what the mistake answers to one of the cases."""
        target, inputs = (
            self._assignment.variant(self._exercise.id, self._mistake),
            dict(self._cases[number].inputs),
        )
        return answer_here(target, self._exercise.is_value, inputs)
