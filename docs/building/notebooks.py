"""The page of a notebook: what students get, with what each cell shows, and without a solution.

The outputs are those of the solved notebook. Three things follow from that, and each page says so:

- what compares a prediction is folded, so that you can predict first;
- what would wait for an exercise in your notebook says for which, and is folded unless it is a figure;
- a check shows the card of a function that is not written.
"""

from __future__ import annotations

import copy
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from autograder.course.assignment import Assignment
from autograder.course.release import CHECK_CELL, SOLUTION
from docs.building.cards import card_of_stub
from docs.building.facts import facts_of
from docs.building.waits import waiting

SHOWN = {"text/html", "text/plain", "image/svg+xml"}
"""Kinds of output that a page keeps; a slider is no use without a kernel, and its still figure stands there."""


def page_of(assignment: Assignment, executed: NotebookNode, with_lite: bool) -> NotebookNode:
    """Return a notebook as a page.

    Parameters
    ----------
    assignment : Assignment
        The notebook of the course.
    executed : NotebookNode
        The solved notebook with its outputs; its cells are those of the student's, solutions apart.
    with_lite : bool
        Whether the course in the browser stands beside the pages.
    """
    release = assignment.release
    page = copy.deepcopy(release.notebook)
    waits = waiting(release)
    for cell, run in zip(release.cells, executed.cells, strict=False):  # the release has closing cells, too
        node = page.cells[cell.index]
        if cell.kind != "code":
            continue
        if cell.role == SOLUTION or "= predict(" in cell.source:  # what an open guess says is no news
            node.outputs = []
        elif cell.role == CHECK_CELL:
            node.outputs = [_html(card_of_stub(assignment, cell.label))]
        else:
            node.outputs = _outputs(run)
            _fold(node, waits.get(cell.index, ""))
    for node in page.cells:
        node.metadata.pop("nbgrader", None)
    page.cells.insert(1, new_markdown_cell(facts_of(assignment, with_lite)))
    return page


def _outputs(run: NotebookNode) -> list[NotebookNode]:
    kept = []
    for output in run.outputs:
        data = output.get("data", {})
        if data and "application/vnd.jupyter.widget-view+json" not in data:
            kept.append(new_output("display_data", {k: data[k] for k in data if k in SHOWN}))
        elif output.output_type == "stream":
            kept.append(copy.deepcopy(output))
    return kept


def _fold(node: NotebookNode, exercise: str) -> None:
    """Fold what a cell shows where it is better met later, and say what a figure was drawn with."""
    is_figure = any("<img" in str(output.get("data", {}).get("text/html", "")) for output in node.outputs)
    if not node.outputs:
        return
    if "guess.compare(" in node.source:
        _hide(node, "Predict first, then look: what this cell shows")
    elif exercise and not is_figure:
        _hide(node, f"What this cell shows once {exercise} and all before it are right")
    elif exercise:
        note = f"Drawn with a right <code>{exercise}</code>. In your notebook this cell waits for yours."
        node.outputs.append(_html(f'<p class="drawn-with">{note}</p>'))


def _hide(node: NotebookNode, prompt: str) -> None:
    node.metadata["tags"] = [*node.metadata.get("tags", ()), "hide-output"]
    node.metadata["mystnb"] = {"code_prompt_show": prompt, "code_prompt_hide": prompt}


def _html(text: str) -> Any:
    return new_output("display_data", {"text/html": text})
