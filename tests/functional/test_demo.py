"""The demonstration class, grading under plain nbgrader, and the benchmark."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from nbgrader.api import Gradebook

from autograder.authoring.bench import check as checks
from autograder.authoring.bench import feedback as feedback_bench
from autograder.authoring.bench import grading
from autograder.authoring.bench.stopwatch import Part, Stopwatch
from autograder.course.course import Course
from autograder.demo import run_demo
from autograder.demo.answers import Expected, Work, works_of
from autograder.demo.attacks import ATTACKS
from autograder.demo.damage import DAMAGES
from autograder.demo.handin import file_of
from autograder.demo.run import compare_all
from autograder.demo.students import CLASS, RIGHT, Student
from autograder.errors import CourseError
from autograder.exercises import COURSE
from autograder.judging.verdict import Graded, Verdict
from autograder.nbgrader.plain import grade_here
from autograder.nbgrader.run import Run
from autograder.sandbox import Backend, choose
from rnncourse.errors import CheckFailed, NoFailingCase
from rnncourse.failing import failing_case
from tests.conftest import sample
from tests.ours import (
    MODULES,
    exercises_of,
    find_exercise,
    read_master,
    reference,
    variant,
    write_source_tree,
)

SOME = tuple(s for s in CLASS if s.id[-2:] in ("01", "16", "21"))
NAMES = sample(list(MODULES), 4)
SMALL_COURSE = replace(COURSE, modules={name: COURSE.modules[name] for name in NAMES})
"""Every fourth notebook; all of them if the run is thorough, and in ``make demo``."""
OUTPUTS = ("report.html", "gradebook.db", "grades.csv", "results.json")
SECOND = list(MODULES)[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    assert run_demo(folder, choose(), 2, SOME, SMALL_COURSE) == 0, "every verdict is as the profiles call for"
    return folder


@pytest.mark.slow
def test_the_demonstration_leaves_what_an_instructor_takes_away(demo: Path) -> None:
    assert all((demo / name).stat().st_size > 1000 for name in OUTPUTS)
    pages = list((demo / "feedback").glob("*/*/*.html"))
    assert len(pages) == len(SOME) * len(NAMES)
    records = json.loads((demo / "results.json").read_text(encoding="utf-8"))
    assert len(records) == len(SOME) * sum(len(exercises_of(name)) for name in NAMES)
    assert all(not Path(record["path"]).is_absolute() for record in records)
    with (demo / "grades.csv").open(newline="", encoding="utf-8") as file:
        scores = {(r["student_id"], r["assignment"]): float(r["score"]) for r in csv.DictReader(file)}
    for name in NAMES:  # without the points that only a person gives
        assert scores["student-01", name] == sum(read_master(name).points(e.id) for e in exercises_of(name))
        assert scores["student-16", name] == 0


@pytest.mark.slow
def test_a_second_run_grades_nothing_again(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = {path: path.stat().st_mtime_ns for path in demo.glob("course/autograded/*/*/*.ipynb")}
    kept |= {path: path.stat().st_mtime_ns for path in demo.glob("feedback/*/*/*.html")}
    report = (demo / "report.html").read_bytes()
    assert run_demo(demo, choose(), 1, SOME, SMALL_COURSE) == 0
    assert f"0 of {len(SOME) * len(NAMES)} files graded and 0 feedback pages" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert (demo / "report.html").read_bytes() == report, "the report still tells of the run that graded"


def test_it_never_clears_a_folder_that_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("precious")
    with pytest.raises(CourseError, match="--folder"):
        run_demo(tmp_path, choose(), 1, SOME, SMALL_COURSE)
    assert (tmp_path / "gradebook.db").read_text() == "precious"


def files(student: Student) -> list[bytes]:
    return [file_of(student, i, name, works) for i, (name, works) in enumerate(works_of(student))]


def test_the_class_is_the_same_every_time_and_no_two_hand_in_the_same() -> None:
    all_files = [files(student) for student in CLASS]
    assert all_files == [files(student) for student in CLASS]
    assert len({tuple(mine) for mine in all_files}) == len(CLASS) == 24


def test_the_class_does_everything_there_is() -> None:
    first = range(len(MODULES))
    attacks = {s.attacks[i % len(s.attacks)] for s in CLASS for i in first if s.attacks}
    damages = {s.damage[i % len(s.damage)] for s in CLASS for i in first}
    assert attacks == set(ATTACKS)
    assert damages == set(DAMAGES)
    works = [work for s in CLASS for _, answers in works_of(s) for work in answers.values()]
    assert len({w.expected.mistake for w in works if w.expected.mistake}) >= 30


def test_a_mistake_is_expected_to_be_named_only_above_right_helpers() -> None:
    for student in CLASS:
        for _, works in works_of(student):
            above = [name for name, work in works.items() if work.expected.mistake]
            for name in above:
                below = set(find_exercise(name)[1].uses)
                below |= {deeper for helper in below for deeper in find_exercise(helper)[1].uses}
                assert all(works[helper].expected.what == RIGHT for helper in below if helper in works), name


GOT = Verdict("affine", "wrong", 0.0, 2.0, mistake="no_bias")


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "correct"},
        {"mistake": None},
        {"mistake": "no_tanh"},
        {"score": 2.0},
        {"score": None},
        {"max_score": 100.0},
    ],
)
def test_a_wrong_verdict_is_noticed(changed: dict[str, object]) -> None:
    expected = Expected("mistake no_bias", ("wrong", "partial"), 2.0, "no_bias")
    assert expected.difference(GOT) == ""
    assert "expected wrong" in expected.difference(replace(GOT, **changed))  # type: ignore[arg-type]


def test_points_for_nothing_and_missing_or_extra_verdicts_are_noticed() -> None:
    stub = Expected("the stub", ("not_attempted",), 2.0)
    assert stub.difference(Verdict("affine", "not_attempted", 0.5, 2.0))
    run = Run((("student-01", "00_start_here", Graded("x", "00_start_here", (GOT,))),), 1)
    lines = compare_all({("student-02", "00_start_here", "affine"): stub}, run)
    assert len(lines) == 2


def test_grading_in_process_gives_points(capfd: pytest.CaptureFixture[str]) -> None:
    assert grade_here("affine", reference("affine"), COURSE.where) == 2.0
    assert 0 < grade_here("affine", variant("affine", "changes_bias"), COURSE.where) < 2.0
    for wrong in (variant("affine", "bias_outside"), None, lambda *_: np.float64(np.nan) / 0):
        with pytest.raises(CheckFailed) as error:
            grade_here("affine", wrong, COURSE.where)
        assert "\n" not in str(error.value)
        with pytest.raises(NoFailingCase):
            failing_case("affine")
    assert grade_here("review_shapes", reference("review_shapes"), COURSE.where) == 1.0
    captured = capfd.readouterr()
    assert captured.err == ""
    assert "bias is added after tanh" in captured.out
    assert "Expected" not in captured.out, "a hidden number stays hidden"


def hand_in_plain(course: Path, student: Student) -> dict[str, Work]:
    """Hand in the second notebook for a student and return what they did."""
    works = dict(works_of(student))[SECOND]
    target = course / "submitted" / student.id / SECOND
    target.mkdir(parents=True)
    (target / f"{SECOND}.ipynb").write_bytes(file_of(student, 1, SECOND, works))
    return works


@pytest.mark.slow
def test_plain_nbgrader_grades_the_same_notebooks(tmp_path: Path) -> None:
    config = "c = get_config()\nc.CourseDirectory.course_id = 'plain'\n"
    (tmp_path / "nbgrader_config.py").write_text(config, encoding="utf-8")
    write_source_tree(tmp_path / "source", [SECOND])
    plain = {"JUPYTER_CONFIG_DIR": str(tmp_path / ".jupyter"), "PYTHONWARNINGS": "ignore"}

    def nbgrader(command: str) -> None:
        words = [sys.executable, "-m", "nbgrader", command, SECOND]
        done = subprocess.run(words, cwd=tmp_path, env=os.environ | plain, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    nbgrader("generate_assignment")
    students = [Student("student-01", "", (RIGHT,)), CLASS[8], CLASS[14]]
    handed_in = {student.id: hand_in_plain(tmp_path, student) for student in students}
    nbgrader("autograde")
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "plain") as gradebook:
        for student, works in handed_in.items():
            for exercise, work in works.items():
                grade = gradebook.find_grade(f"check_{exercise}", SECOND, SECOND, student)
                wanted = work.expected.points if "correct" in work.expected.outcomes else 0
                assert grade.auto_score == wanted, f"{student} {exercise}: {work.expected.what}"


def test_the_benchmark_of_checks_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    course = Course("tests:NONE", COURSE.masters, {"00_start_here": COURSE.modules["00_start_here"]})
    monkeypatch.setattr(checks, "MOST_CHECK", 60.0)
    monkeypatch.setattr(checks, "MOST_MEDIAN_CHECK", 60.0)
    assert checks.bench_check(course) == 0
    monkeypatch.setattr(checks, "MOST_CHECK", 1e-9)
    assert checks.bench_check(course) == 1


@pytest.mark.parametrize(
    ("ours", "two", "loops", "code"),
    [
        (0.12, 0.07, 1.2, 0),
        (0.14, 0.07, 1.2, 1),
        (0.12, 0.1, 1.2, 1),
        (0.08, 0.075, 1.2, 1),
        (0.12, 0.07, 1.4, 1),
    ],
)
def test_the_benchmark_of_grading_can_fail(
    ours: float, two: float, loops: float, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {grading.STOCK: 4.0, grading.OURS: ours, grading.TWO: two}
    bench = grading._Bench
    monkeypatch.setattr(bench, "_classes", lambda *_: (Path("1"), Path("2")))
    monkeypatch.setattr(
        bench,
        "_graded",
        lambda self, folder, command: seconds[command] * (1 + self.added(command) * int(folder.name)),
    )
    monkeypatch.setattr(
        bench, "_many_known", lambda _: grading.Figure("known", [4.0], most=grading.MOST_KNOWN)
    )
    monkeypatch.setattr(grading, "two_that_compute", lambda: 1.9)
    with_loops = grading.Figure("loops", [loops], most=grading.MOST_WITH_LOOPS)
    monkeypatch.setattr(bench, "_with_loops", lambda *_: with_loops)
    assert grading.bench_grading(COURSE, 2, 2) == code


def test_a_stopwatch_counts_the_inner_part_once_and_leaves_all_as_it_was() -> None:
    before = shutil.rmtree, time.sleep
    watch = Stopwatch([Part("inner", ("time:sleep",)), Part("outer", ("shutil:rmtree",))])
    with watch.watching():
        shutil.rmtree("nowhere", onerror=lambda *_: time.sleep(0.05))
    taken = watch.taken()
    assert taken["outer"] < 0.05 <= taken["inner"]
    assert (shutil.rmtree, time.sleep) == before


@pytest.mark.parametrize(("ours", "code"), [(0.01, 0), (0.09, 0), (0.11, 1)])
def test_the_benchmark_of_feedback_wants_ten_times(
    ours: float, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_bench, "_graded", lambda *_: None)
    monkeypatch.setattr(feedback_bench, "_our_pages", lambda _: ours)
    monkeypatch.setattr(feedback_bench, "_stock_pages", lambda *_: 1.0)
    monkeypatch.setattr(feedback_bench, "_times", lambda each: [9.0, each, each])
    assert feedback_bench.bench_feedback(COURSE, 3, Backend("bwrap")) == code


def test_the_points_of_a_profile_are_those_of_the_master() -> None:
    for notebook, works in works_of(CLASS[0]):
        points = {name: work.expected.points for name, work in works.items()}
        assert points == {name: read_master(notebook).points(name) for name in works}
