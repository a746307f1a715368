"""The marks that go back, as the gradebook has them: given by hand where somebody did, and never half."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder
from autograder.platforms.people import People, merged
from autograder.report.exports import safe_cell

COLUMNS = ("assignment", "student_id", "name", "email", "score", "max_score", "state")
WAITS = "waits for a person"


@dataclass(frozen=True)
class CellMark:
    """The mark of one cell.

    Attributes
    ----------
    name : str
        Its ``grade_id``.
    score : float or None
        Points; None if nobody has given any yet.
    max_score : float
        Points there are.
    """

    name: str
    score: float | None
    max_score: float


@dataclass(frozen=True)
class Mark:
    """One student's mark for one assignment.

    Attributes
    ----------
    assignment, student : str
        For what, and whose it is.
    first, last, email : str
        What the gradebook knows about them.
    score, max_score : float
        Points, less what lateness costs and at least 0; and how many there are.
    waits : bool
        Whether a person has yet to mark a part of it, or grading failed: it is no mark then.
    cells : tuple of CellMark
        The parts that it is made of.
    """

    assignment: str
    student: str
    first: str
    last: str
    email: str
    score: float
    max_score: float
    waits: bool
    cells: tuple[CellMark, ...]

    @property
    def name(self) -> str:
        """What to call them."""
        return f"{self.first} {self.last}".strip()

    def sought(self, roster: People | None) -> tuple[list[str], frozenset[str]]:
        """Return the keys and the names by which they may be found in a sheet."""
        return merged(roster, self.student, {"first": self.first, "last": self.last, "email": self.email})


def marks_of(course: CourseFolder, assignment: str) -> list[Mark]:
    """Return the marks of everybody who handed in, by id.

    Raises
    ------
    CourseError
        If the gradebook has no such assignment.
    """
    directory = course.directory()
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        return marks_in(gradebook, assignment)


def marks_in(gradebook: Gradebook, assignment: str) -> list[Mark]:
    """Return the marks that an open gradebook has for an assignment; see :func:`marks_of`."""
    try:
        found = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise CourseError(
            f"The gradebook has no assignment {assignment!r}: nothing of it is graded. Run `python -m autograder "
            f"autograde {assignment}` first."
        ) from None
    return sorted((_mark(assignment, one) for one in found.submissions), key=lambda mark: mark.student)


def _mark(assignment: str, submission: Any) -> Mark:
    student = submission.student
    cells = tuple(
        CellMark(
            grade.name,
            None if grade.auto_score is None and grade.manual_score is None else float(grade.score),
            float(grade.max_score),
        )
        for notebook in submission.notebooks
        for grade in notebook.grades
    )
    return Mark(
        assignment,
        student.id,
        student.first_name or "",
        student.last_name or "",
        student.email or "",
        max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0.0)),
        float(submission.max_score),
        bool(submission.needs_manual_grade),
        cells,
    )


def table_of(marks: Iterable[Mark], pending: bool) -> str:
    """Return marks as CSV that a spreadsheet runs nothing of.

    Parameters
    ----------
    marks : iterable of Mark
        In the order wanted.
    pending : bool
        Whether marks that wait for a person are written with the points that there are so far.
    """
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for mark in marks:
        score = f"{mark.score:g}" if pending or not mark.waits else ""
        state = WAITS if mark.waits else "marked"
        row = (mark.assignment, mark.student, mark.name, mark.email, score, f"{mark.max_score:g}", state)
        writer.writerow(map(safe_cell, row))
    return text.getvalue()
