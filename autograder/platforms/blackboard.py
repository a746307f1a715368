"""Blackboard Learn: *Assignment File Download* of a column, and *Work Offline*, *Download*.

A file is called ``Assignment_user_attempt_2026-10-01-18-07-00_what the student called it``, and beside it
lies ``Assignment_user_attempt_2026-10-01-18-07-00.txt``, which begins with ``Name: First Last (user)`` and
lists the files. nbgrader's documentation of ``FileNameCollectorPlugin`` gives the first as its example
(https://nbgrader.readthedocs.io/en/stable/plugins/zipcollect-plugin.html). Names of assignments and of
users may hold ``_``: the text files tell where one ends. The time is that of the server, without its zone.
The sheet is tab-delimited UTF-16 that is called ``.xls``; a column is headed
``Title [Total Pts: 10 Score] |12345``, see
https://help.blackboard.com/Learn/Instructor/Original/Grade/Grading_Tasks/Work_Offline_With_Grade_Data.
"""

from __future__ import annotations

import re
from datetime import datetime

from autograder.platforms.found import Download, Found, Sorted, base_of
from autograder.platforms.layout import Layout
from autograder.platforms.sheet import Sheet

_FILE = re.compile(
    r"(?P<head>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<original>.+)|(?P<receipt>\.txt))", re.DOTALL
)
_NAME = re.compile(r"\s*Name:\s*(?P<name>.*?)\s*\((?P<user>[^()\r\n]+)\)\s*(?:[\r\n]|\Z)")
_HEADING = re.compile(
    r"(?P<title>.*?)\s*\[Total Pts: (?P<points>[\d.,]+|up to [\d.,]+)[^\]]*\]\s*\|\d+\s*", re.DOTALL
)


def sort(download: Download) -> Sorted:
    """Return whose every notebook is, by its name and by the text file beside it."""
    receipts = _receipts(download)
    users = dict(receipts.values())
    found, skipped = [], []
    for file in download.notebooks:
        match = _FILE.fullmatch(base_of(file))
        if not match or not match["original"]:
            skipped.append(
                (file, "its name is not one that Blackboard gives: Assignment_user_attempt_time_file")
            )
            continue
        known = [user for user in users if match["head"].endswith(f"_{user}")]
        user = max(known, key=len, default=match["head"].rpartition("_")[2])
        try:
            time = datetime.strptime(match["time"], "%Y-%m-%d-%H-%M-%S")
        except ValueError:
            time = None
        found.append(Found(file, user, users.get(user, ""), original=match["original"], time=time))
    return Sorted(tuple(found), tuple(skipped), frozenset(receipts))


def _receipts(download: Download) -> dict[str, tuple[str, str]]:
    """Return every text file of Blackboard's, with the user that it is about and what they are called."""
    receipts = {}
    for file, _ in download.others:
        match = _FILE.fullmatch(base_of(file))
        said = _NAME.match(download.text(file)) if match and match["receipt"] else None
        if said and match and match["head"].endswith(f"_{said['user']}"):
            receipts[file] = said["user"], said["name"]
    return receipts


def title_of(heading: str) -> str:
    """Return the title of a column by its heading; empty if it is none with points."""
    match = _HEADING.fullmatch(heading)
    return match["title"] if match else ""


def points_of(sheet: Sheet, _: int, column: int) -> str:
    """Return how many points Blackboard gives: the heading says it."""
    match = _HEADING.fullmatch(sheet.headings[column])
    return match["points"].removeprefix("up to ") if match else ""


LAYOUT = Layout("blackboard", sort, title_of, True, points_of)
