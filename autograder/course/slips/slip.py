"""What a slip is: edits of a solution at a place, and what a student who made it is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Edit:
    """Put `new` in the place of the bytes from `start` to `end` of a source."""

    start: int
    end: int
    new: str


@dataclass(frozen=True)
class Slip:
    """One small wrong step away from the solution.

    Attributes
    ----------
    id : str
        The operator and the place, such as ``transpose_dropped_in_dh_prev``.
    hint : str
        What happened, at which place; never the right line.
    edits : tuple of Edit
        What it changes in the source, from left to right.
    rank : int
        How simple it is; of two with the same numbers the one with the lower rank is told.
    """

    id: str
    hint: str
    edits: tuple[Edit, ...]
    rank: int = 1


def edited(source: str, edits: Iterable[Edit]) -> str:
    """Return a source with edits that do not touch each other; insertions at one place stay in their order."""
    data = source.encode()
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        data = data[: edit.start] + edit.new.encode() + data[edit.end :]
    return data.decode()


def touch(some: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Return whether edits of two slips are at the same place, so that they cannot both be made."""
    return any(a.start <= b.end and b.start <= a.end for a in some for b in others)


def _alike(some: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next(
        (n for n, (a, b) in enumerate(zip(some, other, strict=False)) if a != b), min(len(some), len(other))
    )


def _trimmed(start: int, old: str, new: str) -> Edit:
    """Return a replacement without what old and new text begin and end with alike: the rest is left to others."""
    front = _alike(old, new)
    back = _alike(old[front:][::-1], new[front:][::-1])
    kept = old[:front].encode()
    inner = old[front : len(old) - back].encode()
    return Edit(start + len(kept), start + len(kept) + len(inner), new[front : len(new) - back])


def replacements(source: str, pairs: Iterable[tuple[str, str]]) -> tuple[Edit, ...] | None:
    """Return replacements of texts as edits; None where they follow on each other.

    Parameters
    ----------
    source : str
        The solution.
    pairs : iterable of (str, str)
        Old and new texts, as a declared mistake has them.
    """
    data, edits = source.encode(), list[Edit]()
    for old, new in pairs:
        if data.count(old.encode()) != 1:
            return None
        edits.append(_trimmed(data.index(old.encode()), old, new))
    edits.sort(key=lambda edit: edit.start)
    if any(touch([a], [b]) for a, b in pairwise(edits)):
        return None
    return tuple(edits)
