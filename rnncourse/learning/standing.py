"""Say where a learner stands in a notebook and in the course: as data, and as plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED, PARTIAL
from rnncourse.languages import N_, _, ngettext, said
from rnncourse.learning.contents import Asked, Contents
from rnncourse.learning.record import Entry

SOLVED, PARTLY, TRIED = N_("solved"), N_("partly"), N_("tried")
NOT_STARTED, BY_HAND = N_("not started"), N_("read by a person")
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
        last = self.entry.best if self.entry.last in ("", NOT_ATTEMPTED) else self.entry.last
        return {CORRECT: SOLVED, PARTIAL: PARTLY, "": NOT_STARTED, NOT_ATTEMPTED: NOT_STARTED}.get(
            last, TRIED
        )

    @property
    def is_open(self) -> bool:
        """Whether a check of it has still to pass."""
        return self.state not in (SOLVED, BY_HAND)

    @property
    def remark(self) -> str:
        """What else there is to say of it."""
        remarks = []
        if self.is_open and self.entry.best == CORRECT:
            remarks.append(_("was solved before"))
        if hints := self.entry.hints:
            remarks.append(ngettext("{count} hint", "{count} hints", hints).format(count=hints))
        return ", ".join(remarks)


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
        time = duration(self.minutes)
        return _summary(len(self.checked), bool(self.solved), bool(self.minutes)).format(
            count=len(self.checked), solved=self.solved, worth=f"{worth:g}", total=f"{total:g}", time=time
        )


def _summary(count: int, begun: bool, is_open: bool) -> str:
    """Return the sentence that fits how much is solved and left."""
    if begun and is_open:
        return ngettext(
            "{solved} of {count} exercise solved, worth {worth} of {total} points; about {time} left",
            "{solved} of {count} exercises solved, worth {worth} of {total} points; about {time} left",
            count,
        )
    if begun:
        return ngettext(
            "{solved} of {count} exercise solved, worth {worth} of {total} points",
            "{solved} of {count} exercises solved, worth {worth} of {total} points",
            count,
        )
    if is_open:
        return ngettext(
            "{count} exercise, {total} points, nothing solved yet; about {time} left",
            "{count} exercises, {total} points, nothing solved yet; about {time} left",
            count,
        )
    return ngettext(
        "{count} exercise, {total} points, nothing solved yet",
        "{count} exercises, {total} points, nothing solved yet",
        count,
    )


def standings(course: Sequence[Contents], entries: Mapping[str, Entry]) -> tuple[Standing, ...]:
    """Return how far somebody is with each notebook."""
    return tuple(
        Standing(contents, tuple(Place(a, entries.get(a.id, Entry())) for a in contents.exercises))
        for contents in course
    )


def duration(minutes: int) -> str:
    """Return minutes as a phrase, in hours where there are many."""
    if minutes < 100:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    hours = round(minutes / 30) / 2
    return ngettext("{count} hour", "{count} hours", hours).format(count=f"{hours:g}")


def coming(all_of: Sequence[Standing], of: Standing | None = None) -> str:
    """Return what comes next: in this notebook, or in the first that has something open."""
    for standing in (*filter(None, [of]), *all_of):
        place = standing.next
        if place is None:
            continue
        aim = said(place.asked.objective).rstrip(".")
        sentence = _next(elsewhere=standing is not of, has_aim=bool(aim))
        return sentence.format(exercise=place.asked.id, notebook=standing.contents.notebook, aim=aim)
    return _("Every exercise of the course is solved.")


def _next(elsewhere: bool, has_aim: bool) -> str:
    if elsewhere:
        return (
            _("Next: {exercise} in {notebook}.ipynb: {aim}.")
            if has_aim
            else _("Next: {exercise} in {notebook}.ipynb.")
        )
    return _("Next: {exercise}: {aim}.") if has_aim else _("Next: {exercise}.")


def notebook_text(standing: Standing, all_of: Sequence[Standing]) -> str:
    """Return the exercises of one notebook with their states, and one line on the course."""
    lines = [
        said(standing.contents.title),
        *_rows(standing),
        f"  {standing.summary}.",
        "  " + coming(all_of, standing),
    ]
    return "\n".join([*lines, "  " + course_line(all_of)])


def course_text(all_of: Sequence[Standing], opened: Standing | None = None) -> str:
    """Return a line for each notebook, with its exercises where it is the one that is opened."""
    lines = [_("The course")]
    for standing in all_of:
        lines.append(f"  {_sign(standing)} {said(standing.contents.title)}: {standing.summary}")
        lines += ["  " + row for row in _rows(standing) if standing is opened]
    return "\n".join([*lines, "  " + course_line(all_of), "  " + coming(all_of, opened)])


def _rows(standing: Standing) -> Iterator[str]:
    width = max(len(_(state)) for state in MARKS) + 1
    for place in standing.places:
        asked, state = place.asked, place.state
        left = _("{minutes} min").format(minutes=asked.minutes) if asked.minutes and place.is_open else ""
        row = f"  {MARKS[state]} {_(state):<{width}}{asked.id:<26}{_points(asked):<10}{left:<8}{place.remark}"
        yield row.rstrip()


def _points(asked: Asked) -> str:
    return ngettext("{count} point", "{count} points", asked.points).format(count=f"{asked.points:g}")


def _sign(standing: Standing) -> str:
    if standing.next is None:
        return MARKS[SOLVED]
    return MARKS[PARTLY if any(p.state != NOT_STARTED for p in standing.checked) else NOT_STARTED]


def course_line(all_of: Sequence[Standing]) -> str:
    """Return how much of the course is solved, as a sentence that also says what this is not."""
    solved, total = sum(s.solved for s in all_of), sum(len(s.checked) for s in all_of)
    left = sum(s.minutes for s in all_of)
    if left:
        sentence = _(
            "In the whole course {solved} of {total} exercises are solved; about {time} of exercises left. "
            "This is what the public checks said, not a grade."
        )
    else:
        sentence = _(
            "In the whole course {solved} of {total} exercises are solved. "
            "This is what the public checks said, not a grade."
        )
    return sentence.format(solved=solved, total=total, time=duration(left))
