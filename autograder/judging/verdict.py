"""What grading says: one verdict an exercise, and what was done to the file to get there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from autograder.sandbox import UNCONFINED
from rnncourse.checking import outcomes as checking

UNGRADABLE, GRADER_FAULT = "ungradable", "grader_fault"

HOW_READ, SAYS = "how-it-was-read", "rnncourse"
"""In a marked notebook: the id of a first cell that says what was mended, and where a card's metadata say how
the exercise came out."""

OUTCOMES = checking.OUTCOMES | {
    UNGRADABLE: checking.Outcome(
        "∅", "unreadable", "cannot be graded", "what was handed in cannot be read as this notebook", "#6e7781"
    ),
    GRADER_FAULT: checking.Outcome(
        "?",
        "grader fault",
        "was not graded",
        "we failed, not the student: no mark is given and a person must look",
        "#6e7781",
    ),
}
"""The eight outcomes. They are never mixed up."""

NEEDS_A_PERSON = (UNGRADABLE, GRADER_FAULT)


@dataclass(frozen=True)
class Verdict:
    """What was found for one exercise of one submission.

    Attributes
    ----------
    exercise, outcome : str
        Its name, and a key of :data:`OUTCOMES`.
    score, max_score : float
        Points. The score of a grader fault is None: it is no mark at all.
    mistake : str or None
        Id of the mistake that was proved.
    message : str
        One or a few sentences for the student; shows no hidden number.
    seed : int
        Draws the same cases again.
    text, html : str
        The whole card for the student, without hidden numbers.
    flags : tuple of str
        Remarks for a person; they never change a mark.
    fraction : float
        The share of the points that was earned, before rounding.
    """

    exercise: str
    outcome: str
    score: float | None
    max_score: float
    mistake: str | None = None
    message: str = ""
    seed: int = 0
    text: str = ""
    html: str = ""
    flags: tuple[str, ...] = ()
    fraction: float = 0.0

    def out_of(self, points: float) -> Verdict:
        """Return the same verdict where the exercise is worth so many points."""
        if points == self.max_score:
            return self
        score = None if self.score is None else round(self.fraction * points, 2)
        return replace(self, score=score, max_score=points)

    def record(self, path: str, student: str = "") -> dict[str, Any]:
        """Return the verdict as the record that ``autograder grade --json`` writes; see :mod:`.record`."""
        keys = ("exercise", "outcome", "score", "max_score", "mistake", "message", "seed", "flags")
        return (
            {"path": path, "student": student}
            | {key: getattr(self, key) for key in keys}
            | {"flags": list(self.flags)}
        )


@dataclass(frozen=True)
class Graded:
    """The result for one submitted file.

    Attributes
    ----------
    path : str
        Where the file is.
    notebook : str
        Name of the notebook it was read as; empty if it could not be.
    verdicts : tuple of Verdict
        One for each exercise of the notebook, in its order.
    repairs : tuple of str
        What was mended before running it, as sentences for the student.
    outputs : dict
        Notebook outputs of the student's code cells, by cell id of the repaired notebook.
    seconds : float
        Wall time spent on it.
    problem : str
        Why the file as a whole is ungradable, or empty.
    sandbox : str
        What confined the student's code; empty if none was run.
    """

    path: str
    notebook: str
    verdicts: tuple[Verdict, ...]
    repairs: tuple[str, ...] = ()
    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    seconds: float = 0.0
    problem: str = ""
    sandbox: str = ""

    @property
    def score(self) -> float:
        """Sum of the points given."""
        return sum(v.score or 0.0 for v in self.verdicts)

    @property
    def max_score(self) -> float:
        """Sum of the points there are."""
        return sum(v.max_score for v in self.verdicts)

    @property
    def is_unconfined(self) -> bool:
        """Whether the student's code ran with the rights of whoever graded."""
        return self.sandbox == UNCONFINED and not self.problem
