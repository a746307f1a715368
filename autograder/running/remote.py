"""What a Dask worker does: tries its sandbox, then grades what is sent to it in processes of its own.

The worker itself runs no student's code and reads no submission. It hands bytes to a process with
limits, as one machine alone does, and returns what came of them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import sys
import threading
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from autograder.course.course import Course, load_course
from autograder.errors import AutograderError
from autograder.judging.judge import Judged
from autograder.running.grading import Job, Setting, sent_grading
from autograder.running.pool import Later, Lost, Pool
from autograder.sandbox import Backend, choose
from rnncourse import __version__

MOST_POOLS = 2
"""So many graders' processes one worker keeps; more would be those of runs that were killed."""


@dataclass(frozen=True)
class Versions:
    """What must be the same wherever files of one run are graded.

    Attributes
    ----------
    grader, rules, numpy, python : str
        Version of the package, a hash of all that decides a verdict, and those of NumPy and Python.
    """

    grader: str
    rules: str
    numpy: str
    python: str

    @classmethod
    def here(cls, course: Course) -> Versions:
        """Return those of this process."""
        rules = sha256("".join(assignment.version for assignment in course).encode()).hexdigest()[:12]
        return cls(__version__, rules, np.__version__, sys.version.split()[0])

    def differences(self, others: Versions) -> str:
        """Return what differs from others, as clauses, or an empty string."""
        names = {"grader": "grader", "rules": "rules of this course", "numpy": "NumPy", "python": "Python"}
        pairs = ((name, getattr(self, key), getattr(others, key)) for key, name in names.items())
        return ", ".join(
            f"its {name} is {mine}, here {wanted}" for name, mine, wanted in pairs if mine != wanted
        )


@dataclass(frozen=True)
class Examined:
    """What was found of a worker: the sandbox that holds there, or why it takes no work."""

    sandbox: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Untried:
    """What a worker answers that has not tried its sandbox yet: a new process has its address."""


@dataclass(frozen=True)
class Sent:
    """A file on its way to a worker; its content stands in no log."""

    job: Job
    data: bytes = field(repr=False)


_tried: set[str] = set()
_pools: dict[Setting, Pool[tuple[Job, bytes], tuple[str, Judged]]] = {}
_busy: dict[Setting, int] = {}
_lock = threading.Lock()


async def examine(
    course: str, versions: Versions, sandbox: str, unsafe: bool, dask_worker: Any = None
) -> Examined:
    """Say whether this worker may take work; the course is loaded and the sandbox tried beside the event loop."""
    if dask_worker.memory_manager.memory_limit is not None:
        return Examined(why_not="it may write what it holds to its disk. Start it with --memory-limit 0")
    return await asyncio.to_thread(_examined, course, versions, sandbox, unsafe)


def _examined(course: str, versions: Versions, sandbox: str, unsafe: bool) -> Examined:
    try:
        differences = Versions.here(load_course(course)).differences(versions)
        if differences:
            return Examined(why_not=differences)
        backend = choose(sandbox, unsafe)
    except AutograderError as error:
        return Examined(why_not=str(error))
    _tried.add(backend.name)
    return Examined(backend.name)


def grade_here(setting: Setting, sent: Sent, hurried: bool, processes: int) -> Any:
    """Grade one file in a process of this worker.

    Returns
    -------
    tuple of (str, Judged), Later, Lost or Untried
        Its key and its result; or why there is none.
    """
    if setting.backend.name not in _tried:
        return Untried()
    pool = _taken(setting, processes)
    try:
        outcome: tuple[str, Judged] | Later | Lost = pool.ask((sent.job, sent.data), hurried)
        return outcome
    finally:
        with _lock:
            _busy[setting] -= 1


def _taken(setting: Setting, processes: int) -> Pool[tuple[Job, bytes], tuple[str, Judged]]:
    """Return the processes that grade with a setting; those of a run that is over make room."""
    with _lock:
        if setting not in _pools:
            # A nanny's worker may have no children, which would outlive it: ours end with it, whatever happens.
            multiprocessing.current_process().daemon = False
            idle = [other for other in _pools if not _busy[other]]
            for other in idle[: max(0, len(_pools) - MOST_POOLS + 1)]:
                _pools.pop(other).__exit__()
            _pools[setting] = sent_grading(setting, processes)
        _busy[setting] = _busy.get(setting, 0) + 1
        return _pools[setting]


def let_go(secret_of: bytes) -> None:
    """End the processes of a run that is over, named by a hash of its secret."""
    with _lock:
        for setting in [s for s in _pools if sha256(s.secret).digest() == secret_of and not _busy[s]]:
            _pools.pop(setting).__exit__()


def backend_of(names: list[str]) -> Backend:
    """Return the sandbox that most workers have."""
    return Backend(max(sorted(set(names)), key=names.count))
