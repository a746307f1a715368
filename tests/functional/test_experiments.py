"""What a student tries out below an answer does not change the answer."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest

from autograder.sandbox import Session, choose
from autograder.submission import needed_cells
from tests.ours import grade, read_master, read_submission, student_notebook

NAME, EXERCISE = "00_start_here", "affine"
WRONG = "def affine(x, W, b):\n    return x @ W"


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(choose()) as session:
        yield session


def graded(session: Session, answer: str, below: str) -> str:
    notebook = student_notebook(NAME)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == EXERCISE:
            cell.source = answer
    notebook.cells.append(nbformat.v4.new_code_cell(below))
    return grade(nbformat.writes(notebook).encode(), session, b"secret", notebook=NAME).verdicts[0].outcome


def test_a_broken_copy_below_costs_nothing(session: Session) -> None:
    assert graded(session, read_master(NAME).solution(EXERCISE), WRONG) == "correct"


def test_a_deleted_name_below_costs_nothing(session: Session) -> None:
    assert graded(session, read_master(NAME).solution(EXERCISE), "del affine") == "correct"


def test_a_right_copy_below_does_not_mend_a_wrong_answer(session: Session) -> None:
    assert graded(session, WRONG, read_master(NAME).solution(EXERCISE)) == "wrong"


def test_a_name_from_a_demonstration_is_there_when_an_answer_uses_it(session: Session) -> None:
    uses_it = "def affine(x, W, b):\n    return np.tanh(x @ W + b) + 0 * row.sum()"
    assert graded(session, uses_it, "") == "correct"


def test_a_name_that_the_text_does_not_show_is_there_too(session: Session) -> None:
    hidden = "def affine(x, W, b):\n    eval('row')\n    return np.tanh(x @ W + b)"
    assert graded(session, hidden, "") == "correct"


def test_a_demonstration_that_nothing_needs_is_not_run(session: Session) -> None:
    submission = read_submission(nbformat.writes(student_notebook(NAME)).encode(), "x.ipynb", NAME)
    assert len(needed_cells(submission)) < len(submission.cells)
    assert all("print(" not in cell.source for cell in needed_cells(submission))
