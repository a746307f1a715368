"""The content says which notebook it is."""

from __future__ import annotations

import nbformat
import pytest

from autograder.errors import SubmissionError
from autograder.submission.which import _clues
from tests.ours import student_notebook
from tests.unit.submission.by_hand import DOUBLE, NAME, Draft, code, stripped, text
from tests.unit.submission.held import hold, read, read_submission, run


def test_the_content_says_which_notebook_it_is() -> None:
    assert read(Draft(), path="00_start_here.ipynb").notebook == NAME
    assert read(stripped(Draft())).notebook == NAME


def test_one_function_is_enough() -> None:
    draft = Draft()
    draft.content = {"cells": [code(DOUBLE)]}
    submission = read(draft)
    assert submission.notebook == NAME
    assert run(submission)["double"](2) == 4


def test_a_function_that_is_no_def_is_enough_where_its_notebook_is_known() -> None:
    draft = Draft()
    draft.content = {"cells": [code("double = lambda x: 2 * x")]}
    submission = read(draft, expected=NAME)
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
@pytest.mark.parametrize(
    "source",
    ["print('homework of another course')", "score = 100", "def train_all():\n    pass\ntrain = 0.8"],
)
def test_a_notebook_of_no_course_is_refused(expected: str, source: str) -> None:
    draft = Draft()
    draft.content = {"cells": [code(source), text("# Essay")]}
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
