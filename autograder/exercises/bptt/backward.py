"""Notebook 03: backpropagation through time."""

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
    weights,
    zeroed,
)
from autograder.exercises.bptt.backward_mistakes import MISTAKES, loop
from autograder.exercises.bptt.step import all_doubled, doubled, rows_reversed
from autograder.exercises.forward.draws import at_rest, fading, few, long, recurrent, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int) -> dict[str, Value]:
    """Return arguments whose states are those that the forward pass makes of x and h0."""
    return _after_forward(draw, recurrent(draw, N, T, D, H))


def _after_forward(draw: Draw, drawn: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments that belong to those of the forward pass."""
    (N, T, _), H = drawn["x"].shape, len(drawn["Whh"])
    h, state = np.zeros((N, T, H)), drawn["h0"]
    for t in range(T):
        state = np.tanh(drawn["x"][:, t] @ drawn["Wxh"] + state @ drawn["Whh"] + drawn["bh"])
        h[:, t] = state
    kept = {name: drawn[name] for name in ("Wxh", "Whh")}
    return _modest({"dh": weights(draw, N, T, H), "x": drawn["x"], "h0": drawn["h0"], "h": h, **kept})


_MODEST = 2.2
"""The largest gradient outside of the group `large`, so that one cut off at 5 shows there, in every draw, and nowhere
else: not even where all is doubled."""


def _modest(inputs: dict[str, Value]) -> dict[str, Value]:
    """Return arguments with `dh` as much smaller as it takes for all gradients to stay modest."""
    x, h0, h, dh_next, largest = inputs["x"], inputs["h0"], inputs["h"], 0.0, 0.0
    sums = [0.0, 0.0, 0.0]
    for t in reversed(range(h.shape[1])):
        da = (inputs["dh"][:, t] + dh_next) * (1 - h[:, t] ** 2)
        dh_next = da @ inputs["Whh"].T
        terms = (x[:, t].T @ da, (h[:, t - 1] if t else h0).T @ da, da.sum(axis=0))
        sums = [total + term for total, term in zip(sums, terms, strict=True)]
        largest = max(largest, *(float(np.abs(one).max()) for one in (dh_next, da @ inputs["Wxh"].T)))
    largest = max(largest, *(float(np.abs(total).max()) for total in sums))
    return inputs | {"dh": np.round(inputs["dh"] * min(1.0, _MODEST / largest), 3)}


def _rnn_backward(draw: Draw) -> Iterator[Question]:
    N, T, D, H = few(draw, 4)
    T = 6  # more than any of the sizes, so equal to none
    yield ask(**_inputs(draw, N, T, D, H))
    yield ask(**_inputs(draw, 3, 4, 5, 2))
    last = _inputs(draw, 2, 5, 3, 4)
    last["dh"][:, :-1] = 0
    yield ask("last", **last)
    large = _inputs(draw, 2, 4, 3, 5)
    large["dh"] = 40 * large["dh"]
    yield ask("large", **large)
    yield ask("one", **_inputs(draw, 1, 4, 2, 3))
    yield ask("single", **_inputs(draw, 3, 1, 2, 4))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))
    rest = _after_forward(draw, at_rest(draw, 2, 5, 4, 3))
    yield ask("zeros", **rest | {"dh": zeroed(rest["dh"], (slice(None), 2), (0, 4))})
    yield ask("long", **_at_the_end(_after_forward(draw, _quiet(long(draw, 30), 0.3))))
    yield ask("fading", **_at_the_end(_after_forward(draw, _quiet(fading(draw), 1.0))))


def _quiet(drawn: dict[str, Value], size: float) -> dict[str, Value]:
    """Return arguments of the forward pass for one example, with inputs of that size: slopes stay near 1."""
    small = {name: np.round(size * drawn[name], 3) for name in ("x", "h0", "bh")}
    return drawn | small | {"x": small["x"][:1], "h0": small["h0"][:1]}


def _at_the_end(inputs: dict[str, Value]) -> dict[str, Value]:
    """Return `inputs` with a loss at the last step only, so that all other gradients come from there."""
    return inputs | {
        "dh": inputs["dh"] * (np.arange(inputs["dh"].shape[1]) == inputs["dh"].shape[1] - 1)[:, None]
    }


RNN_BACKWARD = Exercise(
    id="rnn_backward",
    questions=_rnn_backward,
    core="all five gradients, with a loss at every step",
    core_weight=8.0,
    parts=("dx", "dh0", "dWxh", "dWhh", "dbh"),
    uses=("rnn_step_backward",),
    allow_views=True,
    groups=(
        Group("last", "a loss at the last step only"),
        Group("large", "gradients of order 100"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("zeros", "a state, inputs and gradients of zeros at some steps"),
        Group("long", "a sequence of 30 steps with a loss at the last", by_row=True),
        Group("fading", "a gradient that vanishes, step by step, over 25 steps", by_row=True),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with the upstream gradient doubled",
            lambda i: doubled(i, "dh"),
            all_doubled,
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "dh", "x", "h0", "h"),
            rows_reversed(0, 1),  # type: ignore[arg-type]
        ),
        Invariant(
            "causal",
            "the numbers, with a loss at the first step only",
            lambda i: i | {"dh": i["dh"] * (np.arange(i["dh"].shape[1]) == 0)[:, None]},
            lambda i, first, j, second: bool(second[0][:, 0].any() and not second[0][:, 1:].any()),
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: np.allclose(second[0], (i["dh"] * (1 - i["h"] ** 2)) @ i["Wxh"].T),
        ),
    ),
    hints=(
        "The state h_t is used twice: by the loss of its own step, and by the next step. So its "
        "gradient is a sum of two. Which of them is known before the loop, and which does the loop find "
        "on its way?",
        "Carry dh_next, of shape (N, H), backwards in time, from zeros. At each step add it to dh[:, "
        "t], go back through the step, keep the dx, *add* the three weight gradients to their sums, and "
        "carry dh_prev on.",
        "for t in reversed(range(T)): call rnn_step_backward with dh[:, t] + dh_next and the h_prev of "
        "that step, which is h0 at t = 0. What it returns as dh_prev is the next dh_next. What is left "
        "of it at the end is dh0.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "written_out",
            source=loop(),
        ),
        other_way(
            "all_da_first",
            source="""
            def rnn_backward(dh, x, h0, h, Wxh, Whh):
                N, T, H = h.shape
                before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
                da = np.zeros_like(h)
                carried = np.zeros_like(h0)
                for t in range(T - 1, -1, -1):
                    da[:, t] = (dh[:, t] + carried) * (1 - h[:, t] ** 2)
                    carried = da[:, t] @ Whh.T
                dWxh = np.einsum("ntd,nth->dh", x, da)
                dWhh = np.einsum("ntg,nth->gh", before, da)
                return da @ Wxh.T, carried, dWxh, dWhh, da.sum((0, 1))
            """,
        ),
        other_way(
            "lists",
            source="""
            def rnn_backward(dh, x, h0, h, Wxh, Whh):
                states = [h0] + [h[:, t] for t in range(h.shape[1])]
                dx, parts, carry = [], [], 0
                for t in range(len(states) - 1, 0, -1):
                    g, x_t = dh[:, t - 1] + carry, x[:, t - 1]
                    step = rnn_step_backward(g, x_t, states[t - 1], states[t], Wxh, Whh)
                    dx.insert(0, step[0])
                    carry = step[1]
                    parts.append(step[2:])
                sums = [sum(group) for group in zip(*parts)]
                return (np.stack(dx, axis=1), carry, *sums)
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def rnn_backward(dh, x, h0, h, Wxh, Whh, start=None):
                dx, dh0 = np.zeros(x.shape), np.zeros(h0.shape)
                dU, dW, db = np.zeros(Wxh.shape), np.zeros(Whh.shape), np.zeros(Whh.shape[0])
                for n in range(len(x)):
                    g = np.zeros(len(Whh)) if start is None else start
                    for t in reversed(range(x.shape[1])):
                        da = (g + dh[n, t]) * (1 - h[n, t]) * (1 + h[n, t])
                        dx[n, t] = Wxh @ da
                        dU += np.outer(x[n, t], da)
                        dW += np.outer(h[n, t - 1] if t else h0[n], da)
                        db += da
                        g = Whh @ da
                    dh0[n] = g
                return [dx, dh0, dU, dW, db]
            """,
        ),
        other_way(
            "recursion",
            source="""
            def rnn_backward(dh, x, h0, h, Wxh, Whh):
                first = rnn_step_backward
                if h.shape[1] == 1:
                    dx, d0, dU, dW, db = first(dh[:, 0], x[:, 0], h0, h[:, 0], Wxh, Whh)
                    return dx[:, None], d0, dU, dW, db
                late = rnn_backward(dh[:, 1:], x[:, 1:], h[:, 0], h[:, 1:], Wxh, Whh)
                dx, d0, dU, dW, db = first(dh[:, 0] + late[1], x[:, 0], h0, h[:, 0], Wxh, Whh)
                return np.concatenate([dx[:, None], late[0]], 1), d0, dU + late[2], dW + late[3], db + late[4]
            """,
        ),
        other_way(
            "path_by_path",
            source="""
            def rnn_backward(dh, x, h0, h, Wxh, Whh):
                N, T, H = h.shape
                da = np.zeros_like(h)
                dh0 = np.zeros_like(h0)
                for s in range(T):
                    g = dh[:, s]
                    for t in range(s, -1, -1):
                        step = g * (1 - h[:, t] ** 2)
                        da[:, t] += step
                        g = step @ Whh.T
                    dh0 += g
                before = np.concatenate([h0[:, None], h[:, :-1]], axis=1).reshape(-1, H)
                flat = da.reshape(-1, H)
                return da @ Wxh.T, dh0, x.reshape(-1, x.shape[2]).T @ flat, before.T @ flat, flat.sum(0)
            """,
        ),
    ),
)
