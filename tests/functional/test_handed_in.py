"""What lies in the submitted folders is read without trust, and nobody who handed in is left out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.handed_in import HandedIn
from autograder.nbgrader.quarantine import set_aside
from autograder.nbgrader.run import autograde
from autograder.sandbox import choose
from tests.functional.test_interrupted import ASSIGNMENT, FULL, released
from tests.functional.test_nbgrader import nbgrader
from tests.handing_in import hand_in, solved
from tests.ours import handed_in, init_course

__all__ = ["released"]

NAME = f"{ASSIGNMENT}.ipynb"
BAD_TIMES = {
    "words": b"yesterday, before noon",
    "binary": bytes(range(256)),
    "long": b"2026-10-01 12:00:00 UTC" * 1000,
    "impossible": b"2026-13-45 99:99:99 UTC",
    "zone": b"2026-10-01 12:00:00 /etc/passwd",
    "huge": b"9" * 99,
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    return init_course(tmp_path_factory.mktemp("empty") / "course")


def folder_of(course: CourseFolder, student: str) -> Path:
    folder = course.root / "submitted" / student / ASSIGNMENT
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def found(course: CourseFolder, student: str) -> HandedIn:
    every = {h.job.student: h for h in handed_in(course.directory(), [ASSIGNMENT])}
    return every[student]


def test_a_file_of_another_name_is_taken_if_it_is_the_only_one(empty: CourseFolder) -> None:
    folder = folder_of(empty, "student-01")
    (folder / f"{ASSIGNMENT} (1).ipynb").write_bytes(solved(ASSIGNMENT))
    (folder / "notes.txt").touch()
    submission = found(empty, "student-01")
    assert submission.job.path.name == f"{ASSIGNMENT} (1).ipynb"
    assert submission.job.notes == (f"The file is called {ASSIGNMENT} (1).ipynb; it was read as {NAME}.",)
    (folder / f"{ASSIGNMENT} (2).ipynb").write_bytes(solved(ASSIGNMENT))
    assert found(empty, "student-01").job.doubts == (), "of two that are equal, either will do"
    (folder / f"{ASSIGNMENT} (2).ipynb").write_bytes(solved(ASSIGNMENT) + b"\n")
    assert "other work" in found(empty, "student-01").job.doubts[0], "of two, a person must choose"
    (folder / NAME).write_bytes(solved(ASSIGNMENT))
    assert found(empty, "student-01").job.notes == ()


@pytest.mark.parametrize("bad", BAD_TIMES)
def test_a_time_that_is_none_costs_nothing_but_itself(empty: CourseFolder, bad: str) -> None:
    folder = folder_of(empty, "student-02")
    (folder / "timestamp.txt").write_bytes(BAD_TIMES[bad])
    submission = found(empty, "student-02")
    assert submission.timestamp is None
    assert "no time that can be read" in submission.job.notes[0]


@pytest.mark.parametrize("target", ["/etc/passwd", "/dev/zero", "/nowhere"])
def test_a_time_that_is_a_link_is_not_followed(empty: CourseFolder, target: str) -> None:
    folder = folder_of(empty, "student-03")
    (folder / "timestamp.txt").symlink_to(target)
    assert found(empty, "student-03").timestamp is None


@pytest.mark.parametrize(
    "time", ["2026-10-01 12:00:00 UTC", "2026-10-01 12:00:00.5 +0200", "2026-10-01T12:00:00Z", ""]
)
def test_a_time_that_is_one_is_kept(empty: CourseFolder, time: str) -> None:
    (folder_of(empty, "student-04") / "timestamp.txt").write_text(f"{time}\n")
    submission = found(empty, "student-04")
    assert (submission.timestamp, submission.job.notes) == (time or None, ())


def test_somebody_elses_folder_is_not_ones_own(empty: CourseFolder) -> None:
    (folder_of(empty, "student-01") / NAME).write_bytes(solved(ASSIGNMENT))
    thief = empty.root / "submitted" / "student-66"
    thief.mkdir(exist_ok=True)
    (thief / ASSIGNMENT).symlink_to(empty.root / "submitted" / "student-01" / ASSIGNMENT)
    assert (
        not found(empty, "student-66").job.path.is_file() or found(empty, "student-66").job.path.is_symlink()
    )
    (thief / ASSIGNMENT).unlink()


def test_links_and_devices_are_set_aside_and_files_stay(
    empty: CourseFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(empty, "student-05")
    (folder / NAME).symlink_to("/etc/passwd")
    (folder / "data.csv").write_text("1,2")
    (folder / "deep").mkdir()
    (folder / "deep" / "secret").symlink_to("/etc/passwd")
    (folder / "all").symlink_to("/")
    (folder / "timestamp.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(empty.root)
    for _ in range(2):
        set_aside(assignment="*", student="*", notebooks=[str(folder / NAME)])
    left = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert left == {NAME, "data.csv", "deep"}
    aside = empty.root / ".rnncourse" / "set-aside" / "submitted" / "student-05" / ASSIGNMENT
    assert {p.name for p in aside.iterdir()} == {"deep", "all", "timestamp.txt", "pipe"}


@pytest.mark.slow
def test_every_folder_has_a_result(released: CourseFolder, tmp_path: Path) -> None:
    shutil.copytree(released.root, tmp_path / "course")
    course = CourseFolder(tmp_path / "course")
    shutil.rmtree(course.root / "submitted")
    (folder_of(course, "student-01") / "other name.ipynb").write_bytes(solved(ASSIGNMENT))
    folder_of(course, "student-02")
    (folder_of(course, "student-03") / NAME).write_bytes(solved(ASSIGNMENT))
    (course.root / "submitted" / "student-03" / ASSIGNMENT / "timestamp.txt").write_text("soon")
    results = {student: graded for student, _, graded in autograde(course, choose()).results}
    scores = {student: graded.score for student, graded in results.items()}
    assert scores == {"student-01": FULL, "student-02": 0.0, "student-03": FULL}
    assert "other name.ipynb" in results["student-01"].repairs[0]
    assert results["student-02"].verdicts[0].outcome == "ungradable"
    assert f"{NAME} is not there" in results["student-02"].problem
    assert "timestamp.txt" in results["student-03"].repairs[0]


@pytest.mark.slow
def test_both_ways_give_equal_marks(released: CourseFolder, tmp_path: Path) -> None:
    course = CourseFolder(tmp_path / "course")
    shutil.copytree(released.root, course.root)
    shutil.rmtree(course.root / "submitted")
    for student, name, data in (
        ("bob", NAME, solved(ASSIGNMENT)),
        ("[b]ob", NAME, hand_in(ASSIGNMENT, {})),
        ("a*", f"{ASSIGNMENT}.ipynb.txt", solved(ASSIGNMENT)),
        ("copy", f"{ASSIGNMENT}-Copy1.ipynb", solved(ASSIGNMENT)),
        ("a\nb", "x\ny.ipynb", solved(ASSIGNMENT)),
    ):
        (folder_of(course, student) / name).write_bytes(data)
    (course.root / "submitted" / "copy" / ASSIGNMENT / NAME).write_bytes(hand_in(ASSIGNMENT, {}))
    folder_of(course, "nothing")
    nbgrader(course.root, "autograde", ASSIGNMENT)
    stock = marks(course)
    autograde(course, choose())
    stock.pop("student-03")  # was marked before
    assert stock == {"bob": FULL, "[b]ob": 0, "a*": FULL, "copy": FULL, "nothing": 0, "a\nb": FULL}
    assert marks(course).items() >= stock.items()
    nbgrader(course.root, "generate_feedback", ASSIGNMENT)
    assert (course.root / "feedback" / "[b]ob" / ASSIGNMENT / f"{ASSIGNMENT}.html").is_file()


def marks(course: CourseFolder) -> dict[str, float]:
    """Return the score of each student."""
    directory = course.directory()
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        return {s.student_id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
