"""Watch how much a submission has on the disk where the sandbox itself sets no bound."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_BYTES, MOST_FILES = 64 << 20, 20_000
"""What one submission may have in its scratch folder; bubblewrap's is as large."""
_SECONDS = 0.2


@contextmanager
def watched(scratch: Path, end: Callable[[], None]) -> Iterator[None]:
    """Call `end` as soon as a scratch folder holds more than it may, while the block runs.

    Parameters
    ----------
    scratch : Path
        The folder that student code writes to, as seen from outside.
    end : callable
        Ends the sandbox with everything in it.
    """
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_SECONDS):
            if is_too_much(scratch):
                end()
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def is_too_much(folder: Path) -> bool:
    """Return whether a folder holds more than a submission may write; no link is followed."""
    used = seen = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    seen += 1
                    used += entry.stat(follow_symlinks=False).st_blocks * 512
                    if used > MOST_BYTES or seen > MOST_FILES:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # it has just gone, or its name is too long for us
    return False
