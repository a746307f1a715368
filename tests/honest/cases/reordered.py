"""Cells stand in another order than they were run in."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

SETUP = "The set-up cell stood below code that needs it; it was moved up."


def setup_last() -> Entry:
    draft = Draft("02_forward")
    draft.cells.append(*draft.take("setup"))
    return handed_in("reordered/setup_last", draft, SETUP)


def all_reversed() -> Entry:
    draft = Draft("02_forward")
    draft.cells.reverse()
    return handed_in("reordered/all_reversed", draft, SETUP, "stood above what it checks; it was moved below")


def answers_reversed() -> Entry:
    """Functions may be defined in any order, so nothing is wrong and nothing is said."""
    draft = Draft("03_bptt")
    names = ["squared_error", "binary_cross_entropy", "cross_entropy"]
    places = [draft.at(name) for name in names]
    cells = [draft[name] for name in names]
    for place, cell in zip(places, reversed(cells), strict=True):
        draft.cells[place] = cell
    checks = "The check cell for `squared_error` stood above what it checks; it was moved below."
    return handed_in("reordered/answers_reversed", draft, checks)


def checks_first() -> Entry:
    draft = Draft("01_one_hot")
    draft.content["cells"].sort(key=lambda cell: not cell["metadata"].get("nbgrader", {}).get("grade"))
    return handed_in("reordered/checks_first", draft, "stood above what it checks; it was moved below")


def answers_last() -> Entry:
    """All answers were collected at the end, below the cells of the course that use them."""
    draft = Draft("05_vanishing_gradients")
    names = [n for n in draft.named if draft[n]["metadata"].get("nbgrader", {}).get("solution")]
    draft.cells.extend(draft.take(*names))
    return handed_in("reordered/answers_last", draft, "it was moved below")


def a_helper_below() -> Entry:
    """It was run before the answer, and stands below it."""
    draft = Draft(
        "02_forward", softmax="def softmax(logits):\n    return _normalised(np.exp(_shifted(logits)))"
    )
    draft.put(
        code("def _normalised(e):\n    return e / e.sum(axis=-1, keepdims=True)"), after="check_softmax"
    )
    draft.put(code("def _shifted(z):\n    return z - z.max(axis=-1, keepdims=True)"))
    return handed_in("reordered/a_helper_below", draft)


def a_value_from_below() -> Entry:
    """The value needs a function that is defined further down: run from top to bottom it fails."""
    draft = Draft("01_one_hot", review_shapes="review_shapes = _shapes(3, 4, 5)")
    helper = """
    def _shapes(N, T, V):
        return {"review_1": (3, V), "review_3": (T, V), "batch": (N, T, V), "mask": (N, T)}
    """
    draft.put(code(helper), after="check_review_shapes")
    return handed_in("reordered/a_value_from_below", draft)


ENTRIES = (
    setup_last(),
    all_reversed(),
    answers_reversed(),
    checks_first(),
    answers_last(),
    a_helper_below(),
    a_value_from_below(),
)
