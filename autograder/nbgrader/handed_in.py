"""Who handed in what: the submitted folders of a course, read without trust."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.foreign import notebooks_of, own_tests_of
from autograder.nbgrader.which_file import choose_file
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
            yield from _with_own_tests(course, directory, name)
            continue
        for student, folder in folders_of(directory, directory.submitted_directory, name):
            yield submission_in(folder, student, course.assignment(name))


def _with_own_tests(course: Course, directory: Any, name: str) -> Iterator[HandedIn]:
    """Yield every submission to an assignment that was never declared to us, notebook by notebook."""
    own = own_tests_of(directory, name)
    if not own:
        raise CourseError(
            f"There is no assignment {name!r} in this course; its assignments are {', '.join(course.names)}. "
            f"If it is one of your own, release it first: `nbgrader generate_assignment {name}`."
        )
    for student, folder in folders_of(directory, directory.submitted_directory, name):
        timestamp, stamped = read_timestamp(folder / "timestamp.txt")
        for path, tests in notebooks_of(folder, own):
            yield HandedIn(Job(path, student, tests.notebook, notes=stamped, own=tests), timestamp)


def folders_of(directory: Any, step: str, name: str) -> Iterator[tuple[str, Path]]:
    """Yield each student who has a folder for an assignment, and that folder, by the structure of the course.

    Parameters
    ----------
    directory : CourseDirectory
        nbgrader's own view of the course.
    step : str
        Which of its folders, such as ``directory.submitted_directory``.
    name : str
        The assignment.
    """
    marker, root = "\\0", Path(directory.root)
    place = Path(directory.format_path(step, marker, name)).parts.index(marker)
    pattern = directory.format_path(step, "*", name)
    for folder in sorted(root.glob(os.path.relpath(pattern, root))):
        yield folder.parts[place], folder


def everybody(folder: CourseFolder) -> set[str]:
    """Return all who have a folder for some assignment of the course."""
    directory = folder.directory()
    found = (folders_of(directory, directory.submitted_directory, name) for name in folder.course.names)
    return {student for several in found for student, _ in several}


def assert_handed_in(folder: CourseFolder, names: Sequence[str], students: Sequence[str] = ()) -> None:
    """Refuse to grade where nobody has handed anything in, or one of the students named has not.

    Raises
    ------
    CourseError
        If that is so, or there is no such assignment.
    """
    directory, what = folder.directory(), ", ".join(names) or "any assignment"
    if next(handed_in(folder.course, directory, names), None) is None:
        where = directory.format_path(directory.submitted_directory, "STUDENT", "ASSIGNMENT")
        raise CourseError(
            f"Nothing was handed in for {what}: there is no {where}. `python -m autograder "
            "collect ARCHIVE` fills it from a platform's download."
        )
    if not students:
        return
    found = (
        folders_of(directory, directory.submitted_directory, name) for name in names or folder.course.names
    )
    there = {student for several in found for student, _ in several}
    there |= {member for members in folder.arrangements.groups.values() for member in members}
    for student in students:
        if student not in there:
            raise CourseError(
                f"{student!r} has handed in nothing for {what}: there is no folder of that name."
            )


def submission_in(folder: Path, student: str, assignment: Assignment) -> HandedIn:
    """Return what lies in a student's folder, and when it was handed in."""
    timestamp, stamped = read_timestamp(folder / "timestamp.txt")
    return HandedIn(job_of(folder, student, assignment, stamped), timestamp)


def job_of(folder: Path, student: str, assignment: Assignment, notes: Sequence[str] = ()) -> Job:
    """Return what is to be graded of a student's folder; both ways of grading ask here."""
    choice = choose_file(folder, assignment)
    return Job(
        choice.path,
        student,
        assignment.name,
        notes=(*choice.notes, *notes),
        doubts=choice.doubts,
        there=choice.there,
    )


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
