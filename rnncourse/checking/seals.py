"""Name the known mistakes of a value, without a list of them that anybody can read.

What a mistake of a value is called, and what is said of it, tells much of the value itself: of three
words two are wrong. So both are sealed with the wrong answer, and only who gives it reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rnncourse.checking.calling import Answer
from rnncourse.checking.codec import from_json, to_json
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.properties import believes, whole_numbers
from rnncourse.checking.sealed import MARK, Lock, joined, keys_of_all, mark, seal, unseal
from rnncourse.checking.values import Value

EACH = ("*",)
"""Opened by any of the numbers in a list."""
ANY: tuple[str, ...] = ()
"""Opened by any list of whole numbers: for what is said when one is missing."""


@dataclass(frozen=True)
class SealedMistake:
    """A known mistake of a value.

    Attributes
    ----------
    case : int or None
        Number of the case that shows it; None where it is the whole answer.
    of : tuple of str or None
        The entries of a dict that open it together, :data:`EACH`, :data:`ANY`, or None: the answer itself.
    token : str
        What is sealed: its place in the list of mistakes, id and hint, and how to be sure of it.
    """

    case: int | None
    of: tuple[str, ...] | None
    token: str


@dataclass(frozen=True)
class Told:
    """What is known of a mistake that an answer has opened."""

    place: int
    id: str
    hint: str
    means: Mapping[str, Value] | None = None
    print: Fingerprint | None = None

    def sealed(self, key: bytes, case: int | None, of: tuple[str, ...] | None) -> SealedMistake:
        """Return it as it stands in a case file."""
        recorded = vars(self.print) if self.print else None
        content = [self.place, self.id, self.hint, to_json(self.means), recorded]
        return SealedMistake(case, of, seal(key, content))

    def holds(self, answer: Value) -> bool:
        """Return whether the answer is this mistake, and not only near it."""
        if self.print:
            return self.print.matches(fingerprint(Answer(answer)))
        return self.means is None or believes(self.means, answer)


@dataclass(frozen=True)
class Seals:
    """All known mistakes of a value, sealed.

    Attributes
    ----------
    exercise : str
        Whose they are.
    room : float
        The largest tolerance of its comparisons; see :class:`rnncourse.checking.sealed.Lock`.
    mistakes : tuple of SealedMistake
        For each case in the order in which they are tried.
    """

    exercise: str
    room: float
    mistakes: tuple[SealedMistake, ...] = ()

    def lock(self, entry: str = "") -> Lock:
        """Return the lock of an entry, or that of the whole answer."""
        return Lock(f"{self.exercise}/{entry}", self.room)

    def mistake(self, answer: Value, wrong: Collection[int]) -> Told | None:
        """Return the mistake that an answer proves, given the numbers of the cases that it fails."""
        shown = [told for case in wrong for told in islice(self._opened(answer, case), 1)]
        shown = shown or list(self._opened(answer, None))
        return min(shown, key=lambda told: told.place, default=None)

    def _opened(self, answer: Value, case: int | None) -> Iterator[Told]:
        keys: dict[tuple[str, ...] | None, dict[str, bytes]] = {}
        for mistake in self.mistakes:
            if mistake.case != case:
                continue
            if mistake.of not in keys:
                keys[mistake.of] = {mark(key): key for key in self._keys(mistake.of, answer)}
            key = keys[mistake.of].get(mistake.token[:MARK])
            if key and (told := _told(unseal(key, mistake.token))).holds(answer):
                yield told

    def _keys(self, of: tuple[str, ...] | None, answer: Value) -> Iterator[bytes]:
        if of is None:
            yield from self.lock().keys(answer)
        elif of in (EACH, ANY):
            numbers = whole_numbers(answer)
            if numbers is not None:
                yield joined([])
                yield from (key for number in numbers[:100] for key in self.lock().keys(number))
        elif isinstance(answer, dict) and all(name in answer for name in of):
            yield from keys_of_all([self.lock(name) for name in of], [answer[name] for name in of])


def _told(content: list[Any]) -> Told:
    place, id, hint, means, recorded = content
    print_ = (
        Fingerprint(recorded["structure"], tuple(recorded["sums"]), recorded["scale"]) if recorded else None
    )
    return Told(place, id, hint, from_json(means), print_)
