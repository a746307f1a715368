"""Build everything that is generated from the masters.

From one solved notebook come the student notebook, the nbgrader source notebook, and the
public cases. nbgrader's own preprocessors do what ``nbgrader generate_assignment`` does, so a
notebook from here and a notebook from there are the same.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from autograder.course.casesets import PUBLIC_SEED, draw_cases
from autograder.course.masters import CHECK, read_master
from autograder.exercises import MODULES, exercises_of
from rnncourse.checking.caseset import dump, restore
from rnncourse.checking.compare import Tolerance, compare

HIDDEN = """\
### BEGIN HIDDEN TESTS
from autograder.nbgrader.plain import grade_here
grade_here({call})
### END HIDDEN TESTS"""

_RELEASE_STEPS = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)


def source_notebook(name: str) -> NotebookNode:
    """Return the instructor's notebook: solutions and hidden tests, as nbgrader wants its source."""
    master = read_master(name)
    notebook = copy.deepcopy(master.notebook)
    for index, cell in enumerate(notebook.cells):
        _settle(cell, name, index)
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith(CHECK):
            cell.source += "\n" + HIDDEN.format(
                call=_grade_here_arguments(grade_id.removeprefix(CHECK), name)
            )
    return _settled(notebook, name)


def _grade_here_arguments(exercise: str, notebook: str) -> str:
    """Return what the hidden region passes on: a function as itself, a value by name and content."""
    is_value = next((e.is_value for e in exercises_of(notebook) if e.id == exercise), False)
    return f'"{exercise}", globals().get("{exercise}")' if is_value else f'"{exercise}", {exercise}'


def student_notebook(name: str) -> NotebookNode:
    """Return the notebook that students get, as ``nbgrader generate_assignment`` would make it."""
    notebook = source_notebook(name)
    for step in _RELEASE_STEPS:
        notebook, _ = step().preprocess(notebook, {})
    for index, cell in enumerate(notebook.cells):
        _settle(cell, name, index)
    return _settled(notebook, name)


def _settle(cell: NotebookNode, name: str, index: int) -> None:
    """Give a cell an id that depends on nothing but its place."""
    key = cell.metadata.get("nbgrader", {}).get("grade_id", str(index))
    cell["id"] = hashlib.sha256(f"{name}/{key}".encode()).hexdigest()[:12]
    if cell.cell_type == "code":
        cell["outputs"], cell["execution_count"] = [], None


def _settled(notebook: NotebookNode, name: str) -> NotebookNode:
    """Return a notebook whose metadata is complete and free of tool versions."""
    notebook.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        rnncourse={"notebook": name},
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """Return a notebook as file content, checked against the schema."""
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)) + "\n"


def cases_text(exercise_id: str, folder: Path) -> str:
    """Return the public case file of an exercise.

    A number may differ in its last digits from one processor to the next. So where `folder` holds a
    file that says the same to a part in a billion, its text is kept.
    """
    data = dump(draw_cases(exercise_id, PUBLIC_SEED))
    text = json.dumps(data, indent=None, separators=(",", ":"), ensure_ascii=False) + "\n"
    path = folder / f"{exercise_id}.json"
    if path.exists() and _says_the_same(path, data):
        return path.read_text(encoding="utf-8")
    return text.replace('{"group":', '\n{"group":').replace('{"id":', '\n{"id":')


def _says_the_same(path: Path, data: dict[str, Any]) -> bool:
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        restore(old)
    except (ValueError, KeyError, TypeError):
        return False
    return compare(_loosened(data), _loosened(old), Tolerance(relative=1e-9, absolute=1e-12)) is None


def _loosened(data: Any) -> Any:
    """Return JSON data with tuples as lists, so that written and fresh data compare."""
    return json.loads(json.dumps(data))


def built_files(root: Path, notebooks: Sequence[str] = ()) -> Iterator[tuple[Path, str]]:
    """Yield every generated file that is committed, with its content.

    Parameters
    ----------
    root : Path
        The repository.
    notebooks : sequence of str
        Names of masters; all when empty.
    """
    for name in notebooks or MODULES:
        yield root / "notebooks" / f"{name}.ipynb", notebook_text(student_notebook(name))
        for exercise in exercises_of(name):
            folder = root / "rnncourse" / "cases"
            yield folder / f"{exercise.id}.json", cases_text(exercise.id, folder)


def stale_files(root: Path) -> list[Path]:
    """Return generated files that no master generates any more."""
    wanted = {path for path, _ in built_files(root)}
    there = {*(root / "notebooks").glob("*.ipynb"), *(root / "rnncourse" / "cases").glob("*.json")}
    return sorted(there - wanted)


def write_source_tree(folder: Path, notebooks: Sequence[str] = ()) -> None:
    """Write ``folder/<assignment>/<assignment>.ipynb`` for nbgrader; one notebook an assignment."""
    for name in notebooks or MODULES:
        path = folder / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook_text(source_notebook(name)), encoding="utf-8")
