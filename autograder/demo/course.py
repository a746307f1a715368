"""The demonstration's course directory, released with nbgrader's own converters."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateAssignment
from nbgrader.utils import capture_log, temp_attrs

from autograder.course.course import Course
from autograder.course.notebooks import notebook_text, source_notebook
from autograder.errors import CourseError
from autograder.exercises import COURSE
from autograder.nbgrader.folder import CourseFolder, init_course

CONFIG = '''"""Configuration of nbgrader for the demonstration. What comes out lies beside this folder."""

from pathlib import Path

from autograder.nbgrader import configure

c = get_config()  # noqa: F821 - nbgrader defines it
configure(c, course="{course}")
results = Path(__file__).resolve().parent.parent
c.CourseDirectory.db_url = f"sqlite:///{{results / 'gradebook.db'}}"
c.CourseDirectory.feedback_directory = str(results / "feedback")
'''

MARKER = ".demo"
"""A file of this name says that a folder was made here, and from which version of the course."""


def prepare_course(folder: Path, course: Course = COURSE) -> tuple[CourseFolder, bool]:
    """Return the course in ``folder/course``, made anew and released if it is not there or out of date.

    Parameters
    ----------
    folder : Path
        The folder of the demonstration.
    course : Course
        Whose assignments.

    Returns
    -------
    folder : CourseFolder
        The course directory.
    fresh : bool
        Whether it was made now.

    Raises
    ------
    CourseError
        If something else is in its place, or nbgrader cannot release an assignment.
    """
    root, marker = folder / "course", folder / MARKER
    with ThreadPoolExecutor(1) as beside:
        gradebook = None if marker.is_file() else beside.submit(_empty_gradebook)
        version = _version(course)
        if marker.is_file() and marker.read_text(encoding="ascii") == version:
            return CourseFolder(root), False
        _clear(folder, marker)
        marker.write_text("", encoding="ascii")  # whatever happens next, the folder is known as ours
        made = _init(course, root)
        if gradebook:
            (folder / "gradebook.db").write_bytes(gradebook.result())
    for name in course.names:
        release(made.directory(), name)
    marker.write_text(version, encoding="ascii")
    return made, True


def _init(course: Course, root: Path) -> CourseFolder:
    """Return a new course directory."""
    (root / ".rnncourse").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG.format(course=course.where), encoding="utf-8")
    # Nothing here needs to be unknowable, and a fixed secret gives the same cards in every run.
    (root / ".rnncourse" / "secret").write_text(hashlib.sha256(b"demo").hexdigest(), encoding="ascii")
    return init_course(course, root)[0]


def _empty_gradebook() -> bytes:
    """Return the file of a gradebook with nothing in it: nbgrader starts a program for that, which takes seconds."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "gradebook.db")
        Gradebook(f"sqlite:///{path}").close()
        return path.read_bytes()


def _version(course: Course) -> str:
    """Return a hash of all that is released, so that a change is noticed."""
    digest = hashlib.sha256(CONFIG.encode())
    for assignment in course:
        digest.update(notebook_text(source_notebook(assignment)).encode())
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


def release(directory: Any, name: str) -> None:
    """Do what ``nbgrader generate_assignment`` does, quietly."""
    with temp_attrs(directory, assignment_id=name):
        step = GenerateAssignment(coursedir=directory, config=directory.config)
        step.force = step.create_assignment = True
        run_quietly(step, f"release {name}")


def run_quietly(step: Any, what: str) -> None:
    """Run one of nbgrader's converters as its own interface does, and keep what it logs to ourselves.

    Raises
    ------
    CourseError
        If it fails; with the end of its log.
    """
    log = step.log
    before, handlers = log.propagate, log.handlers[:]
    log.propagate, log.handlers[:] = False, []
    try:
        result = capture_log(step)
    finally:
        log.propagate, log.handlers[:] = before, handlers
    if not result["success"]:
        raise CourseError(f"nbgrader could not {what}. It said: {(result.get('log') or '').strip()[-800:]}")
