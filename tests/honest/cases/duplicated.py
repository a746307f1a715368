"""A cell was pasted twice, with its label. The student's work is in one of the copies."""

from __future__ import annotations

import copy

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

TWICE = "The cell for `softmax` was there twice; the last changed copy was used."
ZEROS = "def softmax(logits):\n    return 0 * logits"
HALF = "def softmax(logits):\n    shifted = logits - logits.max(axis=-1, keepdims=True)"
UNFINISHED = f"{HALF}\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def untouched_copy_first() -> Entry:
    draft = Draft()
    draft.put(draft.copy("softmax", draft.stub("softmax")), before="softmax")
    return handed_in("duplicated/untouched_copy_first", draft, TWICE)


def untouched_copy_last() -> Entry:
    draft = Draft()
    draft.put(draft.copy("softmax", draft.stub("softmax")), after="softmax")
    return handed_in("duplicated/untouched_copy_last", draft, TWICE)


def both_changed() -> Entry:
    """The last changed one counts, as it would in a running notebook."""
    draft = Draft()
    draft.put(draft.copy("softmax", ZEROS), before="softmax")
    return handed_in("duplicated/both_changed", draft, TWICE)


def the_wrong_one_last() -> Entry:
    """The rule holds in both directions: who changed the last copy to something wrong handed that in."""
    draft = Draft()
    draft.put(draft.copy("softmax", ZEROS), after="softmax")
    lost = {"sentiment_forward": ("correct", 3.0), "tag_forward": ("correct", 3.0)}
    return handed_in("duplicated/the_wrong_one_last", draft, TWICE, softmax=("wrong", 0.0), **lost)


def three_copies() -> Entry:
    draft = Draft()
    draft.put(draft.copy("softmax", ZEROS, id="one"), before="softmax")
    draft.put(draft.copy("softmax", draft.stub("softmax"), id="two"), after="softmax")
    said = "The cell for `softmax` was there 3 times; the last changed copy was used."
    return handed_in("duplicated/three_copies", draft, said)


def with_the_same_id() -> Entry:
    draft = Draft()
    draft.put(draft.copy("softmax", draft.stub("softmax"), id=draft["softmax"]["id"]), after="softmax")
    return handed_in("duplicated/with_the_same_id", draft, TWICE)


def without_metadata() -> Entry:
    """Some editors copy the text alone; below the answer it would undo it."""
    draft = Draft("05_vanishing_gradients")
    draft.put(code(draft.stub("orthogonal")), after="orthogonal")
    said = "The cell for `orthogonal` was there twice; the last changed copy was used."
    return handed_in("duplicated/without_metadata", draft, said)


def a_half_finished_first() -> Entry:
    draft = Draft()
    draft.put(draft.copy("softmax", UNFINISHED), before="softmax")
    return handed_in("duplicated/a_half_finished_first", draft, TWICE)


def a_half_finished_last() -> Entry:
    """A second attempt that was given up stands below the finished one."""
    draft = Draft()
    draft.put(draft.copy("softmax", UNFINISHED), after="softmax")
    said = "The cell for `softmax` was there twice; the last finished copy was used."
    return handed_in("duplicated/a_half_finished_last", draft, said)


def a_broken_one_last() -> Entry:
    """In a running notebook a cell that is no Python leaves the answer above it as it was."""
    draft = Draft()
    draft.put(draft.copy("softmax", "def softmax(logits):\n    return np.exp(logits"), after="softmax")
    said = "The cell for `softmax` was there twice; the last finished copy was used."
    return handed_in("duplicated/a_broken_one_last", draft, said)


def a_blank_one_last() -> Entry:
    draft = Draft()
    draft.put(draft.copy("softmax", ""), after="softmax")
    return handed_in("duplicated/a_blank_one_last", draft, TWICE)


def every_check() -> Entry:
    draft = Draft("01_one_hot")
    for name in [n for n in draft.named if n.startswith("check_")]:
        draft.put(draft.copy(name), after=name)
    said = "The check cell for `decode` was there twice; one was kept."
    return handed_in("duplicated/every_check", draft, said)


def the_whole_notebook() -> Entry:
    """All was selected, copied and pasted."""
    draft = Draft("01_one_hot")
    draft.content["cells"] = copy.deepcopy(draft.cells) + draft.cells
    said = "The cell for `decode` was there twice; the last changed copy was used."
    return handed_in("duplicated/the_whole_notebook", draft, said)


def the_released_one_pasted_below() -> Entry:
    """To start anew, the released notebook was pasted below the finished one, and left there."""
    draft = Draft("03_bptt")
    stubs = copy.deepcopy(draft.cells)
    for cell in stubs:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
            cell["source"] = draft.stub(name)
    draft.content["cells"] = draft.cells + stubs
    said = "The cell for `rnn_backward` was there twice; the last changed copy was used."
    return handed_in("duplicated/the_released_one_pasted_below", draft, said)


ENTRIES = (
    untouched_copy_first(),
    untouched_copy_last(),
    both_changed(),
    the_wrong_one_last(),
    three_copies(),
    with_the_same_id(),
    without_metadata(),
    a_half_finished_first(),
    a_half_finished_last(),
    a_broken_one_last(),
    a_blank_one_last(),
    every_check(),
    the_whole_notebook(),
    the_released_one_pasted_below(),
)
