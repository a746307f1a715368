"""Say where time goes: functions are watched from outside, and what they call is not counted twice."""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True)
class Part:
    """A part of the work.

    Attributes
    ----------
    label : str
        What it is, for people.
    functions : tuple of str
        Where it is done, as ``package.module:name`` or ``package.module:Class.name``.
    """

    label: str
    functions: tuple[str, ...]


class Stopwatch:
    """Seconds by part; of parts inside each other the inner one counts."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._open: list[str] = []
        self._since = 0.0
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def taken(self) -> dict[str, float]:
        """Return the seconds since this was asked last."""
        taken = {part.label: self._seconds[part.label] for part in self._parts}
        self._seconds.clear()
        return taken

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch all parts."""
        before = []
        try:
            for part in self._parts:
                for place in part.functions:
                    owner, name = _found(place)
                    before.append((owner, name, vars(owner)[name]))
                    setattr(owner, name, self._watched(part.label, vars(owner)[name]))
            yield
        finally:
            for owner, name, function in reversed(before):
                setattr(owner, name, function)

    def _watched(self, label: str, function: Any) -> Any:
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            self._turn()
            self._open.append(label)
            try:
                return function(*args, **kwargs)
            finally:
                self._turn()
                self._open.pop()

        return watched

    def _turn(self) -> None:
        """Count the time up to now for the part that is open."""
        now = time.perf_counter()
        if self._open:
            self._seconds[self._open[-1]] += now - self._since
        self._since = now


def _found(place: str) -> tuple[Any, str]:
    """Return what has a function, and its name there."""
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    return functools.reduce(getattr, owners, import_module(module)), name
