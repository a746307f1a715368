"""Points that an instructor edits in ``source/`` count, and what is not ours is graded by its own tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.demo.course import release
from autograder.errors import SandboxError
from autograder.nbgrader.export import grades_of
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.run import autograde
from autograder.sandbox import Backend, choose
from autograder.sandbox.probe import Probe
from tests.functional.test_nbgrader import EXERCISE, NAME, nbgrader, notebook_with, variant
from tests.handing_in import solved
from tests.ours import init_course

OTHERS = "hw9"
pytestmark = pytest.mark.slow


def set_points(course: CourseFolder, points: float) -> None:
    """Edit the points as an instructor does, and release again."""
    path = course.root / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"check_{EXERCISE}"
    )
    cell.metadata.nbgrader.points = points
    nbformat.write(notebook, path)
    release(course.directory(), NAME)


def of_others() -> nbformat.NotebookNode:
    """Return a notebook of another course, with a test of its own worth three points."""
    about = {"schema_version": 3, "locked": False, "solution": True, "grade": False, "task": False}
    source = "### BEGIN SOLUTION\nx = 5\n### END SOLUTION"
    answer = new_code_cell(source, metadata={"nbgrader": about | {"grade_id": "x"}})
    graded = about | {"solution": False, "grade": True, "locked": True, "points": 3, "grade_id": "test_x"}
    return new_notebook(cells=[answer, new_code_cell("assert x == 5", metadata={"nbgrader": graded})])


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    course = init_course(tmp_path_factory.mktemp("points") / "course")
    set_points(course, 20)
    nbformat.write(of_others(), _made(course.root / "source" / OTHERS / f"{OTHERS}.ipynb"))
    release(course.directory(), OTHERS)
    work = {
        "student-01": solved(NAME),
        "student-02": nbformat.writes(notebook_with(variant("changes_bias"))).encode(),
    }
    for student, data in work.items():
        place = _made(course.root / "submitted" / student / NAME / f"{NAME}.ipynb")
        place.write_bytes(data)
        place.with_name("timestamp.txt").write_text("2026-10-03 12:00:00 UTC")
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-10-01 12:00:00 UTC")
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\nc.Judge.attempt = "best"\n')
    right = of_others()
    right.cells[0].source = "x = 5"
    nbformat.write(right, _made(course.root / "submitted" / "student-01" / OTHERS / f"{OTHERS}.ipynb"))
    return course


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    return path


def marks(course: CourseFolder, assignment: str = NAME) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions(assignment)}


def test_edited_points_count_without_running_anything_again(course: CourseFolder) -> None:
    run = autograde(course, choose())
    partly = marks(course)["student-02"] / 20
    assert marks(course) == {"student-01": 20, "student-02": pytest.approx(20 * partly)}
    assert 0 < partly < 1
    assert {graded.max_score for _, _, graded in run.results} == {20}
    set_points(course, 7)
    run = autograde(course, choose())
    assert run.fresh == 0
    assert marks(course) == {"student-01": 7, "student-02": pytest.approx(7 * partly, abs=0.01)}
    marked = nbformat.read(course.root / "autograded" / "student-01" / NAME / f"{NAME}.ipynb", as_version=4)
    cell = next(
        c for c in marked.cells if c.metadata.get("nbgrader", {}).get("grade_id") == f"check_{EXERCISE}"
    )
    assert (cell.metadata.nbgrader.points, cell.outputs[-1]["data"]["text/plain"]) == (7, "7")


def penalties(course: CourseFolder) -> dict[str, float]:
    """Return what lateness costs each student."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
        return {s.student.id: s.late_submission_penalty for s in gradebook.assignment_submissions(NAME)}


def test_an_extension_takes_back_what_lateness_costs_and_nothing_is_run_for_it(course: CourseFolder) -> None:
    autograde(course, choose())
    late = marks(course)
    assert penalties(course) == late, "two days late, all is lost"
    (course.root / "people.csv").write_text(f"student,assignment,extension\nstudent-01,{NAME},2d\n")
    assert autograde(course, choose()).fresh == 0
    assert penalties(course) == {"student-01": 0, "student-02": late["student-02"]}


def test_the_members_of_a_group_share_what_one_of_them_handed_in(course: CourseFolder) -> None:
    people = course.root / "people.csv"
    before = people.read_text()
    people.write_text("student,group\nstudent-02,a\nstudent-03,a\n")
    autograde(course, choose())
    assert marks(course)["student-03"] == marks(course)["student-02"]
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
        gradebook.remove_student("student-03")
    people.write_text(before)


def test_the_best_attempt_counts_with_its_own_time(course: CourseFolder) -> None:
    place = course.root / "submitted" / "student-01" / NAME / f"{NAME}.ipynb"
    place.write_bytes(nbformat.writes(notebook_with(variant("changes_bias"))).encode())
    place.with_name("timestamp.txt").write_text("2026-10-09 12:00:00 UTC")
    run = autograde(course, choose())
    assert run.fresh == 1
    assert (marks(course)["student-01"], penalties(course)["student-01"]) == (7, 0)
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
        row, *_ = [
            r for r in grades_of(gradebook, course) if (r.student_id, r.assignment) == ("student-01", NAME)
        ]
    assert (row.attempt, row.attempts, f"{row.timestamp}") == (1, 2, "2026-10-03 12:00:00")
    assert autograde(course, choose()).fresh == 0


def test_the_stock_command_gives_the_same_and_grades_what_is_not_ours(course: CourseFolder) -> None:
    before, cost = marks(course), penalties(course)
    nbgrader(course.root, "autograde", NAME, "--force")
    assert marks(course) == before
    assert penalties(course) == cost
    assert cost["student-01"] == 0 < cost["student-02"], "an extension counts there, too"
    said = nbgrader(course.root, "autograde", OTHERS)
    assert marks(course, OTHERS) == {"student-01": 3}
    assert "hw9 is no assignment of this course. Graded by its own tests" in said


def _never(_: Backend) -> Iterator[Probe]:
    raise SandboxError("it is not tried")


def test_our_command_grades_what_is_not_ours_by_its_own_tests(
    course: CourseFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = of_others()
    wrong.cells[0].source = "x = 4"
    nbformat.write(wrong, _made(course.root / "submitted" / "student-02" / OTHERS / f"{OTHERS}.ipynb"))
    assert main(["autograde", OTHERS, f"--course={course.root}", "--jobs=1", "--feedback"]) == 0
    assert marks(course, OTHERS) == {"student-01": 3, "student-02": 0}
    said = "Graded by its own tests inside the notebook: a student&#39;s code can change the result."
    for page in ("report/report.html", f"feedback/student-02/{OTHERS}/{OTHERS}.html"):
        text = (course.root / page).read_text(encoding="utf-8")
        assert said in text or said.replace("&#39;", "'") in text, page
    report = (course.root / "report" / "report.html").read_text(encoding="utf-8")
    assert "bwrap" in report or "sandlock" in report
    with monkeypatch.context() as patch:  # nothing is run, so no sandbox is tried
        patch.setattr("autograder.sandbox.choosing.probe", _never)
        assert main(["autograde", OTHERS, f"--course={course.root}", "--jobs=1"]) == 0, "a second run"
        assert "0 graded now" in capsys.readouterr().out
        again = main(["autograde", OTHERS, f"--course={course.root}", "--jobs=1", "--regrade"])
    assert again == 2
    assert "cannot be confined here" in capsys.readouterr().err


def test_what_was_never_released_is_told_what_to_do(
    course: CourseFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["autograde", "hw10", f"--course={course.root}"]) == 2
    assert "nbgrader generate_assignment hw10" in capsys.readouterr().err


def test_a_second_init_keeps_edited_points(course: CourseFolder, capsys: pytest.CaptureFixture[str]) -> None:
    path = course.root / "source" / NAME / f"{NAME}.ipynb"
    edited, other = path.read_bytes(), course.root / "source" / "02_forward" / "02_forward.ipynb"
    generated = other.read_bytes()
    assert main(["init", str(course.root)]) == 0
    assert path.read_bytes() == edited
    assert str(path.relative_to(course.root)) in capsys.readouterr().out
    assert other.read_bytes() == generated
