"""A course from release to feedback with the stock commands of nbgrader, and with ours."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash, temp_attrs

from autograder import cli
from autograder.exercises import COURSE
from autograder.judging.judge import faulty
from autograder.nbgrader.feedback import pages_of, write_feedback
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.gradebook import Entry, write_entries
from autograder.nbgrader.run import autograde, settings_of
from autograder.sandbox import choose
from tests.ours import find_exercise, init_course, marked_notebook, read_master, student_notebook

NAME = "00_start_here"
EXERCISE = "affine"
ROOT = Path(__file__).resolve().parents[2]


def nbgrader(folder: Path, *words: str) -> str:
    """Run a stock command in a course directory and return what it printed."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    environment = os.environ | {"PATH": path, "JUPYTER_CONFIG_DIR": str(folder / ".jupyter")}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def notebook_with(source: str) -> nbformat.NotebookNode:
    notebook = student_notebook(NAME)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == EXERCISE:
            cell.source = source
    return notebook


def variant(name: str) -> str:
    exercise = find_exercise(EXERCISE)[1]
    found = next(v for v in (*exercise.mistakes, *exercise.other_ways) if v.id == name)
    return read_master(NAME).variant(EXERCISE, found)


CLASS = {
    "student-01": lambda: nbformat.writes(notebook_with(read_master(NAME).solution(EXERCISE))),
    "student-02": lambda: nbformat.writes(notebook_with(variant("loops"))),
    "student-03": lambda: nbformat.writes(notebook_with(variant("bias_outside"))),
    "student-04": lambda: nbformat.writes(notebook_with(variant("changes_bias"))),
    "student-05": lambda: nbformat.writes(student_notebook(NAME)),
    "student-06": lambda: '{"cells": [',
}
SCORES = {"student-01": 2.0, "student-02": 2.0, "student-03": 0.0, "student-05": 0.0, "student-06": 0.0}


def hand_in(course: CourseFolder) -> None:
    for student, make in CLASS.items():
        folder = course.root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(make(), encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-10-01 12:00:00 UTC", encoding="utf-8")
        (folder / "submission_secret.txt").write_text(f"secret of {student}", encoding="utf-8")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    """A course graded and reported on with the stock commands only."""
    course = init_course(tmp_path_factory.mktemp("course"))
    nbgrader(course.root, "generate_assignment", NAME)
    hand_in(course)
    nbgrader(course.root, "autograde", NAME)
    nbgrader(course.root, "generate_feedback", NAME)
    nbgrader(course.root, "export")
    return course


def scores(course: CourseFolder) -> dict[str, float]:
    with (course.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def feedback(course: CourseFolder, student: str) -> str:
    return (course.root / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


def test_the_release_is_the_notebook_of_the_repository(course: CourseFolder) -> None:
    released = nbformat.read(course.root / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    committed = nbformat.read(ROOT / "notebooks" / f"{NAME}.ipynb", as_version=4)
    assert [cell.source for cell in released.cells] == [cell.source for cell in committed.cells]
    assert [cell.metadata for cell in released.cells] == [cell.metadata for cell in committed.cells]


def test_marks_are_what_the_work_deserves(course: CourseFolder) -> None:
    marks = scores(course)
    assert {student: marks[student] for student in SCORES} == SCORES
    assert 0 < marks["student-04"] < 2, "right values that spoil the caller's array earn part of the points"


def test_feedback_names_the_mistake(course: CourseFolder) -> None:
    assert "bias is added after tanh" in feedback(course, "student-03")
    assert "Your function changes" in feedback(course, "student-04")
    assert "breaks off" in feedback(course, "student-06")


def test_feedback_shows_no_hidden_test_and_no_hidden_number(course: CourseFolder) -> None:
    for student in CLASS:
        page = feedback(course, student)
        assert "HIDDEN TESTS" not in page
        assert "grade_here" not in page
    assert "Expected" not in feedback(course, "student-03")


def test_our_command_gives_the_same_marks_and_pages_to_release(
    course: CourseFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = init_course(tmp_path / "ours")
    nbgrader(ours.root, "generate_assignment", NAME)
    hand_in(ours)
    run = autograde(ours, choose(), [NAME])
    assert run.fresh == len(CLASS)
    nbgrader(ours.root, "export")
    assert scores(ours) == scores(course)
    assert autograde(ours, choose(), [NAME]).fresh == 0, "a second run grades nothing again"
    assert cli.main(["feedback", NAME, "--course", str(ours.root), "--jobs", "2"]) == 0
    assert f"{len(CLASS)} feedback pages written, 0 were up to date." in capsys.readouterr().out
    release_feedback(ours, tmp_path / "exchange")
    for student in CLASS:
        found = notebook_hash(secret=f"secret of {student}", notebook_id=NAME)
        released = tmp_path / "exchange" / "rnncourse" / "feedback" / f"{found}.html"
        assert released.read_text(encoding="utf-8") == feedback(ours, student)
    assert write_feedback(ours, pages_of(ours), 2).written == 0, "a page that did not change is left alone"


def without_links(page: str) -> str:
    """Return a page without its link to the other notebooks, and without the hash that this is part of."""
    return re.sub(r" · <a [^>]*>all notebooks</a>|<meta name=.made-from[^>]*>", "", page)


def release_feedback(course: CourseFolder, exchange: Path) -> None:
    """Do what ``nbgrader release_feedback`` does."""
    exchange.mkdir()
    exchange.chmod(0o777)
    directory = course.directory()
    directory.config.Exchange.root = str(exchange)
    with temp_attrs(directory, assignment_id=NAME):
        step = ExchangeReleaseFeedback(coursedir=directory, config=directory.config)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves the closing of a file to Python
            step.start()


def test_both_ways_write_the_same_marked_cells_and_pages(course: CourseFolder, tmp_path: Path) -> None:
    copy = CourseFolder(tmp_path / "copy")
    shutil.copytree(course.root, copy.root)
    autograde(copy, choose(), [NAME])
    for student in CLASS:
        path = Path("autograded") / student / NAME / f"{NAME}.ipynb"
        stock, ours = (nbformat.read(c.root / path, as_version=4).cells for c in (course, copy))
        assert [cell.source for cell in stock] == [cell.source for cell in ours]
        assert [marks_of(cell) for cell in stock] == [marks_of(cell) for cell in ours]
    assert write_feedback(copy, pages_of(copy), 2).failed == ()
    for student in CLASS:
        assert without_links(feedback(copy, student)) == without_links(feedback(course, student))


def marks_of(cell: nbformat.NotebookNode) -> list[str]:
    outputs = cell.get("outputs", [])
    return [output["data"]["text/plain"] for output in outputs if output["output_type"] == "execute_result"]


def manual_score(
    course: CourseFolder, student: str, score: float | None = None
) -> tuple[float | None, float]:
    """Set a manual score if one is given; return the manual score and the final one."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "rnncourse") as gradebook:
        grade = gradebook.find_grade(f"check_{EXERCISE}", NAME, NAME, student)
        if score is not None:
            grade.manual_score, grade.needs_manual_grade = score, False
            gradebook.db.commit()
        return grade.manual_score, grade.score


def test_a_regrade_keeps_a_manual_score(course: CourseFolder, tmp_path: Path) -> None:
    copy = CourseFolder(tmp_path / "copy")
    shutil.copytree(course.root, copy.root)
    manual_score(copy, "student-03", 1.5)
    nbgrader(copy.root, "autograde", NAME, "--student", "student-03", "--force")
    assert manual_score(copy, "student-03") == (1.5, 1.5)
    (copy.root / ".rnncourse" / "results.jsonl").unlink(missing_ok=True)
    autograde(copy, choose(), [NAME])
    assert manual_score(copy, "student-03") == (1.5, 1.5)


def test_a_fault_of_ours_is_no_mark_and_asks_for_a_person(course: CourseFolder, tmp_path: Path) -> None:
    copy = CourseFolder(tmp_path / "copy")
    shutil.copytree(course.root, copy.root)
    result = faulty("student-01/x.ipynb", COURSE.assignment(NAME), "the sandbox did not start")
    marked = marked_notebook(student_notebook(NAME), result)
    with Gradebook(f"sqlite:///{copy.root}/gradebook.db", "rnncourse") as gradebook:
        write_entries(gradebook, [Entry("student-01", NAME, result, marked)])
        grade = gradebook.find_grade(f"check_{EXERCISE}", NAME, NAME, "student-01")
        assert grade.auto_score is None
        assert grade.needs_manual_grade


def test_a_name_with_a_comma_stays_one_column(course: CourseFolder, tmp_path: Path) -> None:
    copy = CourseFolder(tmp_path / "copy")
    shutil.copytree(course.root, copy.root)
    with Gradebook(f"sqlite:///{copy.root}/gradebook.db", "rnncourse") as gradebook:
        gradebook.update_or_create_student("student-01", last_name='Sample, "Junior"', first_name="=1+1 😀")
    nbgrader(copy.root, "export")
    with (copy.root / "grades.csv").open(newline="", encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["student_id"] == "student-01")
    assert row["last_name"] == 'Sample, "Junior"'
    assert row["first_name"] == "'=1+1 😀", "a spreadsheet must not take a name for a formula"
    assert float(row["score"]) == 2.0


def test_the_limits_in_the_configuration_hold_for_both_ways(course: CourseFolder, tmp_path: Path) -> None:
    copy = CourseFolder(tmp_path / "copy")
    shutil.copytree(course.root, copy.root)
    with (copy.root / "nbgrader_config.py").open("a") as file:
        file.write(f"c.Judge.call_seconds = 0.2\nc.Judge.sandbox = {choose().name!r}\n")
    settings = settings_of(copy.directory())
    assert (settings.limits.call_seconds, settings.sandbox) == (0.2, choose().name)
    slow = "def affine(x, W, b):\n    sum(range(10**9))\n    return x @ W + b"
    answer = nbformat.writes(notebook_with(slow))
    (copy.root / "submitted" / "student-01" / NAME / f"{NAME}.ipynb").write_text(answer)
    nbgrader(copy.root, "autograde", NAME, "--student", "student-01", "--force")
    assert "took too long" in marks_text(copy, "student-01")
    run = autograde(copy, choose(), [NAME])
    assert run.results[0][2].verdicts[0].outcome == "timed_out"


def marks_text(course: CourseFolder, student: str) -> str:
    path = course.root / "autograded" / student / NAME / f"{NAME}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(str(output) for cell in cells for output in cell.get("outputs", []))
