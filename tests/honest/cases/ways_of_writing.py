"""The same function, written as people write functions."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

E = "np.exp(logits - logits.max(axis=-1, keepdims=True))"
RETURN = f"    e = {E}\n    return e / e.sum(axis=-1, keepdims=True)"


def _softmax(variant: str, source: str, *said: str, other: str = "", after: str = "") -> Entry:
    draft = Draft("02_forward", softmax=source)
    if other:
        draft.put(code(other), after=after)
    return handed_in(f"ways_of_writing/{variant}", draft, *said)


def generate_with_state() -> Entry:
    """An object that remembers its state during a call, and is made anew for each."""
    source = """
    class Writer:
        def __init__(self, h, Wxh, Whh, bh, Why, by):
            self.h, self.weights = h, (Wxh, Whh, bh)
            self.Wxh, self.Why, self.by = Wxh, Why, by

        def write(self, token):
            self.h = rnn_step(np.eye(len(self.Wxh))[token], self.h, *self.weights)
            return (self.h @ self.Why + self.by).argmax(axis=1)


    def generate(start, h0, steps, *weights):
        writer, ids = Writer(h0, *weights), [start]
        for _ in range(steps):
            ids.append(writer.write(ids[-1]))
        return np.stack(ids[1:], axis=1)
    """
    return handed_in("ways_of_writing/a_class_that_writes", Draft("02_forward", generate=source))


def recursion() -> Entry:
    source = """
    def rnn_forward(x, h0, Wxh, Whh, bh):
        if x.shape[1] == 0:
            return np.zeros((len(x), 0, len(Whh)))
        h = rnn_step(x[:, 0], h0, Wxh, Whh, bh)
        rest = rnn_forward(x[:, 1:], h, Wxh, Whh, bh)
        return np.concatenate([h[:, None], rest], axis=1)
    """
    return handed_in("ways_of_writing/recursion", Draft("02_forward", rnn_forward=source))


def a_generator_inside() -> Entry:
    source = """
    def rnn_forward(x, h0, Wxh, Whh, bh):
        def states(h):
            for x_t in np.moveaxis(x, 1, 0):
                h = rnn_step(x_t, h, Wxh, Whh, bh)
                yield h
        return np.stack(list(states(h0)), axis=1)
    """
    return handed_in("ways_of_writing/a_generator_inside", Draft("02_forward", rnn_forward=source))


def other_names_for_all() -> Entry:
    """Functions under names of their own in one cell, and the asked names at the end."""
    source = "def my_softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n    return e / e.sum(-1, keepdims=True)"
    return _softmax("other_names_for_all", f"{source}\n\n\nsoftmax = my_softmax")


def imported_anew() -> Entry:
    source = "import numpy\nfrom numpy import *\n\n\ndef softmax(logits):\n"
    lines = "    e = exp(logits - numpy.max(logits, axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)"
    return _softmax("imported_anew", source + lines)


def _typed() -> str:
    head = "from __future__ import annotations\nfrom numpy.typing import NDArray\n\nFloats = NDArray[np.float64]\n\n\n"
    return f"{head}def softmax(logits: Floats, *, axis: int = -1) -> Floats:\n    '''Mine.'''\n{RETURN}"


CALL = f"class Softmax:\n    def __call__(self, logits):\n    {RETURN.replace('    e', '    e', 1).replace(chr(10), chr(10) + '    ')}"
HELPER = "def _normalise(e):\n    return e / e.sum(axis=-1, keepdims=True)"
USES = f"def softmax(logits):\n    return _normalise({E})"
GLOBAL = f"def softmax(logits):\n    e = {E}\n    return e / e.sum(axis=AXIS, keepdims=True)"
ENTRIES = (
    _softmax(
        "a_lambda",
        f"_e = lambda logits: {E}\nsoftmax = lambda logits: _e(logits) / _e(logits).sum(-1, keepdims=True)",
    ),
    _softmax("an_object_that_is_called", f"{CALL}\n\n\nsoftmax = Softmax()"),
    _softmax(
        "a_static_method",
        f"class Mine:\n    @staticmethod\n    def softmax(logits):\n    {RETURN.replace(chr(10), chr(10) + '    ')}\n\n\nsoftmax = Mine.softmax",
    ),
    _softmax(
        "partial",
        f"from functools import partial\n\n\ndef _softmax(axis, logits):\n{RETURN}\n\n\nsoftmax = partial(_softmax, -1)",
    ),
    _softmax(
        "a_decorator",
        f"import functools\n\n\ndef logged(f):\n    @functools.wraps(f)\n    def g(*a, **k):\n        return f(*a, **k)\n    return g\n\n\n@logged\ndef softmax(logits):\n{RETURN}",
    ),
    _softmax("type_annotations", _typed()),
    _softmax("other_arguments", "def softmax(z, ausgabe=False, **rest):\n" + RETURN.replace("logits", "z")),
    _softmax("any_arguments", "def softmax(*args, **kwargs):\n    logits = args[0]\n" + RETURN),
    _softmax(
        "unicode_names",
        "def softmax(λ):\n    ε = np.exp(λ - λ.max(-1, keepdims=True))\n    return ε / ε.sum(-1, keepdims=True)",
    ),
    _softmax("one_line", f"def softmax(logits): return {E} / {E}.sum(axis=-1, keepdims=True)"),
    _softmax(
        "semicolons_and_backslashes",
        f"def softmax(logits):\n    e = {E}; s = e.sum(axis=-1, \\\n        keepdims=True); return e \\\n        / s",
    ),
    _softmax(
        "inside_an_if", "if np.__version__:\n    def softmax(logits):\n    " + RETURN.replace("\n", "\n    ")
    ),
    _softmax("a_helper_in_another_cell", USES, other=HELPER, after="setup"),
    _softmax("a_helper_below", USES, other=HELPER, after="check_tag_forward"),
    _softmax("a_global_in_another_cell", GLOBAL, other="AXIS = -1", after="setup"),
    _softmax("a_global_below", GLOBAL, other="AXIS = -1"),
    _softmax("no_docstring_no_comments", f"def softmax(logits):\n{RETURN}"),
    _softmax(
        "a_long_docstring",
        f"def softmax(logits):\n    r'''Σ exp(z)\n\n    \\frac ### BEGIN SOLUTION\n    '''\n{RETURN}",
    ),
    _softmax(
        "in_place_on_a_copy",
        "def softmax(logits):\n    z = logits.copy()\n    z -= z.max(-1, keepdims=True)\n    np.exp(z, out=z)\n    z /= z.sum(-1, keepdims=True)\n    return z",
    ),
    generate_with_state(),
    recursion(),
    a_generator_inside(),
    other_names_for_all(),
    imported_anew(),
)
