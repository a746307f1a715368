"""Canvas: *Download Submissions* of an assignment, and the gradebook's *Export*.

The names are those that Canvas' ``lib/content_zipper.rb`` makes: the sortable name in lower case without
anything but letters, digits and ``_``, then ``LATE`` if it is, the number of the user (``anon_`` and a code
where grading is anonymous), the number of the file, and what the student called it; the parts are joined
by ``_``. A file that is handed in again under its old name gets ``-1``, ``-2`` before its ending. Only the
last attempt is in the archive. The sheet is that of ``lib/gradebook_exporter.rb``: headings, perhaps a row
of "Manual Posting", a row of "Points Possible", then a row a student; an assignment is headed
``Title (number)``. See https://github.com/instructure/canvas-lms.
"""

from __future__ import annotations

import re

from autograder.platforms.found import Download, Found, Sorted, base_of
from autograder.platforms.layout import Layout
from autograder.platforms.sheet import Sheet

_FILE = re.compile(
    r"(?:(?P<name>\w*?)_)??(?:(?P<late>LATE)_)?(?P<id>\d+|anon_[0-9A-Za-z]+)_(?P<file>\d+)_(?P<original>.+)"
)
_AGAIN = re.compile(r"-(\d+)(?=\.\w+\Z)")
_HEADING = re.compile(r"(?P<title>.*) \(\d+\)\s*\Z", re.DOTALL)
EXCUSED = "EX"
_UNTOUCHED = (EXCUSED, "N/A")


def sort(download: Download) -> Sorted:
    """Return whose every notebook is, by its name."""
    found, skipped = [], []
    for file in download.notebooks:
        match = _FILE.fullmatch(base_of(file))
        if not match:
            skipped.append((file, "its name is not one that Canvas gives: name_number_number_file"))
            continue
        again = _AGAIN.search(match["original"])
        original = _AGAIN.sub("", match["original"])
        found.append(
            Found(
                file,
                match["id"],
                match["name"] or "",
                original=original,
                attempt=int(again[1]) if again else 0,
                slot=original,
                late=bool(match["late"]),
            )
        )
    return Sorted(tuple(found), tuple(skipped))


def title_of(heading: str) -> str:
    """Return the title of an assignment by the heading of its column; empty if it is none."""
    match = _HEADING.fullmatch(heading)
    return match["title"] if match else ""


def points_of(sheet: Sheet, _: int, column: int) -> str:
    """Return how many points Canvas gives for an assignment: they stand in row 2 or 3."""
    rows = (cells for cells in sheet.values[1:4] if cells and cells[0].strip() == "Points Possible")
    return next((cells[column] for cells in rows if column < len(cells)), "")


def why_left(_: Sheet, row: list[str], column: int) -> str:
    """Return why a cell is not ours to fill, or an empty string."""
    value = row[column].strip()
    return f"Canvas has {value} there" if value in _UNTOUCHED else ""


LAYOUT = Layout("canvas", sort, title_of, True, points_of, why_left, EXCUSED)
