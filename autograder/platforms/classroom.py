"""Google Classroom: the assignment's folder in Drive, downloaded as an archive.

Drive keeps the names that the files have. A copy that Classroom made for a student is called
``First Last - what you called it``; a file that a student uploaded is called what the student called it,
and nothing says whose it is (https://support.google.com/edu/classroom/answer/6020285). Where two files
have one name, Drive adds `` (1)``. So ask for names such as ``First Last - 02_forward.ipynb``.
"""

from __future__ import annotations

import re

from autograder.platforms.found import Download, Found, Sorted, base_of
from autograder.platforms.layout import Layout

_FILE = re.compile(r"(?P<name>.+?) - (?!(?i:copy|kopie|copia|copie)\b)(?P<original>.+)")
"""What Windows calls a copy, ``02_forward - Copy.ipynb``, names nobody."""
_AGAIN = re.compile(r" ?\((\d+)\)(?=\.\w+\Z)")


def sort(download: Download) -> Sorted:
    """Return whose every notebook is, by its name."""
    found, skipped = [], []
    for file in download.notebooks:
        match = _FILE.fullmatch(base_of(file))
        if not match:
            skipped.append((file, "nothing in its name says whose it is: First Last - file.ipynb"))
            continue
        again = _AGAIN.search(match["original"])
        original = _AGAIN.sub("", match["original"])
        attempt = int(again[1]) if again else 0
        name = match["name"].strip()
        found.append(Found(file, name, name, original=original, attempt=attempt, slot=original))
    return Sorted(tuple(found), tuple(skipped))


LAYOUT = Layout("classroom", sort, flat=True)
