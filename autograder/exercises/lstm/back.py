"""Notebook 06: backpropagation through time along outputs and cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way, weights
from autograder.course.long_runs import LONG
from autograder.exercises.bptt.step import all_doubled, doubled, rows_reversed
from autograder.exercises.lstm.back_mistakes import MISTAKES
from autograder.exercises.lstm.draws import (
    forgetful_arguments,
    long_arguments,
    rows_turned,
    sequence_arguments,
    states_of,
    with_block,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _with_states(dh: Value, drawn: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments of ``lstm_backward`` in their order, the states those of the forward pass."""
    h, c = states_of(drawn)
    first = {name: drawn[name] for name in ("x", "h0", "c0")}
    return {"dh": dh} | first | {"h": h, "c": c} | {name: drawn[name] for name in ("Wx", "Wh", "b")}


def _inputs(draw: Draw, N: int, T: int, D: int, H: int) -> dict[str, Value]:
    return _with_states(weights(draw, N, T, H), sequence_arguments(draw, N, T, D, H))


def _questions(draw: Draw) -> Iterator[Question]:
    N, D = (int(size) for size in draw.permutation([3, 5]))
    yield ask(**_inputs(draw, N, 4, D, 2))
    yield ask(**_inputs(draw, 4, 3, 2, 5))
    last = _inputs(draw, 2, 4, 5, 3)
    last["dh"][:, :-1] = 0
    last["dh"] = 40 * last["dh"]
    yield ask("last", **last)
    yield ask("one", **_inputs(draw, 1, 4, 2, 3))
    yield ask("single", **_inputs(draw, 3, 1, 2, 4))
    yield ask("square", **_inputs(draw, 2, 2, 2, 2))
    yield ask("long", **_with_states(weights(draw, 1, LONG, 2), long_arguments(draw, 1, 1, 2)))
    yield ask("vanishing", **_vanishing(draw))
    resting = sequence_arguments(draw, 2, 3, 1, 2) | {"h0": np.zeros((2, 2)), "c0": np.zeros((2, 2))}
    silent = weights(draw, 2, 3, 2) * np.array([0.0, 1.0])[:, None, None]
    yield ask("zero", **_with_states(silent, resting))


def _vanishing(draw: Draw) -> dict[str, Value]:
    """Return a long case with a loss at the last step only, of which 1e-12 or less reaches the first."""
    dh = np.zeros((1, LONG, 2))
    dh[:, -1] = weights(draw, 1, 2)
    return _with_states(dh, forgetful_arguments(draw, 1, 1, 2))


def _held(inputs: dict[str, Value]) -> dict[str, Value]:
    """Return arguments with f open and all of Wh but that at 0, and a loss at the last step only."""
    opened = with_block(inputs, 1, 60.0) | {"Wh": np.zeros_like(inputs["Wh"])}
    dh = np.zeros_like(inputs["dh"])
    dh[:, -1] = inputs["dh"][:, -1]
    return _with_states(dh, opened)


def _passed_whole(i: dict[str, Value], a: Value, j: dict[str, Value], b: Value) -> bool:
    """Return whether dc0 is what the last step sends into its cell."""
    H = j["h0"].shape[1]
    o = 1 / (1 + np.exp(-(j["x"][:, -1] @ j["Wx"] + j["b"])[:, 3 * H :]))
    return bool(np.allclose(b[2], j["dh"][:, -1] * o * (1 - np.tanh(j["c"][:, -1]) ** 2)))


LSTM_BACKWARD = Exercise(
    id="lstm_backward",
    questions=_questions,
    core="all six gradients, with a loss at every step",
    core_weight=8.0,
    parts=("dx", "dh0", "dc0", "dWx", "dWh", "db"),
    uses=("lstm_step_backward",),
    allow_views=True,
    groups=(
        Group("last", "a loss at the last step only, with gradients of order 30"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch less"),
        Group("long", f"{LONG} steps, with a cell that forgets slowly"),
        Group("vanishing", f"{LONG} steps back from one loss, until next to nothing is left", by_row=True),
        Group("zero", "an example without a loss, and states that start at 0"),
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
            rows_turned("dh", "x", "h0", "c0", "h", "c"),
            rows_reversed(0, 1, 2),  # type: ignore[arg-type]
        ),
        Invariant(
            "causal",
            "the numbers, with a loss at the first step only",
            lambda i: i | {"dh": i["dh"] * (np.arange(i["dh"].shape[1]) == 0)[:, None]},
            lambda i, a, j, b: bool(b[0][:, 0].any() and not b[0][:, 1:].any()),
        ),
        Invariant(
            "highway",
            "the numbers, with f open and Wh = 0: what enters the last cell reaches c0 whole",
            _held,
            _passed_whole,
        ),
    ),
    hints=(
        "It is rnn_backward with one array more to carry. Which gradients does step t hand to step t - 1, and to which "
        "arguments of your lstm_step_backward do they go?",
        "dh_next is added to dh[:, t]. dc_next is handed on as it is. Both start at zero. The parameters collect "
        "a term from each step.",
        "for t in reversed(range(T)): call lstm_step_backward with dh[:, t] + dh_next, dc_next, x[:, t], the two "
        "states before step t (h0 and c0 at t = 0) and the parameters. Its second and third results are the next "
        "dh_next and dc_next, and in the end dh0 and dc0.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "lists",
            source="""
            def lstm_backward(dh, x, h0, c0, h, c, Wx, Wh, b):
                hs = [h0] + [h[:, t] for t in range(h.shape[1])]
                cs = [c0] + [c[:, t] for t in range(h.shape[1])]
                dx, parts, carry = [], [], (0, 0)
                for t in range(len(hs) - 1, 0, -1):
                    dh_t, dc_t = dh[:, t - 1] + carry[0], 0 * c0 + carry[1]
                    back = lstm_step_backward(dh_t, dc_t, x[:, t - 1], hs[t - 1], cs[t - 1], Wx, Wh, b)
                    dx.insert(0, back[0])
                    carry = back[1], back[2]
                    parts.append(back[3:])
                return (np.stack(dx, axis=1), *carry, *(sum(group) for group in zip(*parts)))
            """,
        ),
        other_way(
            "written_out",
            source="""
            def lstm_backward(dh, x, h0, c0, h, c, Wx, Wh, b, dcT=None):
                N, T, H = h.shape
                hp = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
                cp = np.concatenate([c0[:, None], c[:, :-1]], axis=1)
                a = x @ Wx + hp @ Wh + b
                s = 1 / (1 + np.exp(-a))
                i, f, g, o = s[..., :H], s[..., H : 2 * H], np.tanh(a[..., 2 * H : 3 * H]), s[..., 3 * H :]
                tc = np.tanh(c)
                da, gh, gc = np.zeros_like(a), np.zeros((N, H)), np.zeros((N, H))
                for t in range(T - 1, -1, -1):
                    gh = gh + dh[:, t]
                    gc = gc + gh * o[:, t] * (1 - tc[:, t] ** 2)
                    blocks = [
                        gc * g[:, t] * i[:, t] * (1 - i[:, t]),
                        gc * cp[:, t] * f[:, t] * (1 - f[:, t]),
                        gc * i[:, t] * (1 - g[:, t] ** 2),
                        gh * tc[:, t] * o[:, t] * (1 - o[:, t]),
                    ]
                    da[:, t] = np.hstack(blocks)
                    gh, gc = da[:, t] @ Wh.T, gc * f[:, t]
                return (
                    da @ Wx.T, gh, gc, np.einsum("ntd,ntk->dk", x, da), np.einsum("nth,ntk->hk", hp, da), da.sum((0, 1))
                )
            """,
        ),
        other_way(
            "recursion",
            source="""
            def lstm_backward(dh, x, h0, c0, h, c, Wx, Wh, b):
                later = [x[:, :0], 0 * h0, 0 * c0, 0 * Wx, 0 * Wh, 0 * b]
                if h.shape[1] > 1:
                    later = lstm_backward(dh[:, 1:], x[:, 1:], h[:, 0], c[:, 0], h[:, 1:], c[:, 1:], Wx, Wh, b)
                first = lstm_step_backward(dh[:, 0] + later[1], later[2], x[:, 0], h0, c0, Wx, Wh, b)
                dx = np.concatenate([np.asarray(first[0])[:, None], later[0]], axis=1)
                return [dx, first[1], first[2]] + [p + q for p, q in zip(first[3:], later[3:])]
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def lstm_backward(dh, x, h0, c0, h, c, Wx, Wh, b):
                dx, dh0, dc0 = np.zeros(x.shape), np.zeros(h0.shape), np.zeros(c0.shape)
                sums = [np.zeros(p.shape) for p in (Wx, Wh, b)]
                for n in range(len(x)):
                    s = slice(n, n + 1)
                    gh, gc = 0, np.zeros((1, h0.shape[1]))
                    for t in reversed(range(x.shape[1])):
                        hp, cp = (h[s, t - 1], c[s, t - 1]) if t else (h0[s], c0[s])
                        dx[s, t], gh, gc, *three = lstm_step_backward(gh + dh[s, t], gc, x[s, t], hp, cp, Wx, Wh, b)
                        sums = [p + q for p, q in zip(sums, three)]
                    dh0[s], dc0[s] = gh, gc
                return dx, dh0, dc0, *sums
            """,
        ),
        other_way(
            "loss_by_loss",
            source="""
            def lstm_backward(dh, x, h0, c0, h, c, Wx, Wh, b):
                total = None
                for s in range(x.shape[1]):
                    dx, gh, gc = np.zeros(x.shape), dh[:, s], np.zeros(c0.shape)
                    parts = [0 * Wx, 0 * Wh, 0 * b]
                    for t in range(s, -1, -1):
                        hp, cp = (h[:, t - 1], c[:, t - 1]) if t else (h0, c0)
                        dx[:, t], gh, gc, *three = lstm_step_backward(gh, gc, x[:, t], hp, cp, Wx, Wh, b)
                        parts = [p + q for p, q in zip(parts, three)]
                    now = [dx, gh, gc, *parts]
                    total = now if total is None else [p + q for p, q in zip(total, now)]
                return tuple(total)
            """,
        ),
    ),
)
