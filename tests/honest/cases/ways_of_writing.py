"""The same function, written as people write functions."""

from __future__ import annotations

from tests.corpus.entry import Entry
from tests.honest.draft import Draft, code, handed_in

LAMBDA = """
_e = lambda logits: np.exp(logits - logits.max(axis=-1, keepdims=True))
softmax = lambda logits: _e(logits) / _e(logits).sum(axis=-1, keepdims=True)
"""
OBJECT = """
class Softmax:
    def __call__(self, logits):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


softmax = Softmax()
"""
STATIC = """
class Mine:
    @staticmethod
    def softmax(logits):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


softmax = Mine.softmax
"""
PARTIAL = """
from functools import partial

def along(axis, logits):
    e = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

softmax = partial(along, -1)
"""
DECORATED = """
import functools

def logged(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        return function(*args, **kwargs)
    return call

@logged
def softmax(logits):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""
TYPED = """
from __future__ import annotations

from numpy.typing import NDArray

Floats = NDArray[np.float64]

def softmax(logits: Floats, *, axis: int = -1) -> Floats:
    '''Mine.'''
    e: Floats = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""
OTHER_ARGUMENTS = """
def softmax(z, ausgabe=False, **rest):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""
ANY_ARGUMENTS = """
def softmax(*args, **kwargs):
    e = np.exp(args[0] - args[0].max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""
UNICODE = """
def softmax(λ):
    ε = np.exp(λ - λ.max(axis=-1, keepdims=True))
    return ε / ε.sum(axis=-1, keepdims=True)
"""
ODD_LINES = """
def softmax(logits): z = logits - logits.max(axis=-1, \\
        keepdims=True); e = np.exp(z); return e \\
        / e.sum(axis=-1, keepdims=True)
"""
INSIDE_AN_IF = """
if np.__version__:
    def softmax(logits):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)
"""
DOCUMENTED = """
def softmax(logits):
    r'''Σ exp(z), as in \\frac{a}{b}.

    ### BEGIN SOLUTION
    raise NotImplementedError()
    '''
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""
IN_PLACE = """
def softmax(logits):
    z = logits.copy()
    z -= z.max(axis=-1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=-1, keepdims=True)
    return z
"""
OTHER_NAMES = """
def my_softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


softmax = my_softmax
"""
IMPORTED_ANEW = """
import numpy
import numpy as num
from numpy import *

def softmax(logits):
    e = exp(logits - num.max(logits, axis=-1, keepdims=True))
    return e / numpy.sum(e, axis=-1, keepdims=True)
"""
USES_A_HELPER = """
def softmax(logits):
    return normalised(np.exp(logits - logits.max(axis=-1, keepdims=True)))
"""
HELPER = """
def normalised(e):
    return e / e.sum(axis=-1, keepdims=True)
"""
USES_A_GLOBAL = """
def softmax(logits):
    e = np.exp(logits - logits.max(axis=AXIS, keepdims=True))
    return e / e.sum(axis=AXIS, keepdims=True)
"""
RECURSION = """
def rnn_forward(x, h0, Wxh, Whh, bh):
    if x.shape[1] == 0:
        return np.zeros((len(x), 0, len(Whh)))
    h = rnn_step(x[:, 0], h0, Wxh, Whh, bh)
    rest = rnn_forward(x[:, 1:], h, Wxh, Whh, bh)
    return np.concatenate([h[:, None], rest], axis=1)
"""
GENERATOR = """
def rnn_forward(x, h0, Wxh, Whh, bh):
    def states(h):
        for x_t in np.moveaxis(x, 1, 0):
            h = rnn_step(x_t, h, Wxh, Whh, bh)
            yield h
    return np.stack(list(states(h0)), axis=1)
"""
WRITER = """
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


def _written(variant: str, other: str = "", after: str = "", **answers: str) -> Entry:
    """Write answers in another way, with perhaps another cell somewhere."""
    draft = Draft("02_forward", **answers)
    if other:
        draft.put(code(other), after=after)
    return handed_in(f"ways_of_writing/{variant}", draft)


ENTRIES = (
    _written("a_lambda", softmax=LAMBDA),
    _written("an_object_that_is_called", softmax=OBJECT),
    _written("a_static_method", softmax=STATIC),
    _written("partial", softmax=PARTIAL),
    _written("a_decorator", softmax=DECORATED),
    _written("type_annotations", softmax=TYPED),
    _written("other_arguments", softmax=OTHER_ARGUMENTS),
    _written("any_arguments", softmax=ANY_ARGUMENTS),
    _written("unicode_names", softmax=UNICODE),
    _written("semicolons_and_backslashes", softmax=ODD_LINES),
    _written("inside_an_if", softmax=INSIDE_AN_IF),
    _written("the_stub_quoted_in_its_docstring", softmax=DOCUMENTED),
    _written("in_place_on_a_copy", softmax=IN_PLACE),
    _written("other_names_for_all", softmax=OTHER_NAMES),
    _written("imported_anew", softmax=IMPORTED_ANEW),
    _written("a_helper_in_another_cell", HELPER, "setup", softmax=USES_A_HELPER),
    _written("a_helper_below", HELPER, "check_tag_forward", softmax=USES_A_HELPER),
    _written("a_global_in_another_cell", "AXIS = -1", "setup", softmax=USES_A_GLOBAL),
    _written("a_global_below", "AXIS = -1", softmax=USES_A_GLOBAL),
    _written("recursion", rnn_forward=RECURSION),
    _written("a_generator_inside", rnn_forward=GENERATOR),
    _written("a_class_that_writes", generate=WRITER),
)
