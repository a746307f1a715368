"""Marks into the sheet that a platform gave out: one cell a student, and every other byte as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from autograder.errors import AutograderError
from autograder.nbgrader.arranged import FILE
from autograder.platforms.layout import Layout
from autograder.platforms.marks import WAITS, Mark
from autograder.platforms.people import Columns, People, Person, people_rows, plain
from autograder.platforms.sheet import Sheet


@dataclass
class Filled:
    """A sheet with marks.

    Attributes
    ----------
    data : bytes
        The file.
    heading : str
        Of the column that was filled.
    written : int
        How many marks were.
    notes : list of str
        What to know about them.
    without_row, without_mark : list of (str, str)
        Students of the course who are not in the sheet or whose mark was not written, and rows of the sheet
        without a mark, each with the reason.
    """

    data: bytes = b""
    heading: str = ""
    written: int = 0
    notes: list[str] = field(default_factory=list)
    without_row: list[tuple[str, str]] = field(default_factory=list)
    without_mark: list[tuple[str, str]] = field(default_factory=list)


def fill(
    sheet: Sheet,
    layout: Layout,
    marks: Sequence[Mark],
    roster: People | None = None,
    column: str = "",
    scale: bool = False,
    pending: bool = False,
) -> Filled:
    """Write the marks of one assignment into its column.

    Parameters
    ----------
    sheet, layout
        What the platform gave out, and how it is laid out.
    marks : sequence of Mark
        Of one assignment.
    roster : People or None
        Who is who, if ids of the course and of the platform are not the same.
    column : str
        Heading or title of the column; when empty, the one that is called like the assignment.
    scale : bool
        Scale the marks to the points that the platform gives.
    pending : bool
        Write also the marks that wait for a person.

    Raises
    ------
    AutograderError
        If it is not clear which column is meant.
    """
    at = _column(sheet, layout, column, marks[0].assignment if marks else "")
    filled = Filled(heading=sheet.headings[at])
    rows, changes = _rows_of(sheet, marks, roster, filled), {}
    for mark in marks:
        row = rows.get(mark.student)
        why = "" if row is None else _why_not(sheet, layout, row, at, mark, pending)
        if row is None or why:
            filled.without_row += [(mark.student, why)] if why else []
            continue
        number = layout.excused if mark.excused else _number(sheet, layout, row, at, mark, scale)
        changes[row, at] = number
    filled.written = len(changes)
    filled.data = sheet.with_cells(changes)
    _note(sheet, layout, at, marks, changes, scale, filled)
    _list_others(sheet, rows, filled)
    return filled


def _column(sheet: Sheet, layout: Layout, wanted: str, assignment: str) -> int:
    """Return which column is meant."""
    assert layout.title_of, "there is a sheet for this platform"
    titles = {i: title for i, h in enumerate(sheet.headings) if (title := layout.title_of(h))}
    if wanted:
        fitting = [i for i in range(len(sheet.headings)) if wanted in (sheet.headings[i], titles.get(i))]
    else:
        sought = plain(assignment)
        fitting = [i for i, title in titles.items() if plain(title) == sought]
        fitting = fitting or [i for i, title in titles.items() if sought in plain(title)]
        fitting = fitting or (list(titles) if layout.name == "moodle" else [])
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(repr(sheet.headings[i]) for i in titles) or "none with marks"
    what = "Several columns are" if fitting else "No column is"
    raise AutograderError(
        f"{what} called {wanted or assignment!r}. Name one with --column. The sheet has: {names}."
    )


def _rows_of(sheet: Sheet, marks: Iterable[Mark], roster: People | None, filled: Filled) -> dict[str, int]:
    """Return the row of every student who has one of their own; for the others it is noted why not."""
    columns = Columns(sheet.headings)
    found = ((number, columns.person(cells)) for number, cells in people_rows(sheet))
    people = People(replace(person, id=str(number)) for number, person in found if person)
    claims: defaultdict[int, list[str]] = defaultdict(list)
    for mark in marks:
        person = people.find(*mark.sought(roster))
        if isinstance(person, Person):
            claims[int(person.id)].append(mark.student)
        else:
            filled.without_row.append((mark.student, person))
    for claim in claims.values():
        if len(claim) > 1:
            others = ", ".join(claim)
            filled.without_row += [(one, f"one row of the sheet fits all of {others}") for one in claim]
    return {claim[0]: row for row, claim in claims.items() if len(claim) == 1}


def _why_not(sheet: Sheet, layout: Layout, row: int, at: int, mark: Mark, pending: bool) -> str:
    """Return why a mark is not written, or an empty string."""
    if mark.excused and not layout.excused:
        return f"excused in {FILE}; the sheet has no way to say so"
    if mark.waits and not pending and not mark.excused:
        return f"a part of it {WAITS}; --pending writes the points so far"
    if at >= len(sheet.values[row]):
        return f"row {row + 1} of the sheet ends before the column"
    return layout.why_left(sheet, sheet.values[row], at)


def _number(sheet: Sheet, layout: Layout, row: int, at: int, mark: Mark, scale: bool) -> str:
    """Return a mark as the sheet writes numbers."""
    there = layout.points_of(sheet, row, at)
    points = points_in(there)
    factor = points / mark.max_score if scale and points is not None and mark.max_score else 1.0
    text = f"{mark.score * factor:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if "," in there and "." not in there else text


def points_in(text: str) -> float | None:
    """Return the number of points that a sheet writes; None if that is none."""
    try:
        return float(text.strip().replace(",", ".") if "." not in text else text.replace(",", ""))
    except ValueError:
        return None


def _note(
    sheet: Sheet,
    layout: Layout,
    at: int,
    marks: Sequence[Mark],
    changes: dict[tuple[int, int], str],
    scale: bool,
    filled: Filled,
) -> None:
    """Note where the platform gives other points, and what other marks stood there."""
    there = {points_in(layout.points_of(sheet, row, at)) for row, _ in changes}
    ours = marks[0].max_score if marks else 0.0
    other = sorted(points for points in there if points is not None and points != ours)
    if other and not scale:
        filled.notes.append(
            f"{layout.name} gives {other[0]:g} points and the assignment has {ours:g}: the marks are written as "
            "they are. --scale scales them."
        )
    if scale and None in there:
        filled.notes.append("the sheet does not say how many points there are, so nothing was scaled")
    stood = [(row, sheet.values[row][at].strip()) for row, _ in changes]
    replaced = sum(bool(text) and points_in(text) != points_in(changes[row, at]) for row, text in stood)
    if replaced:
        filled.notes.append(f"{replaced} other marks stood there and were replaced")


def _list_others(sheet: Sheet, rows: dict[str, int], filled: Filled) -> None:
    """Note the rows of the sheet that are about somebody of whom the course has no mark."""
    columns = Columns(sheet.headings)
    known = set(rows.values())
    for number, cells in people_rows(sheet):
        if number not in known:
            person = columns.person(cells)
            says = (person.says or person.id) if person else " ".join(cells[:2])
            filled.without_mark.append(
                (f"row {number + 1}: {says}", "nothing was handed in, or it is somebody else")
            )
