"""Grade again and again, as files arrive: in ``submitted/``, from the exchange, or from a platform."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from autograder.errors import CourseError
from autograder.nbgrader.arranged import FILE
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.foreign import own_tests_of

State: TypeAlias = "dict[str, tuple[int, int]]"
"""When each file was changed, in nanoseconds, and how many bytes it has."""


def state_of(folder: CourseFolder, names: Sequence[str] = ()) -> State:
    """Return what has been handed in for the assignments named, or for all; nothing is read.

    Raises
    ------
    CourseError
        If there is no such assignment.
    """
    directory = folder.directory()
    unknown = [name for name in names if name not in folder.course and not own_tests_of(directory, name)]
    if unknown:
        raise CourseError(f"There is no assignment {unknown[0]!r} in this course.")
    root, paths = Path(directory.root), list[str]()
    for name in names or folder.course.names:
        pattern = Path(directory.format_path(directory.submitted_directory, "*", name)).relative_to(root)
        for place in root.glob(str(pattern)):
            paths += (os.path.join(parent, file) for parent, _, files in os.walk(place) for file in files)
    return _state([*paths, str(folder.root / FILE)] if paths else [])


def _state(paths: Sequence[str]) -> State:
    state = {}
    for path in paths:
        try:
            found = os.lstat(path)
        except OSError:
            continue  # it went while we looked
        state[path] = found.st_mtime_ns, found.st_size
    return state


def watch(
    look: Callable[[], State], grade: Callable[[set[str]], int | None], wait: Callable[[], None]
) -> int:
    """Grade whenever something has changed and is not changing any more, until Ctrl-C or SIGTERM.

    Parameters
    ----------
    look : callable
        Returns what there is.
    grade : callable
        Grades what is new of it, but for the files given, which are just being written, and returns an exit
        code; None if that has to be tried again.
    wait : callable
        Waits until the next look.

    Returns
    -------
    int
        The last exit code.
    """
    code: int = 0
    graded: State = {}
    before: State = {}
    try:
        with _ended_by_sigterm():
            while True:
                now = look()
                changing = {path for path, state in now.items() if before.get(path) != state}
                calm = {path: state for path, state in now.items() if path not in changing}
                if not calm.items() <= graded.items() or not graded.keys() <= now.keys():
                    done = grade(changing)
                    if done is not None:
                        code = done
                        graded = calm | {path: graded[path] for path in changing & graded.keys()}
                before = now
                wait()
    except KeyboardInterrupt:
        return code


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Take the signal that stops a service for Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
