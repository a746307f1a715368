"""What the questions of notebook 08 are made of: networks with two vocabularies, padded batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.course.exercise import Draw, weights
from autograder.course.long_runs import LONG, shrinking, turning
from rnncourse.checking.values import Value

Array = np.ndarray[Any, Any]


def encoder(draw: Draw, D: int, H: int) -> dict[str, Array]:
    """Return parameters of an encoder: Wxh (D, H), Whh (H, H), bh (H,)."""
    return {"Wxh": weights(draw, D, H), "Whh": weights(draw, H, H), "bh": weights(draw, H)}


def decoder(draw: Draw, V: int, H: int) -> dict[str, Array]:
    """Return parameters of a decoder: those of an encoder with V words, and Why (H, V), by (V,)."""
    output = {"Why": weights(draw, H, V, scale=1.0), "by": weights(draw, V)}
    return encoder(draw, V, H) | output


def keeping(parameters: dict[str, Array], draw: Draw, vanishing: bool = False) -> dict[str, Array]:
    """Return parameters of an encoder or decoder that keep a gradient over many steps, or lose it on the way."""
    H = len(parameters["bh"])
    small = {name: np.round(0.3 * parameters[name], 3) for name in ("Wxh", "bh")}
    return parameters | small | {"Whh": shrinking(draw, H) if vanishing else turning(draw, H, 1.05)}


def ones_first(lengths: Sequence[int], T: int) -> Array:
    """Return a mask (N, T) with that many ones at the start of each row."""
    return (np.arange(T) < np.array(lengths)[:, None]).astype(float)


def ids(draw: Draw, size: int, N: int, T: int) -> Array:
    """Return ids (N, T) below `size`; from three columns on, the first row has one of them twice."""
    drawn = draw.integers(0, size, (N, T))
    if T > 2:
        drawn[0, 2] = drawn[0, 0]
    return drawn


def met_early() -> Array:
    """Return ids (1, LONG) of three words, two of which are met only where next to nothing of a gradient arrives."""
    words = np.ones((1, LONG), dtype=int)
    words[0, 0], words[0, 8] = 0, 2
    return words


def mixed(draw: Draw, N: int, T: int) -> list[int]:
    """Return N lengths from 1 to T in random order, T and shorter ones among them where N allows."""
    lengths = [T, max(T - 2, 1), 1, *(int(n) for n in draw.integers(1, T + 1, N))][:N]
    return [lengths[n] for n in draw.permutation(N)]


def changed(inputs: dict[str, Value], name: str, **entries: Value) -> dict[str, Value]:
    """Return `inputs` with some entries of the dict `name` replaced."""
    return inputs | {name: inputs[name] | entries}


def flipped(inputs: dict[str, Value], *names: str) -> dict[str, Value]:
    """Return `inputs` with the rows of the named arrays in reverse order."""
    return inputs | {name: inputs[name][::-1].copy() for name in names}
