"""Grade a very large class: time, memory and room for each thousand files, and whether they stay as they are."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from io import StringIO
from itertools import pairwise
from pathlib import Path
from statistics import median

from autograder.authoring.bench.grading import BENCH_NOTEBOOK, OURS, Figure, files_of, make_course
from autograder.authoring.bench.machine import cpu_seconds, memory_bytes
from autograder.authoring.bench.stopwatch import Part, Stopwatch
from autograder.course.course import Course
from autograder.demo.students import CLASS
from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.run import Run, autograde
from autograder.sandbox import Backend

SLICE, SHORT_SLICE = 1000, 10
SLICES_OF_SHORT = 6
LOOKS = 20
"""At the memory, in each slice."""
MOST_GROWTH, MOST_GROWTH_OF_SHORT = 1.05, 1.25
"""Of the second half beside the first one: ten files are fewer than a thousand, so the short form allows more."""
MODELS = tuple(student for student in CLASS if not student.attacks)[::2]
"""Ten students of the demonstration, so that they divide a thousand: right, wrong, stubs and damaged files."""
_GRADEBOOK = Part("gradebook", ("autograder.nbgrader.run:write_entries",))


@dataclass(frozen=True)
class Mark:
    """What had been used when so many files were done: seconds, bytes; memory is the median of several looks."""

    files: int
    wall: float
    cpu: float
    memory: int
    results: int
    gradebook: float


@dataclass
class _Watch:
    """Notes what is used, slice by slice; the end of the processes is in none of them."""

    root: Path
    size: int
    stopwatch: Stopwatch | None = None
    marks: list[Mark] = field(default_factory=list)
    files: int = 0
    gradebook: float = 0.0
    memory: list[int] = field(default_factory=list)

    def seen(self, *_: object) -> None:
        """Count a file; look at the memory now and then, for a process that has just begun takes more or less."""
        self.files += 1
        if self.stopwatch and self.files % max(self.size // LOOKS, 1) == 0:
            self.memory.append(memory_bytes())
        if self.files % self.size == 0:
            self.mark()

    def mark(self, *_: object) -> None:
        """Note what was used until now."""
        self.gradebook += self.stopwatch.taken()["gradebook"] if self.stopwatch else 0.0
        used = cpu_seconds(), round(median(self.memory or [0])), _size_of(self.root / ".rnncourse")
        self.memory.clear()
        self.marks.append(Mark(self.files, time.perf_counter(), *used, self.gradebook))
        print(
            f"{self.files} files after {self.marks[-1].wall - self.marks[0].wall:.0f} s", file=sys.__stderr__
        )


def bench_scale(
    course: Course, backend: Backend, submissions: int, jobs: int, short: bool, notebook: str = BENCH_NOTEBOOK
) -> int:
    """Grade so many distinct submissions twice, print what each slice took, and return the exit code.

    Parameters
    ----------
    course : Course
        Whose notebook.
    backend : Backend
        The sandbox.
    submissions : int
        How many; two slices at least.
    jobs : int
        How many to grade at a time.
    short : bool
        Few files in small slices: the bounds are wider.
    notebook : str
        Which one they hand in.

    Raises
    ------
    CourseError
        If there are too few submissions to compare anything.
    """
    size = SHORT_SLICE if short else SLICE
    submissions = SLICES_OF_SHORT * size if short else submissions
    if submissions < 2 * size:
        raise CourseError(
            f"At least {2 * size} submissions are needed: --submissions {2 * size}, or --short."
        )
    with tempfile.TemporaryDirectory(prefix="rnncourse-bench-") as name:
        folder = CourseFolder(make_course(course, Path(name), notebook, [], OURS))
        hand_in(course, folder.root, notebook, submissions)
        stopwatch = Stopwatch((_GRADEBOOK,))
        watches = _Watch(folder.root, size, stopwatch), _Watch(folder.root, size)
        with stopwatch.watching():
            first = _run(folder, backend, jobs, watches[0])
        second = _run(folder, backend, jobs, watches[1])
        print(f"{notebook}, {submissions} distinct submissions, {jobs} at a time, {backend.name}")
        figures = list(_report(*watches, short))
    if (first.fresh, second.fresh) != (submissions, 0):
        raise CourseError(f"{first.fresh} of {submissions} were graded at first and {second.fresh} again.")
    return 0 if all(figure.holds for figure in figures) else 1


def hand_in(course: Course, root: Path, notebook: str, submissions: int) -> None:
    """Write so many files that differ from each other into a course directory."""
    files = files_of(course, notebook, MODELS, len(MODELS))
    for number in range(submissions):
        student = f"student-{number:06d}"
        folder = root / "submitted" / student / notebook
        folder.mkdir(parents=True)
        (folder / f"{notebook}.ipynb").write_bytes(_own(files[number % len(files)], student))


def _own(data: bytes, student: str) -> bytes:
    """Return a file with a line in it that no other one has; a broken one stays broken."""
    try:
        content = json.loads(data)
        cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    except (ValueError, KeyError, StopIteration):
        return data + student.encode()
    source = "".join(cell["source"])
    cell["source"] = f"{source}\n# {student}"
    return json.dumps(content).encode()


def _run(folder: CourseFolder, backend: Backend, jobs: int, watch: _Watch) -> Run:
    with redirect_stderr(StringIO()):
        return autograde(folder, backend, (), jobs, watch.mark, watch.seen)


def _report(first: _Watch, second: _Watch, short: bool) -> Iterator[Figure]:
    """Print a row for each slice, and yield the figures that must hold."""
    print("   files   wall s    CPU s  memory MB  results MB  gradebook s  second run s")
    pairs = list(pairwise(first.marks))
    again = [b.wall - a.wall for a, b in pairwise(second.marks)]
    for (a, b), seconds in zip(pairs, again, strict=True):
        row = f"{b.wall - a.wall:9.1f}{b.cpu - a.cpu:9.1f}{b.memory / 1e6:11.1f}{(b.results - a.results) / 1e6:12.2f}"
        print(f"{b.files:8}{row}{b.gradebook - a.gradebook:13.2f}{seconds:14.2f}")
    most = MOST_GROWTH_OF_SHORT if short else MOST_GROWTH
    growth: dict[str, Sequence[float]] = {
        "memory of all processes": [b.memory for _, b in pairs],
        "CPU time of all processes": [b.cpu - a.cpu for a, b in pairs],
        "size of results": [b.results - a.results for a, b in pairs],
    }
    if not short:  # of a few files a neighbour on the machine decides the wall time
        growth |= {"wall time": [b.wall - a.wall for a, b in pairs], "wall time of a second run": again}
    for what, values in growth.items():
        figure = Figure(f"{what}, second half beside the first", [_growth(values)], most=most)
        print(figure)
        yield figure
    print("The short form shows that it works; its few files are too few for a bound of 5 %." * short)


def _growth(values: Sequence[float]) -> float:
    """Return the mean of the second half over that of the first."""
    half = len(values) // 2
    return sum(values[-half:]) / sum(values[:half])


def _size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(
        os.stat(os.path.join(parent, name)).st_size for parent, _, names in os.walk(folder) for name in names
    )
