"""A submission: the result of reading and repairing, and what a grade of it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from autograder.course.release import ANSWER, CHECK, CHECK_CELL, CODE, LOCKED, SOLUTION, Release, settled
from autograder.submission.reading import read_cells
from autograder.submission.repair import repair
from autograder.submission.slots import Slot, rebuilt
from autograder.submission.sources import without_hidden, without_lines
from autograder.submission.told import stubs_called, why_not_there
from autograder.submission.which import identify

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.course import Course


@dataclass(frozen=True)
class Cell:
    """One code cell to run, or the place of a check among them.

    Attributes
    ----------
    id : str
        Id of the cell in the repaired notebook.
    source : str
        Its code.
    given : bool
        Whether the cell is as it was released, so that nothing in it is the student's.
    check : str
        The exercise whose check stands here; there is nothing to run then.
    """

    id: str
    source: str
    given: bool
    check: str = ""


@dataclass(frozen=True)
class Submission:
    """A submitted notebook, read and repaired.

    Attributes
    ----------
    path : str
        Where it came from.
    assignment : Assignment
        Which notebook it is.
    cells : tuple of Cell
        The code cells to run, in order, and where the check of each exercise stands among them.
    repaired : NotebookNode
        The whole notebook with every released cell in its place and the student's own beside them. Metadata
        of its cells are the release's own.
    repairs : tuple of str
        What was mended, one sentence each, for the student to read.
    answers : Mapping
        Exercise to the id of the cell that defines it; without those that were never started.
    left_over : Mapping
        Exercise to the reason why what is written for it is no answer, as a sentence for the student.
    waits_for : Mapping
        Exercise whose answer is written to those that it calls and that are not.
    """

    path: str
    assignment: Assignment
    cells: tuple[Cell, ...]
    repaired: NotebookNode
    repairs: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    left_over: Mapping[str, str] = field(default_factory=dict)
    waits_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def notebook(self) -> str:
        """The name of the notebook that it is, such as ``02_forward``."""
        return self.assignment.name


def read_submission(data: bytes, course: Course, path: str = "", expected: str = "") -> Submission:
    """Read a file's bytes as a notebook of the course, mending what can be mended.

    Parameters
    ----------
    data : bytes
        Content of the file; at most :data:`MOST_BYTES`.
    course : Course
        Whose notebooks it may be.
    path : str
        For messages, and its stem as a clue to which notebook it is.
    expected : str
        Name of the notebook that it must be, if that is known.

    Raises
    ------
    SubmissionError
        If it cannot be read as a notebook of the course. The message says why, for the student.
    """
    raw = read_cells(data)
    assignment = identify(raw, course, path, expected)
    release = assignment.release
    done = repair(raw.cells, release)
    return Submission(
        path=path,
        assignment=assignment,
        cells=_runnable(done.slots, release),
        repaired=rebuilt(done.slots, release),
        repairs=(*raw.repairs, *done.repairs),
        answers=done.answers,
        left_over=_why_not_there(done.slots),
        waits_for=_stubs_called(done.slots),
    )


def _why_not_there(slots: Sequence[Slot]) -> dict[str, str]:
    """Return why an answer is not there, where its cell says so."""
    reasons = {label: why_not_there(source, label) for label, source in _written(slots)}
    return {label: reason for label, reason in reasons.items() if reason}


def _stubs_called(slots: Sequence[Slot]) -> dict[str, tuple[str, ...]]:
    """Return which answers that are not written a written one calls."""
    written = dict(_written(slots))
    own = {s.released.label for s in slots if s.raw and s.released and s.released.role == SOLUTION}
    called = {label: stubs_called(source, label, own - written.keys()) for label, source in written.items()}
    return {label: stubs for label, stubs in called.items() if stubs}


def _written(slots: Sequence[Slot]) -> Iterator[tuple[str, str]]:
    """Yield the label and the source of each answer that is not the stub."""
    for slot in slots:
        released = slot.released
        if slot.raw and released and released.role == SOLUTION and slot.source != released.source:
            yield released.label, slot.source


def _runnable(slots: Sequence[Slot], release: Release) -> tuple[Cell, ...]:
    """Return the code to run: no hidden region, no blank cell, and of a check nothing but its place.

    A check is left out of the student's cells too: one that fails would cost what stands below it.
    """
    checks = {cell.settled for cell in release.cells if cell.role == CHECK_CELL}
    cells = []
    for slot in slots:
        released = slot.released
        if released and released.role == CHECK_CELL:
            cells.append(Cell(slot.id, "", True, released.label.removeprefix(CHECK)))
        elif slot.runs and (source := without_lines(without_hidden(slot.source), checks)).strip():
            cells.append(Cell(slot.id, source, _is_given(slot, release)))
    return tuple(cells)


def _is_given(slot: Slot, release: Release) -> bool:
    """Return whether nothing in a cell is the student's: it is a released one, or a copy of one."""
    if slot.released:
        return slot.released.role in (CODE, LOCKED) and slot.source == slot.released.source
    equal = release.by_source.get(settled(slot.source), ())
    return any(cell.role in (CODE, LOCKED) for cell in equal)


def content_key(submission: Submission) -> str:
    """Return a key of everything in a submission that a grade may depend on.

    Two submissions have the same key if and only if the same code runs in the same order, in cells
    of the same ids, between the same checks, and the answers that a person marks are the same.

    Returns
    -------
    str
        SHA-256 in hexadecimal digits.
    """
    code = [[cell.id, cell.source, cell.check] for cell in submission.cells]
    release = submission.assignment.release
    marked = {cell.id for cell in release.cells if cell.role == ANSWER}
    has_task = any(cell.is_task for cell in release.cells)  # its answer may stand in any text cell
    answers = [
        [cell.id, cell.source, cell.get("attachments", {})]
        for cell in submission.repaired.cells
        if cell.id in marked or (has_task and cell.cell_type == "markdown")
    ]
    content = json.dumps([submission.notebook, code, answers], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
