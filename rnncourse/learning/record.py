"""Keep what a learner did: best and last outcome of each exercise, and the hints given.

It is a small JSON file beside the notebooks which a person can read. It is never a grade. Where it
cannot be kept it lives in memory, and that is said once. Several kernels may write at the same time:
each reads what is there, changes one entry and replaces the file whole, behind a lock.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rnncourse.checking.outcomes import CORRECT, CRASHED, NOT_ATTEMPTED, PARTIAL, TIMED_OUT, WRONG
from rnncourse.languages import N_, _

FILE = "rnncourse-progress.json"
"""Its name."""
ABOUT = N_(
    "What you checked and which hints you saw in the notebooks of rnncourse. "
    "It is yours, and nobody grades by it. Delete it to begin afresh."
)
WHERE = "RNNCOURSE_PROGRESS"
"""The environment variable that names another folder for it, or ``off``."""
VERSION = 1
RANKS = {"": 0, NOT_ATTEMPTED: 0, TIMED_OUT: 1, CRASHED: 1, WRONG: 1, PARTIAL: 2, CORRECT: 3}
"""Outcomes from the worst to the best."""

_MOST_BYTES = 1 << 20
_PATIENCE, _STALE = 2.0, 10.0
"""Seconds to wait for a lock, and after which its owner is taken for dead."""


@dataclass(frozen=True)
class Entry:
    """What is known of one exercise.

    Attributes
    ----------
    best, last : str
        Outcomes, the best so far and that of the last check; empty before the first.
    checks, hints : int
        How often it was checked, and how many hints were given.
    failed : int
        How many checks found an attempt that was not right.
    when : str
        Time of the last change, UTC.
    """

    best: str = ""
    last: str = ""
    checks: int = 0
    failed: int = 0
    hints: int = 0
    when: str = ""

    def checked(self, outcome: str) -> Entry:
        """Return what is known after one more check."""
        best = max(self.best, outcome, key=lambda o: RANKS.get(o, 0))
        failed = self.failed + (outcome not in (CORRECT, NOT_ATTEMPTED))
        return replace(self, best=best, last=outcome, checks=self.checks + 1, failed=failed, when=_now())

    def hinted(self, most: int) -> Entry:
        """Return what is known after one more hint of so many."""
        return replace(self, hints=min(self.hints + 1, most), when=_now())

    def merged(self, other: Entry) -> Entry:
        """Return what two records know together."""
        best = max(self.best, other.best, key=lambda o: RANKS.get(o, 0))
        late = max(self, other, key=lambda entry: entry.when)
        counts = {
            name: max(getattr(self, name), getattr(other, name)) for name in ("checks", "failed", "hints")
        }
        return replace(late, best=best, **counts)


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())


class Foreign(ValueError):
    """The file is damaged, or somebody else's."""


class Record:
    """The record of one folder.

    Parameters
    ----------
    folder : Path or None
        Where its file lies; None to keep it in memory.
    say : callable
        Takes one sentence for the learner.
    """

    def __init__(self, folder: Path | None, say: Callable[[str], None] = print) -> None:
        self.folder, self._say = folder, say
        self._unsaved: dict[str, Entry] = {}
        self._said = False

    def entries(self) -> dict[str, Entry]:
        """Return what is known, by exercise."""
        on_disk: dict[str, Entry] = {}
        if self.folder is not None:
            with suppress(OSError, Foreign):
                on_disk = read(self.folder / FILE)
        return _merged(on_disk, self._unsaved)

    def change(self, exercise: str, how: Callable[[Entry], Entry]) -> Entry:
        """Change one entry, on disk if that can be, and return it."""
        try:
            return self._change_on_disk(exercise, how)
        except OSError as error:
            self._unsaved[exercise] = how(self.entries().get(exercise, Entry()))
            if self.folder is not None and not self._said:
                self._said = True
                sentence = _(
                    "Your progress cannot be written to {folder} ({why}). It is kept until this kernel ends."
                )
                self._say(sentence.format(folder=self.folder, why=error.strerror or error))
            return self._unsaved[exercise]

    def _change_on_disk(self, exercise: str, how: Callable[[Entry], Entry]) -> Entry:
        if self.folder is None:
            raise FileNotFoundError("there is no folder to write to")
        path = self.folder / FILE
        with _locked(self.folder):
            try:
                known = read(path)
            except Foreign as error:
                self._say(str(error).format(file=FILE, aside=_set_aside(path).name))
                known = {}
            known = _merged(known, self._unsaved)
            known[exercise] = how(known.get(exercise, Entry()))
            _write(path, known)
        self._unsaved.clear()
        return known[exercise]


def _merged(one: Mapping[str, Entry], other: Mapping[str, Entry]) -> dict[str, Entry]:
    both = {name: entry.merged(other[name]) for name, entry in one.items() if name in other}
    return {**one, **other, **both}


def read(path: Path) -> dict[str, Entry]:
    """Return the entries in a file; none if there is no file.

    Raises
    ------
    Foreign
        If the file is no such record; the message has holes for its name and that which it is kept under.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Foreign(
                _(
                    "{file} is far too large for a record of progress. "
                    "It is kept as {aside}, and a new one begun."
                )
            )
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as error:
        damaged = _("{file} is damaged: it is no JSON. It is kept as {aside}, and a new one begun.")
        raise error if isinstance(error, Foreign) else Foreign(damaged) from None
    exercises = data.get("exercises") if isinstance(data, dict) else None
    if not isinstance(exercises, dict) or data.get("version") != VERSION:
        raise Foreign(
            _(
                "{file} is no record of progress that this version can read. "
                "It is kept as {aside}, and a new one begun."
            )
        )
    return {name: _entry(entry) for name, entry in exercises.items() if isinstance(entry, dict)}


def _entry(data: Mapping[str, Any]) -> Entry:
    """Return an entry from JSON data, whatever somebody wrote there."""

    def kept(name: str, kind: type) -> Any:
        value = data.get(name)
        return value if isinstance(value, kind) and not isinstance(value, bool) else kind()

    outcomes = {name: kept(name, str) for name in ("best", "last")}
    outcomes = {name: outcome if outcome in RANKS else "" for name, outcome in outcomes.items()}
    counts = {name: max(0, kept(name, int)) for name in ("checks", "failed", "hints")}
    return Entry(**outcomes, **counts, when=kept("when", str))


def _write(path: Path, entries: Mapping[str, Entry]) -> None:
    """Replace the file whole, so that it is never half written."""
    lines = [f"  {json.dumps(name)}: {json.dumps(vars(entries[name]))}" for name in sorted(entries)]
    head = (
        f' "about": {json.dumps(_(ABOUT), ensure_ascii=False)},\n "version": {VERSION},\n "exercises": {{\n'
    )
    fresh = path.with_name(f".{path.stem}-{os.getpid()}.tmp")
    try:
        fresh.write_text("{\n" + head + ",\n".join(lines) + "\n }\n}\n", encoding="utf-8")
        _replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def _replace(fresh: Path, path: Path) -> None:
    """Put a file in place of another; on Windows that fails for as long as somebody reads the other."""
    for _again in range(20):
        with suppress(PermissionError):
            return os.replace(fresh, path)
        time.sleep(0.01)
    return os.replace(fresh, path)


def _set_aside(path: Path) -> Path:
    """Rename a file that is not ours to a name that is free, and return that."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.kept-{number}.json")).exists():
        number += 1
    return path.rename(aside)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold others off while one reads and writes; go on without if nobody lets go."""
    lock = folder / f".{Path(FILE).stem}.lock"
    mine = _taken(folder, lock)
    try:
        yield
    finally:
        if mine:
            lock.unlink(missing_ok=True)


def _taken(folder: Path, lock: Path) -> bool:
    """Return whether the lock became ours, before the patience ended."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except (FileExistsError, PermissionError):  # the second on Windows, while it is being removed
            if not lock.exists() and not os.access(folder, os.W_OK):
                raise
            with suppress(FileNotFoundError):
                if time.time() - lock.stat().st_mtime > _STALE:
                    lock.unlink(missing_ok=True)
            time.sleep(0.005)
        else:
            return True
    return False
