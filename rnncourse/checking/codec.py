"""Values as JSON data and back; the same tree in a case file and on the wire of the sandbox.

Only arrays differ: in a file their numbers are written out, on a wire they travel as raw bytes.
What is read may come from a stranger, so depth, keys and texts are bounded before anything is made.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np

from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.sealed import Lock, Sealed
from rnncourse.checking.values import Value

MOST_DEPTH = 64
MOST_KEYS = 4_096
"""Keys of one dictionary; more of them, chosen to collide, could keep a reader busy for hours."""
MOST_BYTES = 64 << 20
"""Bytes of one array."""

Array = np.ndarray[Any, Any]

_LEAVES = frozenset((type(None), bool, int, float, str))
"""What is the same in JSON. Most of a tree is that, so it is looked at first."""


class Arrays(Protocol):
    """How arrays of numbers are written: as an object of JSON with a ``shape``."""

    def write(self, array: Array) -> dict[str, Any]:
        """Return an array as JSON data."""

    def read(self, data: dict[str, Any], shape: tuple[int, ...]) -> Array:
        """Return the array that :meth:`write` wrote."""


class WrittenOut:
    """Every entry as a number, in C order; an array that is stored by columns stays so."""

    def write(self, array: Array) -> dict[str, Any]:
        """Return an array as JSON data."""
        layout = {"order": "F"} if array.flags.fnc else {}
        return {"dtype": str(array.dtype), "shape": list(array.shape), "data": _numbers(array)} | layout

    def read(self, data: dict[str, Any], shape: tuple[int, ...]) -> Array:
        """Return the array that :meth:`write` wrote."""
        array = np.array(data["data"], dtype=data["dtype"]).reshape(shape)
        return np.array(array, order=data.get("order", "C"))


def _numbers(array: Array) -> list[Any]:
    """Return the entries of `array` in C order; whole floats lose their ``.0``."""
    if array.dtype.kind != "f":
        return list(array.ravel().tolist())
    return [int(x) if _is_short(x) else x for x in array.ravel().tolist()]


def _is_short(x: float) -> bool:
    """Return whether `x` is whole and not large, and not the zero whose sign an integer loses."""
    return abs(x) < 1e9 and x == int(x) and (x != 0 or math.copysign(1, x) > 0)


def to_json(value: Value, arrays: Arrays = WrittenOut()) -> Any:  # noqa: B008 -- it holds nothing
    """Return `value` as JSON data; :func:`from_json` turns it back.

    Raises
    ------
    ValueError
        If a dictionary has more than :data:`MOST_KEYS` keys.
    """
    if type(value) in _LEAVES:
        return value
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "US":
            return {"texts": [str(item) for item in value.ravel().tolist()], "shape": list(value.shape)}
        return arrays.write(value)
    if isinstance(value, np.generic):
        return {"scalar": arrays.write(np.asarray(value))}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, tuple):
        return {"tuple": [to_json(item, arrays) for item in value]}
    if isinstance(value, Given):
        return {"given": value.name, "constants": to_json(value.constants, arrays)}
    if isinstance(value, Seeded):
        return {"seeded": value.seed}
    if isinstance(value, Sealed):
        return {"sealed": value.token, "salt": value.lock.salt, "room": value.lock.room}
    if isinstance(value, dict):
        if len(value) > MOST_KEYS:
            raise ValueError(f"a dictionary of {len(value)} keys is too large")
        return {"dict": [[to_json(key, arrays), to_json(item, arrays)] for key, item in value.items()]}
    return [to_json(item, arrays) for item in value] if isinstance(value, list) else value


def from_json(data: Any, arrays: Arrays = WrittenOut(), depth: int = 0) -> Value:  # noqa: B008
    """Return the value that :func:`to_json` wrote.

    Raises
    ------
    ValueError, LookupError, TypeError, OverflowError
        If `data` is not something that :func:`to_json` writes.
    """
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(data, list):
        return [item if type(item) in _LEAVES else from_json(item, arrays, depth + 1) for item in data]
    if not isinstance(data, dict):
        return data
    if "dict" in data:
        if len(data["dict"]) > MOST_KEYS:
            raise ValueError("a dictionary with too many keys")
        return {
            key if type(key) is str else from_json(key, arrays, depth + 1): (
                item if type(item) in _LEAVES else from_json(item, arrays, depth + 1)
            )
            for key, item in data["dict"]
        }
    if "tuple" in data:
        return tuple(from_json(item, arrays, depth + 1) for item in data["tuple"])
    if "given" in data:
        return Given(str(data["given"]), from_json(data["constants"], arrays, depth + 1))
    if "seeded" in data:
        return Seeded(int(data["seeded"]))
    if "sealed" in data:
        return Sealed(Lock(data["salt"], data["room"]), data["sealed"])
    if "complex" in data:
        return complex(*data["complex"])
    return _array(data, arrays)


def _array(data: dict[str, Any], arrays: Arrays) -> Array:
    """Return an array or a scalar."""
    if "scalar" in data:
        return arrays.read(data["scalar"], ())[()]
    if "texts" in data:
        return _texts(data["texts"], _shape(data))
    if "shape" in data:
        return arrays.read(data, _shape(data))
    raise ValueError(f"not a value: {sorted(data)[:5]}")


def _shape(data: dict[str, Any]) -> tuple[int, ...]:
    shape = tuple(data["shape"])
    if len(shape) > 16 or not all(type(size) is int and 0 <= size <= MOST_BYTES for size in shape):
        raise ValueError("an impossible shape")
    return shape


def _texts(texts: list[Any], shape: tuple[int, ...]) -> Array:
    """Return an array of texts; each entry has room for the longest, so one long text is dear."""
    texts = [str(text) for text in texts]
    if 4 * len(texts) * max(map(len, texts), default=0) > MOST_BYTES:
        raise ValueError("an array of texts that is too large")
    return np.array(texts, dtype=str).reshape(shape)
