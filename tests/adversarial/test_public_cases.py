"""Knows the public cases by heart and answers those, and only those, right."""

from __future__ import annotations

import numpy as np

from rnncourse import notebook
from rnncourse.caseset import load
from tests.adversarial.arena import Arena


def _by_heart() -> str:
    table = {
        np.asarray(case.inputs["logits"]).tobytes().hex(): np.asarray(case.expected).tolist()
        for case in load("softmax").cases
    }
    return f"""
TABLE = {table!r}

def softmax(logits):
    return np.array(TABLE.get(logits.tobytes().hex(), np.zeros(logits.shape)))
"""


def test_the_check_in_the_notebook_believes_it(any_arena: Arena) -> None:
    names: dict[str, object] = {"np": np}
    exec(_by_heart(), names)
    assert notebook.find("softmax", names).outcome != "wrong", "else this attack attacks nothing"


def test_the_judge_asks_other_questions(any_arena: Arena) -> None:
    assert any_arena.fight(softmax=_by_heart())["softmax"].score == 0
