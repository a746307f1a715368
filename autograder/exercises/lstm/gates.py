"""Notebook 06: the three gates and the candidate of an LSTM step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    other_way,
)
from autograder.exercises.lstm.draws import rows_turned, step_arguments, with_block
from autograder.exercises.lstm.gates_mistakes import MISTAKES, RETURN
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, D: int, H: int, size: float = 1.0) -> dict[str, Value]:
    drawn = step_arguments(draw, N, D, H)
    del drawn["c_prev"]
    return drawn | {"x_t": size * drawn["x_t"]}


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 3, 5]))
    yield ask(**_inputs(draw, N, D, H))
    yield ask(**_inputs(draw, 6, 2, 4))
    yield ask("one", **_inputs(draw, 1, D, H))
    yield ask("unit", **_inputs(draw, 3, 4, 1))
    yield ask("square", **_inputs(draw, 4, 4, 4))
    yield ask("large", **_inputs(draw, N, D, H, size=15))


def _halves(inputs: dict[str, Value]) -> dict[str, Value]:
    return inputs | {name: inputs[name] / 2 for name in ("x_t", "h_prev", "b")}


def _half_sums(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether the sums behind the gates have been halved."""

    def logit(p: Value) -> Value:
        return np.log(p / (1 - p))

    gates = all(np.allclose(logit(first[k]), 2 * logit(second[k])) for k in (0, 1, 3))
    return bool(gates and np.allclose(np.arctanh(first[2]), 2 * np.arctanh(second[2])))


LSTM_GATES = Exercise(
    id="lstm_gates",
    questions=_questions,
    core="i, f, g and o of a whole batch",
    parts=("i", "f", "g", "o"),
    uses=("sigmoid",),
    allow_views=True,
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("unit", "a layer of one unit (H = 1)"),
        Group("square", "N = D = H, where shapes catch less"),
        Group("large", "large inputs, where the gates are open or closed"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            rows_turned("x_t", "h_prev"),
            lambda i, a, j, b: all(np.allclose(u[::-1], v) for u, v in zip(a, b, strict=True)),
        ),
        Invariant(
            "halved",
            "the numbers, with x_t, h_prev and b half as large",
            _halves,
            _half_sums,
        ),
        Invariant(
            "fixed",
            "the numbers, with the weights of the forget gate at 0 and its bias at 2",
            lambda i: with_block(i, 1, 2.0),
            lambda i, a, j, b: (
                np.allclose(b[1], 1 / (1 + np.exp(-2))) and all(np.allclose(a[k], b[k]) for k in (0, 2, 3))
            ),
        ),
    ),
    hints=(
        "First the sums of all four parts at once, as in the plain cell, but 4 H wide. Then cut, then the activations.",
        "Both data arrays stand on the left of their matrices. The sum a has shape (N, 4H). The first H of its columns "
        "belong to i.",
        "With H = h_prev.shape[1], the parts are the columns up to H, from H to 2 H, from 2 H to 3 H, and the rest. "
        "The third goes through np.tanh, the others through sigmoid.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "np_split",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                i, f, g, o = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=1)
                return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            """,
        ),
        other_way(
            "one_product_of_everything",
            source="""
            def lstm_gates(x, h, U, W, b, order="ifgo"):
                a = np.hstack([x, h]) @ np.vstack([U, W]) + b
                bent = 1 / (1 + np.exp(-a))
                part = {}
                for k, name in enumerate(order):
                    columns = slice(k * h.shape[1], (k + 1) * h.shape[1])
                    part[name] = np.tanh(a[:, columns]) if name == "g" else bent[:, columns]
                return [part[name] for name in "ifgo"]
            """,
        ),
        other_way(
            "four_layers",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                H = len(Wh)
                def layer(k, bend):
                    s = slice(k * H, k * H + H)
                    return bend(np.dot(x_t, Wx[:, s]) + np.dot(h_prev, Wh[:, s]) + b[s])
                return layer(0, sigmoid), layer(1, sigmoid), layer(2, np.tanh), layer(3, sigmoid)
            """,
        ),
        other_way(
            "reshaped",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                a = np.einsum("nd,dk->nk", x_t, Wx) + np.einsum("nh,hk->nk", h_prev, Wh) + b
                a = a.reshape(len(a), 4, -1).swapaxes(0, 1)
                return sigmoid(a[0]), sigmoid(a[1]), np.tanh(a[2]), sigmoid(a[3])
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def lstm_gates(x_t, h_prev, Wx, Wh, b):
                H, rows = len(Wh), []
                for x, h in zip(x_t, h_prev):
                    a = x @ Wx + h @ Wh + b
                    bent = np.concatenate([sigmoid(a[: 2 * H]), np.tanh(a[2 * H : 3 * H]), sigmoid(a[3 * H :])])
                    rows.append(bent.reshape(4, H))
                return tuple(np.array(rows).swapaxes(0, 1))
            """,
        ),
        other_way("single_precision", (RETURN, "return tuple(q.astype(np.float32) for q in (i, f, g, o))")),
    ),
)
