"""The demonstration's course directory, released with nbgrader's own converters."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.utils import capture_log, temp_attrs

from autograder.build import notebook_text, source_notebook
from autograder.errors import CourseError
from autograder.nbgrader.course import Course, assignments, init_course

CONFIG = '''"""Configuration of nbgrader for the demonstration class; what comes out lies beside this folder."""

from pathlib import Path

from autograder.nbgrader import configure

c = get_config()  # noqa: F821 - nbgrader defines it
configure(c)
results = Path(__file__).resolve().parent.parent
c.CourseDirectory.db_url = f"sqlite:///{results / 'gradebook.db'}"
c.CourseDirectory.feedback_directory = str(results / "feedback")
'''

MARKER = ".demo"
"""A file of this name says that a folder was made here, and from which version of the course."""


def prepare_course(folder: Path) -> tuple[Course, bool]:
    """Return the course in ``folder/course``, made anew and released if it is not there or out of date.

    Returns
    -------
    course : Course
        The course directory.
    fresh : bool
        Whether it was made now.

    Raises
    ------
    CourseError
        If something else is in its place, or nbgrader cannot release an assignment.
    """
    root, marker, version = folder / "course", folder / MARKER, _version()
    if marker.is_file() and marker.read_text(encoding="ascii") == version:
        return Course(root), False
    _clear(folder, marker)
    marker.write_text("", encoding="ascii")  # whatever happens next, the folder is known as ours
    (root / ".rnncourse").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    # Nothing here needs to be unknowable, and a fixed secret gives the same cards in every run.
    (root / ".rnncourse" / "secret").write_text(hashlib.sha256(b"demo").hexdigest(), encoding="ascii")
    course = init_course(root)
    for name in assignments():
        _release(course.directory(), name)
    marker.write_text(version, encoding="ascii")
    return course, True


def _version() -> str:
    """Return a hash of all that is released, so that a change is noticed."""
    digest = hashlib.sha256(CONFIG.encode())
    for name in assignments():
        digest.update(notebook_text(source_notebook(name)).encode())
    return digest.hexdigest()


def _clear(folder: Path, marker: Path) -> None:
    """Make room: remove an earlier demonstration, and nothing but one."""
    folder.mkdir(parents=True, exist_ok=True)
    if not marker.is_file() and any(folder.iterdir()):
        raise CourseError(
            f"{folder} has files in it that the demonstration did not make. Name another place with --folder."
        )
    for name in ("course", "feedback"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "gradebook.db").unlink(missing_ok=True)


def _release(directory: Any, name: str) -> None:
    """Do what ``nbgrader generate_assignment`` does, quietly."""
    with temp_attrs(directory, assignment_id=name):
        step = GenerateAssignment(coursedir=directory, config=directory.config)
        step.force = step.create_assignment = True
        _run(step, f"release {name}")


def write_feedback(course: Course, name: str, written: Callable[[], None]) -> None:
    """Do what ``nbgrader generate_feedback`` does for one assignment, quietly.

    Feedback that is older than the marked notebook is removed before, so that it is made again.

    Parameters
    ----------
    course : Course
        The course directory.
    name : str
        The assignment.
    written : callable
        Called after each student.
    """
    directory = course.directory()
    for marked, page in pages(course, name):
        if not is_current(marked, page):
            shutil.rmtree(page.parent, ignore_errors=True)
    with temp_attrs(directory, assignment_id=name):
        step = GenerateFeedback(coursedir=directory, config=directory.config)
        step.post_convert_hook = lambda **_: written()
        _run(step, f"write feedback for {name}")


def pages(course: Course, name: str) -> list[tuple[Path, Path]]:
    """Return every marked notebook of an assignment with the feedback page that belongs to it."""
    directory = course.directory()
    marked = sorted((course.root / "autograded").glob(f"*/{name}/{name}.ipynb"))
    feedback = Path(directory.feedback_directory)
    return [(path, feedback / path.parents[1].name / name / f"{name}.html") for path in marked]


def is_current(marked: Path, page: Path) -> bool:
    """Return whether a page is there and newer than what it shows."""
    return page.is_file() and page.stat().st_mtime_ns > marked.stat().st_mtime_ns


def _run(step: Any, what: str) -> None:
    log = step.log
    before, log.propagate, handlers = log.propagate, False, log.handlers[:]
    log.handlers[:] = []
    try:
        result = capture_log(step)
    finally:
        log.propagate, log.handlers[:] = before, handlers
    if not result["success"]:
        raise CourseError(f"nbgrader could not {what}. It said: {(result.get('log') or '').strip()[-800:]}")
