"""What is graded is kept the moment it is there, and never graded twice."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import msgspec

from autograder.judging.judge import Judged
from autograder.judging.verdict import GRADER_FAULT, Graded
from autograder.running.files import replace_bytes


class _Kept(msgspec.Struct):
    """A line of the file: a result under its key."""

    key: str
    graded: Graded


class _Written(msgspec.Struct):
    """A line of the file: (student, assignment, key) of results that are in the gradebook."""

    written: list[tuple[str, str, str]]


class Results:
    """A file of JSON lines, and a folder of marked notebooks, that survive being cut off at any point.

    A result is found again by what it depends on: the bytes of the file, the student, the limits, and
    the version of everything that decides a verdict. So a change of any of them is graded anew.
    Beside the results stands which of them was last written into the gradebook, and for whom.

    Parameters
    ----------
    path : Path or None
        The file, made when it is first needed; without one, results are kept in memory only.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Graded] = {}
        self._marked: dict[str, str] = {}
        self._written: dict[tuple[str, str], str] = {}
        if path and path.exists():
            with path.open("rb") as lines:
                for line in lines:
                    self._read(line)

    def _read(self, line: bytes) -> None:
        """Take in a line; one that was cut off, or is none of ours, is passed over."""
        try:
            if line.startswith(b'{"written"'):
                for student, assignment, key in msgspec.json.decode(line, type=_Written).written:
                    self._written[student, assignment] = key
            elif line.strip():
                kept = msgspec.json.decode(line, type=_Kept)
                self._known[kept.key] = kept.graded
        except msgspec.DecodeError:
            return

    def find(self, key: str) -> Judged | None:
        """Return the result of that key, if there is one that is whole and no fault of ours."""
        graded = self._known.get(key)
        if graded is None or has_fault(graded):
            return None
        marked = self._marked_text(key)
        return None if marked is None else Judged(graded, marked)

    def _marked_text(self, key: str) -> str | None:
        """Return the marked notebook that was kept under a key, or None if it is not there or not whole."""
        if not self._path:
            return self._marked.get(key)
        try:
            return zlib.decompress(self._place(self._path, key).read_bytes()).decode()
        except (OSError, ValueError, zlib.error):
            return None

    def keep(self, key: str, judged: Judged) -> None:
        """Add a result and make sure that it is on the disk: the marked notebook first."""
        self._known[key] = judged.graded
        if self._path:
            replace_bytes(self._place(self._path, key), zlib.compress(judged.marked.encode()))
            self._append(msgspec.json.encode(_Kept(key, judged.graded)))
        else:
            self._marked[key] = judged.marked

    @staticmethod
    def _place(path: Path, key: str) -> Path:
        return path.with_name("marked") / key[:2] / f"{key}.ipynb.z"

    def is_written(self, student: str, assignment: str, key: str) -> bool:
        """Return whether what was last written for a student and an assignment is the result of that key."""
        return self._written.get((student, assignment)) == key

    def keep_written(self, written: dict[tuple[str, str], str]) -> None:
        """Note which results are in the gradebook now: (student, assignment) to the key of the result."""
        self._written |= written
        self._append(msgspec.json.encode(_Written([(*who, key) for who, key in written.items()])))

    def _append(self, line: bytes) -> None:
        """Add a line; a line that an earlier run left unfinished stays alone."""
        if not self._path:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = b"\n" + line + b"\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while line:
                line = line[os.write(descriptor, line) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def has_fault(graded: Graded) -> bool:
    """Return whether anything in a result is our fault."""
    return any(verdict.outcome == GRADER_FAULT for verdict in graded.verdicts)
