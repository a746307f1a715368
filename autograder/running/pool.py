"""Work in several processes, each with limits, of which any may be killed at any time."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.context import BaseContext
from multiprocessing.forkserver import ensure_running
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")

PR_SET_PDEATHSIG = 1
MOST_TRIES = 3
"""So often is something tried that ends its process: it may have been somebody else's doing."""


@dataclass(frozen=True)
class Lost:
    """What became of work that was not finished: why, as a clause for a sentence."""

    why: str


@dataclass(frozen=True)
class Ended(Lost):
    """What became of work whose process was ended: perhaps by somebody else, so it may be tried again."""


@dataclass(frozen=True)
class Later:
    """What work returns that was not finished because it takes long and others wait."""


@dataclass(frozen=True)
class Bounds:
    """What one process may use for one piece of work.

    Attributes
    ----------
    cpu_seconds : float
        CPU time; then :class:`OverBudget` is raised, and soon after the process is ended.
    wall_seconds : float
        Wall time; then the process is ended.
    memory : int
        Bytes of address space of the process.
    """

    cpu_seconds: float = 60.0
    wall_seconds: float = 300.0
    memory: int = 4 << 30


class Pool(Generic[Item, Result]):
    """Processes that work at one kind of thing. Use it as a context manager.

    Parameters
    ----------
    work : callable
        ``work(item, hurried)``, at module level. If hurried, it may return :class:`Later`: then it is
        asked once more, not hurried. Nothing is hurried that no other waits for.
    processes : int
        How many to work at a time.
    start : callable
        ``start(*setting)`` prepares each process.
    setting : tuple
        What each process begins with.
    bounds : Bounds
        What each piece of work may use.
    modules : sequence of str
        What the work needs, imported once for all processes; its own module when empty.
    """

    def __init__(
        self,
        work: Callable[[Item, bool], Result | Later],
        processes: int,
        start: Callable[..., None],
        setting: tuple[Any, ...],
        bounds: Bounds | None = None,
        modules: Sequence[str] = (),
    ) -> None:
        self._work, self._bounds = work, bounds or Bounds()
        begin = (self._bounds.memory, dict(os.environ), start, setting)
        self._processes = processes
        context = begin_imports(modules or [work.__module__])
        self._pool = ProcessPool(processes, initializer=_begin, initargs=begin, context=context)

    def __enter__(self) -> Pool[Item, Result]:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def each(
        self, items: Sequence[Item], admit: Callable[[Item], bool] = lambda _: True
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """Yield each item with what came of it, as it comes; what the work raises, this raises.

        Each is admitted just before it is its turn; one that is not is passed over.

        Only a few items are under way at a time. What takes long is finished when all others had their turn. An
        item whose process dies is tried again, last and then alone: whoever killed it does not cost the others
        anything but the start of a process.
        """
        waiting, later, again = deque(range(len(items))), deque[int](), deque[int]()
        tries, pending = Counter[int](), dict[Future[Result | Later], int]()
        while waiting or later or again or pending:
            while len(pending) < 2 * self._processes and waiting:
                number = waiting.popleft()
                if admit(items[number]):
                    pending[self._schedule(items[number], len(waiting) >= self._processes)] = number
            while len(pending) < self._processes and not waiting and later:
                number = later.popleft()
                pending[self._schedule(items[number], False)] = number
            if not pending and again:
                number = again.popleft()
                pending[self._schedule(items[number], False)] = number
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                number = pending.pop(future)
                outcome = self._outcome(future)
                if isinstance(outcome, Later):
                    later.append(number)
                    continue
                if isinstance(outcome, Ended):
                    tries[number] += 1
                    if tries[number] < MOST_TRIES:
                        again.append(number)
                        continue
                yield items[number], outcome

    def ask(self, item: Item, hurried: bool) -> Result | Later | Lost:
        """Work at one item and return what came of it, from any thread; what the work raises, this raises."""
        return self._outcome(self._schedule(item, hurried))

    def _schedule(self, item: Item, hurried: bool) -> Future[Result | Later]:
        future: Future[Result | Later] = self._pool.schedule(
            self._work, args=[item, hurried], timeout=self._bounds.wall_seconds
        )
        return future

    def _outcome(self, future: Future[Result | Later]) -> Result | Later | Lost:
        try:
            return future.result()
        except TimeoutError:
            return Lost(f"took more than {self._bounds.wall_seconds:g} seconds")
        except ProcessExpired as error:
            why = _why(error)
            return Lost(why) if error.exitcode == -signal.SIGXCPU else Ended(why)


def _why(error: ProcessExpired) -> str:
    """Return what a process ended for, as a clause."""
    if error.exitcode == -signal.SIGXCPU:
        return "took more computing than one file may"
    if error.exitcode and error.exitcode < 0:
        return f"ended the process that works on it ({signal.Signals(-error.exitcode).name})"
    return f"ended the process that works on it (exit code {error.exitcode})"


def begin_imports(modules: Sequence[str]) -> BaseContext:
    """Return how the processes of a pool start, and begin: each is forked from one that has imported some modules.

    That one has no threads and imports by itself, so whoever has something else to do first calls this before it.
    The interrupt key is not for it.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(list(modules))
    resource_tracker.ensure_running()  # it would let the key through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _begin(
    memory: int, environment: Mapping[str, str], start: Callable[..., None], setting: tuple[Any, ...]
) -> None:
    """End this process with the one that started it, leave the interrupt key to that one, set limits."""
    os.environ.clear()
    os.environ.update(environment)  # it was forked from a process that may be older than a change of it
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    start(*setting)


def _end_with_parent() -> None:
    """Wait for the end of the process that runs the pool. Without it, a worker waits for work forever."""
    parent = parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
