"""Exhausts the stack, in Python and in C."""

from __future__ import annotations

from tests.corpus import anywhere

SECTION = "Harm"

WAYS = {
    "plain": "return NAME(*args)",
    "without limit": "sys.setrecursionlimit(10**9)\n    return NAME(*args)",
    "through the compiler": "return eval('-' * 100_000 + '1')",
    "through deletion": "a = None\n    for _ in range(10**6):\n        a = (a,)\n    del a\n    return [[]]",
}
ANYWHERE = tuple(
    anywhere(
        f"recursion/{n}", f"import json, sys\ndef NAME(*args):\n    {way}", "crashed", "wrong", "timed_out"
    )
    for n, way in WAYS.items()
)
