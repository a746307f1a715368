"""A folder of your own: ``STUDENT/file.ipynb``, ``STUDENT/ASSIGNMENT/file.ipynb``, or ``STUDENT_file.ipynb``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from autograder.platforms.found import Download, Found, Sorted, parts_of
from autograder.platforms.layout import Layout

STEPS = ("submitted", "autograded", "downloaded")
_NAMED = re.compile(r"(?P<who>[^_]+)_(?P<original>.+)")


def sort(download: Download) -> Sorted:
    """Return whose every notebook is: the folder at the top decides, or what stands before the first ``_``."""
    all_parts = {file: parts_of(file) for file in download.notebooks}
    shared = _shared(list(all_parts.values()))
    found, skipped = [], []
    for file, parts in all_parts.items():
        inside = parts[shared:]
        flat = _NAMED.fullmatch(inside[0]) if len(inside) == 1 else None
        if len(inside) > 1 and not inside[0].startswith("."):
            found.append(Found(file, inside[0], inside[0], original=inside[-1]))
        elif flat and not flat["who"].isdigit():
            found.append(Found(file, flat["who"], flat["who"], original=flat["original"]))
        else:
            skipped.append(
                (file, "nothing says whose it is: put it into a folder that is called like the student")
            )
    return Sorted(tuple(found), tuple(skipped))


def _shared(names: Sequence[Sequence[str]]) -> int:
    """Return how many folders at the top are around the whole class, and no student's."""
    first = {parts[0] for parts in names if parts}
    if len(first) != 1 or any(len(parts) < 3 for parts in names):
        return 0
    seconds = {parts[1] for parts in names}
    of_one_student = all(parts[1] == PurePosixPath(parts[-1]).stem for parts in names)
    return 1 if first <= set(STEPS) or (len(seconds) > 1 and not of_one_student) else 0


LAYOUT = Layout("folder", sort)
