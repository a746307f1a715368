"""Recognise a value without keeping it.

A known mistake is recorded by a fingerprint of each answer it gives: the structure of the
answer (types, shapes, keys, texts) and three weighted sums of its numbers. Two answers that
agree to rounding have the same fingerprint; for others to agree in all three sums is a
coincidence of one in billions. The record is small and shows no answer to anybody.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any

import numpy as np

from rnncourse.checking.calling import Answer
from rnncourse.checking.compare import gathered
from rnncourse.checking.values import Value

_MOST_TEXT = 200
_STEPS = (0.6180339887498949, 0.4142135623730951, 0.7320508075688772)
_MOST_STRUCTURE = 1000
_MOST_MESSAGE, _MOST_CAUSE = 400, 60


@dataclass(frozen=True)
class Fingerprint:
    """The recorded form of one answer.

    Attributes
    ----------
    structure : str
        Types, shapes, keys and texts; ``raises ValueError`` and its cause for an exception.
    sums : tuple of float
        Weighted sums of all numbers, in their order.
    scale : float
        Sum of the absolute values, which a difference is measured against.
    """

    structure: str
    sums: tuple[float, ...] = ()
    scale: float = 0.0

    def matches(self, other: Fingerprint, tolerance: float = 1e-7) -> bool:
        """Return whether two fingerprints are of the same answer, up to rounding."""
        if self.structure != other.structure:
            return False
        room = tolerance * max(self.scale, other.scale)
        return all(abs(a - b) <= room for a, b in zip(self.sums, other.sums, strict=True))


def fingerprint(answer: Answer, kinds: bool = False) -> Fingerprint:
    """Return the fingerprint of an answer, or of the way in which there is none.

    Parameters
    ----------
    answer : Answer
        What came back from a call.
    kinds : bool
        Whether integer, boolean and float arrays count as different answers.
    """
    if answer.raised:
        return Fingerprint(f"raises {answer.raised.kind} {cause(answer.raised.message)}".rstrip())
    if answer.failure:
        return Fingerprint(answer.failure)
    numbers: list[np.ndarray[Any, Any]] = []
    structure = _structure(gathered(answer.value), numbers, kinds)
    flat = np.concatenate(numbers) if numbers else np.zeros(0)
    position = np.arange(1, flat.size + 1)
    with np.errstate(all="ignore"):  # a sum that overflows is infinite, and equals nothing
        sums = tuple(_rounded(flat @ (0.5 + (position * step) % 1.0)) for step in _STEPS)
        return Fingerprint(_short(structure), sums, _rounded(np.abs(flat).sum()))


def cause(message: str) -> str:
    """Return what an error says without the numbers and names in it: errors of one cause have it in common."""
    plain = re.sub(r"'[^']*'|\"[^\"]*\"|\([^()]*\)|-?\d[\d.,e+-]*", "", message[:_MOST_MESSAGE])
    return " ".join(re.findall(r"[A-Za-z]+", plain))[:_MOST_CAUSE]


def _short(structure: str) -> str:
    """Return a structure, or where it is long, as that of a tape of hundreds of entries, a hash of it."""
    if len(structure) <= _MOST_STRUCTURE:
        return structure
    return f"sha256 {hashlib.sha256(structure.encode()).hexdigest()}"


def _rounded(number: Any) -> float:
    """Return a number to 12 digits: the rest differs from one processor to the next."""
    return float(f"{number:.12g}")


def _structure(value: Value, numbers: list[np.ndarray[Any, Any]], kinds: bool) -> str:
    """Return the shape of a gathered tree as text and append its numbers to `numbers`."""
    is_number = isinstance(value, np.ndarray | int | float | np.number) and not isinstance(value, bool)
    array = np.asarray(value) if is_number else None
    if array is not None and array.dtype.kind in "biufc":
        flat = (
            array.astype(complex).ravel().view(float)
            if array.dtype.kind == "c"
            else array.astype(float).ravel()
        )
        odd = ~np.isfinite(flat)
        numbers.append(np.where(odd, 0.0, flat))
        kind = array.dtype.kind if kinds or array.dtype.kind == "c" else ""
        return f"{array.shape}{kind}" + (f"!{np.flatnonzero(odd).tolist()[:50]}" if odd.any() else "")
    if isinstance(value, dict):
        items = sorted(((repr(key), item) for key, item in value.items()), key=itemgetter(0))
        return "{" + ",".join(f"{key}:{_structure(item, numbers, kinds)}" for key, item in items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_structure(v, numbers, kinds) for v in value) + "]"
    text = repr(value.tolist() if isinstance(value, np.ndarray) else value)
    return text if len(text) <= _MOST_TEXT else f"text {sha256(text.encode('utf-8', 'replace')).hexdigest()}"
