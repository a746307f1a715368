"""Metadata that are gone or wrong are restored, and what is locked is as it was released."""

from __future__ import annotations

import pytest

from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import NAME, WHY, Draft, code, stripped, text
from tests.unit.submission.held import keeps_all, order, read, run, source_of


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
