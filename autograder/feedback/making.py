"""Make a page from the bytes of a marked notebook, and tell whether one that is there is still right."""

from __future__ import annotations

import json
import re
from collections.abc import Set
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from autograder.feedback.model import Marks, Wanted
from autograder.feedback.page import render_page
from autograder.feedback.sheet import make_sheet
from autograder.report import words

_HEAD = 2_000
_KEY = re.compile(rb'<meta name="made-from" content="([0-9a-f]+)">')


def page_of(
    data: bytes, marks: Marks, student: str, name: str, released: Set[str], wanted: Wanted, key: str = ""
) -> str:
    """Return the page of a marked notebook.

    Parameters
    ----------
    data : bytes
        The marked notebook.
    marks : Marks
        What the gradebook says about it.
    student, name : str
        Whose it is, and the notebook's name.
    released : set of str
        The texts of the released cells.
    wanted : Wanted
        What to show.
    key : str
        What it is made from, as :func:`made_from` says.
    """
    sheet = make_sheet(json.loads(data), marks, student, name, released, wanted.rubric)
    return render_page(sheet, wanted, key)


def made_from(data: bytes, marks: Marks, wanted: Wanted) -> str:
    """Return what a page depends on, as a hash: notebook, marks, what to show, and how pages are made."""
    digest = sha256(data)
    for part in (_version(), repr(marks), repr(wanted)):
        digest.update(b"\0" + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def says_made_from(page: Path) -> str:
    """Return what a page says that it was made from; nothing if there is no page, or none of ours."""
    try:
        with page.open("rb") as file:
            found = _KEY.search(file.read(_HEAD))
    except OSError:
        return ""
    return found[1].decode("ascii") if found else ""


@lru_cache(maxsize=1)
def _version() -> str:
    """Return a hash of this room and of the words it uses, so that a change is seen in every page."""
    digest = sha256(Path(words.__file__).read_bytes())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".j2", ".css"):
            digest.update(path.read_bytes())
    return digest.hexdigest()
