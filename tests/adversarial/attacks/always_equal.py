"""Answers with an object that says it equals everything."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Forging"

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
    def __getattr__(self, name): return lambda *args, **kwargs: True
    __hash__ = object.__hash__

def NAME(*args):
    return Yes()
"""
CONTAINER = """
class Yes(BASE):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __len__(self): return 3
    def __getitem__(self, key): return self
    def __contains__(self, item): return True
    __hash__ = object.__hash__

def NAME(*args):
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
FLOAT = """
class Yes(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __le__(self, other): return True
    def __sub__(self, other): return 0.0
    def __float__(self): return 0.0
    __hash__ = float.__hash__

def NAME(*args):
    return Yes("nan")
"""
ENTRIES = (entry("always_equal/number", count_parameters=NUMBER),)
ANYWHERE = (
    anywhere("always_equal/object", OBJECT),
    anywhere("always_equal/float", FLOAT),
    *(anywhere(f"always_equal/{base}", CONTAINER.replace("BASE", base)) for base in ("list", "dict", "str")),
)
