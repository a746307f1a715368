"""What the questions of notebook 09 are made of: tapes, written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.course.exercise import Draw, weights

Entry = tuple[str, tuple[int, ...], Any]

_FORWARD: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "multiply": np.multiply,
    "matmul": np.matmul,
    "tanh": np.tanh,
    "sum": np.sum,
}


class Recorder:
    """A tape that grows by calls; each returns the number of the new entry."""

    def __init__(self) -> None:
        self.tape: list[Entry] = []

    def leaf(self, value: Any) -> int:
        """Append a value that was there from the beginning."""
        self.tape.append(("leaf", (), np.asarray(value, dtype=float)))
        return len(self.tape) - 1

    def do(self, op: str, *inputs: int) -> int:
        """Append the result of an operation on earlier entries."""
        value = np.asarray(_FORWARD[op](*(self.tape[i][2] for i in inputs)))
        self.tape.append((op, inputs, value))
        return len(self.tape) - 1


def diamond(draw: Draw) -> tuple[list[Entry], int, list[int]]:
    """Return a tape in which two ways lead from a leaf to the loss and meet, of matrices."""
    r = Recorder()
    a, b, c = r.leaf(weights(draw, 3, 2)), r.leaf(weights(draw, 2, 4)), r.leaf(weights(draw, 4))
    p = r.do("matmul", a, b)
    left, right = r.do("tanh", p), r.do("add", p, c)
    loss = r.do("sum", r.do("multiply", left, right))
    return r.tape, loss, [a, b, c, p]


def three_uses(draw: Draw) -> tuple[list[Entry], int, list[int]]:
    """Return a tape with a leaf that is used three times, twice of them in one entry, and one that is never used."""
    r = Recorder()
    a, unused, b = r.leaf(weights(draw, 2, 3)), r.leaf(weights(draw, 4)), r.leaf(weights(draw, 3))
    square = r.do("multiply", a, a)
    loss = r.do("sum", r.do("multiply", r.do("add", square, b), a))
    r.do("tanh", r.do("add", r.do("sum", b), r.do("sum", unused)))  # written after the loss
    return r.tape, loss, [b, unused, a, b]


def same_twice(draw: Draw) -> tuple[list[Entry], int, list[int]]:
    """Return a tape of single numbers in which an entry is added to itself and multiplied by itself."""
    r = Recorder()
    a = r.leaf(float(weights(draw, 1)[0]) + 1.5)
    twice = r.do("add", a, a)
    loss = r.do("multiply", r.do("multiply", twice, twice), a)
    return r.tape, loss, [a, twice, loss]


def shared_gradient(draw: Draw) -> tuple[list[Entry], int, list[int]]:
    """Return a tape in which one gradient is handed to two summands, one of which collects more."""
    r = Recorder()
    a, b = r.leaf(weights(draw, 2, 2)), r.leaf(weights(draw, 2, 2))
    product = r.do("multiply", a, a)
    both = r.do("add", a, b)
    last = r.do("sum", r.do("add", r.do("multiply", both, product), both))
    return r.tape, last, [a, b, both]


def chain(draw: Draw, links: int) -> tuple[list[Entry], int, list[int]]:
    """Return a long tape: z = tanh(w z + b), again and again, of single numbers."""
    r = Recorder()
    w, b = r.leaf(0.9 + 0.2 * draw.random()), r.leaf(float(weights(draw, 1)[0]) * 0.1)
    z = start = r.leaf(0.5 + draw.random())
    for _ in range(links):
        z = r.do("tanh", r.do("add", r.do("multiply", w, z), b))
    return r.tape, z, [w, b, start]


def cancelling(draw: Draw) -> tuple[list[Entry], int, list[int]]:
    """Return a tape in which large gradients meet and leave 1, four times, exactly.

    Each link is z (B + 1) + z (-B), with B + 1 below 2 to the power of 24, which float32 can hold too.
    Following each of the 16 paths by itself multiplies up to the fourth power of B, and the 1 is lost.
    """
    r = Recorder()
    a = z = r.leaf(float(draw.choice([0.5, 1.0, 2.0])))
    size = int(draw.integers(9_000_000, 16_000_000))
    up, down = r.leaf(size + 1.0), r.leaf(-float(size))
    links = []
    for _ in range(4):
        z = r.do("add", r.do("multiply", z, up), r.do("multiply", z, down))
        links.append(z)
    return r.tape, z, [a, links[1]]


def network(draw: Draw, N: int, T: int, D: int, H: int) -> tuple[list[Entry], int, list[int]]:
    """Return the tape of a recurrent network with the sum of its last states' squares as the loss."""
    r = Recorder()
    Wxh, Whh, bh = r.leaf(weights(draw, D, H)), r.leaf(weights(draw, H, H)), r.leaf(weights(draw, H))
    h = h0 = r.leaf(weights(draw, N, H))
    for _ in range(T):
        x = r.leaf(weights(draw, N, D))
        h = r.do("tanh", r.do("add", r.do("add", r.do("matmul", x, Wxh), r.do("matmul", h, Whh)), bh))
    loss = r.do("sum", r.do("multiply", h, h))
    return r.tape, loss, [Whh, h0, bh, Wxh]
