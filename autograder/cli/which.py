"""Which course a command serves: the one named, that of the folder, or ours."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.course.course import Course

GROUP = "autograder.courses"
"""The group of entry points by which an installed course gives its name."""


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a course."""
    parser.add_argument(
        "--course-package",
        default="",
        metavar="NAME",
        help="which course, by its name or as module:variable; that of the folder when omitted; before the command",
    )


def chosen_course(arguments: argparse.Namespace) -> Course:
    """Return the course that a command serves.

    It is the one that ``--course-package`` names; else that of the course directory in which the command is
    given; else the one that the nearest ``pyproject.toml`` declares; else the course of this repository.

    Raises
    ------
    CourseError
        If there is no such course.
    """
    from autograder.course.course import load_course
    from autograder.course.declared import declared_near

    here, name = Path.cwd(), getattr(arguments, "course_package", "")
    if name:
        return load_course(name if ":" in name else _installed(name), here)
    if (here / "nbgrader_config.py").is_file():
        from autograder.nbgrader.folder import CourseFolder

        return CourseFolder(here).course
    declared = declared_near(here)
    if declared:
        where, place = declared
        sys.path.insert(0, str(place))
        return load_course(where, place)
    from autograder.exercises import COURSE

    return COURSE


def _installed(name: str) -> str:
    """Return where an installed course is found, by the name of its entry point."""
    from autograder.errors import CourseError

    found = {point.name: point.value for point in entry_points(group=GROUP)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise CourseError(
            f"No course {name!r} is installed; installed are: {known}. Install it with `pip install -e FOLDER`, or "
            "name it as module:variable, such as line_course_exercises:COURSE."
        )
    return found[name]
