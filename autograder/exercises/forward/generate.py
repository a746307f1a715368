"""Notebook 02: one-to-many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    other_way,
    weights,
    zeroed,
)
from autograder.exercises.forward.draws import few, reversed_batch
from autograder.exercises.forward.generate_mistakes import ARGMAX, MISTAKES, ONE_HOT, STEP
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.values import Value


def _writer(draw: Draw, N: int, steps: int, V: int, H: int) -> dict[str, Value]:
    """Return inputs whose network writes varied tokens: its weights are too large to settle at once."""
    return {
        "start": draw.integers(0, V, N),
        "h0": weights(draw, N, H),
        "steps": steps,
        "Wxh": weights(draw, V, H, scale=1.2),
        "Whh": weights(draw, H, H, scale=1.0),
        "bh": weights(draw, H),
        "Why": weights(draw, H, V, scale=1.2),
        "by": weights(draw, V, scale=0.5),
    }


def _generate(draw: Draw) -> Iterator[Question]:
    N, H = few(draw, 2)
    yield ask(**_writer(draw, N + 3, 7, 8, H + 1))
    yield ask(**_writer(draw, 4, 6, 7, 3))
    yield ask("one", **_writer(draw, 1, 6, 5, 4))
    yield ask("single", **_writer(draw, 5, 1, 7, 3))
    yield ask("square", **_writer(draw, 4, 4, 4, 4))
    low = _writer(draw, 5, 6, 7, 3)
    yield ask("low", **low | {"by": low["by"] - 40.0})
    large = _writer(draw, 5, 6, 7, 3)
    yield ask("large", **large | {"Why": 300.0 * large["Why"]})
    twins = _writer(draw, 6, 7, 6, 4)
    twins["Why"][:, [2, 4]], twins["by"][[2, 4]] = 0.0, 2.5  # exactly equal, whatever the state is
    yield ask("tie", **twins)
    yield ask("long", **_writer(draw, 2, 26, 5, 3))
    many = _writer(draw, 2, 2, 260, 2)
    many["by"][:256] -= 60.0  # only ids from 256 on are written
    yield ask("many", **many)
    rest = _writer(draw, 4, 5, 6, 3)
    yield ask(
        "zeros", **rest | {"h0": zeroed(rest["h0"], 0, 2), "Wxh": zeroed(rest["Wxh"], 1, rest["start"][0])}
    )


def _same_next(first: Value, second: Value) -> bool:
    """Return whether, in `second`, equal tokens are always followed by equal tokens."""
    follower: dict[int, int] = {}
    return all(
        follower.setdefault(int(now), int(after)) == int(after)
        for row in second
        for now, after in pairwise(row)
    )


GENERATE = Exercise(
    id="generate",
    questions=_generate,
    core="the tokens of a whole batch",
    uses=("rnn_step",),
    tolerance=Tolerance(dtype="int"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a single token (steps = 1)"),
        Group("square", "N = steps = V = H, where shapes catch nothing"),
        Group("low", "logits that are all negative"),
        Group("large", "logits in the hundreds"),
        Group("tie", "logits that are equal: of these the smallest id"),
        Group("long", "26 tokens"),
        Group("many", "a vocabulary of 260 tokens, of which the last are written"),
        Group("zeros", "states of zeros, and tokens whose weights are all zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the tokens, with the batch reordered",
            lambda i: reversed_batch(i, "start", "h0"),
            lambda i, first, j, second: np.array_equal(first[::-1], second),
        ),
        Invariant(
            "fewer",
            "the tokens, with steps = 3",
            lambda i: i | {"steps": 3},
            lambda i, first, j, second: np.array_equal(first[:, :3], second),
        ),
        Invariant(
            "no_memory",
            "the tokens, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: _same_next(first, second),
        ),
        Invariant(
            "same_bias",
            "the tokens, with a constant added to by",
            lambda i: i | {"by": i["by"] + 2.5},
            lambda i, first, j, second: np.array_equal(first, second),
        ),
    ),
    hints=(
        "Two variables live through the loop: the current token of each example, and the current state. "
        "What are they before the first turn?",
        "In each turn: token to one-hot row, row and state to new state, state to logits, logits to the "
        "next token. Four lines.",
        "Start with token = start and h = h0. The last lines of a turn: token becomes the argmax of the "
        "logits, and ids[:, t] gets it. ids is an integer array of shape (N, steps); argmax over axis=1.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("row_lookup", (ONE_HOT, "x_t = Wxh[token]"), (STEP, "h = np.tanh(x_t + h @ Whh + bh)")),
        other_way("through_softmax", (ARGMAX, "token = np.argmax(softmax(logits), axis=-1)")),
        other_way(
            "list_and_stack",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                V = by.shape[0]
                tokens, h = [np.asarray(start)], h0.copy()
                for _ in range(steps):
                    x = np.zeros((len(start), V))
                    x[np.arange(len(start)), tokens[-1]] = 1
                    h = rnn_step(x, h, Wxh, Whh, bh)
                    tokens.append(np.einsum("nh,hv->nv", h, Why).__add__(by).argmax(-1))
                return np.array(tokens[1:]).T
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                written = []
                for token, h in zip(start, h0):
                    ids = []
                    for t in range(steps):
                        h = np.tanh(Wxh[token] + h @ Whh + bh)
                        token = int(np.argmax(h @ Why + by))
                        ids.append(token)
                    written.append(ids)
                return written
            """,
        ),
        other_way(
            "recursion",
            source="""
            def generate(first, state, length, U, W, b, V, c, verbose=False):
                if length == 0:
                    return np.zeros((len(first), 0), dtype=int)
                state = rnn_step(np.eye(len(c))[first], state, U, W, b)
                token = np.argmax(state @ V + c, axis=1)
                rest = generate(token, state, length - 1, U, W, b, V, c)
                return np.column_stack([token, rest])
            """,
        ),
    ),
)
