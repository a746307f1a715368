"""Grade a class with stock nbgrader and with ours; print the ratio, and fail when it is too small."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from autograder.course.course import Course
from autograder.demo.answers import works_of
from autograder.demo.handin import file_of
from autograder.demo.students import CLASS, Student
from autograder.errors import CourseError

LEAST_RATIO, LEAST_RATIO_OF_TWO = 30.0, 45.0
"""So many times less wall time than stock nbgrader for each added submission, of right and of half-wrong classes; and
of two processes on two cores, which is what our command takes there when nothing is said."""
LEAST_OF_SHORT, LEAST_OF_SHORT_OF_TWO = 10.0, 15.0
"""The same of a few files measured once: a start that takes a second longer than another decides them."""
LEAST_OF_TWO = 0.6
"""Two processes are so much faster than one, as a share of what two are that only compute.

One process keeps more than one core busy: while it compares, its sandbox works, and what is done is written. And two
cores of one machine may share what they have."""
MOST_WITH_LOOPS = 1.3
"""So many times longer takes a class in which one of twenty files has an endless loop."""

MANY, MOST_KNOWN = 1000, 5.0
"""So many files that are known take at most so many seconds, from the command to its report."""

BENCH_NOTEBOOK = "02_forward"
STOCK = ("-m", "nbgrader", "autograde")
OURS = ("-m", "autograder", "autograde", "--jobs", "1")
TWO = (*OURS[:-1], "2")
_OF_WHICH_ONE_LOOPS = 20
RIGHT_ONLY = CLASS[:4]
HALF_WRONG = tuple(student for pair in zip(CLASS[:4], CLASS[4:8], strict=True) for student in pair)
"""Students of the demonstration who are models: four are right, and four more make mistakes, in turns."""
_LOOPING = (Student("student-22", "loops forever", attacks=("loops",)),)

_PLAIN_CONFIG = 'c = get_config()  # noqa: F821\nc.CourseDirectory.course_id = "plain"\n'


@dataclass(frozen=True)
class Figure:
    """A claim, what was measured for it once or several times, and what the median must be."""

    claim: str
    values: Sequence[float]
    least: float = 0.0
    most: float = float("inf")

    @property
    def holds(self) -> bool:
        """Whether the median is within bounds."""
        return self.least <= median(self.values) <= self.most

    def __str__(self) -> str:
        wanted = f"at least {self.least:g}" if self.least else f"at most {self.most:g}"
        bound = f", {wanted} wanted" if self.least or self.most < float("inf") else ""
        spread = f"{min(self.values):.2f} to {max(self.values):.2f}"
        return f"{self.claim:<60} {median(self.values):7.2f} ({spread}{bound})"


def bench_grading(
    course: Course, students: int, repeats: int, short: bool = False, notebook: str = BENCH_NOTEBOOK
) -> int:
    """Grade the same submissions with stock nbgrader and with ours; print ratios and return the exit code.

    All are real commands. Stock nbgrader has a course directory without our configuration: it runs each
    notebook in a kernel. Start and end cancel out: what counts is what N more submissions take.

    Parameters
    ----------
    course : Course
        Whose notebook.
    students, repeats : int
        N, and how often all is measured, in turns. Stock nbgrader, which takes long, adds half of it, ours four times.
    short : bool
        Measure only the half-wrong class, and no endless loops.
    notebook : str
        Which one they hand in.

    Raises
    ------
    CourseError
        If a command fails.
    """
    if min(students, repeats) < 1:
        raise CourseError("At least one student and one repeat are needed: --students 1 --repeats 1")
    with tempfile.TemporaryDirectory(prefix="rnncourse-bench-") as name:
        bench = _Bench(course, Path(name), notebook, students)
        counts = [f"{(n := bench.added(command))} and {2 * n}" for command in (OURS, STOCK)]
        print(
            f"{notebook}, {counts[0]} submissions (stock nbgrader: {counts[1]}), {repeats} times: medians (and from to)"
        )
        figures = []
        for figure in bench.figures(repeats, short):
            print(figure, flush=True)
            figures.append(figure)
    return 0 if all(figure.holds for figure in figures) else 1


@dataclass(frozen=True)
class _Bench:
    """Classes of one notebook in a folder, and what is measured with them."""

    course: Course
    root: Path
    notebook: str
    students: int

    def figures(self, repeats: int, short: bool) -> Iterator[Figure]:
        """Yield one figure after another."""
        kinds = {"right": RIGHT_ONLY, "half-wrong": HALF_WRONG}
        for kind in list(kinds)[short:]:
            rows = self._in_turns(kinds[kind], (STOCK, OURS, TWO), repeats)
            labels = ("stock nbgrader", "ours", "ours, two processes")
            for label, column in zip(labels, zip(*rows, strict=True), strict=True):
                yield Figure(f"{kind}: seconds an added submission, {label}", column)
            one, both = (
                (LEAST_OF_SHORT, LEAST_OF_SHORT_OF_TWO) if short else (LEAST_RATIO, LEAST_RATIO_OF_TWO)
            )
            ratios = [stock / ours for stock, ours, _ in rows]
            yield Figure(f"{kind}: times less than stock nbgrader", ratios, one)
            ratios = [stock / two for stock, _, two in rows]
            yield Figure(f"{kind}: the same, of two processes", ratios, both)
            speedups = [ours / two for _, ours, two in rows]
            yield Figure(f"{kind}: two processes, times one", speedups)
            computing = [two_that_compute() for _ in rows]
            yield Figure("two processes that only compute, times one", computing)
            shares = [speedup / most for speedup, most in zip(speedups, computing, strict=True)]
            yield Figure(f"{kind}: the one beside the other", shares, 0.0 if short else LEAST_OF_TWO)
        yield self._second_run() if short else self._many_known()
        if not short:
            yield self._with_loops(repeats)

    def _in_turns(
        self, models: Sequence[Student], commands: Sequence[Sequence[str]], repeats: int
    ) -> list[tuple[float, ...]]:
        """Return the seconds for each added submission: a row for each repeat, with a column for each command."""
        stock, ours = self._classes(models, STOCK), self._classes(models, OURS)
        pairs = [stock if command is STOCK else ours for command in commands]
        self._graded(ours[0], OURS)  # what is read from the disk for the first time counts for neither
        return [
            tuple(self._seconds(pair, command) for pair, command in zip(pairs, commands, strict=True))
            for _ in range(repeats)
        ]

    def added(self, command: Sequence[str]) -> int:
        """Return how many submissions are added to as many, to see what one takes."""
        return max(self.students // 2, 1) if command is STOCK else 4 * self.students

    def _classes(self, models: Sequence[Student], command: Sequence[str]) -> tuple[Path, Path]:
        """Return course directories with N and with 2 N submissions."""
        files = files_of(self.course, self.notebook, models, 2 * self.added(command))
        twice = make_course(self.course, self.root, self.notebook, files, command)
        once = shutil.copytree(twice, twice.with_name(f"{twice.name}-half"))
        for folder in sorted((once / "submitted").iterdir())[self.added(command) :]:
            shutil.rmtree(folder)
        return once, twice

    def _seconds(self, folders: Sequence[Path], command: Sequence[str]) -> float:
        """Return the seconds for each added submission; what it takes to start cancels out."""
        once, twice = (self._graded(folder, command) for folder in folders)
        if twice <= once:
            raise CourseError("Too noisy to tell: this machine is busy. Try again, or with more --students.")
        return (twice - once) / self.added(command)

    def _graded(self, folder: Path, command: Sequence[str]) -> float:
        """Return the seconds of a first run."""
        _forget(folder)
        return _timed(folder, *command, self.notebook)

    def _second_run(self) -> Figure:
        """Return what a run takes in which nothing has changed."""
        _, folder = self._classes(HALF_WRONG, OURS)
        first = self._graded(folder, OURS)
        return Figure(
            "a second run of known files, share of the first", [_timed(folder, *OURS, self.notebook) / first]
        )

    def _many_known(self) -> Figure:
        """Return the seconds of a whole command that finds many files graded."""
        files = files_of(self.course, self.notebook, HALF_WRONG, MANY)
        folder = make_course(self.course, self.root, self.notebook, files, TWO)
        self._graded(folder, TWO)
        return Figure(f"{MANY} known files: seconds", [_timed(folder, *TWO, self.notebook)], most=MOST_KNOWN)

    def _with_loops(self, repeats: int) -> Figure:
        """Return how many times longer a class takes in which one of twenty files has an endless loop."""
        files = files_of(self.course, self.notebook, HALF_WRONG, _OF_WHICH_ONE_LOOPS)
        loops = files_of(self.course, self.notebook, _LOOPING, 1)
        without, with_it = (
            make_course(self.course, self.root, self.notebook, some, OURS)
            for some in (files, [*files[1:], *loops])
        )
        ratios = [self._graded(with_it, OURS) / self._graded(without, OURS) for _ in range(repeats)]
        return Figure("one of twenty loops, times a class without", ratios, most=MOST_WITH_LOOPS)


def two_that_compute() -> float:
    """Return how much more two processes do than one in the same time, where each only computes."""

    def seconds(processes: int) -> float:
        started = time.perf_counter()
        busy = [
            subprocess.Popen([sys.executable, "-c", "for n in range(20_000_000): n * n"])
            for _ in range(processes)
        ]
        for process in busy:
            process.wait()
        return time.perf_counter() - started

    return 2 * seconds(1) / seconds(2)


def make_course(
    course: Course, root: Path, notebook: str, files: Sequence[bytes], command: Sequence[str]
) -> Path:
    """Make a course directory with these submissions; only for our command it is one of ours."""
    empty = root / command[1]
    if not empty.exists():
        _make_empty_course(course, empty, notebook, command)
    folder = Path(tempfile.mkdtemp(prefix=f"{command[1]}-", dir=root))
    shutil.copytree(empty, folder, dirs_exist_ok=True)
    for number, data in enumerate(files, 1):
        target = folder / "submitted" / f"student-{number:03d}" / notebook
        target.mkdir(parents=True)
        (target / f"{notebook}.ipynb").write_bytes(data)
    return folder


def _make_empty_course(course: Course, folder: Path, notebook: str, command: Sequence[str]) -> None:
    """Make a course directory with a gradebook in which the notebook is released."""
    from autograder.course.build import write_source_tree
    from autograder.nbgrader.folder import init_course

    if command is STOCK:
        folder.mkdir()
        (folder / "nbgrader_config.py").write_text(_PLAIN_CONFIG, encoding="utf-8")
        write_source_tree(course, folder / "source", [notebook])
    else:
        init_course(course, folder, [notebook])
    _timed(folder, "-m", "nbgrader", "generate_assignment", notebook)
    shutil.copy(folder / "gradebook.db", folder / "released.db")


def files_of(course: Course, notebook: str, models: Sequence[Student], students: int) -> list[bytes]:
    """Return what so many students hand in who work like some of the demonstration."""
    index = course.names.index(notebook)
    files = [file_of(model, index, notebook, dict(works_of(model))[notebook]) for model in models]
    return list(islice(cycle(files), students))


def _forget(folder: Path) -> None:
    """Make a course as if nothing had been graded in it."""
    for made in (folder / "autograded", folder / ".rnncourse" / "marked"):
        shutil.rmtree(made, ignore_errors=True)
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
