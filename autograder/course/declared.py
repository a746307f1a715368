"""Which course a folder is of: a ``pyproject.toml`` in it, or above, says so.

    [tool.autograder]
    course = "line_course_exercises:COURSE"

To serve a course is to run its code. So a file is believed only where the folder and the file belong to
whoever asks, or to root.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import CourseError

FILE = "pyproject.toml"


def declared_near(folder: Path) -> tuple[str, Path] | None:
    """Return the course that a folder or the nearest one above it declares, and where; None if none does.

    Raises
    ------
    CourseError
        If the file cannot be read as TOML.
    """
    return next(_declared(folder.resolve()), None)


def put_on_path(where: str, folder: Path) -> None:
    """Let Python import a course that a folder, or one above it, declares; do nothing if none declares it."""
    for declared, place in _declared(folder.resolve()):
        if declared == where:
            sys.path.insert(0, str(place))
            return


def _declared(folder: Path) -> Iterator[tuple[str, Path]]:
    for place in (folder, *folder.parents):
        path = place / FILE
        if path.is_file() and _is_ours(place) and _is_ours(path):
            where = _course_in(path)
            if where:
                yield where, place


def _course_in(path: Path) -> str:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
        where = settings.get("tool", {}).get("autograder", {}).get("course", "")
    except (ValueError, AttributeError) as error:
        raise CourseError(f"{path} cannot be read: {error}.") from None
    if not isinstance(where, str):
        raise CourseError(f'{path}: course should be a text such as "my_course_exercises:COURSE".')
    return where


def _is_ours(path: Path) -> bool:
    """Return whether a file or folder belongs to this user or to root."""
    return not hasattr(os, "getuid") or path.stat().st_uid in (os.getuid(), 0)
