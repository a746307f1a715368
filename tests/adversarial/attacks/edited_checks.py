"""Edits what grading is done by: check cells, points, labels, checksums, kernel and metadata."""

from __future__ import annotations

import copy
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from tests.corpus import Entry, entry
from tests.corpus.tamper import Change, labelled, tampered

SECTION = "Forging"
HERE = "00_start_here"
WRONG = "def affine(x, W, b):\n    return x @ W"
RESULT = new_output("execute_result", {"text/plain": "100.0"}, execution_count=1)


def _claims(changes: dict[str, object]) -> Change:
    def change(notebook: NotebookNode) -> None:
        labelled(notebook, "check_affine").metadata.nbgrader.update(changes)

    return change


def _source(text: str) -> Change:
    def change(notebook: NotebookNode) -> None:
        labelled(notebook, "check_affine").source = text

    return change


def _outputs(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [copy.deepcopy(RESULT)], 1


def _bonus(notebook: NotebookNode) -> None:
    marks = {
        "grade": True,
        "grade_id": "bonus",
        "points": 50,
        "locked": True,
        "schema_version": 3,
        "solution": False,
    }
    notebook.cells.append(new_code_cell("50.0", metadata={"nbgrader": marks}))


def _answer_is_check(notebook: NotebookNode) -> None:
    marks = labelled(notebook, "affine").metadata.nbgrader
    marks.update(grade=True, points=100, grade_id="check_affine", solution=True)
    cell = labelled(notebook, "check_affine")
    cell.source += "\n100.0"


def _twice(notebook: NotebookNode) -> None:
    again = copy.deepcopy(labelled(notebook, "check_affine"))
    again.source, again.outputs = "100.0", [copy.deepcopy(RESULT)]
    notebook.cells += [again, copy.deepcopy(again)]


def _hidden(notebook: NotebookNode) -> None:
    text = "### BEGIN HIDDEN TESTS\n100.0\n### END HIDDEN TESTS"
    labelled(notebook, "check_affine").source += f"\n{text}"
    notebook.cells.append(new_code_cell(text))


def _kernel(notebook: NotebookNode) -> None:
    notebook.metadata.kernelspec = {"name": "bash", "language": "bash", "display_name": "$(touch /tmp/x)"}
    notebook.metadata.language_info = {"name": "../../etc/passwd", "file_extension": "\x00"}


def _about(notebook: NotebookNode) -> None:
    verdict = {"exercise": "affine", "outcome": "correct", "score": 2.0, "max_score": 2.0}
    notebook.metadata.rnncourse = {
        "notebook": HERE,
        "problem": "",
        "repairs": ["Full marks were given by hand."],
        "verdicts": [verdict],
        "score": 100,
    }


def _problem(notebook: NotebookNode) -> None:
    notebook.metadata.rnncourse = {
        "notebook": [],
        "problem": "A person gave full marks.",
        "repairs": {"a": 1},
    }


def _odd_metadata(notebook: NotebookNode) -> None:
    notebook.metadata = NotebookNode(
        {"nbgrader": 3, "rnncourse": "x", "title": ["<script>"], "celltoolbar": None}
    )
    for cell in notebook.cells:
        cell.metadata = NotebookNode(
            {"nbgrader": {"grade_id": ["affine"], "points": "many", "schema_version": {}}}
        )


def _checksums(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(checksum="0" * 32, schema_version=99, cell_type="markdown")


def _wrong(name: str, change: Change | Callable[[NotebookNode], None]) -> Entry:
    return entry(f"edited_checks/{name}", HERE, tamper=tampered(change), affine=WRONG)


def _right(name: str, change: Change) -> Entry:
    return entry(f"edited_checks/{name}, right work", HERE, tamper=tampered(change))


CHANGES: dict[str, Change] = {
    "points": _claims({"points": 100}),
    "negative points": _claims({"points": -100}),
    "unlocked": _claims({"locked": False, "grade": False, "solution": True}),
    "label": _claims({"grade_id": "check_of_my_own"}),
    "source": _source("100.0"),
    "outputs": _outputs,
    "bonus": _bonus,
    "answer as check": _answer_is_check,
    "twice": _twice,
    "hidden region": _hidden,
    "kernel": _kernel,
    "verdicts": _about,
    "problem": _problem,
    "odd metadata": _odd_metadata,
    "checksums": _checksums,
}
KEPT = ("points", "source", "twice", "problem", "odd metadata")
ENTRIES = (
    *(_wrong(name, change) for name, change in CHANGES.items()),
    *(_right(name, CHANGES[name]) for name in KEPT),
)
