"""Export grades from the gradebook as CSV, with names quoted as they must be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.nbgrader.marks import all_marks
from autograder.report.exports import GradeRow, write_csv


class CsvPlugin(ExportPlugin):  # type: ignore[misc]
    """Write what nbgrader's own CSV export writes, properly quoted."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file named by ``--to``, ``grades.csv`` by default."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        write_grades(path, gradebook, list(map(str, self.assignment)), list(map(str, self.student)))


def write_grades(
    path: Path, gradebook: Gradebook, assignments: Collection[str] = (), students: Collection[str] = ()
) -> None:
    """Write one row for each assignment and student.

    Parameters
    ----------
    path : Path
        CSV file to write.
    gradebook : Gradebook
        nbgrader's, open.
    assignments, students : collection of str
        Which to write; all when empty.
    """
    write_csv(path, _rows(gradebook, assignments, students))


def _rows(
    gradebook: Gradebook, assignments: Collection[str], students: Collection[str]
) -> Iterator[GradeRow]:
    pending: dict[tuple[str, str], float] = defaultdict(float)
    for (student, assignment, _), marks in all_marks(gradebook).items():
        pending[student, assignment] += marks.pending
    for assignment in gradebook.assignments:
        for student in gradebook.students:
            if (assignments and assignment.name not in assignments) or (
                students and student.id not in students
            ):
                continue
            yield _row(gradebook, assignment, student, pending[student.id, assignment.name])


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
