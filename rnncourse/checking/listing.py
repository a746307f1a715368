"""Say how wrong lists, texts and dicts follow from the right ones, where they do in every test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rnncourse.checking.values import Value

_FEW = 2
"""So many different answers must show it."""


def listing(pairs: Sequence[tuple[Value, Value]]) -> tuple[str, str] | None:
    """Return id and words for what all pairs of expected and given values have in common.

    Parameters
    ----------
    pairs : sequence of (value, value)
        One output in every case, arrays as lists. The words follow on its name and "is".
    """
    off = [pair for pair in pairs if pair[0] != pair[1]]
    for name, words, change in _CHANGES:
        if len({repr(got) for _, got in off}) >= _FEW and all(_gives(change, e, g) for e, g in pairs):
            return name, words
    if len(off) >= _FEW and all(_same_things(e, g) for e, g in off):
        return "another_order", "made of the right things, in another order"
    return None


def _gives(change: Callable[[Any], Any], expected: Value, got: Value) -> bool:
    try:
        return bool(change(expected) == got)
    except (TypeError, ValueError, IndexError, AttributeError, KeyError):
        return False


def _rows(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what changes each row of a list of lists."""
    return lambda rows: [change(row) if isinstance(row, list) else _none() for row in rows]


def _none() -> Any:
    raise TypeError


def _values(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what changes each number, however deep it lies."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(one) for one in value]
        if isinstance(value, dict):
            return {key: changed(one) for key, one in value.items()}
        return change(value) if isinstance(value, int | float) else _none()

    return changed


def _lowered(value: Any) -> Any:
    if isinstance(value, list):
        return [_lowered(one) for one in value]
    if isinstance(value, dict):
        return {_lowered(key): one for key, one in value.items()}
    return value.lower() if isinstance(value, str) else value


_CHANGES: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
    ("reversed", "in the opposite order", lambda v: v[::-1]),
    (
        "rows_reversed",
        "right but for the order within each row, which is turned round",
        _rows(lambda row: row[::-1]),
    ),
    ("rows_sorted", "right but for the order within each row, which is sorted", _rows(sorted)),
    ("first_lost", "right, but the first one is missing", lambda v: v[1:]),
    ("last_lost", "right, but the last one is missing", lambda v: v[:-1]),
    ("first_of_rows_lost", "right, but the first of each row is missing", _rows(lambda row: row[1:])),
    ("last_of_rows_lost", "right, but the last of each row is missing", _rows(lambda row: row[:-1])),
    (
        "repeats_lost",
        "right, but what comes again in a row is missing",
        _rows(lambda row: list(dict.fromkeys(row))),
    ),
    ("one_too_much", "one more than it should be everywhere", _values(lambda v: v + 1)),
    ("one_too_little", "one less than it should be everywhere", _values(lambda v: v - 1)),
    ("first_only", "the first of what it should be, alone", lambda v: v[0]),
    ("in_a_list", "right, but in a list of its own", lambda v: [v]),
    (
        "flattened",
        "one list of all, where each row should have its own",
        lambda v: [one for row in v for one in row],
    ),
    (
        "keys_and_values_exchanged",
        "right, but with keys and values exchanged",
        lambda v: {b: a for a, b in v.items()},
    ),
    ("keys_only", "a list of the keys alone", list),
    ("lower_case", "right, but in lower case", _lowered),
    ("as_texts", "right, but as one text", lambda v: " ".join(v)),
    ("counted", "the number of things, not the things", len),
)


def _same_things(expected: Value, got: Value) -> bool:
    """Return whether two lists hold the same things, or two dicts the same keys and the same values."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and _sorted(expected.values()) == _sorted(got.values())
    if not isinstance(expected, list) or not isinstance(got, list) or len(expected) != len(got):
        return False
    if all(isinstance(row, list) for row in (*expected, *got)):
        rows = zip(expected, got, strict=True)
        return _sorted(expected) == _sorted(got) or all(_sorted(e) == _sorted(g) for e, g in rows)
    return _sorted(expected) == _sorted(got)


def _sorted(things: Any) -> list[str]:
    return sorted(map(repr, things))
