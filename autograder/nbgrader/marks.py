"""What the gradebook says about each notebook of each student, read in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)

from autograder.feedback import Mark, Marks
from autograder.nbgrader.arranged import Arranged, Arrangements, span_text

Whose: TypeAlias = tuple[str, str, str]
"""Student, assignment, notebook."""


def all_marks(
    gradebook: Gradebook, arrangements: Arrangements, student: str = "", assignment: str = ""
) -> dict[Whose, Marks]:
    """Return the marks of everything that was handed in, or of one student or assignment only.

    Points that ``people.csv`` adds to an assignment of several notebooks are added to the first of them.
    """
    cells: dict[str, dict[str, Mark]] = defaultdict(dict)
    comments: dict[str, dict[str, str]] = defaultdict(dict)
    only = (student, assignment)
    for kind in (GradeCell, TaskCell):
        for id, name, most, auto, manual, extra in _grades(gradebook, kind, only):
            cells[id][name] = _mark(most, auto, manual, extra, kind is TaskCell)
    for id, name, text in _comments(gradebook, only):
        comments[id][name] = text
    marks = {
        whose: Marks(cells[id], comments[id], penalty or 0.0, name)
        for id, whose, penalty, name in _submitted(gradebook, only)
    }
    first: dict[tuple[str, str], str] = {}
    for who, name, notebook in sorted(marks):
        first.setdefault((who, name), notebook)
    return {
        whose: _arranged(mine, arrangements.of(*whose[:2]), first[whose[:2]] == whose[2])
        for whose, mine in marks.items()
    }


def _arranged(marks: Marks, arranged: Arranged, is_first: bool) -> Marks:
    extended = span_text(arranged.extension) if arranged.extension else ""
    extra = arranged.extra if is_first else 0.0
    return replace(marks, extra=extra, excused=arranged.excused, extended=extended)


def _mark(most: float, auto: float | None, manual: float | None, extra: float | None, task: bool) -> Mark:
    """Return the mark of a row of the gradebook: what a person gave goes first, as in nbgrader."""
    score = auto if manual is None else manual
    by_person = task or manual is not None
    return Mark(None if score is None else score + (extra or 0.0), most, by_person)


def _grades(gradebook: Gradebook, kind: Any, only: tuple[str, str]) -> Any:
    cells = kind.__table__.c
    query = gradebook.db.query(
        Grade.notebook_id,
        BaseCell.name,
        cells.max_score,
        Grade.auto_score,
        Grade.manual_score,
        Grade.extra_credit,
    )
    query = query.select_from(Grade).join(BaseCell.__table__, Grade.cell_id == BaseCell.__table__.c.id)
    return _only(query.join(kind.__table__, Grade.cell_id == cells.id), Grade, only)


def _comments(gradebook: Gradebook, only: tuple[str, str]) -> Any:
    query = gradebook.db.query(Comment.notebook_id, BaseCell.name, Comment.manual_comment)
    query = query.select_from(Comment).join(BaseCell.__table__, Comment.cell_id == BaseCell.__table__.c.id)
    return _only(query.filter(Comment.manual_comment.isnot(None)), Comment, only)


def _only(query: Any, row: Any, only: tuple[str, str]) -> Any:
    """Keep the rows of one student or assignment, if one is named."""
    if not any(only):
        return query
    query = query.join(SubmittedNotebook, row.notebook_id == SubmittedNotebook.id)
    return _of(
        query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id), only
    )


def _of(query: Any, only: tuple[str, str]) -> Any:
    student, assignment = only
    if student:
        query = query.filter(SubmittedAssignment.student_id == student)
    if assignment:
        query = query.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        query = query.filter(Assignment.name == assignment)
    return query


def _submitted(gradebook: Gradebook, only: tuple[str, str]) -> Iterator[tuple[str, Whose, float | None, str]]:
    """Yield id, whose, penalty and the student's name of each submitted notebook."""
    query = gradebook.db.query(
        SubmittedNotebook.id,
        SubmittedAssignment.student_id,
        Assignment.name,
        Notebook.name,
        SubmittedNotebook.late_submission_penalty,
        Student.first_name,
        Student.last_name,
    )
    query = query.select_from(SubmittedNotebook)
    query = query.join(Notebook, SubmittedNotebook.notebook_id == Notebook.id)
    query = query.join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
    query = query.join(Student, SubmittedAssignment.student_id == Student.id)
    query = query.join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    student, assignment = only
    query = query.filter(SubmittedAssignment.student_id == student) if student else query
    query = query.filter(Assignment.name == assignment) if assignment else query
    for id, who, name, notebook, penalty, first, last in query:
        yield id, (who, name, notebook), penalty, " ".join(filter(None, (first, last)))
