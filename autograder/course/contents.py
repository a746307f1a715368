"""What students have of a notebook beside its cells: how it begins, what it asks and is worth, how it ends.

Points stand on the check cells of a master and nowhere else. From there they come into the headings
of its exercises and, with the minutes below each heading, into ``contents/`` of the students' package.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.course.release import CHECK

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.masters import Master

_EXERCISE = re.compile(r"^(#+ Exercise: `(\w+)`)$", re.MULTILINE)
_HEADING = re.compile(r"^(#+ .+)$", re.MULTILINE)
_TERMS = re.compile(r"^\*Difficulty (\d) of 5 · (\d+) minutes · Objective: ([^*]+)\*$", re.MULTILINE)

CLOSING = """\
## Where you stand

The cell below lists what is solved and what is open here, and what comes next. What it knows of you is in
`rnncourse-progress.json`, a small file beside your notebooks. It is for you: nobody grades by it.

**To hand in**, save the notebook first. Outputs may stay.

- Your class uses nbgrader: press *Submit* in its assignment list.
- Your class collects files: hand in this file, `{file}`, under its own name, or a zip archive of all your notebooks.
- You learn alone: there is nothing to hand in.

Grading runs the same tests on new inputs."""

GUARD = """\
try:
    import {package}
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "This kernel does not have the course. Run this line in a cell of its own, then this cell again:\\n\\n"
        "%pip install {origin}"
    ) from None

"""
"""Stands before the first code of a notebook, which another kernel than that of the class may open."""


def guard(notebook: NotebookNode, assignment: Assignment) -> None:
    """Let the first code cell of a notebook say what to install, if the course is not there."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    if assignment.origin and "setup" in first.metadata.get("tags", []):
        first.source = GUARD.format(package=assignment.package, origin=assignment.origin) + first.source


def with_points(cell: NotebookNode, master: Master) -> None:
    """Write the points of an exercise, or of a task that a person marks, into its heading."""
    if cell.cell_type != "markdown":
        return
    if cell.metadata.get("nbgrader", {}).get("task"):
        worth = _worth(cell.metadata.nbgrader.points)
        cell.source = _HEADING.sub(rf"\1 ({worth})", cell.source, count=1)
    graded = set(master.graded())
    cell.source = _EXERCISE.sub(
        lambda found: f"{found[1]} ({_worth(master.points(found[2]))})" if found[2] in graded else found[1],
        cell.source,
    )


def _worth(points: float) -> str:
    return f"{points:g} point" + "s" * (points != 1)


def closing_cells(assignment: Assignment) -> list[NotebookNode]:
    """Return the cells with which every notebook ends: where the student stands, and how to hand in."""
    text = CLOSING.format(file=f"{assignment.name}.ipynb")
    call = f'from {assignment.package} import progress\n\nprogress("{assignment.name}")'
    return [new_markdown_cell(text), new_code_cell(call)]


def contents_text(assignment: Assignment) -> str:
    """Return what a notebook asks, in order, as the content of a file."""
    cells = assignment.master.notebook.cells
    titles = re.findall(r"^# (.+)$", "\n".join(cell.source for cell in cells), re.MULTILINE)
    head = json.dumps({"notebook": assignment.name, "title": titles[0]}, ensure_ascii=False)
    entries = [json.dumps(entry, ensure_ascii=False) for entry in _asked(assignment.master)]
    return head[:-1] + ', "exercises": [\n  ' + ",\n  ".join(entries) + "\n]}\n"


def _asked(master: Master) -> Iterator[dict[str, Any]]:
    """Yield what is worth points, with what the lines below the headings say of it."""
    cells = master.notebook.cells
    terms = {found[2]: cell.source for cell in cells for found in _EXERCISE.finditer(cell.source)}
    for cell in cells:
        marks = cell.metadata.get("nbgrader", {})
        grade_id = marks.get("grade_id", "")
        if marks.get("task"):
            yield {"id": grade_id, "points": marks.points, "by_hand": True, **_terms(cell.source)}
        elif grade_id.startswith(CHECK):
            exercise = grade_id.removeprefix(CHECK)
            yield {"id": exercise, "points": marks.points, **_terms(terms.get(exercise, ""))}


def _terms(text: str) -> dict[str, Any]:
    """Return difficulty, minutes and objective where a text has that line."""
    found = _TERMS.search(text)
    if not found:
        return {}
    difficulty, minutes, objective = found.groups()
    return {"minutes": int(minutes), "difficulty": int(difficulty), "objective": " ".join(objective.split())}
