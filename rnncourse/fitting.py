"""Fit a network and watch it while it learns: curves, early stopping, learning-rate schedules.

What is fitted, how a loss is computed and how a step is made are functions that the caller passes in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Params = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Fit:
    """What became of a network.

    Attributes
    ----------
    last, best : dict of str to array
        The parameters after the last update, and those with the lowest ``"validation"`` on the way.
    best_at : int
        The number of updates after which the best were seen.
    updates : array of shape (W,)
        The numbers of updates after which the network was looked at.
    curves : dict of str to array of shape (W,)
        What was seen then, by name.
    """

    last: Params
    best: Params
    best_at: int
    updates: np.ndarray[Any, Any]
    curves: dict[str, np.ndarray[Any, Any]]


def constant(rate: float) -> Callable[[float], float]:
    """Return a learning-rate schedule that never changes."""
    return lambda done: rate


def falling(rate: float) -> Callable[[float], float]:
    """Return a schedule that keeps the rate for half of the updates, then lets it fall to 0 in a line."""
    return lambda done: rate * min(1.0, 2.0 * (1.0 - done))


def fit(
    params: Params,
    draw: Callable[[], tuple[Any, ...]],
    loss_and_grads: Callable[..., tuple[float, Params]],
    update: Callable[[Params, Params, float], Params],
    schedule: Callable[[float], float],
    updates: int,
    look: Callable[[Params], Mapping[str, float]] | None = None,
    every: int = 20,
) -> Fit:
    """Fit parameters, and keep those with the lowest validation error.

    Parameters
    ----------
    params : dict of str to array
        Where to start. The arrays are left as they are if `update` makes new ones.
    draw : callable
        ``draw()`` returns one batch, a tuple.
    loss_and_grads : callable
        ``loss_and_grads(params, *batch)`` returns a loss and its gradients.
    update : callable
        ``update(params, grads, rate)`` returns new parameters.
    schedule : callable
        ``schedule(done)`` returns the learning rate; `done` is the share of the updates already made.
    updates : int
        How many updates to make.
    look : callable, optional
        ``look(params)`` returns numbers by name. With one called ``"validation"`` there is early stopping:
        ``best`` are the parameters with which it was lowest. Without, they are the last.
    every : int
        How many updates lie between two looks. The first look is before the first update, one more is
        after the last.
    """
    seen: list[tuple[int, dict[str, float]]] = []
    best, best_at, lowest = params, 0, np.inf
    for step in range(updates + 1):
        if look is not None and (step % every == 0 or step == updates):
            seen.append((step, dict(look(params))))
            if seen[-1][1].get("validation", np.inf) < lowest:
                best, best_at, lowest = params, step, seen[-1][1]["validation"]
        if step < updates:
            _, grads = loss_and_grads(params, *draw())
            params = update(params, grads, schedule(step / updates))
    if lowest == np.inf:
        best, best_at = params, updates
    names = seen[0][1] if seen else {}
    curves = {name: np.array([numbers[name] for _, numbers in seen]) for name in names}
    return Fit(params, best, best_at, np.array([step for step, _ in seen]), curves)
