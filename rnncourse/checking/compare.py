"""Compare an answer with what was expected, entry by entry.

Acceptance is always ``|got - expected| <= tolerance`` in every entry of every array, never
a norm, a mean or a cosine. A NaN is never accepted, because ``nan <= tolerance`` is false.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rnncourse.checking.values import Value, describe

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may be from the expected one.

    Attributes
    ----------
    relative : float
        Allowed error as a fraction of each expected entry.
    absolute : float
        Allowed error as a fraction of the largest expected entry, for entries near zero.
    float32 : float
        Both of them for an answer in single or half precision.
    dtype : str or None
        The kind of number the statement asks for, ``"float"`` or ``"int"``; None accepts any.
    """

    relative: float = 1e-6
    absolute: float = 1e-9
    float32: float = 1e-3
    dtype: str | None = None


@dataclass(frozen=True)
class Mismatch:
    """The first difference between an answer and the expected one.

    Attributes
    ----------
    where : str
        Path inside the answer, such as ``["h"]`` or ``[1]``; empty for the answer itself.
    problem : str
        One sentence that says what is wrong.
    expected, got : str
        The two values there, or what they are, as short text.
    pair : tuple of ndarray or None
        The two arrays, where arrays differ.
    mistake : str
        Id of a known mistake, where the difference itself proves it.
    """

    where: str
    problem: str
    expected: str = ""
    got: str = ""
    pair: tuple[Array, Array] | None = field(default=None, repr=False, compare=False)
    mistake: str = ""

    @property
    def relation(self) -> str:
        """How the two arrays are related when they are (transposed, negated, ...), or empty."""
        return relation_of(*self.pair) if self.pair else ""


def compare(expected: Value, got: Value, tolerance: Tolerance, where: str = "") -> Mismatch | None:
    """Return the first difference between two values, or None if `got` is right.

    Parameters
    ----------
    expected, got : value
        See :mod:`rnncourse.checking.values`. A list or tuple of arrays of one shape is accepted where an
        array is expected, and a list where a tuple is.
    tolerance : Tolerance
        How close is close enough.
    where : str
        Path prefix for the report.
    """
    if isinstance(expected, np.ndarray):
        return _compare_arrays(expected, got, tolerance, where)
    if isinstance(expected, dict):
        return _compare_dicts(expected, got, tolerance, where)
    if isinstance(expected, list | tuple):
        return _compare_sequences(expected, got, tolerance, where)
    return _compare_scalars(expected, got, tolerance, where)


def _other_type(expected: Value, got: Value, where: str) -> Mismatch:
    forgot = got is None and not where
    problem = (
        "the function returns nothing: is there a return?" if forgot else "the answer is of another type"
    )
    return Mismatch(where, problem, describe(expected), describe(got))


def _compare_dicts(
    expected: dict[Any, Value], got: Value, tolerance: Tolerance, where: str
) -> Mismatch | None:
    if not isinstance(got, dict):
        return _other_type(expected, got, where)
    missing = [key for key in expected if key not in got]
    extra = [key for key in got if key not in expected]
    if missing or extra:
        problem = f"missing {_short(missing[:5])}" if missing else f"unexpected {_short(extra[:5])}"
        return Mismatch(where, f"the keys differ: {problem}", _short(list(expected)), _short(list(got)))
    parts = (compare(expected[k], got[k], tolerance, f"{where}[{k!r}]") for k in expected)
    return next((part for part in parts if part), None)


def _compare_sequences(
    expected: list[Value] | tuple[Value, ...], got: Value, tolerance: Tolerance, where: str
) -> Mismatch | None:
    if isinstance(got, np.ndarray) and got.ndim:
        got = list(got)
    if not isinstance(got, list | tuple):
        return _other_type(expected, got, where)
    if len(got) != len(expected):
        return Mismatch(where, f"{len(got)} items instead of {len(expected)}", _short(expected), _short(got))
    parts = (
        compare(e, g, tolerance, f"{where}[{i}]") for i, (e, g) in enumerate(zip(expected, got, strict=True))
    )
    return next((part for part in parts if part), None)


def _compare_scalars(expected: Value, got: Value, tolerance: Tolerance, where: str) -> Mismatch | None:
    if isinstance(got, np.ndarray) and got.size == 1 and got.ndim <= 1:
        got = got.reshape(()).item()
    if isinstance(got, np.str_):
        got = str(got)
    number = isinstance(expected, int | float | complex | np.number) and not isinstance(expected, bool)
    if number and isinstance(got, int | float | complex | np.number) and not isinstance(got, bool):
        if _close(np.asarray(expected), np.asarray(got), tolerance).all():
            return None
        return Mismatch(where, "the number differs", _short(expected), _short(got))
    if type(expected) is type(got):
        return (
            None if expected == got else Mismatch(where, "the value differs", _short(expected), _short(got))
        )
    return _other_type(expected, got, where)


def _compare_arrays(expected: Array, got: Value, tolerance: Tolerance, where: str) -> Mismatch | None:
    array = as_array(got)
    if array is None:
        return _other_type(expected, got, where)
    if array.shape != expected.shape:
        return Mismatch(where, "the shape differs", str(expected.shape), str(array.shape), (expected, array))
    wrong_kind = _wrong_kind(array, tolerance.dtype)
    if wrong_kind:
        return Mismatch(where, "the dtype differs", tolerance.dtype or "", wrong_kind)
    right = _close(expected, array, tolerance)
    if right.all():
        return None
    index = tuple(int(i) for i in np.argwhere(~right)[0])
    problem = f"{int((~right).sum())} of {right.size} entries differ, the first at index {_index(index)}"
    return Mismatch(where, problem, _short(expected[index]), _short(array[index]), (expected, array))


def as_array(got: Value) -> Array | None:
    """Return `got` as an array if it is one, or is numbers or equal-shaped arrays in a list."""
    if isinstance(got, np.ndarray):
        return got
    if isinstance(got, bool | int | float | np.number):
        return np.asarray(got)
    if not isinstance(got, list | tuple) or not got:
        return None
    parts = [as_array(item) for item in got]
    if any(part is None or part.shape != parts[0].shape for part in parts):  # type: ignore[union-attr]
        return None
    return np.stack(parts)  # type: ignore[arg-type]


def _wrong_kind(array: Array, dtype: str | None) -> str:
    """Return the dtype of `array` if it is not of the kind asked for, else an empty string."""
    kinds = {None: "biufcUS", "float": "f", "int": "iu", "bool": "b"}[dtype]
    return "" if array.dtype.kind in kinds else str(array.dtype)


def _close(expected: Array, got: Array, tolerance: Tolerance) -> Array:
    """Return, entry by entry, whether `got` is close enough to `expected`."""
    if expected.dtype.kind in "US" or got.dtype.kind in "US":
        return np.asarray(expected.astype(str) == got.astype(str))
    if expected.dtype.kind in "biu" or got.dtype.kind in "biu":  # differences of integers can overflow
        expected, got = (e.astype(float) if e.dtype.kind in "biu" else e for e in (expected, got))
    single = got.dtype.kind == "f" and got.dtype.itemsize < 8
    relative = max(tolerance.relative, tolerance.float32) if single else tolerance.relative
    absolute = max(tolerance.absolute, tolerance.float32) if single else tolerance.absolute
    finite = expected[np.isfinite(expected)]
    scale = float(np.abs(finite).max()) if finite.size else 0.0
    with np.errstate(all="ignore"):
        allowed = relative * np.abs(expected) + absolute * scale
        infinite = np.isinf(expected) & (expected == got)
        return np.asarray((np.abs(got - expected) <= allowed) & np.isfinite(expected) | infinite)


def _index(index: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, index)) + "]"


class _Brief(reprlib.Repr):
    """Writes the beginning of a value, without a look at the rest of it."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlist = self.maxtuple = self.maxdict = 30
        self.maxstring = self.maxlong = self.maxother = 120

    def repr_ndarray(self, array: Array, level: int) -> str:
        """Return the numbers of an array where they are few, else its shape."""
        return f"array({array.tolist()})" if array.size <= 6 else f"array of shape {array.shape}"


_BRIEF = _Brief()


def _short(value: Value) -> str:
    """Return a value as text of at most about 120 characters."""
    if isinstance(value, float | np.floating):
        return f"{float(value):.8g}"
    text = _BRIEF.repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 120 else text[:117] + "..."


_RELATIONS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("It is the negative of the expected array.", lambda e: -e),
    ("It is the transpose of the expected array.", lambda e: e.T),
    ("It is the expected array reversed along axis 1.", lambda e: e[:, ::-1] if e.ndim > 1 else e),
    ("It is the expected array reversed along axis 0.", lambda e: e[::-1] if e.ndim else e),
    ("It is the expected array with axes 0 and 1 swapped.", lambda e: e.swapaxes(0, 1) if e.ndim > 1 else e),
)


def relation_of(expected: Array, got: Array) -> str:
    """Return a sentence on how `got` follows from `expected`, or an empty string.

    Looks for a sign, a transpose, a reversal, a constant factor, and for arrays that agree
    everywhere but at the first or the last position of an axis.
    """
    if expected.shape != got.shape:
        return "Its shape is that of the transpose." if got.T.shape == expected.shape else ""
    if expected.dtype.kind not in "iuf" or got.dtype.kind not in "iuf" or expected.size < 2:
        return ""
    loose = Tolerance()
    for sentence, change in _RELATIONS:
        changed = change(expected)
        if changed.shape == got.shape and _close(changed, got, loose).all():
            return sentence
    return _factor(expected, got, loose) or _edge(expected, got, loose)


def _factor(expected: Array, got: Array, tolerance: Tolerance) -> str:
    """Return a sentence if `got` is one constant times `expected`."""
    peak = np.unravel_index(int(np.abs(expected).argmax()), expected.shape)
    if not np.isfinite(got[peak]) or expected[peak] == 0 or got[peak] == 0:
        return ""
    factor = float(got[peak] / expected[peak])
    return (
        f"It is {factor:.6g} times the expected array."
        if _close(expected * factor, got, tolerance).all()
        else ""
    )


def _edge(expected: Array, got: Array, tolerance: Tolerance) -> str:
    """Return a sentence if only the first or the last position of one axis is wrong."""
    right = _close(expected, got, tolerance)
    for axis in range(expected.ndim):
        if expected.shape[axis] < 3:
            continue
        for position, name in ((0, "first"), (-1, "last")):
            if np.delete(right, position, axis).all():
                return f"Only the {name} position along axis {axis} is wrong."
    return ""
