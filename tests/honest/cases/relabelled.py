"""The labels by which nbgrader knows a cell were changed, swapped or emptied."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, handed_in, marks

LABEL = (
    "The cell for `one_hot` had lost its grading label; it was recognised by what it holds and got it back."
)


def _renamed(variant: str, label: object) -> Entry:
    draft = Draft("01_one_hot")
    marks(draft, "one_hot")["grade_id"] = label
    draft["one_hot"]["id"] = "made-anew"
    return handed_in(f"relabelled/{variant}", draft, LABEL)


def retitled() -> Entry:
    """The label was given a nicer name, and the cell kept its id."""
    draft = Draft("01_one_hot")
    marks(draft, "one_hot")["grade_id"] = "Exercise 3 (one-hot)"
    return handed_in("relabelled/retitled", draft, LABEL)


def swapped() -> Entry:
    """Two answers carry each other's label, as after moving text between cells."""
    draft = Draft("02_forward")
    one, other = marks(draft, "sentiment_forward"), marks(draft, "tag_forward")
    one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]
    said = "The cell for `sentiment_forward` and the cell for `tag_forward` had lost their grading labels"
    return handed_in("relabelled/swapped", draft, said)


def contents_swapped() -> Entry:
    """Each answer was written into the other's cell."""
    draft = Draft("02_forward")
    one, other = draft.source("sentiment_forward"), draft.source("tag_forward")
    draft.write("sentiment_forward", other)
    draft.write("tag_forward", one)
    said = "The cell for `sentiment_forward` and the cell for `tag_forward` had lost their grading labels"
    return handed_in("relabelled/contents_swapped", draft, said)


def all_alike() -> Entry:
    """A template gave every cell the same label."""
    draft = Draft("04_training")
    for name in draft.named:
        if "nbgrader" in draft[name]["metadata"]:
            marks(draft, name)["grade_id"] = "solution"
    return handed_in("relabelled/all_alike", draft, "had lost their grading labels")


def a_check_as_an_answer() -> Entry:
    draft = Draft("01_one_hot")
    marks(draft, "one_hot")["grade_id"] = "check_one_hot"
    return handed_in("relabelled/a_check_as_an_answer", draft, "The cell for `one_hot`")


def other_points() -> Entry:
    """Points and roles in the file count for nothing."""
    draft = Draft("03_bptt")
    marks(draft, "check_rnn_backward")["points"] = 0
    marks(draft, "squared_error").update(grade=True, points=100)
    return handed_in("relabelled/other_points", draft, "the released points were restored")


ENTRIES = (
    _renamed("with_a_number", "one_hot-1"),
    _renamed("emptied", ""),
    _renamed("in_capitals", "ONE_HOT"),
    _renamed("no_text", 3),
    retitled(),
    swapped(),
    contents_swapped(),
    all_alike(),
    a_check_as_an_answer(),
    other_points(),
)
