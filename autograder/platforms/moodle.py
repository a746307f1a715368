"""Moodle: *Download all submissions* of an assignment, and its *Grading worksheet*.

The names are those of ``mod/assign`` (``locallib.php``): a folder ``Full Name_12345_assignsubmission_file``,
with ``_`` at its end in most versions, or the same before the name of the file where submissions are not
put into folders. The number is that of the participant *in this assignment*: another assignment numbers
the same students anew. Text that was typed on the page comes as ``_assignsubmission_onlinetext``.
The worksheet is what ``mod/assign/feedback/offline`` reads again: it wants *Identifier* ("Participant
12345"), *Grade* and *Last modified (grade)*. See https://github.com/moodle/moodle.
"""

from __future__ import annotations

import re
from datetime import datetime

from autograder.platforms.found import Download, Found, Sorted, parts_of
from autograder.platforms.layout import Layout
from autograder.platforms.sheet import Sheet

_FOLDER = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_file_?(?P<original>.*)")
GRADE, MAXIMUM, CHANGEABLE = "grade", "maximum grade", "grade can be changed"
MODIFIED, STATUS = "last modified (submission)", "status"
_TIMES = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%Y-%m-%d %H:%M:%S", "%d/%m/%y, %H:%M")


def sort(download: Download) -> Sorted:
    """Return whose every notebook is, by the folder it lies in or by its name."""
    found, skipped = [], []
    for file in download.notebooks:
        parts = parts_of(file)
        match = next((m for m in map(_FOLDER.fullmatch, parts) if m), None)
        if match:
            original = match["original"] or parts[-1]
            key = match["id"]
            found.append(Found(file, f"participant-{key}", match["name"], (key,), original))
        else:
            skipped.append(
                (file, "no part of its name is one that Moodle gives: Name_12345_assignsubmission_file")
            )
    return Sorted(tuple(found), tuple(skipped))


def title_of(heading: str) -> str:
    """Return a title for the one column of marks: a worksheet is of one assignment."""
    return GRADE if heading.strip().casefold() == GRADE else ""


def points_of(sheet: Sheet, row: int, _: int) -> str:
    """Return how many points Moodle gives: each row says it."""
    return cell_of(sheet, sheet.values[row], MAXIMUM)


def why_left(sheet: Sheet, row: list[str], _: int) -> str:
    """Return why a cell is not ours to fill, or an empty string."""
    return "Moodle says that this grade cannot be changed" if cell_of(sheet, row, CHANGEABLE) == "No" else ""


def cell_of(sheet: Sheet, row: list[str], heading: str) -> str:
    """Return what a row says under a heading; empty if there is no such column."""
    columns = [text.strip().casefold() for text in sheet.headings]
    at = columns.index(heading) if heading in columns else len(row)
    return row[at].strip() if at < len(row) else ""


def time_in(text: str) -> datetime | None:
    """Return the time in a worksheet, which is written for people; None where it is in no form that is known."""
    for form in _TIMES:
        try:
            return datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    return None


def times_in(sheet: Sheet) -> dict[str, tuple[datetime | None, bool]]:
    """Return when each participant handed in, by a worksheet, and whether Moodle says that it is late."""
    times = {}
    for row in sheet.values[1:]:
        number = re.search(r"(\d+)\Z", cell_of(sheet, row, "identifier"))
        if number and cell_of(sheet, row, MODIFIED):
            late = bool(re.search(r"\blate\b", cell_of(sheet, row, STATUS)))
            times[f"participant-{number[1]}"] = time_in(cell_of(sheet, row, MODIFIED)), late
    return times


LAYOUT = Layout("moodle", sort, title_of, False, points_of, why_left)
