"""What one input may cost."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


class TooDear(AssertionError):
    """An input took more time or memory than any input may."""


@contextlib.contextmanager
def bounded(seconds: float, megabytes: int) -> Iterator[None]:
    """Fail if what is done within takes more CPU time, or at any moment more memory on top of what there was.

    Memory is seen when it is the most that this process ever had. So whatever stays below that is
    within the limit too, counted from what there was then.
    """
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
    began = time.process_time()
    peak = _peak()
    yield
    spent, grown = time.process_time() - began, (_peak() - resident) >> 20
    if spent > seconds:
        raise TooDear(f"{spent:.1f} s of CPU time, and {seconds} are allowed")
    if _peak() > peak and grown > megabytes:
        raise TooDear(f"{grown} MB of memory, and {megabytes} are allowed")


def _peak() -> int:
    """Return the most bytes of memory that this process ever had.

    The figure of ``getrusage`` would not do: a process starts with that of the one that started it.
    """
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) << 10 if found else 0
