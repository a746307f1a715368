"""Who handed in what: the submitted folders of a course, read without trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.running.grading import Job

MOST_TIMESTAMP_BYTES = 100


@dataclass(frozen=True)
class HandedIn:
    """One submission of one student.

    Attributes
    ----------
    job : Job
        What is to be graded. Its file may be missing; grading then says so.
    timestamp : str or None
        When it was handed in, as nbgrader writes it.
    """

    job: Job
    timestamp: str | None


def handed_in(course: Course, directory: Any, names: Sequence[str]) -> Iterator[HandedIn]:
    """Yield every submission to the assignments named, by assignment and student.

    Parameters
    ----------
    course : Course
        Whose assignments.
    directory : CourseDirectory
        nbgrader's own view of the course.
    names : sequence of str
        Assignments; all when empty.

    Raises
    ------
    CourseError
        If there is no such assignment.
    """
    for name in names or course.names:
        if name not in course:
            raise CourseError(
                f"There is no assignment {name!r}. The assignments are: {', '.join(course.names)}."
            )
        pattern = directory.format_path(directory.submitted_directory, "*", name)
        root = Path(directory.root)
        for folder in sorted(root.glob(str(Path(pattern).relative_to(root)))):
            yield _submission(folder, _student_of(directory, folder, name), name)


def _student_of(directory: Any, folder: Path, name: str) -> str:
    """Return whose folder that is, by the structure that the course has."""
    marker = "\\0"
    parts = Path(directory.format_path(directory.submitted_directory, marker, name)).parts
    return folder.parts[parts.index(marker)]


def _submission(folder: Path, student: str, name: str) -> HandedIn:
    path, called = _notebook(folder, name)
    timestamp, stamped = read_timestamp(folder / "timestamp.txt")
    return HandedIn(Job(path, student, name, notes=(*called, *stamped)), timestamp)


def _notebook(folder: Path, name: str) -> tuple[Path, tuple[str, ...]]:
    """Return the file to grade: the one of the right name, else the only notebook that there is."""
    if folder.is_symlink() or folder.parent.is_symlink():
        return folder, ()  # not a regular file, and so refused: it may be somebody else's work
    path = folder / f"{name}.ipynb"
    if path.is_symlink() or path.exists():
        return path, ()
    others = [p for p in folder.glob("*.ipynb") if p.is_file() and not p.is_symlink()]
    if len(others) == 1:
        return others[0], (f"The file is called {others[0].name}; it was read as {path.name}.",)
    return path, ()


def read_timestamp(path: Path) -> tuple[str | None, tuple[str, ...]]:
    """Return the time in a file, if there is one that makes sense, and a note if there is not."""
    if not path.is_symlink() and not path.exists():
        return None, ()
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_TIMESTAMP_BYTES:
            raise ValueError(path)
        text = path.read_text(encoding="utf-8").strip()
        if text:
            parse_utc(text)
        return text or None, ()
    except (OSError, ValueError, OverflowError, TypeError):
        note = "timestamp.txt holds no time that can be read, so this counts as handed in without one."
        return None, (note,)
