"""Choose the case that tells a student most about a wrong answer, and say in words which one it is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Hashable, Sequence, Sized

import numpy as np

from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import Case, CaseSet
from rnncourse.checking.compare import Mismatch
from rnncourse.checking.values import Value

_FACTOR = 4.0
"""Of two samples of ordinary numbers, the largest differ by less."""


def most_telling(
    cases: Sequence[Case], answers: Sequence[Answer], mismatches: Sequence[Mismatch | None]
) -> int:
    """Return the number of the wrong case to show: the smallest that goes wrong just as the first does.

    Cases are asked from the ordinary to the special, so the first wrong one is the most ordinary. One of
    half its size or less is easier to follow by hand. It is taken where the same can be said of the
    difference, and where it is as ordinary: zeros and large numbers would look like the cause, and where
    sizes are equal nobody sees which is which.
    """
    wrong = [number for number, mismatch in enumerate(mismatches) if mismatch]
    first = wrong[0]
    sizes = {number: sum(map(_size, cases[number].inputs.values())) for number in wrong}
    small = [number for number in wrong if 2 * sizes[number] <= sizes[first]]
    small = [number for number in small if _as_ordinary(cases[number], cases[first])]
    kind = _kind(answers[first], mismatches[first]) if small else None
    alike = [number for number in small if _kind(answers[number], mismatches[number]) == kind]
    return min(alike, key=lambda number: (sizes[number], number), default=first)


def where(cases: CaseSet, number: int, mismatches: Sequence[Mismatch | None]) -> str:
    """Return what a wrong case probes, whether others were passed over for it, and which output is wrong in it."""
    group = next(group for group in cases.groups if group.id == cases.cases[number].group)
    said = f"{group.says}, a small one of those that fail" if any(mismatches[:number]) else group.says
    mismatch = mismatches[number]
    place = mismatch.where if mismatch else ""
    if cases.parts and place[:1] == "[" and place[1:2].isdigit():
        return f"{said}; the output `{cases.parts[int(place[1 : place.index(']')])]}`"
    return said


def _as_ordinary(case: Case, first: Case) -> bool:
    """Return whether a case has as many different sizes as another, nothing empty, no zeros and no larger numbers."""
    pairs = [(value, first.inputs[name]) for name, value in case.inputs.items() if name in first.inputs]
    return _sizes(case) >= _sizes(first) and all(itertools.starmap(_looks_like, pairs))


def _looks_like(value: Value, other: Value) -> bool:
    if isinstance(value, int | float) and isinstance(other, int | float):
        return abs(value) <= abs(other)
    if not isinstance(value, np.ndarray) or not isinstance(other, np.ndarray):
        return not (isinstance(value, Sized) and isinstance(other, Sized) and len(value) < min(1, len(other)))
    if value.dtype.kind != "f" or not other.size:
        return value.size >= min(1, other.size)
    largest, usual = (float(np.abs(array).max(initial=0.0)) for array in (value, other))
    zeros = bool((value == 0).any()) > bool((other == 0).any())
    return not zeros and usual / _FACTOR <= largest <= usual * _FACTOR


def _sizes(case: Case) -> int:
    """Return how many different lengths the axes of the arguments have."""
    shapes = (value.shape for value in case.inputs.values() if isinstance(value, np.ndarray))
    return len({length for shape in shapes for length in shape})


def _size(value: Value) -> int:
    """Return how many numbers and letters there are to look at in an argument."""
    if isinstance(value, np.ndarray):
        return value.size
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list | tuple):
        return 1 + sum(map(_size, value))
    return len(value) if isinstance(value, str) else 1


def _kind(answer: Answer, mismatch: Mismatch | None) -> Hashable:
    """Return what is alike in two cases that go wrong in the same way: all that is said but for the numbers."""
    assert mismatch
    raised = answer.raised and (answer.raised.kind, answer.raised.line)
    said = (re.sub(r"\d+(\.\d+)?(e-?\d+)?", "#", text) for text in (mismatch.where, mismatch.problem))
    return raised, answer.failure, *said, mismatch.mistake, mismatch.relation
