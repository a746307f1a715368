"""Export grades as CSV with a library that knows what a comma in a name does."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


class CsvPlugin(ExportPlugin):  # type: ignore[misc]
    """Write what nbgrader's own CSV export writes, properly quoted."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the file named by ``--to``, ``grades.csv`` by default."""
        path = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", path)
        write_grades(path, gradebook, set(map(str, self.assignment)), set(map(str, self.student)))


def write_grades(path: Path, gradebook: Gradebook, assignments: set[str], students: set[str]) -> None:
    """Write one row for each assignment and student; an empty set means all of them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_rows(gradebook, assignments, students))


def _rows(gradebook: Gradebook, assignments: set[str], students: set[str]) -> Iterator[dict[str, Any]]:
    for assignment in gradebook.assignments:
        for student in gradebook.students:
            if (not assignments or assignment.name in assignments) and (
                not students or student.id in students
            ):
                yield _row(gradebook, assignment, student)


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> dict[str, Any]:
    row = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": _harmless(student.id),
        "last_name": _harmless(student.last_name),
        "first_name": _harmless(student.first_name),
        "email": _harmless(student.email),
        "max_score": assignment.max_score,
        "timestamp": "",
        "raw_score": 0.0,
        "late_submission_penalty": 0.0,
        "score": 0.0,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row
    penalty = submission.late_submission_penalty or 0.0
    score = max(0.0, submission.score - penalty)
    return row | {
        "timestamp": submission.timestamp or "",
        "raw_score": submission.score,
        "late_submission_penalty": penalty,
        "score": score,
    }


def _harmless(text: str | None) -> str:
    """Return a name that a spreadsheet does not take for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" else text or ""
