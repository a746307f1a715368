"""What the questions of notebook 02 are made of: small sizes and whole sets of parameters."""

from __future__ import annotations

import numpy as np

from autograder.course.exercise import Draw, weights
from rnncourse.checking.values import Value


def few(draw: Draw, count: int) -> tuple[int, ...]:
    """Return `count` different sizes, from 2 on and as small as that allows.

    The answers of helpers are recorded once for each step, so small sizes keep the public files small.
    """
    return tuple(int(size) for size in draw.permutation(np.arange(2, 2 + count)))


def recurrent(draw: Draw, N: int, T: int, D: int, H: int) -> dict[str, Value]:
    """Return x (N, T, D), h0 (N, H), Wxh (D, H), Whh (H, H) and bh (H,), none of them zero."""
    return {
        "x": weights(draw, N, T, D),
        "h0": weights(draw, N, H),
        "Wxh": weights(draw, D, H),
        "Whh": weights(draw, H, H),
        "bh": weights(draw, H),
    }


def with_output(draw: Draw, N: int, T: int, D: int, H: int, K: int) -> dict[str, Value]:
    """Return the arrays of :func:`recurrent` with Why (H, K) and by (K,)."""
    output = {"Why": weights(draw, H, K, scale=1.0), "by": weights(draw, K)}
    return recurrent(draw, N, T, D, H) | output


def reversed_batch(inputs: dict[str, Value], *names: str) -> dict[str, Value]:
    """Return `inputs` with the rows of the named arrays in reverse order."""
    return inputs | {name: inputs[name][::-1].copy() for name in names}
