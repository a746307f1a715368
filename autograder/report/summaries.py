"""Counts, means, medians, times and repairs of a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from autograder.judging.verdict import OUTCOMES, Graded, Verdict
from autograder.report.model import ClassResult, is_marked, is_settled, natural


@dataclass(frozen=True)
class ExerciseSummary:
    """How the class did in one exercise.

    Attributes
    ----------
    exercise : str
        Its name.
    counts : dict
        Number of files by outcome, in the order of :data:`OUTCOMES`, without zeros.
    max_score : float
        Points there are.
    mean, median : float or None
        Of the points given; cases for a person are left out. None if nothing is left.
    """

    exercise: str
    counts: dict[str, int]
    max_score: float
    mean: float | None
    median: float | None


@dataclass(frozen=True)
class NotebookSummary:
    """How the class did in one notebook.

    Attributes
    ----------
    name : str
        Such as ``02_forward``.
    files : int
        How many were handed in.
    exercises : tuple of ExerciseSummary
        In the order of the notebook.
    scores : tuple of float
        Sums of the files in which every exercise has a mark, ascending.
    max_score : float
        Points there are.
    """

    name: str
    files: int
    exercises: tuple[ExerciseSummary, ...]
    scores: tuple[float, ...]
    max_score: float

    @property
    def left_out(self) -> int:
        """Files without a sum, because a mark in them is open."""
        return self.files - len(self.scores)

    @property
    def mean(self) -> float | None:
        """Mean of the scores."""
        return fmean(self.scores) if self.scores else None

    @property
    def median(self) -> float | None:
        """Median of the scores."""
        return median(self.scores) if self.scores else None


@dataclass(frozen=True)
class Repair:
    """One thing that was mended, and in whose files."""

    says: str
    notebook: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Timing:
    """How long files took, in seconds of wall time each."""

    median: float
    ninth_decile: float
    total: float
    slowest: tuple[tuple[str, Graded], ...]


def count_outcomes(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how often each outcome occurs, in the order of :data:`OUTCOMES`, without zeros."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    return {outcome: counts[outcome] for outcome in OUTCOMES if counts[outcome]}


def summarise(class_: ClassResult) -> tuple[NotebookSummary, ...]:
    """Return a summary of each notebook that was recognised."""
    return tuple(_notebook(name, class_) for name in class_.notebooks)


def _notebook(name: str, class_: ClassResult) -> NotebookSummary:
    files = [graded for _, graded in class_.submissions if graded.notebook == name]
    by_exercise: dict[str, list[Verdict]] = {}
    for graded in files:
        for verdict in graded.verdicts:
            by_exercise.setdefault(verdict.exercise, []).append(verdict)
    return NotebookSummary(
        name=name,
        files=len(files),
        exercises=tuple(_exercise(exercise, verdicts) for exercise, verdicts in by_exercise.items()),
        scores=tuple(sorted(graded.score for graded in files if is_settled(graded))),
        max_score=max((graded.max_score for graded in files), default=0.0),
    )


def _exercise(exercise: str, verdicts: Sequence[Verdict]) -> ExerciseSummary:
    scores = [verdict.score or 0.0 for verdict in verdicts if is_marked(verdict)]
    return ExerciseSummary(
        exercise=exercise,
        counts=count_outcomes(verdicts),
        max_score=max(verdict.max_score for verdict in verdicts),
        mean=fmean(scores) if scores else None,
        median=median(scores) if scores else None,
    )


def repairs(class_: ClassResult) -> tuple[Repair, ...]:
    """Return what was mended, the most frequent first."""
    found: dict[tuple[str, str], set[str]] = {}
    for student, graded in class_.submissions:
        for says in graded.repairs:
            found.setdefault((graded.notebook, says), set()).add(student)
    made = (Repair(says, name, tuple(sorted(who, key=natural))) for (name, says), who in found.items())
    return tuple(sorted(made, key=lambda repair: (-len(repair.students), repair.notebook, repair.says)))


def timing(class_: ClassResult, slowest: int = 10) -> Timing | None:
    """Return how long files took; None if there are none.

    Parameters
    ----------
    class_ : ClassResult
        The class.
    slowest : int
        How many of the slowest files to name.
    """
    if not class_.submissions:
        return None
    ranked = sorted(class_.submissions, key=lambda pair: (-pair[1].seconds, natural(pair[0]), pair[1].path))
    seconds = [graded.seconds for _, graded in ranked]
    # The smallest time that at least nine tenths of the files keep within.
    ninth = seconds[len(seconds) // 10]
    return Timing(median(seconds), ninth, sum(seconds), tuple(ranked[:slowest]))
