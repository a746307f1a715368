"""Grade in several processes, of which any may be killed at any time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from autograder.sandbox.inside import confine

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_TRIES = 2
MOST_IDLE_ROUNDS = 5
MOST_PAUSES, PAUSE = 30, 0.1
"""How often to wait, and how many seconds, for a fork server that is dying to be gone."""


class _NotBegun(BrokenProcessPool):
    """No process could be started, which is nobody's fault."""


def each(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    processes: int,
    start: Callable[..., None],
    setting: tuple[Any, ...],
) -> Iterator[tuple[Item, Result | Exception]]:
    """Yield each item with what ``work(item)`` returned, or with the exception that it raised.

    When a process dies, nobody can say which item it had. What is left is done in new processes. What
    may have been in the hands of a dead one twice is done alone, so that nobody else pays for it.

    Parameters
    ----------
    work : callable
        What to do, in a process that ``start(*setting)`` has prepared.
    items : sequence
        The arguments, one for each call.
    processes : int
        How many to work at a time.
    start, setting
        What each process begins with.
    """
    tries: Counter[int] = Counter()
    left, idle, pauses = list(range(len(items))), 0, 0
    while left:
        crowd = [i for i in left if tries[i] < MOST_TRIES and idle < MOST_IDLE_ROUNDS]
        batch, count = (crowd, min(processes, len(crowd))) if crowd else (left[:1], 1)
        lost: list[int] = []
        waiting: list[int] = []
        for i, result in _round(work, items, batch, count, (start, setting)):
            if not isinstance(result, BrokenProcessPool):
                yield items[i], result
            elif isinstance(result, _NotBegun) and pauses < MOST_PAUSES:
                waiting.append(i)
            elif crowd:
                lost.append(i)
            else:
                yield items[i], result
        idle = idle + 1 if crowd and len(lost) == len(batch) else idle
        tries.update(sorted(lost)[: 2 * count + 1])  # in the order of the queue: those it may have had
        left = sorted(set(left) - set(batch) | set(lost) | set(waiting))
        if waiting:
            pauses += 1
            time.sleep(PAUSE)


def _round(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    batch: Sequence[int],
    count: int,
    start: tuple[Callable[..., None], tuple[Any, ...]],
) -> Iterator[tuple[int, Result | Exception]]:
    """Do a batch in one set of processes; all that is not done when one of them dies is broken."""
    context = get_context("forkserver")
    context.set_forkserver_preload([work.__module__])  # so that what they all need is imported once
    pool = ProcessPoolExecutor(count, context, _begin, start)
    try:
        pending: dict[Future[Result], int] = {}
        for i in batch:
            try:
                pending[pool.submit(work, items[i])] = i
            except (BrokenProcessPool, EOFError, OSError) as error:  # the fork server died, too
                yield i, error if isinstance(error, BrokenProcessPool) else _NotBegun(str(error))
        while pending:
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                yield pending.pop(future), _result(future)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[Any]) -> Any:
    """Return what a call returned, or the exception that it raised."""
    return future.exception() or future.result()


def _begin(start: Callable[..., None], setting: tuple[Any, ...]) -> None:
    """End this process with the one that started it, and leave the interrupt key to that one."""
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)  # the fork server, which dies with its clients
    threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    start(*setting)


def _end_with_parent() -> None:
    """Wait for the end of the process that runs the pool. Without it, a worker waits for work forever."""
    parent = parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGKILL)
