"""Turn the declaration of an exercise and a seed into a case set.

The expected answers come from the reference, run here among trusted code. The known mistakes
are run only when somebody asks for them.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import rnncourse
from autograder.course.exercise import Exercise, Question
from autograder.course.masters import read_master, solutions_folder
from autograder.errors import ExerciseError
from autograder.exercises import find_exercise
from rnncourse.checking.calling import Answer, call
from rnncourse.checking.caseset import Case, CaseSet, KnownMistake
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.given import materialised
from rnncourse.checking.values import Value, to_plain
from rnncourse.notebook import value_answer

PUBLIC_SEED = 20_000
_NO_PART = ("__main__.py", "audit.py", "cli.py", "demo.py", "grading.py", "show.py", "speed.py")


def draw_cases(exercise_id: str, seed: int) -> CaseSet:
    """Return the case set of an exercise for one seed; the same seed gives the same set.

    Parameters
    ----------
    exercise_id : str
        Name of the exercise.
    seed : int
        Non-negative. :data:`PUBLIC_SEED` is the one that students have.
    """
    _, exercise = find_exercise(exercise_id)
    questions = exercise.all_questions(np.random.default_rng(seed))
    cases = tuple(_answered(exercise, question) for question in questions)
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
        known=cache(lambda: _known(exercise, cases)),
    )


@cache
def version_of(notebook: str) -> str:
    """Return a hash of all that decides a verdict: master, declarations, engine, NumPy."""
    digest = hashlib.sha256(np.__version__.encode())
    package, engine = Path(__file__).resolve().parents[1], Path(rnncourse.__file__).parent
    folders = [
        package.glob("*.py"),
        *(package.glob(f"{name}/*.py") for name in ("box", "exercises", "submission")),
    ]
    sources = {path for folder in folders for path in folder} - {package / name for name in _NO_PART}
    for path in sorted({solutions_folder() / f"{notebook}.py", *sources, *engine.glob("*.py")}):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def reference(exercise_id: str) -> Any:
    """Return the reference function, or the reference value."""
    notebook, _ = find_exercise(exercise_id)
    return _solved(notebook)[exercise_id]


@cache
def _solved(notebook: str) -> dict[str, Any]:
    return read_master(notebook).namespace()


@cache
def variant(exercise_id: str, variant_id: str) -> Any:
    """Return what a mistake or another right way of an exercise defines under its name."""
    notebook, exercise = find_exercise(exercise_id)
    master = read_master(notebook)
    for candidate in (*exercise.mistakes, *exercise.other_ways):
        if candidate.id == variant_id:
            source = master.variant(exercise_id, candidate)
            return master.namespace({exercise_id: source}).get(exercise_id)
    raise ExerciseError(f"{exercise_id} has no variant {variant_id!r}.")


def local_answer(target: Any, is_value: bool, inputs: dict[str, Value]) -> Answer:
    """Return the answer of trusted code: a call of `target`, or `target` itself if it is a value."""
    return value_answer(target) if is_value else call(target, inputs)


def _answered(exercise: Exercise, question: Question) -> Case:
    """Return a question with the answer of the reference and what it asked of its helpers."""
    target = reference(exercise.id)
    asked: list[tuple[str, dict[str, Value], Value]] = []
    helpers = {name: _recording(name, reference(name), asked) for name in exercise.uses}
    answer = value_answer(target) if exercise.is_value else call(target, question.inputs, helpers)
    if not answer.answered:
        raise ExerciseError(
            f"The reference of {exercise.id} fails on a case of {question.group!r}: {answer.raised}"
        )
    unique = [entry for n, entry in enumerate(asked) if entry[0] in exercise.uses and n < 200]
    return Case(question.group, question.inputs, question.expected or answer.value, tuple(unique))


def _recording(name: str, function: Callable[..., Any], asked: list[Any]) -> Callable[..., Any]:
    """Return `function` with a record of what it is asked and answers."""
    signature = inspect.signature(function)

    def recorder(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        before = {key: materialised(to_plain(value)) for key, value in bound.arguments.items()}
        result = function(*args, **kwargs)
        asked.append((name, before, materialised(to_plain(result))))
        return result

    return recorder


def _known(exercise: Exercise, cases: Sequence[Case]) -> list[KnownMistake]:
    """Return every known mistake with what it answers to the cases."""
    known = []
    for mistake in exercise.mistakes:
        answers = _Answers(exercise, mistake.id, cases)
        if mistake.manner:
            changes = sorted(
                {name for answer in map(answers.answer, range(len(cases))) for name in answer.changed}
            )
            known.append(KnownMistake(mistake.id, mistake.hint, (), mistake.manner, tuple(changes)))
        else:
            known.append(KnownMistake(mistake.id, mistake.hint, answers))
    return known


class _Answers:
    """The fingerprints of what a mistake answers, each taken when it is asked for, and kept.

    Most mistakes are another one than the student's already in the first case, and need no second.
    """

    def __init__(self, exercise: Exercise, mistake: str, cases: Sequence[Case]) -> None:
        self._exercise, self._mistake, self._cases = exercise, mistake, cases
        self._taken: list[Fingerprint] = []

    def __iter__(self) -> Iterator[Fingerprint]:
        kinds = self._exercise.tolerance.dtype is not None
        for number in range(len(self._cases)):
            if number == len(self._taken):
                self._taken.append(fingerprint(self.answer(number), kinds))
            yield self._taken[number]

    def answer(self, number: int) -> Answer:
        """Return what the mistake answers to one of the cases."""
        target, inputs = variant(self._exercise.id, self._mistake), dict(self._cases[number].inputs)
        return local_answer(target, self._exercise.is_value, inputs)
