"""Which platform a download is from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from autograder.errors import AutograderError
from autograder.platforms import blackboard, canvas, classroom, folder, gradescope, moodle
from autograder.platforms.found import Download, Found, Sorted, parts_of
from autograder.platforms.layout import Layout
from autograder.platforms.people import People, Person, names_of

LAYOUTS = {
    module.LAYOUT.name: module.LAYOUT
    for module in (gradescope, blackboard, moodle, canvas, classroom, folder)
}
"""By name; the ones whose names are least like anybody else's first."""

MOSTLY = 0.8
"""The share of a download that lies in one folder, where all of it should: somebody may have packed more."""


def sort(download: Download, name: str = "") -> tuple[Layout, Sorted]:
    """Return the platform that a download is from, and whose every file is.

    Parameters
    ----------
    download : Download
        What a platform gave.
    name : str
        The platform; when empty, the one to whose names half of the files or more keep, else a folder.

    Raises
    ------
    AutograderError
        If there is no such platform.
    """
    if name:
        if name not in LAYOUTS:
            raise AutograderError(
                f"There is no platform {name!r}: choose one of {', '.join(sorted(LAYOUTS))}."
            )
        return LAYOUTS[name], LAYOUTS[name].sort(download)
    folders = Counter(tuple(parts_of(file)[:-1]) for file in download.notebooks)
    together = max(folders.values(), default=0)
    for layout in LAYOUTS.values():
        if layout.flat and together < MOSTLY * len(download.notebooks):
            continue
        made = layout.sort(download)
        if made.found and 2 * len({found.file for found in made.found}) >= len(download.notebooks):
            return layout, made
    return LAYOUTS["folder"], LAYOUTS["folder"].sort(download)


def owners_of(
    download: Download, not_people: Collection[str] = (), roster: People | None = None
) -> dict[str, list[Person]]:
    """Return whose the files of a download are, as far as their names tell; a group's are all of theirs.

    Parameters
    ----------
    download : Download
        What is to be graded.
    not_people : collection of str
        What a folder may be called that is no student's: the assignments.
    roster : People, optional
        What the course calls them; who is not in it is called what the platform calls them.
    """
    layout, made = sort(download)
    owners: dict[str, list[Person]] = {}
    for found in made.found:
        lies_in_folder = layout.name != "folder" or "/" in found.file
        if lies_in_folder and found.key not in not_people:
            owners.setdefault(found.file, []).append(_person(found, roster))
    return owners


def _person(found: Found, roster: People | None) -> Person:
    keys = (found.key, *found.also)
    known = roster.find(keys, names_of(found.name)) if roster else ""
    return known if isinstance(known, Person) else Person(found.key, frozenset(keys), frozenset())


def joined(people: Sequence[Person]) -> str:
    """Return what a group is called where it needs one name."""
    return "+".join(person.id for person in people)


def ids_of(people: Sequence[Person]) -> tuple[str, ...]:
    """Return every id of some people, those that the course uses first."""
    first = [person.id for person in people]
    return tuple(dict.fromkeys([*first, *sorted(key for person in people for key in person.keys)]))
