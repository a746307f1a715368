"""Of cells that are there twice the right one counts, and what is missing is put back."""

from __future__ import annotations

import copy

import pytest

from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import DOUBLE, WHY, Draft, code
from tests.unit.submission.held import keeps_all, order, read, run, source_of


def test_of_two_copies_the_last_changed_one_counts() -> None:
    draft = Draft()
    draft.cells.insert(draft.at("double"), draft.copy("double", "def double(x):\n    return 0"))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ("The cell for `double` was there twice; the last changed copy was used.",)
    assert "def double(x):\n    return 0" in order(submission)  # still there, and run before


def test_an_untouched_copy_below_does_not_undo_the_answer() -> None:
    draft = Draft()
    stub = by_hand.released_notebook().cells[2].source
    draft.cells.append(draft.copy("double", stub))
    draft.cells.append(code(stub))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ("The cell for `double` was there 3 times; the last changed copy was used.",)


@pytest.mark.parametrize("below", [True, False])
def test_a_finished_copy_goes_before_one_that_was_given_up(below: bool) -> None:
    draft = Draft()
    begun = "def double(x):\n    y = 2\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    draft.cells.insert(draft.at("double") + below, draft.copy("double", begun))
    assert source_of(read(draft), "double") == by_hand.DOUBLE


def test_a_copy_with_a_helper_survives() -> None:
    draft = Draft()
    draft["double"]["source"] = "def double(x):\n    return _twice(x)"
    draft.cells.insert(draft.at("double") + 1, draft.copy("double", "def _twice(x):\n    return x + x"))
    submission = read(draft)
    keeps_all(submission)
    assert source_of(submission, "double").startswith("def double")


def test_cells_with_one_id_are_told_apart() -> None:
    draft = Draft()
    draft.each(lambda cell: cell.update(id="same"))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ()


def test_a_copied_answer_in_words_keeps_the_last_changed() -> None:
    draft = Draft()
    draft.cells.append(draft.copy("why", "YOUR ANSWER HERE"))
    draft.cells.insert(0, draft.copy("why", "a first thought"))
    submission = read(draft)
    assert source_of(submission, "why") == WHY
    assert "a first thought" in order(submission)


def test_the_whole_notebook_twice() -> None:
    draft = Draft()
    draft.content["cells"] = copy.deepcopy(Draft(answered=False).cells) + draft.cells
    keeps_all(read(draft))
    draft.content["cells"] = draft.cells[::-1][: len(by_hand.TEXTS)][::-1] + Draft(answered=False).cells
    keeps_all(read(draft))


def test_a_missing_check_cell_is_put_back_below_what_it_checks() -> None:
    draft = Draft()
    draft.take("check_double")
    draft.cells.insert(draft.at("double") + 1, code("double(1)"))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == (
        "The check cell for `double` was missing and was put back as it was released.",
    )
    assert order(submission)[2:5] == [DOUBLE, "double(1)", "check(double)"]


def test_a_missing_answer_costs_only_itself() -> None:
    draft = Draft()
    draft.take("double")
    submission = read(draft)
    names = run(submission)
    assert names["square"](5) == 25
    with pytest.raises(NotImplementedError):
        names["double"](1)
    assert "double" not in submission.answers
    assert submission.repairs == ("The cell for `double` was missing and was put back as it was released.",)


def test_a_missing_setup_cell_is_run_again_and_first() -> None:
    draft = Draft()
    draft.take("setup")
    submission = read(draft)
    assert run(submission)["table"].shape == (3,)
    assert submission.cells[0].source == by_hand.TEXTS["setup"]
    assert submission.repairs == ("1 code cell of the released notebook was missing and was put back.",)


def test_a_deleted_demonstration_is_shown_but_not_run_unless_needed() -> None:
    draft = Draft()
    draft.take("demo")
    submission = read(draft)
    assert by_hand.TEXTS["demo"] in order(submission)
    draft["shape"]["source"] = "shape = table.shape"
    assert run(read(draft))["shape"] == (3,)
    draft.cells.insert(0, code("table = [[0] * 5]"))
    assert "table" not in " ".join(c.source for c in submission.cells if c.given)
