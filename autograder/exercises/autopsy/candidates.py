"""Candidates: what a learner's test is given to judge, in the notebook and when it is graded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from autograder.course.exercise import Draw, Question, ask
from autograder.exercises.autopsy import lstm_faults, rnn_faults
from rnncourse.checking.caseset import CORE
from rnncourse.checking.given import MAKERS, Given
from rnncourse.checking.properties import Property
from rnncourse.checking.suspects import KINDS, Suspect

HIDDEN = "candidate"
"""Name of the maker of those that never enter the sandbox."""

_FAMILIES = {"rnn": rnn_faults.FAMILIES, "lstm": lstm_faults.FAMILIES}


def candidate(kind: str, family: str, number: int, seed: int) -> Suspect:
    """Return one candidate of a family, with the parameters that a seed draws."""
    return Suspect(kind, list(_FAMILIES[kind][family](np.random.default_rng(seed)))[number])


MAKERS[HIDDEN] = candidate


def hidden(kind: str) -> Callable[[Draw], Iterator[Question]]:
    """Return a function that asks about every candidate of a kind once, in an order that is drawn."""

    def questions(draw: Draw) -> Iterator[Question]:
        seed = int(draw.integers(2**31))
        known = [
            (family, number)
            for family, make in _FAMILIES[kind].items()
            for number, _ in enumerate(make(np.random.default_rng(seed)))
        ]
        for place in draw.permutation(len(known)):
            family, number = known[place]
            yield _question(family, Given(HIDDEN, (kind, family, number, seed)))

    return questions


def public(kind: str, families: Mapping[str, str]) -> Callable[[], Iterator[Question]]:
    """Return a function that asks about every public suspect; `families` has the family of each by name."""

    def questions() -> Iterator[Question]:
        for number, name in enumerate(KINDS[kind][0], 1):
            yield _question(families[name], Given("suspect", (kind, number)))

    return questions


def _question(family: str, function: Given) -> Question:
    wanted = Property("accepted" if family == CORE else "rejected")
    return ask(family, wanted, candidate=function)
