"""What to do next: a few steps, the one that helps most first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.feedback.model import BY_HAND, Item, Sheet
from autograder.judging.verdict import GRADER_FAULT, UNGRADABLE
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED

MOST_NAMED = 3
"""So many exercises get a line of their own; the others are counted."""

_NAME = re.compile(r" \(mistake: \w+\)")
_LABEL = re.compile(
    r"(?:^| )(What happened|Error|First difference|Seen|Right so far|Where|In the test|Notice|Line \d+ of your cell): "
)
_TELLING = ("What happened", "Error", "First difference", "Seen", "Where", "In the test")
"""Parts of a message, the one that helps most first; what has no label is a remark and stands before all of them."""


@dataclass(frozen=True)
class Step:
    """One thing to do, or to know: a lead, the exercises that it is about, and a text."""

    lead: str
    items: tuple[Item, ...] = ()
    text: str = ""


def unreadable(sheet: Sheet) -> bool:
    """Return whether nothing of the file could be graded."""
    judged = [item.outcome for item in sheet.items if not item.title]
    return bool(judged) and all(outcome == UNGRADABLE for outcome in judged)


def steps(sheet: Sheet) -> tuple[Step, ...]:
    """Return what a student should do next."""
    if unreadable(sheet):
        return (Step("Hand in this file again.", (), "It could not be read, so nothing in it was graded."),)
    return tuple(_steps(sheet))


def _steps(sheet: Sheet) -> Iterator[Step]:
    settled = (CORRECT, NOT_ATTEMPTED, GRADER_FAULT, BY_HAND)
    wrong = [item for item in sheet.items if not item.title and item.outcome not in settled]
    for number, item in enumerate(wrong[:MOST_NAMED]):
        yield Step("Begin with" if number == 0 else "Then", (item,), _first(item.message))
    if rest := wrong[MOST_NAMED:]:
        yield Step("After that", tuple(rest))
    if blank := _with(sheet, NOT_ATTEMPTED):
        yield Step("Not started yet:", blank)
    if not wrong and not blank:
        yield Step("Nothing is left to mend.", (), "Every answer that was checked is correct.")
    if commented := tuple(item for item in sheet.items if item.comments):
        yield Step("Read what a person wrote about", commented)
    if waiting := _with(sheet, BY_HAND):
        yield Step("Nothing to do for", waiting, "A person reads it, and has not marked it yet.")
    if faults := _with(sheet, GRADER_FAULT):
        yield Step("We could not grade", faults, "That is our fault, not yours. A person will look at it.")


def _with(sheet: Sheet, outcome: str) -> tuple[Item, ...]:
    return tuple(item for item in sheet.items if item.outcome == outcome)


def _first(message: str) -> str:
    """Return the part of a message that helps most; the card says all of it."""
    remark, *rest = _LABEL.split(message)
    parts: dict[str, str] = {}
    for label, text in zip(rest[::2], rest[1::2], strict=True):
        parts.setdefault(label, text)
    told = next((parts[label] for label in _TELLING if label in parts), "")
    chosen = parts.get("What happened") or remark or told
    return _NAME.sub("", chosen).strip()
