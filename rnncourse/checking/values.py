"""Values: what goes into a student's function and what comes out of it.

A value is a tree of ``dict``, ``list`` and ``tuple`` whose leaves are NumPy arrays,
numbers, booleans, strings or ``None``. Everything that crosses a boundary of the course
(a call, a file, the wall of the sandbox) is such a tree and nothing else: never a pickle,
never an object with behaviour of its own.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np

from rnncourse.checking.given import Given, Seeded

Value = Any
"""A tree as described above. Python's types cannot say it more closely and stay readable."""

_NUMBER_KINDS = "biufc"


def to_plain(value: object, depth: int = 0) -> Value:
    """Return `value` as a tree of exact built-in types and base-class arrays.

    Subclasses (of ``ndarray``, ``dict``, ``float``, ...) are reduced to what they hold, so
    nothing that is compared later can carry a method of the student's.

    Raises
    ------
    TypeError
        If something in the tree is none of the types a value may hold.
    """
    if depth > 32:
        raise TypeError("a value nested more than 32 levels deep")
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    if type(value) is float or value is None:
        return value
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | complex | np.number):
        return _plain_number(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, dict):
        return {_plain_key(k): to_plain(v, depth + 1) for k, v in dict.items(value)}
    if isinstance(value, list | tuple):
        items = [to_plain(item, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    raise TypeError(f"{type(value).__name__} is not a number, string, array, list, tuple or dict")


def _plain_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a base-class view; keep string and object arrays only where they can be plain."""
    base = np.ndarray.view(array, np.ndarray)
    if base.dtype.kind in _NUMBER_KINDS + "US":
        return base
    raise TypeError(f"an array of dtype {base.dtype} is not numeric")


def _plain_number(value: Any) -> Value:
    """Return a Python int for integers of any kind; keep the precision of NumPy floats."""
    if isinstance(value, np.floating | np.complexfloating):
        return np.asarray(value)[()]
    if isinstance(value, int | np.integer):
        number = int(value)
        if number.bit_length() > 1023:
            raise TypeError(f"an integer of {number.bit_length()} bits, which no float can hold")
        return number
    return complex(value) if isinstance(value, complex) else float(value)


def _plain_key(key: object) -> str | int | tuple[Any, ...]:
    """Return a dictionary key as ``str``, ``int`` or a tuple of them."""
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, int | np.integer) and not isinstance(key, bool):
        return int(key)
    if isinstance(key, tuple):
        return tuple(_plain_key(part) for part in key)
    raise TypeError(f"a dictionary key of type {type(key).__name__}")


def same_bits(a: Value, b: Value) -> bool:
    """Return whether two values are equal bit for bit, NaN included."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(same_bits(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple) and type(a) is type(b):
        return len(a) == len(b) and all(map(same_bits, a, b))
    if isinstance(a, Given | Seeded):
        return True  # made anew for every call
    return type(a) is type(b) and (a == b or (a != a and b != b))


def bits(value: Value) -> Hashable:
    """Return what only values equal bit for bit have in common.

    Raises
    ------
    TypeError
        If the value, or something in it, is made anew for every call.
    """
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, dict):
        return dict, tuple((key, bits(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(bits, value))
    if value is None or isinstance(value, bool | int | float | complex | str):
        return type(value), repr(value)
    raise TypeError(f"a {type(value).__name__} has no bits to be found by")


def arrays_in(value: Value, path: str = "") -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """Yield every array in the tree with its path, such as ``["h"][2]``."""
    if isinstance(value, np.ndarray):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from arrays_in(item, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from arrays_in(item, f"{path}[{index}]")


def describe(value: Value) -> str:
    """Return what a value is, in a few words: ``array of shape (3, 5), float64``."""
    if isinstance(value, np.ndarray):
        return f"array of shape {value.shape}, {value.dtype}"
    if isinstance(value, list | tuple | dict):
        noun = {list: "list", tuple: "tuple", dict: "dict"}[type(value)]
        return f"{noun} of {len(value)}"
    if isinstance(value, Given | Seeded):
        if isinstance(value, Given) and value.name == "suspect":
            return f"suspect{value.constants}"
        return f"the function {value.name}" if isinstance(value, Given) else f"default_rng({value.seed})"
    if value is None:
        return "None"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"
