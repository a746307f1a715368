"""Gradients that are measured, entry by entry: what notebooks 11 and 12 hold every other gradient against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Measurement = Callable[..., Sequence[Array]]

MOST_KEPT = 64
"""Questions whose answers :func:`measured_once` keeps; of more than these the oldest go."""


def measured_gradient(loss: Callable[[], Any], array: Array, eps: float = 1e-5) -> Array:
    """Return the central differences of ``loss()`` for every entry of an array, in its shape.

    Parameters
    ----------
    loss : callable
        Returns a number that depends on the entries of `array`.
    array : array of float
        Its entries are changed one after the other, and each is put back as it was.
    eps : float
        The step to either side.

    Returns
    -------
    array of float
        The slopes, in the shape of `array`.
    """
    slopes = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        old = array[index]
        array[index] = old + eps
        above = loss()
        array[index] = old - eps
        below = loss()
        array[index] = old
        slopes[index] = (above - below) / (2 * eps)
    return slopes


def measured_once(measure: Measurement) -> Callable[..., list[Array]]:
    """Return a measurement that takes its time once: asked the same again, it answers from memory.

    Parameters
    ----------
    measure : callable
        Takes arrays and lists of arrays, and returns arrays that depend on nothing else.

    Returns
    -------
    callable
        Answers with copies, so that nobody can change what is kept.
    """
    answers: dict[Any, Sequence[Array]] = {}

    @wraps(measure)
    def remembered(*args: Any) -> list[Array]:
        question = _key(args)
        if question not in answers:
            if len(answers) >= MOST_KEPT:
                del answers[next(iter(answers))]
            answers[question] = measure(*args)
        return [array.copy() for array in answers[question]]

    return remembered


def _key(value: Any) -> Any:
    """Return what two arguments have in common when, and only when, they hold the same numbers in the same form."""
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    array = np.asarray(value)
    return array.shape, array.dtype.str, array.tobytes()
