"""The engine serves any course: a second, tiny one is audited, judged and graded in nbgrader's directory."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.audit import audit
from autograder.demo.course import release
from autograder.judging.judge import grade
from autograder.nbgrader.folder import init_course
from autograder.nbgrader.run import autograde
from autograder.sandbox import Backend, Session
from tests.conftest import WORKING
from tests.second import COURSE

ASSIGNMENT = COURSE.assignment("01_line")
STUB = ASSIGNMENT.master.stub("slope")
RIGHT = ASSIGNMENT.master.solution("slope")
WRONG = RIGHT.replace("y - np.mean(y)", "y").replace("x - np.mean(x)", "x")
DESERVED = {
    STUB: ("not_attempted", 0.0, None),
    RIGHT: ("correct", 3.0, None),
    WRONG: ("wrong", 0.0, "through_the_origin"),
}


def _handed_in(answer: str) -> bytes:
    notebook = copy.deepcopy(ASSIGNMENT.release.notebook)
    next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "slope"
    ).source = answer
    return nbformat.writes(notebook).encode()


def test_its_questions_have_no_hole() -> None:
    rows = list(audit(COURSE))
    assert {row.kind for row in rows} >= {"reference", "stub", "mistake", "other way"}
    assert [row for row in rows if row.hole] == []


@pytest.mark.parametrize("answer", DESERVED, ids=["stub", "right", "wrong"])
def test_its_answers_get_what_they_deserve(answer: str, any_session: Session) -> None:
    graded = grade(_handed_in(answer), COURSE, any_session, b"secret", "01_line.ipynb")
    (verdict,) = graded.verdicts
    assert (verdict.outcome, verdict.score, verdict.mistake) == DESERVED[answer]


@pytest.mark.slow
@pytest.mark.skipif(not WORKING, reason="no sandbox works here")
def test_it_is_graded_in_a_course_directory(tmp_path: Path) -> None:
    folder, _ = init_course(COURSE, tmp_path / "course")
    release(folder.directory(), "01_line")
    for number, answer in enumerate(DESERVED):
        place = folder.root / "submitted" / f"student-{number:02}" / "01_line"
        place.mkdir(parents=True)
        (place / "01_line.ipynb").write_bytes(_handed_in(answer))
    run = autograde(folder, Backend(WORKING[0]))
    assert [graded.score for _, _, graded in run.results] == [score for _, score, _ in DESERVED.values()]
