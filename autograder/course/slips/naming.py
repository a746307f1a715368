"""Name what is behind wrong answers to hidden cases: a slip, several things at once, or a likeness.

Which slips there are, and which of those with the same numbers is told, was found on the public
cases. Here they are run on the cases that were drawn: only when an answer is wrong, each only as
long as it agrees, and all within a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.slips.running import Runner, Target, has_slips, slips_for
from autograder.course.slips.slip import Edit, replacements, touch
from autograder.course.slips.survivors import NEAR
from rnncourse.checking.accounts import Name, places_of, tell, tell_likeness, together
from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import CaseSet
from rnncourse.checking.explaining import PROOF, Bools, Places
from rnncourse.checking.fingerprint import Fingerprint
from rnncourse.checking.slips import SlipTable, load_slips

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.exercise import Exercise

SECONDS = 0.5
"""CPU time to look for slips behind a wrong answer, and again for two at one place."""
_ONE = 0.3
"""CPU time that one of them may take. The time for all is looked at between them: a timer interrupts anything."""


@dataclass(frozen=True)
class _Known:
    """Something that may have gone wrong: a mistake that a person wrote, or a slip."""

    id: str
    hint: str
    target: Target = field(compare=False)
    edits: tuple[Edit, ...] = ()
    rank: int = 0


def find_slip(
    assignment: Assignment, exercise: Exercise, cases: CaseSet, answers: Sequence[Answer]
) -> Name | None:
    """Return id and hint of what explains these answers to all cases beside the mistakes of the bank.

    Parameters
    ----------
    assignment, exercise : Assignment, Exercise
        What is asked.
    cases : CaseSet
        The questions.
    answers : sequence of Answer
        Those of a student.
    """
    places, prints = places_of(cases, answers)
    table = load_slips(exercise.id)
    none = np.zeros((0, len(prints)), dtype=bool)
    if exercise.is_value:
        return None
    if not table.named or not has_slips(assignment, exercise):
        return tell_likeness(cases, answers, [], places, none, none)
    search = _Search(Runner(assignment, exercise, cases.cases), places, prints)
    known = [*_written(search.runner, exercise), *_slips(assignment, exercise, table)]
    near, same, right = search.near(known)
    names = [(one.id, one.hint) for one in near]
    return (
        tell(cases, answers, names, places, same, right)
        or _two(assignment, exercise, search, table)
        or tell_likeness(cases, answers, names, places, same, right)
    )


def _written(runner: Runner, exercise: Exercise) -> Iterator[_Known]:
    """Yield the mistakes that a person wrote."""
    for mistake in exercise.mistakes:
        if not mistake.manner:
            yield _Known(mistake.id, mistake.hint, runner.written(mistake.id))


def _slips(assignment: Assignment, exercise: Exercise, table: SlipTable) -> Iterator[_Known]:
    """Yield the slips that have a name of their own."""
    slips = slips_for(assignment, exercise.id)
    for id, hint in table.named:
        if hint and id in slips:
            yield _Known(id, hint, slips[id].edits, slips[id].edits, slips[id].rank)


class _Search:
    """What is known, beside a student's answers: run case by case, the first wrong one first.

    Parameters
    ----------
    runner : Runner
        Runs what is known.
    places : Places
        What the student's answers are.
    prints : sequence of Fingerprint
        Those of the answers, by place.
    """

    def __init__(self, runner: Runner, places: Places, prints: Sequence[Fingerprint]) -> None:
        self.runner, self.places, self._prints = runner, places, list(prints)
        numbers = np.array(places.cases)
        self._at = [
            np.flatnonzero(numbers == number).tolist() for number in range(numbers.max(initial=-1) + 1)
        ]
        self._order = sorted(
            range(len(self._at)), key=lambda number: not places.wrong[self._at[number]].any()
        )
        self.proves = places.weight.sum() >= PROOF
        self._first: dict[Target, list[Fingerprint]] = {}

    def near(self, known: Sequence[_Known]) -> tuple[list[_Known], Bools, Bools]:
        """Return what gives the student's answer in one wrong place of the first wrong case at least, and where."""
        near, same, right = list[_Known](), list[Bools](), list[Bools]()
        until = time.process_time() + SECONDS
        for one in known if self.proves else ():
            if time.process_time() > until:
                break
            row = self._row(one.target)
            if row is not None:
                near.append(one)
                same.append(row[0])
                right.append(row[1])
        none = np.zeros((0, len(self._prints)), dtype=bool)
        return near, np.stack(same) if near else none, np.stack(right) if near else none

    def _row(self, target: Target) -> tuple[Bools, Bools] | None:
        same, right = np.zeros((2, len(self._prints)), dtype=bool)
        with suppress(OverBudget, MemoryError, RecursionError), cpu_budget(_ONE):
            count = 0
            for number, found in zip(self._order, self.runner.lazily(target, self._order), strict=False):
                self._first.setdefault(target, found)
                for place, one, wanted in zip(
                    self._at[number], found, self.runner.right_in(number), strict=True
                ):
                    same[place] = one.matches(self._prints[place])
                    right[place] = one.matches(wanted, NEAR)
                if not count and not (same & self.places.wrong).any():
                    return None
                count += 1
            return (same, right) if count == len(self._order) else None
        return None

    def agrees(self, target: Target) -> bool:
        """Return whether something gives the student's answers in all places."""
        with suppress(OverBudget, MemoryError, RecursionError), cpu_budget(_ONE):
            count = 0
            for number, found in zip(self._order, self.runner.lazily(target, self._order), strict=False):
                mine = [self._prints[place] for place in self._at[number]]
                if not all(one.matches(given) for one, given in zip(found, mine, strict=True)):
                    return False
                count += 1
            return count == len(self._order)
        return False

    def leaves_right(self, target: Target) -> bool:
        """Return whether something leaves those outputs right that are right in the student's first wrong answer."""
        first = self._order[0]
        if target not in self._first:
            self._first[target] = next(self.runner.lazily(target, [first]), [])
        found = self._first[target]
        here = zip(self._at[first], found, self.runner.right_in(first), strict=False)
        return bool(found) and all(self.places.wrong[place] or one.matches(r, NEAR) for place, one, r in here)


def _two(assignment: Assignment, exercise: Exercise, search: _Search, table: SlipTable) -> Name | None:
    """Return two things at different places of the solution that lead to the answers together."""
    if not search.proves:
        return None
    known = [
        *_declared(assignment, exercise),
        *_banked(assignment, exercise, table),
        *_slips(assignment, exercise, table),
    ]
    until = time.process_time() + SECONDS
    for pair in _pairs(_possible(search, known, until)):
        if time.process_time() > until:
            return None
        if search.agrees(tuple(edit for one in pair for edit in one.edits)):
            return together([(one.id, one.hint) for one in pair])
    return None


def _declared(assignment: Assignment, exercise: Exercise) -> Iterator[_Known]:
    """Yield the mistakes that a person wrote as edits of the solution."""
    source = assignment.master.solution(exercise.id)
    for mistake in exercise.mistakes:
        edits = None if mistake.manner or mistake.source else replacements(source, mistake.edits)
        if edits:
            yield _Known(mistake.id, mistake.hint, edits, edits)


def _banked(assignment: Assignment, exercise: Exercise, table: SlipTable) -> Iterator[_Known]:
    """Yield the slips that do what a written mistake does, under its name: their edits leave more room for others."""
    slips = slips_for(assignment, exercise.id)
    hints = {mistake.id: mistake.hint for mistake in exercise.mistakes}
    for id, home in table.banked:
        if id in slips and (not home or home in hints):
            edits = slips[id].edits
            yield _Known(home or id, hints.get(home, slips[id].hint), edits, edits, 0 if home else 2)


def _pairs(known: Sequence[_Known]) -> Iterator[tuple[_Known, ...]]:
    """Yield pairs at different places, those that people wrote first."""
    for a, b in sorted(combinations(known, 2), key=lambda pair: pair[0].rank + pair[1].rank):
        if a.id != b.id and not touch(a.edits, b.edits):
            yield a, b


def _possible(search: _Search, known: Sequence[_Known], until: float) -> list[_Known]:
    """Return what leaves those outputs right that are right in the first wrong answer of a student."""
    kept = list[_Known]()
    for one in known:
        if time.process_time() > until:
            break
        with suppress(OverBudget, Exception), cpu_budget(_ONE):
            if search.leaves_right(one.target):
                kept.append(one)
    return kept
