"""Write grades for other programs: nbgrader's CSV columns, and one JSON record an exercise."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.judging.verdict import UNGRADABLE, Graded, Verdict


@dataclass(frozen=True)
class GradeRow:
    """One student's grade for one assignment, with the columns of ``nbgrader export`` in its order, and one more.

    Attributes
    ----------
    assignment : str
        Its name.
    duedate, timestamp : datetime or None
        When it was due and when it was handed in.
    student_id, last_name, first_name, email : str or None
        Who.
    raw_score, late_submission_penalty, score, max_score : float
        Points; `score` is `raw_score` less the penalty, and at least 0.
    points_pending : float
        Points in `max_score` that nobody has given or refused yet: what a person has to mark, and faults of ours.
    """

    assignment: str
    duedate: datetime | None
    timestamp: datetime | None
    student_id: str
    last_name: str | None
    first_name: str | None
    email: str | None
    raw_score: float
    late_submission_penalty: float
    score: float
    max_score: float
    points_pending: float = 0.0


COLUMNS = tuple(field.name for field in fields(GradeRow))
"""The header line."""

_FORMULA = re.compile(r"[=+\-@\t\n\r]")


def write_csv(path: Path, rows: Iterable[GradeRow]) -> None:
    """Write grades in the column format of ``nbgrader export``.

    Unlike nbgrader's own exporter, names with commas, quotes or line breaks stay in their column,
    and a text that a spreadsheet would run as a formula gets an apostrophe in front.

    Parameters
    ----------
    path : Path
        File to write, UTF-8.
    rows : iterable of GradeRow
        In the order wanted.
    """
    # A file name may hold bytes that are no UTF-8; they must not stop the export.
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        for row in rows:
            cells = [safe_cell(value) for value in astuple(row)]
            # where the comma is a decimal sign, a spreadsheet splits at every semicolon outside of quotes
            (quoting if any(";" in cell for cell in cells) else writer).writerow(cells)


def safe_cell(value: object) -> str:
    """Return a value as nbgrader writes it, harmless in a spreadsheet."""
    if value is None:
        return ""
    text = str(value)
    if "\r" in text:  # a reader takes one for the end of the row, and csv does not quote it
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, str) and _FORMULA.match(text):
        return "'" + text
    return text


def results_json(submissions: Iterable[Graded], student: str = "") -> list[dict[str, Any]]:
    """Return one record for each exercise of each file, as ``autograder grade --json`` writes them.

    A file that could not be read at all has one record, ``ungradable``, whose exercise is empty.

    Parameters
    ----------
    submissions : iterable of Graded
        In the order wanted.
    student : str
        Whose they are, if all are one student's.
    """
    return [verdict.record(graded.path, student) for graded in submissions for verdict in _verdicts(graded)]


def _verdicts(graded: Graded) -> tuple[Verdict, ...]:
    if graded.problem and not graded.verdicts:
        return (Verdict("", UNGRADABLE, 0.0, 0.0, message=graded.problem),)
    return graded.verdicts
