"""Find what all wrong answers have in common with the right ones, where no single change leads to them.

They may be right up to a factor or a constant, have the right numbers in other places, or differ at one
kind of place only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from rnncourse.checking.changes import axis_name
from rnncourse.checking.values import Value

Array = np.ndarray[Any, Any]
Trio = tuple[Array, Array, Mapping[str, Value]]
_ROOM = 1e-7
_LEAST = 3
"""An axis is at least so long where one place of it is told from the others."""


def spotted(trios: Sequence[Trio]) -> tuple[str, str] | None:
    """Return id and words for what expected and given arrays have in common in all cases, or None."""
    off = [trio for trio in trios if trio[0].shape != trio[1].shape or _wrong(*trio[:2]).any()]
    if not off or any(expected.shape != got.shape for expected, got, _ in off):
        return None
    right = [expected for expected, got, _ in trios if not any(got is other for _, other, _ in off)]
    for look in (
        _factor,
        _constant,
        _row_factors,
        _row_constants,
        _signs,
        _zeros,
        _shifted,
        _places,
        _elsewhere,
    ):
        found = look(off)
        if found and look is _factor and any(np.any(expected) for expected in right):
            return (
                "right_up_to_a_factor_in_some_tests",
                "right up to a factor in some tests, and right in the others",
            )
        if found:
            return found
    return None


def _wrong(expected: Array, got: Array) -> Array:
    scale = np.abs(expected).max(initial=0.0)
    return np.asarray(~(np.abs(got.astype(float) - expected) <= 1e-6 * np.abs(expected) + 1e-9 * scale))


def _ratio(expected: Array, got: Array) -> float | None:
    """Return the one factor between two arrays of several numbers; None where there is none."""
    e, g = expected.astype(float).ravel(), got.astype(float).ravel()
    if np.count_nonzero(e) < _LEAST or len(np.unique(np.round(e, 12))) < _LEAST:
        return None
    factor = float(g @ e / (e @ e))
    fits = np.abs(g - factor * e).max() <= _ROOM * max(np.abs(g).max(), abs(factor) * np.abs(e).max())
    return factor if fits and factor else None


def _factor(off: Sequence[Trio]) -> tuple[str, str] | None:
    """Return the factor that all have, what it is the length of, or that there is one in each test."""
    factors = [_ratio(expected, got) for expected, got, _ in off]
    if None in factors:
        return None
    known = np.array(factors, dtype=float)
    if np.allclose(known, known[0], 1e-7, 0):
        return f"{known[0]:.4g}_times".replace(".", "_").replace("-", "minus_"), (
            f"{known[0]:.4g} times what it should be, in every test"
        )
    for name, axis in _lengths(off):
        lengths = np.array([np.shape(inputs[name])[axis] for *_, inputs in off], dtype=float)
        for power, verb in (
            (1, "multiplied"),
            (-1, "divided"),
            (-2, "divided twice"),
            (-0.5, "divided by the root"),
        ):
            if np.allclose(known, lengths**power, 1e-7, 0):
                words = f"what it should be {verb} by the length of axis {axis} of `{name}`"
                return f"{verb.replace(' ', '_')}_by_axis_{axis}_of_{name}", words
    return (
        "right_up_to_a_factor",
        "right up to a factor, another one in each test: look for a sum, mean or count",
    )


def _lengths(off: Sequence[Trio]) -> list[tuple[str, int]]:
    """Return the axes of arguments that all cases have."""
    shapes = [
        {name: np.ndim(value) for name, value in inputs.items() if isinstance(value, np.ndarray)}
        for *_, inputs in off
    ]
    return [
        (name, axis)
        for name, axes in shapes[0].items()
        if all(shape.get(name) == axes for shape in shapes)
        for axis in range(axes)
    ]


def _constant(off: Sequence[Trio]) -> tuple[str, str] | None:
    for expected, got, _ in off:
        d = got.astype(float) - expected
        if d.size < _LEAST or np.abs(d - d.flat[0]).max() > _ROOM * np.abs(got).max(initial=1e-300):
            return None
        if (d == np.round(d)).all() and (expected == np.round(expected)).all() and d.size < 8:
            return None
    return "off_by_a_constant", "off by one and the same number in all entries of a test"


def _row_factors(off: Sequence[Trio]) -> tuple[str, str] | None:
    words = "right row by row up to a factor: the proportions within a row are right, its size is not"
    return _by_rows(off, "rows_up_to_a_factor", words, _proportional)


def _proportional(e: Array, g: Array) -> float:
    """Return how far the factor between two rows is from 1; nan where there is none."""
    if np.count_nonzero(e) < _LEAST:
        return float("nan")
    factor = float(g @ e / (e @ e))
    rest = np.abs(g - factor * e).max() / max(np.abs(g).max(initial=0.0), 1e-300)
    return abs(factor - 1) if rest <= max(1e-3 * min(abs(factor - 1), 1e-4), 1e-14) else float("nan")


def _row_constants(off: Sequence[Trio]) -> tuple[str, str] | None:
    words = "off row by row: by one number for all entries of a row"
    return _by_rows(off, "rows_off_by_a_constant", words, _parallel)


def _parallel(e: Array, g: Array) -> float:
    """Return by how much two rows are off, as a share of their size; nan where they are not off by one number."""
    d, scale = g - e, max(np.abs(e).max(), np.abs(g).max(), 1e-300)
    if len(d) < _LEAST or np.abs(d - d[0]).max() > 1e-10 * scale:
        return float("nan")
    return float(abs(d[0]) / scale)


def _by_rows(
    off: Sequence[Trio], name: str, words: str, off_by: Callable[[Array, Array], float]
) -> tuple[str, str] | None:
    """Return name and words if all rows along the last axis are off in one way, and some of them more than rounding."""
    rows = 0
    for expected, got, _ in off:
        if expected.ndim < 2:
            return None
        width = expected.shape[-1]
        e, g = expected.reshape(-1, width).astype(float), got.reshape(-1, width).astype(float)
        for a, b in zip(e, g, strict=True):
            if (a == b).all():
                continue
            far = off_by(a, b)
            if np.isnan(far):
                return None
            rows += far > 1e-8 and not (a == np.round(a)).all()
    return (name, words) if rows > 1 else None


def _signs(off: Sequence[Trio]) -> tuple[str, str] | None:
    turned = 0
    for expected, got, _ in off:
        if _wrong(np.abs(expected), np.abs(got)).any():
            return None
        turned += int((_wrong(expected, got) & (expected != np.round(expected))).sum())
    return (
        ("some_signs_turned", "right but for signs: some entries have the other sign") if turned > 1 else None
    )


def _zeros(off: Sequence[Trio]) -> tuple[str, str] | None:
    """Return whether zeros stand wherever something is wrong."""
    count = 0
    for expected, got, _ in off:
        wrong = _wrong(expected, got)
        if got[wrong].any() or wrong.all():
            return None
        count += int(wrong.sum())
    if count < 4:
        return None
    return "zeros_at_places", "right where it is not zero: some places are never filled, or set to zero"


def _shifted(off: Sequence[Trio]) -> tuple[str, str] | None:
    """Return whether all stands one place late or early along an axis, whatever comes in at the end."""
    for axis in range(min(off[0][0].ndim, 2)):
        for way in ("late", "early"):
            if _moved(off, axis, way):
                name = axis_name(off[0][0].ndim, axis)
                return f"one_{name}_{way}", f"right, but each {name} stands one place {way}"
    return None


def _moved(off: Sequence[Trio], axis: int, way: str) -> bool:
    moved = 0
    for expected, got, _ in off:
        size = expected.shape[axis]
        here, there = (range(1, size), range(size - 1))[:: 1 if way == "late" else -1]
        g, e = np.take(got, here, axis), np.take(expected, there, axis)
        if _wrong(e, g).any():
            return False
        moved += int((_wrong(expected, got) & (expected != np.round(expected))).sum()) if e.size else 0
    return moved >= 4


def _places(off: Sequence[Trio]) -> tuple[str, str] | None:
    """Return the one kind of place where all is wrong, or the one where all is right."""
    for axis in range(off[0][0].ndim):
        name = axis_name(off[0][0].ndim, axis)
        for end, which in ((0, "first"), (-1, "last")):
            if _only(off, axis, end, wrong=True):
                return (
                    f"wrong_in_the_{which}_{name}",
                    f"wrong in the {which} {name} alone, and right in all others",
                )
            if _only(off, axis, end, wrong=False):
                return f"right_in_the_{which}_{name}", f"right in the {which} {name}, and wrong in all others"
    return None


def _only(off: Sequence[Trio], axis: int, end: int, *, wrong: bool) -> bool:
    """Return whether the first or last place along an axis is alone wrong, or alone right, in all cases."""
    long = 0
    for expected, got, _ in off:
        if expected.ndim <= axis:
            return False
        others = tuple(a for a in range(expected.ndim) if a != axis)
        there = np.asarray(_wrong(expected, got).any(axis=others))
        if expected.shape[axis] < 2:
            if not wrong:
                return False
            continue
        rest = np.delete(there, end)
        if bool(there[end]) != wrong or (rest.any() if wrong else not rest.all()):
            return False
        long += expected.shape[axis] >= _LEAST
    return long > 1


def _elsewhere(off: Sequence[Trio]) -> tuple[str, str] | None:
    """Return whether the right rows, or numbers, stand in other places."""
    moved = 0
    for expected, got, _ in off:
        e, g = np.sort(expected, axis=None).astype(float), np.sort(got, axis=None).astype(float)
        if _wrong(e, g).any() or len(np.unique(e)) < _LEAST:
            return None
        moved += int(_wrong(expected, got).sum())
    if moved < 4:
        return None
    if all(_same_rows(expected, got) for expected, got, _ in off):
        return (
            "rows_in_another_order",
            "right but for the order of its rows: each row stands in the place of another",
        )
    return (
        "numbers_elsewhere",
        "right in its numbers, which stand in other places: look at reshapes, axes and loops",
    )


def _same_rows(expected: Array, got: Array) -> bool:
    if expected.ndim < 2 or expected.shape[-1] < 2:
        return False
    rows = [array.reshape(-1, array.shape[-1]) for array in (expected, got)]
    e, g = (one[np.lexsort(np.round(one, 9).T[::-1])] for one in rows)
    return not _wrong(e, g).any()
