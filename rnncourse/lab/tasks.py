"""Tasks for networks that must remember: drawn fresh, with a right answer for every example."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def latch(rng: np.random.Generator, N: int, T: int) -> tuple[Array, Array]:
    """Return sequences whose first input is +1 or -1 and whose later ones are noise, and which it was.

    Parameters
    ----------
    rng : Generator
        Source of both.
    N, T : int
        Number of sequences, and steps of each.

    Returns
    -------
    x : array of shape (N, T, 1)
        Noise of standard deviation 0.2 behind the first step.
    y : array of shape (N,)
        1.0 where the first input is +1, else 0.0.
    """
    sign = rng.choice([-1.0, 1.0], N)
    x = 0.2 * rng.normal(size=(N, T, 1))
    x[:, 0, 0] = sign
    return x, (sign > 0).astype(float)


def flags(rng: np.random.Generator, N: int, T: int) -> tuple[Array, Array]:
    """Return values with flags, and at every step which value came with the latest flag.

    Returns
    -------
    x : array of shape (N, T, 2)
        Values +1 or -1, and flags: 1 at the first step, and at a fifth of the others.
    y : array of shape (N, T)
        1.0 where the latest flagged value is +1, else 0.0.
    """
    values, up = rng.choice([-1.0, 1.0], (N, T)), (rng.random((N, T)) < 0.2).astype(float)
    up[:, 0] = 1.0
    latest = np.maximum.accumulate(
        np.where(up > 0, np.arange(T), 0), axis=1
    )  # (N, T): step of the latest flag
    return np.stack([values, up], axis=2), (np.take_along_axis(values, latest, axis=1) > 0).astype(float)
