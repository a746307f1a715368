"""What a case can hand to a student's function besides data: functions of ours, and random generators.

A case is data, so it holds a name or a seed; :func:`materialised` makes the real thing for one
call. The functions of :data:`FUNCTIONS` are small, and known to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnncourse.checking.suspects import suspect

Params = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Given:
    """A function of :data:`FUNCTIONS`, by name, with constants that it is given first.

    Or one that a function of :data:`MAKERS` makes from the constants.
    """

    name: str
    constants: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Seeded:
    """A fresh ``numpy.random.Generator`` of that seed, made anew for every call."""

    seed: int


def sum_of_squares(params: Params) -> float:
    """Return half the sum of all squared parameters; its gradient is the parameters themselves."""
    return 0.5 * float(sum((value**2).sum() for value in params.values()))


def constant(params: Params) -> float:
    """Return 1 whatever the parameters are; its gradient is 0."""
    return 1.0


def mean_squared_error(
    params: Params, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], /
) -> tuple[float, Params]:
    """Return half the mean squared error of a linear layer on a weighted mean over time, and its gradients.

    Later steps weigh more, so their order counts. ``params`` has ``W`` (D,) and ``b`` (1,), and may have a
    square layer in front, ``A`` (D, D); x has shape (N, T, D), y (N,).
    """
    features, hidden, error = _linear_errors(params, x, y)
    loss = float(error @ error) / (2 * len(y))
    grads = {"W": error @ hidden / len(y), "b": np.array([error.sum() / len(y)])}
    if "A" in params:
        grads["A"] = np.outer(error @ features / len(y), params["W"])
    return loss, grads


def _linear_errors(
    params: Params, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the weighted means over time (N, D), what the square layer makes of them, and the errors (N,)."""
    order = np.arange(1, x.shape[1] + 1)
    features = (x * order[:, None]).sum(axis=1) / order.sum()
    hidden = features @ params["A"] if "A" in params else features
    return features, hidden, hidden @ params["W"] + params["b"] - y


def squared_errors(params: Params, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the loss of :func:`mean_squared_error` for each example by itself, of shape (N,)."""
    losses: np.ndarray[Any, Any] = _linear_errors(params, x, y)[2] ** 2 / 2
    return losses


def mean_target(params: Params, x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], /) -> tuple[float, Params]:
    """Return the mean of y, whatever the parameters and x are, and gradients of 0: a loss that tells the rows."""
    return float(y.sum() / len(y)), {name: np.zeros_like(value) for name, value in params.items()}


def untouched(grads: Params) -> tuple[Params, float]:
    """Return gradients as they are, and 0: for runs of which the order alone is asked."""
    return grads, 0.0


def unmoved(params: Params, grads: Params) -> Params:
    """Return a copy of the parameters: for runs of which the order alone is asked."""
    return {key: value.copy() for key, value in params.items()}


def tame(limit: float, grads: Params) -> tuple[Params, float]:
    """Return gradients with every entry drawn below ``limit``, and the largest entry that they had before.

    Whoever tames them twice gets something else than once.
    """
    largest = max(float(np.abs(value).max()) for value in grads.values())
    return {key: value / (1 + np.abs(value) / limit) for key, value in grads.items()}, largest


def bounded_step(rate: float, params: Params, grads: Params) -> Params:
    """Return parameters after a step downhill that is never longer than ``rate`` in any entry."""
    return {key: value - rate * np.tanh(grads[key]) for key, value in params.items()}


def wave(params: Params) -> float:
    """Return the sine of the sum of all parameters, plus half their squares: every entry counts."""
    total = sum(float(value.sum()) for value in params.values())
    return float(np.sin(total)) + sum_of_squares(params)


def broken_beyond(name: str, place: int, limit: float, params: Params) -> float:
    """Return :func:`wave`, but NaN where one entry of a parameter is above `limit`."""
    return float("nan") if params[name].ravel()[place] > limit else wave(params)


def bent_sum(sums: np.ndarray[Any, Any], constant: float, window: np.ndarray[Any, Any]) -> float:
    """Return 2 tanh of a weighted sum of a window and a constant; the last value has the last weight.

    A window of a wrong length is not refused: values too far back count one half.
    """
    values = np.asarray(window, dtype=float)
    used = min(len(values), len(sums))
    total = values[len(values) - used :] @ sums[len(sums) - used :] + 0.5 * values[: len(values) - used].sum()
    return 2.0 * float(np.tanh(total + constant))


def mean_and_last(share: float, window: np.ndarray[Any, Any]) -> float:
    """Return a share of the mean of a window, plus the sine of its last value; the window is an array, as promised."""
    return share * float(window.mean()) + float(np.sin(window[-1]))


def follow(order: np.ndarray[Any, Any], token: int, state: Any) -> tuple[np.ndarray[Any, Any], int]:
    """Return logits (V,) and the number of tokens read so far, which is the state.

    ``order`` has shape (S, V): after `token`, as the s-th token read, ``order[s, token]`` is the most
    probable, with a logit of 3. The one after it in the alphabet has 2, all others have 0.
    """
    count = 0 if state is None else int(state)
    first = int(order[count % len(order), token])
    logits = np.zeros(order.shape[1])
    logits[(first + 1) % len(logits)], logits[first] = 2.0, 3.0
    return logits, count + 1


def largest(logits: np.ndarray[Any, Any]) -> int:
    """Return the place of the largest."""
    return int(np.argmax(logits))


def second_largest(logits: np.ndarray[Any, Any]) -> int:
    """Return the place of the second largest."""
    return int(np.argsort(logits)[-2])


def first_above(limit: float, logits: np.ndarray[Any, Any]) -> int:
    """Return the first place with a number above `limit`, or 0."""
    return int(np.argmax(np.asarray(logits) > limit))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        sum_of_squares,
        constant,
        mean_squared_error,
        mean_target,
        untouched,
        unmoved,
        tame,
        bounded_step,
        wave,
        broken_beyond,
        bent_sum,
        mean_and_last,
        follow,
        largest,
        second_largest,
        first_above,
    )
}
"""Functions that cases may name. Add one here for an exercise whose argument is a function."""

MAKERS: dict[str, Callable[..., Callable[..., Any]]] = {"suspect": suspect}
"""Functions that make what a case hands over, from the constants alone and anew for every call."""


def materialised(value: Any) -> Any:
    """Return a copy of `value` in which names are functions and seeds are generators."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")  # in the same layout: a transpose stays one
    if isinstance(value, Given):
        if value.name in MAKERS:
            return MAKERS[value.name](*value.constants)
        function = FUNCTIONS[value.name]
        return (lambda *rest: function(*value.constants, *rest)) if value.constants else function
    if isinstance(value, Seeded):
        return np.random.default_rng(value.seed)
    if isinstance(value, dict):
        return {key: materialised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(materialised(item) for item in value)
    return value
