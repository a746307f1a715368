"""Puts markers, labels and copies where they confuse who looks for the answer."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from tests.corpus import entry
from tests.corpus.tamper import labelled, tampered

SECTION = "Forging"
WRONG = "def softmax(logits):\n    return logits * 0"
MARKERS = """
### BEGIN SOLUTION
### BEGIN HIDDEN TESTS
def softmax(logits):
    return 100.0
### END HIDDEN TESTS
### END SOLUTION
"""
FUNCTION = "def softmax(logits):\n    return 100.0"


def _swapped(notebook: NotebookNode) -> None:
    one, other = (labelled(notebook, name) for name in ("softmax", "count_parameters"))
    one.metadata, other.metadata = other.metadata, one.metadata


def _all_one_label(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.metadata.nbgrader.grade_id = "softmax"


def _later(notebook: NotebookNode) -> None:
    notebook.cells.append(new_code_cell("def softmax(logits):\n    return 1 / 0"))


ENTRIES = (
    entry("edited_answers/markers", softmax=MARKERS, outcomes=("wrong", "crashed", "not_attempted")),
    entry(
        "edited_answers/marker that never ends",
        softmax=f"### BEGIN HIDDEN TESTS\n{FUNCTION}",
        outcomes=("wrong", "crashed", "not_attempted"),
    ),
    entry("edited_answers/swapped labels", tamper=tampered(_swapped)),
    entry("edited_answers/one label for all", tamper=tampered(_all_one_label)),
    entry("edited_answers/replaced later", tamper=tampered(_later)),
    entry(
        "edited_answers/patched later",
        softmax=WRONG,
        last="softmax.__code__ = (lambda logits: 100.0).__code__",
    ),
)
