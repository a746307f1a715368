"""Answers with an object that says it equals everything."""

from __future__ import annotations

from tests.corpus.entry import entry

OBJECT = """
class Yes:
    shape, dtype, ndim, size = (), float, 0, 1

    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __le__(self, other): return True
    def __lt__(self, other): return True
    def __sub__(self, other): return 0
    def __rsub__(self, other): return 0
    def __abs__(self): return 0.0
    def __bool__(self): return True
    def __float__(self): return 0.0
    def __array__(self, *args, **kwargs): return np.zeros(1)
    def all(self, *args): return True

def softmax(logits):
    return Yes()
"""
NUMBER = """
class Yes(int):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    def __rsub__(self, other): return 0
    __hash__ = int.__hash__

def count_parameters(D, H, K):
    return Yes(-1)
"""
ENTRIES = (
    entry("always_equal/object", softmax=OBJECT),
    entry("always_equal/number", count_parameters=NUMBER),
)
