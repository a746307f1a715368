"""A small released notebook with a cell of every role, and ways to hand it in damaged."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course import notebooks
from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.release import Release
from autograder.exercises import COURSE

NAME = "90_small"

TEXTS = {
    "title": "# 90 Small\n\nA notebook for tests.",
    "setup": "import numpy as np\n\nfrom rnncourse import check",
    "double": '''def double(x):
    """Return 2 x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION''',
    "check_double": "check(double)",
    "demo": "table = np.arange(3)\nprint(table)",
    "square": '''def square(x):
    """Return x times x."""
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION''',
    "check_square": "check(square)",
    "shape": "# assign the shape of table\n### BEGIN SOLUTION\nshape = (3,)\n### END SOLUTION",
    "check_shape": 'check("shape")',
    "question": "## Why\n\nWhy is a square never negative?",
    "why": "### BEGIN SOLUTION\nBecause.\n### END SOLUTION",
    "constants": "LIMIT = 7",
    "end": "## Further reading",
}
MARKS: dict[str, dict[str, Any]] = {
    "double": {"solution": True},
    "check_double": {"grade": True, "locked": True, "points": 2},
    "square": {"solution": True},
    "check_square": {"grade": True, "locked": True, "points": 3},
    "shape": {"solution": True},
    "check_shape": {"grade": True, "locked": True, "points": 1},
    "why": {"grade": True, "solution": True, "points": 4},
    "constants": {"locked": True},
}
PROSE = ("title", "question", "why", "end")

DOUBLE = 'def double(x):\n    """Return 2 x."""\n    return x + x'
SQUARE = 'def square(x):\n    """Return x times x."""\n    return x**2'
SHAPE = "# assign the shape of table\nshape = (3,)"
WHY = "A product of two numbers of one sign is not negative."
ANSWERS = {"double": DOUBLE, "square": SQUARE, "shape": SHAPE, "why": WHY}


def source_notebook() -> NotebookNode:
    """Return the instructor's notebook."""
    cells = []
    for name, text in TEXTS.items():
        make = nbformat.v4.new_markdown_cell if name in PROSE else nbformat.v4.new_code_cell
        cell = make(text)
        if name in MARKS:
            flags = {"grade": False, "solution": False, "locked": False, "task": False} | MARKS[name]
            marks = {"schema_version": 3, "grade_id": name, "cell_type": cell.cell_type} | flags
            cell.metadata["nbgrader"] = NotebookNode(marks)
        if name == "setup":
            cell.metadata["tags"] = ["setup"]
        cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells)


def released_notebook() -> NotebookNode:
    """Return what students get of it."""
    return copy.deepcopy(_released())


@cache
def _released() -> NotebookNode:
    return notebooks.released(source_notebook(), _assignment())


def _assignment() -> Assignment:
    return Assignment(NAME, Path(f"{NAME}.py"), "", "tests:NONE")


@cache
def small_course() -> Course:
    """Return the course with the small notebook added."""
    course = Course("tests:NONE", COURSE.masters, {**COURSE.modules, NAME: ""})
    course._known.update({assignment.name: assignment for assignment in COURSE})
    small = course._known[NAME] = _assignment()
    vars(small).update(release=Release(NAME, released_notebook()))
    return course


class Draft:
    """A notebook that a student works in; cells are found by their name in TEXTS."""

    def __init__(self, answered: bool = True) -> None:
        self.content: dict[str, Any] = json.loads(json.dumps(released_notebook()))
        self.named = dict(zip(TEXTS, self.content["cells"], strict=True))
        if answered:
            for name, source in ANSWERS.items():
                self[name]["source"] = source

    def __getitem__(self, name: str) -> dict[str, Any]:
        return self.named[name]

    @property
    def cells(self) -> list[dict[str, Any]]:
        cells: list[dict[str, Any]] = self.content["cells"]
        return cells

    def at(self, name: str) -> int:
        return next(i for i, cell in enumerate(self.cells) if cell is self[name])

    def take(self, name: str) -> dict[str, Any]:
        return self.cells.pop(self.at(name))

    def copy(self, name: str, source: str) -> dict[str, Any]:
        """Return a copy of a cell with the same label, as a paste makes it, with another text."""
        return copy.deepcopy(self[name]) | {"source": source, "id": f"copy-{abs(hash(source)) % 10**6}"}

    def each(self, change: Callable[[dict[str, Any]], object]) -> None:
        for cell in self.cells:
            change(cell)

    def data(self) -> bytes:
        return json.dumps(self.content).encode()


def code(source: str, **more: Any) -> dict[str, Any]:
    """Return a code cell of the student's own."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": 3} | more


def text(source: str, **more: Any) -> dict[str, Any]:
    """Return a text cell of the student's own."""
    return {"cell_type": "markdown", "source": source, "metadata": {}} | more


def stripped(draft: Draft) -> Draft:
    draft.content["metadata"] = {}
    draft.each(lambda cell: cell.update(metadata={}))
    draft.each(lambda cell: cell.pop("id"))
    return draft
