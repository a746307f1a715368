"""Put a submission together again: every released cell, the student's answers, the student's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from autograder.course.release import CHECK, CHECK_CELL, CODE, SOLUTION, Release, ReleasedCell
from autograder.submission.matching import Match, match
from autograder.submission.mended import JOINED, MOVED, SETUP, of_content, of_matching, of_missing, said
from autograder.submission.reading import RawCell
from autograder.submission.slots import Slot, name_cells
from autograder.submission.sources import defined_names, is_rest_of, same, used_names, without_hidden

MOST_REJOINED = 300_000
"""Characters that are parsed to find functions cut in two; a real notebook takes a few thousand."""


@dataclass
class Repaired:
    """The cells of a submission in order, and what was mended, as sentences for the student."""

    slots: list[Slot]
    repairs: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


def repair(cells: Sequence[RawCell], release: Release) -> Repaired:
    """Return a submission with every released cell in its place and the student's own beside them."""
    cells, joined = _rejoined(cells)
    found = match(cells, release)
    slots = _placed(cells, found, release)
    missing = _restore_missing(slots, release, found)
    moved = _reordered(slots, release, found)
    name_cells(slots)
    repairs = [
        *said(joined, JOINED),
        *of_matching(found),
        *of_missing(missing, found),
        *of_content(slots),
        *moved,
    ]
    of_raw = {id(slot.raw): slot.id for slot in slots if slot.raw and slot.runs}
    answers = {name: of_raw[id(raw)] for name, raw in found.holder.items() if id(raw) in of_raw}
    return Repaired(slots, repairs, answers)


def _rejoined(cells: Sequence[RawCell]) -> tuple[list[RawCell], list[str]]:
    """Return the cells with each function that was cut in two by accident put together again."""
    whole: list[RawCell] = []
    joined, left = [], MOST_REJOINED
    for cell in cells:
        last = whole[-1] if whole else None
        may = (
            last
            and last.kind == cell.kind == "code"
            and cell.label in ("", last.label)
            and cell.source[:1].isspace()
        )
        left -= len(last.source) + len(cell.source) if last and may else 0
        if last and may and left >= 0 and is_rest_of(cell.source, last.source):
            whole[-1] = replace(last, source=f"{last.source}\n{cell.source}")
            joined.append("a function")
        else:
            whole.append(cell)
    return whole, joined


def _placed(cells: Sequence[RawCell], found: Match, release: Release) -> list[Slot]:
    """Return the submitted cells in the student's order, as what they stand for."""
    stands: dict[int, list[ReleasedCell]] = {}
    for index, raw in found.chosen.items():
        stands.setdefault(raw.index, []).append(release.cells[index])
    slots = []
    for cell in cells:
        here = sorted(stands.get(cell.index, ()), key=lambda r: (r.is_fixed, r.index))
        slots += [_slot(released, cell, found) for released in here]
        text = without_hidden(cell.source)
        is_answer = any(released.is_task and not same(text, released.source) for released in here)
        if cell.index in found.extra or is_answer:  # words written into the task itself are kept below it
            slots.append(Slot(None, cell, cell.source, cell.kind == "code"))
    return slots


def _slot(released: ReleasedCell, raw: RawCell | None, found: Match) -> Slot:
    """Return a released cell with the student's text, where that is theirs to write."""
    source = released.source
    if released.label in found.elsewhere:
        source = f"# {released.label} is defined in another cell of this notebook."
    elif raw and not released.is_fixed and not same(raw.source, source):
        source = raw.code if released.kind == "code" else raw.source
    return Slot(released, raw, source, released.kind == "code" and released.role != CHECK_CELL)


def _restore_missing(slots: list[Slot], release: Release, found: Match) -> list[ReleasedCell]:
    """Put released cells that are missing behind the one before them; return them.

    A check cell goes behind the student's own cells there, since it needs what they define. The
    code of a missing cell is run only if something needs it: the student may have wanted it gone.
    """
    missing = [released for released in release.cells if released.index not in found.chosen]
    if not missing:
        return []
    needed = _needed([slot.source for slot in slots if slot.runs], missing)
    for released in missing:
        place = _place_of(slots, released.index - 1) + 1
        while released.is_fixed and place < len(slots) and slots[place].released is None:
            place += 1
        slot = _slot(released, None, found)
        slot.runs &= released.index in needed
        slots.insert(place, slot)
    return missing


def _needed(sources: Sequence[str], missing: Sequence[ReleasedCell]) -> set[int]:
    """Return the missing cells that run: they define what the student's code, or such a cell, takes."""
    own = frozenset[str]().union(*map(defined_names, sources))
    needed = {r.index for r in missing if r.kind == "code" and r.role not in (CODE, CHECK_CELL)}
    sources = [*sources, *(r.source for r in missing if r.index in needed)]
    wanted = frozenset[str]().union(*map(used_names, sources)) - own
    able = [r for r in missing if r.role == CODE]
    while more := [r for r in able if r.index not in needed and wanted & defined_names(r.source)]:
        needed |= {r.index for r in more}
        wanted |= frozenset[str]().union(*(used_names(r.source) for r in more)) - own
    return needed


def _place_of(slots: Sequence[Slot], index: int) -> int:
    """Return where a released cell is, or -1."""
    return next((i for i, slot in enumerate(slots) if slot.released and slot.released.index == index), -1)


def _reordered(slots: list[Slot], release: Release, found: Match) -> list[str]:
    """Restore the released order where the student's cannot work; return what was moved."""
    moved = []
    for released in release.cells:
        if not released.is_setup and released.role != CHECK_CELL:
            continue
        place = _place_of(slots, released.index)
        if released.is_setup:
            later = (
                i for i, s in enumerate(slots) if s.released and s.released.index > released.index and s.runs
            )
            first = min(later, default=place)
            if first < place:
                slots.insert(first, slots.pop(place))
                moved += said(["the set-up cell"], SETUP)
        else:
            holders = [i for i, slot in enumerate(slots) if _is_holder(slot, released, found)]
            if holders and holders[-1] > place:
                slots.insert(holders[-1], slots.pop(place))  # after the pop, this is just behind the holder
                moved += said([released.called()], MOVED) if found.chosen.get(released.index) else []
    return moved


def _is_holder(slot: Slot, check: ReleasedCell, found: Match) -> bool:
    """Return whether a cell must come before this check cell: it defines what is checked."""
    name = check.label.removeprefix(CHECK)
    holder = found.holder.get(name)
    is_own = bool(slot.released and slot.released.role == SOLUTION and slot.released.label == name)
    return is_own or (slot.raw is holder and holder is not None and slot.released is not check)
