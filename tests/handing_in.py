"""Make submissions: a released notebook with answers written into it, as a student hands it in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.course.notebooks import notebook_text
from tests.ours import read_master, student_notebook


@cache
def solutions_of(notebook: str) -> dict[str, str]:
    """Return the reference of every exercise of a notebook."""
    master = read_master(notebook)
    return {name: master.solution(name) for name in master.graded()}


@cache
def _released(notebook: str) -> str:
    """Return a released notebook as text, which is faster to copy."""
    return json.dumps(student_notebook(notebook))


def hand_in(notebook: str, answers: Mapping[str, str], first: str = "", last: str = "") -> bytes:
    """Return a submitted file.

    Parameters
    ----------
    notebook : str
        Name of the released notebook.
    answers : mapping
        Exercise to the source of its cell; the others stay stubs.
    first, last : str
        Sources of extra cells above and below all others.
    """
    handed_in: NotebookNode = nbformat.from_dict(json.loads(_released(notebook)))
    for cell in handed_in.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = answers[name]
    above = [new_code_cell(first, id="extra-first")] if first else []
    below = [new_code_cell(last, id="extra-last")] if last else []
    handed_in.cells = [*above, *handed_in.cells, *below]
    return notebook_text(handed_in).encode()


def solved(notebook: str, without: Sequence[str] = ()) -> bytes:
    """Return a notebook with every exercise solved but those named."""
    answers = {name: text for name, text in solutions_of(notebook).items() if name not in without}
    return hand_in(notebook, answers)
