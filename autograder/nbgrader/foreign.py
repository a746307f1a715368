"""Assignments of an instructor that nobody declared to us: what was released of them, from nbgrader's gradebook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, Notebook
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, LockCells
from nbgrader.utils import is_grade, is_locked, is_solution, is_task

from autograder.errors import CourseError
from autograder.judging.released import OwnCell, OwnTests
from autograder.nbgrader.beside import files_in

MOST_BESIDE = 2 << 20
"""Bytes of files beside a notebook that are given to the code."""


def own_tests_of(directory: Any, assignment: str) -> dict[str, OwnTests]:
    """Return what was released of an assignment, by the names of its notebooks; nothing if it never was.

    Parameters
    ----------
    directory : CourseDirectory
        nbgrader's own view of the course.
    assignment : str
        Its name.

    Raises
    ------
    CourseError
        If it is written in another language than Python.
    """
    step = ClearHiddenTests(config=directory.config)
    hidden = (step.begin_test_delimeter, step.end_test_delimeter)
    files, notes = _beside(directory, assignment)
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        try:
            found = gradebook.find_assignment(assignment).notebooks
        except MissingEntry:
            return {}
        for notebook in found:
            _assert_python(directory, assignment, notebook.name)
        return {n.name: OwnTests(assignment, n.name, _cells(n), files, notes, hidden) for n in found}


def own_tests_in(path: Path) -> OwnTests:
    """Return the tests in an instructor's notebook, with solutions and hidden tests in it or without.

    Raises
    ------
    CourseError
        If it cannot be read, is written in another language, or has no test that a program marks.
    """
    try:
        notebook = nbformat.read(path, as_version=4)
        for step in (LockCells, ClearSolutions, ComputeChecksums):
            notebook, _ = step().preprocess(notebook, {})
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    except Exception as error:  # nbformat and nbgrader raise what they like
        raise CourseError(f"{path} is no notebook with tests of nbgrader: {error}") from None
    _refuse(notebook.metadata.get("kernelspec", {}), path.stem)
    own = OwnTests(
        path.stem, path.stem, tuple(map(_cell, filter(_label, notebook.cells))), *_files(path.parent)
    )
    if not own.tests:
        raise CourseError(f"{path} has no cell with points that a program could mark.")
    return own


def _label(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _cell(cell: NotebookNode) -> OwnCell:
    about = cell.metadata.nbgrader
    return OwnCell(
        name=_label(cell),
        kind=cell.cell_type,
        source=cell.source,
        checksum=about.get("checksum", ""),
        locked=is_locked(cell),
        grade=is_grade(cell),
        solution=is_solution(cell),
        task=is_task(cell),
        points=float(about.get("points", 0.0)),
    )


def _cells(notebook: Notebook) -> tuple[OwnCell, ...]:
    tests = {cell.name: cell.max_score for cell in notebook.grade_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    return tuple(
        OwnCell(
            name=cell.name,
            kind=cell.cell_type,
            source=cell.source or "",
            checksum=cell.checksum or "",
            locked=bool(cell.locked),
            grade=cell.name in tests,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=float((tests | tasks).get(cell.name, 0.0)),
        )
        for cell in notebook.source_cells
    )


def _beside(directory: Any, assignment: str) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """Return the instructor's files beside the notebooks, as far as there is room, and what to say of the others."""
    folder = Path(directory.format_path(directory.source_directory, ".", assignment))
    return _files(folder, directory.ignore)


def _files(
    folder: Path, ignored: Sequence[str] = ()
) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    files: dict[str, bytes] = {}
    notes = []
    for path in files_in(folder, [*ignored, "*.ipynb"]):
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size + sum(map(len, files.values())) > MOST_BESIDE:
            notes.append(f"{name} is too large to be given to the code: 2 MB are, in all.")
        else:
            files[name] = path.read_bytes()
    return tuple(files.items()), tuple(notes)


def _assert_python(directory: Any, assignment: str, notebook: str) -> None:
    """Refuse what our sandbox cannot run."""
    path = Path(directory.format_path(directory.source_directory, ".", assignment), f"{notebook}.ipynb")
    try:
        kernel = json.loads(path.read_text(encoding="utf-8"))["metadata"]["kernelspec"]
    except (OSError, ValueError, LookupError, TypeError):
        return
    _refuse(kernel, f"{assignment}/{notebook}")


def _refuse(kernel: Mapping[str, Any], what: str) -> None:
    """Refuse another language than Python."""
    said = f"{kernel.get('language', '')} {kernel.get('name', '')}".lower()
    if said.strip() and "python" not in said:
        raise CourseError(
            f"{what} runs in the kernel {kernel.get('name')!r}, and the sandbox runs Python. With "
            "c.Judge.own_tests_in_sandbox = False in nbgrader_config.py, `nbgrader autograde` runs it without one."
        )


def notebooks_of(folder: Path, own: dict[str, OwnTests]) -> Iterator[tuple[Path, OwnTests]]:
    """Yield each notebook that a student should have handed in, there or not."""
    for name, tests in own.items():
        yield folder / f"{name}.ipynb", tests
