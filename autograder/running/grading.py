"""Grade many files: in parallel, each result kept the moment it is there, nothing graded twice."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

from autograder.course.casesets import version_of
from autograder.exercises import MODULES
from autograder.judging.judge import faulty, grade, ungradable
from autograder.judging.verdict import Graded
from autograder.running.pool import each
from autograder.running.results import Results
from autograder.sandbox import Backend, Limits, Session
from autograder.submission import MOST_BYTES
from autograder.submission.archives import INSIDE, read_member, too_large


@dataclass(frozen=True)
class Job:
    """One file to grade.

    Attributes
    ----------
    path : Path
        The file, or the archive that it lies in.
    student : str
        Who handed it in; seeds depend on it.
    notebook : str
        Name of the notebook that it must be, if that is known.
    seeds : dict or None
        Seeds of earlier verdicts, to replay them.
    member : str
        Name of the file inside the archive.
    """

    path: Path
    student: str = ""
    notebook: str = ""
    seeds: dict[str, int] | None = None
    member: str = ""

    @property
    def label(self) -> str:
        """The place of the file, for people."""
        return f"{self.path}{INSIDE}{self.member}" if self.member else str(self.path)


@dataclass(frozen=True)
class Done:
    """A job with its result.

    Attributes
    ----------
    job : Job
        What was to be graded.
    graded : Graded
        Its result.
    known : bool
        Whether the result was there before.
    key : str
        What the result depends on, as a hash; empty where there was no file to read.
    """

    job: Job
    graded: Graded
    known: bool
    key: str


def key_of(data: bytes, job: Job) -> str:
    """Return what a result depends on, as a hash."""
    digest = sha256(data)
    versions = [version_of(name) for name in ([job.notebook] if job.notebook in MODULES else MODULES)]
    for part in (job.student or job.label, job.notebook, *versions, sys.version, repr(job.seeds)):
        digest.update(b"\0" + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def grade_all(
    jobs: Iterable[Job],
    backend: Backend,
    secret: bytes,
    results: Results,
    processes: int = 1,
    limits: Limits | None = None,
) -> Iterator[Done]:
    """Grade files and yield each result as it comes.

    Parameters
    ----------
    jobs : iterable of Job
        What to grade.
    backend : Backend
        The sandbox; each process keeps one of its own.
    secret : bytes
        Makes the hidden cases unknowable.
    results : Results
        Where results are found and kept.
    processes : int
        How many to grade at a time.
    limits : Limits, optional
        What one submission may use.
    """
    waiting: list[Job] = []
    for job in jobs:
        data = _read(job)
        if isinstance(data, str):
            yield Done(job, ungradable(job.label, job.notebook, data), False, "")
            continue
        key = key_of(data, job)
        known = results.find(key)
        if known:
            yield Done(job, replace(known, path=job.label), True, key)
        else:
            waiting.append(job)
    run = _one_by_one if processes <= 1 else _in_parallel
    for job, key, graded in run(waiting, (backend, secret, limits), processes):
        if key:
            results.keep(key, graded)
        yield Done(job, graded, False, key)


def _read(job: Job) -> bytes | str:
    """Return the bytes of a regular file of reasonable size, or why there are none."""
    path = job.path
    try:
        if path.is_symlink() or not path.is_file():
            there = path.is_symlink() or path.exists()
            what = "is not a regular file" if there else "is not there"
            return f"{path.name} {what}. Hand in the .ipynb file itself."
        if job.member:
            return read_member(path, job.member, MOST_BYTES)
        if path.stat().st_size > MOST_BYTES:
            return too_large(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}."


Setting = tuple[Backend, bytes, Limits | None]
Found = tuple[Job, str, Graded]


def _one_by_one(waiting: Sequence[Job], setting: Setting, _: int) -> Iterator[Found]:
    if not waiting:
        return
    with Session(setting[0], setting[2]) as session:
        for job in waiting:
            yield (job, *_grade_one(session, setting[1], job))


def _grade_one(session: Session, secret: bytes, job: Job) -> tuple[str, Graded]:
    """Return the key and the result of a file, read now: files of a whole class are not held in memory."""
    data = _read(job)
    if isinstance(data, str):
        return "", ungradable(job.label, job.notebook, data)
    graded = grade(data, session, secret, job.label, job.student, job.notebook, job.seeds)
    return key_of(data, job), graded


_session: Session | None = None
_setting: Setting


def _start_process(*setting: Any) -> None:
    """Note with what this process is to grade; its sandbox starts with the first file."""
    global _setting
    _setting = setting


def _in_process(job: Job) -> tuple[str, Graded]:
    global _session
    if _session is None:
        _session = Session(_setting[0], _setting[2])
        Finalize(None, _session.__exit__, args=(None, None, None), exitpriority=10)
    return _grade_one(_session, _setting[1], job)


def _in_parallel(waiting: Sequence[Job], setting: Setting, processes: int) -> Iterator[Found]:
    """Grade in several processes; what kills its process even when it is alone is a fault of ours."""
    for job, found in each(_in_process, waiting, processes, _start_process, setting):
        if isinstance(found, Exception):
            said = f"{type(found).__name__}: {found}" if str(found) else type(found).__name__
            found = "", faulty(job.label, job.notebook, f"a grading process ended: {said}")
        yield (job, *found)
