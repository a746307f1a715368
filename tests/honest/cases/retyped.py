"""Cells became another type: one key too many in command mode does it."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in

TYPE = "The cell for `clip_by_global_norm` had become another type of cell; it was given its own type again."


def _answer(variant: str, kind: str, wrapped: str = "{}") -> Entry:
    draft = Draft("04_training")
    cell = draft["clip_by_global_norm"]
    cell.update(cell_type=kind, source=wrapped.format(draft.source("clip_by_global_norm")))
    del cell["outputs"], cell["execution_count"]
    return handed_in(f"retyped/{variant}", draft, TYPE)


def every_answer() -> Entry:
    draft = Draft("02_forward")
    for name in draft.named:
        if draft[name]["metadata"].get("nbgrader", {}).get("solution"):
            draft[name]["cell_type"] = "markdown"
    return handed_in("retyped/every_answer", draft, "had become another type of cell; they were given")


def text_as_code() -> Entry:
    """Prose in code cells is a syntax error in each, and none of it matters."""
    draft = Draft("01_one_hot")
    for cell in draft.cells:
        if cell["cell_type"] == "markdown":
            cell.update(cell_type="code", outputs=[], execution_count=None)
    return handed_in("retyped/text_as_code", draft, "had become another type of cell")


def a_check_as_text() -> Entry:
    draft = Draft("05_vanishing_gradients")
    draft["check_fates"]["cell_type"] = "markdown"
    said = "The check cell for `fates` had become another type of cell; it was given its own type again."
    return handed_in("retyped/a_check_as_text", draft, said)


def the_setup_as_text() -> Entry:
    draft = Draft("05_vanishing_gradients")
    draft["setup"]["cell_type"] = "raw"
    return handed_in("retyped/the_setup_as_text", draft, "had become another type of cell; it was given")


def a_heading() -> Entry:
    """A type that notebooks had once."""
    draft = Draft("01_one_hot")
    draft.cells[0].update(cell_type="heading", level=1)
    return handed_in("retyped/a_heading", draft)


ENTRIES = (
    _answer("answer_as_text", "markdown"),
    _answer("answer_as_raw", "raw"),
    _answer("answer_in_a_fence", "markdown", "```python\n{}\n```"),
    _answer("answer_in_a_fence_with_words", "markdown", "My answer:\n\n```\n{}\n```\n\nIt took me an hour."),
    every_answer(),
    text_as_code(),
    a_check_as_text(),
    the_setup_as_text(),
    a_heading(),
)
