"""A marked notebook can be shown, whatever a student wrote into it."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_markdown_cell

from autograder.course.notebooks import notebook_text
from autograder.judging.verdict import Graded, Verdict
from tests.ours import marked_notebook, student_notebook

NAME = "00_start_here"
UNSHOWABLE = {
    "lost picture": "See ![my picture](attachment:lost.png) here.",
    "lost, by reference": "![x][a]\n\n[a]: attachment:lost.png",
    "lost, disguised": "![x](&#97;ttachment:lost.png)",
    "deep quotes": ">" * 5000 + " x",
    "deep lists": "".join(" " * 2 * n + "- x\n" for n in range(1500)),
    "deep emphasis": "*a " * 5000,
}
HONEST = "A *product* of $T - 1$ factors, `h @ W`:\n\n| a | b |\n| - | - |\n| 1 | 2 |"


@pytest.mark.parametrize("kind", UNSHOWABLE)
def test_a_text_that_cannot_be_drawn_is_shown_as_it_was_written(kind: str) -> None:
    notebook = student_notebook(NAME)
    notebook.cells.append(new_markdown_cell(UNSHOWABLE[kind], id="mine"))
    marked = marked_notebook(notebook, Graded("x", NAME, ()))
    page, _ = HTMLExporter(sanitize_html=True).from_notebook_node(marked)
    assert UNSHOWABLE[kind].split()[0][:3].replace(">", "&gt;") in page
    if kind.startswith("lost"):
        assert "lost.png" in page


def test_a_text_that_can_be_drawn_is_left_alone() -> None:
    notebook = student_notebook(NAME)
    notebook.cells.append(new_markdown_cell(HONEST, id="mine"))
    assert marked_notebook(notebook, Graded("x", NAME, ())).cells[-1].source == HONEST


def test_the_file_is_what_nbformat_writes() -> None:
    odd = nbformat.v4.new_code_cell(
        ' \u2028\'"cells": [\n\n ],\n', id="odd", metadata={"trusted": True, "n": [1.5]}
    )
    odd.outputs = [
        nbformat.v4.new_output("stream", text="a\nb\n ],\n"),
        nbformat.v4.new_output("display_data", {}),
    ]
    notebook = student_notebook("01_one_hot")
    for cells in ([], [odd], [*notebook.cells, odd, nbformat.v4.new_markdown_cell("x" * 60_000, id="long")]):
        notebook.cells = cells
        for _ in range(2):
            assert notebook_text(notebook) == nbformat.writes(notebook) + "\n"


def test_marking_changes_nothing_of_the_release() -> None:
    notebook = student_notebook(NAME)
    before = copy.deepcopy(notebook)
    verdict = Verdict("affine", "wrong", 0.0, 99.0, message="x", text="x")
    marked = marked_notebook(notebook, Graded("x", NAME, (verdict,), problem="y"))
    assert marked != before
    assert notebook == before
