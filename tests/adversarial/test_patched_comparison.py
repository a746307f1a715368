"""Replaces every function of NumPy that a test might compare with."""

from __future__ import annotations

from tests.adversarial.arena import Arena

PATCH = """
import builtins
import unittest

import numpy as np
import numpy.testing

def yes(*args, **kwargs):
    return True

for name in ("allclose", "isclose", "array_equal", "array_equiv", "all", "isfinite"):
    setattr(np, name, yes)
for name in [n for n in dir(np.testing) if n.startswith("assert")]:
    setattr(np.testing, name, yes)
builtins.AssertionError = KeyboardInterrupt
builtins.all = yes
unittest.TestCase.assertEqual = yes
"""
WRONG = """
def softmax(logits):
    return np.full(logits.shape, 1 / logits.shape[-1])
"""


def test_the_judge_has_its_own(arena: Arena) -> None:
    assert arena.fight(first=PATCH, softmax=WRONG)["softmax"].score == 0
