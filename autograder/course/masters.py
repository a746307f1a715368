"""Read a solved notebook: the one place where text, stub, solution and points are written.

A master is a py:percent file. Its nbgrader metadata stands on the cell markers in short form;
:func:`read_master` completes it. A solution cell has the exercise's name as ``grade_id``, its
check cell has ``check_`` before that name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import jupytext
from nbformat import NotebookNode

from autograder.course.exercise import Variant
from autograder.course.release import CHECK
from autograder.errors import ExerciseError, MasterError
from rnncourse.own_numbers import for_everybody

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


@dataclass(frozen=True)
class Master:
    """One solved notebook.

    Attributes
    ----------
    name : str
        Such as ``02_forward``.
    notebook : NotebookNode
        The notebook with complete nbgrader metadata.
    """

    name: str
    notebook: NotebookNode

    def solution(self, exercise: str) -> str:
        """Return the source of a solution cell without its markers.

        Raises
        ------
        ExerciseError
            If there is no solution cell of that name.
        """
        return _without_markers(self._cell(exercise).source)

    def stub(self, exercise: str) -> str:
        """Return the source of a solution cell as students get it."""
        return stub_of(self._cell(exercise).source)

    def points(self, exercise: str) -> float:
        """Return the points on the check cell of an exercise."""
        return float(self._cell(CHECK + exercise).metadata.nbgrader["points"])

    def variant(self, exercise: str, variant: Variant) -> str:
        """Return the source of a variant of a solution.

        Raises
        ------
        ExerciseError
            If an edit does not apply exactly once.
        """
        source = variant.source or self.solution(exercise)
        for old, new in variant.edits:
            if source.count(old) != 1:
                raise ExerciseError(
                    f"{exercise}, {variant.id}: {old!r} occurs {source.count(old)} times in the solution, "
                    "but an edit must apply exactly once. Make the old text longer, or give a whole source."
                )
            source = source.replace(old, new)
        return source

    def graded(self) -> list[str]:
        """Return the names of the exercises that have a check cell, in order."""
        ids = [cell.metadata.nbgrader.grade_id for cell in self.notebook.cells if "nbgrader" in cell.metadata]
        return [name.removeprefix(CHECK) for name in ids if name.startswith(CHECK)]

    def namespace(self, replace: dict[str, str] | None = None) -> dict[str, Any]:
        """Run the set-up and solution cells in order and return the variables they leave.

        Parameters
        ----------
        replace : dict, optional
            Sources to run in place of the solution cells of these names.
        """
        names: dict[str, Any] = {"__name__": f"master_{self.name}"}
        with for_everybody():
            for cell in self.notebook.cells:
                if cell.cell_type != "code" or not _is_needed(cell):
                    continue
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "setup")
                source = (replace or {}).get(name, _without_markers(cell.source))
                exec(_compiled(source, name), names)
        return names

    def _cell(self, grade_id: str) -> NotebookNode:
        for cell in self.notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
                return cell
        raise ExerciseError(f"{self.name}.py has no cell with grade_id {grade_id!r}.")


def _is_needed(cell: NotebookNode) -> bool:
    """Return whether the solutions need this cell: it is one, or it is tagged ``setup``."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution")) or "setup" in cell.metadata.get("tags", [])


@cache
def _compiled(source: str, name: str) -> CodeType:
    """Return the code of a cell; most cells are the same in all variants of a notebook."""
    return compile(source, f"<cell {name}>", "exec")


def _without_markers(source: str) -> str:
    return "\n".join(line for line in source.split("\n") if line.strip() not in (BEGIN, END))


def stub_of(source: str) -> str:
    """Return a solution cell with its solution regions replaced, as nbgrader replaces them."""
    region = re.compile(rf"^([ \t]*){BEGIN}\n.*?{END}$", re.DOTALL | re.MULTILINE)
    return region.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", source)


def read_master(path: Path) -> Master:
    """Return the master in a file, its metadata completed.

    Raises
    ------
    MasterError
        If there is none, or a marker in it is wrong.
    """
    if not path.is_file():
        raise MasterError(f"There is no {path.name} in {path.parent}.")
    notebook = jupytext.read(path, fmt="py:percent")
    seen: set[str] = set()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            _complete(cell, path.name, seen)
    return Master(path.stem, notebook)


def _complete(cell: NotebookNode, file: str, seen: set[str]) -> None:
    """Fill in the nbgrader fields that a marker left out, and check those it has."""
    short = cell.metadata.nbgrader
    grade_id = short.get("grade_id")
    if not grade_id or not re.fullmatch(r"[A-Za-z_]\w*", grade_id) or grade_id in seen:
        raise MasterError(f"{file}: a cell needs a grade_id of its own that is a name, but has {grade_id!r}.")
    seen.add(grade_id)
    solution, task = bool(short.get("solution")), bool(short.get("task"))
    grade = bool(short.get("grade")) or ("points" in short and not task)
    if (grade or task) and not isinstance(short.get("points"), int | float):
        raise MasterError(f'{file}: the graded cell {grade_id!r} needs points, such as "points": 3.')
    full = {
        "cell_type": cell.cell_type,
        "grade": grade,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": task,
    }
    if grade or task:
        full["points"] = short.points
    cell.metadata["nbgrader"] = NotebookNode(full)
