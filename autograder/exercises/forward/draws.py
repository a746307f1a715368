"""What the questions of notebook 02 are made of: small sizes and whole sets of parameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course.exercise import Draw, weights, zeroed
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


def long(draw: Draw, T: int = 26) -> dict[str, Value]:
    """Return the arrays of :func:`recurrent` for a long sequence that neither dies out nor goes wild."""
    inputs = recurrent(draw, 2, T, 2, 3)
    inputs["Whh"] = 0.9 * _rotation(draw, 3)
    inputs["x"] = zeroed(inputs["x"], (slice(None), 7), (1, 15))
    return inputs


def fading(draw: Draw, T: int = 25) -> dict[str, Value]:
    """Return the arrays of :func:`recurrent` where only h0 is not zero, and fades step by step."""
    inputs = recurrent(draw, 2, T, 2, 3)
    inputs["Whh"] = np.round(0.3 * _rotation(draw, 3), 3)
    return inputs | {"x": np.zeros((2, T, 2)), "bh": np.zeros(3)}


def _rotation(draw: Draw, H: int) -> np.ndarray[Any, Any]:
    return np.asarray(np.linalg.qr(draw.normal(size=(H, H)))[0])


def at_rest(draw: Draw, N: int, T: int, D: int, H: int) -> dict[str, Value]:
    """Return the arrays of :func:`recurrent` with a state of zeros, and with steps that are all zeros.

    One step is zero in the whole batch, one in the first example only.
    """
    inputs = recurrent(draw, N, T, D, H)
    return inputs | {"h0": np.zeros((N, H)), "x": zeroed(inputs["x"], (slice(None), 1), (0, 3))}


def with_output(draw: Draw, N: int, T: int, D: int, H: int, K: int) -> dict[str, Value]:
    """Return the arrays of :func:`recurrent` with Why (H, K) and by (K,)."""
    return recurrent(draw, N, T, D, H) | output_layer(draw, H, K)


def output_layer(draw: Draw, H: int, K: int) -> dict[str, Value]:
    """Return Why (H, K) and by (K,)."""
    return {"Why": weights(draw, H, K, scale=1.0), "by": weights(draw, K)}


def reversed_batch(inputs: dict[str, Value], *names: str) -> dict[str, Value]:
    """Return `inputs` with the rows of the named arrays in reverse order."""
    return inputs | {name: inputs[name][::-1].copy() for name in names}
