"""One round of work for the workers of a cluster: who gets which file, and what if a worker dies."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from autograder.running.grading import Job, Setting, not_read, read_file
from autograder.running.pool import Ended, Later
from autograder.running.remote import Sent, Untried, grade_here

if TYPE_CHECKING:
    from autograder.running.cluster import Cluster

MOST_DEATHS = 2
"""A file that was at a worker at so many deaths is done alone; one more, and that is its outcome."""
TICK = 1.0
"""Seconds between two looks at which workers are there."""
FETCH_SECONDS = 5.0


@dataclass(frozen=True)
class _Given:
    """A file that is with a worker: its place in the round, where it is, and Dask's own handle."""

    number: int
    where: str
    future: Any


class Round:
    """Files on their way to workers and back. Iterate over it once, as a context manager.

    A worker has as many files as it grades at a time, and one more, so that it need not wait. One that
    hangs comes back for later, when all others have had their turn.
    """

    def __init__(
        self,
        cluster: Cluster,
        client: Any,
        setting: Setting,
        items: Sequence[Job],
        admit: Callable[[Job], bool] = lambda _: True,
    ) -> None:
        self._admit = admit
        self._cluster, self._client, self._setting, self._items = cluster, client, setting, items
        self._waiting, self._later, self._alone = deque(range(len(items))), deque[int](), deque[int]()
        self._deaths, self._been = Counter[int](), defaultdict[int, set[str]](set)
        self._given: dict[str, _Given] = {}
        self._ready: SimpleQueue[str] = SimpleQueue()
        self._workers: dict[str, int] = {}
        self._admitted: set[int] = set()
        self._looked = 0.0

    def __enter__(self) -> Round:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, TimeoutError):
            self._client.cancel([given.future for given in self._given.values()])

    def __iter__(self) -> Iterator[tuple[Job, Any]]:
        while self._waiting or self._later or self._alone or self._given:
            yield from self._look()
            yield from self._give()
            if not self._given:
                continue
            with suppress(Empty):
                given = self._given.get(self._ready.get(timeout=TICK))
                if given:  # else it came back from a worker that was already given up
                    yield from self._settle(given)

    def _look(self) -> Iterator[tuple[Job, Any]]:
        """See now and then which workers are there; what those had that are gone is taken back."""
        if time.monotonic() - self._looked < TICK:
            return
        self._workers, self._looked = self._cluster.look(), time.monotonic()
        for given in [g for g in self._given.values() if g.where not in self._workers]:
            yield from self._died(given, Ended("ended the worker that works on it"))
        if not self._workers:
            self._cluster.await_worker()

    def _give(self) -> Iterator[tuple[Job, Any]]:
        """Give out files as long as there is room."""
        while (next_one := self._next()) is not None:
            number, where, hurried = next_one
            job = self._items[number]
            if number not in self._admitted:
                if not self._admit(job):
                    continue
                self._admitted.add(number)
            data = read_file(job)
            if isinstance(data, str):
                yield job, not_read(job, self._setting, data)
                continue
            sent = Sent(job, data)
            future = self._client.submit(
                grade_here, self._setting, sent, hurried, self._workers[where], workers=[where], pure=False
            )
            self._given[future.key] = _Given(number, where, future)
            future.add_done_callback(lambda done: self._ready.put(done.key))

    def _next(self) -> tuple[int, str, bool] | None:
        """Return the place of the next file, the worker that gets it, and whether it is to hurry."""
        held = Counter(given.where for given in self._given.values())
        room = {where: threads - held[where] for where, threads in self._workers.items()}
        if not room:
            return None
        where = max(room, key=lambda worker: room[worker])
        if self._waiting:
            been = self._been[self._waiting[0]]
            where = max(room, key=lambda worker: (worker not in been, room[worker]))
            if room[where] > -1:
                return self._waiting.popleft(), where, len(self._items) > sum(self._workers.values())
        if self._later and not self._waiting and room[where] > 0:
            return self._later.popleft(), where, False
        if self._alone and not self._given and not self._later:
            return self._alone.popleft(), where, False
        return None

    def _settle(self, given: _Given) -> Iterator[tuple[Job, Any]]:
        """Take what came back from a worker."""
        outcome = self._outcome(given)
        if isinstance(outcome, Ended):
            yield from self._died(given, outcome)
            return
        self._take_back(given)
        if isinstance(outcome, Later):
            self._later.append(given.number)
        elif isinstance(outcome, Untried):
            self._cluster.forget(given.where)
            self._workers.pop(given.where, None)
            self._waiting.appendleft(given.number)
        else:
            yield self._items[given.number], outcome

    def _outcome(self, given: _Given) -> Any:
        """Return what came of a file; a worker that dies while it is asked has not done it."""
        from distributed import KilledWorker

        while True:
            try:
                return given.future.result(timeout=FETCH_SECONDS)
            except TimeoutError:
                if given.where not in self._cluster.look():
                    return Ended("ended the worker that works on it")
            except (KilledWorker, CancelledError):
                return Ended("ended the worker that works on it")

    def _died(self, given: _Given, outcome: Ended) -> Iterator[tuple[Job, Any]]:
        """Give a file to another worker; after two deaths alone; after one more it is the file's doing."""
        self._take_back(given)
        self._deaths[given.number] += 1
        self._been[given.number].add(given.where)
        if self._deaths[given.number] < MOST_DEATHS:
            self._waiting.append(given.number)
        elif self._deaths[given.number] == MOST_DEATHS:
            self._alone.append(given.number)
        else:
            yield self._items[given.number], outcome

    def _take_back(self, given: _Given) -> None:
        del self._given[given.future.key]
        with suppress(OSError, TimeoutError):
            given.future.cancel() if not given.future.done() else given.future.release()
