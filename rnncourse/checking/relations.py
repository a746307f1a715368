"""Say where two arrays differ, how far, and how one follows from the other when it does.

What is said must be true for a reason. A relation that few numbers could show by chance is not
one: whole numbers repeat, a row equals its own transpose, and of four wrong entries three may
well lie in the last column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_FEW = 2
"""Numbers that must agree before a relation is no chance, if they are no whole numbers."""
_MANY = 8
"""The same for whole numbers, of which a few values make up the array."""


def difference(expected: Array, got: Array, right: Array) -> str:
    """Return one sentence on which entries differ, where, and by how much.

    Parameters
    ----------
    expected, got : ndarray
        Of one shape.
    right : ndarray of bool
        Which entries are close enough.
    """
    wrong = ~right
    index = "[" + ", ".join(str(int(i)) for i in np.argwhere(wrong)[0]) + "]"
    said = f"{int(wrong.sum())} of {right.size} entries differ, the first at index {index}"
    return "; ".join(filter(None, (said, _where(wrong), _how_far(expected, got, wrong))))


def _where(wrong: Array) -> str:
    """Return which examples, steps and columns are wrong, where that is not simply all of them."""
    if wrong.ndim not in (2, 3) or wrong.all():
        return ""
    names = ("example", "step", "column") if wrong.ndim == 3 else ("row", "column")
    if wrong.sum() == 1:
        names = names[:2]
    said = []
    for axis, name in enumerate(names):
        others = tuple(a for a in range(wrong.ndim) if a != axis)
        here = np.flatnonzero(wrong.any(axis=others))
        if len(here) < wrong.shape[axis]:
            said.append(_places(name, here.tolist(), wrong.shape[axis]))
    return ", ".join(said)


def _places(name: str, here: Sequence[int], count: int) -> str:
    """Return some places along an axis in words: ``from step 4 on``, ``up to row 2``, ``in examples 0 and 3``."""
    if len(here) == 1:
        return f"in {name} {here[0]} only"
    if list(here) == list(range(here[0], count)):
        return f"from {name} {here[0]} on"
    if list(here) == list(range(here[-1] + 1)):
        return f"up to {name} {here[-1]}"
    shown = ", ".join(map(str, here[:6])) + (", ..." if len(here) > 6 else "")
    return f"in the {name}s {shown}"


def _how_far(expected: Array, got: Array, wrong: Array) -> str:
    """Return how far off the wrong entries are, as a share of the largest that was expected."""
    if expected.dtype.kind not in "iufc" or got.dtype.kind not in "iufc":
        return ""
    odd = int((wrong & ~np.isfinite(got)).sum())
    finite = wrong & np.isfinite(got) & np.isfinite(expected)
    said = [f"{odd} of them not finite"] if odd else []
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    if finite.any() and scale > 0:
        with np.errstate(over="ignore"):
            off = float(np.abs(got[finite] - expected[finite]).max() / scale)
        said.append(f"off by up to {off:.2g} times the largest entry expected")
    return ", ".join(said)


_RELATIONS: tuple[tuple[str, int, Callable[[Array], Array]], ...] = (
    ("It is the negative of the expected array.", 1, lambda e: -e),
    ("It is the transpose of the expected array.", 2, lambda e: e.T),
    ("It is the expected array reversed along axis 1.", 2, lambda e: e[:, ::-1]),
    ("It is the expected array reversed along axis 0.", 1, lambda e: e[::-1]),
    ("It is the expected array with axes 0 and 1 swapped.", 3, lambda e: e.swapaxes(0, 1)),
)


def relation_of(expected: Array, got: Array) -> str:
    """Return a sentence on how `got` follows from `expected`, or an empty string.

    Looks for a sign, a transpose, a reversal, a constant factor, and for arrays that agree
    everywhere but at the first or the last position of an axis.
    """
    if expected.shape != got.shape:
        turned = expected.ndim > 1 and got.ndim > 1 and got.T.shape == expected.shape
        return "Its shape is that of the transpose." if turned else ""
    if expected.dtype.kind not in "iuf" or got.dtype.kind not in "iuf" or expected.size < 2:
        return ""
    expected, got = expected.astype(float), got.astype(float)
    for sentence, axes, change in _RELATIONS:
        changed = change(expected) if expected.ndim >= axes else expected
        if changed.shape == got.shape and _equal(changed, got).all() and _tells(expected, changed):
            return sentence
    return _factor(expected, got) or _edge(expected, got)


def _equal(expected: Array, got: Array) -> Array:
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    with np.errstate(all="ignore"):
        return np.asarray(np.abs(got - expected) <= 1e-6 * np.abs(expected) + 1e-9 * scale)


def _tells(expected: Array, changed: Array) -> bool:
    """Return whether two arrays differ in so many numbers that agreement with one of them is no chance."""
    telling = changed[~_equal(expected, changed)]
    return len(telling) >= (_MANY if (telling == np.round(telling)).all() else _FEW)


def _factor(expected: Array, got: Array) -> str:
    """Return a sentence if `got` is one constant times `expected`."""
    peak = np.unravel_index(int(np.abs(expected).argmax()), expected.shape)
    if not np.isfinite(got[peak]) or expected[peak] == 0 or got[peak] == 0:
        return ""
    factor = float(got[peak] / expected[peak])
    telling = _tells(expected, expected * factor) and np.count_nonzero(expected) > _FEW
    if f"{factor:.6g}" == "1" or not telling or not _equal(expected * factor, got).all():
        return ""
    return f"It is {factor:.6g} times the expected array."


def _edge(expected: Array, got: Array) -> str:
    """Return a sentence if only the first or the last position of one axis is wrong, and most of that."""
    right = _equal(expected, got)
    for axis in range(expected.ndim):
        if expected.shape[axis] < 3:
            continue
        for position, name in ((0, "first"), (-1, "last")):
            wrong = ~np.take(right, position, axis)
            if np.delete(right, position, axis).all() and wrong.sum() >= 2 and wrong.mean() > 0.5:
                return f"Only the {name} position along axis {axis} is wrong."
    return ""
