"""Say how wrong answers follow from the right ones, where they do in every test.

A mistake that nobody listed may still show what it does: all is one over what it should be, rounded to
half precision, one step late, zero from a place on. Such a likeness is told only if it holds
in all tests, and in so many numbers that it is no chance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnncourse.checking.changes import Change, changes
from rnncourse.checking.spotting import spotted
from rnncourse.checking.values import Value

Array = np.ndarray[Any, Any]

_FEW, _MANY = 2, 8
"""Numbers that must show a likeness; more where all are whole numbers, which are equal by chance."""


@dataclass(frozen=True)
class Pair:
    """An output as expected and as given in one case, and the arguments of that case."""

    expected: Array
    got: Array
    inputs: Mapping[str, Value]


def likeness(pairs: Sequence[Pair]) -> tuple[str, str] | None:
    """Return id and words for what all pairs have in common; None if nothing is known.

    Parameters
    ----------
    pairs : sequence of Pair
        One output in every case. The words follow on its name and "is".
    """
    if not pairs:
        return None
    with np.errstate(all="ignore"):
        if all(_rows_fall_short(pair) for pair in pairs):
            return (
                "short_rows",
                "a little too small, as if a tiny number were added to the sum that divides each row",
            )
        if not any(_is_off(pair.expected, pair.got) for pair in pairs):
            return None
        for name, words, change, exact in changes(pairs[0].expected, pairs[0].got):
            if _holds(pairs, change, exact):
                return name, words
        return _from_arguments(pairs) or spotted(_trios(pairs)) or _turned(pairs)


def _rows_fall_short(pair: Pair) -> bool:
    """Return whether each row that adds up to 1 is too small by one factor of its own, a little below 1.

    A row of one entry, or with one that counts, shows it as well; but some row must have two.
    """
    e, g = pair.expected, pair.got
    if e.shape != g.shape or e.ndim < 2 or (e < 0).any() or not close(e.sum(axis=-1), np.ones(e.shape[:-1])):
        return False
    counts = e > 1e-3
    short = np.where(counts, 1 - g / e, np.nan)
    least, most = np.nanmin(short, axis=-1), np.nanmax(short, axis=-1)
    return bool((least > 1e-9).all() and (most < 1e-3).all() and (most - least <= 1e-3 * most + 1e-14).all())


def _trios(pairs: Sequence[Pair]) -> list[tuple[Array, Array, Mapping[str, Value]]]:
    return [(pair.expected, pair.got, pair.inputs) for pair in pairs]


def _turned(pairs: Sequence[Pair]) -> tuple[str, str] | None:
    """Return two things at once: the first two axes exchanged, and more."""
    if any(pair.got.ndim < 2 or pair.expected.ndim < 2 for pair in pairs):
        return None
    back = [Pair(pair.expected, pair.got.swapaxes(0, 1), pair.inputs) for pair in pairs]
    if any(pair.expected.shape != pair.got.shape for pair in back):
        return None
    more = spotted(_trios(back)) if any(_is_off(pair.expected, pair.got) for pair in back) else None
    return (
        (
            f"axes_exchanged and {more[0]}",
            f"with its first two axes in the other order, and besides {more[1]}",
        )
        if more
        else None
    )


def as_pair(expected: Value, got: Value, inputs: Mapping[str, Value]) -> Pair | None:
    """Return a pair of arrays of finite numbers; None where they are none."""
    try:
        arrays = [np.asarray(value) for value in (expected, got)]
    except ValueError:  # lists of different lengths
        return None
    if any(array.dtype.kind not in "iuf" or not array.size for array in arrays):
        return None
    finite = all(np.isfinite(array).all() for array in arrays)
    return Pair(arrays[0], arrays[1], inputs) if finite else None


def _is_off(expected: Array, got: Array) -> bool:
    return expected.shape != got.shape or not close(expected, got, 1e-7)


def close(a: Array, b: Array, room: float = 1e-8) -> bool:
    """Return whether two arrays of one shape agree, measured against their largest entry."""
    scale = max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0))
    return bool((np.abs(a - b) <= room * scale).all())


def _holds(pairs: Sequence[Pair], change: Change, exact: bool) -> bool:
    """Return whether a change of the expected arrays gives those that were given, and it is no chance."""
    telling, whole = 0, True
    for pair in pairs:
        expected = pair.expected.astype(float)
        try:
            changed = np.asarray(change(expected))
        except (ValueError, IndexError, TypeError):
            return False
        got = pair.got.astype(float)
        if changed.shape != got.shape or not np.isfinite(changed).all():
            return False
        if not close(changed, got, 1e-12 if exact else 1e-7):
            return False
        told = _telling(expected, changed)
        telling += len(told)
        whole = whole and bool((told == np.round(told)).all())
    return telling >= (_MANY if whole else _FEW)


def _telling(expected: Array, changed: Array) -> Array:
    """Return the numbers of a changed array that are not those of the expected one."""
    if expected.shape != changed.shape:
        return np.unique(changed)
    scale = np.abs(expected).max(initial=0.0)
    return np.asarray(changed[np.abs(changed - expected) > 1e-7 * scale])


def _from_arguments(pairs: Sequence[Pair]) -> tuple[str, str] | None:
    """Return how an answer follows from the right one and an argument."""
    for name, value in pairs[0].inputs.items():
        if not isinstance(value, int | float | np.ndarray) or isinstance(value, bool):
            continue
        for kind, words, change in _WITH:
            if _holds_with(pairs, name, change):
                return f"{kind}_{name}", words.format(name=name)
    return None


_WITH: tuple[tuple[str, str, Callable[[Array, Array], Array]], ...] = (
    ("is", "the argument `{name}`, as it came in", lambda e, a: a + 0 * e),
    ("plus", "too large by `{name}`, which is added once too often or not taken away", lambda e, a: e + a),
    ("minus", "too small by `{name}`, which is taken away once too often or not added", lambda e, a: e - a),
    ("times", "what it should be times `{name}`", lambda e, a: e * a),
    ("over", "what it should be divided by `{name}`", lambda e, a: e / a),
    ("rest_of", "`{name}` minus what it should be", lambda e, a: a - e),
)


def _holds_with(pairs: Sequence[Pair], name: str, change: Callable[[Array, Array], Array]) -> bool:
    """Return whether a change of expected arrays with an argument gives those that were given."""
    telling = 0
    for pair in pairs:
        argument = np.asarray(pair.inputs.get(name))
        if argument.dtype.kind not in "iuf" or argument.ndim > pair.expected.ndim:
            return False
        if argument.shape != pair.expected.shape[pair.expected.ndim - argument.ndim :]:
            return False
        changed = change(pair.expected.astype(float), argument)
        if (
            changed.shape != pair.got.shape
            or not np.isfinite(changed).all()
            or not close(changed, pair.got, 1e-7)
        ):
            return False
        told = _telling(pair.expected, changed)
        telling += 0 if (told == np.round(told)).all() else len(told)
    return telling >= _FEW
