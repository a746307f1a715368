"""Drawn tokens are judged by how often they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.exercises.real_data.names import SAMPLE_NAME
from autograder.exercises.real_data.tokens import SAMPLE_TOKEN
from rnncourse.checking.given import materialised
from rnncourse.checking.sampling import drawn_tokens

pytestmark = pytest.mark.nb10
Array = np.ndarray[Any, Any]


def rows(rng: np.random.Generator, N: int) -> Array:
    return rng.permuted(np.tile([2.0, 1.0, 0.0, -1.0], (N, 1)), axis=1) + rng.integers(-2, 3, (N, 1))


def draw(logits: Array, temperature: float, rng: np.random.Generator) -> Array:
    return np.asarray((logits / temperature + rng.gumbel(size=logits.shape)).argmax(axis=1))


def said(seed: int, temperature: float, wrong: Callable[[Array, np.random.Generator], Any]) -> str:
    rng = np.random.default_rng(seed)
    logits = rows(rng, 1200)
    return drawn_tokens({"logits": logits, "temperature": temperature}, wrong(logits, rng))


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5])
def test_right_draws_pass_whatever_the_seed(temperature: float) -> None:
    for seed in range(40):
        assert said(seed, temperature, lambda z, rng: draw(z, temperature, rng)) == ""


def test_a_temperature_that_is_off_by_a_factor_of_root_two_is_seen() -> None:
    for seed in range(20):
        for wrong in (0.33, 0.71):
            assert said(seed, 0.5, lambda z, rng, t=wrong: draw(z, t, rng))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("temperature_ignored", lambda z, rng: draw(z, 1.0, rng)),
        ("multiplied", lambda z, rng: draw(z, 2.0, rng)),
        ("sign", lambda z, rng: draw(-z, 0.5, rng)),
        ("greedy", lambda z, rng: z.argmax(axis=1)),
        ("off_by_one", lambda z, rng: draw(z, 0.5, rng) + 1),
        ("ranks_returned", lambda z, rng: draw(np.sort(z, axis=1)[:, ::-1], 0.5, rng)),
        ("float_ids", lambda z, rng: draw(z, 0.5, rng).astype(float)),
    ],
)
def test_wrong_draws_are_named_however_they_are_drawn(name: str, wrong: Any) -> None:
    for seed in range(5):
        assert said(seed, 0.5, wrong).startswith(f"{name}: ")


def test_a_dart_for_the_whole_batch_is_seen() -> None:
    def one_dart(z: Array, rng: np.random.Generator) -> Array:
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        return np.asarray((p.cumsum(axis=1) <= 0.06).sum(axis=1))

    assert said(1, 1.0, one_dart).startswith("one_draw_for_all: ")


@pytest.mark.parametrize(
    "answer", [None, "aab", np.zeros((1200, 1), dtype=int), np.full(1200, 9), np.full(1200, -1)]
)
def test_what_is_no_row_of_tokens_is_refused(answer: Any) -> None:
    assert said(0, 1.0, lambda z, rng: answer)


def test_every_draw_of_names_ends_as_its_group_says() -> None:
    for seed in range(25):
        for question in SAMPLE_NAME.questions(np.random.default_rng(seed)):
            step, choose, start, end, most = (materialised(value) for value in question.inputs.values())
            token, state, length = start, None, 0
            while length < most:
                logits, state = step(token, state)
                token = choose(logits)
                if token == end:
                    break
                length += 1
            assert (length == most) == (question.group in {"bound", "exactly", "one"})
            assert (length == 0) == (question.group == "nothing")


def test_generators_start_with_a_small_number_whatever_the_seed() -> None:
    for seed in range(25):
        for question in SAMPLE_TOKEN.questions(np.random.default_rng(seed)):
            assert materialised(question.inputs["rng"]).random() < 0.08
