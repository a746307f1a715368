"""Prints without end, on one line, in binary, and with a hundred thousand figures."""

from __future__ import annotations

import json

from tests.adversarial.arena import Arena

PRINT = """
import os, sys

for n in range(200_000):
    print("x" * 100, end="")
    sys.stderr.write("y" * 100)
os.write(1, b"z" * 1_000_000)
os.write(2, bytes(1_000_000))
for n in range(1000):
    display({"text/plain": "w" * 10_000, "text/html": "<b>" + "v" * 1000}, raw=True)
print("\\ud800 half a character")
"""


def test_what_is_kept_is_small_and_can_be_written(arena: Arena) -> None:
    graded = arena.fight(last=PRINT).graded
    text = json.dumps(graded.to_json(), ensure_ascii=False).encode()
    assert len(text) < 2_000_000


def test_a_function_that_prints_without_end_is_stopped(arena: Arena) -> None:
    answer = "def count_parameters(D, H, K):\n    while True:\n        print('x' * 1000)"
    assert arena.fight(count_parameters=answer)["count_parameters"].outcome == "timed_out"
