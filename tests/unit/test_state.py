"""The state of a notebook is put back: bindings, and what was changed in place."""
# ruff: noqa: E501 - one case a line

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox.inside.state import MOST_BYTES, MOST_ITEMS, State


def ran(above: str, below: str) -> dict[str, Any]:
    """Return the variables of a notebook as they were between two cells, after both were run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(above, namespace)
    at_check = State(namespace, "/nowhere")
    exec(below, namespace)
    at_check.put_back(State(namespace, "/nowhere"))
    return namespace


@pytest.mark.parametrize(
    ("above", "below", "shows"),
    [
        ("x = 1", "x = 2", "x == 1"),
        ("x = 1", "del x", "x == 1"),
        ("x = [1, [2]]; y = x", "x[1].append(3); x.clear()", "x == [1, [2]] and y is x"),
        ("x = {'a': {1}}", "x['a'].add(2); x['b'] = 0", "x == {'a': {1}}"),
        ("x = ([],)", "x[0].append(1)", "x == ([],)"),
        ("import numpy as np; f = np.linalg.norm", "np.linalg.norm = print", "np.linalg.norm is f"),
        ("import math", "import sys; sys.modules['math'] = 3", "__import__('sys').modules['math'] is math"),
        ("import numpy as np; x = np.ones(3); y = x[:2]", "x[:] = 0", "list(x) == [1, 1, 1] and list(y) == [1, 1]"),
        ("import numpy as np; x = np.array([[1], []], object)", "x[0].append(2); x[1] = 0", "list(x) == [[1], []]"),
        ("import numpy as np; r = np.random.default_rng(1); a = np.random.default_rng(1).random()", "r.random()", "r.random() == a"),
        ("import random; random.seed(1); a = random.random(); random.seed(1)", "random.random()", "random.random() == a"),
        ("import numpy as np; np.random.seed(1); a = np.random.rand(); np.random.seed(1)", "np.random.rand()", "np.random.rand() == a"),
        ("def f(x=[]): return x", "f().append(1); f.__defaults__ = (2,)", "f() == []"),
        ("def f(): return 1", "f.__code__ = (lambda: 2).__code__", "f() == 1"),
        ("def f(): return f.n\nf.n = 1", "f.n = 2", "f() == 1"),
        ("class C: n = 1", "C.n = 2; C.m = 3", "C.n == 1 and not hasattr(C, 'm')"),
        ("class C: n = []\nclass D(C): pass\nd = D()", "C.n.append(1); d.n = 3", "d.n == []"),
        ("class C: __slots__ = ('n',)\nc = C(); c.n = 1", "c.n = 2", "c.n == 1"),
        ("class L(list): pass\nx = L([1]); x.n = 1", "x.append(2); x.n = 2", "x == [1] and x.n == 1"),
        ("import collections as c; x = c.OrderedDict(a=1, b=2)", "x.move_to_end('a'); x['b'] = 3", "[*x.items()] == [('a', 1), ('b', 2)]"),
        ("import collections as c; x = c.deque([1, 2]); y = c.Counter('aa')", "x.rotate(1); y['b'] = 1", "[*x] == [1, 2] and y == {'a': 2}"),
        ("import functools\nk = 1\n@functools.cache\ndef f(x): return x + k", "k = 5; f(1)", "f(1) == 2"),
        ("import functools\nk = [1]\ndef g(a, b): return a[0] + b\nf = functools.partial(g, k)", "k[0] = 5", "f(1) == 2"),
        ("def make():\n    n = [0]\n    return (lambda: n[0]), n.append, lambda: n.clear()\nget, _, clear = make()", "clear()", "get() == 0"),
        ("x = 1", "sum = 0; max = 3", "sum([1, 2]) == 3 and max(1, 2) == 2"),
        ("import math", "math.exp = None; del math.log", "math.exp(0) == 1 and math.log(1) == 0"),
        ("import builtins", "builtins.sum = None; builtins.extra = 1", "sum([1]) == 1 and not hasattr(builtins, 'extra')"),
        ("x = 1", "helper = lambda: 2", "helper() == 2"),
        ("x = []; x.append(x)", "x.append(1)", "len(x) == 1 and x[0] is x"),
    ],
)  # fmt: skip
def test_what_was_is_again(above: str, below: str, shows: str) -> None:
    assert eval(shows, ran(above, below))


def test_what_is_large_is_left_as_it_is() -> None:
    above = (
        f"import numpy as np; x = [0] * {MOST_ITEMS + 1}; y = np.zeros({MOST_BYTES + 1}, np.uint8); z = [0]"
    )
    found = ran(above, "x[0] = y[0] = z[0] = 1")
    assert (found["x"][0], found["y"][0], found["z"][0]) == (1, 1, 0)


def test_one_that_cannot_be_put_back_costs_only_itself() -> None:
    above = "import numpy as np\nx = np.zeros(2)\ny = [1]"
    assert ran(above, "x.setflags(write=False)\ny.append(2)")["y"] == [1]


def test_nothing_of_the_notebook_is_run_to_write_it_down() -> None:
    hostile = (
        "class Odd(dict):\n    def __len__(self): 1 / 0\n    def items(self): 1 / 0\n    def __iter__(self): 1 / 0\n"
        "class Eq:\n    def __eq__(self, other): 1 / 0\n    def __hash__(self): return 1\n"
        "    def __getattr__(self, name): 1 / 0\n"
        "x = Odd(a=1)\nk = {Eq(): 1, Eq: 2}\nclass M(type):\n    def __getattribute__(self, name): 1 / 0\n"
        "class C(metaclass=M): n = 1\nc = C"
    )
    assert dict.copy(ran(hostile, "dict.clear(x)")["x"]) == {"a": 1}


def test_settings_of_numpy_are_put_back() -> None:
    before = np.geterr()
    ran("import numpy as np", "np.seterr(all='raise')")
    assert np.geterr() == before


def test_what_is_written_down_has_a_bound() -> None:
    namespace = {"x": [[0] * 1_000 for _ in range(1_000)]}
    state = State(namespace, "/nowhere")
    for row in namespace["x"]:
        row[0] = 1
    state.put_back(state)
    assert 50 < sum(row[0] == 0 for row in namespace["x"]) < 100, "entries in all"
