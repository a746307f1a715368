"""The derivation of notebook 03, which a person marks: it passes through, and its marks stay."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.run import autograde
from autograder.sandbox import choose
from tests.ours import init_course, read_master, student_notebook

pytestmark = pytest.mark.nb03
NAME, TASK, STUDENT = "03_bptt", "derivation", "student-01"
WORDS = "My derivation: the state enters twice, so two terms add. <b>No markup of mine</b> is lost."


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    """A course in which one student has written a derivation and solved one exercise."""
    course = init_course(tmp_path_factory.mktemp("course"))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", NAME]
    subprocess.run(command, cwd=course.root, env=os.environ | {"PATH": path}, capture_output=True, check=True)
    hand_in(course, WORDS)
    autograde(course, choose(), [NAME])
    return course


def hand_in(course: CourseFolder, words: str) -> None:
    notebook = student_notebook(NAME)
    place = next(n for n, cell in enumerate(notebook.cells) if grade_id(cell) == TASK)
    notebook.cells.insert(place + 1, nbformat.v4.new_markdown_cell(words))
    for cell in notebook.cells:
        if grade_id(cell) == "squared_error":
            cell.source = read_master(NAME).solution("squared_error")
    folder = course.root / "submitted" / STUDENT / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")


def grade_id(cell: nbformat.NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def marked(course: CourseFolder) -> nbformat.NotebookNode:
    return nbformat.read(course.root / "autograded" / STUDENT / NAME / f"{NAME}.ipynb", as_version=4)


def scores(course: CourseFolder, manual: float | None = None) -> tuple[float | None, float | None, bool]:
    """Set a manual score if one is given; return the automatic one, the manual one, and who must look."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "rnncourse") as gradebook:
        grade = gradebook.find_grade(TASK, NAME, NAME, STUDENT)
        if manual is not None:
            grade.manual_score, grade.needs_manual_grade = manual, False
            gradebook.db.commit()
        return grade.auto_score, grade.manual_score, grade.needs_manual_grade


def test_students_do_not_see_the_rubric_and_the_grader_does(course: CourseFolder) -> None:
    released = next(cell for cell in student_notebook(NAME).cells if grade_id(cell) == TASK)
    graded = next(cell for cell in marked(course).cells if grade_id(cell) == TASK)
    assert "MARK SCHEME" not in released.source
    assert "MARK SCHEME" in graded.source


def test_the_words_pass_through_and_wait_for_a_person(course: CourseFolder) -> None:
    assert WORDS in [cell.source for cell in marked(course).cells]
    assert scores(course) == (None, None, True)


def test_a_manual_mark_survives_a_changed_submission(course: CourseFolder) -> None:
    scores(course, manual=3.0)
    hand_in(course, WORDS + " And a second thought.")
    run = autograde(course, choose(), [NAME])
    assert run.fresh == 1, "a changed derivation is read again"
    assert scores(course)[1] == 3.0
    assert any("second thought" in cell.source for cell in marked(course).cells)
