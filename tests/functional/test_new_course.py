"""A course that ``new-course`` writes outside this repository works from the first command on."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

import rnncourse
from autograder import cli
from autograder.authoring.new_course import STARTER, new_course
from autograder.cli.which import chosen_course
from autograder.course import build
from autograder.course.course import Course, load_course
from autograder.errors import CourseError
from autograder.judging.judge import grade
from autograder.nbgrader.folder import course_folder, init_course
from autograder.running.grading import contents_of
from autograder.sandbox import Backend, Session
from rnncourse import serving
from rnncourse.checking.caseset import load, names
from tests.conftest import WORKING

NAME = "some_course"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """A course that was just written, with its notebook and cases; to look for slips takes too long here."""
    folder = tmp_path_factory.mktemp("new") / "some-course"
    new_course(folder)
    path, modules, slips, served = list(sys.path), set(sys.modules), build.slips_text, serving.package()
    made = load_course(f"{NAME}_exercises:COURSE", folder)
    build.slips_text = lambda *_: ""  # type: ignore[assignment]
    try:
        for place, text in build.built_files(made, made.root):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        yield made
    finally:
        sys.path[:], build.slips_text = path, slips
        serving.serve(os.path.join(served, "__init__.py"))  # its notebook has imported its package
        for module in set(sys.modules) - modules:
            if module.startswith(NAME):
                del sys.modules[module]


def handed_in(course: Course, old: str = "", new: str = "") -> bytes:
    """Return a notebook with the solutions, one of them edited."""
    assignment = course.assignment("01_line")
    notebook = copy.deepcopy(assignment.release.notebook)
    for cell in notebook.cells:
        exercise = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if exercise in assignment.by_id:
            cell.source = assignment.master.solution(exercise).replace(old, new) if old else ""
            cell.source = cell.source or assignment.master.solution(exercise)
    return nbformat.writes(notebook).encode()


def test_it_carries_the_name_of_its_folder_everywhere(course: Course) -> None:
    assert course.package == NAME
    files = [path for path in course.root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.relative_to(course.root).parts[0] for path in files} >= {"README.md", ".gitignore", NAME}
    assert [path for path in files if "line_course" in path.read_text(encoding="utf-8")] == []
    assert "from some_course import check" in (course.root / "notebooks/01_line.ipynb").read_text("utf-8")


def test_its_students_package_checks_its_own_exercises(course: Course) -> None:
    course.assignment("01_line").reference("fit")  # runs its set-up cell
    assert serving.folder() == course.root / NAME
    assert names() == ["fit", "gradient", "predict"]
    assert load("fit").uses == ("gradient",)
    assert load("rnn_step", Path(rnncourse.__file__).parent).exercise == "rnn_step"


@pytest.mark.slow
@pytest.mark.skipif(not WORKING, reason="no sandbox works here")
def test_it_is_graded_in_a_sandbox_that_holds_its_package_alone(course: Course) -> None:
    contents = contents_of(course)
    assert contents.package == course.root / NAME
    assert f"{NAME}_exercises" in contents.masked
    with Session(Backend(WORKING[0]), contents=contents) as session:
        right = grade(handed_in(course), course, session, b"secret", "01_line.ipynb")
        wrong = grade(
            handed_in(course, "predict(x, w, b) - y", "y - predict(x, w, b)"), course, session, b"secret"
        )
        spy = f"import {NAME}\nimport {NAME}_exercises\n\ndef predict(x, w, b):\n    return x @ w + b"
        stolen = grade(handed_in(course, "    return x @ w + b", spy), course, session, b"secret")
    assert [v.score for v in right.verdicts] == [2, 4, 4]
    assert [(v.outcome, v.mistake) for v in wrong.verdicts][1] == ("wrong", "uphill")
    assert any("some_course_exercises" in str(stolen.outputs[cell]) for cell in stolen.outputs)


def test_a_command_in_its_folder_serves_it(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = cli.make_parser().parse_args(["build"])
    monkeypatch.chdir(course.root / "solutions")
    assert chosen_course(arguments) is course
    folder, _ = init_course(course, course.root / "class")
    assert course_folder(folder.root).course is course
    assert folder.directory().course_id == NAME
    monkeypatch.chdir(folder.root)
    assert chosen_course(arguments) is course
    monkeypatch.chdir(Path(__file__).parent)
    assert chosen_course(arguments).package == "rnncourse"
    named = ["--course-package", f"{NAME}_exercises:COURSE", "build"]
    assert chosen_course(cli.make_parser().parse_args(named)) is course


def test_a_name_that_no_installed_course_has_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--course-package", "not_there", "build"]) == 2
    assert "No course 'not_there' is installed; installed are:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("folder", "name", "why"),
    [
        ("full", "", "is not empty: there is notes.txt"),
        ("full/notes.txt", "", "is a file"),
        ("empty", "class", "cannot be the name of a package"),
        ("empty", "json", "There is a package 'json' already"),
        ("empty", "rnncourse", "There is a package 'rnncourse' already"),
    ],
)
def test_it_writes_over_nothing(
    tmp_path: Path, folder: str, name: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    words = ["new-course", str(tmp_path / folder), *(["--name", name] if name else [])]
    assert cli.main(words) == 2
    assert why in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["full", "notes.txt"]


def test_a_course_that_belongs_to_somebody_else_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text('[tool.autograder]\ncourse = "theirs:COURSE"\n')
    if os.getuid():
        monkeypatch.setattr("os.getuid", lambda: file.stat().st_uid + 1)
    else:
        os.chown(file, 12_345, -1)
    monkeypatch.chdir(tmp_path)
    assert chosen_course(cli.make_parser().parse_args(["build"])).package == "rnncourse"


def test_a_declaration_that_names_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.autograder]\ncourse = "not_there_at_all:COURSE"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="There is no course 'not_there_at_all:COURSE'"):
        chosen_course(cli.make_parser().parse_args(["build"]))


def test_the_starter_is_installed_with_the_grader() -> None:
    listed = subprocess.run(
        ["git", "ls-files", str(STARTER)], capture_output=True, text=True, check=True, cwd=STARTER
    ).stdout.split()
    assert len(listed) == 9
