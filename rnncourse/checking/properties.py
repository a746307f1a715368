"""Answers of which many are right: judged by what must hold for them, not by comparison.

Each function takes the inputs of the case and the student's answer and returns an empty string,
or one sentence on what does not hold. It may name a known mistake in front: ``"id: sentence"``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnncourse.checking.claims import experiment
from rnncourse.checking.compare import Tolerance, as_array, compare, in_double
from rnncourse.checking.sampling import drawn_tokens
from rnncourse.checking.sealed import Sealed
from rnncourse.checking.shuffling import batched_run
from rnncourse.checking.tape import records_loss
from rnncourse.checking.training_run import shuffled_run, training_run
from rnncourse.checking.values import Value

ENTRY_ROOM = 0.01
"""What a number in a dict may be off, as a fraction of it."""


@dataclass(frozen=True)
class Property:
    """What is expected of an answer: a function of :data:`PROPERTIES` by name, and its settings."""

    name: str
    settings: tuple[Any, ...] = ()

    def problem(self, inputs: Mapping[str, Value], answer: Value) -> tuple[str, str]:
        """Return the id of a known mistake and a sentence; both are empty if all is well.

        Numbers are float64 before anything is asked of them, whatever they were, except by those of
        :data:`AS_IT_CAME`.
        """
        judged = answer if self.name in AS_IT_CAME else in_double(answer)
        said = PROPERTIES[self.name](inputs, judged, *self.settings)
        name, colon, sentence = said.partition(": ")
        return (name, sentence) if colon and name.isidentifier() else ("", said)


def orthonormal_rows(inputs: Mapping[str, Value], answer: Value) -> str:
    """Ask for a real matrix whose rows have length 1 and are perpendicular to each other."""
    if not isinstance(answer, np.ndarray) or answer.ndim != 2:
        return "the answer is not a matrix"
    product = answer @ answer.T
    if not np.isfinite(product).all() or np.abs(product - np.eye(len(answer))).max() > 1e-6:
        return "the rows are not of length 1 and perpendicular to each other"
    return ""


def random_orthogonal(inputs: Mapping[str, Value], answer: Value) -> str:
    """Ask for an orthogonal matrix of n rows and columns.

    That it is random shows in several answers only: :func:`rnncourse.checking.together.more_than_other_signs`.
    """
    n, answer = inputs["n"], as_array(answer)
    if answer is None or answer.dtype.kind not in "iuf":
        return "the answer is not a matrix of real numbers"
    if answer.shape != (n, n):
        return f"the shape is {answer.shape} instead of {(n, n)}"
    if not np.isfinite(answer).all():
        return "there are numbers in it that are not finite"
    product = answer.T @ answer
    off = np.abs(product - np.eye(n)).max()
    if not off <= 1e-5:  # a factorisation in float32 is off by up to 2e-6 for 9 columns
        return _why_not_orthogonal(answer, product)
    return ""


def _why_not_orthogonal(matrix: np.ndarray[Any, Any], product: np.ndarray[Any, Any]) -> str:
    """Return which part of being orthogonal a matrix lacks."""
    lengths = np.sqrt(np.diag(product))
    if len(matrix) == 1:
        return "the only entry is neither 1 nor -1"
    if len(matrix) < 4:  # few columns have such properties by chance
        return "the columns are not of length 1 and perpendicular to each other"
    if np.abs(product - np.eye(len(product))).max() < 1e-2:
        return "nearly_orthogonal: lengths and angles are right to a few digits only"
    if np.allclose(product, np.diag(lengths**2), atol=1e-8):
        return "wrong_length: the columns are perpendicular, but their length is not 1"
    if np.allclose(matrix, np.triu(matrix)):
        return "triangular: everything below the diagonal is 0"
    if np.allclose(lengths, 1):
        return "only_unit_columns: the columns have length 1, but are not perpendicular"
    if np.allclose(np.linalg.norm(matrix, axis=1), 1):
        return "only_unit_rows: the rows have length 1, but are not perpendicular"
    return "the columns are not of length 1 and perpendicular to each other"


def named_entries(inputs: Mapping[str, Value], answer: Value, *names: str) -> str:
    """Ask for a dict without other keys than `names`; a key that is missing is said by :func:`entry`."""
    if not isinstance(answer, dict):
        return "the answer is not a dict"
    extra = [key for key in answer if key not in names]
    return f"the answer has keys that were not asked for: {repr(extra[:5])[:120]}" if extra else ""


def entry(
    inputs: Mapping[str, Value],
    answer: Value,
    name: str,
    right: Value,
    told: Sequence[tuple[Mapping[str, Value], str]],
) -> str:
    """Ask for one entry of a dict, to 1 % if it is a number, and name the belief behind a wrong one.

    `told` lists wrong beliefs and the mistakes they are, the most telling first: a belief is what one
    or several entries of the answer then are, numbers to 0.2 %.
    """
    if not isinstance(answer, dict) or name not in answer:
        return f"there is no entry {name!r}"
    if _agree(right, answer[name], ENTRY_ROOM):
        return ""
    for belief, mistake in told:
        if believes(belief, answer):
            return f"{mistake}: {name!r} is not right"
    if isinstance(answer[name], str) and not _is_text(right):
        return f"{name!r} is a text in quotes; a number is asked for"
    return f"{name!r} is not right"


def _is_text(right: Value | Sealed) -> bool:
    """Return whether a text is asked for: one that is sealed has a lock without room."""
    return isinstance(right, str) or (isinstance(right, Sealed) and right.lock.room == 0)


def believes(belief: Mapping[str, Value], answer: Value) -> bool:
    """Return whether all entries of a belief stand in an answer, numbers to 0.2 %."""
    return isinstance(answer, dict) and all(
        name in answer and _agree(value, answer[name], 2e-3) for name, value in belief.items()
    )


def _agree(expected: Value, got: Value, relative: float) -> bool:
    several = isinstance(expected, list | tuple)  # the numbers of a shape are exact
    return compare(expected, got, Tolerance(relative=1e-6 if several else relative, absolute=0.0)) is None


def no_pass(inputs: Mapping[str, Value], answer: Value) -> str:
    """Hold for an answer that does not look like a small error: NaN, infinity or a large number."""
    number = _number(answer)
    if number is None:
        return "the answer is not a number"
    return f"the answer is {number:.3g}, which looks like a pass" if number < 1e-2 else ""


def _number(answer: Value) -> float | None:
    """Return a real number, or None for anything else."""
    if isinstance(answer, np.ndarray) and answer.size == 1 and answer.dtype.kind in "fiu":
        return float(answer.reshape(()))
    real = isinstance(answer, int | float | np.floating | np.integer) and not isinstance(answer, bool)
    return float(answer) if real else None


def accepted(inputs: Mapping[str, Value], answer: Value) -> str:
    """Ask a test for True: what it was given is right."""
    return _no_verdict(answer) or ("" if answer else "your test rejects a right implementation")


def rejected(inputs: Mapping[str, Value], answer: Value) -> str:
    """Ask a test for False: what it was given is wrong."""
    return _no_verdict(answer) or ("your test lets a wrong implementation pass" if answer else "")


def _no_verdict(answer: Value) -> str:
    if isinstance(answer, bool) or (
        isinstance(answer, np.ndarray) and (answer.shape, answer.dtype.kind) == ((), "b")
    ):
        return ""
    return "the answer is neither True nor False: a test that ends without `return` answers None"


def entries_and_sum(
    inputs: Mapping[str, Value],
    answer: Value,
    right: Mapping[str, Value],
    parts: Sequence[str],
    total: np.ndarray[Any, Any],
) -> str:
    """Ask for a dict with the entries of `right`, and with `parts`, arrays that add up to `total`."""
    if not isinstance(answer, dict) or set(answer) != {*right, *parts}:
        return f"the answer is not a dict with the keys {', '.join(map(repr, (*right, *parts)))}"
    for name, value in right.items():
        wrong = compare(value, answer[name], Tolerance())
        if wrong:
            return f"{name!r}: {wrong.problem}"
    arrays = [as_array(answer[name]) for name in parts]
    for name, array in zip(parts, arrays, strict=True):
        if array is None or array.shape != total.shape or array.dtype.kind not in "iuf":
            return f"{name!r} is not an array of numbers of shape {total.shape}"
    if compare(total, sum(a.astype(float) for a in arrays if a is not None), Tolerance()):
        return f"{' and '.join(map(repr, parts))} do not add up to the bias"
    return ""


def names_a_line(
    inputs: Mapping[str, Value], answer: Value, lines: Sequence[int | Sealed], wanted: bool, mistake: str
) -> str:
    """Ask for a list of line numbers with at least one of `lines` in it, or with none of them."""
    found = whole_numbers(answer)
    if found is None:
        return "the answer is not a list of line numbers"
    named = sorted(number for number in set(found) if any(_is_line(line, number) for line in lines))
    if bool(named) == wanted:
        return ""
    blamed = ", ".join(f"{number:g}" for number in named)
    said = "a line is missing from your list" if wanted else f"line {blamed} is in your list"
    return f"{mistake}: {said}" if mistake else said


def _is_line(line: int | Sealed, number: float) -> bool:
    return compare(line, number, Tolerance()) is None if isinstance(line, Sealed) else line == number


def whole_numbers(answer: Value) -> list[float] | None:
    """Return a list of whole numbers, or None for anything else."""
    if isinstance(answer, np.ndarray) and answer.ndim == 1 and answer.dtype.kind in "iuf":
        answer = answer.tolist()
    if not isinstance(answer, list | tuple):
        return None
    numbers = [_number(item) for item in answer[:1000]]
    whole = [number for number in numbers if number is not None and number.is_integer()]
    return whole if len(whole) == len(answer) else None


PROPERTIES: dict[str, Callable[..., str]] = {
    f.__name__: f
    for f in (
        orthonormal_rows,
        random_orthogonal,
        training_run,
        shuffled_run,
        batched_run,
        named_entries,
        entry,
        no_pass,
        drawn_tokens,
        accepted,
        rejected,
        experiment,
        entries_and_sum,
        names_a_line,
        records_loss,
    )
}
"""Properties that cases may name. Add one here for an exercise with many right answers."""

AS_IT_CAME = frozenset({"drawn_tokens"})
"""Properties that ask whether an answer is made of integers, and are safe for any kind of number."""
