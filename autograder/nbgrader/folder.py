"""A course directory: where an instructor keeps a class, and what is secret about it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from autograder.course.build import source_file
from autograder.course.course import Course, load_course
from autograder.errors import CourseError
from autograder.nbgrader.arranged import EXAMPLE, FILE, Arrangements, read_arrangements
from autograder.running.files import replace_bytes

CONFIG = '''"""Configuration of nbgrader for this course. Add your own settings below the first lines."""

from autograder.nbgrader import configure

c = get_config()  # noqa: F821 - nbgrader defines it
configure(c, course="{course}")
'''
COURSE_ID = 'c.CourseDirectory.course_id = "{package}"\n'
"""What follows where the course is not the one that :func:`autograder.nbgrader.configure` names."""

IGNORED = """\
# What only the instructor may have, and what can be made again.
.rnncourse/
gradebook.db
source/
submitted/
autograded/
feedback/
report/
people.csv
"""


@dataclass(frozen=True)
class CourseFolder:
    """An instructor's course directory.

    Attributes
    ----------
    root : Path
        The directory that holds ``nbgrader_config.py``.
    """

    root: Path

    @property
    def secret(self) -> bytes:
        """What makes the hidden cases of this course unknowable.

        Raises
        ------
        CourseError
            If there is none.
        """
        path = self.root / ".rnncourse" / "secret"
        try:
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            raise CourseError(
                f"{self.root} is not a course directory: {path.name} is missing. Make one with `python -m autograder "
                "init DIR`, or run the command inside it."
            ) from None

    @property
    def results(self) -> Path:
        """The file of results that makes a run resumable."""
        return self.root / ".rnncourse" / "results.jsonl"

    @cached_property
    def course(self) -> Course:
        """The course that this directory is for, as its ``nbgrader_config.py`` says.

        Raises
        ------
        CourseError
            If that names none.
        """
        where = self.directory().config.Judge.get("course", "")
        if not where:
            raise CourseError(
                f"{self.root}/nbgrader_config.py does not say for which course it is. It should call "
                'configure(c, course="module:variable"), as `python -m autograder init` writes it.'
            )
        return load_course(str(where), self.root)

    @property
    def attempts(self) -> Path:
        """The folder of everything that was ever handed in."""
        return self.root / ".rnncourse" / "attempts"

    @property
    def arrangements(self) -> Arrangements:
        """What ``people.csv`` says now.

        Raises
        ------
        CourseError
            If something in it cannot be.
        """
        directory = self.directory()
        source = Path(directory.root, directory.source_directory)
        own = {place.name for place in source.glob("*") if place.is_dir()}
        return read_arrangements(self.root / FILE, own | set(self.course.names))

    def directory(self) -> Any:
        """Return nbgrader's own view of this course, with the settings of its configuration file."""
        from nbgrader.apps import NbGrader
        from nbgrader.coursedir import CourseDirectory
        from traitlets.config import Application

        app = NbGrader()
        Application.load_config_file(app, "nbgrader_config.py", path=str(self.root))
        app.config.CourseDirectory.root = str(self.root)
        return CourseDirectory(config=app.config)


def course_folder(path: Path) -> CourseFolder:
    """Return the course directory at a path.

    Raises
    ------
    CourseError
        If there is no folder, or it is no course directory.
    """
    root = path.resolve()
    if not (root / "nbgrader_config.py").is_file():
        what = "has no nbgrader_config.py" if root.is_dir() else "is not there"
        raise CourseError(
            f"{root} {what}. Name a course directory with --course DIR, or make one with `python -m autograder "
            "init DIR`."
        )
    return CourseFolder(root)


def init_course(course: Course, folder: Path, names: Sequence[str] = ()) -> tuple[CourseFolder, list[Path]]:
    """Make a course directory: configuration, secret, and the source notebooks of these assignments, or of all.

    Files that are there are kept, except source notebooks that nobody has edited.

    Returns
    -------
    folder : CourseFolder
        The course directory.
    kept : list of Path
        Source notebooks that are not what is generated now, and are left as they are.

    Raises
    ------
    CourseError
        If the folder cannot be written.
    """
    try:
        (folder / ".rnncourse").mkdir(parents=True, exist_ok=True)
        (folder / "submitted").mkdir(exist_ok=True)
        own = COURSE_ID.format(package=course.package) if course.package != "rnncourse" else ""
        _write_once(folder / "nbgrader_config.py", CONFIG.format(course=course.where) + own)
        _write_once(folder / FILE, EXAMPLE)
        _write_once(folder / ".gitignore", IGNORED)
        _write_once(folder / ".rnncourse" / "secret", secrets.token_hex(32) + "\n", mode=0o600)
        kept = _write_sources(course, folder, names)
    except OSError as error:
        raise CourseError(f"{folder} cannot be made a course directory: {error.strerror}.") from None
    return CourseFolder(folder), kept


def _write_sources(course: Course, folder: Path, names: Sequence[str]) -> list[Path]:
    """Write the source notebooks but those that were edited since; return these."""
    note, source = folder / ".rnncourse" / "source.json", folder / "source"
    written = msgspec.json.decode(note.read_bytes(), type=dict[str, str]) if note.exists() else {}
    kept = []
    for assignment in course.chosen(names):
        path, text = source_file(assignment, source)
        digest, name = sha256(text.encode()).hexdigest(), assignment.name
        there = sha256(path.read_bytes()).hexdigest() if path.exists() else digest
        if there not in (digest, written.get(name)):
            kept.append(path)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written[name] = digest
    replace_bytes(note, msgspec.json.encode(written))
    return kept


def _write_once(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file unless it is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
