"""Write grades for other programs: nbgrader's CSV columns, and one JSON record an exercise."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.judging.verdict import UNGRADABLE, Graded, Verdict


@dataclass(frozen=True)
class GradeRow:
    """One student's grade for one assignment, with the columns of ``nbgrader export`` in its order, and more.

    Attributes
    ----------
    assignment : str
        Its name.
    duedate, timestamp : datetime or None
        When it was due and when it was handed in.
    student_id, last_name, first_name, email : str or None
        Who.
    raw_score, late_submission_penalty, score, max_score : float
        Points; `score` is `raw_score` less the penalty, at least 0, and with the extra points.
    points_pending : float
        Points in `max_score` that nobody has given or refused yet: what a person has to mark, and faults of ours.
    extra_points : float
        What ``people.csv`` adds.
    counts : str
        ``yes``, or why it does not count in a sum: ``excused``, ``dropped``.
    group, arranged : str
        The student's group, and what else is arranged with them, in words.
    attempt, attempts : int
        Which attempt counts, and how many there are; zeros where none is kept.
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
    extra_points: float = 0.0
    counts: str = "yes"
    group: str = ""
    arranged: str = ""
    attempt: int = 0
    attempts: int = 0


COLUMNS = tuple(field.name for field in fields(GradeRow))
"""The header line of grades."""

_FORMULA = re.compile(r"[=+\-@\t\n\r]")


@dataclass(frozen=True)
class TotalRow:
    """One student's sum over all assignments.

    Attributes
    ----------
    student_id, last_name, first_name, email : str or None
        Who.
    group : str
        Their group.
    score, max_score : float
        Points in what counts.
    percent : float or None
        The same as a share; None where nothing counts.
    points_pending : float
        Points in it that nobody has given or refused yet.
    excused, dropped : str
        Assignments that do not count.
    """

    student_id: str
    last_name: str | None
    first_name: str | None
    email: str | None
    group: str
    score: float
    max_score: float
    percent: float | None
    points_pending: float
    excused: str
    dropped: str


TOTALS = tuple(field.name for field in fields(TotalRow))
"""The header line of sums."""


def totals_of(rows: Iterable[GradeRow], begun: Collection[str]) -> list[TotalRow]:
    """Return the sums of grades, by student in the order of their first grade.

    Parameters
    ----------
    rows : iterable of GradeRow
        All grades.
    begun : collection of str
        The assignments for which somebody handed something in; the others count nowhere yet.
    """
    mine: dict[str, list[GradeRow]] = {}
    for row in rows:
        mine.setdefault(row.student_id, []).append(row)
    return [_total(several, begun) for several in mine.values()]


def _total(rows: list[GradeRow], begun: Collection[str]) -> TotalRow:
    first = rows[0]
    counting = [row for row in rows if row.counts == "yes" and row.assignment in begun]
    score, most = (sum(getattr(row, name) for row in counting) for name in ("score", "max_score"))
    excused, dropped = (
        " ".join(row.assignment for row in rows if row.counts == how) for how in ("excused", "dropped")
    )
    who = (first.student_id, first.last_name, first.first_name, first.email, first.group)
    percent = round(100 * score / most, 2) if most else None
    pending = sum(row.points_pending for row in counting)
    return TotalRow(*who, round(score, 4), most, percent, pending, excused, dropped)


def write_csv(path: Path, rows: Iterable[GradeRow | TotalRow], columns: Sequence[str] = COLUMNS) -> None:
    """Write grades in the column format of ``nbgrader export``, or others.

    Unlike nbgrader's own exporter, names with commas, quotes or line breaks stay in their column,
    and a text that a spreadsheet would run as a formula gets an apostrophe in front.

    Parameters
    ----------
    path : Path
        File to write, UTF-8.
    rows : iterable of GradeRow or TotalRow
        In the order wanted.
    columns : sequence of str
        The header line.
    """
    # A file name may hold bytes that are no UTF-8; they must not stop the export.
    with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
        writer = csv.writer(file, lineterminator="\n")
        quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
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
