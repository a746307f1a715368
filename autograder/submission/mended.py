"""What was mended in a submission, as sentences for the student. Nothing is said where nothing was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.course.release import CODE, TEXT, ReleasedCell
from autograder.submission.matching import Match, is_stub
from autograder.submission.reading import RawCell
from autograder.submission.slots import Slot, images_of
from autograder.submission.sources import same, without_hidden

_MOST_NAMED = 6

JOINED = ("{} was cut in two by a cell border; the parts were joined again.",) * 2
_TWICE = "{} was there {}; the last changed copy was used."
_TWICE_FINISHED = "{} was there {}; the last finished copy was used."
_TWICE_FIXED = "{} was there {}; one was kept."
_FOUND = (
    "{} was missing or not filled in, and the answer was found in another cell; that one was used.",
    "{} were missing or not filled in, and the answers were found in other cells; those were used.",
)
_LABEL = (
    "{} had lost its grading label; it was recognised by what it holds and got it back.",
    "{} had lost their grading labels; they were recognised by what they hold and got them back.",
)
_MISSING = (
    "{} was missing and was put back as it was released.",
    "{} were missing and were put back as they were released.",
)
_PLAIN = (
    "{} of the released notebook was missing and was put back.",
    "{} of the released notebook were missing and were put back.",
)
_RETYPED = (
    "{} had become another type of cell; it was given its own type again.",
    "{} had become another type of cell; they were given their own type again.",
)
_EDITED = (
    "{} had been changed; it is locked, so it was put back as it was released.",
    "{} had been changed; they are locked, so they were put back as they were released.",
)
_POINTS = (
    "{} had other points or another grading role; the released points were restored.",
    "{} had other points or another grading role; the released points were restored.",
)
SETUP = ("{} stood below code that needs it; it was moved up.",) * 2
MOVED = ("{} stood above what it checks; it was moved below.",) * 2
_IMAGE = (
    "{} has attachments that are no image or too large; they were left out.",
    "{} have attachments that are no image or too large; they were left out.",
)


def said(who: Sequence[str], sentence: tuple[str, str]) -> list[str]:
    """Return a sentence about these cells, or nothing if there are none."""
    if not who:
        return []
    named = list(dict.fromkeys(who))
    if len(named) > _MOST_NAMED + 1:
        named = [*named[:_MOST_NAMED], f"{len(named) - _MOST_NAMED} others"]
    text = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return [sentence[len(named) > 1].format(text[0].upper() + text[1:])]


def of_matching(found: Match) -> Iterator[str]:
    """Yield what had to be looked for or chosen."""
    for released, number, is_passed_over in found.twice:
        times = "twice" if number == 2 else f"{number} times"
        name = released.called()
        sentence = _TWICE_FIXED if released.is_fixed else _TWICE_FINISHED if is_passed_over else _TWICE
        yield sentence.format(name[0].upper() + name[1:], times)
    yield from said([r.called() for r in found.found], _FOUND)
    yield from said([r.called() for r in found.relabelled], _LABEL)


def of_missing(missing: Sequence[ReleasedCell], found: Match) -> Iterator[str]:
    """Yield what was put back."""
    labelled = [r.called() for r in missing if r.label and r not in found.found]
    yield from said(labelled, _MISSING)
    for role, noun in ((TEXT, "text cell"), (CODE, "code cell")):
        number = sum(not r.label and r.role == role for r in missing)
        if number:
            yield _PLAIN[number > 1].format(f"{number} {noun}{'s' if number > 1 else ''}")


def of_content(slots: Sequence[Slot]) -> Iterator[str]:
    """Yield what was mended inside of cells."""
    pairs = [(slot.released, slot.raw) for slot in slots if slot.released and slot.raw]
    yield from said([r.called() for r, raw in pairs if r.kind != raw.kind], _RETYPED)
    yield from said([r.called() for r, raw in pairs if _is_edited(r, raw)], _EDITED)
    yield from said([r.called() for r, raw in pairs if _other_points(r, raw)], _POINTS)
    dropped = [
        slot for slot in slots if slot.raw and slot.raw.kind == "markdown" and _drops_attachments(slot.raw)
    ]
    yield from said([s.released.called() if s.released else "a text cell" for s in dropped], _IMAGE)


def _is_edited(released: ReleasedCell, raw: RawCell) -> bool:
    return (
        released.is_fixed
        and not is_stub(raw, released)
        and not same(without_hidden(raw.source), released.source)
    )


def _other_points(released: ReleasedCell, raw: RawCell) -> bool:
    """Return whether a cell that kept its label claims other points or another role than it has."""
    if not released.label or raw.label != released.label:
        return False
    marks = released.node.metadata.nbgrader
    keys = [key for key in ("points", "grade", "solution", "locked", "task") if key in raw.marks]
    return any(raw.marks[key] != marks.get(key, 0 if key == "points" else False) for key in keys)


def _drops_attachments(raw: RawCell) -> bool:
    return len(images_of(raw.attachments)) < len(raw.attachments)
