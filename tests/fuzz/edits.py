"""Change a tree of dicts and lists as a string of random bytes says."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import atheris

Provider = atheris.FuzzedDataProvider
Container = Any
"""A dict or a list."""

DEEP: list[Any] = []
for _ in range(70):
    DEEP = [DEEP]

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 3, 2**31, 2**63, 10**18, 10**300, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"),
    "", " ", "\0", "\ud800", "\u202e", "\x1b[2J", "\r\n", "<script>alert(1)</script>", "x" * 5_000, "((((" * 500,
    "é\U0001f600", "]](![", "`" * 300, "> " * 300, "\\", "code", "raw", [], {}, [""], [[]], {"": None}, DEEP,
)  # fmt: skip
"""What may stand in any place of a tree that somebody else made."""


def edited(
    tree: Any, fdp: Provider, most: int, words: Sequence[Any] = (), leaf: Callable[..., Any] | None = None
) -> Any:
    """Return a copy of `tree` with up to `most` changes.

    Parameters
    ----------
    tree : Any
        Dicts and lists; everything else in it is a leaf.
    fdp : FuzzedDataProvider
        Decides what is done; when it has no more bytes nothing more is done.
    most : int
        How many changes at most.
    words : sequence
        Values that mean something in this kind of tree.
    leaf : callable, optional
        ``leaf(value, fdp)`` changes a leaf, or returns it as it is.
    """
    root = {"": copy.deepcopy(tree)}
    for _ in range(fdp.ConsumeIntInRange(0, most)):
        if not fdp.remaining_bytes():
            break
        holder, key = _place(root, fdp)
        _change(holder, key, root, fdp, words, leaf)
    return root.get("")


def _place(root: Container, fdp: Provider) -> tuple[Container, Any]:
    """Return a container and a key in it, found by going down from the root."""
    holder: Container = root
    key: Any = ""
    while fdp.remaining_bytes() and fdp.ConsumeIntInRange(0, 7):
        inner = holder[key]
        if not isinstance(inner, dict | list) or not inner:
            break
        keys = list(inner) if isinstance(inner, dict) else range(len(inner))
        holder, key = inner, keys[fdp.ConsumeIntInRange(0, len(keys) - 1)]
    return holder, key


def _change(
    holder: Container, key: Any, root: Container, fdp: Provider, words: Sequence[Any], leaf: Any
) -> None:
    kind = fdp.ConsumeIntInRange(0, 9)
    if kind <= 1:
        holder[key] = _value(fdp, words)
    elif kind == 2 and holder is not root:
        del holder[key]
    elif kind == 3:
        _double(holder, key, fdp)
    elif kind == 4:
        holder[key] = _retyped(holder[key], fdp)
    elif kind == 5:
        other, there = _place(root, fdp)
        if other is not root:
            holder[key], other[there] = copy.deepcopy(other[there]), copy.deepcopy(holder[key])
    elif kind == 6:
        _add(holder[key], fdp, words)
    elif kind == 7 and isinstance(holder[key], str):
        holder[key] = _rewritten(holder[key], fdp)
    elif kind == 8 and isinstance(holder[key], list) and len(holder[key]) > 1:
        turn = fdp.ConsumeIntInRange(1, len(holder[key]) - 1)
        holder[key] = holder[key][turn:] + holder[key][:turn]
    elif leaf:
        holder[key] = leaf(holder[key], fdp)


def _value(fdp: Provider, words: Sequence[Any]) -> Any:
    choice = fdp.ConsumeIntInRange(0, len(VALUES) + len(words) + 2)
    if choice < len(VALUES):
        return copy.deepcopy(VALUES[choice])
    if choice < len(VALUES) + len(words):
        return copy.deepcopy(words[choice - len(VALUES)])
    return fdp.ConsumeUnicode(fdp.ConsumeIntInRange(0, 30)) if choice % 2 else fdp.ConsumeInt(8)


def _double(holder: Container, key: Any, fdp: Provider) -> None:
    """Put copies of what is there beside it."""
    if isinstance(holder, list):
        for _ in range(fdp.ConsumeIntInRange(1, 3)):
            holder.insert(fdp.ConsumeIntInRange(0, len(holder)), copy.deepcopy(holder[key]))
    else:
        holder[f"{key}2"] = copy.deepcopy(holder[key])


def _retyped(value: Any, fdp: Provider) -> Any:
    """Return a value as another type that holds the same."""
    choice = fdp.ConsumeIntInRange(0, 5)
    if choice == 0:
        return [value]
    if choice == 1:
        return {"value": value}
    if choice == 2:
        return value.split("\n") if isinstance(value, str) else str(value)[:10_000]
    if choice == 3 and isinstance(value, list):
        return dict(enumerate_as_text(value))
    if choice == 4 and isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, str | dict) else bool(type(value) is int)


def enumerate_as_text(items: Sequence[Any]) -> list[tuple[str, Any]]:
    """Return items with their places as keys."""
    return [(str(n), item) for n, item in enumerate(items)]


def _add(value: Any, fdp: Provider, words: Sequence[Any]) -> None:
    """Put something new into a container."""
    if isinstance(value, dict):
        value[str(_value(fdp, [w for w in words if isinstance(w, str)]))[:200]] = _value(fdp, words)
    elif isinstance(value, list):
        value.insert(fdp.ConsumeIntInRange(0, len(value)), _value(fdp, words))


def _rewritten(text: str, fdp: Provider) -> str:
    """Return a text with something cut out, put in or repeated."""
    first, last = sorted(fdp.ConsumeIntInRange(0, len(text)) for _ in range(2))
    choice = fdp.ConsumeIntInRange(0, 3)
    if choice == 0:
        return text[:first] + text[last:]
    if choice == 1:
        return text[:first] + fdp.ConsumeUnicode(fdp.ConsumeIntInRange(0, 20)) + text[first:]
    if choice == 2:
        return text[:last] + text[first:last] * min(20, 10_000 // max(1, last - first)) + text[last:]
    return text[:first] + "\n" + " " * fdp.ConsumeIntInRange(0, 8) + text[first:]


def flipped(data: bytes, fdp: Provider, most: int) -> bytes:
    """Return bytes of which up to `most` are others, and whose end may be missing."""
    content = bytearray(data)
    for _ in range(fdp.ConsumeIntInRange(0, most) if content else 0):
        content[fdp.ConsumeIntInRange(0, len(content) - 1)] = fdp.ConsumeIntInRange(0, 255)
    is_cut = content and fdp.ConsumeIntInRange(0, 15) == 15
    return bytes(content[: fdp.ConsumeIntInRange(0, len(content))] if is_cut else content)
