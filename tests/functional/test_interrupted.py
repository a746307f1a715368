"""A run that is killed, cut off from power, or out of disk space: the next one completes it, once."""

from __future__ import annotations

import contextlib
import math
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import TypeAlias

import nbformat
import pytest

from autograder.cli import main
from autograder.demo.course import release
from autograder.nbgrader import run as run_module
from autograder.nbgrader.folder import CourseFolder
from autograder.sandbox import Backend, choose
from autograder.sandbox.backends import NAMES
from tests.conftest import EVERY_VARIANT, WORKING, sample
from tests.handing_in import hand_in, solved
from tests.ours import init_course, read_master
from tests.tally import Tally

ASSIGNMENT, EXERCISE = "00_start_here", "affine"
FULL = read_master(ASSIGNMENT).points(EXERCISE)
STUDENTS = {f"student-{n:02}": (FULL if n % 3 else 0.0) for n in range(1, 9)}


def file_of(score: float) -> bytes:
    """Return a notebook that deserves that score."""
    if score:
        return solved(ASSIGNMENT)
    wrong = read_master(ASSIGNMENT).solution(EXERCISE).replace("+ b", "- b")
    return hand_in(ASSIGNMENT, {EXERCISE: wrong})


def submit(course: CourseFolder, student: str, data: bytes) -> None:
    folder = course.root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_bytes(data)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    """A course with one assignment, handed in and not graded; one student has a manual mark."""

    course = init_course(tmp_path_factory.mktemp("released") / "course")
    directory = course.directory()
    release(directory, ASSIGNMENT)
    submit(course, "student-03", file_of(FULL))
    run_module.autograde(course, choose())
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database, database:
        database.execute("update grade set manual_score = 0.75")
    for student, score in STUDENTS.items():
        submit(course, student, file_of(score))
    return course


@pytest.fixture
def course(released: CourseFolder, tmp_path: Path) -> CourseFolder:
    shutil.copytree(released.root, tmp_path / "course")
    return CourseFolder(tmp_path / "course")


def words_for(course: CourseFolder, backend: str = "", more: Sequence[str] = ()) -> list[str]:
    words = ["autograde", "--course", str(course.root), "--jobs", "2", *more]
    return [*words, *(["--sandbox", backend] if backend else [])]


def command(course: CourseFolder, backend: str = "") -> list[str]:
    """Return the command for a process of its own, which may be killed."""
    return [sys.executable, "-m", "autograder", *words_for(course, backend)]


def said_in_process(words: Sequence[str]) -> tuple[int, str, str]:
    """Run a command here, which saves the start of a process; return its exit code and what it printed."""
    with contextlib.redirect_stdout(StringIO()) as out, contextlib.redirect_stderr(StringIO()) as err:
        code = main(list(words))
    return code, out.getvalue(), err.getvalue()


def finish(course: CourseFolder, backend: str = "", more: Sequence[str] = ()) -> str:
    code, out, err = said_in_process(words_for(course, backend, more))
    assert code == 0, out + err
    return out


def rows(course: CourseFolder) -> list[tuple[str, float | None, float | None]]:
    """Return student, automatic score and manual score of every mark in the gradebook."""
    query = """
        select s.student_id, g.auto_score, g.manual_score from grade g
        join submitted_notebook n on g.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id
        order by s.student_id"""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as database:
        return [tuple(row) for row in database.execute(query)]


def assert_complete(course: CourseFolder, scores: dict[str, float] = STUDENTS) -> None:
    """Assert that everybody's mark is there once, the manual one is kept, and every notebook is whole."""
    manual = {"student-03": 0.75}
    assert rows(course) == [(s, score, manual.get(s)) for s, score in sorted(scores.items())]
    folder = course.root / "autograded"
    assert sorted(p.name for p in folder.iterdir()) == sorted(scores)
    for path in folder.glob("*/*/*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    assert not list(folder.rglob(".*.draft"))


def test_a_changed_file_is_graded_anew_wherever_the_last_run_was_cut_off(
    course: CourseFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_module.autograde(course, choose())
    assert_complete(course)
    submit(course, "student-01", file_of(0.0))
    with monkeypatch.context() as patch:

        def cut(*_: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(run_module, "write_entries", cut)  # graded and kept, but the marks were not written
        with pytest.raises(KeyboardInterrupt):
            run_module.autograde(course, choose())
    assert run_module.autograde(course, choose()).fresh == 0
    assert_complete(course, STUDENTS | {"student-01": 0.0})
    submit(course, "student-01", file_of(FULL))
    assert run_module.autograde(course, choose()).fresh == 0, "this very file was graded before"
    assert_complete(course)


def test_all_is_graded_anew_for_who_asks_and_a_manual_mark_stays(course: CourseFolder) -> None:
    finish(course)
    marked = course.root / "autograded" / "student-01" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    marked.write_text("{}")
    assert "0 graded now" in finish(course)
    assert "1 graded now" in finish(course, more=("--regrade", "--student", "student-01"))
    assert len(marked.read_text()) > 1_000
    assert f"{len(STUDENTS)} graded now" in finish(course, more=("--regrade",))
    assert_complete(course)
    assert len(marked.read_text()) > 1_000
    assert "0 graded now" in finish(course)


def test_a_gradebook_from_a_backup_is_filled_again(course: CourseFolder) -> None:
    shutil.copy(course.root / "gradebook.db", course.root / "backup.db")
    finish(course)
    shutil.copy(course.root / "backup.db", course.root / "gradebook.db")
    assert "0 graded now" in finish(course)
    assert_complete(course)


@pytest.fixture(params=sample(NAMES, 2))
def backend(request: pytest.FixtureRequest) -> str:
    """Each sandbox that works here; one of them in a short run."""
    reason = Backend(request.param).missing()
    if reason:
        pytest.skip(reason)
    return str(request.param)


class Started:
    """A grading run in a process of its own, with its temporary files in a folder of its own."""

    def __init__(self, course: CourseFolder, backend: str) -> None:
        temporary = course.root.with_name("temporary")
        temporary.mkdir(exist_ok=True)
        self._mark = str(temporary)
        self.log = course.root.with_name("log.txt")
        with self.log.open("w") as log:
            environment = os.environ | {"TMPDIR": self._mark, "COLUMNS": "200"}
            self.process = subprocess.Popen(command(course, backend), env=environment, stdout=log, stderr=log)

    def living(self) -> dict[int, str]:
        """Return the processes that belong to the run, by what stands in their environment or command."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
                if self._mark.encode() in words:
                    found[int(entry.name)] = words[:200].replace(b"\0", b" ").decode(errors="replace")
        return found

    def assert_gone(self) -> None:
        """Assert that no process of the run lives on."""
        deadline = time.monotonic() + 10
        while (left := self.living()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not left, f"they outlive the run: {left}"

    def kill_a_worker(self, choice: random.Random) -> bool:
        """Kill a random process of the run, but not the run itself; return whether there was one."""
        others = sorted(self.living().keys() - {self.process.pid})
        if not others:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(choice.choice(others), signal.SIGKILL)
        return True

    def signal_all(self, number: int) -> None:
        """Send a signal to every process of the run."""
        for process in (self.process.pid, *self.living()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)


@pytest.fixture(scope="module")
def seconds_of_a_run(released: CourseFolder, tmp_path_factory: pytest.TempPathFactory) -> float:
    """How long a whole run takes here."""
    copy = CourseFolder(tmp_path_factory.mktemp("measured") / "course")
    shutil.copytree(released.root, copy.root)
    began = time.monotonic()
    subprocess.run(command(copy), capture_output=True, timeout=120, check=True)
    return time.monotonic() - began


CHAIN = 9 if EVERY_VARIANT else 1
"""How often one course is struck before it is completed, with files that change in between."""
LEAST = 50 if EVERY_VARIANT else 5
CHAINS = math.ceil(LEAST / (3 * CHAIN * max(1, len(WORKING))))
"""Three kinds of blows in each sandbox make at least so many."""


Blow: TypeAlias = Callable[[CourseFolder, Started, random.Random], CourseFolder]


def killed(course: CourseFolder, run: Started, choice: random.Random) -> CourseFolder:
    """Kill a run; nothing of it may live on."""
    run.process.kill()
    run.process.wait()
    run.assert_gone()
    return course


def without_power(course: CourseFolder, run: Started, choice: random.Random) -> CourseFolder:
    """Return a copy of the files as they are at this very moment, and kill the run."""
    run.signal_all(signal.SIGSTOP)
    copy = CourseFolder(course.root.with_name(f"{course.root.name}+"))
    shutil.copytree(course.root, copy.root)
    run.signal_all(signal.SIGKILL)
    killed(course, run, choice)
    return copy


def hand_in_anew(course: CourseFolder, scores: dict[str, float], choice: random.Random) -> None:
    """Let three students hand in another file, and note what it deserves."""
    for student in choice.sample(sorted(scores), 3):
        scores[student] = FULL - scores[student]
        submit(course, student, file_of(scores[student]))


@pytest.mark.slow
@pytest.mark.parametrize("chain", range(CHAINS))
@pytest.mark.parametrize("blow", [killed, without_power])
def test_what_is_cut_off_at_any_moment_is_completed_by_the_next_run(
    course: CourseFolder, backend: str, blow: Blow, chain: int, seconds_of_a_run: float, tally: Tally
) -> None:
    choice, scores = random.Random(f"{blow.__name__} {backend} {chain}"), dict(STUDENTS)
    for n in range(CHAIN):
        tally("kills survived", backend, key=f"{blow.__name__} {chain} {n}")
        hand_in_anew(course, scores, choice)
        run = Started(course, backend)
        with contextlib.suppress(subprocess.TimeoutExpired):
            run.process.wait(choice.uniform(0.2, 1.1) * seconds_of_a_run)
        course = blow(course, run, choice)
    finish(course, backend)
    assert_complete(course, scores)
    assert "0 graded now" in finish(course, backend)


@pytest.mark.slow
@pytest.mark.parametrize("chain", range(CHAINS))
def test_a_run_survives_the_death_of_its_workers(
    course: CourseFolder, backend: str, chain: int, seconds_of_a_run: float, tally: Tally
) -> None:
    choice, scores = random.Random(f"worker {backend} {chain}"), dict(STUDENTS)
    for n in range(max(1, CHAIN // 3)):
        hand_in_anew(course, scores, choice)
        run = Started(course, backend)
        for m in range(3):
            tally("kills survived", backend, key=f"worker {chain} {n} {m}")
            while run.process.poll() is None:
                time.sleep(choice.uniform(0.02, 0.3) * seconds_of_a_run)
                if run.kill_a_worker(choice):
                    break
        run.process.wait(120)
        assert run.process.returncode in (0, 2, 3), (
            run.log.read_text()
        )  # 2: it was the sandbox that is tried first
        run.assert_gone()
    finish(course, backend)  # what was a fault of ours is no mark, and is graded again
    assert_complete(course, scores)
