"""Name the slip behind wrong answers to hidden cases, or the two things that went wrong at once.

Which slips there are, and which of those with the same numbers is told, was found on the public
cases. Here they are run on the cases that were drawn: only when an answer is wrong, each only as
long as it agrees, and all within a time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.slips.running import Runner, has_slips, slips_for
from autograder.course.slips.slip import Edit, replacements, touch
from autograder.course.slips.survivors import proves
from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import Case
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.slips import SlipTable, load_slips
from rnncourse.checking.values import Value

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.exercise import Exercise

SECONDS = 0.5
"""CPU time to look for one slip behind a wrong answer, and again for two."""
_ONE = 0.3
"""CPU time that one of them may take. The time for all is looked at between them: a timer interrupts anything."""


@dataclass(frozen=True)
class _Known:
    """Something that may have gone wrong: a mistake that a person wrote, or a slip."""

    id: str
    hint: str
    edits: tuple[Edit, ...]
    rank: int


def find_slip(
    assignment: Assignment,
    exercise: Exercise,
    cases: Sequence[Case],
    answers: Sequence[Answer],
    prints: Sequence[Fingerprint],
) -> tuple[str, str] | None:
    """Return id and hint of the slip, or of the two things, that give exactly these answers to all cases.

    Parameters
    ----------
    assignment, exercise : Assignment, Exercise
        What is asked.
    cases : sequence of Case
        The questions.
    answers, prints : sequences of Answer, Fingerprint
        Those of a student.
    """
    table = load_slips(exercise.id)
    if not table.named or not has_slips(assignment, exercise):
        return None
    runner = Runner(assignment, exercise, cases)
    if not proves(prints, runner.right()):
        return None
    slips = slips_for(assignment, exercise.id)
    named = [_Known(id, hint, slips[id].edits, slips[id].rank) for id, hint in table.named if id in slips]
    found = _first_alike(runner, ((one,) for one in named), prints, time.process_time() + SECONDS)
    if not found:
        known = [*_declared(assignment, exercise), *_banked(assignment, exercise, table), *named]
        until = time.process_time() + SECONDS
        found = _first_alike(runner, _pairs(_possible(runner, known, answers[0], until)), prints, until)
    if not found:
        return None
    if len(found) == 1:
        return found[0].id, found[0].hint
    return " and ".join(
        one.id for one in found
    ), f"Two things. One: {found[0].hint} The other: {found[1].hint}"


def _declared(assignment: Assignment, exercise: Exercise) -> Iterator[_Known]:
    """Yield the mistakes that a person wrote as edits of the solution."""
    source = assignment.master.solution(exercise.id)
    for mistake in exercise.mistakes:
        edits = None if mistake.manner or mistake.source else replacements(source, mistake.edits)
        if edits:
            yield _Known(mistake.id, mistake.hint, edits, 0)


def _banked(assignment: Assignment, exercise: Exercise, table: SlipTable) -> Iterator[_Known]:
    """Yield the slips that do what a written mistake does, under its name: their edits leave more room for others."""
    slips, hints = (
        slips_for(assignment, exercise.id),
        {mistake.id: mistake.hint for mistake in exercise.mistakes},
    )
    for id, home in table.banked:
        if id in slips and (not home or home in hints):
            yield _Known(home or id, hints.get(home, slips[id].hint), slips[id].edits, 0 if home else 2)


def _pairs(known: Sequence[_Known]) -> Iterator[tuple[_Known, ...]]:
    """Yield pairs at different places, those that people wrote first."""
    pairs = [(a, b) for a, b in combinations(known, 2) if a.id != b.id and not touch(a.edits, b.edits)]
    yield from sorted(pairs, key=lambda pair: pair[0].rank + pair[1].rank)


def _possible(runner: Runner, known: Sequence[_Known], answer: Answer, until: float) -> list[_Known]:
    """Return what leaves those outputs right that are right in the first answer of a student."""
    try:
        right = runner.first()
        wrong = _wrong(answer.value, right)
    except (LookupError, TypeError):
        return []
    kept = list[_Known]()
    for one in known:
        if time.process_time() > until:
            break
        with suppress(OverBudget, Exception), cpu_budget(_ONE):
            if _wrong(runner.first(one.edits), right) <= wrong:
                kept.append(one)
    return kept


def _wrong(value: Value, right: Value) -> frozenset[str | int]:
    """Return the outputs that are wrong, by place or key; what is no tuple or dict is one output."""
    if isinstance(right, dict):
        keys: list[str | int] = list(right)
    elif isinstance(right, tuple):
        keys = list(range(len(right)))
    else:
        return frozenset({""}) if value is None or not _alike(value, right) else frozenset()
    return frozenset(key for key in keys if not _alike(value[key], right[key]))


def _alike(value: Value, right: Value) -> bool:
    return fingerprint(Answer(value)).matches(fingerprint(Answer(right)))


def _first_alike(
    runner: Runner, tried: Iterator[tuple[_Known, ...]], prints: Sequence[Fingerprint], until: float
) -> tuple[_Known, ...] | None:
    """Return the first, all edits made, that leads to these fingerprints; None when the CPU time is up."""
    for some in tried:
        if time.process_time() > until:
            return None
        if _agrees(runner.lazily([edit for one in some for edit in one.edits]), prints, _ONE):
            return some
    return None


def _agrees(answers: Iterator[Fingerprint], prints: Sequence[Fingerprint], seconds: float) -> bool:
    """Return whether there are as many answers as fingerprints, and they agree, in this time."""
    count = 0
    with suppress(OverBudget, MemoryError, RecursionError), cpu_budget(seconds):
        for answer, given in zip(answers, prints, strict=False):
            if not answer.matches(given):
                return False
            count += 1
    return count == len(prints)
