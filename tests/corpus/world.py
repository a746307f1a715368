"""The world around a sandbox, which must be after every submission as it was before."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import numpy as np

from autograder.judging.verdict import Graded
from tests.corpus import bait

_TRUSTED = {
    "allclose": np.allclose,
    "isclose": np.isclose,
    "array_equal": np.array_equal,
    "ndarray": np.ndarray,
    "default_rng": np.random.default_rng,
}
_BOX = b"rnncourse-box-"


def _parents() -> dict[int, int]:
    """Return the parent of every process."""
    found = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                words = Path(entry.path, "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if words[0] != "Z":
                found[int(entry.name)] = int(words[1])
    return found


def processes() -> tuple[set[int], set[int]]:
    """Return the processes below this one, and those of sandboxes that nobody looks after any more."""
    parents = _parents()
    children: dict[int, set[int]] = defaultdict(set)
    for child, parent in parents.items():
        children[parent].add(child)
    below: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        new = children[waiting.pop()] - below
        below |= new
        waiting += new
    return below, {process for process in children[1] if _BOX in _command(process)}


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


class World:
    """Remembers how things were and complains about what has changed."""

    def __init__(self) -> None:
        self._folder, self._environment = Path.cwd(), dict(os.environ)
        below, self._orphans = processes()
        self._number = len(below)
        bait.reset()

    def complaints(self, graded: Graded | None = None) -> list[str]:
        """Return a line for everything that is not as it was."""
        lines = bait.taken()
        if graded is not None and bait.WORD in str(asdict(graded)):
            lines.append("a secret of the host is shown")
        if (Path.cwd(), dict(os.environ)) != (self._folder, self._environment):
            lines.append("the working directory or the environment has changed")
        now = {name: getattr(np, name, None) or getattr(np.random, name, None) for name in _TRUSTED}
        lines += [f"np.{name} is another one" for name, thing in _TRUSTED.items() if now[name] is not thing]
        return lines + self._left_running()

    def _left_running(self) -> list[str]:
        """Complain about processes; what is ending is given a moment to do so."""
        deadline = time.monotonic() + 3
        while True:
            below, orphans = processes()
            more, orphans = len(below) - self._number, orphans - self._orphans
            if (more <= 0 and not orphans) or time.monotonic() > deadline:
                break
            time.sleep(0.02)
        lines = [f"{more} more processes than before"] if more > 0 else []
        return lines + [f"an orphan: {_command(process)!r}" for process in orphans]
