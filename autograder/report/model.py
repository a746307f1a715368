"""What the report is made from: the results of a class, person by person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from autograder.judging.verdict import NEEDS_A_PERSON, Graded, Verdict
from autograder.report.alike import Alike


@dataclass(frozen=True)
class ManualItem:
    """A cell that waits for a person's mark.

    Attributes
    ----------
    student, notebook, cell : str
        Whose it is, in which notebook, and its ``grade_id``.
    max_score : float
        Points there are for it.
    mark : float or None
        What a person gave before a program graded it again; None where nobody gave anything.
    """

    student: str
    notebook: str
    cell: str
    max_score: float
    mark: float | None = None


@dataclass(frozen=True)
class ClassResult:
    """The results of one grading run over a class.

    Attributes
    ----------
    title : str
        Heading of the page.
    submissions : tuple of (str, Graded)
        Student id and result, one for each submitted file.
    started : datetime
        When the run began.
    seconds : float
        Wall time of the whole run.
    sandbox : str
        What confined the students' code; empty if none was run.
    jobs : int
        How many files were graded at a time.
    by_hand : tuple of ManualItem
        Cells that no program marks.
    alike : tuple of Alike
        Pairs of answers that a person should look at.
    cells : mapping of (notebook, exercise) to int
        Which cell of the released notebook an exercise is, counted from 1.
    pages : mapping of (student, notebook) to str
        Feedback pages that are there, as addresses seen from the report; those over all have no notebook.
    notes : mapping of str to str
        Student to what is arranged with them, in a few words.
    excused : frozenset of (student, notebook)
        What need not be handed in.
    earlier : mapping of str to mapping
        Notebook that this run did not grade to the points that each student has of it, and how many there are.
    formgrader : str
        Address of the server on which formgrader runs; empty for no links to it.
    """

    title: str
    submissions: tuple[tuple[str, Graded], ...]
    started: datetime
    seconds: float
    sandbox: str
    jobs: int = 1
    by_hand: tuple[ManualItem, ...] = ()
    alike: tuple[Alike, ...] = ()
    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)
    pages: Mapping[tuple[str, str], str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    excused: frozenset[tuple[str, str]] = frozenset()
    earlier: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    formgrader: str = ""

    @cached_property
    def students(self) -> tuple[str, ...]:
        """Ids of all students, each once; ``student-9`` comes before ``student-10``."""
        ids = [student for student, _ in self.submissions] + [item.student for item in self.by_hand]
        return tuple(sorted(set(ids), key=natural))

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        """Names of all notebooks that were recognised, in the order of the course."""
        return tuple(sorted({graded.notebook for _, graded in self.submissions if graded.notebook}))

    @property
    def all_notebooks(self) -> tuple[str, ...]:
        """Names of all notebooks that anything is known of, in the order of the course."""
        return tuple(sorted({*self.notebooks, *self.earlier}))

    @property
    def per_minute(self) -> float | None:
        """Files graded per minute of wall time; None if no time was measured."""
        return 60 * len(self.submissions) / self.seconds if self.seconds > 0 else None

    @property
    def unconfined(self) -> int:
        """Number of files whose code ran without a sandbox."""
        return sum(graded.is_unconfined for _, graded in self.submissions)

    def verdicts(self) -> Iterator[tuple[str, Graded, Verdict]]:
        """Yield student id, file and verdict for each exercise of each file."""
        for student, graded in self.submissions:
            for verdict in graded.verdicts:
                yield student, graded, verdict


def natural(text: str) -> tuple[list[str | tuple[int, str]], str]:
    """Return a sort key that orders runs of digits by their value."""
    # Long runs of digits are compared by length first: int() refuses more than a few thousand.
    pieces = enumerate(re.split(r"([0-9]+)", text.casefold()))
    return [(len(p.lstrip("0")), p.lstrip("0")) if i % 2 else p for i, p in pieces], text


def is_marked(verdict: Verdict) -> bool:
    """Return whether a verdict is a mark, rather than a case for a person."""
    return verdict.score is not None and verdict.outcome not in NEEDS_A_PERSON


def is_settled(graded: Graded) -> bool:
    """Return whether every exercise of a file has a mark, so that its sum means something."""
    return not graded.problem and bool(graded.verdicts) and all(map(is_marked, graded.verdicts))
