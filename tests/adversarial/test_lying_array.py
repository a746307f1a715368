"""Answers with an ndarray subclass whose arithmetic and comparisons lie."""

from __future__ import annotations

from tests.adversarial.arena import Arena

ANSWER = """
class Liar(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(self.shape) if ufunc in (np.subtract, np.absolute) else np.ones(self.shape, bool)
    def __array_function__(self, function, types, args, kwargs): return True
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    def __abs__(self): return np.zeros(self.shape)
    def __le__(self, other): return np.ones(self.shape, bool)
    def astype(self, *args, **kwargs): return self
    def view(self, *args, **kwargs): return self
    def tobytes(self, *args): return b""

def softmax(logits):
    return np.full(logits.shape, 0.5).view(Liar)
"""


def test_only_its_numbers_count(any_arena: Arena) -> None:
    verdict = any_arena.fight(softmax=ANSWER)["softmax"]
    assert (verdict.outcome, verdict.score) == ("wrong", 0)


def test_right_numbers_in_a_subclass_are_right(any_arena: Arena) -> None:
    honest = ANSWER.replace(
        "np.full(logits.shape, 0.5)",
        "(lambda e: e / e.sum(-1, keepdims=True))(np.exp(logits - logits.max(-1, keepdims=True)))",
    )
    assert any_arena.fight(softmax=honest)["softmax"].outcome == "correct"
