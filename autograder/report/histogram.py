"""Geometry and description of a score histogram; the template only draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320.0, 150.0
_LEFT, _RIGHT, _TOP, _FLOOR = 4.0, 316.0, 18.0, 128.0
_SLOTS = 11
_GAP = 2.0


@dataclass(frozen=True)
class Bar:
    """One column: where it stands in the drawing, how many files, and which scores."""

    x: float
    y: float
    width: float
    height: float
    count: int
    label: str

    @property
    def middle(self) -> float:
        """Horizontal centre of the column."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Histogram:
    """A drawing of 320 by 150 units.

    Attributes
    ----------
    bars : tuple of Bar
        Ten tenths of the points, and full marks as a column of its own.
    median : float or None
        Horizontal place of the median.
    alt : str
        The same in words and numbers.
    """

    bars: tuple[Bar, ...]
    median: float | None
    alt: str
    width: float = WIDTH
    height: float = HEIGHT
    floor: float = _FLOOR


def slot(score: float, max_score: float) -> int:
    """Return the column of a score: 0 to 9 for the tenths, 10 for full marks.

    Sums of points carry rounding errors, so a score that misses a border by a billionth is on it.
    """
    share = score / max_score + 1e-9 if max_score > 0 else 1.0
    return max(0, min(int(10 * share), _SLOTS - 1))


def labels() -> tuple[str, ...]:
    """Return what each column stands for."""
    return (*(f"{10 * i} to under {10 * i + 10} %" for i in range(10)), "full marks")


def histogram(name: str, scores: Sequence[float], max_score: float, median: float | None) -> Histogram:
    """Return the histogram of the scores of one notebook.

    Parameters
    ----------
    name : str
        Of the notebook.
    scores : sequence of float
        One sum of points for each file.
    max_score : float
        Points there are.
    median : float or None
        To mark in the drawing.
    """
    counts = [0] * _SLOTS
    for score in scores:
        counts[slot(score, max_score)] += 1
    step = (_RIGHT - _LEFT) / _SLOTS
    scale = (_FLOOR - _TOP) / max(1, *counts)
    bars = tuple(
        Bar(_LEFT + i * step + _GAP, _FLOOR - count * scale, step - 2 * _GAP, count * scale, count, label)
        for i, (count, label) in enumerate(zip(counts, labels(), strict=True))
    )
    return Histogram(bars, _place(median, max_score, step), _describe(name, bars, len(scores), max_score))


def _place(median: float | None, max_score: float, step: float) -> float | None:
    """Return where the median stands: to scale within the tenths, at the centre of full marks."""
    if median is None or max_score <= 0:
        return None
    if slot(median, max_score) == _SLOTS - 1:
        return _RIGHT - step / 2
    return _LEFT + 10 * median / max_score * step


def _describe(name: str, bars: Sequence[Bar], files: int, max_score: float) -> str:
    counts = "; ".join(f"{bar.label}: {bar.count}" for bar in bars if bar.count)
    noun = "score" if files == 1 else "scores"
    return (
        f"Histogram of {files} {noun} in {name}, as shares of {max_score:g} points. {counts or 'No scores'}."
    )
