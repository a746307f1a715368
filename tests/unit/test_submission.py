"""What a student keeps when a notebook arrives damaged."""

from __future__ import annotations

import copy
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import CheckCellMetadata, DeduplicateIds, OverwriteCells, SaveCells
from nbgrader.utils import compute_checksum

from autograder.build import student_notebook
from autograder.errors import SubmissionError
from autograder.exercises import MODULES
from autograder.masters import read_master
from autograder.submission import MOST_BYTES, Submission, content_key, read_submission
from autograder.submission.reading import MOST_CELLS, MOST_CODE, MOST_SEARCHED
from autograder.submission.release import _clues, released
from autograder.submission.sources import MOST_PARSED, parse
from tests.unit import notebooks_by_hand as by_hand
from tests.unit.notebooks_by_hand import DOUBLE, NAME, SQUARE, WHY, Draft, code, text


@pytest.fixture(autouse=True, scope="module")
def _course() -> Iterator[None]:
    with by_hand.small_course():
        yield


def read(draft: Draft, **more: str) -> Submission:
    """Read a draft, and hold the result to what every result must be."""
    submission = read_submission(draft.data(), **more)
    hold(submission)
    return submission


def hold(submission: Submission) -> None:
    CheckCellMetadata().preprocess(submission.repaired, {})
    is_whole(submission)


def is_whole(submission: Submission) -> None:
    nbformat.validate(submission.repaired)
    cells = submission.repaired.cells
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)
    assert {cell.id for cell in submission.cells} <= set(ids)
    release = released(submission.notebook).notebook
    by_id = {cell.id: cell for cell in cells}
    for cell in release.cells:
        kept = by_id[cell.id]
        assert (kept.cell_type, kept.metadata) == (cell.cell_type, cell.metadata)
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("locked"):
            assert kept.source == cell.source
            assert compute_checksum(kept) == marks["checksum"]
    for cell in cells:
        assert not cell.get("outputs")
        assert cell.id in {c.id for c in release.cells} or cell.metadata == {}
    assert submission.repaired.metadata == release.metadata


def run(submission: Submission) -> dict[str, Any]:
    """Run the cells as the worker would; an error ends only its cell. Only for the sources of this file."""
    names: dict[str, Any] = {}
    for cell in submission.cells:
        try:
            exec(compile(cell.source, "<cell>", "exec"), names)
        except Exception as error:
            names.setdefault("errors", []).append(error)
    return names


def keeps_all(submission: Submission) -> None:
    """Assert that the three answers in code work and the one in words is there."""
    names = run(submission)
    assert names["double"](4) == 8
    assert names["square"](5) == 25
    assert names["shape"] == (3,)
    assert source_of(submission, "why") == WHY


def source_of(submission: Submission, label: str) -> str:
    found = [c for c in submission.repaired.cells if c.metadata.get("nbgrader", {}).get("grade_id") == label]
    assert len(found) == 1
    return str(found[0].source)


def order(submission: Submission) -> list[str]:
    """Return the texts of the repaired notebook in order."""
    return [str(cell.source) for cell in submission.repaired.cells]


# --- nothing to mend


def test_an_untouched_notebook_is_the_release() -> None:
    submission = read(Draft(answered=False))
    assert submission.repairs == ()
    assert submission.answers == {}
    assert submission.repaired == by_hand.released_notebook()


def test_a_completed_notebook_needs_no_repair() -> None:
    draft = Draft()
    draft.cells.insert(3, code("double(3)", id="mine"))
    draft["title"]["source"] += "\n\nMy name is here."
    draft["demo"]["source"] = "table = np.arange(4)"
    submission = read(draft)
    assert submission.repairs == ()
    keeps_all(submission)
    assert run(submission)["table"].shape == (4,)
    assert set(submission.answers) == {"double", "square", "shape"}
    assert order(submission) == [cell["source"] for cell in draft.cells]


def test_given_is_what_was_released_and_no_answer() -> None:
    draft = Draft()
    draft["double"]["source"] = by_hand.released_notebook().cells[2].source
    draft.cells.append(code("import numpy as np\n\nfrom rnncourse import check  # again"))
    given = {cell.source: cell.given for cell in read(draft).cells}
    assert [source for source in given if given[source]] == [
        by_hand.TEXTS["setup"],
        by_hand.TEXTS["demo"],
        by_hand.TEXTS["constants"],
    ]


def test_a_copy_of_a_released_cell_is_given_too() -> None:
    draft = Draft()
    draft.cells[len(draft.cells) :] = [
        code(by_hand.TEXTS["demo"]),
        code(by_hand.TEXTS["demo"] + "\nmine = 1"),
    ]
    assert [cell.given for cell in read(draft).cells][-2:] == [True, False]


def test_check_cells_and_blank_cells_are_not_run() -> None:
    draft = Draft()
    draft.cells.append(code("  \n"))
    sources = [cell.source for cell in read(draft).cells]
    assert not any("check(" in source or not source.strip() for source in sources)


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("is_solved", [False, True])
@pytest.mark.parametrize("has_marks", [True, False])
def test_the_real_notebooks_read_as_themselves(name: str, is_solved: bool, has_marks: bool) -> None:
    notebook, master = student_notebook(name), read_master(name)
    for cell in notebook.cells:
        label = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_solved and label in master.graded():
            cell.source = master.solution(label)
        if not has_marks:
            cell.metadata, cell.id = {}, None
    submission = read_submission(json.dumps(notebook).encode())
    hold(submission)
    assert submission.notebook == name
    assert bool(submission.repairs) is not has_marks
    assert set(submission.answers) == (set(master.graded()) if is_solved else set())
    assert [cell.source for cell in submission.repaired.cells] == [cell.source for cell in notebook.cells]
    assert sum(not cell.given for cell in submission.cells) == len(master.graded())


def test_what_an_editor_changes_is_no_change() -> None:
    draft = Draft()
    for name in ("setup", "check_double", "constants"):
        draft[name]["source"] = (draft[name]["source"] + "  \n\n").replace("\n", "\r\n")
    draft["title"]["source"] = draft["title"]["source"].splitlines(keepends=True)
    submission = read(draft)
    assert submission.repairs == ()
    assert sum(cell.given for cell in submission.cells) == 3


def test_ids_that_another_editor_dropped_are_no_damage() -> None:
    draft = Draft()
    draft.each(lambda cell: cell.pop("id"))
    draft.content["nbformat_minor"] = 0
    submission = read(draft)
    assert submission.repairs == ()
    keeps_all(submission)


# --- duplicated, missing, renamed, retyped, reordered, split


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


# --- metadata, points, locked cells


@pytest.mark.parametrize("also_ids", [False, True])
def test_answers_whose_metadata_is_gone_are_found(also_ids: bool) -> None:
    draft = Draft()
    draft.content["metadata"] = {}
    draft.each(lambda cell: cell.update(metadata={}))
    if also_ids:
        draft.each(lambda cell: cell.pop("id"))
    submission = read(draft, path=f"student-07/{NAME}.ipynb")
    keeps_all(submission)
    assert len(submission.repaired.cells) == len(by_hand.TEXTS)
    assert submission.repairs


def test_edited_cells_without_label_or_id_are_found_by_their_place() -> None:
    draft = stripped(Draft())
    draft["title"]["source"] += "\n\nMy name is here."
    draft["demo"]["source"] += "\nprint(table.shape)"
    submission = read(draft)
    assert order(submission) == [cell["source"] for cell in draft.cells]
    assert not any("missing" in sentence for sentence in submission.repairs)


def test_cells_of_the_students_own_may_be_equal() -> None:
    draft = Draft()
    draft.cells.extend([code("double(1)")] * 3)
    submission = read(draft)
    assert submission.repairs == ()
    assert order(submission).count("double(1)") == 3


def test_metadata_of_wrong_types_is_metadata_gone() -> None:
    draft = Draft()
    draft.each(lambda cell: cell.update(metadata="none"))
    keeps_all(read(draft))
    draft.each(lambda cell: cell.update(metadata={"nbgrader": [1, 2]}, id={"a": 1}))
    keeps_all(read(draft, expected=NAME))


def test_points_and_roles_are_restored() -> None:
    draft = Draft()
    draft["check_double"]["metadata"]["nbgrader"]["points"] = 100
    draft["square"]["metadata"]["nbgrader"].update(grade=True, points=50)
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == (
        "The check cell for `double` and the cell for `square` had other points or another grading role; "
        "the released points were restored.",
    )


def test_points_written_otherwise_are_the_same_points() -> None:
    draft = Draft()
    draft["check_double"]["metadata"]["nbgrader"].update(points=2.0, checksum="0" * 32, schema_version=2)
    assert read(draft).repairs == ()


def test_an_edited_check_is_restored_and_its_text_not_run() -> None:
    draft = Draft()
    draft["check_double"]["source"] = "double = lambda x: 'forged'\nprint(2)"
    draft["constants"]["source"] = "LIMIT = 8"
    submission = read(draft)
    keeps_all(submission)
    assert run(submission)["LIMIT"] == 7
    assert submission.repairs == (
        "The check cell for `double` and the cell for `constants` had been changed; they are locked, so they "
        "were put back as they were released.",
    )


def test_a_copy_of_a_check_cell_is_dropped() -> None:
    draft = Draft()
    draft.cells.insert(0, draft.copy("check_double", "double = None"))
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs[0] == "The check cell for `double` was there twice; one was kept."
    assert "double = None" not in order(submission)


def test_hidden_tests_that_were_put_back_are_no_change_and_not_run() -> None:
    draft = Draft()
    hidden = "\n### BEGIN HIDDEN TESTS\nsecret()\n### END HIDDEN TESTS"
    draft["check_double"]["source"] += hidden
    draft["demo"]["source"] += hidden
    submission = read(draft)
    assert submission.repairs == ()
    assert not any("secret" in cell.source for cell in submission.cells)


def test_words_of_the_student_pass_through_untouched() -> None:
    draft = Draft()
    answer = '<b>Because</b> $x^2 \\ge 0$,   \n\n\n"quotes" \u05e9\u05dc\u05d5\u05dd \U0001f600  '
    draft["why"]["source"] = answer
    submission = read(draft)
    assert source_of(submission, "why") == answer
    assert submission.repairs == ()


def test_words_in_a_cell_below_an_untouched_answer_are_found() -> None:
    draft = Draft()
    draft["why"]["source"] = "YOUR ANSWER HERE"
    draft.cells.insert(draft.at("why") + 1, text(WHY))
    submission = read(draft)
    keeps_all(submission)
    assert "found" in submission.repairs[0]


def test_pasted_images_are_kept_and_nothing_else() -> None:
    draft = Draft()
    script = {"x.svg": {"image/svg+xml": "<svg onload=x/>"}, "y.html": {"text/html": "<script>"}, "z": 3}
    draft["why"]["attachments"] = {"a.png": {"image/png": "aGk="}} | script
    draft["why"]["source"] = WHY + "\n![](attachment:a.png)"
    submission = read(draft)
    cell = next(c for c in submission.repaired.cells if c.get("attachments"))
    assert cell.attachments == {"a.png": {"image/png": "aGk="}}
    assert "attachments" in submission.repairs[0]
    draft["why"]["attachments"] = {"a.png": {"image/png": "A" * 6_000_000}}
    assert not any(c.get("attachments") for c in read(draft).repaired.cells)


# --- bytes, encodings, formats


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_unicode_encoding(encoding: str) -> None:
    draft = Draft()
    draft["double"]["source"] = DOUBLE + "  # \u00e9\u4e2d"
    submission = read_submission(json.dumps(draft.content, ensure_ascii=False).encode(encoding))
    keeps_all(submission)
    assert source_of(submission, "double").endswith("\u00e9\u4e2d")


def test_bytes_that_are_no_text_are_replaced() -> None:
    data = Draft().data().replace(b"Return 2 x.", b"Return \xe9\xff 2 x.")
    submission = read_submission(data)
    hold(submission)
    keeps_all(submission)
    assert "UTF-8" in submission.repairs[0]


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\udfff\ud800"])
def test_characters_that_nothing_can_hold(bad: str) -> None:
    draft = Draft()
    draft["double"]["source"] = DOUBLE + f"  # {bad}"
    draft["why"]["source"] = WHY + bad
    submission = read(draft)
    assert run(submission)["double"](4) == 8
    assert "Characters" in submission.repairs[0]
    nbformat.writes(submission.repaired).encode()
    raw = Draft().data().replace(b"Return 2 x.", b"Return \x00\x01 2 x.")
    keeps_all(read_submission(raw))


def test_an_old_format_is_brought_up() -> None:
    draft = Draft()
    for cell in draft.cells:
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source")
    draft.cells.append({"cell_type": "heading", "level": 2, "source": "My notes"})
    draft.content = {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": draft.cells}, 4]}
    submission = read(draft)
    keeps_all(submission)
    assert "old format" in submission.repairs[0]
    assert "My notes" in order(submission)


@pytest.mark.parametrize("version", [None, "4", 4.2, 0, 3, True, 10**30])
def test_a_version_that_makes_no_sense_is_read_if_there_are_cells(version: object) -> None:
    draft = Draft()
    draft.content["nbformat"] = version
    keeps_all(read(draft))


def test_cells_that_are_no_cells_cost_only_themselves() -> None:
    draft = Draft()
    draft.content["cells"] = [
        3,
        None,
        [],
        {"cell_type": "code"},
        {"source": 5},
        {"source": ["a = 1", 2]},
        *draft.cells,
    ]
    submission = read(draft)
    keeps_all(submission)
    assert submission.repairs == ("5 cells could not be read and were left out.",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\t", "blank"),
        (b"\x00" * 4096, "blank"),
        (b"x" * (MOST_BYTES + 1), "at most 20 MB"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x89PNG\r\n", "image"),
        (b"def affine(x):\n    return x\n", "Python program"),
        (b"hello", "not JSON"),
        (b"\xff\xfe\x00\xd8", "not JSON"),
        (b"[" * 100_000, "too deeply"),
        (b'{"a":' * 100_000, "too deeply"),
        (b"[" * 1_000_001, "a million lists"),
        (b"[]", "a list"),
        (b"null", "nothing"),
        (b'"cells"', "a text"),
        (b"3.5", "a number"),
        (b"NaN", "a number"),
        (b"{}", "no list of cells"),
        (b'{"cells": {"a": 1}}', "nothing where"),
        (b'{"cells": 3, "nbformat": 4}', "a number where"),
        (b'{"nbformat": 5, "cells": []}', "format 5"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "co', "breaks off in line 1"),
        (b'{"nbformat": 4,\n "cells": [],', "breaks off in line 2"),
        (b'{"nbformat": 4,\n "cells": [}]}', "damaged in line 2, column 12"),
        (b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x\n]}', "merge conflict"),
        (b'{"nbformat": 4, "cells": []}', "no cell and no function"),
        (b'{"nbformat": ' + b"9" * 5000 + b', "cells": []}', "no cell and no function"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(SubmissionError) as caught:
        read_submission(data, "student-07/hw.ipynb")
    message = str(caught.value)
    assert said in message
    assert message.endswith(".")
    assert len(message) < 400


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([code("1")] * (MOST_CELLS + 1), "5,001 cells"),
        ([code("")] * 100_000, "100,000 cells"),
        ([code("a = 1\n" * (MOST_CODE // 6 + 1))], "characters"),
    ],
    ids=["cells", "blank cells", "code"],
)
def test_more_than_any_notebook_has_is_refused(cells: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(SubmissionError, match=said):
        read_submission(json.dumps({"nbformat": 4, "cells": cells}).encode(), expected=NAME)


def test_as_many_cells_as_are_read_take_no_long_time() -> None:
    draft = Draft()
    draft.content["cells"] += [code(f"v{i} = double({i})") for i in range(MOST_CELLS - len(draft.cells))]
    start = time.process_time()
    submission = read_submission(draft.data())
    assert time.process_time() - start < 5
    assert len(submission.cells) > MOST_CELLS - 20


def test_text_beyond_any_measure_is_kept_but_not_searched_for_code() -> None:
    draft = Draft(answered=False)
    fenced = f"```\n{DOUBLE}\n```"
    draft.cells.append(text(fenced + "\n" * MOST_SEARCHED))
    assert read(draft).answers == {}
    draft.cells[-1:] = [text("a\n" * (MOST_SEARCHED // 20))] * 10 + [text(fenced)]
    submission = read(draft)
    assert submission.answers == {}
    assert order(submission)[-1] == fenced
    draft.cells[-11:] = [text("a" * MOST_SEARCHED), text(fenced)]
    assert read(draft).answers.keys() == {"double"}


def test_a_very_long_cell_is_searched_line_by_line() -> None:
    draft = Draft(answered=False)
    draft.cells.append(code(DOUBLE + "\n1" * MOST_PARSED))
    assert parse("1\n" * MOST_PARSED) is None
    assert read(draft).answers.keys() == {"double"}


# --- source that is hard to read


@pytest.mark.parametrize(
    "nasty",
    [
        "-" * 100_000 + "1",
        "a" + ".b" * 100_000,
        "(" * 1_000,
        "1+" * 50_000 + "1",
        "lambda:" * 20_000 + "1",
        "\\",
        "'\\d'",
        "0_7 0777",
        "f'{",
        "\ufeff",
        "\x0c",
        "9" * 5_000,
    ],
    ids=str.__len__,
)
def test_source_that_no_parser_likes_hides_nothing(nasty: str) -> None:
    draft = Draft()
    draft["double"]["metadata"] = {}
    draft["double"].pop("id")
    draft["double"]["source"] = f"{DOUBLE}\n\n{nasty}"
    submission = read(draft)
    assert source_of(submission, "double") == f"{DOUBLE}\n\n{nasty}"
    assert run(submission)["square"](5) == 25


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline\n",
        "!pip list\n",
        "%%time\n",
        "%%capture out\n",
        "double?\n",
        "%timeit 1\nx = %pwd\n",
    ],
)
def test_an_answer_among_magics_is_found(magic: str) -> None:
    draft = Draft()
    draft.take("double")
    draft.cells.append(code(magic + DOUBLE))
    assert source_of(read(draft), "double") == magic + DOUBLE


def test_a_file_that_a_cell_writes_is_no_answer() -> None:
    draft = Draft(answered=False)
    draft.cells.append(code("%%writefile mine.py\n" + DOUBLE))
    assert read(draft).answers == {}


@pytest.mark.parametrize(
    "source",
    ["square = lambda x: x * x", "from mine import square", "if True:\n    def square(x):\n        return 1"],
)
def test_an_answer_may_be_bound_in_any_way(source: str) -> None:
    draft = Draft()
    draft["square"]["source"] = by_hand.released_notebook().cells[5].source
    draft.cells.append(code(source))
    assert source_of(read(draft), "square") == source


@pytest.mark.parametrize(
    "source", ["square(3)", "def f():\n    square = 1", "[square for square in ()]", "# def square"]
)
def test_a_cell_that_only_uses_a_name_is_no_answer(source: str) -> None:
    draft = Draft(answered=False)
    draft.cells.append(code(source))
    submission = read(draft)
    assert submission.answers == {}
    assert submission.repairs == ()


# --- which notebook


def stripped(draft: Draft) -> Draft:
    draft.content["metadata"] = {}
    draft.each(lambda cell: cell.update(metadata={}))
    draft.each(lambda cell: cell.pop("id"))
    return draft


def test_the_content_says_which_notebook_it_is() -> None:
    assert read(Draft(), path="00_start_here.ipynb").notebook == NAME
    assert read(stripped(Draft())).notebook == NAME


def test_one_function_is_enough() -> None:
    draft = Draft()
    draft.content = {"cells": [code(DOUBLE)]}
    submission = read(draft)
    assert submission.notebook == NAME
    assert run(submission)["double"](2) == 4


@pytest.mark.parametrize("path", [f"{NAME}.ipynb", f"a/student-07_{NAME} (1).ipynb", ""])
def test_a_notebook_without_cells_is_what_it_is_called(path: str) -> None:
    data = b'{"nbformat": 4, "cells": []}'
    submission = read_submission(data, path, "" if path else NAME)
    hold(submission)
    assert submission.notebook == NAME
    assert submission.answers == {}


def test_another_notebook_is_refused_by_name() -> None:
    with pytest.raises(SubmissionError, match=f"00_start_here was expected, but this is {NAME}"):
        read(Draft(), expected="00_start_here")
    with pytest.raises(SubmissionError, match=f"{NAME} was expected, but this is 00_start_here"):
        read_submission(nbformat.writes(student_notebook("00_start_here")).encode(), expected=NAME)


@pytest.mark.parametrize("expected", ["", NAME])
def test_a_notebook_of_no_course_is_refused(expected: str) -> None:
    draft = Draft()
    draft.content = {"cells": [code("print('homework of another course')"), text("# Essay")]}
    with pytest.raises(SubmissionError, match="no cell and no function"):
        read(draft, path=f"{NAME}.ipynb", expected=expected)


def test_a_notebook_with_one_cell_of_the_expected_one_is_not_it() -> None:
    draft = Draft()
    draft.cells.append(code("def affine(x, W, b):\n    return x @ W + b"))
    with pytest.raises(SubmissionError, match="1 of 00_start_here"):
        read(draft, expected="00_start_here")


def test_a_notebook_as_it_should_be_needs_no_look_at_the_others() -> None:
    _clues.cache_clear()
    read(Draft(), expected=NAME)
    assert _clues.cache_info().currsize == 0


def test_a_notebook_that_carries_cells_of_another_is_still_its_own() -> None:
    draft = Draft()
    draft.cells.append(code("def affine(x, W, b):\n    return x @ W + b"))
    assert read(draft, expected=NAME).notebook == NAME


# --- what follows


@pytest.mark.slow
def test_stock_nbgrader_takes_what_was_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader calls alembic
    notebook = by_hand.released_notebook()
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    resources = {"nbgrader": {"notebook": NAME, "assignment": NAME, "db_url": url, "student": "student-07"}}
    with Gradebook(url) as gradebook:
        gradebook.add_assignment(NAME)
    SaveCells().preprocess(notebook, copy.deepcopy(resources))
    draft = Draft()
    draft.take("check_square")
    draft.cells.reverse()
    draft.each(lambda cell: cell.update(cell_type="markdown"))
    draft["check_double"]["metadata"]["nbgrader"]["points"] = 99
    notebook = read(draft).repaired
    for step in (DeduplicateIds, OverwriteCells, CheckCellMetadata):
        notebook, _ = step().preprocess(notebook, copy.deepcopy(resources))
    labels = {c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata}
    assert labels == set(by_hand.MARKS)


def test_the_key_follows_the_content() -> None:
    key = content_key(read(Draft()))
    outputs = Draft()
    outputs["double"]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    outputs["title"]["source"] += " by student-07"
    assert content_key(read(outputs)) == key
    for name in ("double", "demo", "why"):
        draft = Draft()
        draft[name]["source"] += " "
        draft[name]["source"] += "# more"
        assert content_key(read(draft)) != key
    draft = Draft()
    square = draft.take("square")
    draft.cells.insert(draft.at("double"), square)
    assert content_key(read(draft)) != key


def test_the_key_counts_pasted_images_in_an_answer() -> None:
    draft = Draft()
    key = content_key(read(draft))
    draft["why"]["attachments"] = {"a.png": {"image/png": "aGk="}}
    assert content_key(read(draft)) != key


@pytest.mark.nb00
def test_a_normal_notebook_takes_under_15_ms() -> None:
    data = nbformat.writes(student_notebook("00_start_here")).encode()
    read_submission(data)
    times = []
    for _ in range(5):
        start = time.process_time()
        read_submission(data)
        times.append(time.process_time() - start)
    assert min(times) < 0.015
