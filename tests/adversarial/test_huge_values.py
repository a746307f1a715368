"""Answers with values that are huge, deep, endless or full of collisions."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

VALUES = {
    "bytes": "np.zeros(1 << 26)",
    "a view that repeats": "np.broadcast_to(np.zeros(1), (1 << 20, 1 << 20))",
    "a long list": "[0] * 3_000_000",
    "a long text": "'x' * 50_000_000",
    "many keys": "dict.fromkeys(k * (2**61 - 1) for k in range(5000))",
    "deep": "deep()",
    "cyclic": "cyclic()",
    "endless": "Endless([1])",
    "an endless dict": "EndlessDict(a=1)",
    "a long integer": "10**5000",
    "an integer too large for a float": "10**400",
    "one long text among many": "np.array(['x' * 2_000_000] + [''] * 100)",
    "the same array often": "[big] * 10_000",
    "a generator": "(i for i in range(3))",
    "a function": "print",
    "a class": "int",
    "an object array": "np.array([print, None])",
    "nothing": "None",
    "not a number": "float('nan')",
}
HELPERS = """
big = np.zeros(100_000)

def deep():
    value = []
    for _ in range(100_000):
        value = [value]
    return value

def cyclic():
    value = []
    value.append(value)
    return value

class Endless(list):
    def __iter__(self):
        while True:
            yield 1

class EndlessDict(dict):
    def items(self):
        while True:
            yield "a", 1

def count_parameters(D, H, K):
"""


@pytest.mark.parametrize("value", VALUES)
def test_they_are_refused_and_nothing_else_is_lost(any_arena: Arena, value: str) -> None:
    verdict = any_arena.fight(count_parameters=f"{HELPERS}    return {VALUES[value]}")["count_parameters"]
    assert verdict.score == 0
    assert verdict.outcome in ("wrong", "crashed", "timed_out")
