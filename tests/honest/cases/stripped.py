"""Metadata is gone: an editor, a converter or a web page did not keep it."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in

LABELS = "had lost their grading labels; they were recognised by what they hold and got them back."


def cell_metadata() -> Entry:
    """The ids are there, so every cell is known."""
    draft = Draft("01_one_hot")
    draft.each(lambda cell: cell.update(metadata={}))
    return handed_in("stripped/cell_metadata", draft, LABELS)


def notebook_metadata() -> Entry:
    """Kernel and language are the course's affair; nothing was lost."""
    draft = Draft("02_forward")
    draft.content["metadata"] = {}
    return handed_in("stripped/notebook_metadata", draft)


def ids() -> Entry:
    """Format 4.4 has none."""
    draft = Draft("03_bptt")
    draft.each(lambda cell: cell.pop("id"))
    draft.content["nbformat_minor"] = 4
    return handed_in("stripped/ids", draft)


def _everything(notebook: str) -> Entry:
    draft = Draft(notebook)
    draft.content["metadata"] = {}
    draft.each(lambda cell: cell.update(metadata={}))
    draft.each(lambda cell: cell.pop("id"))
    return handed_in(f"stripped/everything_{notebook[:2]}", draft, LABELS)


def tags() -> Entry:
    """Nothing says which cell is the set-up, but its text does."""
    draft = Draft("04_training")
    draft.each(lambda cell: cell["metadata"].pop("tags", None))
    return handed_in("stripped/tags", draft)


def everything_and_edited() -> Entry:
    """Nothing is left to know a cell by but the function that it defines."""
    draft = Draft("04_training")
    draft.content["metadata"] = {}
    for name, cell in draft.named.items():
        cell.update(metadata={})
        cell.pop("id")
        if name in ("sgd_step", "adam_step", "train"):
            cell["source"] = "# my solution\n" + cell["source"]
    return handed_in("stripped/everything_and_edited", draft, LABELS)


def wrong_types() -> Entry:
    draft = Draft("05_vanishing_gradients")
    draft.each(lambda cell: cell.update(metadata=None))
    draft.content["metadata"] = []
    return handed_in("stripped/wrong_types", draft, LABELS)


ENTRIES = (
    cell_metadata(),
    notebook_metadata(),
    ids(),
    *map(_everything, ("01_one_hot", "03_bptt", "05_vanishing_gradients")),
    tags(),
    everything_and_edited(),
    wrong_types(),
)
