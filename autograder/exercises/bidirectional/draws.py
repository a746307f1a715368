"""What the questions of notebook 07 are made of: padded batches, two directions, and answers to build on."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.course.exercise import Draw, weights
from autograder.course.long_runs import LONG, shrinking, turning
from rnncourse.checking.values import Value

Array = np.ndarray[Any, Any]


def some_lengths(draw: Draw, N: int, T: int) -> Array:
    """Return N lengths from 1 to T - 1, as different from each other as that allows, and one of them not 1."""
    pool = draw.permutation(np.arange(1, T))
    lengths = np.array([pool[n % len(pool)] for n in range(N)])
    return np.where((lengths == 1).all(), 2, lengths)


def real_steps(lengths: Array, T: int) -> Array:
    """Return the mask (N, T) of a batch that is padded at the end: 1.0 where a step is real."""
    return (np.arange(T) < lengths[:, None]).astype(float)


def direction(draw: Draw, N: int, D: int, H: int) -> dict[str, Array]:
    """Return the start and the weights of one direction: h0 (N, H), Wxh (D, H), Whh (H, H), bh (H,)."""
    shapes = {"h0": (N, H), "Wxh": (D, H), "Whh": (H, H), "bh": (H,)}
    return {name: weights(draw, *shape) for name, shape in shapes.items()}


def both_directions(draw: Draw, N: int, T: int, D: int, H: int, full: bool = False) -> dict[str, Value]:
    """Return x (N, T, D) with numbers in its padding too, lengths (N,), and two directions."""
    return {
        "x": weights(draw, N, T, D),
        "lengths": np.full(N, T) if full else some_lengths(draw, N, T),
        "forward": direction(draw, N, D, H),
        "backward": direction(draw, N, D, H),
    }


def long_directions(
    draw: Draw, lengths: list[int], D: int, H: int, vanishing: bool = False
) -> dict[str, Value]:
    """Return two directions over many steps, which keep the gradients or lose them on the way."""
    drawn = both_directions(draw, len(lengths), LONG, D, H)
    for name in ("forward", "backward"):
        Whh = shrinking(draw, H) if vanishing else turning(draw, H, 1.05)
        drawn[name] |= {"Whh": Whh, "bh": np.round(0.2 * drawn[name]["bh"], 3)}
    return drawn | {"x": np.round(0.2 * drawn["x"], 3), "lengths": np.array(lengths)}


def turned(x: Array, lengths: Array) -> Array:
    """Return x (N, T, ...) with the real steps of each example in reverse order."""
    t = np.arange(x.shape[1])
    order = np.where(t < lengths[:, None], lengths[:, None] - 1 - t, t)  # (N, T)
    return x[np.arange(len(x))[:, None], order]


def states_of(inputs: dict[str, Value]) -> Array:
    """Return the states (N, T, 2H) of both directions, zeros at padded steps."""
    x, lengths = inputs["x"], inputs["lengths"]
    ahead = _run(x, **inputs["forward"])
    back = turned(_run(turned(x, lengths), **inputs["backward"]), lengths)
    return np.concatenate([ahead, back], axis=2) * real_steps(lengths, x.shape[1])[:, :, None]


def _run(x: Array, h0: Array, Wxh: Array, Whh: Array, bh: Array) -> Array:
    h = [h0]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ Wxh + h[-1] @ Whh + bh))
    return np.stack(h[1:], axis=1)


def batch_reversed(inputs: dict[str, Value], *names: str) -> dict[str, Value]:
    """Return `inputs` with the examples in reverse order: the named arrays, and the starts of both directions."""
    new = inputs | {name: inputs[name][::-1].copy() for name in names}
    for way in ("forward", "backward"):
        new[way] = inputs[way] | {"h0": inputs[way]["h0"][::-1].copy()}
    return new


def appended(inputs: dict[str, Value], extra: int, *names: str) -> dict[str, Value]:
    """Return `inputs` with `extra` steps of padding more in the named arrays (N, T, ...), all 0.9."""
    longer = {}
    for name in names:
        shape = list(inputs[name].shape)
        shape[1] = extra
        longer[name] = np.concatenate([inputs[name], np.full(shape, 0.9)], axis=1)
    return inputs | longer


def rows_reversed(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether the rows of an answer are reversed; a relation of an :class:`Invariant`."""
    return np.allclose(first[::-1], second)
