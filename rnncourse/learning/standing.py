"""Say where a learner stands in a notebook and in the course: as data, and as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED, PARTIAL
from rnncourse.learning.contents import Asked, Contents
from rnncourse.learning.record import Entry

SOLVED, PARTLY, TRIED, NOT_STARTED, BY_HAND = "solved", "partly", "tried", "not started", "read by a person"
MARKS = {SOLVED: "✓", PARTLY: "◐", TRIED: "✗", NOT_STARTED: "○", BY_HAND: "✎"}
"""Every state of an exercise with its sign; the sign never stands without the word."""


@dataclass(frozen=True)
class Place:
    """One exercise and how far somebody is with it."""

    asked: Asked
    entry: Entry

    @property
    def state(self) -> str:
        """One of the keys of :data:`MARKS`: what the last check of an attempt said."""
        if self.asked.by_hand:
            return BY_HAND
        said = self.entry.best if self.entry.last in ("", NOT_ATTEMPTED) else self.entry.last
        return {CORRECT: SOLVED, PARTIAL: PARTLY, "": NOT_STARTED, NOT_ATTEMPTED: NOT_STARTED}.get(
            said, TRIED
        )

    @property
    def is_open(self) -> bool:
        """Whether a check of it has still to pass."""
        return self.state not in (SOLVED, BY_HAND)

    @property
    def remark(self) -> str:
        """What else there is to say of it."""
        said = []
        if self.is_open and self.entry.best == CORRECT:
            said.append("was solved before")
        if self.entry.hints:
            said.append(f"{self.entry.hints} hint" + "s" * (self.entry.hints > 1))
        return ", ".join(said)


@dataclass(frozen=True)
class Standing:
    """One notebook and how far somebody is with it."""

    contents: Contents
    places: tuple[Place, ...]

    @property
    def checked(self) -> tuple[Place, ...]:
        """What a check can tell of."""
        return tuple(place for place in self.places if not place.asked.by_hand)

    @property
    def solved(self) -> int:
        """How many exercises are solved."""
        return sum(place.state == SOLVED for place in self.places)

    @property
    def minutes(self) -> int:
        """Minutes of the exercises that are open."""
        return sum(place.asked.minutes for place in self.places if place.is_open)

    @property
    def next(self) -> Place | None:
        """The first exercise that is open."""
        return next((place for place in self.places if place.is_open), None)

    @property
    def summary(self) -> str:
        """How much is solved and left, as a phrase."""
        total = sum(p.asked.points for p in self.checked)
        worth = sum(p.asked.points for p in self.checked if not p.is_open)
        count = f"{len(self.checked)} exercise" + "s" * (len(self.checked) != 1)
        said = f"{count}, {total:g} points, nothing solved yet"
        if self.solved:
            said = f"{self.solved} of {count} solved, worth {worth:g} of {total:g} points"
        return said + (f"; about {duration(self.minutes)} left" if self.minutes else "")


def standings(course: Sequence[Contents], entries: Mapping[str, Entry]) -> tuple[Standing, ...]:
    """Return how far somebody is with each notebook."""
    return tuple(
        Standing(contents, tuple(Place(a, entries.get(a.id, Entry())) for a in contents.exercises))
        for contents in course
    )


def duration(minutes: int) -> str:
    """Return minutes as a phrase, in hours where there are many."""
    if minutes < 100:
        return f"{minutes} minutes"
    hours = f"{round(minutes / 30) / 2:g}"
    return f"{hours} hours"


def coming(all_of: Sequence[Standing], of: Standing | None = None) -> str:
    """Return what comes next: in this notebook, or in the first that has something open."""
    for standing in (*filter(None, [of]), *all_of):
        place = standing.next
        if place is None:
            continue
        where = "" if standing is of else f" in {standing.contents.notebook}.ipynb"
        aim = place.asked.objective.rstrip(".")
        return f"Next: {place.asked.id}{where}" + (f": {aim}." if aim else ".")
    return "Every exercise of the course is solved."


def notebook_text(standing: Standing, all_of: Sequence[Standing]) -> str:
    """Return the exercises of one notebook with their states, and one line on the course."""
    lines = [
        standing.contents.title,
        *_rows(standing),
        f"  {standing.summary}.",
        "  " + coming(all_of, standing),
    ]
    return "\n".join([*lines, "  " + course_line(all_of)])


def course_text(all_of: Sequence[Standing], opened: Standing | None = None) -> str:
    """Return a line for each notebook, with its exercises where it is the one that is opened."""
    lines = ["The course"]
    for standing in all_of:
        lines.append(f"  {_sign(standing)} {standing.contents.title}: {standing.summary}")
        lines += ["  " + row for row in _rows(standing) if standing is opened]
    return "\n".join([*lines, "  " + course_line(all_of), "  " + coming(all_of, opened)])


def _rows(standing: Standing) -> Iterator[str]:
    for place in standing.places:
        asked, state = place.asked, place.state
        left = f"{asked.minutes} min" if asked.minutes and place.is_open else ""
        row = f"  {MARKS[state]} {state:<17}{asked.id:<26}{_points(asked):<10}{left:<8}{place.remark}"
        yield row.rstrip()


def _points(asked: Asked) -> str:
    return f"{asked.points:g} point" + "s" * (asked.points != 1)


def _sign(standing: Standing) -> str:
    if standing.next is None:
        return MARKS[SOLVED]
    return MARKS[PARTLY if any(p.state != NOT_STARTED for p in standing.checked) else NOT_STARTED]


def course_line(all_of: Sequence[Standing]) -> str:
    """Return how much of the course is solved, as a sentence that also says what this is not."""
    solved, total = sum(s.solved for s in all_of), sum(len(s.checked) for s in all_of)
    left = sum(s.minutes for s in all_of)
    said = f"In the whole course {solved} of {total} exercises are solved"
    said += f"; about {duration(left)} of exercises left." if left else "."
    return said + " This is what the public checks said, not a grade."
