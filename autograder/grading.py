"""Grade many files: in parallel, each result kept the moment it is there, nothing graded twice."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path

from autograder.casesets import version_of
from autograder.exercises import MODULES
from autograder.judge import faulty, grade, ungradable
from autograder.sandbox import Backend, Limits, Session
from autograder.submission import MOST_BYTES
from autograder.verdict import GRADER_FAULT, Graded


@dataclass(frozen=True)
class Job:
    """One file to grade.

    Attributes
    ----------
    path : Path
        The file.
    student : str
        Who handed it in; seeds depend on it.
    notebook : str
        Name of the notebook that it must be, if that is known.
    seeds : dict or None
        Seeds of earlier verdicts, to replay them.
    """

    path: Path
    student: str = ""
    notebook: str = ""
    seeds: dict[str, int] | None = None


class Results:
    """A file of results, one JSON line each, that survives being cut off at any point.

    A result is found again by what it depends on: the bytes of the file, the student, and the
    version of everything that decides a verdict. So a change of any of them is graded anew.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Graded] = {}
        if path and path.exists():
            for line in path.read_bytes().split(b"\n"):
                self._read(line)

    def _read(self, line: bytes) -> None:
        try:
            data = json.loads(line)
            self._known[data["key"]] = Graded.from_json(data["graded"])
        except (ValueError, KeyError, TypeError):
            return  # empty, or the last line of a run that was cut off

    def find(self, key: str) -> Graded | None:
        """Return the result of that key if there is one that is not a fault of ours."""
        found = self._known.get(key)
        return None if found is None or has_fault(found) else found

    def keep(self, key: str, graded: Graded) -> None:
        """Add a result and make sure that it is on the disk."""
        self._known[key] = graded
        if not self._path:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"key": key, "graded": graded.to_json()}).encode() + b"\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, b"\n" + line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def has_fault(graded: Graded) -> bool:
    """Return whether anything in a result is our fault."""
    return any(verdict.outcome == GRADER_FAULT for verdict in graded.verdicts)


def key_of(data: bytes, job: Job) -> str:
    """Return what a result depends on, as a hash."""
    digest = sha256(data)
    versions = [version_of(name) for name in ([job.notebook] if job.notebook in MODULES else MODULES)]
    for part in (job.student or str(job.path), job.notebook, *versions, sys.version, repr(job.seeds)):
        digest.update(b"\0" + part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def grade_all(
    jobs: Iterable[Job],
    backend: Backend,
    secret: bytes,
    results: Results,
    processes: int = 1,
    limits: Limits | None = None,
) -> Iterator[tuple[Job, Graded, bool]]:
    """Grade files and yield each result as it comes: the job, its result, and whether it was known.

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
    waiting: list[tuple[str, Job, bytes]] = []
    for job in jobs:
        data = _read(job.path)
        if isinstance(data, str):
            yield job, ungradable(str(job.path), job.notebook, data), False
            continue
        key = key_of(data, job)
        known = results.find(key)
        if known:
            yield job, replace(known, path=str(job.path)), True
        else:
            waiting.append((key, job, data))
    run = _one_by_one if processes <= 1 else _in_parallel
    for key, job, graded in run(waiting, (backend, secret, limits), processes):
        results.keep(key, graded)
        yield job, graded, False


def _read(path: Path) -> bytes | str:
    """Return the bytes of a regular file of reasonable size, or why there are none."""
    try:
        if path.is_symlink() or not path.is_file():
            return f"{path.name} is not a regular file. Hand in the .ipynb file itself."
        if path.stat().st_size > MOST_BYTES:
            size = path.stat().st_size >> 20
            return f"{path.name} has {size} MB; a notebook may have {MOST_BYTES >> 20}. Clear its outputs and save it."
        return path.read_bytes()
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}."


Waiting = list[tuple[str, Job, bytes]]
Setting = tuple[Backend, bytes, Limits | None]


def _one_by_one(waiting: Waiting, setting: Setting, _: int) -> Iterator[tuple[str, Job, Graded]]:
    if not waiting:
        return
    with Session(setting[0], setting[2]) as session:
        for key, job, data in waiting:
            yield key, job, _grade_one(session, setting[1], job, data)


def _grade_one(session: Session, secret: bytes, job: Job, data: bytes) -> Graded:
    return grade(data, session, secret, str(job.path), job.student, job.notebook, job.seeds)


_session: Session | None = None
_secret = b""


def _start_process(backend: Backend, secret: bytes, limits: Limits | None) -> None:
    """Give a grading process its own sandbox."""
    global _session, _secret
    _session, _secret = Session(backend, limits), secret
    Finalize(None, _session.__exit__, args=(None, None, None), exitpriority=10)


def _in_process(job: Job, data: bytes) -> Graded:
    assert _session
    return _grade_one(_session, _secret, job, data)


def _in_parallel(waiting: Waiting, setting: Setting, processes: int) -> Iterator[tuple[str, Job, Graded]]:
    """Grade in several processes; one that dies is a fault of ours for the files it had."""
    if not waiting:
        return
    count = min(processes, len(waiting))
    with ProcessPoolExecutor(count, get_context("forkserver"), _start_process, setting) as pool:
        pending: dict[Future[Graded], tuple[str, Job]] = {
            pool.submit(_in_process, job, data): (key, job) for key, job, data in waiting
        }
        while pending:
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                key, job = pending.pop(future)
                yield key, job, _result_of(future, job)


def _result_of(future: Future[Graded], job: Job) -> Graded:
    try:
        return future.result()
    except (BrokenProcessPool, OSError, MemoryError) as error:
        return faulty(str(job.path), job.notebook, f"a grading process ended: {error}")
