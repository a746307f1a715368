"""Which of several copies of one notebook is the submission: the one with the work in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

MOST_NAMED = 5
CHECKPOINTS = ".ipynb_checkpoints"
"""Where Jupyter keeps a copy of each notebook."""
_STUB = re.compile(rb'YOUR CODE HERE(?:\\r)?\\n(?:",\s*")?\s*raise NotImplementedError')
"""A stub that nobody touched, as JSON holds it: lines in a list, or one text."""
_CLAIM = re.compile(rb'"rnncourse":\s*{\s*"notebook":\s*"([^"]*)"')


@dataclass(frozen=True)
class Copy:
    """One of several files that may be the submission.

    Attributes
    ----------
    name : str
        Its name, as people read it.
    work : int
        How many exercises are begun in it.
    content : bytes
        A hash of it; equal ones are the same file.
    is_blank : bool
        Whether nothing is in it.
    changed : int
        When it was last changed; the later one of equals is taken.
    """

    name: str
    work: int
    content: bytes = b""
    is_blank: bool = False
    changed: int = 0


@dataclass(frozen=True)
class Chosen:
    """One of several copies.

    Attributes
    ----------
    copy : Copy
        The one to grade.
    notes : tuple of str
        What was odd, as sentences for the student.
    doubts : tuple of str
        What a person should look at: another choice may be right.
    """

    copy: Copy
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def copy_of(name: str, data: bytes, assignment: Assignment, changed: int = 0) -> Copy:
    """Return a file as one of several copies of an assignment; nothing in it is parsed."""
    return Copy(name, work_in(data, assignment), sha256(data).digest(), not data.strip(), changed)


def claimed_by(data: bytes) -> str:
    """Return which notebook a file says it is; empty if it does not."""
    claim = _CLAIM.search(data)
    return claim[1].decode("utf-8", "replace") if claim else ""


def work_in(data: bytes, assignment: Assignment) -> int:
    """Return how many exercises of an assignment are begun in a file, as far as its bytes show."""
    data = data.replace(b"\0", b"")  # what is not of 8 bits a character is read, too
    if claimed_by(data) not in ("", assignment.name):
        return 0
    names = [name.encode() for name in assignment.release.solutions]
    defined = sum(b"def " + name in data or name + b" = " in data for name in names)
    return max(0, defined - len(_STUB.findall(data)))


def choose(copies: Sequence[Copy], right: str) -> Chosen | None:
    """Return the copy of the right name, or the one with the work in it if that has none.

    Parameters
    ----------
    copies : sequence of Copy
        All that one student handed in for an assignment.
    right : str
        The name that the file should have.

    Returns
    -------
    Chosen or None
        None if there is nothing to choose from.
    """
    own = next((copy for copy in copies if copy.name == right), None)
    others = [copy for copy in copies if copy is not own]
    if own and (own.work or not any(copy.work for copy in others)):
        return Chosen(own, doubts=_doubts(own, others))
    if not others:
        return None
    best = max(others, key=lambda c: (c.work, not c.name.startswith("."), c.changed, c.name))
    if own:
        note = f"{right} holds no work of yours; {best.name}, which does, was read in its place."
    else:
        note = f"The file is called {best.name}; it was read as {right}."
    return Chosen(best, (note,), _doubts(best, [copy for copy in others if copy is not best]))


def _doubts(chosen: Copy, others: Sequence[Copy]) -> tuple[str, ...]:
    """Return what to look at: other work, which may be what the student meant to hand in.

    A checkpoint, or a copy with less in it, is what an editor leaves behind on the way.
    """
    rivals = [c for c in others if c.work and c.content != chosen.content and not _is_earlier(c, chosen)]
    if not rivals:
        return ()
    names = ", ".join(sorted(copy.name for copy in rivals)[:MOST_NAMED])
    return (f"{chosen.name} was graded. There is other work in the folder, which may be meant: {names}.",)


def _is_earlier(other: Copy, chosen: Copy) -> bool:
    return other.work < chosen.work or (CHECKPOINTS in other.name and other.work <= chosen.work)
