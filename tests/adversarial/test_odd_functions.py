"""Defines the answer in an unusual way: a lambda, a class, a generator, a method, a decorator."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

HONEST = {
    "lambda": "count_parameters = lambda *sizes: (lambda D, H, K: D * H + H * H + H + H * K + K)(*sizes)",
    "callable object": "class Count:\n    def __call__(self, D, H, K):\n"
    "        return D * H + H * H + H + H * K + K\ncount_parameters = Count()",
    "bound method": "class Count:\n    def of(self, D, H, K):\n"
    "        return D * H + H * H + H + H * K + K\ncount_parameters = Count().of",
    "partial": "from functools import partial\ncount_parameters = partial(lambda zero, D, H, K: "
    "D * H + H * H + H + H * K + K + zero, 0)",
}
NO_ANSWERS = {
    "generator": "def count_parameters(D, H, K):\n    yield D * H + H * H + H + H * K + K",
    "coroutine": "async def count_parameters(D, H, K):\n    return D * H + H * H + H + H * K + K",
    "class": "class count_parameters:\n    def __init__(self, D, H, K):\n"
    "        self.n = D * H + H * H + H + H * K + K",
    "string": 'count_parameters = "D * H + H * H + H + H * K + K"',
}


@pytest.mark.parametrize("way", HONEST)
def test_a_right_answer_counts(any_arena: Arena, way: str) -> None:
    assert any_arena.fight(count_parameters=HONEST[way])["count_parameters"].outcome == "correct"


@pytest.mark.parametrize("way", NO_ANSWERS)
def test_what_gives_no_value_does_not(any_arena: Arena, way: str) -> None:
    assert any_arena.fight(count_parameters=NO_ANSWERS[way])["count_parameters"].score == 0
