"""Answers with values that are huge, deep, endless or full of collisions."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Harm"

VALUES = {
    "bytes": "np.zeros(1 << 26)",
    "a view that repeats": "np.broadcast_to(np.zeros(1), (1 << 20, 1 << 20))",
    "a long text": "'x' * 50_000_000",
    "many keys": "dict.fromkeys(k * (2**61 - 1) for k in range(5000))",
    "deep": "deep()",
    "cyclic": "cyclic()",
    "endless": "Endless([1])",
    "an endless dict": "EndlessDict(a=1)",
    "an endless key": "{Slow(): 1}",
    "a long integer": "10**5000",
    "the same array often": "[big] * 10_000",
    "an object array": "np.array([print, None])",
    "half a character": "'\\ud800'",
}
HELPERS = """
big = np.zeros(100_000)

def deep():
    value = []
    for _ in range(100_000):
        value = [value]
    return value

def deep_dict():
    value = {}
    for _ in range(100_000):
        value = {"a": value}
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

class Slow(str):
    def __hash__(self):
        import time
        time.sleep(600)

def NAME(*args):
"""
ANYWHERE = tuple(
    anywhere(f"huge_values/{name}", f"{HELPERS}    return {value}", "wrong", "crashed", "timed_out")
    for name, value in VALUES.items()
)
