"""Which file of a student's folder is the submission, and what to say about the others."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.submission import MOST_BYTES
from autograder.submission.kinds import HEAD, NOTEBOOK, kind_of

MOST_FILES, MOST_NAMED = 200, 5
_STUB = re.compile(rb'YOUR CODE HERE(?:\\r)?\\n(?:",\s*")?\s*raise NotImplementedError')
"""A stub that nobody touched, as JSON holds it: lines in a list, or one text."""
_CLAIM = re.compile(rb'"rnncourse":\s*{\s*"notebook":\s*"([^"]*)"')


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


@dataclass(frozen=True)
class _Candidate:
    path: Path
    name: str
    work: int
    data: bytes


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
    found = list(_candidates(folder, assignment))
    own = next((c for c in found if c.path == right), None)
    others = [c for c in found if c is not own]
    if own and not any(c.work for c in others):
        return Choice(right, _beside_nothing(folder) if not own.data.strip() else ())
    if not others:
        return Choice(right, there=_what_is_there(folder))
    best = max(others, key=lambda c: (c.work, not c.name.startswith("."), c.path.stat().st_mtime_ns, c.name))
    if own and own.work:
        return Choice(right, doubts=_doubts(own, others))
    if own:
        note = f"{right.name} holds no work of yours; {best.name}, which does, was read in its place."
    else:
        note = f"The file is called {best.name}; it was read as {right.name}."
    return Choice(best.path, (note,), _doubts(best, [c for c in others if c is not best]))


def _doubts(chosen: _Candidate, others: list[_Candidate]) -> tuple[str, ...]:
    """Return what to look at: other work, which may be what the student meant to hand in.

    A checkpoint, or a copy with less in it, is what an editor leaves behind on the way.
    """
    rivals = [c for c in others if c.work and c.data != chosen.data and not _is_earlier(c, chosen)]
    if not rivals:
        return ()
    names = ", ".join(sorted(c.name for c in rivals)[:MOST_NAMED])
    return (f"{chosen.name} was graded. There is other work in the folder, which may be meant: {names}.",)


def _is_earlier(other: _Candidate, chosen: _Candidate) -> bool:
    return other.work < chosen.work or (".ipynb_checkpoints" in other.name and other.work <= chosen.work)


def _candidates(folder: Path, assignment: Assignment) -> Iterator[_Candidate]:
    """Yield the notebooks in a folder and below it, with how much of this assignment is done in each."""
    for path in _files(folder):
        try:
            with path.open("rb") as file:
                head = file.read(HEAD)
                if kind_of(path.name, head) != NOTEBOOK:
                    continue
                data = head + file.read(MOST_BYTES + 1 - len(head))
        except OSError:
            continue
        yield _Candidate(path, str(path.relative_to(folder)), _work_in(data, assignment), data)


def _work_in(data: bytes, assignment: Assignment) -> int:
    """Return how many exercises of an assignment are begun in a file, as far as its bytes show."""
    claim = _CLAIM.search(data)
    if claim and claim[1] != assignment.name.encode():
        return 0
    names = [name.encode() for name in assignment.release.solutions]
    defined = sum(b"def " + name in data or name + b" = " in data for name in names)
    return max(0, defined - len(_STUB.findall(data)))


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


def _beside_nothing(folder: Path) -> tuple[str, ...]:
    """Return what else is there where the file itself holds nothing."""
    return (_what_is_there(folder),) if _names(folder) else ()


def _names(folder: Path) -> list[str]:
    """Return the names of the files that hold anything."""
    return [
        str(path.relative_to(folder))
        for path in _files(folder)
        if path.name != "timestamp.txt" and path.stat().st_size
    ]


def _what_is_there(folder: Path) -> str:
    """Return what a folder without a notebook holds, for people."""
    names = _names(folder)
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"What is there: {', '.join(names[:MOST_NAMED])}{more}." if names else "The folder is empty."
