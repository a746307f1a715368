"""Read an untrusted notebook and repair it. Nothing in it is believed, nothing is thrown away."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode


@dataclass(frozen=True)
class Cell:
    """One code cell to run.

    Attributes
    ----------
    id : str
        Id of the cell in the repaired notebook.
    source : str
        Its code.
    given : bool
        Whether the cell is as it was released, so that nothing in it is the student's.
    """

    id: str
    source: str
    given: bool


@dataclass(frozen=True)
class Submission:
    """A submitted notebook, read and repaired.

    Attributes
    ----------
    path, notebook : str
        Where it came from; the name of the notebook that it is, such as ``02_forward``.
    cells : tuple of Cell
        The code cells to run, in order, without the check cells.
    repaired : NotebookNode
        The whole notebook with every released cell in its place and the student's own beside them.
    repairs : tuple of str
        What was mended, one sentence each, for the student to read.
    """

    path: str
    notebook: str
    cells: tuple[Cell, ...]
    repaired: NotebookNode
    repairs: tuple[str, ...] = ()


def read_submission(data: bytes, path: str = "", expected: str = "") -> Submission:
    """Read a file's bytes as a notebook of the course, mending what can be mended.

    Parameters
    ----------
    data : bytes
        Content of the file; at most :data:`MOST_BYTES`.
    path : str
        For messages, and its stem as a clue to which notebook it is.
    expected : str
        Name of the notebook that it must be, if that is known.

    Raises
    ------
    SubmissionError
        If it cannot be read as a notebook of the course. The message says why, for the student.
    """
    raise NotImplementedError
