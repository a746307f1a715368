"""Attacks that need no particular exercise: NAME stands for whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

from tests.corpus.entry import Entry, entry
from tests.handing_in import hand_in
from tests.ours import exercises_of

HERE, TARGET = "00_start_here", "affine"
NO_POINT = ("not_attempted", "wrong", "crashed", "timed_out")
"""What an attack may do to exercises that were never begun: it may spoil them, not gain from them."""


@dataclass(frozen=True)
class Anywhere:
    """An answer that is none, whatever is asked for.

    Attributes
    ----------
    id : str
        File and variant.
    source : str
        The answer cell; NAME stands for the exercise.
    outcomes : tuple of str
        What grading may call it. It deserves no point in any case.
    first, last : str
        Extra cells above and below all others.
    never_shown : tuple of str
        What the outputs of its cells must not contain.
    """

    id: str
    source: str
    outcomes: tuple[str, ...]
    first: str = ""
    last: str = ""
    never_shown: tuple[str, ...] = ()

    @property
    def here(self) -> Entry:
        """It, in place of the one answer of the first notebook."""
        answer = {TARGET: self._text(self.source, TARGET)}
        first, last = self._text(self.first, TARGET), self._text(self.last, TARGET)
        return entry(self.id, HERE, first, last, self.outcomes, never_shown=self.never_shown, **answer)

    def at(self, notebook: str, turn: int) -> Entry:
        """Return it in place of one function of a notebook whose other answers were never begun.

        Parameters
        ----------
        notebook : str
            Which notebook.
        turn : int
            Which of its functions, counted round and round.
        """
        functions = [exercise.id for exercise in exercises_of(notebook) if not exercise.is_value]
        name = functions[turn % len(functions)]
        answers = {name: self._text(self.source, name)}
        data = hand_in(notebook, answers, self._text(self.first, name), self._text(self.last, name))
        deserved = {exercise.id: (NO_POINT, 0.0) for exercise in exercises_of(notebook)}
        return Entry(f"{self.id} at {name}", notebook, data, deserved, never_shown=self.never_shown)

    def _text(self, source: str, name: str) -> str:
        return dedent(source).strip().replace("NAME", name)


def anywhere(
    id: str,
    source: str,
    *outcomes: str,
    first: str = "",
    last: str = "",
    never_shown: tuple[str, ...] = (),
) -> Anywhere:
    """Return an attack for every notebook; ``wrong`` or ``crashed`` if no outcome is named."""
    return Anywhere(id, source, outcomes or ("wrong", "crashed"), first, last, never_shown)
