"""Write a small course that works, as a start for another one."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from autograder.errors import CourseError

STARTER = Path(__file__).with_name("starter")
"""A course on linear regression, as it is written but for its name."""
ITS_NAME = "line_course"
_MADE = ("__pycache__", "cases", "slips", "contents", "notebooks")


def new_course(folder: Path, name: str = "") -> tuple[str, list[Path]]:
    """Write the files of a new course.

    Parameters
    ----------
    folder : Path
        Where to; made if it is not there.
    name : str
        What its students import; made from the name of the folder when empty.

    Returns
    -------
    name : str
        What its students import.
    written : list of Path
        The files.

    Raises
    ------
    CourseError
        If the folder is not empty, or the name is none or taken.
    """
    folder = folder.resolve()
    name = name or name_from(folder.name)
    _assert_free(folder, name)
    written = []
    for path in _files():
        place = folder / _renamed(path.relative_to(STARTER), name)
        place.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        place.write_text(text.replace(ITS_NAME, name), encoding="utf-8")
        written.append(place)
    return name, written


def name_from(words: str) -> str:
    """Return a name for a package that follows from the name of a folder.

    >>> name_from("My course, 2nd year")
    'my_course_2nd_year'
    """
    name = re.sub(r"\W+", "_", words.lower()).strip("_")
    return f"course_{name}" if not name or name[0].isdigit() else name


def _assert_free(folder: Path, name: str) -> None:
    """Refuse to write over anything, and a name that is none or stands for something else."""
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file. Name a folder that is not there yet, or an empty one.")
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if there:
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        raise CourseError(
            f"{folder} is not empty: there is {', '.join(there[:3])}{more}. A new course is written into a folder of "
            "its own; name another one."
        )
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii():
        raise CourseError(
            f"{name!r} cannot be the name of a package. Give one with --name, such as line_course."
        )
    if name in sys.stdlib_module_names or find_spec(name) or find_spec(f"{name}_exercises"):
        raise CourseError(f"There is a package {name!r} already. Give the course another name with --name.")


def _files() -> Iterator[Path]:
    for path in sorted(STARTER.rglob("*")):
        if path.is_file() and not any(part in _MADE for part in path.relative_to(STARTER).parts):
            yield path


def _renamed(path: Path, name: str) -> Path:
    """Return where a file of the starter goes in a course of that name."""
    parts = [part.replace(ITS_NAME, name) for part in path.parts]
    return Path(*parts[:-1], ".gitignore" if parts[-1] == "gitignore" else parts[-1])
