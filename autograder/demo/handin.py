"""Write the files that the class hands in."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course.course import Course
from autograder.demo.answers import Expected, Work, target_of, works_of
from autograder.demo.attacks import ATTACKS
from autograder.demo.damage import DAMAGES
from autograder.demo.students import CLASS, Student
from autograder.exercises import COURSE

Key = tuple[str, str, str]
"""Student, notebook, exercise."""


def hand_in(
    submitted: Path, students: Sequence[Student] = CLASS, course: Course = COURSE
) -> dict[Key, Expected]:
    """Write every notebook of every student, and return what must come out.

    Files that are as they should be are left alone, so that a second run finds nothing new.

    Parameters
    ----------
    submitted : Path
        nbgrader's folder of that name.
    students : sequence of Student
        Who hands in.
    course : Course
        Whose notebooks.
    """
    expected = {}
    for position, student in enumerate(students):
        for index, (notebook, works) in enumerate(works_of(student, course)):
            folder = submitted / student.id / notebook
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / f"{notebook}.ipynb", file_of(student, index, notebook, works, course))
            _write(folder / "timestamp.txt", _timestamp(position, index))
            for exercise, work in works.items():
                expected[student.id, notebook, exercise] = work.expected
    return expected


def file_of(
    student: Student, index: int, notebook: str, works: Mapping[str, Work], course: Course = COURSE
) -> bytes:
    """Return the bytes that a student hands in for notebook number `index` of the course."""
    assignment = course.assignment(notebook)
    filled = copy.deepcopy(assignment.release.notebook)
    for cell in filled.cells:
        work = works.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if work:
            cell.source = work.source
    if student.attacks:
        attack = ATTACKS[student.attacks[index % len(student.attacks)]]
        attack.tamper(filled, target_of(assignment))
    return DAMAGES[student.damage[index % len(student.damage)]].apply(filled)


def _timestamp(position: int, index: int) -> bytes:
    """Return when that file was handed in: the class takes a week for each notebook."""
    minutes = 7 * position
    return f"2026-10-{1 + 7 * index % 28:02d} {18 + minutes // 60:02d}:{minutes % 60:02d}:00 UTC\n".encode()


def _write(path: Path, data: bytes) -> None:
    if not path.is_file() or path.read_bytes() != data:
        path.write_bytes(data)
