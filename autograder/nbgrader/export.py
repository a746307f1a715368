"""Export grades from the gradebook as CSV, with names quoted as they must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, SubmittedAssignment
from nbgrader.plugins import ExportPlugin

from autograder.nbgrader.arranged import Arrangements
from autograder.nbgrader.attempts import Attempts
from autograder.nbgrader.counting import counts
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.marks import all_marks
from autograder.report.exports import GradeRow, write_csv


class CsvPlugin(ExportPlugin):  # type: ignore[misc]
    """Write what nbgrader's own CSV export writes, properly quoted."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file named by ``--to``, ``grades.csv`` by default."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        only = [{str(name) for name in names} for names in (self.assignment, self.student)]
        rows = grades_of(gradebook, CourseFolder(Path.cwd()))
        write_csv(path, (row for row in rows if _is_wanted(row, *only)))


def _is_wanted(row: GradeRow, assignments: set[str], students: set[str]) -> bool:
    """Return whether a row is about what was asked for; all is, where nothing was named."""
    return (not assignments or row.assignment in assignments) and (not students or row.student_id in students)


def grades_of(gradebook: Gradebook, course: CourseFolder) -> list[GradeRow]:
    """Return one row for each assignment and student.

    Parameters
    ----------
    gradebook : Gradebook
        nbgrader's, open.
    course : CourseFolder
        Whose ``people.csv`` and attempts count.
    """
    arrangements, attempts = course.arrangements, Attempts(course.attempts)
    rows = list(_rows(gradebook, arrangements))
    points = {(row.student_id, row.assignment): (row.score, row.max_score) for row in rows}
    counting = counts(points, arrangements, begun_in(gradebook))
    return [_completed(row, counting[row.student_id, row.assignment], attempts) for row in rows]


def begun_in(gradebook: Gradebook) -> set[str]:
    """Return the assignments for which somebody handed something in."""
    return {name for (name,) in gradebook.db.query(Assignment.name).join(SubmittedAssignment)}


def _completed(row: GradeRow, counting: str, attempts: Attempts) -> GradeRow:
    attempt, most = attempts.says(row.student_id, row.assignment)
    return replace(row, counts=counting, attempt=attempt, attempts=most)


def _rows(gradebook: Gradebook, arrangements: Arrangements) -> Iterator[GradeRow]:
    pending: dict[tuple[str, str], float] = defaultdict(float)
    for (student, assignment, _), marks in all_marks(gradebook, arrangements).items():
        pending[student, assignment] += marks.pending
    submitted, students = _submitted(gradebook), gradebook.students
    for assignment in gradebook.assignments:
        for student in students:
            whose = student.id, assignment.name
            row = _row(assignment, student, submitted.get(whose, (None, 0.0, None)), pending[whose])
            arranged = arrangements.of(student.id, assignment.name)
            yield replace(
                row,
                score=row.score + arranged.extra,
                extra_points=arranged.extra,
                group=arrangements.group(student.id),
                arranged=arranged.says,
            )


Handed = tuple[datetime | None, float, float | None]
"""When something was handed in, its score, and what lateness costs."""


def _submitted(gradebook: Gradebook) -> dict[tuple[str, str], Handed]:
    """Return what was handed in, by student and assignment, in one query: one for each would take seconds."""
    columns = (
        SubmittedAssignment.timestamp,
        SubmittedAssignment.score,
        SubmittedAssignment.late_submission_penalty,
    )
    query = gradebook.db.query(SubmittedAssignment.student_id, Assignment.name, *columns)
    query = query.select_from(SubmittedAssignment)
    query = query.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    return {(student, name): (when, score, penalty) for student, name, when, score, penalty in query}


def _row(assignment: Any, student: Any, handed: Handed, pending: float) -> GradeRow:
    timestamp, raw_score, penalty = handed[0], handed[1] or 0.0, handed[2] or 0.0
    return GradeRow(
        assignment=assignment.name,
        duedate=assignment.duedate,
        timestamp=timestamp,
        student_id=student.id,
        last_name=student.last_name,
        first_name=student.first_name,
        email=student.email,
        raw_score=raw_score,
        late_submission_penalty=penalty,
        score=max(0.0, raw_score - penalty),
        max_score=assignment.max_score,
        points_pending=pending,
    )
