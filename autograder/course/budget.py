"""How much computing our own side spends on what a submission holds."""

from __future__ import annotations

import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_AGAIN = 0.05
"""Seconds after which the timer rings again: an exception in a destructor is lost, and the work goes on."""


class OverBudget(BaseException):
    """Raised where the CPU time for a piece of work is used up. Nothing but its budget catches it."""


@contextmanager
def cpu_budget(seconds: float) -> Iterator[None]:
    """Raise :class:`OverBudget` in the main thread when it has used so much CPU time.

    Budgets may stand inside each other; the one around goes on where it was.
    """
    started = time.process_time()
    before = signal.signal(signal.SIGPROF, _over)
    left, _ = signal.getitimer(signal.ITIMER_PROF)
    told, sys.unraisablehook = sys.unraisablehook, _not_lost(sys.unraisablehook)
    try:
        signal.setitimer(signal.ITIMER_PROF, min(left, seconds) if left else seconds, _AGAIN)
        yield
    finally:
        _silence()  # first, or it rings where nobody listens and ends the process
        signal.signal(signal.SIGPROF, before)
        sys.unraisablehook = told
        if left:
            signal.setitimer(signal.ITIMER_PROF, max(left - (time.process_time() - started), 0.001), _AGAIN)


def _silence() -> None:
    """Stop the timer, also if it rings while it is being stopped."""
    try:
        signal.setitimer(signal.ITIMER_PROF, 0)
    except OverBudget:
        signal.setitimer(signal.ITIMER_PROF, 0)
        raise


def _not_lost(told: Callable[[Any], object]) -> Callable[[Any], object]:
    """Return a hook that says nothing of a budget lost in a destructor: the timer rings again."""

    def hook(lost: Any) -> None:
        if not issubclass(lost.exc_type, OverBudget):
            told(lost)

    return hook


def _over(_: int, __: FrameType | None) -> None:
    raise OverBudget("the CPU time for this piece of work is used up")


@contextmanager
def hard_cpu_limit(seconds: float) -> Iterator[None]:
    """End this process, with SIGXCPU, when it has used so much CPU time more than now.

    For code that does not come back to Python, so that :func:`cpu_budget` cannot stop it.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard < 0 else min(soft, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
