"""Commit to a guess before a measurement: ``guess = predict(...)``, later ``guess.compare(measured)``.

The reader replaces the dots. Nothing here raises, whatever they are replaced by: a guess is worth
no points, and a notebook with open guesses runs to its end.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from rnncourse.languages import N_, _

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
            print(_("Not compared. {problem}").format(problem=problem))
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
    print(problem if problem else _("Noted: {guess}. Now read on.").format(guess=_said(noted)))
    return noted


def _problem(guess: Guess) -> str:
    """Return what to do before a guess can be compared, or nothing."""
    wanted = _either(guess.among) if guess.among else _("a number")
    if _is_open(guess.value):
        if isinstance(guess.value, list | tuple):
            sentence = _(
                "Your guess first: replace the dots each by {wanted}, and run the cell of the guess again."
            )
        else:
            sentence = _(
                "Your guess first: replace the dots by {wanted}, and run the cell of the guess again."
            )
        return sentence.format(wanted=wanted)
    if guess.among:
        said = _as_list(guess.value) or [guess.value]
        wrong = [choice for choice in said if _folded(choice) not in map(_folded, guess.among)]
        sentence = _("{guess} is none of the choices, which are {wanted}.")
        return sentence.format(guess=_short(wrong[0]), wanted=wanted) if wrong else ""
    sentence = _("{guess} is not a number. Put {wanted} there.")
    return "" if _numbers(guess.value).size else sentence.format(guess=_short(guess.value), wanted=wanted)


def _either(choices: Sequence[str]) -> str:
    """Return choices in words."""
    return reduce(lambda one, other: _("{one} or {other}").format(one=one, other=other), map(repr, choices))


def _is_open(value: Any) -> bool:
    return value is ... or value is None or (isinstance(value, list | tuple) and any(map(_is_open, value)))


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _folded(value: Any) -> str:
    """Return a choice without what does not matter in it; what is no choice at all is like none."""
    return str(value).strip().casefold() if isinstance(value, str | bool) else ""


def _short(value: Any) -> str:
    """Return a strange guess in a few letters; its own way of being printed may be anything."""
    return (
        repr(value)[:40]
        if isinstance(value, str | int | float)
        else _("A {kind}").format(kind=type(value).__name__)
    )


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
        sentence = _("You made {made} choices of {asked}. What came out: {truth}.")
    elif all(right):
        sentence = _("Right: {truth}.")
    elif len(right) > 1:
        sentence = _("You said: {said}. What came out: {truth} ({right} of {asked} right).")
    else:
        sentence = _("You said: {said}. What came out: {truth}.")
    words, counts = (
        ", ".join(map(str, said)),
        {"made": len(said), "asked": len(measured), "right": sum(right)},
    )
    return sentence.format(said=words, truth=truth, **counts)


def _numbers_in_words(said: np.ndarray, measured: np.ndarray, within: float, unit: str) -> str:
    """Return how numbers compare, each with its own in the order given."""
    unit = f" {unit}" if unit else ""
    words = {"said": _in_digits(said) + unit, "measured": _in_digits(measured) + unit}
    if said.size == measured.size == 1:
        sentence, far = _relation(float(said.item()), float(measured.item()), within)
        return _(sentence).format(far=far, **words)
    counts = {"count": said.size, "asked": measured.size}
    if said.size != measured.size:
        sentence = _("You said {said}; it is {measured}: {count} of {asked} numbers.")
        return sentence.format(**words, **counts)
    pairs = list(zip(said.flat, measured.flat, strict=True))
    right = sum(_is_right(s, m, within) for s, m in pairs)
    near = sum(within > 0 and _relation(s, m, within)[0] == _ABOUT for s, m in pairs)
    if right == said.size:
        sentence = _(_RIGHT)
    elif near:
        sentence = _(
            "You said {said}; it is {measured}: {right} of {count} right, {near} more to a factor of {factor}."
        )
    else:
        sentence = _("You said {said}; it is {measured}: {right} of {count} right.")
    return sentence.format(**words, **counts, right=right, near=near, factor=f"{FACTOR:.0f}")


_RIGHT = N_("You said {said}; it is {measured}: right.")
_ABOUT = N_("You said {said}; it is {measured}: right to a factor of {far}.")


def _is_right(said: float, measured: float, within: float) -> bool:
    return bool(said == measured or abs(said - measured) <= within * abs(measured) < np.inf)


def _relation(said: float, measured: float, within: float) -> tuple[str, str]:
    """Return a sentence on how a guess relates to the number, and how far off it is."""
    if _is_right(said, measured, within):
        return _RIGHT, ""
    if np.isnan(said) or np.isnan(measured):
        return N_("You said {said}; it is {measured}: not a number."), ""
    small, large = sorted((abs(said), abs(measured)))
    if small == 0 or large == np.inf or within == 0:
        low = N_("You said {said}; it is {measured}: too low by {far}.")
        high = N_("You said {said}; it is {measured}: too high by {far}.")
        return low if said < measured else high, _digits(abs(said - measured))
    if (said < 0) != (measured < 0):
        return N_("You said {said}; it is {measured}: the sign is the other one."), ""
    if large <= FACTOR * small:
        return _ABOUT, _digits(large / small)
    too_small = N_("You said {said}; it is {measured}: too small by a factor of {far}.")
    too_large = N_("You said {said}; it is {measured}: too large by a factor of {far}.")
    return too_small if abs(said) < abs(measured) else too_large, _digits(large / small)


def _in_digits(numbers: np.ndarray) -> str:
    """Return a number, or the first few of several."""
    texts = [_digits(number) for number in numbers.ravel()[:12]]
    listed = ", ".join(texts)
    if numbers.size <= 12:
        return listed
    return _("{numbers}, and {count} more").format(numbers=listed, count=numbers.size - 12)


def _digits(number: float) -> str:
    """Return a number as a person writes it: 2,600 or 0.363 or 5.8e-75."""
    is_whole = abs(number) < 1e12 and number == int(number)
    if is_whole or 100 <= abs(number) < 1e6:
        return f"{number:,.0f}"
    return f"{number:.3g}"
