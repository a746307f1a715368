"""What an exercise tells about the class: how hard it was, and whether it tells the able from the others.

Difficulty is the mean share of the points. Discrimination is the corrected item-total correlation: Pearson's
between the points of an exercise and the points of all *other* exercises of the notebook, since with itself
everything correlates [1]_ [2]_. Where every exercise is right or wrong, that is the point-biserial.

.. [1] S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28 (1963) 211-218.
.. [2] L. Crocker and J. Algina, "Introduction to Classical and Modern Test Theory", 1986, chapter 14.
.. [3] R. L. Ebel, "Measuring Educational Achievement", 1965: from 0.4 on very good, below 0.2 poor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from statistics import StatisticsError, correlation, fmean

from autograder.judging.verdict import Graded, Verdict
from autograder.report.model import ClassResult, is_settled

FEWEST = 30
"""Answers for a correlation: at 30, the interval of 95 % of a 0.4 still goes from 0.05 to 0.66."""
EASY, HARD, POOR = 0.95, 0.3, 0.2


@dataclass(frozen=True)
class Item:
    """The statistics of one exercise.

    Attributes
    ----------
    answers : int
        Files in which every exercise has a mark.
    difficulty : float or None
        Mean share of the points, 0 to 1: the higher, the easier.
    discrimination : float or None
        The corrected item-total correlation; None where `why` says why there is none.
    low, high : float
        Its interval of 95 %, by Fisher's transformation.
    why : str
        Why there is no discrimination.
    """

    answers: int
    difficulty: float | None
    discrimination: float | None = None
    low: float = 0.0
    high: float = 0.0
    why: str = ""

    @property
    def remark(self) -> str:
        """What is worth a look, in words; empty if nothing is."""
        if self.discrimination is not None and self.high < 0:
            return "who is good elsewhere is worse here: read its text and its checks again"
        if self.difficulty is not None and self.difficulty >= EASY:
            return "nearly everybody has it"
        if self.difficulty is not None and self.difficulty <= HARD:
            return "hard for most"
        if self.discrimination is not None and self.high < POOR:
            return "tells the able from the others badly"
        return ""


def items(class_: ClassResult) -> Mapping[tuple[str, str], Item]:
    """Return the statistics of every exercise, by notebook and exercise."""
    found = {}
    for name in class_.notebooks:
        files = [graded for _, graded in class_.submissions if graded.notebook == name and is_settled(graded)]
        for exercise in dict.fromkeys(verdict.exercise for graded in files for verdict in graded.verdicts):
            found[name, exercise] = _item(exercise, files)
    return found


def _item(exercise: str, files: Sequence[Graded]) -> Item:
    pairs = [
        (verdict, graded) for graded in files for verdict in graded.verdicts if verdict.exercise == exercise
    ]
    shares = [_share(verdict) for verdict, _ in pairs]
    rest = [graded.score - (verdict.score or 0.0) for verdict, graded in pairs]
    item = Item(len(pairs), fmean(shares) if shares else None)
    if all(len(graded.verdicts) == 1 for _, graded in pairs):
        return _without(item, "it is alone in its notebook")
    if len(pairs) < FEWEST:
        return _without(item, f"too few: {len(pairs)}")
    try:
        value = correlation(shares, rest)
    except StatisticsError:  # nothing varies
        return _without(item, "all did the same")
    spread = 1.96 / sqrt(len(pairs) - 3)
    middle = atanh(max(-0.999999, min(value, 0.999999)))
    return Item(item.answers, item.difficulty, value, tanh(middle - spread), tanh(middle + spread))


def _without(item: Item, why: str) -> Item:
    return Item(item.answers, item.difficulty, why=why)


def _share(verdict: Verdict) -> float:
    return (verdict.score or 0.0) / verdict.max_score if verdict.max_score else 1.0
