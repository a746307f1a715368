"""Questions on their way to a program and back: with what earlier exercises answer, and each only once.

Whoever answers right is asked everything a second time. The program has the questions then, so it is
told their numbers, and where it answers the same it says just that. Nothing hangs on its word: who
could forge that could as well repeat what it said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.judging.oracle import Oracle
from autograder.judging.replies import trusted
from autograder.sandbox.inside.known import locked
from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import Case


class Sent:
    """Some cases of one exercise that travel in one message, and what is answered to them.

    Parameters
    ----------
    key : tuple of (str, bool)
        The exercise, and whether right helpers stand in.
    asked : sequence of Case
        The cases, in the order of the message.
    helpers : sequence of str
        Names of the earlier exercises that right ones stand in for.
    before : Sent, optional
        What the same program was asked last.

    Attributes
    ----------
    oracles : list of Oracle
        What answers from here, case by case.
    is_again : bool
        Whether the program has all these questions from the message before.
    """

    def __init__(
        self, key: tuple[str, bool], asked: Sequence[Case], helpers: Sequence[str], before: Sent | None
    ) -> None:
        self._key, self._asked, self._helpers = key, asked, helpers
        self.oracles = [Oracle(case.inputs) for case in asked]
        self._heard: dict[int, tuple[int, Answer]] = {}
        there = before._heard if before and before._key == key else {}
        self._first = [there.get(id(case)) for case in asked]
        self.is_again = None not in self._first

    def questions(self, seconds: Sequence[float], salt: str) -> list[dict[str, Any]]:
        """Return the cases as a program is told of them, each with the CPU time it gets; `salt` is used only once."""
        return [self._question(number, salt) | {"seconds": s} for number, s in enumerate(seconds)]

    def _question(self, number: int, salt: str) -> dict[str, Any]:
        if self.is_again and (first := self._first[number]):
            return {"as": first[0]}
        case = self._asked[number]
        known = locked(case.helpers, self._helpers, salt) if self._helpers else []
        return {"inputs": self.oracles[number].inputs, "known": known}

    def heard(self, number: int, reply: Mapping[str, Any]) -> Answer:
        """Return the answer in a reply to one of the cases, whatever is in it."""
        first = self._first[number]
        if self.is_again and first and reply.get("same") is True:
            return first[1]
        case, names = self._asked[number], list(self.oracles[number].inputs)
        answer = trusted(reply.get("answer"), names)
        if not Oracle.answers_for(case.inputs):  # their functions are never given twice
            self._heard[id(case)] = (number, answer)
        return answer
