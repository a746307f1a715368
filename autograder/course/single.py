"""How much of an answer is lost when the arithmetic is done in single precision.

A student who works in float32 gets other last digits than the reference. How many depends on the
question: a sum of four products loses less than forty steps of a recurrence. So the reference is
run once more with arrays of float32, and its own loss says what a float32 answer may be off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from rnncourse.checking.calling import call
from rnncourse.checking.compare import in_double, scale_of
from rnncourse.checking.values import Value

TIMES = 10.0
"""How many times the reference's loss is allowed: another order of the same sums loses more or less."""
_LEAST = float(np.finfo(np.float32).eps)
_MOST = 1e-4
"""No case may lose more than this: an answer rounded to three digits must never pass."""


class Single(np.ndarray[Any, Any]):
    """An array that does all its arithmetic in float32, also with an array of float64."""

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: tuple[Any, ...] | None = None, **how: Any
    ) -> Any:
        if method == "at":  # in place on the first, which may be a plain array
            return getattr(ufunc, method)(*map(_plain, inputs), **how)
        result = getattr(ufunc, method)(*map(_narrow, inputs), **how)
        if out is None:
            return result.view(Single) if isinstance(result, np.ndarray) else result
        np.copyto(_plain(out[0]), result)
        return out[0]


def _plain(value: Any) -> Any:
    return value.view(np.ndarray) if isinstance(value, np.ndarray) else value


def _narrow(value: Any) -> Any:
    """Return an operand of an operation in float32."""
    wide = isinstance(value, np.ndarray | np.float64) and value.dtype == np.float64
    return value.astype(np.float32).view(np.ndarray) if wide else _plain(value)


def single(value: Value) -> Value:
    """Return a value whose arrays of floats are :class:`Single`."""
    if isinstance(value, dict):
        return {key: single(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(single, value))
    wide = isinstance(value, np.ndarray) and value.dtype == np.float64
    return value.astype(np.float32).view(Single) if wide else value


def cast(value: Value, dtype: type[np.floating[Any]], digits: int | None = None) -> Value:
    """Return a value whose floats are of another dtype, after rounding to so many digits after the point."""
    if isinstance(value, dict):
        return {key: cast(item, dtype, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(cast(item, dtype, digits) for item in value)
    if np.asarray(value).dtype.kind != "f":
        return value
    rounded = np.asarray(value if digits is None else np.round(value, digits))
    with np.errstate(over="ignore"):
        return rounded.astype(dtype)[()]


def allowed_in_single(
    reference: Callable[..., Any], inputs: Mapping[str, Value], expected: Value, by_row: bool
) -> dict[str, float]:
    """Return what a float32 answer may be off, by path, as a fraction of the scale there.

    Parameters
    ----------
    reference : callable
        The right function.
    inputs : mapping
        Arguments in order.
    expected : value
        What it answers in double precision.
    by_row : bool
        Whether the scale is that of each row; see :func:`rnncourse.checking.compare.scale_of`.
    """
    answer = call(reference, {name: single(value) for name, value in inputs.items()})
    found = dict(_floats(answer.value)) if answer.answered else {}
    return {
        path: float(f"{TIMES * min(max(_loss(right, found.get(path), by_row), _LEAST), _MOST / TIMES):.2g}")
        for path, right in _floats(expected)
    }


def _loss(right: np.ndarray[Any, Any], got: np.ndarray[Any, Any] | None, by_row: bool) -> float:
    """Return the largest error as a fraction of the scale; 0 where there is nothing to compare."""
    if got is None or got.shape != right.shape:
        return 0.0
    with np.errstate(all="ignore"):
        lost = np.abs(in_double(got) - right) / scale_of(right, by_row)
    return float(np.max(lost[np.isfinite(lost)], initial=0.0))


def _floats(value: Value, path: str = "") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yield every float number and array in a value, with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _floats(item, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _floats(item, f"{path}[{index}]")
    elif isinstance(value, float | np.ndarray | np.floating) and np.asarray(value).dtype.kind == "f":
        yield path, np.asarray(value)
