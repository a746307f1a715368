"""Keep the slips that can be told apart: from what is right, from the bank, from simpler ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import TYPE_CHECKING

import numpy as np

from autograder.course.slips.running import Runner, has_slips, slips_for
from autograder.course.slips.slip import Slip, replacements, touch
from rnncourse.checking.caseset import CaseSet
from rnncourse.checking.fingerprint import Fingerprint
from rnncourse.checking.slips import NONE, SlipTable, digest

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.exercise import Exercise

_MOST_PAIRS = 200

NEAR = 2e-6
"""Two slips whose sums differ by less than this share of their scale count as one: no answer could tell them apart."""

Prints = list[Fingerprint]


@dataclass(frozen=True)
class Census:
    """What became of the slips of one exercise on the cases of one draw.

    Attributes
    ----------
    found : int
        All slips that the operators found.
    passing : tuple of Slip
        Those that answer as the solution does: equivalent, or holes in the questions.
    banked : tuple of (Slip, str)
        Those with the numbers of a mistake that a person has written, and its id.
    unsure : int
        Those with no answer, none in time, or none that would prove anything.
    groups : tuple of (tuple of Slip, list of Fingerprint)
        The others, those with the same numbers together, the simplest first.
    bank : tuple of (str, list of Fingerprint)
        The mistakes that a person has written, and their answers.
    """

    found: int = 0
    passing: tuple[Slip, ...] = ()
    banked: tuple[tuple[Slip, str], ...] = ()
    unsure: int = 0
    groups: tuple[tuple[tuple[Slip, ...], Prints], ...] = field(default=(), repr=False)
    bank: tuple[tuple[str, Prints], ...] = field(default=(), repr=False)

    @property
    def same(self) -> int:
        """How many have the numbers of a simpler one."""
        return sum(len(slips) - 1 for slips, _ in self.groups)


def census(assignment: Assignment, exercise: Exercise, cases: CaseSet) -> Census:
    """Run every slip of an exercise on some cases and say what becomes of each."""
    if not has_slips(assignment, exercise):
        return Census()
    slips = slips_for(assignment, exercise.id)
    runner = Runner(assignment, exercise, cases.cases)
    right = runner.right()
    bank = list(_bank(runner, exercise, len(right)))
    passing, banked, unsure = list[Slip](), list[tuple[Slip, str]](), 0
    apart = list[tuple[Slip, Prints]]()
    for slip in slips.values():
        prints = runner.prints(slip.edits)
        if prints is None or not prints:
            unsure += 1
        elif same(prints, right):
            passing.append(slip)
        elif not proves(prints, right):
            unsure += 1
        elif home := next((id for id, known in bank if same(prints, known)), ""):
            banked.append((slip, home))
        else:
            apart.append((slip, prints))
    proved = tuple((id, prints) for id, prints in bank if proves(prints, right))
    return Census(len(slips), tuple(passing), tuple(banked), unsure, tuple(_grouped(apart)), proved)


def _bank(runner: Runner, exercise: Exercise, places: int) -> Iterator[tuple[str, Prints]]:
    """Yield the mistakes that a person has written, with their answers in all places."""
    for mistake in exercise.mistakes:
        prints = None if mistake.manner else runner.prints(runner.written(mistake.id))
        if prints is not None and len(prints) == places:
            yield mistake.id, prints


def same(some: Sequence[Fingerprint], others: Sequence[Fingerprint]) -> bool:
    """Return whether no answer could tell two lists of answers apart."""
    return all(a.matches(b, NEAR) for a, b in zip(some, others, strict=True))


def proves(prints: Sequence[Fingerprint], right: Sequence[Fingerprint]) -> bool:
    """Return whether to give these answers proves anything: some are answers, finite, and not the right ones.

    Errors, and answers that are no numbers, have many causes. Whole numbers and texts are equal by
    chance in a single case.
    """
    telling = [
        given
        for given, wanted in zip(prints, right, strict=True)
        if not given.structure.startswith(("raises", "missing"))
        and "!" not in given.structure + wanted.structure
        and not given.matches(wanted, NEAR)
    ]
    return len(telling) > 1 or any(not float(given.scale).is_integer() for given in telling)


def _grouped(apart: Sequence[tuple[Slip, Prints]]) -> list[tuple[tuple[Slip, ...], Prints]]:
    """Return slips with the same numbers together."""
    by_structure: dict[
        tuple[str, ...], list[tuple[list[Slip], Prints, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]]
    ] = {}
    for slip, prints in apart:
        groups = by_structure.setdefault(tuple(given.structure for given in prints), [])
        scales = np.array([given.scale for given in prints])
        home = next(
            (
                slips
                for slips, others, s in groups
                if np.allclose(s, scales, 1e-5, 0) and same(prints, others)
            ),
            None,
        )
        if home is None:
            groups.append(([slip], prints, scales))
        else:
            home.append(slip)
    flat = [(tuple(slips), prints) for groups in by_structure.values() for slips, prints, _ in groups]
    order = {slip.id: number for number, (slip, _) in enumerate(apart)}
    return sorted(flat, key=lambda group: order[group[0][0].id])


def told(slips: Sequence[Slip]) -> tuple[str, str]:
    """Return id and hint of slips with the same numbers: the simplest; or either of two that are as simple."""
    first = slips[0]
    place = first.hint.partition(",")[0]
    rivals = [slip for slip in slips[1:] if slip.rank == first.rank and slip.hint.partition(",")[0] != place]
    if not rivals:
        return first.id, first.hint
    more = " Other slips have the same numbers, too." if len(rivals) > 1 else ""
    return (
        first.id,
        f"One of two things, which have the same numbers. Either: {first.hint} Or: {rivals[0].hint}{more}",
    )


def _pairs(
    assignment: Assignment, exercise: Exercise, cases: CaseSet, found: Census
) -> list[tuple[str, Prints]]:
    """Return two written mistakes at once, with what they answer; where outputs are apart, none are needed."""
    if len(exercise.parts) > 1:
        return []
    runner, source = Runner(assignment, exercise, cases.cases), assignment.master.solution(exercise.id)
    right, known = runner.right(), [prints for _, prints in (*found.bank, *found.groups)]
    edits = {m.id: replacements(source, m.edits) for m in exercise.mistakes if not m.manner and not m.source}
    able = [(id, mine) for id, mine in edits.items() if mine and any(id == name for name, _ in found.bank)]
    apart = ((a, b) for a, b in combinations(able, 2) if not touch(a[1], b[1]))
    pairs = list[tuple[str, Prints]]()
    for (one, mine), (other, theirs) in islice(apart, _MOST_PAIRS):
        prints = runner.prints([*mine, *theirs])
        if prints and proves(prints, right) and not any(same(prints, those) for those in (right, *known)):
            pairs.append((f"{one} and {other}", prints))
            known.append(prints)
    return pairs


def table_of(assignment: Assignment, exercise: Exercise, cases: CaseSet, key: str = "") -> SlipTable:
    """Return the table of the slips of an exercise for its public cases."""
    found = census(assignment, exercise, cases)
    banked = [(slip.id, home) for slip, home in found.banked]
    banked += [
        (slip.id, "") for slip in found.passing if slip.id.startswith("no_nan")
    ]  # they hide another's nan
    pairs = _pairs(assignment, exercise, cases, found)
    named = (*((id, "") for id, _ in found.bank), *(told(slips) for slips, _ in found.groups))
    named = (*named, *((id, "") for id, _ in pairs))
    rows = [digest(prints) for _, prints in (*found.bank, *found.groups, *pairs)]
    digests = np.stack(rows) if named else NONE.digests
    return SlipTable(named, digests, key, tuple(banked))
