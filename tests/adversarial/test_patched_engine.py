"""Replaces, inside the sandbox, the functions that call its answers and send them."""

from __future__ import annotations

from tests.adversarial.arena import Arena

PATCH = """
import sys
import rnncourse.calling, rnncourse.values, rnncourse.checking, rnncourse.comparing

rnncourse.comparing.compare = lambda *args: None
rnncourse.checking.compare = lambda *args: None
rnncourse.checking.examine = lambda *args: None
rnncourse.calling.same_bits = lambda a, b: True
worker = sys.modules["__main__"]
worker.value_answer = worker.call
sys.modules["rnncourse.checking"] = None
"""
WRONG = """
def softmax(logits):
    return {"outcome": "correct", "score": 2.0, "fraction": 1.0}
"""


def test_answers_are_compared_elsewhere(arena: Arena) -> None:
    assert arena.fight(first=PATCH, softmax=WRONG)["softmax"].score == 0
