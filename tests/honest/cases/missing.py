"""Cells were deleted. What is not an answer is put back, and costs nothing."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in
from tests.ours import read_master


def a_check() -> Entry:
    draft = Draft("05_vanishing_gradients")
    draft.take("check_orthogonal")
    said = "The check cell for `orthogonal` was missing and was put back as it was released."
    return handed_in("missing/a_check", draft, said)


def all_checks() -> Entry:
    draft = Draft("04_training")
    draft.take(*(name for name in draft.named if name.startswith("check_")))
    said = "The check cell for `sgd_step`, the check cell for `adam_step`"
    return handed_in("missing/all_checks", draft, said, "were missing and were put back")


def the_setup() -> Entry:
    """Without it there is no ``np``."""
    draft = Draft("03_bptt")
    draft.take("setup")
    said = "1 code cell of the released notebook was missing and was put back."
    return handed_in("missing/the_setup", draft, said)


def one_answer() -> Entry:
    """It was never handed in, so it earns nothing; what calls it is judged with a right one."""
    draft = Draft("02_forward")
    draft.take("rnn_step")
    said = "The cell for `rnn_step` was missing and was put back as it was released."
    return handed_in("missing/one_answer", draft, said, rnn_step=("not_attempted", 0.0))


def an_answer_and_its_check() -> Entry:
    draft = Draft("01_one_hot")
    draft.take("one_hot", "check_one_hot")
    said = "The cell for `one_hot` and the check cell for `one_hot` were missing"
    return handed_in("missing/an_answer_and_its_check", draft, said, one_hot=("not_attempted", 0.0))


def all_text() -> Entry:
    draft = Draft("03_bptt")
    draft.content["cells"] = [cell for cell in draft.cells if cell["cell_type"] == "code"]
    said = ("were missing and were put back", "text cells of the released notebook")
    return handed_in("missing/all_text", draft, *said)


def all_but_the_answers() -> Entry:
    """Somebody tidied up: only the cells with an answer in them are there."""
    draft = Draft("04_training")
    answers = [cell for cell in draft.cells if cell["metadata"].get("nbgrader", {}).get("solution")]
    draft.content["cells"] = answers
    return handed_in(
        "missing/all_but_the_answers", draft, "the check cell for `train` were missing", "text cells"
    )


def demonstrations() -> Entry:
    """All code of the course is gone that is neither set-up, answer nor check."""
    draft = Draft("05_vanishing_gradients")
    draft.content["cells"] = [
        cell
        for cell in draft.cells
        if cell["cell_type"] == "markdown" or "nbgrader" in cell["metadata"] or cell is draft["setup"]
    ]
    return handed_in("missing/demonstrations", draft, "code cells of the released notebook were missing")


def a_cell_that_an_answer_uses() -> Entry:
    """The answer takes a helper from a given cell, which was deleted after it had been run."""
    draft = Draft("02_forward")
    given = draft.having("def encode(review)")
    draft.cells.remove(given)
    draft.write(
        "count_parameters", draft.source("count_parameters").replace("+ K", "+ K * encode('good').shape[0]")
    )
    said = "1 code cell of the released notebook was missing and was put back."
    return handed_in("missing/a_cell_that_an_answer_uses", draft, said)


def cells_cleared_not_deleted() -> Entry:
    """The text of the check cells was deleted, and the cells were left."""
    draft = Draft("01_one_hot")
    for name in ("check_decode", "check_one_hot"):
        draft.write(name, "")
    said = "had been changed; they are locked, so they were put back as they were released."
    return handed_in("missing/cells_cleared_not_deleted", draft, said)


def everything() -> Entry:
    """Only one function is left, in a notebook that was begun anew."""
    draft = Draft("03_bptt")
    source = draft.source("squared_error")
    draft.content = {"cells": [code(source)], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    lost = {
        name: ("not_attempted", 0.0) for name in read_master("03_bptt").graded() if name != "squared_error"
    }
    said = "The cell for `squared_error` had lost its grading label"
    return handed_in("missing/everything", draft, said, **lost)


ENTRIES = (
    a_check(),
    all_checks(),
    the_setup(),
    one_answer(),
    an_answer_and_its_check(),
    all_text(),
    all_but_the_answers(),
    demonstrations(),
    a_cell_that_an_answer_uses(),
    cells_cleared_not_deleted(),
    everything(),
)
