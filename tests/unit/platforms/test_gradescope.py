"""Gradescope's harness, played here: the archive is unpacked where it would be, and run as it would be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder import cli
from autograder.errors import SandboxError
from autograder.judging.judge import lost
from autograder.judging.verdict import GRADER_FAULT
from autograder.platforms import harness
from autograder.platforms.bundle import needs
from autograder.platforms.results import results_of_graded
from autograder.running.grading import Done, Job, Setting
from tests.conftest import WORKING
from tests.handing_in import hand_in, solved
from tests.ours import COURSE, read_master, source_notebook
from tests.unit.platforms.made import course_in

NAME, EXERCISE = "00_start_here", "affine"
OWN, OWN_EXERCISE = "04_training", "training_numbers"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "autograder.zip"
    assert cli.main(["gradescope", NAME, "--out", str(path)]) == 0
    return path


@pytest.fixture
def root(archive: Path, tmp_path: Path) -> Path:
    """A folder that plays /autograder, with the archive where Gradescope unpacks it."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(tmp_path / "source")
    for name in ("submission", "results"):
        (tmp_path / name).mkdir()
    (tmp_path / "run_autograder").write_bytes((tmp_path / "source" / "run_autograder").read_bytes())
    about = {"id": 1, "users": [{"email": "ana@invented.example", "id": 7, "name": "Ana Arbol"}]}
    (tmp_path / "submission_metadata.json").write_text(json.dumps(about))
    return tmp_path


def results(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not WORKING, reason="no sandbox works here")
def test_a_submission_is_graded_in_a_sandbox(root: Path) -> None:
    wrong = read_master(NAME).solution(EXERCISE).replace("+ b", "- b")
    settings = json.loads((root / "source" / "settings.json").read_text()) | {"points": {EXERCISE: 7.0}}
    (root / "source" / "settings.json").write_text(json.dumps(settings))
    (root / "submission" / "my work.ipynb").write_bytes(hand_in(NAME, {EXERCISE: wrong}))
    paths = {"AUTOGRADER": str(root), "AUTOGRADER_PYTHON": sys.executable, "PATH": os.environ["PATH"]}
    command = ["bash", str(root / "run_autograder")]
    done = subprocess.run(command, env=paths, cwd=root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    found = results(root)
    assert found["score"] == 0.0
    (test,) = found["tests"]
    assert (test["name"], test["max_score"], test["status"]) == (EXERCISE, 7.0, "failed")
    assert test["output"]
    assert "my work.ipynb" in found["output"], "it is said that the file has another name"


@pytest.mark.parametrize("people", [{}, {"student-07": ["ana@invented.example"]}], ids=["address", "roster"])
def test_numbers_of_one_s_own_follow_from_who_handed_in(
    people: dict[str, list[str]],
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = []

    def graded(jobs: list[Job], setting: Setting, *_: object) -> Iterator[Done]:
        asked.append(setting.own_of(jobs[0]))
        result = lost("a.ipynb", COURSE, OWN, "").graded
        verdicts = tuple(replace(v, flags=("look",)) for v in result.verdicts if v.exercise == OWN_EXERCISE)
        yield Done(jobs[0], replace(result, verdicts=verdicts), False, "", "")

    monkeypatch.setattr(harness, "grade_all", graded)
    monkeypatch.setattr(harness, "choose", lambda _: None)
    change = {"assignment": OWN, "own_numbers": True, "people": people}
    settings = json.loads((root / "source" / "settings.json").read_text()) | change
    (root / "source" / "settings.json").write_text(json.dumps(settings))
    assert harness.main([str(root)]) == 0
    assert asked == [(*people, "ana@invented.example", "7")]
    assert results(root)["output"] == f"Numbers of your own follow from: {asked[0][0]}."
    assert f"for a person: {OWN_EXERCISE}: look" in capsys.readouterr().out
    assert "look" not in json.dumps(results(root)), "that is for staff"


def test_the_archive_knows_whose_numbers_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "roster.csv").write_text("id,email\nstudent-07,Ana@invented.example\n")
    monkeypatch.chdir(tmp_path)
    for words, said in (([], "the e-mail address"), (["--roster", "roster.csv"], "the ids of the roster")):
        assert cli.main(["gradescope", OWN, "--out", "a.zip", "--own-numbers", *words]) == 0
        assert said in capsys.readouterr().out
    settings = json.loads(zipfile.ZipFile("a.zip").read("settings.json"))
    assert settings["own_numbers"]
    assert settings["people"] == {"student-07": ["ana@invented.example", "student-07"]}


def test_where_no_sandbox_holds_it_is_said_and_no_mark_is_given(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none(_: str) -> None:
        raise SandboxError("Student code cannot be confined here")

    monkeypatch.setattr(harness, "choose", none)
    (root / "submission" / f"{NAME}.ipynb").write_bytes(solved(NAME))
    assert harness.main([str(root)]) == 1
    assert "score" not in json.dumps(results(root))
    assert "cannot be confined in this container" in results(root)["output"]
    assert "cannot be confined here" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("released", [True, False], ids=["gradebook", "source"])
def test_the_points_of_the_course_directory_count(
    released: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = course_in(tmp_path / "course")
    (course.root / ".rnncourse").mkdir()
    (course.root / ".rnncourse" / "secret").write_text("00" * 32)
    if released:
        with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
            gradebook.add_assignment(NAME)
            gradebook.add_notebook(NAME, NAME)
            gradebook.add_grade_cell(f"check_{EXERCISE}", NAME, NAME, max_score=7, cell_type="code")
    else:
        notebook = source_notebook(NAME)
        check = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade"))
        check.metadata.nbgrader.points = 7
        place = course.root / "source" / NAME / f"{NAME}.ipynb"
        place.parent.mkdir(parents=True)
        nbformat.write(notebook, place)
    monkeypatch.chdir(course.root)
    assert cli.main(["gradescope", NAME, "--out", "a.zip"]) == 0
    settings = json.loads(zipfile.ZipFile("a.zip").read("settings.json"))
    assert settings["points"] == {EXERCISE: 7.0}


def test_a_failure_of_ours_is_no_mark_and_shows_nothing(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "source" / "secret").write_text("no secret")
    assert harness.main([str(root)]) == 1
    assert "score" not in results(root)
    assert "Traceback" not in results(root)["output"]
    assert "Traceback" in capsys.readouterr().out, "the instructor sees why"


def test_a_part_that_we_failed_to_grade_leaves_no_mark_at_all() -> None:
    result = lost("a.ipynb", COURSE, "02_forward", "It was lost.").graded
    first, *others = result.verdicts
    fault = replace(first, outcome=GRADER_FAULT, score=None)
    found = results_of_graded(replace(result, verdicts=(fault, *others), problem=""))
    assert "score" not in json.dumps(found)
    assert first.exercise in found["output"]
    assert results_of_graded(result)["score"] == 0.0
    assert "It was lost." in results_of_graded(result)["output"]


def test_the_archive_holds_what_gradescope_wants_at_its_root(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        modes = {entry.filename: entry.external_attr >> 16 for entry in packed.infolist()}
        names = set(modes)
    assert {"setup.sh", "run_autograder", "requirements.txt", "secret"} <= names
    assert modes["setup.sh"] & modes["run_autograder"] & 0o111
    assert {f"packages/solutions/{NAME}.py", "packages/rnncourse/__init__.py"} <= names
    assert not any("__pycache__" in name or name.startswith("packages/tests") for name in names)
    for script in ("setup.sh", "run_autograder"):
        (tmp_path / script).write_bytes(zipfile.ZipFile(archive).read(script))
        assert subprocess.run(["bash", "-n", str(tmp_path / script)]).returncode == 0


def test_what_is_needed_is_what_the_wheels_need() -> None:
    names = " ".join(needs())
    assert all(name in names for name in ("nbgrader>=", "numpy>=", "sandlock>=", "matplotlib>="))
    assert "rnncourse" not in names


def test_no_such_assignment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["gradescope", "99_none", "--out", str(tmp_path / "a.zip")]) == 2
    assert "99_none" in capsys.readouterr().err
    assert not (tmp_path / "a.zip").exists()
