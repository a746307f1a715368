"""Take an answer apart into its outputs, so that each can be explained for itself.

An answer is taken apart where the expected one has tuples and dicts, two levels deep: ``dx``, ``dWxh``
and ``dWhh`` of a backward pass, or the arrays of two dicts. What is built in another way stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnncourse.checking.calling import Answer
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.values import Value

Path = tuple[str | int, ...]
_MOST = 24
_DEEP = 2


def paths_of(expected: Value, deep: int = _DEEP) -> list[Path]:
    """Return where the outputs of an expected answer are; only the empty path where it is one output."""
    items = _items(expected)
    if not deep or not items:
        return [()]
    found = [(key, *rest) for key, value in items for rest in paths_of(value, deep - 1)]
    return found if len(found) <= _MOST else [()]


def _items(value: Value) -> list[tuple[Any, Value]]:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, tuple) else []


def portions(answer: Answer, expected: Value) -> list[Answer]:
    """Return the outputs of an answer, one for each path of the expected one.

    Where there is no answer, or it is built in another way, each of them is the whole.
    """
    paths = paths_of(expected)
    if not answer.answered or not _fits(answer.value, expected, _DEEP):
        return [answer] * len(paths)
    return [Answer(_at(answer.value, path)) for path in paths]


def prints_of(answer: Answer, expected: Value, kinds: bool) -> list[Fingerprint]:
    """Return the fingerprint of each output of an answer."""
    found = portions(answer, expected)
    if found and all(portion is found[0] for portion in found):
        return [fingerprint(found[0], kinds)] * len(found)
    return [fingerprint(portion, kinds) for portion in found]


def _fits(value: Value, expected: Value, deep: int) -> bool:
    """Return whether a value has the outputs that are expected, and no others."""
    if not deep or not _items(expected):
        return True
    if isinstance(expected, dict):
        return (
            isinstance(value, dict)
            and value.keys() == expected.keys()
            and all(_fits(value[key], inner, deep - 1) for key, inner in expected.items())
        )
    return (
        isinstance(value, list | tuple)
        and len(value) == len(expected)
        and all(_fits(one, inner, deep - 1) for one, inner in zip(value, expected, strict=True))
    )


def _at(value: Value, path: Path) -> Value:
    for key in path:
        value = value[key]
    return value


def named(path: Path, parts: Sequence[str]) -> str:
    """Return an output in words: ```dWhh```, or of a dict that is one of several outputs, ```dforward["Wxh"]```."""
    if not path:
        return "the answer"
    first = path[0]
    if isinstance(first, int):
        first = parts[first] if first < len(parts) else f"output {first + 1}"
    return (
        f"`{first}" + "".join(f'["{key}"]' if isinstance(key, str) else f"[{key}]" for key in path[1:]) + "`"
    )
