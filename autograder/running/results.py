"""The file of results: what is graded is kept the moment it is there, and never graded twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from autograder.judging.verdict import GRADER_FAULT, Graded


class Results:
    """A file of JSON lines that survives being cut off at any point.

    A result is found again by what it depends on: the bytes of the file, the student, and the
    version of everything that decides a verdict. So a change of any of them is graded anew.
    Beside the results stands which of them was last written into the gradebook, and for whom.

    Parameters
    ----------
    path : Path or None
        The file, made when it is first needed; without one, results are kept in memory only.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, Graded] = {}
        self._written: dict[tuple[str, str], str] = {}
        if path and path.exists():
            for line in path.read_bytes().split(b"\n"):
                self._read(line)

    def _read(self, line: bytes) -> None:
        try:
            data = json.loads(line)
            if "written" in data:
                for student, assignment, key in data["written"]:
                    self._written[str(student), str(assignment)] = str(key)
            else:
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
        self._append({"key": key, "graded": graded.to_json()})

    def is_written(self, student: str, assignment: str, key: str) -> bool:
        """Return whether what was last written for a student and an assignment is the result of that key."""
        return self._written.get((student, assignment)) == key

    def keep_written(self, written: dict[tuple[str, str], str]) -> None:
        """Note which results are in the gradebook now: (student, assignment) to the key of the result."""
        self._written |= written
        self._append({"written": [[*who, key] for who, key in written.items()]})

    def _append(self, data: dict[str, Any]) -> None:
        """Add a line; a line that an earlier run left unfinished stays alone."""
        if not self._path:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        line = b"\n" + json.dumps(data).encode() + b"\n"
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
