"""Make the file with the slips of an exercise, in a process of its own.

To run hundreds of slips takes seconds. So a file says what it was made of, and is made again
only when that is another: the solutions, the public cases, the operators.
"""

from __future__ import annotations

import hashlib
import re
import resource
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course.casesets import PUBLIC_SEED
from autograder.course.slips.running import has_slips
from autograder.course.slips.survivors import table_of
from autograder.errors import ExerciseError
from rnncourse.checking.slips import packed, unpacked

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.course import Course

_MEMORY = 6 << 30
_NUMBER = re.compile(r"\d+\.\d+(?:[eE][-+]?\d+)?")
_RULES = ("fingerprint.py", "slips.py")


def slips_text(course: Course, assignment: Assignment, exercise: str, cases: str, folder: Path) -> str:
    """Return the text of the file with the slips of an exercise; empty where it has none.

    Parameters
    ----------
    course, assignment : Course, Assignment
        Where the exercise belongs.
    exercise : str
        Its name.
    cases : str
        The text of its public cases.
    folder : Path
        Where the files are; one that was made of the same is kept.
    """
    if not has_slips(assignment, assignment.exercise(exercise)):
        return ""
    key = _key(assignment, exercise, cases)
    path = folder / f"{exercise}.json"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return text if text and _key_in(text) == key else _made_apart(course, assignment.name, exercise, key)


def _key_in(text: str) -> str:
    try:
        return unpacked(text).key
    except (ValueError, KeyError, TypeError):
        return ""


def _key(assignment: Assignment, exercise: str, cases: str) -> str:
    """Return a hash of what decides which slips there are, and what they answer."""
    digest = hashlib.sha256(f"{exercise}\n{_NUMBER.sub(_short, cases)}".encode())
    for name in assignment.master.graded():
        if name in assignment.by_id:
            digest.update(assignment.master.solution(name).encode())
    for path in _operators():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _short(number: re.Match[str]) -> str:
    """Return a number without the digits that rounding decides."""
    return f"{float(number[0]):.6g}"


@cache
def _operators() -> Sequence[Path]:
    """Return the files whose code finds and records slips; not those that only use what was recorded."""
    from rnncourse.checking import slips

    found = [
        path for path in Path(__file__).parent.glob("*.py") if path.name not in ("making.py", "naming.py")
    ]
    return [*sorted(found), *(Path(slips.__file__).with_name(name) for name in _RULES)]


@cache
def _process() -> ProcessPoolExecutor:
    """Return a process with limits that makes tables, one after the other; it ends with ours.

    A worker of the build waits for its processes before it ends its pools. So it must be told to end this one.
    """
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_limited)
    Finalize(None, pool.shutdown, exitpriority=100)  # before its queues are closed
    return pool


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _made_apart(course: Course, notebook: str, exercise: str, key: str) -> str:
    try:
        return _process().submit(_made, course, notebook, exercise, key).result()
    except BrokenProcessPool:
        _process.cache_clear()
        raise ExerciseError(f"A slip of {exercise} ended the process that tries them.") from None


def _made(course: Course, notebook: str, exercise: str, key: str) -> str:
    assignment = course.assignment(notebook)
    cases = assignment.draw(exercise, PUBLIC_SEED)
    return packed(table_of(assignment, assignment.exercise(exercise), cases, key))
