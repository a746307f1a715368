"""Grade a whole class: in parallel, resumable, with the same marks as ``nbgrader autograde``.

Files are graded by several processes; this one alone writes the gradebook, many results at a
time, and the marked notebooks. What is graded and written already is not touched again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from filelock import FileLock, Timeout
from nbgrader.api import Gradebook
from traitlets import TraitError

from autograder.course.release import CHECK
from autograder.errors import CourseError
from autograder.judging.judge import Judged, in_points
from autograder.judging.verdict import Graded
from autograder.nbgrader.attempts import BEST, Attempts, Waiting, best_of
from autograder.nbgrader.beside import copy_beside, forget_beside
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.found import Found, Row
from autograder.nbgrader.gradebook import Entry, automatic_marks, late_plugin, points_of, write_entries
from autograder.nbgrader.handed_in import HandedIn, handed_in
from autograder.nbgrader.in_groups import with_groups
from autograder.nbgrader.lateness import Net
from autograder.nbgrader.preflight import assert_ready, told_plainly
from autograder.nbgrader.steps import Judge
from autograder.running.files import replace_file
from autograder.running.grading import Crew, Done, Job, Setting, grade_all, grading
from autograder.running.results import Results, Store
from autograder.running.shared import SharedResults, lasting
from autograder.sandbox import Backend, Limits

T = TypeVar("T")

BATCH = 25

Seen = Callable[[str, str, Graded, bool], None]
"""Called for each result: student, assignment, result, whether it was known before."""


@dataclass(frozen=True)
class Run:
    """What a run over a class did.

    Attributes
    ----------
    results : sequence
        (student, assignment, result) in the order in which they were handed in.
    fresh : int
        How many were graded now; the others were known.
    writing : int
        How many were left out because they were just being written.
    """

    results: Sequence[Row]
    fresh: int
    writing: int = 0


def autograde(
    folder: CourseFolder,
    backend: Backend,
    names: Sequence[str] = (),
    processes: int = 1,
    begin: Callable[[int], None] = lambda _: None,
    seen: Seen = lambda *_: None,
    limits: Limits | None = None,
    crew: Callable[[Setting, int], Crew] = grading,
    anew: bool = False,
    changing: Collection[str] = (),
) -> Run:
    """Grade every submission of the assignments named, or of all.

    Parameters
    ----------
    folder, backend
        The instructor's directory, and the sandbox.
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
    anew : bool
        Whether files that were graded before are graded again. What a person marked stays.
    changing : collection of str
        Files that are just being written. What lies in a folder with one is left out.
    """
    directory = folder.directory()
    settings, attempts = settings_of(directory), Attempts(folder.attempts)
    setting = Setting(folder.course, backend, folder.secret, limits or settings.limits, settings.own_numbers)
    there, writing = those_at_rest(folder, handed_in(folder.course, directory, names), changing)
    entries = list(with_groups(there, folder.arrangements.groups))
    found, fresh = dict[tuple[str, str], str | Graded](), 0
    with told_plainly("Grading stopped"), _alone(folder, directory), Writer(folder, directory) as writer:
        writer.assert_ready({entry.job.assignment for entry in entries})
        tries = {job: one for entry in entries for job, one in _tries(attempts, entry, settings.attempt)}
        begin(len(tries))
        waiting = Waiting(tries.values())
        for done in map(writer.in_points, grade_all(tries, setting, writer.results, processes, crew, anew)):
            seen(done.job.student, done.job.assignment, done.graded, done.known)
            fresh += not done.known
            found |= _written(waiting.add(tries[done.job], done), writer, attempts)
        places = tuple((entry.job, found[entry.job.student, entry.job.place]) for entry in entries)
    return Run(Found(writer.results, places, writer.graded_in_points), fresh, writing)


def those_at_rest(
    folder: CourseFolder, submissions: Iterable[HandedIn], changing: Collection[str]
) -> tuple[list[HandedIn], int]:
    """Return the submissions of which no file is just being written, and how many others there are.

    Parameters
    ----------
    folder : CourseFolder
        The course directory.
    submissions : iterable of HandedIn
        All of them.
    changing : collection of str
        Files that are just being written.
    """
    directory, several = folder.directory(), list(submissions)
    busy = {parent for path in changing for parent in Path(path).parents}
    rest = [
        entry
        for entry in several
        if Path(directory.format_path(directory.submitted_directory, entry.job.student, entry.job.assignment))
        not in busy
    ]
    return rest, len(several) - len(rest)


def _written(
    tried: list[tuple[HandedIn, Done]], writer: Writer, attempts: Attempts
) -> dict[tuple[str, str], str | Graded]:
    """Note and write which of the attempts of a student counts, and return where it is, once all are there."""
    if not tried:
        return {}
    entry, counts = best_of(tried, writer.net)
    attempts.note(entry)
    writer.add(entry, counts)
    return {(counts.job.student, counts.job.place): counts.key or counts.graded}


def _tries(attempts: Attempts, entry: HandedIn, which: str) -> Iterator[tuple[Job, HandedIn]]:
    """Yield the attempts that may count, by what grades them; all that is handed in is kept."""
    for one in attempts.tries(entry)[0 if which == BEST else -1 :]:
        yield one.job, one


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


def is_shared(directory: Any) -> bool:
    """Return whether several graders may work in a course at once: its gradebook is in a database server."""
    return not str(directory.db_url).startswith("sqlite")


def _alone(folder: CourseFolder, directory: Any) -> AbstractContextManager[None]:
    """Return what keeps a second run out, unless several may work at once."""
    return nullcontext() if is_shared(directory) else only_run(folder)


@contextmanager
def one_writes(folder: CourseFolder) -> Iterator[None]:
    """Let one process at a time replace files in a course directory."""
    place = folder.results.with_name("writing")
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(place):
        yield


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
        config = directory.config
        self._costs = repr([config.get(name) for name in ("AssignLatePenalties", "LateSubmissionPlugin")])
        self._points: dict[str, dict[str, float]] = {}
        self._arranged = folder.arrangements

    def __enter__(self) -> Writer:
        url, course = str(self._directory.db_url), str(self._directory.course_id)
        self._shared = is_shared(self._directory)
        self.results: Store = SharedResults(url, course) if self._shared else Results(self._folder.results)
        self._gradebook = Gradebook(self._directory.db_url, self._directory.course_id)
        self._late = late_plugin(self._directory.config)
        self._due = {assignment.name: assignment.duedate for assignment in self._gradebook.assignments}
        self._marks = automatic_marks(self._gradebook)
        self.net = Net(self._gradebook, self._directory.config, self._arranged)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._write()
        finally:
            self.results.close()
            self._gradebook.close()

    def assert_ready(self, names: Iterable[str]) -> None:
        """Refuse to begin what could not be written."""
        assert_ready(self._folder, self._directory, self._gradebook, names)

    def in_points(self, done: Done) -> Done:
        """Return a result with the points that the assignment was released with."""
        judged = in_points(Judged(done.graded, done.marked), self._points_of(done.job.assignment))
        return replace(done, graded=judged.graded, marked=judged.marked)

    def graded_in_points(self, name: str, graded: Graded) -> Graded:
        """Return what was graded with the points that the assignment was released with, without a notebook."""
        points = self._points_of(name)
        verdicts = tuple(v.out_of(points.get(v.exercise, v.max_score)) for v in graded.verdicts)
        return replace(graded, verdicts=verdicts)

    def _points_of(self, name: str) -> dict[str, float]:
        if name not in self._points:
            self._points[name] = self._lasting(lambda: points_of(self._gradebook, name))
        return self._points[name]

    def add(self, submission: HandedIn, done: Done) -> None:
        """Write a result, now or with the next ones, unless it stands there."""
        job = submission.job
        folder = self._directory.format_path(
            self._directory.autograded_directory, job.student, job.assignment
        )
        path = Path(folder, f"{job.notebook}.ipynb")
        who = (job.student, job.place)
        points = [verdict.max_score for verdict in done.graded.verdicts]
        lateness = (submission.timestamp, self._due.get(job.assignment), self._extension(job), self._costs)
        key = f"{done.key} {lateness} {points}" if done.key else ""
        if self.results.is_written(*who, key) and self._stands(job, done.graded) and path.exists():
            copy_beside(self._directory, submission, path.parent)
            return
        self._batch.append((submission, done, path, key))
        if len(self._batch) >= BATCH:
            self._write()

    def _extension(self, job: Job) -> timedelta | None:
        return self._arranged.of(job.student, job.assignment).extension

    def _stands(self, job: Job, graded: Graded) -> bool:
        """Return whether the gradebook, which may come from a backup, has the marks of a result."""
        before, who = "" if job.own else CHECK, (job.student, job.assignment)
        wanted = {before + verdict.exercise: verdict.score for verdict in graded.verdicts}
        if wanted.items() <= self._marks.get(who, {}).items():
            return True
        marks = self._lasting(lambda: automatic_marks(self._gradebook, *who)) if self._shared else {}
        return wanted.items() <= marks.get(who, {}).items()

    def _lasting(self, work: Callable[[], T]) -> T:
        """Do something in the gradebook, again if its server was away or another grader was in the way."""
        return lasting(work, self._gradebook.db.rollback) if self._shared else work()

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        entries = [_entry(submission, done, self._extension(done.job)) for submission, done, _, _ in batch]
        self._lasting(lambda: write_entries(self._gradebook, entries, self._late))
        with one_writes(self._folder):
            for submission, done, path, _ in batch:
                replace_file(path, done.marked)
                forget_beside(path.parent)
                copy_beside(self._directory, submission, path.parent)
        keys = {(entry.job.student, entry.job.place): key for entry, _, _, key in batch if key}
        self.results.keep_written(keys)


def _entry(submission: HandedIn, done: Done, extension: timedelta | None) -> Entry:
    notebook = nbformat.reads(done.marked, as_version=nbformat.NO_CONVERT)
    job = submission.job
    return Entry(job.student, job.assignment, done.graded, notebook, submission.timestamp, extension)
