"""Judge a recorded calculation by playing it again, from other parameters.

A tape is a list; its entry number k is ``(op, inputs, value)``, where `inputs` are the numbers of
earlier entries. Many tapes record the same calculation. What they share is what comes out when their first
leaves are set to other values and everything after them is calculated anew, and that is all that
is looked at here. A function that is right at several points has the right gradient too, so nothing has
to be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rnncourse.checking.compare import as_array
from rnncourse.checking.values import Value

Array = np.ndarray[Any, Any]
Told = Sequence[tuple[str, Sequence[float], str]]

OPERATIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "leaf": (0, lambda: None),
    "add": (2, np.add),
    "multiply": (2, np.multiply),
    "matmul": (2, np.matmul),
    "tanh": (1, np.tanh),
    "sum": (1, np.sum),
}
"""What an entry may be: how many inputs it has, and how its value follows from theirs."""

MOST_ENTRIES, MOST_NUMBERS = 5_000, 200_000
"""Far more than any question needs; what is calculated again has the size of what is stored."""


def records_loss(
    inputs: Mapping[str, Value],
    answer: Value,
    points: Sequence[Sequence[Array]],
    losses: Sequence[float],
    told: Told,
) -> str:
    """Ask for a tape that starts with the parameters as leaves and ends with their loss.

    Parameters
    ----------
    inputs : mapping
        The arguments of the case; not used, since `points` begins with its parameters.
    answer : value
        The tape.
    points : sequence of sequences of arrays
        Parameters, in the order of the first leaves: those of the case, then others.
    losses : sequence of float
        The right loss at each point.
    told : sequence of (mistake, losses, sentence)
        The losses that a known mistake gives, and what is said of it.
    """
    problem = problem_of(answer, points[0])
    if problem:
        return problem
    found = np.array([replay(answer, point)[-1].item() for point in points])
    if _agree(found, np.array(losses)):
        return ""
    for mistake, wrong, sentence in told:
        if _agree(found, np.array(wrong)):
            return f"{mistake}: {sentence}"
    if _agree(found[:1], np.array(losses[:1])):
        return (
            "the last entry has the right loss, but it does not follow the five parameters when they change"
        )
    return "the last entry is not half the summed squared error"


def _agree(found: Array, expected: Array) -> bool:
    return bool((np.abs(found - expected) <= 1e-7 * np.maximum(np.abs(expected), 1e-3)).all())


def problem_of(tape: Value, first: Sequence[Array]) -> str:
    """Return what keeps a value from being a tape whose first leaves are `first`, or an empty string."""
    if not isinstance(tape, list | tuple) or not len(first) < len(tape) <= MOST_ENTRIES:
        return "no_list: the answer is not a list of entries"
    room = MOST_NUMBERS
    for number, entry in enumerate(tape):
        said = _problem_of_entry(number, entry)
        if said:
            return said
        room -= np.size(entry[2])
    if room < 0:
        return "the tape holds far more numbers than the calculation has"
    wrong = _wrong_start(tape, first)
    if wrong:
        return wrong
    if np.size(tape[-1][2]) != 1:
        return f"not_summed: the last entry is an array of shape {np.shape(tape[-1][2])}, and a loss is one number"
    if tape[-1][0] == "leaf":
        return "loss_not_on_the_tape: the last entry is a leaf, so that nothing leads to it"
    return _does_not_follow(tape)


def _problem_of_entry(number: int, entry: Value) -> str:
    if not isinstance(entry, list | tuple) or len(entry) != 3:
        return f"entry {number} is not a triple (op, inputs, value)"
    op, inputs, value = entry
    if not isinstance(op, str) or op not in OPERATIONS:
        return f"entry {number} has an op that is none of {', '.join(OPERATIONS)}"
    count = OPERATIONS[op][0]
    if not isinstance(inputs, list | tuple) or len(inputs) != count:
        return f"entry {number} is a {op!r} and needs {count} inputs"
    if not all(isinstance(i, int) and not isinstance(i, bool) and 0 <= i < number for i in inputs):
        return f"entry {number} has an input that is no earlier entry"
    array = as_array(value)
    if array is None or array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        return f"entry {number} has a value that is not made of finite numbers"
    return ""


def _wrong_start(tape: Sequence[Any], first: Sequence[Array]) -> str:
    """Return what is wrong with the leaves at the beginning."""
    values = [np.asarray(value, float) for op, _, value in tape[: len(first)] if op == "leaf"]
    if len(values) < len(first):
        return "wrong_start: the first five entries are not all leaves"
    if all(_same(a, b) for a, b in zip(values, first, strict=True)):
        return ""
    if all(any(_same(a, b) for b in first) for a in values):
        return "wrong_order: the first five entries are the parameters, but in another order"
    return "wrong_start: the first five entries are not the five parameters"


def _same(a: Array, b: Array) -> bool:
    return a.shape == b.shape and _near(a, b)


def _near(a: Array, b: Array) -> bool:
    """Return what np.allclose says of finite numbers, without what it does for others: a tape is long."""
    return bool((np.abs(a - b) <= 1e-9 + 1e-6 * np.abs(b)).all())


def _does_not_follow(tape: Sequence[Any]) -> str:
    """Return the first entry whose value is not what its inputs give."""
    for number, (op, inputs, value) in enumerate(tape):
        if op == "leaf":
            continue
        used = [np.asarray(tape[i][2], float) for i in inputs]
        if _shape(op, *(array.shape for array in used)) != np.shape(value) or not _near(
            np.asarray(OPERATIONS[op][1](*used)), np.asarray(value, float)
        ):
            return f"not_recorded: entry {number}, a {op!r}, has a value that does not follow from its inputs"
    return ""


def _shape(op: str, *shapes: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the shape of a result before it is made, or None if the inputs do not fit."""
    try:
        if op == "matmul":
            (*many, n, inner), (*more, also_inner, m) = shapes
            return (*np.broadcast_shapes(tuple(many), tuple(more)), n, m) if inner == also_inner else None
        return () if op == "sum" else np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def replay(tape: Sequence[Any], first: Sequence[Array]) -> list[Array]:
    """Return all values of a tape, calculated anew with `first` as its first leaves.

    Entries that are leaves further back keep their value.
    """
    values: list[Array] = [np.asarray(value, float) for value in first]
    for op, inputs, value in tape[len(first) :]:
        again = value if op == "leaf" else OPERATIONS[op][1](*(values[i] for i in inputs))
        values.append(np.asarray(again, float))
    return values
