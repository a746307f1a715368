"""Which file of a student's folder is the submission, and what to say about the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.submission import MOST_BYTES
from autograder.submission.copies import MOST_NAMED, Copy, choose, copy_of
from autograder.submission.kinds import HEAD, NOTEBOOK, kind_of

MOST_FILES = 200


@dataclass(frozen=True)
class Choice:
    """The file to grade.

    Attributes
    ----------
    path : Path
        The file; it is not there if there is none that could be graded.
    notes : tuple of str
        What was odd, as sentences for the student.
    doubts : tuple of str
        What a person should look at: another choice may be right.
    there : str
        What is in the folder, if there is nothing to grade.
    """

    path: Path
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    there: str = ""


def choose_file(folder: Path, assignment: Assignment) -> Choice:
    """Return the file to grade: the one of the right name, or the one with the work in it if that has none.

    Nothing is parsed here: how much work is in a file is told from the names of the exercises and the
    number of stubs in its bytes. No link is followed.

    Parameters
    ----------
    folder : Path
        What a student handed in for an assignment.
    assignment : Assignment
        Which notebook it should be.
    """
    if folder.is_symlink() or folder.parent.is_symlink():
        return Choice(folder)  # not a regular file, and so refused: it may be somebody else's work
    right = folder / f"{assignment.name}.ipynb"
    if right.is_symlink():
        return Choice(right)
    notebooks = list(_notebooks(folder))
    if [path for path, _ in notebooks] == [right] and notebooks[0][1].strip():
        return Choice(right)  # mostly there is nothing to choose from
    chosen = choose(list(_candidates(folder, notebooks, assignment)), right.name)
    if chosen is None:
        return Choice(right, there=_what_is_there(folder))
    is_nothing = chosen.copy.name == right.name and chosen.copy.is_blank
    notes = (*chosen.notes, *(_beside_nothing(folder, right.name) if is_nothing else ()))
    return Choice(folder / chosen.copy.name, notes, chosen.doubts)


def _notebooks(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the notebooks in a folder and below it, with how each begins."""
    for path in _files(folder):
        try:
            with path.open("rb") as file:
                head = file.read(HEAD)
        except OSError:
            continue
        if kind_of(path.name, head) == NOTEBOOK:
            yield path, head


def _candidates(
    folder: Path, notebooks: Iterable[tuple[Path, bytes]], assignment: Assignment
) -> Iterator[Copy]:
    """Yield notebooks with how much of this assignment is done in each."""
    for path, _ in notebooks:
        try:
            with path.open("rb") as file:
                data, changed = file.read(MOST_BYTES + 1), os.fstat(file.fileno()).st_mtime_ns
        except OSError:
            continue
        yield copy_of(str(path.relative_to(folder)), data, assignment, changed)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the regular files of a folder, in order, and no more than anybody hands in."""
    count = 0
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            count += 1
            if count > MOST_FILES:
                return
            if path.is_file() and not path.is_symlink():
                yield path


def _beside_nothing(folder: Path, right: str) -> tuple[str, ...]:
    """Return what else is there where the file itself holds nothing."""
    others = [name for name in _names(folder) if name != right]
    return (_listed(others),) if others else ()


def _names(folder: Path) -> list[str]:
    """Return the names of the files that hold anything."""
    return [
        str(path.relative_to(folder))
        for path in _files(folder)
        if path.name != "timestamp.txt" and path.stat().st_size
    ]


def _what_is_there(folder: Path) -> str:
    """Return what a folder without a notebook holds, for people."""
    return _listed(names) if (names := _names(folder)) else "The folder is empty."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"What is there: {', '.join(names[:MOST_NAMED])}{more}."
