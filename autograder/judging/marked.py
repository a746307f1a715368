"""Put verdicts into a notebook, in the form that nbgrader reads marks from."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from nbformat import NotebookNode

from autograder.course.assignment import Assignment
from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.release import CHECK, copied
from autograder.judging.verdict import HOW_READ, SAYS, Graded, Verdict

MOST_DRAWING = 1.0
"""CPU seconds that one text may take to be drawn; those of the course take a hundredth."""
_HIDDEN = re.compile(r"\n?### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS", re.DOTALL)


def marked_notebook(assignment: Assignment, repaired: NotebookNode, graded: Graded) -> NotebookNode:
    """Return a repaired notebook with outputs, marks and messages, and without hidden tests.

    A check cell gets a card and exactly one ``execute_result`` that holds the score. Where there is
    no mark, because of a fault of ours, there is no result either.
    """
    notebook = copy.copy(repaired)
    notebook.cells = [copied(cell) for cell in repaired.cells]
    released = frozenset(c.source for c in assignment.release.cells if c.kind == "markdown")
    schemes = _mark_schemes(assignment)
    for cell in notebook.cells:
        if _is_task(cell):
            cell.source = schemes.get(cell.metadata.nbgrader.grade_id, cell.source)
        if cell.cell_type != "code":
            make_showable(cell, released)
            continue
        cell.source = _HIDDEN.sub("", cell.source)
        cell.execution_count = None
        cell.outputs = [NotebookNode(output) for output in graded.outputs.get(cell.id, [])]
    put_verdicts(notebook, graded.verdicts)
    notes = [graded.problem] * bool(graded.problem) + list(graded.repairs)
    if notes:
        notebook.cells.insert(0, note(notes))
    return notebook


def put_verdicts(notebook: NotebookNode, verdicts: Iterable[Verdict]) -> None:
    """Put cards, scores and points into the check cells of a notebook."""
    by_cell = {CHECK + verdict.exercise: verdict for verdict in verdicts}
    for cell in notebook.cells:
        verdict = by_cell.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if verdict and cell.cell_type == "code":
            cell.outputs = [NotebookNode(output) for output in check_outputs(verdict)]
            cell.metadata.nbgrader.points = verdict.max_score


def _is_task(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("task"))


def _mark_schemes(assignment: Assignment) -> Mapping[str, str]:
    """Return the task cells of a notebook with what the person who marks needs, as nbgrader restores them."""
    cells = assignment.master.notebook.cells
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if _is_task(cell)}


def make_showable(cell: NotebookNode, released: frozenset[str]) -> None:
    """Keep a text that nbconvert cannot draw, or not soon, as it was written: else there would be no feedback."""
    if cell.cell_type != "markdown" or cell.source in released:
        return
    # Half a second to load, which whoever only hands out files does without.
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, attachments=cell.get("attachments", {}))
    try:
        with cpu_budget(MOST_DRAWING):
            MarkdownWithMath(renderer=renderer).render(cell.source)
    except (Exception, OverBudget):  # a picture that is lost, markup deeper than the stack, or quadratic
        fence = "`" * (max([2, *map(len, re.findall("`+", cell.source))]) + 1)
        cell.source = f"{fence}\n{cell.source}\n{fence}"


def check_outputs(verdict: Verdict) -> list[dict[str, Any]]:
    """Return the outputs of a check cell: a card, and the score as nbgrader reads it."""
    shown = {"text/html": verdict.html or None, "text/plain": verdict.text}
    says = {SAYS: {"outcome": verdict.outcome, "message": verdict.message}}
    card = {"output_type": "display_data", "data": {k: v for k, v in shown.items() if v}, "metadata": says}
    if verdict.score is None:
        return [card]
    data = {"text/plain": f"{verdict.score:g}"}
    return [card, {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": None}]


def note(sentences: list[str]) -> NotebookNode:
    """Return a cell at the top that says what was mended, in text that cannot be markup."""
    plain = [re.sub(r"([\\`*_{}\[\]<>()#+\-!|$~&])", r"\\\1", " ".join(s.split())) for s in sentences]
    source = "**How this file was read**\n\n" + "\n".join(f"- {sentence}" for sentence in plain)
    return NotebookNode(cell_type="markdown", id=HOW_READ, metadata=NotebookNode(), source=source)
