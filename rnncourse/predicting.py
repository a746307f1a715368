"""Commit to a guess before a measurement: ``guess = predict(...)``, later ``guess.compare(measured)``.

The reader replaces the dots. Nothing here raises, whatever they are replaced by: a guess is worth
no points, and a notebook with open guesses runs to its end.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

FACTOR = 3.0
"""A guess within this factor has the right order of magnitude."""


@dataclass(frozen=True)
class Guess:
    """What a reader expects; made by :func:`predict`.

    Attributes
    ----------
    value : object
        The guess: a number, a list or array of numbers, a choice, a list of choices; ``...`` while it is open.
    among : tuple of str
        The choices, where it is one of them.
    """

    value: Any
    among: tuple[str, ...] = ()

    def compare(self, measured: Any, within: float = 0.1, unit: str = "") -> None:
        """Print in a line how the guess compares with what was measured.

        Parameters
        ----------
        measured : number, array-like, str, or list of str
            What came out: as many numbers, or choices, as were asked for.
        within : float
            Relative difference up to which a number counts as right; 0 where it is counted and not measured.
        unit : str
            What the number counts, such as ``"steps"``.
        """
        problem = _problem(self)
        if problem:
            print(f"Not compared. {problem}")
        elif self.among:
            print(_choices_in_words(_as_list(self.value), _as_list(measured)))
        else:
            print(_numbers_in_words(_numbers(self.value), _numbers(measured), within, unit))


def predict(*guess: Any, among: Sequence[str] = ()) -> Guess:
    """Note a guess; while the dots still stand there, ask for one.

    Parameters
    ----------
    *guess : number, array-like or str
        ``...`` until you commit; then a number, several numbers, or one of the choices.
    among : sequence of str
        The choices, where there are some.

    Returns
    -------
    Guess
        Its ``compare`` is called where the measurement is made.
    """
    value = guess[0] if len(guess) == 1 else list(guess) or ...
    noted = Guess(value, tuple(map(str, among)))
    problem = _problem(noted)
    print(problem if problem else f"Noted: {_said(noted)}. Now read on.")
    return noted


def _problem(guess: Guess) -> str:
    """Return what to do before a guess can be compared, or nothing."""
    wanted = " or ".join(map(repr, guess.among)) if guess.among else "a number"
    if _is_open(guess.value):
        plural = isinstance(guess.value, list | tuple)
        each = f"each by {wanted}" if plural else f"by {wanted}"
        return f"Your guess first: replace the dots {each}, and run the cell of the guess again."
    if guess.among:
        said = _as_list(guess.value) or [guess.value]
        wrong = [choice for choice in said if _folded(choice) not in map(_folded, guess.among)]
        return f"{_short(wrong[0])} is none of the choices, which are {wanted}." if wrong else ""
    return "" if _numbers(guess.value).size else f"{_short(guess.value)} is not a number. Put {wanted} there."


def _is_open(value: Any) -> bool:
    return value is ... or value is None or (isinstance(value, list | tuple) and any(map(_is_open, value)))


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _folded(value: Any) -> str:
    """Return a choice without what does not matter in it; what is no choice at all is like none."""
    return str(value).strip().casefold() if isinstance(value, str | bool) else ""


def _short(value: Any) -> str:
    """Return a strange guess in a few letters; its own way of being printed may be anything."""
    return repr(value)[:40] if isinstance(value, str | int | float) else f"A {type(value).__name__}"


def _numbers(value: Any) -> np.ndarray:
    """Return numbers as a float array; an empty one if they are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a complex number would lose a part
        try:
            return np.asarray(value, dtype=float)
        except Exception:  # whatever an object does when it is asked for its number
            return np.empty(0)


def _said(guess: Guess) -> str:
    return ", ".join(map(str, _as_list(guess.value))) if guess.among else _in_digits(_numbers(guess.value))


def _choices_in_words(said: list[Any], measured: list[Any]) -> str:
    """Return in words how choices compare with what came out."""
    right = [_folded(s) == _folded(m) for s, m in zip(said, measured, strict=False)]
    truth = ", ".join(map(str, measured))
    if len(said) != len(measured):
        return f"You made {len(said)} choices of {len(measured)}. What came out: {truth}."
    if all(right):
        return f"Right: {truth}."
    count = f" ({sum(right)} of {len(right)} right)" if len(right) > 1 else ""
    return f"You said: {', '.join(map(str, said))}. What came out: {truth}{count}."


def _numbers_in_words(said: np.ndarray, measured: np.ndarray, within: float, unit: str) -> str:
    """Return how numbers compare, each with its own in the order given."""
    unit = f" {unit}" if unit else ""
    sentence = f"You said {_in_digits(said)}{unit}; it is {_in_digits(measured)}{unit}"
    if said.size == measured.size == 1:
        return f"{sentence}: {_relation(float(said.item()), float(measured.item()), within)}."
    if said.size != measured.size:
        return f"{sentence}: {said.size} of {measured.size} numbers."
    pairs = list(zip(said.flat, measured.flat, strict=True))
    right = sum(_is_right(s, m, within) for s, m in pairs)
    near = sum(within > 0 and "right to" in _relation(s, m, within) for s, m in pairs)
    more = f", {near} more to a factor of {FACTOR:.0f}" if near else ""
    return f"{sentence}: " + ("right." if right == said.size else f"{right} of {said.size} right{more}.")


def _is_right(said: float, measured: float, within: float) -> bool:
    return bool(said == measured or abs(said - measured) <= within * abs(measured) < np.inf)


def _relation(said: float, measured: float, within: float) -> str:
    """Return the relation of a guess to the number in words."""
    if _is_right(said, measured, within):
        return "right"
    if np.isnan(said) or np.isnan(measured):
        return "not a number"
    small, large = sorted((abs(said), abs(measured)))
    if small == 0 or large == np.inf or within == 0:
        return f"too {'low' if said < measured else 'high'} by {_digits(abs(said - measured))}"
    if (said < 0) != (measured < 0):
        return "the sign is the other one"
    if large <= FACTOR * small:
        return f"right to a factor of {_digits(large / small)}"
    size = "small" if abs(said) < abs(measured) else "large"
    return f"too {size} by a factor of {_digits(large / small)}"


def _in_digits(numbers: np.ndarray) -> str:
    """Return a number, or the first few of several."""
    texts = [_digits(number) for number in numbers.ravel()[:12]]
    more = [f"and {numbers.size - 12} more"] if numbers.size > 12 else []
    return ", ".join(texts + more)


def _digits(number: float) -> str:
    """Return a number as a person writes it: 2,600 or 0.363 or 5.8e-75."""
    is_whole = abs(number) < 1e12 and number == int(number)
    if is_whole or 100 <= abs(number) < 1e6:
        return f"{number:,.0f}"
    return f"{number:.3g}"
