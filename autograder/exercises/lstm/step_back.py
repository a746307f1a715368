"""Notebook 06: back through one step of the LSTM."""

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
)
from autograder.exercises.bptt.step import all_doubled, rows_reversed
from autograder.exercises.forward.draws import few
from autograder.exercises.lstm.draws import rows_turned, step_arguments, with_block
from autograder.exercises.lstm.step_back_mistakes import MISTAKES, returns
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, D: int, H: int) -> dict[str, Value]:
    return {"dh": weights(draw, N, H), "dc": weights(draw, N, H)} | step_arguments(draw, N, D, H)


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**_inputs(draw, N, D, H))
    yield ask(**_inputs(draw, 5, 2, 3))
    yield ask("one", **_inputs(draw, 1, 4, 3))
    yield ask("square", **_inputs(draw, 3, 3, 3))
    last = _inputs(draw, 3, 2, 4)
    last["dc"] = 0 * last["dc"]
    yield ask("last", **last)
    apart = _inputs(draw, 2, 4, 3)
    apart["dh"] = 0 * apart["dh"]
    yield ask("apart", **apart)
    resting = _inputs(draw, 3, 2, 4)
    resting["h_prev"][1], resting["c_prev"][1], resting["dh"][2], resting["dc"][2] = 0.0, 0.0, 0.0, 0.0
    yield ask("zero", **resting)


def _doubled(i: dict[str, Value]) -> dict[str, Value]:
    return i | {"dh": 2 * i["dh"], "dc": 2 * i["dc"]}


LSTM_STEP_BACKWARD = Exercise(
    id="lstm_step_backward",
    questions=_questions,
    core="all six gradients of a step",
    core_weight=8.0,
    parts=("dx_t", "dh_prev", "dc_prev", "dWx", "dWh", "db"),
    uses=("lstm_gates",),
    allow_views=True,
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = D = H, where shapes catch less"),
        Group("last", "dc = 0, as at the last step"),
        Group("apart", "dh = 0: a gradient that comes through the cell only"),
        Group("zero", "an example with states of zeros, another without a gradient"),
    ),
    invariants=(
        Invariant("linear", "the numbers, with dh and dc doubled", _doubled, all_doubled),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            rows_turned("dh", "dc", "x_t", "h_prev", "c_prev"),
            rows_reversed(0, 1, 2),  # type: ignore[arg-type]
        ),
        Invariant(
            "highway",
            "the numbers, with f open and dh = 0: dc passes through unchanged",
            lambda i: with_block(i, 1, 60.0) | {"dh": 0 * i["dh"]},
            lambda i, a, j, b: np.allclose(b[2], j["dc"]),
        ),
        Invariant(
            "erased",
            "the numbers, with f closed: nothing reaches the old cell",
            lambda i: with_block(i, 1, -12.0),
            lambda i, a, j, b: np.allclose(b[2], 0, atol=1e-3),
        ),
    ),
    hints=(
        "The cell c is used twice: outside of the step, and by h. So its gradient is a sum. Write that line first: "
        "everything else but one gate starts from it.",
        "Each of i, f, g and c_prev gets the whole gradient of c times its partner in c = f c_prev + i g. o gets "
        "dh times its partner. Then each goes through its own activation: σ has the slope p (1 - p), tanh has 1 - g^2.",
        "Put the four parts side by side in the order i, f, g, o: da, (N, 4H). The five remaining lines are those of "
        "rnn_step_backward with Wx and Wh; dc_prev is the whole gradient of c times f.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "through_split_and_stack",
            source="""
            def lstm_step_backward(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b):
                N, H = dh.shape
                gates = np.stack(lstm_gates(x_t, h_prev, Wx, Wh, b))
                i, f, g, o = gates
                t = np.tanh(f * c_prev + i * g)
                d = dc + o * dh * (1 + t) * (1 - t)
                slopes = gates * (1 - gates)
                slopes[2] = 1 - g * g
                da = np.stack([d * g, d * c_prev, d * i, dh * t]) * slopes
                da = da.transpose(1, 0, 2).reshape(N, 4 * H)
                return da @ Wx.T, da @ Wh.T, d * f, x_t.T @ da, h_prev.T @ da, np.ones(N) @ da
            """,
        ),
        other_way(
            "gates_by_hand",
            source="""
            def lstm_step_backward(dh, dc, x, h, c, U, W, b, unused=None):
                H = len(W)
                a = np.einsum("nd,dk->nk", x, U) + np.einsum("nh,hk->nk", h, W) + b
                s = 1 / (1 + np.exp(-a))
                i, f, g, o = s[:, :H], s[:, H : 2 * H], np.tanh(a[:, 2 * H : 3 * H]), s[:, 3 * H :]
                new = i * g + c * f
                whole = dc + dh * o / np.cosh(new) ** 2
                da = np.empty_like(a)
                da[:, :H] = whole * g
                da[:, H : 2 * H] = whole * c
                da[:, 3 * H :] = dh * np.tanh(new)
                da *= s * (1 - s)
                da[:, 2 * H : 3 * H] = whole * i * (1 - g**2)
                return [
                    np.einsum("nk,dk->nd", da, U),
                    np.einsum("nk,hk->nh", da, W),
                    whole * f,
                    np.einsum("nd,nk->dk", x, da),
                    np.einsum("nh,nk->hk", h, da),
                    np.einsum("nk->k", da),
                ]
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def lstm_step_backward(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b):
                i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)
                dx, dhp, dcp = [], [], []
                dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
                for n in range(len(dh)):
                    t = np.tanh(f[n] * c_prev[n] + i[n] * g[n])
                    d = dc[n] + dh[n] * o[n] * (1 - t**2)
                    parts = [d * g[n] * i[n] * (1 - i[n]), d * c_prev[n] * f[n] * (1 - f[n])]
                    parts += [d * i[n] * (1 - g[n] ** 2), dh[n] * t * o[n] * (1 - o[n])]
                    da = np.concatenate(parts)
                    dx.append(Wx @ da)
                    dhp.append(Wh @ da)
                    dcp.append(d * f[n])
                    dWx += np.outer(x_t[n], da)
                    dWh += np.outer(h_prev[n], da)
                    db += da
                return dx, dhp, dcp, dWx, dWh, db
            """,
        ),
        other_way(
            "block_by_block",
            source="""
            def _layer_back(da, x, h, k, Wx, Wh):
                s = slice(k * h.shape[1], (k + 1) * h.shape[1])
                return da @ Wx[:, s].T, da @ Wh[:, s].T, x.T @ da, h.T @ da, da.sum(0)

            def lstm_step_backward(dh, dc, x_t, h_prev, c_prev, Wx, Wh, b):
                i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)
                t = np.tanh(f * c_prev + i * g)
                d = dc + dh * o * (1 - t**2)
                das = d * g * i * (1 - i), d * c_prev * f * (1 - f), d * i * (1 - g**2), dh * t * o * (1 - o)
                back = [_layer_back(da, x_t, h_prev, k, Wx, Wh) for k, da in enumerate(das)]
                dx, dhp = sum(q[0] for q in back), sum(q[1] for q in back)
                dWx, dWh, db = (np.concatenate([q[n] for q in back], axis=-1) for n in (2, 3, 4))
                return dx, dhp, d * f, dWx, dWh, db
            """,
        ),
        other_way(
            "single_precision",
            returns(
                "tuple(q.astype(np.float32) for q in "
                "(da @ Wx.T, da @ Wh.T, dc_prev, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)))"
            ),
        ),
    ),
)
