"""What is graded is kept the moment it is there, and never graded twice."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

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


class _Forgotten(msgspec.Struct):
    """A line of the file: keys whose results count no more."""

    forgotten: list[str]


_KEPT, _WRITTEN, _FORGOTTEN = b'{"key":"', b'{"written"', b'{"forgotten"'


class Store(Protocol):
    """Where results are found and kept."""

    def find(self, key: str) -> Judged | None:
        """Return the result of that key, if there is one that is whole and no fault of ours."""
        ...

    def graded(self, key: str) -> Graded | None:
        """Return the verdicts of that key, if they are there, faults of ours too."""
        ...

    def keep(self, key: str, judged: Judged) -> None:
        """Add a result, for good."""
        ...

    def claim(self, key: str) -> bool:
        """Return whether this grader is to grade a file: no other one is at it, or has done it."""
        ...

    def release(self, key: str) -> None:
        """Leave a file to others."""
        ...

    def forget(self, keys: Collection[str]) -> None:
        """Let results count no more, and take none of them for written."""
        ...

    def is_written(self, student: str, assignment: str, key: str) -> bool:
        """Return whether what was last written for a student and an assignment is the result of that key."""
        ...

    def keep_written(self, written: dict[tuple[str, str], str]) -> None:
        """Note which results are in the gradebook now: (student, assignment) to the key of the result."""
        ...

    def close(self) -> None:
        """End the use of it."""
        ...


class Results:
    """A file of JSON lines, and a folder of marked notebooks, that survive being cut off at any point.

    A result is found again by what it depends on: the bytes of the file, the student, the limits, and
    the version of everything that decides a verdict. So a change of any of them is graded anew. In
    memory is only where in the file it stands.
    Beside the results stands which of them was last written into the gradebook, and for whom.

    Parameters
    ----------
    path : Path or None
        The file, made when it is first needed; without one, results are kept in memory only.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._places: dict[str, int] = {}
        self._in_memory: dict[str, Judged] = {}
        self._written: dict[tuple[str, str], str] = {}
        if path and path.exists():
            place = 0
            with path.open("rb") as lines:
                for line in lines:
                    self._note(line, place)
                    place += len(line)

    def _note(self, line: bytes, place: int) -> None:
        """Note whose result a line is; one that was cut off, or is none of ours, is passed over."""
        try:
            if line.startswith(_WRITTEN):
                for student, assignment, key in msgspec.json.decode(line, type=_Written).written:
                    self._written[student, assignment] = key
            elif line.startswith(_FORGOTTEN):
                self._drop(msgspec.json.decode(line, type=_Forgotten).forgotten)
            elif line.startswith(_KEPT) and line.endswith(b"}\n"):
                self._places[line[len(_KEPT) : line.index(b'"', len(_KEPT))].decode()] = place
        except ValueError:
            return

    def find(self, key: str) -> Judged | None:
        """Return the result of that key, if there is one that is whole and no fault of ours."""
        judged = self._in_memory.get(key) if self._path is None else self._read(self._path, key)
        return None if judged is None or has_fault(judged.graded) else judged

    def graded(self, key: str) -> Graded | None:
        """Return the verdicts of that key, if they are there, faults of ours too."""
        if self._path is None:
            return self._in_memory[key].graded if key in self._in_memory else None
        if key not in self._places:
            return None
        try:
            with self._path.open("rb") as lines:
                lines.seek(self._places[key])
                kept = msgspec.json.decode(lines.readline(), type=_Kept)
        except (OSError, ValueError):
            return None
        return kept.graded if kept.key == key else None

    def _read(self, path: Path, key: str) -> Judged | None:
        """Return what the disk has under a key, or None if it is not there or not whole."""
        graded = self.graded(key)
        if graded is None:
            return None
        try:
            marked = zlib.decompress(self._place(path, key).read_bytes()).decode()
        except (OSError, ValueError, zlib.error):
            return None
        return Judged(graded, marked)

    def keep(self, key: str, judged: Judged) -> None:
        """Add a result and make sure that it is on the disk: the marked notebook first."""
        if self._path:
            replace_bytes(self._place(self._path, key), zlib.compress(judged.marked.encode()))
            self._places[key] = self._append(self._path, msgspec.json.encode(_Kept(key, judged.graded)))
        else:
            self._in_memory[key] = judged

    def forget(self, keys: Collection[str]) -> None:
        """Let results count no more, for good, and take none of them for written."""
        self._drop(keys)
        if self._path and keys:
            self._append(self._path, msgspec.json.encode(_Forgotten(sorted(keys))))

    def _drop(self, keys: Collection[str]) -> None:
        for key in keys:
            self._places.pop(key, None)
            self._in_memory.pop(key, None)
        gone = set(keys)
        self._written = {who: key for who, key in self._written.items() if key.partition(" ")[0] not in gone}

    def claim(self, key: str) -> bool:
        """Return whether this grader is to grade a file: there is no other one."""
        return True

    def release(self, key: str) -> None:
        """Leave a file to others."""

    def close(self) -> None:
        """End the use of it."""

    @staticmethod
    def _place(path: Path, key: str) -> Path:
        return path.with_name("marked") / key[:2] / f"{key}.ipynb.z"

    def is_written(self, student: str, assignment: str, key: str) -> bool:
        """Return whether what was last written for a student and an assignment is the result of that key."""
        return self._written.get((student, assignment)) == key

    def keep_written(self, written: dict[tuple[str, str], str]) -> None:
        """Note which results are in the gradebook now: (student, assignment) to the key of the result."""
        self._written |= written
        if self._path:
            self._append(
                self._path, msgspec.json.encode(_Written([(*who, key) for who, key in written.items()]))
            )

    @staticmethod
    def _append(path: Path, line: bytes) -> int:
        """Add a line and return its place; a line that an earlier run left unfinished stays alone."""
        path.parent.mkdir(parents=True, exist_ok=True)
        left = b"\n" + line + b"\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            place = os.lseek(descriptor, 0, os.SEEK_END) + 1
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return place


def has_fault(graded: Graded) -> bool:
    """Return whether anything in a result is our fault."""
    return any(verdict.outcome == GRADER_FAULT for verdict in graded.verdicts)
