"""Decide for every file of a download whose it is, for what, and whether it is the attempt that counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from autograder.course.course import Course
from autograder.platforms.found import Download, Found, Sorted
from autograder.platforms.people import People, Person, names_of, plain
from autograder.submission import MOST_BYTES
from autograder.submission.copies import claimed_by

LATEST, FIRST = "latest", "first"
MOST_NAME = 120
"""Bytes that the name of a folder may have."""
UNFIT = re.compile(r"[\x00-\x1f\x7f/\\]")
"""What no name of a file or folder may hold."""


@dataclass(frozen=True)
class Item:
    """What becomes of one file.

    Attributes
    ----------
    found : Found
        The file.
    student : str
        Whose it is, as the course calls them; empty if nobody can tell.
    assignment : str
        What it is handed in for; empty if nobody can tell.
    why : str
        Why it is left out, or empty.
    """

    found: Found
    student: str = ""
    assignment: str = ""
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What is to be collected, and what is left out.

    Attributes
    ----------
    taken : dict
        The files by student and assignment.
    skipped : tuple of (str, str)
        Every other file, with the reason.
    others : tuple of Item
        The files of other attempts; they are among the skipped, too.
    """

    taken: dict[tuple[str, str], list[Item]]
    skipped: tuple[tuple[str, str], ...]
    others: tuple[Item, ...] = ()


def plan(
    download: Download,
    made: Sorted,
    course: Course,
    roster: People | None,
    assignment: str = "",
    which: str = LATEST,
) -> Plan:
    """Decide for every file of a download whose it is, for what, and whether it is the attempt that counts.

    Parameters
    ----------
    download, made
        What there is, and what the platform says about it.
    course : Course
        Whose assignments.
    roster : People or None
        The class; without it people are called what the platform calls them.
    assignment : str
        What all of it is for; when empty, each file says it itself.
    which : str
        :data:`LATEST` or :data:`FIRST` of several attempts.
    """
    items = [_owned(found, roster, course) for found in made.found]
    items = [
        item if item.why else replace(item, assignment=assignment or _says(download, item, course))
        for item in items
    ]
    items = _common(items, course)
    taken: defaultdict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        if not item.why:
            taken[item.student, item.assignment].append(item)
    chosen = {who: _attempt(several, which) for who, several in taken.items()}
    kept = {id(item) for several in chosen.values() for item in several}
    skipped = [(i.found.file, i.why or "another attempt counts") for i in items if id(i) not in kept]
    others = tuple(item for item in items if not item.why and id(item) not in kept)
    return Plan(chosen, (*skipped, *made.skipped, *_others(download, made)), others)


def _others(download: Download, made: Sorted) -> list[tuple[str, str]]:
    """Return what is no notebook, but for what the platform itself put beside them."""
    return [(file, what) for file, what in download.others if file not in made.used]


def _owned(found: Found, roster: People | None, course: Course) -> Item:
    """Return a file with the id of its owner, or with the reason why there is none."""
    if roster:
        person = roster.find([found.key, *found.also], names_of(found.name))
        if not isinstance(person, Person):
            return Item(found, why=f"{found.name or found.key} ({found.key}): {person}")
        student = person.id
    elif found.key in course:
        return Item(
            found, why=f"its folder is called like the assignment {found.key}, and nothing says whose it is"
        )
    else:
        student = found.key
    unfit = (
        UNFIT.search(student) or student.startswith(".") or len(student.encode()) > MOST_NAME or not student
    )
    return Item(found, why=f"{student!r} cannot be the name of a folder") if unfit else Item(found, student)


def _says(download: Download, item: Item, course: Course) -> str:
    """Return for which assignment a file is handed in, by what stands in it, else by its name."""
    data = download.read(item.found.file, MOST_BYTES)
    claim = claimed_by(data) if isinstance(data, bytes) else ""
    if claim in course:
        return claim
    named = [name for name in course.names if plain(name) in plain(item.found.original)]
    return max(named, key=len, default="")


def _common(items: Sequence[Item], course: Course) -> list[Item]:
    """Return the files, those that say nothing with the assignment of all others, if that is one."""
    said = {item.assignment for item in items if item.assignment}
    common = said.pop() if len(said) == 1 else ""
    why = "nothing in it says for which assignment it is: name it with --assignment"
    return [
        item if item.why or item.assignment else replace(item, assignment=common, why="" if common else why)
        for item in items
    ]


def _attempt(items: Sequence[Item], which: str) -> list[Item]:
    """Return the files of the attempt that counts: the last one unless the first is asked for."""
    slots: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        slots[item.found.slot].append(item)
    choose = max if which == LATEST else min
    chosen = []
    for several in slots.values():
        best = choose(map(_order, several))
        chosen += [item for item in several if _order(item) == best]
    return chosen


def _order(item: Item) -> tuple[float, int]:
    time = item.found.time
    return (time.replace(tzinfo=time.tzinfo or UTC).timestamp() if time else 0.0), item.found.attempt
