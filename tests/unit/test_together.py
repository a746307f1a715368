"""What the answers to several seeds must be like together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.given import Given, Seeded, mean_target
from rnncourse.checking.together import Together

Shuffle = Callable[[np.random.Generator, np.ndarray[Any, Any]], np.ndarray[Any, Any]]
FAIR = {
    "permutation": lambda rng, last: rng.permutation(len(last)),
    "shuffled_in_place": lambda rng, last: rng.permutation(last),
    "keys": lambda rng, last: np.argsort(rng.random(len(last))),
    "choice": lambda rng, last: rng.choice(len(last), len(last), replace=False),
}
WEAK = {
    "reversal": lambda rng, last: last[::-1] if rng.random() < 0.5 else last,
    "roll": lambda rng, last: np.roll(last, rng.integers(len(last))),
    "one_swap": lambda rng, last: _swapped(last, *rng.choice(len(last), 2, replace=False)),
    "first_stays": lambda rng, last: np.r_[0, 1 + rng.permutation(len(last) - 1)],
    "two_halves": lambda rng, last: np.r_[rng.permutation(2), 2 + rng.permutation(2)],
    "every_other_time": lambda rng, last: rng.permutation(4) if rng.random() < 0.5 else last,
}


def _matrices(draw: Callable[[np.random.Generator], np.ndarray[Any, Any]]) -> list[tuple[Any, Any]]:
    """Return what a function answers to four seeds."""
    return [({"rng": Seeded(seed)}, draw(np.random.default_rng(seed))) for seed in range(4)]


def test_a_fixed_matrix_with_random_signs_is_no_draw() -> None:
    together = Together("g", "more_than_other_signs", ("fixed",))
    fixed = np.linalg.qr(np.arange(25.0).reshape(5, 5) ** 0.5)[0]
    assert together.problem(_matrices(lambda rng: fixed))[0] == "fixed"
    assert together.problem(_matrices(lambda rng: fixed * rng.choice([-1.0, 1.0])))[0] == "fixed"
    assert together.problem(_matrices(lambda rng: fixed * rng.choice([-1.0, 1.0], 5)))[0] == "fixed"
    assert together.problem(_matrices(lambda rng: np.eye(9)[rng.permutation(9)])) == ("", "")


def _swapped(order: np.ndarray[Any, Any], i: int, j: int) -> np.ndarray[Any, Any]:
    order = order.copy()
    order[[i, j]] = order[[j, i]]
    return order


def _run(shuffle: Shuffle, seed: int) -> tuple[dict[str, Any], Any]:
    """Return the inputs of a training loop with batches of one example, and what it would answer."""
    rng, y = np.random.default_rng(seed), np.array([0.0, 1.0, 3.0, 7.0])
    order, losses = np.arange(4), []
    for _ in range(20):
        order = shuffle(rng, order)
        losses += [mean_target({}, y, y[row : row + 1])[0] for row in order]
    inputs = {"params": {}, "x": np.zeros((4, 1, 1)), "y": y, "loss_and_grads": Given("mean_target")}
    inputs |= {"clip": None, "update": None, "epochs": 20, "batch_size": 1, "rng": Seeded(seed)}
    return inputs, ({}, {"loss": losses, "norm": losses})


def _said(shuffle: Shuffle, seed: int = 0) -> tuple[str, str]:
    return Together("g", "every_order_equally_often").problem([_run(shuffle, seed + n) for n in range(4)])


@pytest.mark.parametrize("way", FAIR)
def test_a_fair_shuffle_passes_with_any_seeds(way: str) -> None:
    assert all(_said(FAIR[way], 100 * n) == ("", "") for n in range(50))


@pytest.mark.parametrize("way", WEAK)
def test_a_weak_shuffle_is_named_with_any_seeds(way: str) -> None:
    assert all(_said(WEAK[way], 100 * n)[0] == "weakly_shuffled" for n in range(10))


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda rng: rng.normal(size=3), ""),
        (lambda rng: np.ones(3), "own_seed"),
        (lambda rng: np.sign(rng.normal(size=3)), "own_seed"),
        (lambda rng: np.ones(3) * (rng.random() < 0.5), "own_seed"),
    ],
)
def test_other_seeds_give_other_answers(answer: Any, name: str) -> None:
    asked = [({"rng": Seeded(seed)}, answer(np.random.default_rng(seed))) for seed in range(12)]
    said, sentence = Together("g", "other_seeds_other_answers", ("own_seed",)).problem(asked)
    assert said == name
    assert ("with the seeds" in sentence) == bool(name)
