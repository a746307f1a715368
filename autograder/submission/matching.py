"""Find which cell of a submission stands for which released cell.

Labels come first, then cell ids, then texts, then the names that a cell defines, then its place.
What a cell *does* outranks what its label says: a cell that defines ``rnn_step`` and nothing else
that is asked for answers ``rnn_step``, whatever it is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from autograder.course.release import ANSWER, SOLUTION, Release, ReleasedCell, settled
from autograder.submission.reading import RawCell
from autograder.submission.sources import is_unfinished, without_hidden

_ALIKE = 0.5
"""Share of its lines that a text without label and id must have in common with the released one."""
_MOST_PAIRS = 2_000


@dataclass
class Match:
    """Who stands for whom.

    Attributes
    ----------
    chosen : dict
        Index of a released cell to the submitted cell that stands for it.
    extra : dict
        Index of a submitted cell that stands for none, and is kept as the student's own.
    holder : dict
        Exercise to the submitted cell that defines it.
    elsewhere : set
        Exercises whose own cell is empty because another exercise's cell defines them.
    found, twice, relabelled : lists
        What was mended: exercises found by the name they define; (released cell, number of copies,
        whether the last changed one was passed over); released cells whose label was lost.
    """

    chosen: dict[int, RawCell] = field(default_factory=dict)
    extra: dict[int, RawCell] = field(default_factory=dict)
    holder: dict[str, RawCell] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    found: list[ReleasedCell] = field(default_factory=list)
    twice: list[tuple[ReleasedCell, int, bool]] = field(default_factory=list)
    relabelled: list[ReleasedCell] = field(default_factory=list)


def match(cells: Sequence[RawCell], release: Release) -> Match:
    """Return which submitted cell stands for which cell of the release."""
    result = Match()
    claims = _claims(cells, release, result)
    for index, candidates in claims.items():
        _choose(release.cells[index], candidates, result)
    _find_answers_by_name(cells, release, result)
    _find_by_place(release, result)
    standing = (c for c in release.cells if c.index in result.chosen and c not in result.found)
    result.relabelled += [c for c in standing if c.label and c.label != result.chosen[c.index].label]
    return result


def is_stub(cell: RawCell, released: ReleasedCell) -> bool:
    """Return whether a submitted cell is as it was released."""
    return cell.settled == released.settled


def _claims(cells: Sequence[RawCell], release: Release, result: Match) -> dict[int, list[RawCell]]:
    """Return the submitted cells that may stand for each released one; the others become extra."""
    claims: dict[int, list[RawCell]] = defaultdict(list)
    rest = []
    for cell in cells:
        meant = _by_mark(cell, release)
        if meant:
            claims[meant.index].append(cell)
        else:
            rest.append(cell)
    for cell in rest:
        equal = release.by_source.get(cell.settled, ()) if cell.settled else ()
        meant = next((r for r in equal if r.role == SOLUTION or r.index not in claims), None)
        if meant:
            claims[meant.index].append(cell)
        else:
            result.extra[cell.index] = cell
    return claims


def _by_mark(cell: RawCell, release: Release) -> ReleasedCell | None:
    """Return the released cell that label or id names, unless the cell plainly is something else."""
    meant = release.by_label.get(cell.label) or release.by_id.get(cell.id)
    if meant is None:
        return None
    if meant.label:
        return _by_content(cell, meant, release)
    is_alike = cell.kind == meant.kind or cell.settled == meant.settled
    return (
        meant if is_alike else None
    )  # text that was made code is the student's own, and the other way round


def _by_content(cell: RawCell, meant: ReleasedCell, release: Release) -> ReleasedCell | None:
    """Return what a labelled cell is: a fixed text, or an exercise that it defines, overrules its label."""
    equal = release.by_source.get(settled(without_hidden(cell.source)), ())
    fixed = meant if meant in equal else next((r for r in equal if r.is_fixed), None)
    if fixed and fixed.is_fixed:
        return fixed
    if meant.role != SOLUTION or meant.label in cell.names:
        return meant
    other = [name for name in release.solutions if name in cell.names]
    return release.solutions[other[0]] if other else meant


def _choose(released: ReleasedCell, candidates: list[RawCell], result: Match) -> None:
    """Choose one of several copies: the last that was changed, before all one that defines the exercise.

    An attempt that was given up is not chosen where there is one that was finished.
    """
    changed = [cell for cell in candidates if cell.settled and not is_stub(cell, released)]
    last = changed[-1:]
    if released.role == SOLUTION:
        changed = [c for c in changed if released.label in c.names] or changed
        changed = [c for c in changed if not is_unfinished(c.code, released.label)] or changed
    if released.role in (SOLUTION, ANSWER):
        chosen = (changed or candidates)[-1]
    else:
        chosen = next((c for c in candidates if is_stub(c, released)), candidates[0])
    result.chosen[released.index] = chosen
    others = [cell for cell in candidates if cell is not chosen]
    if others and released.label:
        result.twice.append((released, len(candidates), bool(last) and last[0] is not chosen))
    for cell in others:
        is_work = not released.is_fixed and cell.settled not in ("", released.settled, chosen.settled)
        if is_work or not released.label:
            result.extra[cell.index] = cell


def _find_answers_by_name(cells: Sequence[RawCell], release: Release, result: Match) -> None:
    """Look in other cells for exercises whose own cell is missing or was never touched."""
    for name, released in release.solutions.items():
        own = result.chosen.get(released.index)
        is_empty = own is None or not own.settled or is_stub(own, released)
        begun = own if own and not is_empty and name in own.names else None
        if begun and not is_unfinished(begun.code, name):
            result.holder[name] = begun
            continue
        other = _defining(name, released, cells, release, result)
        if begun and (other is None or is_unfinished(other.code, name)):
            other = begun
        if other is None:
            continue
        result.holder[name] = other
        given_up = begun if other is not begun else None
        if given_up:
            result.extra[given_up.index] = given_up  # it is kept as the student's own
        if is_empty or given_up:
            standing = (release.cells[i] for i, cell in result.chosen.items() if cell is other)
            _adopt(released, other, any(not r.is_fixed for r in standing), result)


def _adopt(released: ReleasedCell, cell: RawCell, is_taken: bool, result: Match) -> None:
    """Let a cell answer an exercise: as its own cell or, if that is taken by another, from there."""
    is_its_own = cell.index in result.extra and released.index not in result.chosen  # only the label is gone
    if not is_its_own:
        result.found.append(released)
    if is_taken:
        result.elsewhere.add(released.label)
    else:
        result.extra.pop(cell.index, None)
        result.chosen[released.index] = cell


def _defining(
    name: str, released: ReleasedCell, cells: Sequence[RawCell], release: Release, result: Match
) -> RawCell | None:
    """Return the cell that defines an exercise: code before text, finished, most like the stub, then the last."""
    standing = {cell.index: release.cells[index] for index, cell in result.chosen.items()}
    lines = set(released.settled.split("\n"))

    def rank(cell: RawCell) -> tuple[int, bool, int, int]:
        kept = cell.index in result.extra or (cell.index in standing and not standing[cell.index].is_fixed)
        likeness = len(lines & set(cell.settled.split("\n")))
        finished = not is_unfinished(cell.code, name)
        return (2 * (cell.kind == "code") + kept, finished, likeness, cell.index)

    able = [
        cell
        for cell in cells
        if name in cell.source
        and not (cell.index in standing and is_stub(cell, standing[cell.index]))
        and name in cell.names
    ]
    return max(able, key=rank, default=None)


def _find_by_place(release: Release, result: Match) -> None:
    """Give what has no label, id or name left to the released cells that it stands between.

    An answer in words is the longest text of the student's there. Another cell must share half its lines.
    """
    missing = [c for c in release.cells if _is_unanswered(c, result)]
    plain = [c for c in release.cells if c.index not in result.chosen and not c.label]
    if len(plain) * len(result.extra) <= _MOST_PAIRS:
        missing += plain
    for released in missing:
        around = [c for c in _between(released, release, result) if c.settled]
        if released.role == ANSWER:
            best = max((c for c in around if c.kind != "code"), key=lambda c: len(c.settled), default=None)
        else:
            alike = (c for c in around if c.kind == released.kind)
            best = next((c for c in alike if _likeness(c.settled, released.settled) >= _ALIKE), None)
        if best:
            result.found += [released] * (released.index in result.chosen)
            result.chosen[released.index] = result.extra.pop(best.index)


def _is_unanswered(released: ReleasedCell, result: Match) -> bool:
    own = result.chosen.get(released.index)
    return released.role == ANSWER and (own is None or is_stub(own, released) or not own.settled)


def _between(released: ReleasedCell, release: Release, result: Match) -> Iterable[RawCell]:
    """Return the student's own cells between the neighbours of a released cell."""
    before = [
        result.chosen[c.index].index for c in release.cells[: released.index] if c.index in result.chosen
    ]
    after = [
        result.chosen[c.index].index for c in release.cells[released.index + 1 :] if c.index in result.chosen
    ]
    first, last = max(before[-1:], default=-1), min(after[:1], default=float("inf"))
    return [cell for index, cell in sorted(result.extra.items()) if first < index < last]


def _likeness(one: str, other: str) -> float:
    """Return the share of lines that two texts have in common; 0 if their lengths differ much."""
    if not len(one) / 4 <= len(other) <= len(one) * 4:
        return 0.0
    lines, others = {line for line in one.split("\n") if line}, {line for line in other.split("\n") if line}
    return len(lines & others) / max(1, len(lines | others))
