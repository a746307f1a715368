"""Make the two notebooks of an assignment: the instructor's source, and what students get.

nbgrader's own preprocessors do what ``nbgrader generate_assignment`` does, so a notebook from here
and a notebook from there are the same.
"""

from __future__ import annotations

import copy
import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

import nbformat
from nbformat import NotebookNode

from autograder.course.contents import closing_cells, guard, with_points
from autograder.course.release import CHECK

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

HIDDEN = """\
### BEGIN HIDDEN TESTS
from autograder.nbgrader.plain import grade_here
grade_here({call}, course="{course}")
### END HIDDEN TESTS"""


def source_notebook(assignment: Assignment) -> NotebookNode:
    """Return the instructor's notebook: solutions and hidden tests, as nbgrader wants its source."""
    notebook = copy.deepcopy(assignment.master.notebook)
    guard(notebook, assignment)
    notebook.cells += closing_cells(assignment)  # last, since an id follows from a place
    for index, cell in enumerate(notebook.cells):
        _settle(cell, assignment.name, index)
        with_points(cell, assignment.master)
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith(CHECK):
            call = _grade_here_arguments(grade_id.removeprefix(CHECK), assignment)
            cell.source += "\n" + HIDDEN.format(call=call, course=assignment.course)
    return _settled(notebook, assignment)


def _grade_here_arguments(exercise: str, assignment: Assignment) -> str:
    """Return what the hidden region passes on: a function as itself, a value by name and content."""
    is_value = exercise in assignment.by_id and assignment.by_id[exercise].is_value
    return f'"{exercise}", globals().get("{exercise}")' if is_value else f'"{exercise}", {exercise}'


def student_notebook(assignment: Assignment) -> NotebookNode:
    """Return the notebook that students get, as ``nbgrader generate_assignment`` would make it."""
    return released(source_notebook(assignment), assignment)


def released(notebook: NotebookNode, assignment: Assignment) -> NotebookNode:
    """Return what students get of the instructor's notebook."""
    from nbgrader import preprocessors as nb  # all of nbgrader takes half a second to load

    for step in (
        nb.LockCells,
        nb.ClearSolutions,
        nb.ClearOutput,
        nb.ComputeChecksums,
        nb.ClearHiddenTests,
        nb.ClearMarkScheme,
        nb.ComputeChecksums,
        nb.CheckCellMetadata,
    ):
        notebook, _ = step().preprocess(notebook, {})
    for index, cell in enumerate(notebook.cells):
        _settle(cell, assignment.name, index)
    return _settled(notebook, assignment)


def _settle(cell: NotebookNode, name: str, index: int) -> None:
    """Give a cell an id that depends on nothing but its place."""
    key = cell.metadata.get("nbgrader", {}).get("grade_id", str(index))
    cell["id"] = hashlib.sha256(f"{name}/{key}".encode()).hexdigest()[:12]
    if cell.cell_type == "code":
        cell["outputs"], cell["execution_count"] = [], None


def _settled(notebook: NotebookNode, assignment: Assignment) -> NotebookNode:
    """Return a notebook whose metadata is complete and free of tool versions."""
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        rnncourse={"notebook": assignment.name},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as file content, checked against the schema: what nbformat writes.

    Most cells of a marked notebook are the course's own, so each text of a cell is made once.
    """
    frame = str(nbformat.writes(NotebookNode(notebook, cells=[]), version=nbformat.NO_CONVERT)) + "\n"
    texts = []
    for cell in notebook.cells:
        content = json.dumps(cell, sort_keys=True)
        texts.append(_cell_text(content) if len(content) <= _MOST_KEPT else _cell_text.__wrapped__(content))
    return frame.replace(_NO_CELLS, _BEFORE + ",\n".join(texts) + _AFTER, 1) if texts else frame


_MOST_KEPT = 50_000
"""Characters of a cell whose text is kept for the next notebook."""
_NO_CELLS, _BEFORE, _AFTER = '"cells": []', '"cells": [\n', "\n ]"


@lru_cache(maxsize=2048)
def _cell_text(content: str) -> str:
    """Return the lines of one cell in a notebook file."""
    cells = [nbformat.from_dict(json.loads(content))]
    alone = NotebookNode(cells=cells, metadata=NotebookNode(), nbformat=4, nbformat_minor=5)
    text = str(nbformat.writes(alone, version=nbformat.NO_CONVERT))
    return text[text.index(_BEFORE) + len(_BEFORE) : text.rindex(_AFTER + ",")]
