"""Before a class is graded: everything that will be written to can be written to."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook
from sqlalchemy.exc import SQLAlchemyError

from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder

LEAST_FREE = 64 << 20
"""Bytes that must be free for results, marked notebooks and sandboxes."""


@contextmanager
def told_plainly(what: str) -> Iterator[None]:
    """Turn an error of the disk or of the database into one that says what to do.

    Raises
    ------
    CourseError
        In place of an ``OSError`` or an ``SQLAlchemyError``.
    """
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        raise CourseError(f"{what}: {error.strerror or error}{place}. {_NEXT}") from error
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error)
        raise CourseError(f"{what}: the gradebook says {reason!r}. {_NEXT}") from error


_NEXT = (
    "Nothing that was graded is lost. When there is room and the folder and the gradebook can be written, "
    "run the same command again: it goes on where it stopped."
)


def assert_ready(course: CourseFolder, directory: Any, gradebook: Gradebook, names: Iterable[str]) -> None:
    """Refuse to begin what could not be finished.

    Parameters
    ----------
    course, directory : CourseFolder, CourseDirectory
        The course, and nbgrader's own view of it.
    gradebook : Gradebook
        nbgrader's, open.
    names : iterable of str
        Assignments that will be graded.

    Raises
    ------
    CourseError
        If a folder or the gradebook cannot be written, the disk is full, or an assignment was never released.
    """
    autograded = Path(directory.root, directory.autograded_directory)
    with told_plainly("Grading was not begun"):
        for folder in (course.results.parent, autograded):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        for place in (course.root, Path(tempfile.gettempdir())):
            free = shutil.disk_usage(place).free
            if free < LEAST_FREE:
                need = f"{LEAST_FREE >> 20} MB must be free in {place}, {free >> 20} are"
                raise CourseError(f"Grading was not begun: {need}. {_NEXT}")
        gradebook.db.query(Assignment).filter(Assignment.id.is_(None)).update({"name": "none"})
        gradebook.db.rollback()
        known = {name for (name,) in gradebook.db.query(Assignment.name)}
    for name in names:
        if name not in known:
            raise CourseError(
                f"The gradebook has no assignment {name!r}. Run `nbgrader generate_assignment {name}` first."
            )
