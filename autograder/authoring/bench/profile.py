"""Where the time of one honest file goes, from its bytes to the rows of the gradebook."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from autograder.authoring.bench.grading import (
    BENCH_NOTEBOOK,
    HALF_WRONG,
    OURS,
    RIGHT_ONLY,
    files_of,
    make_course,
)
from autograder.authoring.bench.stopwatch import Part, Stopwatch
from autograder.course.course import Course
from autograder.judging.judge import Judged
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.handed_in import HandedIn
from autograder.nbgrader.run import Writer
from autograder.running.grading import Done, Job, contents_of
from autograder.sandbox import Backend, Session

_JUDGING = "autograder.judging"
PARTS = (
    Part(
        "reading, needed cells",
        tuple(
            f"{_JUDGING}.judge:{f}"
            for f in ("read_submission", "needed_cells", "defined_names", "content_key")
        ),
    ),
    Part("drawing cases", ("autograder.course.assignment:Assignment.draw",)),
    Part("a process, and its cells", (f"{_JUDGING}.interview:Interview._ready",)),
    Part("packing and unpacking", (f"{_JUDGING}.interview:Interview.ask",)),
    Part("waiting for answers", ("autograder.sandbox.inside.wire:_read",)),
    Part("comparing", ("rnncourse.checking.diagnose:_weigh",)),
    Part("naming what went wrong", ("rnncourse.checking.diagnose:_diagnose",)),
    Part("words of the verdicts", (f"{_JUDGING}.judge:_verdicts",)),
    Part("marked notebook", (f"{_JUDGING}.judge:_marked",)),
    Part("all else", (f"{_JUDGING}.judge:judge",)),
)
_WRITING = "keeping, gradebook"


def bench_profile(course: Course, backend: Backend, students: int, notebook: str = BENCH_NOTEBOOK) -> int:
    """Print the milliseconds of each part, for right files and for half-wrong ones; return the exit code.

    Parameters
    ----------
    course : Course
        Whose notebook.
    backend : Backend
        The sandbox.
    students : int
        How many files of each kind; the median of each part is printed.
    notebook : str
        Which one they hand in.
    """
    kinds = {"right": RIGHT_ONLY, "half-wrong": HALF_WRONG}
    with tempfile.TemporaryDirectory(prefix="rnncourse-bench-") as name:
        folder = make_course(course, Path(name), notebook, [], OURS)
        columns = {
            kind: _times(course, backend, folder, files_of(course, notebook, models, students), notebook)
            for kind, models in kinds.items()
        }
    labels = (*(part.label for part in PARTS), _WRITING, "in all")
    print(f"{notebook}, {backend.name}: ms of wall time a file, medians of {students}")
    print(f"{'':<26}" + "".join(f"{kind:>12}" for kind in columns))
    for label in labels:
        print(f"{label:<26}" + "".join(f"{1000 * times[label]:12.1f}" for times in columns.values()))
    return 0


def _times(
    course: Course, backend: Backend, folder: Path, files: Sequence[bytes], notebook: str
) -> dict[str, float]:
    """Return the median seconds of each part; the first files only warm what is made once."""
    from autograder.judging import judge as judging

    watch, rows, judged = Stopwatch(PARTS), list[dict[str, float]](), list[Judged]()
    with Session(backend, contents=contents_of(course)) as session:
        for data in {*files[:2], files[-1]}:
            judging.judge(data, course, session, b"warm", notebook=notebook)
        with watch.watching():
            for number, data in enumerate(files):
                student = f"student-{number}"
                judged.append(
                    judging.judge(data, course, session, b"bench", student=student, notebook=notebook)
                )
                rows.append(watch.taken())
    medians = {part.label: median(row[part.label] for row in rows) for part in PARTS}
    writing = _time_to_write(CourseFolder(folder), judged)
    return medians | {_WRITING: writing, "in all": median(sum(row.values()) for row in rows) + writing}


def _time_to_write(folder: CourseFolder, judged: Sequence[Judged]) -> float:
    """Return the seconds that it takes to put a result where a run puts it: the file of results, and the gradebook."""
    jobs = [Job(folder.root, f"{len(judged)}-{n}", one.graded.notebook) for n, one in enumerate(judged)]
    started = time.perf_counter()
    with Writer(folder, folder.directory()) as writer:
        for job, one in zip(jobs, judged, strict=True):
            writer.results.keep(key := f"{time.time_ns():064x}", one)
            writer.add(HandedIn(job, None), Done(job, one.graded, False, key, one.marked))
    return (time.perf_counter() - started) / len(judged)
