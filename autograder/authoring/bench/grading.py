"""Grade a class with stock nbgrader and with ours; print the ratio, and fail when it is too small."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from autograder.course.course import Course
from autograder.errors import CourseError

LEAST_RATIO = 10.0
"""So many times less wall time than stock nbgrader for each added submission."""

BENCH_NOTEBOOK = "02_forward"
STOCK = ("-m", "nbgrader", "autograde")
OURS = ("-m", "autograder", "autograde", "--jobs", "1")
_REPEATS = 3
RIGHT_ONLY, HALF_WRONG = range(4), range(8)
"""Students of the demonstration who are models: the first four are right, the next four make mistakes."""

_PLAIN_CONFIG = 'c = get_config()  # noqa: F821\nc.CourseDirectory.course_id = "plain"\n'


@dataclass(frozen=True)
class Cost:
    """Wall time of grading N and 2 N submissions, in seconds."""

    students: int
    once: float
    twice: float

    @property
    def added(self) -> float:
        """Seconds for each added submission; what it takes to start cancels out."""
        return (self.twice - self.once) / self.students


def bench_grading(course: Course, students: int, notebook: str = BENCH_NOTEBOOK) -> int:
    """Grade the same submissions with stock nbgrader and with ours; print both and return the exit code.

    Both are real commands that use one process. Stock nbgrader has a course directory without our
    configuration: it runs each notebook in a kernel.

    Parameters
    ----------
    course : Course
        Whose notebook.
    students : int
        N; measured are N and 2 N submissions.
    notebook : str
        Which one they hand in; half of them are right, half have slips.

    Raises
    ------
    CourseError
        If a command fails.
    """
    if students < 1:
        raise CourseError("At least one student is needed: --students 1")
    with tempfile.TemporaryDirectory(prefix="rnncourse-bench-") as name:
        stock = _cost(course, Path(name), notebook, students, STOCK, repeats=1)
        ours = _cost(course, Path(name), notebook, students, OURS, repeats=_REPEATS)
    print(f"{notebook}, {students} and {2 * students} submissions, one process each")
    for label, cost in (("stock nbgrader autograde", stock), ("autograder autograde", ours)):
        print(f"{label:<26} {cost.once:7.2f} s, {cost.twice:7.2f} s: {cost.added:7.3f} s an added submission")
    if min(stock.added, ours.added) <= 0:
        print("Too noisy to tell: this machine is busy. Try again, or with more --students.")
        return 1
    ratio = stock.added / ours.added
    print(f"{ratio:.1f} times less wall time; at least {LEAST_RATIO:g} wanted")
    return 1 if ratio < LEAST_RATIO else 0


def _cost(
    course: Course, root: Path, notebook: str, students: int, command: Sequence[str], repeats: int
) -> Cost:
    """Time a command on N and on 2 N submissions; of repeated measurements the shortest counts."""
    folders = [
        make_course(course, root, notebook, files_of(course, notebook, HALF_WRONG, number), command)
        for number in (students, 2 * students)
    ]
    times: list[list[float]] = [[], []]
    for _ in range(repeats):
        for folder, mine in zip(folders, times, strict=True):
            _forget(folder)
            mine.append(_timed(folder, *command, notebook))
    return Cost(students, min(times[0]), min(times[1]))


def make_course(
    course: Course, root: Path, notebook: str, files: Sequence[bytes], command: Sequence[str]
) -> Path:
    """Make a course directory with these submissions; only for our command it is one of ours."""
    from autograder.course.build import write_source_tree
    from autograder.nbgrader.folder import init_course

    folder = Path(tempfile.mkdtemp(prefix=f"{command[1]}-", dir=root))
    if command is STOCK:
        (folder / "nbgrader_config.py").write_text(_PLAIN_CONFIG, encoding="utf-8")
        write_source_tree(course, folder / "source", [notebook])
    else:
        init_course(course, folder, [notebook])
    _timed(folder, "-m", "nbgrader", "generate_assignment", notebook)
    shutil.copy(folder / "gradebook.db", folder / "released.db")
    for number, data in enumerate(files, 1):
        target = folder / "submitted" / f"student-{number:03d}" / notebook
        target.mkdir(parents=True)
        (target / f"{notebook}.ipynb").write_bytes(data)
    return folder


def files_of(course: Course, notebook: str, models: Sequence[int], students: int) -> list[bytes]:
    """Return what so many students hand in who work like some of the demonstration."""
    from autograder.demo.answers import works_of
    from autograder.demo.handin import file_of
    from autograder.demo.students import CLASS

    index = course.names.index(notebook)
    files = [file_of(CLASS[n], index, notebook, dict(works_of(CLASS[n]))[notebook]) for n in models]
    return list(islice(cycle(files), students))


def _forget(folder: Path) -> None:
    """Make a course as if nothing had been graded in it."""
    shutil.rmtree(folder / "autograded", ignore_errors=True)
    (folder / ".rnncourse" / "results.jsonl").unlink(missing_ok=True)
    shutil.copy(folder / "released.db", folder / "gradebook.db")


def _timed(folder: Path, *words: str) -> float:
    """Run a Python module as a command in a folder and return its wall time."""
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), "PYTHONWARNINGS": "ignore"}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise CourseError(f"{' '.join(words[1:])} failed: {(done.stdout + done.stderr)[-800:]}")
    return seconds
