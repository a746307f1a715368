"""Seal the case set of a value, so that students can have it: see :mod:`rnncourse.checking.sealed`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.course.exercise import Exercise
from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import Case, CaseSet
from rnncourse.checking.codec import to_json
from rnncourse.checking.fingerprint import fingerprint
from rnncourse.checking.here import value_answer
from rnncourse.checking.properties import ENTRY_ROOM, Property
from rnncourse.checking.sealed import Lock, Sealed, joined, seal
from rnncourse.checking.seals import ANY, EACH, SealedMistake, Seals, Told
from rnncourse.checking.values import Value

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment


def sealed_cases(assignment: Assignment, exercise: Exercise, cases: CaseSet) -> CaseSet:
    """Return the case set of a value in which neither it nor a known mistake of it can be read."""
    room = exercise.tolerance.relative + exercise.tolerance.absolute
    names = {case.expected.name for case in cases.cases if isinstance(case.expected, Property)}
    seals = Seals(exercise.id, max(room, ENTRY_ROOM) if "entry" in names else room)
    told = {m.id: Told(place, m.id, m.hint) for place, m in enumerate(exercise.mistakes)}
    mistakes = [sealed for n, case in enumerate(cases.cases) for sealed in _told_by(seals, n, case, told)]
    if not names:
        wrong = {id: value_answer(assignment.variant(exercise.id, id)).value for id in told}
        mistakes += [_whole(seals, value, told[id]) for id, value in wrong.items()]
    hidden = tuple(replace(case, expected=_expected(seals, case.expected)) for case in cases.cases)
    return replace(cases, cases=hidden, known=tuple, seals=replace(seals, mistakes=tuple(mistakes)))


def sealed_whole(exercise: Exercise, cases: CaseSet, wrong: Iterable[tuple[str, str, Value]]) -> CaseSet:
    """Return the case set of a value that is compared as a whole, with wrong answers given as id, hint and value."""
    seals = Seals(exercise.id, cases.tolerance.relative + cases.tolerance.absolute)
    told = [(Told(place, id, hint), value) for place, (id, hint, value) in enumerate(wrong)]
    mistakes = tuple(_whole(seals, value, one) for one, value in told)
    hidden = tuple(replace(case, expected=_expected(seals, case.expected)) for case in cases.cases)
    return replace(cases, cases=hidden, known=tuple, seals=replace(seals, mistakes=mistakes))


def _expected(seals: Seals, expected: Value | Property) -> Value | Property:
    """Return what a case expects, with seals in place of what tells the answer."""
    if isinstance(expected, dict):
        return {name: _sealed(seals.lock(name), value) for name, value in expected.items()}
    if not isinstance(expected, Property):
        return _sealed(seals.lock(), expected)
    if expected.name == "entry":
        name, right, _ = expected.settings
        lock = seals.lock(name)
        exact = replace(lock, room=0.0) if isinstance(right, str) else lock  # a text has no room: see entry()
        return Property("entry", (name, _sealed(exact, right), ()))
    if expected.name == "names_a_line":
        lines, wanted, _ = expected.settings
        hidden = tuple(_sealed(seals.lock(), line) for line in lines) if len(lines) == 1 else lines
        return Property("names_a_line", (hidden, wanted, ""))
    return expected


def _sealed(lock: Lock, value: Value) -> Sealed:
    value = _rounded(value)
    return Sealed(lock, seal(lock.key(value), to_json(value)))


def _rounded(value: Value) -> Value:
    """Return a value to 12 digits: the rest differs from one processor to the next."""
    if isinstance(value, list | tuple):
        return type(value)(map(_rounded, value))
    return type(value)(f"{value:.12g}") if isinstance(value, float | np.floating) else value


def _told_by(seals: Seals, number: int, case: Case, told: dict[str, Told]) -> Iterator[SealedMistake]:
    """Yield the mistakes that one case shows."""
    if not isinstance(case.expected, Property):
        return
    settings: tuple[Any, ...] = case.expected.settings
    if case.expected.name == "entry":
        for belief, id in settings[2]:
            belief = {name: _rounded(value) for name, value in belief.items()}
            key = joined([seals.lock(name).key(value) for name, value in belief.items()])
            yield replace(told[id], means=belief).sealed(key, number, tuple(belief))
    elif case.expected.name == "names_a_line":
        lines, wanted, id = settings
        if wanted or len(lines) > 1:
            yield told[id].sealed(joined([]), number, ANY)
        else:
            yield told[id].sealed(seals.lock().key(lines[0]), number, EACH)


def _whole(seals: Seals, value: Value, told: Told) -> SealedMistake:
    """Return a mistake that is recognised by the whole answer."""
    known = replace(told, print=fingerprint(Answer(value)))
    if not isinstance(value, dict):
        return known.sealed(seals.lock().key(value), None, None)
    key = joined([seals.lock(name).key(item) for name, item in value.items()])
    return known.sealed(key, None, tuple(value))
