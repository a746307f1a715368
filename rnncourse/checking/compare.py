"""Compare an answer with what was expected, entry by entry.

Acceptance is always ``|got - expected| <= tolerance`` in every entry of every array, never
a norm, a mean or a cosine. A NaN is never accepted, because ``nan <= tolerance`` is false.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from rnncourse.checking.codec import from_json
from rnncourse.checking.relations import difference, relation_of
from rnncourse.checking.sealed import Sealed
from rnncourse.checking.values import Value, describe

Array = np.ndarray[Any, Any]
MOST_TEXTS = 1 << 24
"""Bytes of an array of texts, in which each entry has room for the longest."""
_NUMBERS = bool | int | float | np.number


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may be from the expected one.

    Attributes
    ----------
    relative : float
        Allowed error as a fraction of each expected entry.
    absolute : float
        Allowed error as a fraction of the largest expected entry, for entries near zero.
    dtype : str or None
        The kind of number the statement asks for, ``"float"`` or ``"int"``; None accepts any.
    by_row : bool
        Whether an entry is measured against the largest of its own row (along the last axis) rather
        than of the whole array: where rows differ by powers of ten, small ones count as much.
    single : mapping of str to float
        What a float32 array may be off in addition, by its path in the answer, as a fraction of the
        largest expected entry. float16 and integers get nothing in addition.
    """

    relative: float = 1e-6
    absolute: float = 1e-9
    dtype: str | None = None
    by_row: bool = False
    single: Mapping[str, float] = field(default_factory=dict)


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
        The two arrays, where arrays differ, or the two numbers.
    mistake : str
        Id of a known mistake, where the difference itself proves it.
    """

    where: str
    problem: str
    expected: str = ""
    got: str = ""
    pair: tuple[Array, Array] | None = field(default=None, repr=False, compare=False)
    mistake: str = ""

    @cached_property
    def relation(self) -> str:
        """How the two arrays are related when they are (transposed, negated, ...), or empty."""
        return relation_of(*self.pair) if self.pair and self.pair[0].ndim else ""

    @property
    def distance(self) -> str:
        """How far off a single number is, in times of the one expected, or empty."""
        if not self.pair or self.pair[0].ndim or not self.pair[0] or not np.isfinite(self.pair).all():
            return ""
        return f"off by {abs(self.pair[1] - self.pair[0]) / abs(self.pair[0]):.2g} times the number expected"


def compare(expected: Value, got: Value, tolerance: Tolerance, where: str = "") -> Mismatch | None:
    """Return the first difference between two values, or None if `got` is right.

    Parameters
    ----------
    expected, got : value
        See :mod:`rnncourse.checking.values`; `expected` may be sealed, whole or in part.
        A list or tuple of arrays of one shape is accepted where an
        array is expected, and a list where a tuple is.
    tolerance : Tolerance
        How close is close enough.
    where : str
        Path prefix for the report.
    """
    if isinstance(expected, Sealed):
        return _compare_sealed(expected, got, tolerance, where)
    if isinstance(expected, np.ndarray):
        return _compare_arrays(expected, got, tolerance, where)
    if isinstance(expected, dict):
        return _compare_dicts(expected, got, tolerance, where)
    if isinstance(expected, list | tuple):
        return _compare_sequences(expected, got, tolerance, where)
    return _compare_scalars(expected, got, tolerance, where)


def _compare_sealed(expected: Sealed, got: Value, tolerance: Tolerance, where: str) -> Mismatch | None:
    """Compare with what an answer opens; one that opens nothing is wrong, and nobody can say how."""
    inside = map(from_json, expected.opened_by(got))
    right = any(compare(value, got, tolerance, where) is None for value in inside)
    return None if right else Mismatch(where, "this is not right")


def _one_of_several(expected: Array, got: Value, tolerance: Tolerance, where: str) -> Mismatch | None:
    """Return a mismatch that says so where the array asked for is one of the things in a tuple."""
    if not isinstance(got, tuple) or not 2 <= len(got) <= 8:
        return None
    for number, item in enumerate(got, 1):
        if isinstance(item, np.ndarray) and _compare_arrays(expected, item, tolerance, where) is None:
            problem = (
                f"there are {len(got)} things in the answer, and only number {number} of them is asked for"
            )
            return Mismatch(where, problem, describe(expected), describe(got))
    return None


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
        if _close(np.asarray(expected), np.asarray(got), tolerance, where).all():
            return None
        pair = (np.asarray(complex(expected)), np.asarray(complex(got)))
        return Mismatch(where, "the number differs", _short(expected), _short(got), pair)
    if type(expected) is type(got):
        return (
            None if expected == got else Mismatch(where, "the value differs", _short(expected), _short(got))
        )
    return _other_type(expected, got, where)


def _compare_arrays(expected: Array, got: Value, tolerance: Tolerance, where: str) -> Mismatch | None:
    array = as_array(got)
    if array is None:
        return _one_of_several(expected, got, tolerance, where) or _other_type(expected, got, where)
    if array.shape != expected.shape:
        return Mismatch(where, "the shape differs", str(expected.shape), str(array.shape), (expected, array))
    wrong_kind = _wrong_kind(array, tolerance.dtype)
    right = _close(expected, array, tolerance, where)
    if right.all():
        return Mismatch(where, "the dtype differs", tolerance.dtype or "", wrong_kind) if wrong_kind else None
    index = tuple(int(i) for i in np.argwhere(~right)[0])
    problem = difference(expected, array, right) + (f"; and the dtype is {wrong_kind}" if wrong_kind else "")
    return Mismatch(where, problem, _short(expected[index]), _short(array[index]), (expected, array))


def as_array(got: Value) -> Array | None:
    """Return `got` as an array if it is one, or is numbers or equal-shaped arrays in a list."""
    whole = gathered(got)
    return np.asarray(whole) if isinstance(whole, np.ndarray | _NUMBERS) else None


def gathered(value: Value) -> Value:
    """Return a tree in which every list that is an array has become one; each part is looked at once."""
    if isinstance(value, dict):
        return {key: gathered(item) for key, item in value.items()}
    if not isinstance(value, list | tuple):
        return value
    parts = [gathered(item) for item in value]
    whole = _stacked(parts)
    return parts if whole is None else whole


def _stacked(parts: list[Value]) -> Array | None:
    """Return parts of one shape as one array, or None if they are not, or if texts would take too much room."""
    if not parts or not all(isinstance(part, np.ndarray | _NUMBERS) for part in parts):
        return None
    arrays = [np.asarray(part) for part in parts]
    first = arrays[0]
    if any(array.shape != first.shape for array in arrays):
        return None
    if any(array.dtype.kind in "US" for array in arrays):
        room = sum(array.size for array in arrays) * max(array.dtype.itemsize for array in arrays)
        if room > MOST_TEXTS:
            return None
    return np.stack(arrays)


def _wrong_kind(array: Array, dtype: str | None) -> str:
    """Return the dtype of `array` if it is not of the kind asked for, else an empty string."""
    kinds = {None: "biufcUS", "float": "f", "int": "iu", "bool": "b"}[dtype]
    return "" if array.dtype.kind in kinds else str(array.dtype)


def _close(expected: Array, got: Array, tolerance: Tolerance, where: str = "") -> Array:
    """Return, entry by entry, whether `got` is close enough to `expected`."""
    if expected.dtype.kind in "US" or got.dtype.kind in "US":
        return np.asarray(expected.astype(str) == got.astype(str))
    room = tolerance.single.get(where, 0.0) if is_single(got) else 0.0
    expected, got = (in_double(e.astype(int) if e.dtype.kind == "b" else e) for e in (expected, got))
    with np.errstate(all="ignore"):
        allowed = tolerance.relative * np.abs(expected)
        allowed = allowed + (tolerance.absolute + room) * scale_of(expected, tolerance.by_row)
        infinite = np.isinf(expected) & (expected == got)
        return np.asarray((np.abs(got - expected) <= allowed) & np.isfinite(expected) | infinite)


def is_single(value: Value) -> bool:
    """Return whether there is a float32 number anywhere in a value."""
    if isinstance(value, dict):
        return any(map(is_single, value.values()))
    if isinstance(value, list | tuple):
        return any(map(is_single, value))
    return isinstance(value, np.ndarray | np.generic) and value.dtype == np.float32


def in_double(value: Value) -> Value:
    """Return a value whose numbers, but for booleans and complex ones, are float64.

    Integers wrap round when they overflow, and float16 ends at 65504. Nothing is judged in them.
    """
    if isinstance(value, dict):
        return {key: in_double(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(in_double, value))
    numeric = isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "iuf"
    return value.astype(np.float64) if numeric else value


def scale_of(expected: Array, by_row: bool = False) -> Array:
    """Return the largest finite entry of an array, or of each row with `by_row`; broadcasts to `expected`.

    A row is what lies along the last axis; in an array of one axis, each entry is a row.
    """
    size = np.abs(np.where(np.isfinite(expected), expected, 0.0))
    if not by_row:
        return np.asarray(size.max(initial=0.0))
    return np.asarray(size.max(axis=-1, keepdims=True, initial=0.0) if size.ndim > 1 else size)


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
