"""Who is who: what a platform calls a student, what a roster says, and what the course calls them."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.platforms.sheet import Sheet, read_sheet

IDS = (
    "student_id", "sis login id", "sis user id", "username", "id number", "sid", "student id", "id",
    "email address", "email", "identifier",
)  # fmt: skip
"""Headings under which a student's id stands, the one that the course should use first."""
_MORE_IDS = re.compile(r"(.*[ _])?id|login|user|user name|e-?mail( address)?")
NAMES = ("name", "full name", "student")
FIRST = ("first name", "first_name", "firstname")
LAST = ("last name", "last_name", "lastname", "surname")
MOST_LEFT = 3
"""Columns at the left of a sheet that hold ids where no heading is known."""
_PARTICIPANT = re.compile(r"\D*?(\d+)\Z")


@dataclass(frozen=True)
class Person:
    """One student.

    Attributes
    ----------
    id : str
        What the course calls them: the name of their folder in ``submitted/``.
    keys : frozenset of str
        Everything that somebody may call them by and that is nobody else's.
    names : frozenset of str
        Their name, in every order, as :func:`plain` writes it.
    says : str
        Who that is, for people.
    """

    id: str
    keys: frozenset[str]
    names: frozenset[str]
    says: str = ""


def plain(text: str) -> str:
    """Return a name without what platforms drop: case, spaces, punctuation, emoji."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())


def key_of(text: str) -> str:
    """Return an id as it is compared: case does not count, everything else does."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def names_of(name: str = "", first: str = "", last: str = "") -> frozenset[str]:
    """Return a name in the orders in which platforms write it."""
    words = re.split(r"[\s,]+", name.strip()) if name.strip() else []
    turned = [words[i:] + words[:i] for i in range(len(words))]
    orders = [*turned, [first, last], [last, first]] if first or last else turned
    return frozenset(filter(None, (plain("".join(order)) for order in orders)))


class People:
    """People who can be found by what is theirs alone.

    Parameters
    ----------
    people : iterable of Person
        All of them.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self.all = tuple(dict.fromkeys(people))  # a list of two sections may have the same row twice
        self._by_key: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_name: defaultdict[str, list[Person]] = defaultdict(list)
        for person in self.all:
            for key in person.keys:
                self._by_key[key].append(person)
            for name in person.names:
                self._by_name[name].append(person)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.all)

    def find(self, keys: Iterable[str], names: Iterable[str] = ()) -> Person | str:
        """Return the one person who is meant, or why there is none: an id decides, a name if nobody shares it."""
        shared = 0
        for key in keys:
            found = self._by_key.get(key_of(key), [])
            if len(found) == 1:
                return found[0]
            shared = max(shared, len(found))
        called = {id(p): p for name in names for p in self._by_name.get(name, [])}
        if len(called) == 1:
            return next(iter(called.values()))
        if called:
            return f"{len(called)} people have this name, and no id tells which"
        if shared:
            return f"{shared} rows of the list have this id"
        return "nobody of this id or name is in the list"


def read_roster(path: Path, id_column: str = "") -> People:
    """Return the people of a list: a roster of your own, or the sheet of grades of any platform.

    Parameters
    ----------
    path : Path
        CSV or TSV with a line of headings. Headings that are known: those of :data:`IDS`, :data:`NAMES`,
        :data:`FIRST`, :data:`LAST`, and whatever ends in ``id``.
    id_column : str
        Heading of the column with the ids that the course uses; when empty ``id``, else the first of
        :data:`IDS` that is filled.

    Raises
    ------
    AutograderError
        If there is no such file or column, or nobody in it.
    """
    sheet = read_sheet(path)
    columns = Columns(sheet.headings)
    if id_column and id_column not in sheet.headings:
        raise AutograderError(f"{path} has no column {id_column!r}. It has: {', '.join(sheet.headings)}.")
    people = [columns.person(cells, id_column) for _, cells in people_rows(sheet)]
    known = [person for person in people if person]
    if not known:
        raise AutograderError(
            f"{path} lists nobody. It needs a line of headings, such as: id,first_name,last_name,email"
        )
    return People(known)


def people_rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of every row that is about a person; Canvas has others above them."""
    for number, cells in enumerate(sheet.values):
        is_points = any(cell.strip() == "Points Possible" for cell in cells[:1])
        if number and any(cell.strip() for cell in cells[:4]) and not is_points:
            yield number, cells


class Columns:
    """Where in a row of a sheet it says who that is."""

    def __init__(self, headings: Sequence[str]) -> None:
        self._headings = list(headings)
        lower = [heading.strip().casefold() for heading in headings]
        self._ids = [i for i, text in enumerate(lower) if text in IDS or _MORE_IDS.fullmatch(text)]
        self._unknown = not self._ids
        if self._unknown:  # in a language that is not known: ids stand at the left
            self._ids = list(range(min(MOST_LEFT, len(headings))))
        self._preferred = [i for text in ("id", *IDS) for i, h in enumerate(headings) if h.strip() == text]
        self._preferred += [lower.index(text) for text in IDS if text in lower]
        self._name, self._first, self._last = (_first_of(lower, known) for known in (NAMES, FIRST, LAST))

    def person(self, cells: Sequence[str], id_column: str = "") -> Person | None:
        """Return who a row is about; None if it names no id."""
        of = dict(enumerate(cells))
        wanted = [self._headings.index(id_column)] if id_column else [*self._preferred, *self._ids]
        ids = [of[i].strip() for i in wanted if of.get(i, "").strip()]
        if not ids:
            return None
        keys = {key for i in self._ids if of.get(i, "").strip() for key in self._keys(i, of[i])}
        first, last = (of.get(i, "").strip() for i in (self._first, self._last))
        name = of.get(self._name, "").strip()
        return Person(
            ids[0],
            frozenset({*keys, key_of(ids[0])}),
            names_of(name, first, last),
            name or f"{first} {last}".strip(),
        )

    def _keys(self, column: int, text: str) -> Iterator[str]:
        """Yield an id as it is compared; Moodle's participants also by their number."""
        yield key_of(text)
        number = _PARTICIPANT.match(text.strip())
        is_participant = self._headings[column].strip().casefold() == "identifier" or (
            self._unknown and column == 0
        )
        if is_participant and number:
            yield from (number[1], f"participant-{number[1]}")


def _first_of(headings: Sequence[str], known: Sequence[str]) -> int:
    """Return the number of the first column of a known heading; -1 if there is none."""
    return next((headings.index(text) for text in known if text in headings), -1)


def merged(roster: People | None, student: str, names: Mapping[str, str]) -> tuple[list[str], frozenset[str]]:
    """Return the keys and names by which a student of the course may be found elsewhere.

    Parameters
    ----------
    roster : People or None
        What is known about the class.
    student : str
        Their id.
    names : mapping
        What the gradebook knows: ``email``, ``first``, ``last``.
    """
    keys = [student, *filter(None, [names.get("email", "")])]
    called = names_of("", names.get("first", ""), names.get("last", ""))
    person = roster.find([student]) if roster else ""
    if isinstance(person, Person):
        return [*keys, *sorted(person.keys)], called | person.names
    return keys, called
