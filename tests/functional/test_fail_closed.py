"""What cannot be done is not begun, and what cannot be finished is taken up again: nothing is half-written."""

from __future__ import annotations

import errno
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.run import autograde
from autograder.sandbox import choose
from autograder.sandbox.probe import probe
from tests.conftest import sample
from tests.functional.test_interrupted import (
    ASSIGNMENT,
    assert_complete,
    finish,
    released,
    rows,
    said_in_process,
    words_for,
)

__all__ = ["released"]


@pytest.fixture
def course(released: CourseFolder, tmp_path: Path) -> CourseFolder:
    shutil.copytree(released.root, tmp_path / "course")
    return CourseFolder(tmp_path / "course")


def refused(course: CourseFolder) -> str:
    """Run the command, assert that it stops with one plain line, and return that."""
    code, out, err = said_in_process(words_for(course))
    assert code == 2, out + err
    assert "Traceback" not in err
    return err


@pytest.fixture
def full_disk() -> Iterator[Callable[[int], None]]:
    """A function after which no file of this process can grow beyond a size."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", sample([3_000, 60_000], 2))
def test_a_disk_that_fills_up_stops_the_run_and_the_next_one_completes_it(
    course: CourseFolder, size: int, full_disk: Callable[[int], None]
) -> None:
    before = rows(course)
    with pytest.raises(CourseError, match="goes on where it stopped"):
        autograde(course, choose(), seen=lambda *_: full_disk(size))
    full_disk(resource.RLIM_INFINITY)
    assert rows(course) == before, "no mark, or all of them"
    assert (course.root / "gradebook.db").stat().st_size > size
    finish(course)
    assert_complete(course)


def test_no_room_for_a_sandbox_is_said(course: CourseFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(
        "autograder.sandbox.choosing.probe", probe
    )  # it is tried here, whatever was tried before
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    assert "TMPDIR" in refused(course)
    assert len(rows(course)) == 1, "nothing was graded"


def test_a_gradebook_that_somebody_holds_is_waited_for_and_then_said(course: CourseFolder) -> None:
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        database.execute("begin exclusive")
        said = refused(course)
    assert "locked" in said
    assert "run the same command again" in said
    assert not list((course.root / ".rnncourse").glob("results.jsonl.*"))
    finish(course)
    assert_complete(course)


def test_a_gradebook_that_is_none_is_kept_and_said(course: CourseFolder) -> None:
    (course.root / "gradebook.db").write_bytes(b"precious, and no database" * 100)
    assert "gradebook" in refused(course)
    assert (course.root / "gradebook.db").read_bytes().startswith(b"precious")


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_graded(course: CourseFolder) -> None:
    known = (course.root / ".rnncourse" / "results.jsonl").read_bytes()
    shutil.rmtree(course.root / "autograded")
    (course.root / "autograded").write_text("a file in the place of the folder")
    assert "autograded" in refused(course)
    assert (course.root / ".rnncourse" / "results.jsonl").read_bytes() == known


def test_an_assignment_that_was_never_released_is_said_before_anything_is_graded(
    course: CourseFolder,
) -> None:
    folder = course.root / "submitted" / "student-07" / "01_one_hot"
    folder.mkdir()
    (folder / "01_one_hot.ipynb").write_text("{}")
    assert "nbgrader generate_assignment 01_one_hot" in refused(course)
    assert len(rows(course)) == 1
    assert ASSIGNMENT in {path.name for path in (course.root / "autograded" / "student-03").iterdir()}
