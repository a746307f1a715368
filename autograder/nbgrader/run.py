"""Grade a whole class: in parallel, resumable, with the same marks as ``nbgrader autograde``.

Files are graded by several processes; this one alone writes the gradebook, many results at a
time, and the marked notebooks. What is graded and written already is not touched again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets import TraitError

from autograder.build import notebook_text
from autograder.errors import CourseError
from autograder.grading import Job, Results, grade_all
from autograder.nbgrader.course import Course, assignments
from autograder.nbgrader.gradebook import Entry, write_entries
from autograder.nbgrader.marked import marked_notebook
from autograder.nbgrader.steps import Judge, read_forgivingly
from autograder.sandbox import Backend, Limits
from autograder.verdict import Graded

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
    jobs = list(_jobs(directory, names or assignments()))
    begin(len(jobs))
    results: dict[tuple[str, str], Graded] = {}
    batch: list[tuple[Entry, Path]] = []
    fresh = 0
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        late = LateSubmissionPlugin(config=directory.config)
        for job, graded, known in grade_all(
            jobs, backend, course.secret, Results(course.results), processes, limits
        ):
            results[job.student, job.notebook] = graded
            seen(job.student, job.notebook, graded, known)
            target = Path(directory.format_path(directory.autograded_directory, job.student, job.notebook))
            if known and (target / f"{job.notebook}.ipynb").exists():
                continue
            fresh += not known
            batch.append((_entry(directory, job, graded), target))
            if len(batch) >= BATCH:
                _write(gradebook, batch, late)
                batch = []
        _write(gradebook, batch, late)
    ordered = ((job.student, job.notebook, results[job.student, job.notebook]) for job in jobs)
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


def _jobs(directory: Any, names: Sequence[str]) -> Iterator[Job]:
    """Yield a job for every submitted notebook, by student and assignment."""
    for name in names:
        if name not in assignments():
            raise CourseError(
                f"There is no assignment {name!r}. The assignments are: {', '.join(assignments())}."
            )
        pattern = directory.format_path(directory.submitted_directory, "*", name)
        root = Path(directory.root)
        for folder in sorted(root.glob(str(Path(pattern).relative_to(root)))):
            path = folder / f"{name}.ipynb"
            if path.is_symlink() or path.exists():
                student = _student_of(directory, folder, name)
                yield Job(path, student, name)


def _student_of(directory: Any, folder: Path, name: str) -> str:
    """Return whose folder that is, by the structure that the course has."""
    marker = "\\0"
    parts = Path(directory.format_path(directory.submitted_directory, marker, name)).parts
    return folder.parts[parts.index(marker)]


def _entry(directory: Any, job: Job, graded: Graded) -> Entry:
    """Return what to write for one result."""
    notebook = marked_notebook(read_forgivingly(job.path, job.notebook), graded)
    stamp = job.path.parent / "timestamp.txt"
    timestamp = stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else None
    return Entry(job.student, job.notebook, graded, notebook, timestamp or None)


def _write(gradebook: Gradebook, batch: Sequence[tuple[Entry, Path]], late: Any) -> None:
    """Write marks first and then the marked notebooks, which say that the marks are there."""
    write_entries(gradebook, [entry for entry, _ in batch], late)
    for entry, folder in batch:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{entry.assignment}.ipynb"
        draft = path.with_suffix(".draft")
        draft.write_text(notebook_text(entry.notebook), encoding="utf-8")
        os.chmod(draft, 0o644)
        os.replace(draft, path)
