"""A log of what a command did, in a file: when it began, each result, what went wrong, how it ended."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import AutograderError
from rnncourse import __version__

LOG = logging.getLogger("autograder")
_FORM = "%(asctime)s %(levelname)s %(message)s"


def shown(text: str) -> str:
    """Return a text as one line that moves no cursor: names of files can hold anything."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


class _Lines(logging.Formatter):
    """Keeps to one line for each message; a traceback has its own below."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line."""
        record.message = shown(record.message)
        return super().formatMessage(record)


@contextmanager
def logged(path: Path | None, words: Sequence[str]) -> Iterator[None]:
    """Append to a file what happens meanwhile; without one, do nothing.

    Raises
    ------
    AutograderError
        If it cannot be written.
    """
    if path is None:
        yield
        return
    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise AutograderError(f"{path} cannot be written: {error.strerror}.") from None
    handler.setFormatter(_Lines(_FORM))
    level = LOG.level
    LOG.setLevel(logging.INFO)
    LOG.addHandler(handler)
    try:
        LOG.info("autograder %s, Python %s: %s", __version__, sys.version.split()[0], shlex.join(words))
        yield
    except BaseException as error:
        LOG.error("stopped: %s: %s", type(error).__name__, error, exc_info=True)
        raise
    finally:
        LOG.info("ended")
        LOG.removeHandler(handler)
        LOG.setLevel(level)
        handler.close()
