"""What this process and all that it began use of the machine."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_PARENT, _UTIME = 1, 11
"""Fields of ``/proc/PID/stat`` behind the name of the program; four times in ticks begin at the second one."""


def cpu_seconds() -> float:
    """Return the CPU seconds of this process and its descendants, ended ones included."""
    ticks = sum(sum(map(int, fields[_UTIME : _UTIME + 4])) for _, fields in _family())
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_bytes() -> int:
    """Return the memory of this process and its descendants; what they share counts once (PSS)."""
    return sum(_pss(number) for number, _ in _family())


def _pss(number: int) -> int:
    with suppress(OSError):
        for line in (_PROC / str(number) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def _family() -> Iterator[tuple[int, list[str]]]:
    """Yield number and fields of this process and its descendants."""
    stats = dict(_stats())
    children = defaultdict[int, list[int]](list)
    for number, fields in stats.items():
        children[int(fields[_PARENT])].append(number)
    waiting = [os.getpid()]
    while waiting:
        number = waiting.pop()
        yield number, stats[number]
        waiting += children[number]


def _stats() -> Iterator[tuple[int, list[str]]]:
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has just ended
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
