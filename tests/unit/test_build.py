"""The build: reproducible to the byte, and nothing of the solution in what students get."""

from __future__ import annotations

import json
import re
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from autograder import cli
from autograder.course import build
from autograder.course.course import Course
from autograder.course.notebooks import notebook_text
from autograder.course.slips import making
from autograder.exercises import COURSE
from tests.ours import MODULES, exercises_of, read_master, source_notebook, student_notebook
from tests.second import COURSE as SECOND

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", MODULES)
def test_two_builds_are_the_same_to_the_byte(name: str) -> None:
    assert notebook_text(student_notebook(name)) == notebook_text(student_notebook(name))
    assert notebook_text(source_notebook(name)) == notebook_text(source_notebook(name))


@pytest.mark.parametrize("name", MODULES)
def test_ids_are_unique_and_do_not_depend_on_the_text(name: str) -> None:
    ids = [cell.id for cell in student_notebook(name).cells]
    assert len(set(ids)) == len(ids)
    assert ids == [cell.id for cell in source_notebook(name).cells]


@pytest.mark.parametrize("name", MODULES)
def test_students_get_no_solution_and_no_hidden_test(name: str) -> None:
    text = notebook_text(student_notebook(name))
    for word in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "grade_here", "autograder"):
        assert word not in text
    master = read_master(name)
    for cell in student_notebook(name).cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id in master.graded():
            assert cell.source == master.stub(grade_id)
    for exercise in exercises_of(name):
        assert master.solution(exercise.id) not in "\n".join(c.source for c in student_notebook(name).cells)


@pytest.mark.parametrize("name", MODULES)
def test_students_get_no_outputs_and_every_point(name: str) -> None:
    notebook = student_notebook(name)
    assert all(
        not cell.outputs and cell.execution_count is None
        for cell in notebook.cells
        if cell.cell_type == "code"
    )
    points = [
        cell.metadata.nbgrader.points
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    graded = read_master(name)
    assert sum(points) >= sum(graded.points(exercise) for exercise in graded.graded())


@pytest.mark.parametrize("name", MODULES)
def test_the_source_for_nbgrader_has_a_hidden_test_for_every_exercise(name: str) -> None:
    text = "\n".join(cell.source for cell in source_notebook(name).cells)
    assert text.count("### BEGIN HIDDEN TESTS") == len(exercises_of(name))
    assert text.count("### BEGIN SOLUTION") >= len(exercises_of(name))


@pytest.mark.parametrize("name", MODULES)
def test_headings_and_contents_show_the_points_of_the_check_cells(name: str) -> None:
    notebook, master = student_notebook(name), read_master(name)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    shown = dict(re.findall(r"^#+ Exercise: `(\w+)` \(([\d.]+) points?\)$", text, re.MULTILINE))
    assert {exercise: float(points) for exercise, points in shown.items()} == {
        exercise: master.points(exercise) for exercise in master.graded()
    }
    asked = json.loads((ROOT / "rnncourse" / "contents" / f"{name}.json").read_text())["exercises"]
    assert {a["id"]: a["points"] for a in asked if "by_hand" not in a} == {
        exercise.id: master.points(exercise.id) for exercise in exercises_of(name)
    }
    worth = [c.metadata.nbgrader.points for c in notebook.cells if "points" in c.metadata.get("nbgrader", {})]
    assert sum(a["points"] for a in asked) == sum(worth)


@pytest.mark.parametrize("name", MODULES)
def test_a_notebook_ends_with_where_one_stands_and_how_to_hand_in(name: str) -> None:
    text, call = student_notebook(name).cells[-2:]
    assert f"hand in this file, `{name}.ipynb`" in text.source
    assert call.source.endswith(f'progress("{name}")')
    assert "nbgrader" not in call.metadata


@pytest.fixture
def sandbox_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the command line takes for the repository."""
    monkeypatch.setattr(Course, "root", property(lambda _: tmp_path))
    return tmp_path


@pytest.mark.slow
def test_drift_is_found_named_and_mended(
    sandbox_repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", "--jobs=1", "00_start_here"]) == 0
    assert cli.main(["build", "--jobs=1", "--check", "00_start_here"]) == 0
    drifted = sandbox_repository / "notebooks" / "00_start_here.ipynb"
    drifted.write_text(drifted.read_text() + " ")
    capsys.readouterr()
    assert cli.main(["build", "--jobs=1", "--check", "00_start_here"]) == 1
    assert "out of date: notebooks/00_start_here.ipynb" in capsys.readouterr().out
    assert drifted.read_text().endswith(" "), "a check writes nothing"
    assert cli.main(["build", "--jobs=1", "00_start_here"]) == 0
    assert cli.main(["build", "--jobs=1", "--check", "00_start_here"]) == 0


def test_a_changed_case_is_drift_and_a_last_digit_is_not(sandbox_repository: Path) -> None:
    cli.main(["build", "--jobs=1", "00_start_here"])
    path = sandbox_repository / "rnncourse" / "cases" / "affine.json"
    text = path.read_text()
    for old, new, code in [
        ('"weight":6.0', '"weight":7.0', 1),
        ('"weight":6.0', '"weight":6.0000000000001', 0),
    ]:
        assert old in text
        path.write_text(text.replace(old, new))
        assert cli.main(["build", "--jobs=1", "--check", "00_start_here"]) == code


def test_what_nothing_generates_any_more_is_found(tmp_path: Path) -> None:
    name = "00_start_here"
    course = Course(COURSE.where, COURSE.masters, {name: COURSE.modules[name]})
    for path, text in build.built_files(course, tmp_path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert build.stale_files(course, tmp_path) == []
    left = [tmp_path / "notebooks" / "99_old.ipynb", tmp_path / "rnncourse" / "cases" / "old.json"]
    left.append(tmp_path / "rnncourse" / "contents" / "99_old.json")
    for path in left:
        path.write_text("{}")
    assert build.stale_files(course, tmp_path) == left


@pytest.mark.parametrize("name", MODULES)
def test_the_committed_notebook_is_the_one_that_is_built(name: str) -> None:
    committed = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    assert committed == notebook_text(student_notebook(name))


def first_code(name: str) -> str:
    return next(str(cell.source) for cell in student_notebook(name).cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", MODULES)
def test_the_first_cell_says_what_to_install_where_the_course_is_missing(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rnncourse", None)  # as if it were not there
    with pytest.raises(ModuleNotFoundError, match=re.escape(f"\n\n%pip install {COURSE.origin}")) as said:
        exec(first_code(name), {})
    assert said.value.__suppress_context__
    code = (cell.source for cell in read_master(name).notebook.cells if cell.cell_type == "code")
    assert first_code(name).endswith(f"from None\n\n{next(code)}")


def test_a_course_of_which_nobody_says_where_it_is_has_no_such_words() -> None:
    assert SECOND.origin == ""
    assert "%pip" not in notebook_text(SECOND.assignment("01_line").release.notebook)


def _one_process_more() -> None:
    making._process().submit(abs, -1).result()


@pytest.mark.slow
def test_a_worker_that_made_slips_ends() -> None:
    worker = get_context("spawn").Process(target=_one_process_more)
    worker.start()
    worker.join(60)
    ended = not worker.is_alive()
    worker.kill()
    assert ended
