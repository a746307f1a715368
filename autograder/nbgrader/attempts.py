"""Every attempt is kept, and which of them counts: the last one, or the best.

Kept files lie in ``.rnncourse/attempts/ASSIGNMENT/STUDENT``, one small archive each, named by their content:
what is handed in twice is one attempt.
"""

from __future__ import annotations

import os
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Protocol, TypeVar

from nbgrader.utils import parse_utc

from autograder.judging.verdict import Graded
from autograder.nbgrader.handed_in import HandedIn
from autograder.running.files import replace_bytes
from autograder.running.grading import Job, read_file

LAST, BEST = "last", "best"
_COUNTS = "counts"
_DIGEST = 16
_DAMAGED = (OSError, zipfile.BadZipFile, ValueError)


@dataclass(frozen=True)
class Attempt:
    """One attempt that is kept.

    Attributes
    ----------
    path : Path
        The archive that holds it.
    digest : str
        What its content is found by.
    timestamp : str or None
        When it was handed in, as nbgrader writes it.
    """

    path: Path
    digest: str
    timestamp: str | None


class Attempts:
    """The attempts of a class.

    Parameters
    ----------
    root : Path
        The folder that they lie in.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._digests: dict[Job, str] = {}

    def keep(self, student: str, assignment: str, data: bytes, timestamp: str | None) -> str:
        """Keep a file, unless it is kept already, and return what its content is found by."""
        folder, digest = self._root / assignment / student, _digest(data)
        names = _archives(folder)
        if any(name.endswith(f"-{digest}.zip") for name in names):
            return digest
        number = len(names) + 1
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{assignment}.ipynb", data)
            archive.comment = (timestamp or "").encode()
        replace_bytes(folder / f"{number:03}-{digest}.zip", packed.getvalue())
        return digest

    def of(self, student: str, assignment: str) -> list[Attempt]:
        """Return the attempts of a student, the earliest first; what has no time stands where it was found."""
        found, folder = [], self._root / assignment / student
        for path in map(folder.joinpath, _archives(folder)):
            try:
                with zipfile.ZipFile(path) as archive:
                    timestamp = archive.comment.decode() or None
            except _DAMAGED:
                continue
            found.append(Attempt(path, _digest_in(path.name), timestamp))
        timed = all(attempt.timestamp for attempt in found)
        return sorted(found, key=lambda attempt: seconds_of(attempt.timestamp)) if timed else found

    def tries(self, submission: HandedIn) -> list[HandedIn]:
        """Keep what was handed in, and return it after everything else that was handed in before it.

        Of an assignment with its own tests only the last attempt counts, and none is kept.
        """
        job, data = submission.job, read_file(submission.job)
        if isinstance(data, str) or job.own:
            return [submission]
        self._digests[job] = digest = self.keep(job.student, job.notebook, data, submission.timestamp)
        if len(_archives(self._root / job.notebook / job.student)) == 1:
            return [submission]  # mostly there is no other, and nothing to open
        others = [a for a in self.of(job.student, job.notebook) if a.digest != digest]
        member = f"{job.notebook}.ipynb"
        return [
            *(HandedIn(Job(a.path, job.student, job.notebook, member=member), a.timestamp) for a in others),
            submission,
        ]

    def note(self, submission: HandedIn) -> None:
        """Note that this attempt counts."""
        job, digest = submission.job, self._digest_of(submission.job)
        place = self._root / job.notebook / job.student / _COUNTS
        if digest and not job.own and _text(place) != digest:
            replace_bytes(place, digest.encode())

    def _digest_of(self, job: Job) -> str:
        """Return what the content of an attempt is found by, or nothing if it cannot be read."""
        if self._root in job.path.parents:
            return _digest_in(job.path.name)
        if job not in self._digests:
            data = read_file(job)
            self._digests[job] = _digest(data) if isinstance(data, bytes) else ""
        return self._digests[job]

    def says(self, student: str, assignment: str) -> tuple[int, int]:
        """Return the number of the attempt that counts and how many there are; zeros where none is known."""
        folder = self._root / assignment / student
        names, counts = _archives(folder), _text(folder / _COUNTS)
        several = self.of(student, assignment) if len(names) > 1 else []
        digests = [attempt.digest for attempt in several] or [_digest_in(name) for name in names]
        return (digests.index(counts) + 1 if counts in digests else 0), len(digests)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def _archives(folder: Path) -> list[str]:
    """Return the names of what is kept in a folder, in the order in which it was kept."""
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".zip"))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _digest_in(name: str) -> str:
    """Return what the content of an archive is found by, from its name."""
    return name.removesuffix(".zip").partition("-")[2]


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:_DIGEST]


def seconds_of(timestamp: str | None) -> float:
    """Return a time in seconds since 1970; 0 where none is known."""
    time = parse_utc(timestamp) if timestamp else None
    return float(time.timestamp()) if time else 0.0


class _HasGraded(Protocol):
    @property
    def graded(self) -> Graded:
        """The verdicts."""


T = TypeVar("T", bound=_HasGraded)


def best_of(
    tried: Iterable[tuple[HandedIn, T]], net: Callable[[HandedIn, Graded], float]
) -> tuple[HandedIn, T]:
    """Return the attempt that is worth most, less what lateness costs; of equals the earliest.

    Parameters
    ----------
    tried : iterable of (HandedIn, result)
        The attempts in their order, and what came of each.
    net : callable
        What a result is worth.
    """
    return max(tried, key=lambda one: net(one[0], one[1].graded))


class Waiting:
    """Holds the results of the attempts of each student until all are there.

    Parameters
    ----------
    tries : mapping
        All attempts by the job that grades them.
    """

    def __init__(self, tries: Iterable[HandedIn]) -> None:
        self._left: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._there: defaultdict[tuple[str, str], list[tuple[HandedIn, _HasGraded]]] = defaultdict(list)
        self._order = {entry.job: number for number, entry in enumerate(tries)}
        for job in self._order:
            self._left[job.student, job.place] += 1

    def add(self, entry: HandedIn, result: T) -> list[tuple[HandedIn, T]]:
        """Note a result; return all results of that student and assignment in their order once they are there."""
        who = (entry.job.student, entry.job.place)
        there: list[tuple[HandedIn, T]] = self._there[who]  # type: ignore[assignment]
        there.append((entry, result))
        self._left[who] -= 1
        if self._left[who]:
            return []
        del self._there[who]  # a marked notebook is large, and a class has many
        return sorted(there, key=lambda one: self._order[one[0].job])
