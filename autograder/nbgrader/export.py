"""Export grades from the gradebook as CSV, with names quoted as they must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, SubmittedAssignment
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
    graded = {name for (name,) in gradebook.db.query(Assignment.name).join(SubmittedAssignment)}
    counting = counts(points, arrangements, graded)
    return [_completed(row, counting[row.student_id, row.assignment], attempts) for row in rows]


def _completed(row: GradeRow, counting: str, attempts: Attempts) -> GradeRow:
    attempt, most = attempts.says(row.student_id, row.assignment)
    return replace(row, counts=counting, attempt=attempt, attempts=most)


def _rows(gradebook: Gradebook, arrangements: Arrangements) -> Iterator[GradeRow]:
    pending: dict[tuple[str, str], float] = defaultdict(float)
    for (student, assignment, _), marks in all_marks(gradebook, arrangements).items():
        pending[student, assignment] += marks.pending
    for assignment in gradebook.assignments:
        for student in gradebook.students:
            row = _row(gradebook, assignment, student, pending[student.id, assignment.name])
            arranged = arrangements.of(student.id, assignment.name)
            yield replace(
                row,
                score=row.score + arranged.extra,
                extra_points=arranged.extra,
                group=arrangements.group(student.id),
                arranged=arranged.says,
            )


def _row(gradebook: Gradebook, assignment: Any, student: Any, pending: float) -> GradeRow:
    timestamp, raw_score, penalty = None, 0.0, 0.0
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        pass  # nothing handed in
    else:
        timestamp, raw_score = submission.timestamp, submission.score
        penalty = submission.late_submission_penalty or 0.0
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
