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
    handler.setFormatter(logging.Formatter(_FORM))
    level, LOG.level = LOG.level, logging.INFO
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
        LOG.level = level
        handler.close()
