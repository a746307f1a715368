"""One training loop for every network: parameters of any form go in and out as one long vector."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Tree = Any
"""Arrays in dicts and lists of any depth."""

Update = Callable[[Array, Array, int], Array]
"""``update(values, gradient, step) -> new values``, each of shape (P,); steps are counted from 1."""


def flatten(tree: Tree, like: Tree = None) -> Array:
    """Return all numbers of a tree as one vector.

    Parameters
    ----------
    tree : array, number, dict or list
        Arrays, also inside each other.
    like : the same, optional
        A tree whose order of entries is followed; what `tree` has beside it is left out.

    Returns
    -------
    array of shape (P,)
        A copy.
    """
    like = tree if like is None else like
    if isinstance(like, dict):
        parts = [flatten(tree[name], entry) for name, entry in like.items()]
    elif isinstance(like, list | tuple):
        parts = [flatten(part, entry) for part, entry in zip(tree, like, strict=False)]
    else:
        return np.array(tree, dtype=float).ravel()
    return np.concatenate(parts) if parts else np.zeros(0)


def rebuild(like: Tree, vector: Array) -> Tree:
    """Return a tree of the form of `like` with the numbers of a vector, in the order of :func:`flatten`."""
    return _take(like, vector)[0]


def _take(like: Tree, vector: Array) -> tuple[Tree, Array]:
    """Return a tree made of the first numbers of a vector, and the numbers that are left."""
    if isinstance(like, dict):
        made: dict[str, Tree] = {}
        for name, entry in like.items():
            made[name], vector = _take(entry, vector)
        return made, vector
    if isinstance(like, list | tuple):
        parts: list[Tree] = []
        for entry in like:
            part, vector = _take(entry, vector)
            parts.append(part)
        return parts, vector
    size = np.size(like)
    return vector[:size].reshape(np.shape(like)), vector[size:]


def descend(
    params: Tree,
    loss_and_grads: Callable[..., tuple[float, Tree]],
    batches: Iterable[tuple[Any, ...]],
    update: Update,
    stop: Callable[[Tree, int], bool] = lambda params, step: False,
) -> tuple[Tree, list[float]]:
    """Take one step for each batch.

    Parameters
    ----------
    params : tree
        Where to start; it is left as it was.
    loss_and_grads : callable
        ``loss_and_grads(params, *batch)`` returns the loss, and gradients in a tree like `params`.
    batches : iterable of tuple
        One for each step.
    update : callable
        ``update(values, gradient, step)`` returns the new values. All three are about one long vector.
    stop : callable, optional
        ``stop(params, step)`` is asked after each step, and ends the loop.

    Returns
    -------
    tree
        The parameters after the last step.
    list of float
        The loss of each step, before its update.
    """
    values, losses = flatten(params), []
    for step, batch in enumerate(batches, start=1):
        loss, grads = loss_and_grads(params, *batch)
        values = update(values, flatten(grads, like=params), step)
        params = rebuild(params, values)
        losses.append(float(loss))
        if stop(params, step):
            break
    return params, losses
