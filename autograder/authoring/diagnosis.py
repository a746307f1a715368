"""Measure how many wrong answers are named: those of a file, each handed in and graded.

A line of the file is a JSON object: ``notebook``, ``exercise``, ``kind`` (``right`` or ``wrong``),
``id``, ``belief`` and ``source``, the whole solution cell. Everything before the exercise is solved.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.notebooks import notebook_text
from autograder.errors import CourseError
from autograder.judging.judge import grade
from autograder.judging.verdict import Verdict
from autograder.running.grading import contents_of
from autograder.sandbox import Backend, Limits, Session

_SECRET = b"the same cases each time"
_FIELDS = ("notebook", "exercise", "kind", "id", "source")


@dataclass(frozen=True)
class Named:
    """What became of one answer: whether it lost points, and the mistake that it was told."""

    exercise: str
    id: str
    kind: str
    outcome: str
    killed: bool
    mistake: str
    message: str


def bench_diagnosis(course: Course, file: Path, backend: Backend, json_file: Path | None = None) -> int:
    """Grade the answers of a file, print what each is told, and return the exit code: 1 if a wrong one passes.

    Parameters
    ----------
    course : Course
        Whose exercises.
    file : Path
        The answers, one a line.
    backend : Backend
        The sandbox.
    json_file : Path, optional
        Where to save all that was told.

    Raises
    ------
    CourseError
        If the file cannot be read, or names what the course has not.
    """
    rows = []
    for row in diagnosed(course, _entries(course, file), backend):
        rows.append(row)
        print(
            f"{row.exercise:<22} {row.id:<34} {'' if row.killed else 'PASSES '}{row.mistake or '-'}",
            flush=True,
        )
    if json_file:
        json_file.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    wrong = [row for row in rows if row.kind == "wrong"]
    killed, named = sum(row.killed for row in wrong), sum(bool(row.mistake) for row in wrong)
    refused = sum(row.killed for row in rows if row.kind == "right")
    print(f"{len(wrong)} wrong answers: {killed} killed, {named} named; {refused} right ones refused")
    return 1 if killed < len(wrong) or refused else 0


def _entries(course: Course, file: Path) -> list[dict[str, str]]:
    """Return the answers of a file, checked."""
    try:
        lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
        entries = [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise CourseError(f"{file} is no file of answers: {error}") from None
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not all(isinstance(entry.get(field), str) for field in _FIELDS):
            raise CourseError(f"{file}, entry {number}: it needs the texts {', '.join(_FIELDS)}.")
        course.assignment(entry["notebook"]).exercise(entry["exercise"])
    return entries


def diagnosed(course: Course, entries: Sequence[dict[str, str]], backend: Backend) -> Iterator[Named]:
    """Yield what became of each answer, in their order."""
    with Session(backend, Limits(), contents_of(course)) as session:
        for entry in entries:
            assignment = course.assignment(entry["notebook"])
            data = handed_in(assignment, entry["exercise"], entry["source"])
            graded = grade(data, course, session, _SECRET, entry["id"], notebook=assignment.name)
            verdict = next(verdict for verdict in graded.verdicts if verdict.exercise == entry["exercise"])
            yield _named(entry, verdict)


def _named(entry: dict[str, str], verdict: Verdict) -> Named:
    killed = verdict.score is not None and verdict.score < verdict.max_score
    return Named(
        entry["exercise"],
        entry["id"],
        entry["kind"],
        verdict.outcome,
        killed,
        verdict.mistake or "",
        verdict.message,
    )


def handed_in(assignment: Assignment, exercise: str, source: str) -> bytes:
    """Return the notebook of a student who has solved all before an exercise, and written this for it."""
    notebook = copy.deepcopy(assignment.release.notebook)
    order = list(assignment.by_id)
    before = set(order[: order.index(exercise)])
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in before:
            cell.source = assignment.master.solution(name)
        elif name == exercise:
            cell.source = source
    return notebook_text(notebook).encode()
