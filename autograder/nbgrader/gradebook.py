"""The one writer of the gradebook: many results in few transactions.

It writes the rows that nbgrader's own steps would write, with nbgrader's own classes, so that
every tool of nbgrader reads them. A manual score or comment is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task, parse_utc

from autograder.course.release import CHECK
from autograder.errors import CourseError
from autograder.judging.verdict import GRADER_FAULT, Graded


@dataclass(frozen=True)
class Entry:
    """One result to write: whose, for which assignment, and the marked notebook.

    Attributes
    ----------
    extension : timedelta or None
        How much later it is due for them; None leaves what nbgrader has.
    """

    student: str
    assignment: str
    graded: Graded
    notebook: NotebookNode
    timestamp: str | None = None
    extension: timedelta | None = None


def write_entries(gradebook: Gradebook, entries: Sequence[Entry], late_plugin: Any = None) -> None:
    """Write results in one transaction: all of them are there afterwards, or none.

    Parameters
    ----------
    gradebook : Gradebook
        nbgrader's, open.
    entries : sequence of Entry
        What to write.
    late_plugin : LateSubmissionPlugin, optional
        Says what a late submission costs; nothing when omitted.

    Raises
    ------
    CourseError
        If an assignment is not in the gradebook.
    """
    try:
        pairs = list(zip(_submissions(gradebook, entries), entries, strict=True))
        gradebook.db.flush()  # all of them at once: sorting what depends on what takes longer than writing it
        written = [_write_notebook(submission, entry) for submission, entry in pairs]
        gradebook.db.flush()
        for (submission, entry), submitted in zip(pairs, written, strict=True):
            _write_penalty(submission, submitted, entry, late_plugin)
        gradebook.db.commit()
    except BaseException:
        gradebook.db.rollback()
        raise


def late_plugin(config: Any) -> Any:
    """Return what says what a late submission costs: what nbgrader's own step would ask with these settings."""
    step = AssignLatePenalties(config=config)
    step.init_plugin()
    return step.plugin_inst


def points_of(gradebook: Gradebook, assignment: str) -> dict[str, float]:
    """Return what each exercise of an assignment is worth, as it was released."""
    rows = (
        gradebook.db.query(GradeCell.name, GradeCell.max_score)
        .join(Notebook, GradeCell.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .filter(Assignment.name == assignment)
    )
    return {name.removeprefix(CHECK): score for name, score in rows if name.startswith(CHECK)}


def automatic_marks(
    gradebook: Gradebook, student: str = "", assignment: str = ""
) -> dict[tuple[str, str], dict[str, float | None]]:
    """Return the automatic scores by (student, assignment) and name of the cell: all, or those of one."""
    rows = (
        gradebook.db.query(SubmittedAssignment.student_id, Assignment.name, GradeCell.name, Grade.auto_score)
        .select_from(Grade)
        .join(GradeCell, Grade.cell_id == GradeCell.id)
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(SubmittedAssignment, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
    )
    if student:
        rows = rows.filter(SubmittedAssignment.student_id == student, Assignment.name == assignment)
    marks: dict[tuple[str, str], dict[str, float | None]] = {}
    for student, assignment, cell, score in rows:
        marks.setdefault((student, assignment), {})[cell] = score
    return marks


def _submissions(gradebook: Gradebook, entries: Sequence[Entry]) -> Iterator[SubmittedAssignment]:
    """Yield the submission of each entry, made with all its rows if it is new."""
    met, students = dict[tuple[str, str], SubmittedAssignment](), dict[str, Student]()
    with gradebook.db.no_autoflush:
        for entry in entries:
            who = entry.student, entry.assignment
            if who not in met:
                met[who] = _found(gradebook, entry) or _new_submission(gradebook, entry, students)
            met[who].timestamp = parse_utc(entry.timestamp) or met[who].timestamp
            if entry.extension is not None:
                met[who].extension = entry.extension or None
            yield met[who]


def _found(gradebook: Gradebook, entry: Entry) -> SubmittedAssignment | None:
    try:
        return gradebook.find_submission(entry.assignment, entry.student)
    except MissingEntry:
        return None


def _new_submission(gradebook: Gradebook, entry: Entry, students: dict[str, Student]) -> SubmittedAssignment:
    """Return a submission with all its rows; students who are new are met once."""
    try:
        assignment = gradebook.find_assignment(entry.assignment)
    except MissingEntry:
        raise CourseError(
            f"The gradebook has no assignment {entry.assignment!r}. Run `nbgrader generate_assignment "
            f"{entry.assignment}` first."
        ) from None
    if entry.student not in students:
        known = gradebook.db.get(Student, entry.student)
        students[entry.student] = known or Student(id=entry.student)
    submission = SubmittedAssignment(assignment=assignment, student=students[entry.student])
    for notebook in assignment.notebooks:
        submitted = SubmittedNotebook(notebook=notebook, assignment=submission)
        for cell in (*notebook.grade_cells, *notebook.task_cells):
            Grade(cell_id=cell.id, notebook=submitted)
        for cell in (*notebook.solution_cells, *notebook.task_cells):
            Comment(cell_id=cell.id, notebook=submitted)
    gradebook.db.add(submission)
    return submission


def _write_notebook(submission: SubmittedAssignment, entry: Entry) -> SubmittedNotebook:
    """Write the marks and automatic comments of one notebook, and return it."""
    submitted = next(n for n in submission.notebooks if n.notebook.name == entry.graded.notebook)
    names = {cell.id: cell.name for cell in submitted.notebook._base_cells}
    grades = {names[grade.cell_id]: grade for grade in submitted.grades}
    comments = {names[comment.cell_id]: comment for comment in submitted.comments}
    wrong = [v.exercise for v in entry.graded.verdicts if v.outcome == GRADER_FAULT]
    faults = {*wrong, *(CHECK + name for name in wrong)}  # with tests of its own, a cell has its name alone
    for cell in entry.notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_grade(cell) and name in grades:
            _write_grade(grades[name], cell, name in faults)
        if (is_solution(cell) or is_task(cell)) and name in comments:
            untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
            comments[name].auto_comment = "No response." if untouched else None
    return submitted


def _write_grade(grade: Grade, cell: NotebookNode, fault: bool) -> None:
    """Write one automatic score; after a manual score a person looks again, as in nbgrader's own step."""
    grade.auto_score = None if fault else determine_grade(cell)[0]
    grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None


def _write_penalty(submission: Any, submitted: Any, entry: Entry, late_plugin: Any) -> None:
    """Write what lateness costs, as nbgrader's own step does."""
    submitted.late_submission_penalty = None
    if late_plugin is None or submission.total_seconds_late <= 0:
        return
    penalty = late_plugin.late_submission_penalty(
        entry.student, submitted.score, submission.total_seconds_late
    )
    if penalty is not None:
        submitted.late_submission_penalty = min(max(penalty, 0), submitted.score)
