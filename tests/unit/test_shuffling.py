"""A loop that swaps each place with any place is told from a fair shuffle, by the batches alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.shuffling import batched_run, batches_of, every_place_equally_often, powers_of_two

N, SIZE, EPOCHS = 48, 16, 64
INPUTS = {"y": powers_of_two(N), "epochs": EPOCHS, "batch_size": SIZE}


def fair(rng: np.random.Generator) -> np.ndarray[Any, Any]:
    return rng.permutation(N)


def naive(rng: np.random.Generator) -> np.ndarray[Any, Any]:
    order = np.arange(N)
    for place in range(N):
        other = rng.integers(0, N)
        order[place], order[other] = order[other], order[place]
    return order


def as_given(rng: np.random.Generator) -> np.ndarray[Any, Any]:
    return np.arange(N)


def run(order: Callable[[np.random.Generator], np.ndarray[Any, Any]], seed: int) -> Any:
    rng = np.random.default_rng(seed)
    batches = np.stack([order(rng).reshape(-1, SIZE) for _ in range(EPOCHS)])
    losses = [float(loss) for loss in powers_of_two(N)[batches].mean(axis=2).ravel()]
    return {}, {"loss": losses, "norm": [0.0] * len(losses)}


@pytest.mark.parametrize(
    ("order", "said"), [(fair, ""), (naive, "swapped_with_any"), (as_given, "in 256 epochs")]
)
def test_naive_swaps_are_named_and_nothing_else(
    order: Callable[[np.random.Generator], np.ndarray[Any, Any]], said: str
) -> None:
    found = every_place_equally_often([(INPUTS, run(order, seed)) for seed in range(4)])
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_losses_that_are_no_division_of_the_examples_tell_no_order() -> None:
    params, history = run(fair, 0)
    history["loss"][0] = history["loss"][1]
    assert batches_of(INPUTS, (params, history)) is None
    assert batched_run(INPUTS, (params, history))
    assert not batched_run(INPUTS, run(fair, 0))
