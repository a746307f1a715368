"""Grade a whole class: in parallel, resumable, with the same marks as ``nbgrader autograde``.

Files are graded by several processes; this one alone writes the gradebook, many results at a
time, and the marked notebooks. What is graded and written already is not touched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets import TraitError

from autograder.course.build import notebook_text
from autograder.course.masters import CHECK
from autograder.errors import CourseError
from autograder.judging.verdict import Graded
from autograder.nbgrader.course import Course
from autograder.nbgrader.gradebook import Entry, automatic_marks, write_entries
from autograder.nbgrader.handed_in import HandedIn, handed_in
from autograder.nbgrader.marked import marked_notebook
from autograder.nbgrader.preflight import assert_ready, told_plainly
from autograder.nbgrader.steps import Judge, read_forgivingly
from autograder.running.files import replace_file
from autograder.running.grading import Job, grade_all
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
    course: Course,
    backend: Backend,
    names: Sequence[str] = (),
    processes: int = 1,
    begin: Callable[[int], None] = lambda _: None,
    seen: Seen = lambda *_: None,
    limits: Limits | None = None,
) -> Run:
    """Grade every submission of the assignments named, or of all.

    Parameters
    ----------
    course : Course
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
    """
    directory = course.directory()
    limits = limits or settings_of(directory).limits
    submissions = list(handed_in(directory, names))
    begin(len(submissions))
    found: dict[Job, Graded] = {}
    fresh = 0
    of = {submission.job: submission for submission in submissions}
    with told_plainly("Grading stopped"), _Writer(course, directory) as writer:
        writer.assert_ready({job.notebook for job in of})
        for done in grade_all(of, backend, course.secret, writer.results, processes, limits):
            submission = of[done.job]
            graded = replace(done.graded, repairs=(*submission.notes, *done.graded.repairs))
            found[done.job] = graded
            seen(done.job.student, done.job.notebook, graded, done.known)
            fresh += not done.known
            writer.add(submission, graded, done.key)
    ordered = ((job.student, job.notebook, found[job]) for job in of)
    return Run(tuple(ordered), fresh)


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


class _Writer:
    """Writes results into the gradebook and the marked notebooks, many at a time.

    What stands there already is not written again. Marks come first, then the marked notebooks, then
    the note that both are there: whatever is cut off in between is written again by the next run.
    """

    def __init__(self, course: Course, directory: Any) -> None:
        self._course, self._directory = course, directory
        self._batch: list[tuple[Entry, Path, str]] = []

    def __enter__(self) -> _Writer:
        self.results = Results(self._course.results)
        self._gradebook = Gradebook(self._directory.db_url, self._directory.course_id)
        self._late = LateSubmissionPlugin(config=self._directory.config)
        self._marks = automatic_marks(self._gradebook)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._write()
        finally:
            self._gradebook.close()

    def assert_ready(self, names: Iterable[str]) -> None:
        """Refuse to begin what could not be written."""
        assert_ready(self._course, self._directory, self._gradebook, names)

    def add(self, submission: HandedIn, graded: Graded, key: str) -> None:
        """Write a result, now or with the next ones, unless it stands there."""
        job = submission.job
        folder = self._directory.format_path(self._directory.autograded_directory, job.student, job.notebook)
        path = Path(folder, f"{job.notebook}.ipynb")
        who = (job.student, job.notebook)
        key = f"{key} {submission.timestamp}" if key else ""
        if self.results.is_written(*who, key) and self._stands(who, graded) and path.exists():
            return
        notebook = marked_notebook(read_forgivingly(job.path, job.notebook), graded)
        self._batch.append((Entry(*who, graded, notebook, submission.timestamp), path, key))
        if len(self._batch) >= BATCH:
            self._write()

    def _stands(self, who: tuple[str, str], graded: Graded) -> bool:
        """Return whether the gradebook, which may come from a backup, has the marks of a result."""
        wanted = {CHECK + verdict.exercise: verdict.score for verdict in graded.verdicts}
        return wanted.items() <= self._marks.get(who, {}).items()

    def _write(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        write_entries(self._gradebook, [entry for entry, _, _ in batch], self._late)
        for entry, path, _ in batch:
            replace_file(path, notebook_text(entry.notebook))
        self.results.keep_written({(e.student, e.assignment): key for e, _, key in batch if key})
