"""The marks that go back, as the gradebook has them: given by hand where somebody did, and never half."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, Student

from autograder.errors import CourseError
from autograder.nbgrader.arranged import Arrangements
from autograder.nbgrader.folder import CourseFolder
from autograder.platforms.people import People, Person, merged
from autograder.report.exports import safe_cell

COLUMNS = ("assignment", "student_id", "name", "email", "score", "max_score", "state")
WAITS = "waits for a person"
EXCUSED = "excused"
NOTHING_ARRANGED = Arrangements()


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
        Points, less what lateness costs and at least 0, and with what ``people.csv`` adds; and how many there are.
    waits : bool
        Whether a person has yet to mark a part of it, or grading failed: it is no mark then.
    cells : tuple of CellMark
        The parts that it is made of.
    excused : bool
        Whether they need no mark for it.
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
    excused: bool = False

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
        return marks_in(gradebook, assignment, course.arrangements)


def marks_in(
    gradebook: Gradebook, assignment: str, arrangements: Arrangements = NOTHING_ARRANGED
) -> list[Mark]:
    """Return the marks that an open gradebook has for an assignment, by id.

    Whoever is excused by name is among them, even if they handed in nothing.
    """
    try:
        found = gradebook.find_assignment(assignment)
    except MissingEntry:
        raise CourseError(
            f"The gradebook has no assignment {assignment!r}: nothing of it is graded. Run `python -m autograder "
            f"autograde {assignment}` first."
        ) from None
    marks = {one.student.id: _mark(assignment, one, arrangements) for one in found.submissions}
    for student in arrangements.excused_from(assignment):
        if student not in marks:
            marks[student] = _excused(gradebook, found, student)
    return sorted(marks.values(), key=lambda mark: mark.student)


def _excused(gradebook: Gradebook, assignment: Any, student: str) -> Mark:
    """Return what stands for the mark of somebody who handed in nothing and need not."""
    known = gradebook.db.get(Student, student) or Student(id=student)
    called = (known.first_name or "", known.last_name or "", known.email or "")
    return Mark(assignment.name, student, *called, 0.0, float(assignment.max_score), False, (), excused=True)


def _mark(assignment: str, submission: Any, arrangements: Arrangements) -> Mark:
    student = submission.student
    arranged = arrangements.of(student.id, assignment)
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
        max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0.0)) + arranged.extra,
        float(submission.max_score),
        bool(submission.needs_manual_grade),
        cells,
        arranged.excused,
    )


def named(marks: Sequence[Mark], roster: People) -> tuple[list[Mark], list[Person]]:
    """Return marks with the names and addresses that a roster has, and the people in it who have no mark."""
    found = [roster.find(*mark.sought(None)) for mark in marks]
    have = {one.id for one in found if isinstance(one, Person)}
    return list(map(_named, marks, found)), [one for one in roster if one.id not in have]


def _named(mark: Mark, person: Person | str) -> Mark:
    if isinstance(person, str):
        return mark
    email = mark.email or next((key for key in sorted(person.keys) if "@" in key), "")
    return replace(mark, email=email) if mark.name else replace(mark, first=person.says, email=email)


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
        score = f"{mark.score:g}" if not mark.excused and (pending or not mark.waits) else ""
        state = EXCUSED if mark.excused else WAITS if mark.waits else "marked"
        row = (mark.assignment, mark.student, mark.name, mark.email, score, f"{mark.max_score:g}", state)
        writer.writerow(map(safe_cell, row))
    return text.getvalue()
