"""An answer is found wherever the student wrote it."""

from __future__ import annotations

import pytest

from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import DOUBLE, SQUARE, WHY, Draft, code
from tests.unit.submission.held import keeps_all, order, read, run, source_of


def test_an_answer_in_another_cell_is_found_by_its_function() -> None:
    draft = Draft()
    draft.take("square")
    draft.cells.append(code("import math\n\n" + SQUARE))
    submission = read(draft)
    keeps_all(submission)
    assert source_of(submission, "square").startswith("import math")
    assert submission.repairs[0] == (
        "The cell for `square` had lost its grading label; it was recognised by what it holds "
        "and got it back."
    )
    texts = order(submission)
    assert texts.index("check(square)") > texts.index("import math\n\n" + SQUARE)


def test_an_answer_above_an_untouched_cell_is_not_undone_by_it() -> None:
    draft = Draft()
    draft["square"]["source"] = by_hand.released_notebook().cells[5].source
    draft.cells.insert(2, code(SQUARE))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs[0] == (
        "The cell for `square` was missing or not filled in, and the answer was found in another cell; "
        "that one was used."
    )
    assert source_of(submission, "square") == SQUARE


def test_all_answers_in_one_cell() -> None:
    draft = Draft(answered=False)
    draft["why"]["source"] = WHY
    draft.cells.append(code(f"{DOUBLE}\n\n{SQUARE}\n\nshape = (3,)"))
    submission = read(draft)
    keeps_all(submission)
    assert len(set(submission.answers.values())) == 1
    assert order(submission).index("check(square)") > order(submission).index(
        f"{DOUBLE}\n\n{SQUARE}\n\nshape = (3,)"
    )
    assert source_of(submission, "square") == "# square is defined in another cell of this notebook."


def test_cells_merged_into_one() -> None:
    draft = Draft()
    draft["double"]["source"] = f"{DOUBLE}\n\ncheck(double)\n\n{SQUARE}"
    draft.take("check_double")
    draft.take("square")
    keeps_all(read(draft))


def test_a_check_in_a_cell_of_the_students_own_is_not_run() -> None:
    draft = Draft()
    draft.cells.append(code("check(double)\nmine = 1\nif mine:\n    check(double)"))
    assert read(draft).cells[-1].source == "\nmine = 1\nif mine:\n    check(double)"


def test_an_answer_written_into_a_released_cell_is_found() -> None:
    draft = Draft()
    draft.take("square")
    draft["demo"]["source"] += "\n" + SQUARE
    keeps_all(read(draft))


def test_an_answer_written_into_a_check_cell_is_saved_from_it() -> None:
    draft = Draft()
    draft.take("square")
    draft["check_square"]["source"] = SQUARE + "\n\ncheck(square)"
    submission = read(draft)
    keeps_all(submission)
    assert source_of(submission, "check_square") == "check(square)"


def test_code_in_a_cell_of_its_own_goes_before_code_in_a_check_cell() -> None:
    draft = Draft()
    draft.take("square")
    stub = by_hand.released_notebook().cells[5].source
    draft["check_square"]["source"] = stub.replace("raise NotImplementedError()", "return 0")
    draft.cells.insert(0, code(SQUARE))
    assert source_of(read(draft), "square") == SQUARE


@pytest.mark.parametrize("kind", ["markdown", "raw", "nonsense"])
@pytest.mark.parametrize("fence", ["{}", "```python\n{}\n```", "Here it is:\n\n```\n{}\n```\n"])
def test_an_answer_turned_into_text_is_code_again(kind: str, fence: str) -> None:
    draft = Draft()
    draft["double"].update(cell_type=kind, source=fence.format(DOUBLE))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == (
        "The cell for `double` had become another type of cell; it was given its own type again.",
    )


def test_text_turned_into_code_is_text_again() -> None:
    draft = Draft()
    draft["title"].update(cell_type="code", outputs=[], execution_count=1)
    draft["why"].update(cell_type="code", outputs=[{"output_type": "error"}])
    submission = read(draft)
    keeps_all(submission)
    assert not any("A notebook for tests" in cell.source for cell in submission.cells)
    assert "type" in submission.repairs[0]


def test_code_written_into_a_text_cell_that_became_code_is_run() -> None:
    draft = Draft()
    draft["question"].update(cell_type="code", source="mine = 5")
    assert run(read(draft))["mine"] == 5


@pytest.mark.parametrize("label", ["double_2", "", None, 7, ["double"], "check_shape", "why", "setup"])
def test_a_renamed_label_is_found_by_the_function(label: object) -> None:
    draft = Draft()
    draft["double"]["metadata"]["nbgrader"]["grade_id"] = label
    draft["double"]["id"] = "new"
    submission = read(draft)
    keeps_all(submission) if label != "why" else None
    assert run(submission)["double"](4) == 8
    assert source_of(submission, "double") == DOUBLE
    assert submission.repairs


def test_swapped_labels_do_not_swap_the_answers() -> None:
    draft = Draft()
    marks = [
        draft[name]["metadata"]["nbgrader"] for name in ("double", "square", "check_double", "check_square")
    ]
    for one, other in ((0, 1), (2, 3)):
        marks[one]["grade_id"], marks[other]["grade_id"] = marks[other]["grade_id"], marks[one]["grade_id"]
    submission = read(draft)
    keeps_all(submission)
    assert source_of(submission, "double") == DOUBLE


def test_the_student_keeps_their_order() -> None:
    draft = Draft()
    square = draft.take("square")
    draft.cells.insert(draft.at("double"), square)
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ()
    assert order(submission).index(SQUARE) < order(submission).index(DOUBLE)


def test_a_check_above_its_answer_is_moved_below() -> None:
    draft = Draft()
    draft.cells.insert(1, draft.take("check_square"))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == (
        "The check cell for `square` stood above what it checks; it was moved below.",
    )
    assert order(submission).index("check(square)") == order(submission).index(SQUARE) + 1


def test_the_setup_cell_is_moved_above_what_needs_it() -> None:
    draft = Draft()
    draft.cells.append(draft.take("setup"))
    submission = read(draft)
    assert run(submission)["table"].shape == (3,)
    assert submission.repairs == ("The set-up cell stood below code that needs it; it was moved up.",)


def test_all_cells_reversed() -> None:
    draft = Draft()
    draft.cells.reverse()
    submission = read(draft)
    keeps_all(submission)
    texts = order(submission)
    assert all(
        texts.index(f"check({n})") > texts.index(s) for n, s in (("double", DOUBLE), ("square", SQUARE))
    )


def test_a_function_and_its_helper_in_two_cells_both_run() -> None:
    draft = Draft()
    draft["square"]["source"] = "def _power(x, n):\n    return x**n"
    draft.cells.insert(draft.at("square") + 1, code("def square(x):\n    return _power(x, 2)"))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ()
    draft.cells.insert(draft.at("square"), draft.cells.pop(draft.at("square") + 1))
    keeps_all(read(draft))


@pytest.mark.parametrize("labelled", [True, False])
def test_a_function_cut_in_two_is_joined(labelled: bool) -> None:
    draft = Draft()
    draft["double"]["source"] = 'def double(x):\n    """Return 2 x."""\n    y = x + x'
    rest = "    return y"
    cell = draft.copy("double", rest) if labelled else code(rest)
    draft.cells.insert(draft.at("double") + 1, cell)
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ("A function was cut in two by a cell border; the parts were joined again.",)


def test_an_indented_cell_of_its_own_is_left_alone() -> None:
    draft = Draft()
    draft.cells.insert(draft.at("double") + 1, code("    mine = 1"))
    assert read(draft).repairs == ()
    assert "    mine = 1" in order(read(draft))
