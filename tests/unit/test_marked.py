"""A marked notebook can be shown, whatever a student wrote into it."""

from __future__ import annotations

import copy

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.course.notebooks import notebook_text
from autograder.judging import fitting
from autograder.judging.fitting import fitted
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


def test_what_is_too_large_goes_and_no_card_and_no_code() -> None:
    notebook = student_notebook(NAME)
    pictures = {"a.png": {"image/png": "A" * 900_000}}
    shown = [nbformat.v4.new_output("stream", text="y" * 1_500_000)]
    notebook.cells += [
        new_code_cell("print('y' * 1_500_000)", outputs=shown, id="prints"),
        new_markdown_cell("![a](attachment:a.png)", attachments=pictures, id="picture"),
        new_markdown_cell("z" * 5_000, id="long"),
    ]
    verdict = Verdict("affine", "correct", 2.0, 2.0, text="right")
    marked = marked_notebook(notebook, Graded("x", NAME, (verdict,), outputs={"prints": shown}))
    small = nbformat.reads(fitted(marked, notebook_text), as_version=4)
    by_id = {cell.id: cell for cell in small.cells}
    assert len(nbformat.writes(small)) < fitting.MOST_BYTES
    assert "at most 2 MB" in by_id["prints"].outputs[0].text
    assert by_id["prints"].source == "print('y' * 1_500_000)"
    assert by_id["picture"].attachments == pictures, "what takes most room went first, and that was enough"
    assert by_id["long"].source == "z" * 5_000
    (check,) = (
        cell for cell in small.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_affine"
    )
    assert check.outputs[-1].data["text/plain"] == "2"


def test_texts_and_pictures_go_where_outputs_are_not_enough() -> None:
    notebook = student_notebook(NAME)
    pictures = {"a.png": {"image/png": "A" * 2_500_000}}
    notebook.cells += [
        new_markdown_cell("x", attachments=pictures, id="picture"),
        new_markdown_cell("z" * 2_500_000, id="long"),
    ]
    small = nbformat.reads(fitted(notebook, notebook_text), as_version=4)
    assert len(nbformat.writes(small)) < fitting.MOST_BYTES
    assert small.cells[-1].source.endswith("It is in what was handed in.)")
    assert not small.cells[-2].get("attachments")
