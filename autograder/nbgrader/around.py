"""What the class report shows beside the verdicts: near-identical work, pages that are there, earlier notebooks."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from nbgrader.api import Assignment, Gradebook, SubmittedAssignment

from autograder.course.assignment import Assignment as OfCourse
from autograder.course.course import Course
from autograder.errors import CourseError
from autograder.judging.verdict import Graded
from autograder.nbgrader.arranged import Arrangements
from autograder.report.alike import Alike, alike, explained
from rnncourse.checking.outcomes import NOT_ATTEMPTED

Results = Collection[tuple[str, str, Graded]]
"""(student, assignment, result)."""


class _Labels(msgspec.Struct):
    grade_id: str = ""
    solution: bool = False


class _Meta(msgspec.Struct):
    nbgrader: _Labels = msgspec.field(default_factory=_Labels)


class _Cell(msgspec.Struct):
    """Of a cell only this is read: its outputs are passed over."""

    source: str | list[str] = ""
    metadata: _Meta = msgspec.field(default_factory=_Meta)


class _Notebook(msgspec.Struct):
    cells: list[_Cell] = msgspec.field(default_factory=list)


def around(
    course: Course, directory: Any, folder: Path, results: Results, arranged: Arrangements
) -> dict[str, Any]:
    """Return what a :class:`ClassResult` has beside the verdicts, by its names.

    Parameters
    ----------
    course : Course
        Whose notebooks.
    directory : CourseDirectory
        nbgrader's view of the course directory.
    folder : Path
        Where the report will be; addresses are seen from there.
    results : Results
        What this run found.
    arranged : Arrangements
        What is arranged with whom. Members of a group hand in the same, so they are not compared.
    """
    ours = [
        course.assignment(name) for name in dict.fromkeys(name for _, name, _ in results) if name in course
    ]
    students, names = {student for student, _, _ in results}, course.names
    return {
        "alike": tuple(
            p for one in ours for p in _alike_in(one, directory, results) if not _grouped(p, arranged)
        ),
        "cells": {place: number for one in ours for place, number in cells_of(one)},
        "pages": dict(_pages(directory, folder, results)),
        "formgrader": _formgrader(directory),
        "notes": {student: note for student in students if (note := _note(student, names, arranged))},
        "excused": frozenset((s, name) for s in students for name in names if arranged.of(s, name).excused),
    }


def _note(student: str, names: Sequence[str], arranged: Arrangements) -> str:
    """Return what is arranged with a student, in a few words."""
    says = [f"{name} {text}" for name in names if (text := arranged.of(student, name).says)]
    group, drops = arranged.group(student), arranged.drops(student)
    return "; ".join([*([f"group {group}"] * bool(group)), *says, *([f"drops {drops}"] * bool(drops))])


def _grouped(pair: Alike, arranged: Arrangements) -> bool:
    first, second = map(arranged.group, pair.students)
    return bool(first) and first == second


def _formgrader(directory: Any) -> str:
    """Return the address of the server on which formgrader runs, as ``nbgrader_config.py`` says; or nothing."""
    url = str(directory.config.ClassReport.get("formgrader", ""))
    if url and not url.startswith(("http://", "https://")):
        raise CourseError(
            f"c.ClassReport.formgrader is the address of a server, such as http://localhost:8888: {url}"
        )
    return url.rstrip("/")


def cells_of(assignment: OfCourse) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield notebook and exercise, and which cell of the released notebook it is, counted from 1."""
    for exercise, cell in assignment.release.solutions.items():
        yield (assignment.name, exercise), cell.index + 1


def texts_of(assignment: OfCourse) -> Iterator[str]:
    """Yield all that explains why two answers are alike: what was released, our solutions, and their variants."""
    for cell in assignment.release.cells:
        yield cell.source
    for exercise in assignment.exercises:
        yield assignment.master.solution(exercise.id)
        for variant in (*exercise.other_ways, *exercise.mistakes):
            yield assignment.master.variant(exercise.id, variant)


def _alike_in(assignment: OfCourse, directory: Any, results: Results) -> Iterator[Alike]:
    """Yield the pairs of answers in a notebook that a person should look at."""
    by_exercise: dict[str, dict[str, str]] = {exercise.id: {} for exercise in assignment.exercises}
    for student, name, graded in results:
        begun = {verdict.exercise for verdict in graded.verdicts if verdict.outcome != NOT_ATTEMPTED}
        if name != assignment.name or graded.problem or not begun:
            continue
        marked = Path(directory.format_path(directory.autograded_directory, student, name), f"{name}.ipynb")
        for exercise, source in answers_in(marked).items():
            if exercise in begun:
                by_exercise[exercise][student] = source
    if sum(len(answers) > 1 for answers in by_exercise.values()):
        known = explained(texts_of(assignment))
        for exercise, answers in by_exercise.items():
            yield from alike(assignment.name, exercise, answers, known)


def answers_in(marked: Path) -> dict[str, str]:
    """Return what stands in the solution cells of a marked notebook; nothing if it cannot be read."""
    try:
        notebook = msgspec.json.decode(marked.read_bytes(), type=_Notebook)
    except (OSError, msgspec.DecodeError):
        return {}
    cells = [cell for cell in notebook.cells if cell.metadata.nbgrader.solution]
    return {
        c.metadata.nbgrader.grade_id: c.source if isinstance(c.source, str) else "".join(c.source)
        for c in cells
    }


def _pages(directory: Any, folder: Path, results: Results) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield student and notebook, and the address of the feedback page that is there; of the one over all, too."""
    for student, name in sorted({(student, name) for student, name, _ in results}):
        page = Path(directory.format_path(directory.feedback_directory, student, name), f"{name}.html")
        if page.is_file():
            yield (student, name), address(page, folder)
    for student in dict.fromkeys(student for student, _, _ in results):
        page = Path(directory.format_path(directory.feedback_directory, student, "."), "index.html")
        if page.is_file():
            yield (student, ""), address(page, folder)


def address(page: Path, folder: Path) -> str:
    """Return how a page is reached from a folder: a relative path, and never anything else."""
    return quote(
        f"./{os.path.relpath(page, folder)}".replace(os.sep, "/"), safe="/.-_~", errors="surrogateescape"
    )


def earlier_points(
    gradebook: Gradebook, course: Course, results: Results
) -> Mapping[str, Mapping[str, tuple[float, float]]]:
    """Return the points of each student in notebooks that this run did not grade, and how many there are."""
    names = set(course.names) - {name for _, name, _ in results}
    found: dict[str, dict[str, tuple[float, float]]] = {}
    handed_in = gradebook.db.query(SubmittedAssignment).join(Assignment).filter(Assignment.name.in_(names))
    for submission in handed_in:
        if submission.max_score and not submission.needs_manual_grade:
            points = (float(submission.score), float(submission.max_score))
            found.setdefault(submission.name, {})[submission.student_id] = points
    return found
