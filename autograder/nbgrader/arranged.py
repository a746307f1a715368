"""What is arranged with whom: ``people.csv`` in the course directory.

Each row says something about one student, or about everybody (``*``), in one assignment or in all. A row
about a student goes before one about everybody, and one about an assignment before one about all.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from autograder.errors import CourseError

FILE = "people.csv"
EVERYBODY = "*"
COLUMNS = ("student", "assignment", "extension", "excused", "extra_points", "drop_lowest", "group")
EXAMPLE = """\
# Extensions, exemptions and groups; lines that begin with # count nothing. See docs/instructors.md.
student,assignment,extension,excused,extra_points,drop_lowest,group
# student-07,02_forward,3d,,,,
# student-08,02_forward,,yes,,,
# student-09,02_forward,,,1.5,,
# *,,,,,1,
# student-10,,,,,,lab-a
"""
_YES, _NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0")
_SPANS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([wdhm])")
_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Arranged:
    """What is arranged with one student for one assignment.

    Attributes
    ----------
    extension : timedelta or None
        How much later it is due for them; None where the file says nothing, and nbgrader's own counts.
    excused : bool
        Whether they need not hand it in, and it counts nothing if they do.
    extra : float
        Points on top of what the gradebook has.
    """

    extension: timedelta | None = None
    excused: bool = False
    extra: float = 0.0

    @property
    def says(self) -> str:
        """All of it in a few words; empty if nothing is arranged."""
        parts = [f"extension {span_text(self.extension)}" if self.extension else ""]
        parts += ["excused" if self.excused else "", f"extra {self.extra:g}" if self.extra else ""]
        return ", ".join(filter(None, parts))


_NOTHING = Arranged()


@dataclass(frozen=True)
class Row:
    """What one line says; None or empty where it says nothing."""

    line: int
    extension: timedelta | None = None
    excused: bool | None = None
    extra: float | None = None
    drop: int | None = None
    group: str = ""


Rows: TypeAlias = Mapping[tuple[str, str], Row]


@dataclass(frozen=True)
class Arrangements:
    """All of it, by student and assignment.

    Attributes
    ----------
    rows : mapping
        By student and assignment, as they stand in the file; an empty assignment is every one.
    extends : bool
        Whether the file has a column of extensions: then it alone decides about them.
    """

    rows: Rows = field(default_factory=dict)
    extends: bool = False

    def of(self, student: str, assignment: str) -> Arranged:
        """Return what is arranged with a student for an assignment."""
        if not self.rows and not self.extends:
            return _NOTHING
        fitting = self._fitting(student, assignment)
        span = next((row.extension for row in fitting if row.extension is not None), None)
        return Arranged(
            (span or timedelta()) if self.extends else None,
            next((row.excused for row in fitting if row.excused is not None), False),
            next((row.extra for row in fitting if row.extra is not None), 0.0),
        )

    def drops(self, student: str) -> int:
        """Return how many of a student's lowest marks do not count."""
        return next((row.drop for row in self._fitting(student, "") if row.drop is not None), 0)

    def group(self, student: str) -> str:
        """Return the group that a student works in, or an empty string."""
        row = self.rows.get((student, ""))
        return row.group if row else ""

    @property
    def groups(self) -> dict[str, list[str]]:
        """The members of each group, in the order of the file."""
        members = defaultdict(list)
        for (student, _), row in self.rows.items():
            if row.group:
                members[row.group].append(student)
        return dict(members)

    def excused_from(self, assignment: str) -> list[str]:
        """Return the students named in the file who are excused from an assignment."""
        named = dict.fromkeys(student for student, _ in self.rows if student != EVERYBODY)
        return [student for student in named if self.of(student, assignment).excused]

    def strangers(self, students: Collection[str]) -> list[str]:
        """Return what to say of students whom the file names and the course does not know: perhaps a slip."""
        return [
            f"{FILE}, line {row.line}: nobody called {student!r} has handed anything in yet"
            for (student, _), row in self.rows.items()
            if student not in (EVERYBODY, *students)
        ]

    def _fitting(self, student: str, assignment: str) -> list[Row]:
        """Return the rows that are about a student and an assignment, the closest first."""
        keys = [(who, name) for who in (student, EVERYBODY) for name in (assignment, "")]
        return [self.rows[key] for key in dict.fromkeys(keys) if key in self.rows]


def read_arrangements(path: Path, assignments: Collection[str]) -> Arrangements:
    """Return what a file says; nothing is arranged where there is none.

    Parameters
    ----------
    path : Path
        CSV in UTF-8 with a line of headings, some of :data:`COLUMNS` in any order; ``student`` must be there.
    assignments : collection of str
        The assignments that there are.

    Raises
    ------
    CourseError
        Naming the line, if something in it cannot be.
    """
    if not path.exists():
        return Arrangements()
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CourseError(f"{path} is larger than any list of a class.")
        data = path.read_bytes()
        if data.startswith(b"PK\x03\x04"):
            raise CourseError(f"{path} is a workbook. Save it as CSV in UTF-8.")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not text in UTF-8. Save it as CSV in UTF-8.") from None
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    return _parsed(text, set(assignments))


def _parsed(text: str, assignments: Collection[str]) -> Arrangements:
    lines = ["" if line.startswith("#") else line for line in text.splitlines()]
    first = next(filter(None, lines), "")
    table = csv.reader(lines, delimiter=max(",;\t", key=first.count), strict=True)
    headings: list[str] = []
    rows: dict[tuple[str, str], Row] = {}
    try:
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            if not headings:
                headings = _headings(cells, table.line_num)
                continue
            _add(rows, _cells(headings, cells, table.line_num), table.line_num, assignments)
    except csv.Error as error:
        raise _wrong(table.line_num, f"this is no CSV: {error}") from None
    return Arrangements(rows, "extension" in headings)


def _headings(cells: Iterable[str], line: int) -> list[str]:
    headings = [cell.strip().casefold() for cell in cells]
    unknown = [name for name in headings if name and name not in COLUMNS]
    if unknown or "student" not in headings:
        what = f"there is no column {unknown[0]!r}" if unknown else "a column `student` is missing"
        raise _wrong(line, f"{what}. The columns are: {', '.join(COLUMNS)}")
    if len(set(filter(None, headings))) < len(list(filter(None, headings))):
        raise _wrong(line, "a column is there twice")
    return headings


def _cells(headings: list[str], cells: list[str], line: int) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(headings) :]):
        raise _wrong(line, f"it has {len(cells)} cells, and there are {len(headings)} columns")
    return {name: cell.strip() for name, cell in zip(headings, cells, strict=False) if name}


def _add(
    rows: dict[tuple[str, str], Row], cells: Mapping[str, str], line: int, assignments: Collection[str]
) -> None:
    """Add one line, if it can be what it says."""
    student, assignment = cells.get("student", ""), cells.get("assignment", "")
    if not student:
        raise _wrong(line, f"whose? The column `student` is empty; {EVERYBODY} is everybody")
    if assignment and assignment not in assignments:
        raise _wrong(
            line, f"there is no assignment {assignment!r}. There are: {', '.join(sorted(assignments))}"
        )
    if (student, assignment) in rows:
        raise _wrong(
            line,
            f"{student} {assignment} is in line {rows[student, assignment].line} already".replace("  ", " "),
        )
    row = Row(
        line,
        _span(cells.get("extension", ""), line),
        _yes_or_no(cells.get("excused", ""), line),
        _number(cells.get("extra_points", ""), line),
        _count(cells.get("drop_lowest", ""), line),
        cells.get("group", ""),
    )
    if assignment and (row.drop is not None or row.group):
        raise _wrong(line, "`drop_lowest` and `group` are about all assignments: leave `assignment` empty")
    if row.group and student == EVERYBODY:
        raise _wrong(line, "everybody cannot be one group: name its members, one a line")
    if row.extra is not None and not assignment:
        raise _wrong(line, "`extra_points` are for one assignment: name it in the column `assignment`")
    rows[student, assignment] = row


def _span(text: str, line: int) -> timedelta | None:
    found = _SPAN.findall(text.casefold())
    if text and (not found or _SPAN.sub("", text.casefold()).strip()):
        raise _wrong(
            line, f"{text!r} is no extension. Write weeks, days, hours or minutes, such as 3d or 1d 12h"
        )
    try:
        return (
            sum((timedelta(**{_SPANS[unit]: float(n)}) for n, unit in found), timedelta()) if text else None
        )
    except OverflowError:
        raise _wrong(line, f"{text!r} is longer than any course") from None


def _yes_or_no(text: str, line: int) -> bool | None:
    if text.casefold() not in ("", *_YES, *_NO):
        raise _wrong(line, f"{text!r} is neither yes nor no")
    return text.casefold() in _YES if text else None


def _number(text: str, line: int) -> float | None:
    if not text:
        return None
    if not re.fullmatch(r"\d{1,6}([.,]\d+)?", text):
        raise _wrong(line, f"{text!r} is no number of points, 0 or more")
    return float(text.replace(",", "."))


def _count(text: str, line: int) -> int | None:
    if text and not re.fullmatch(r"\d{1,3}", text):
        raise _wrong(line, f"{text!r} is no number of marks to drop, such as 1")
    return int(text) if text else None


def _wrong(line: int, what: str) -> CourseError:
    return CourseError(f"{FILE}, line {line}: {what}.")


def span_text(span: timedelta) -> str:
    """Return a stretch of time as the file writes it: ``1d 12h``."""
    minutes = round(span.total_seconds() / 60)
    parts = (("d", minutes // 1440), ("h", minutes // 60 % 24), ("m", minutes % 60))
    return " ".join(f"{count}{unit}" for unit, count in parts if count) or "0m"
