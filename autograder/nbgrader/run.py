"""Grade a whole class: in parallel, resumable, with the same marks as ``nbgrader autograde``.

Files are graded by several processes; this one alone writes the gradebook, many results at a
time, and the marked notebooks. What is graded and written already is not touched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from filelock import FileLock, Timeout
from nbgrader.api import Gradebook
from traitlets import TraitError

from autograder.course.release import CHECK
from autograder.errors import CourseError
from autograder.judging.judge import Judged, in_points
from autograder.judging.verdict import Graded
from autograder.nbgrader.beside import copy_beside, forget_beside
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.gradebook import Entry, automatic_marks, late_plugin, points_of, write_entries
from autograder.nbgrader.handed_in import HandedIn, handed_in
from autograder.nbgrader.preflight import assert_ready, told_plainly
from autograder.nbgrader.steps import Judge
from autograder.running.files import replace_file
from autograder.running.grading import Crew, Done, Job, Setting, grade_all, grading
from autograder.running.results import Results
from autograder.sandbox import Backend, Limits

BATCH = 25

Seen = Callable[[str, str, Graded, bool], None]
"""Called for each result: student, assignment, result, whether it was known before."""


@dataclass(frozen=True)
class Run:
    """What a run over a class did.

    Attributes
    ----------
    results : tuple
        (student, assignment, result) in the order in which they were handed in.
    fresh : int
        How many were graded now; the others were known.
    """

    results: tuple[tuple[str, str, Graded], ...]
    fresh: int


def autograde(
    folder: CourseFolder,
    backend: Backend,
    names: Sequence[str] = (),
    processes: int = 1,
    begin: Callable[[int], None] = lambda _: None,
    seen: Seen = lambda *_: None,
    limits: Limits | None = None,
    crew: Callable[[Setting, int], Crew] = grading,
) -> Run:
    """Grade every submission of the assignments named, or of all.

    Parameters
    ----------
    folder : CourseFolder
        The instructor's directory.
    backend : Backend
        The sandbox.
    names : sequence of str
        Assignments; all when empty.
    processes : int
        How many files to grade at a time.
    begin, seen : callable
        Told how many files there are, and of each result as it comes.
    limits : Limits, optional
        What one submission may use; what ``nbgrader_config.py`` sets for ``Judge`` when omitted.
    crew : callable
        ``crew(setting, processes)`` returns those who grade.
    """
    directory = folder.directory()
    setting = Setting(folder.course, backend, folder.secret, limits or settings_of(directory).limits)
    submissions = {entry.job: entry for entry in handed_in(folder.course, directory, names)}
    begin(len(submissions))
    found: dict[Job, Graded] = {}
    fresh = 0
    with told_plainly("Grading stopped"), only_run(folder), Writer(folder, directory) as writer:
        writer.assert_ready({job.assignment for job in submissions})
        for done in map(writer.in_points, grade_all(submissions, setting, writer.results, processes, crew)):
            found[done.job] = done.graded
            seen(done.job.student, done.job.assignment, done.graded, done.known)
            fresh += not done.known
            writer.add(submissions[done.job], done)
    ordered = ((job.student, job.assignment, found[job]) for job in submissions)
    return Run(tuple(ordered), fresh)


@contextmanager
def only_run(folder: CourseFolder) -> Iterator[None]:
    """Keep a second run out of a course directory while one is writing there; it ends with its process.

    Raises
    ------
    CourseError
        If another run is under way.
    """
    place = folder.results.with_name("running")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(place, timeout=0):
            yield
    except Timeout:
        raise CourseError(
            f"{folder.root} is being graded by another run. Wait until it has ended, then run the command again: "
            "what that one has graded is not graded twice."
        ) from None


def settings_of(directory: Any) -> Judge:
    """Return what ``nbgrader_config.py`` sets for the judge.

    Raises
    ------
    CourseError
        If a setting is not of its kind.
    """
    try:
        return Judge(config=directory.config)
    except TraitError as error:
        raise CourseError(f"nbgrader_config.py has a setting that cannot be: {error}") from None


class Writer:
    """Writes results into the gradebook and the marked notebooks, many at a time.

    What stands there already is not written again. Marks come first, then the marked notebooks, then
    the note that both are there: whatever is cut off in between is written again by the next run.
    """

    def __init__(self, folder: CourseFolder, directory: Any) -> None:
        self._folder, self._directory = folder, directory
        self._batch: list[tuple[HandedIn, Done, Path, str]] = []
        self._points: dict[str, dict[str, float]] = {}

    def __enter__(self) -> Writer:
        self.results = Results(self._folder.results)
        self._gradebook = Gradebook(self._directory.db_url, self._directory.course_id)
        self._late = late_plugin(self._directory.config)
        self._marks = automatic_marks(self._gradebook)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._write()
        finally:
            self._gradebook.close()

    def assert_ready(self, names: Iterable[str]) -> None:
        """Refuse to begin what could not be written."""
        assert_ready(self._folder, self._directory, self._gradebook, names)

    def in_points(self, done: Done) -> Done:
        """Return a result with the points that the assignment was released with."""
        name = done.job.assignment
        if name not in self._points:
            self._points[name] = points_of(self._gradebook, name)
        judged = in_points(Judged(done.graded, done.marked), self._points[name])
        return replace(done, graded=judged.graded, marked=judged.marked)

    def add(self, submission: HandedIn, done: Done) -> None:
        """Write a result, now or with the next ones, unless it stands there."""
        job = submission.job
        folder = self._directory.format_path(
            self._directory.autograded_directory, job.student, job.assignment
        )
        path = Path(folder, f"{job.notebook}.ipynb")
        who = _whose(job)
        points = [verdict.max_score for verdict in done.graded.verdicts]
        key = f"{done.key} {submission.timestamp} {points}" if done.key else ""
        if self.results.is_written(*who, key) and self._stands(job, done.graded) and path.exists():
            copy_beside(self._directory, submission, path.parent)
            return
        self._batch.append((submission, done, path, key))
        if len(self._batch) >= BATCH:
            self._write()

    def _stands(self, job: Job, graded: Graded) -> bool:
        """Return whether the gradebook, which may come from a backup, has the marks of a result."""
        before = "" if job.own else CHECK
        wanted = {before + verdict.exercise: verdict.score for verdict in graded.verdicts}
        return wanted.items() <= self._marks.get((job.student, job.assignment), {}).items()

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        entries = [_entry(submission, done) for submission, done, _, _ in batch]
        write_entries(self._gradebook, entries, self._late)
        for submission, done, path, _ in batch:
            replace_file(path, done.marked)
            forget_beside(path.parent)
            copy_beside(self._directory, submission, path.parent)
        keys = {_whose(entry.job): key for entry, _, _, key in batch if key}
        self.results.keep_written(keys)


def _entry(submission: HandedIn, done: Done) -> Entry:
    notebook = nbformat.reads(done.marked, as_version=nbformat.NO_CONVERT)
    job = submission.job
    return Entry(job.student, job.assignment, done.graded, notebook, submission.timestamp)


def _whose(job: Job) -> tuple[str, str]:
    """Return whose submission it is, and to what; an assignment with its own tests may have several notebooks."""
    return job.student, f"{job.assignment}/{job.notebook}" if job.own else job.notebook
