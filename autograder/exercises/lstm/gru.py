"""Notebook 06: one step of the GRU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
    weights,
)
from autograder.exercises.lstm.draws import parameters, rows_turned, with_block
from autograder.exercises.lstm.told import CANDIDATE_NOT_BENT
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, D: int, H: int) -> dict[str, Value]:
    return {"x_t": weights(draw, N, D), "h_prev": weights(draw, N, H)} | parameters(draw, D, H, blocks=3)


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = sizes(draw, "N", "D", "H")
    yield ask(**_inputs(draw, N, D, H))
    yield ask(**_inputs(draw, 2, 5, 3))
    yield ask("one", **_inputs(draw, 1, D, H))
    yield ask("unit", **_inputs(draw, 3, 4, 1))
    yield ask("square", **_inputs(draw, 3, 3, 3))
    resting = _inputs(draw, 3, 2, 4)
    resting["h_prev"][0] = 0.0
    yield ask("zero", **resting)


_AX = "ax = x_t @ Wx + b  # (N, 3H)"
_ZR = "zr = sigmoid(ax[:, : 2 * H] + h_prev @ Wh[:, : 2 * H])  # (N, 2H)"
_CUT = "z, r = zr[:, :H], zr[:, H:]  # (N, H) each"
_N = "n = np.tanh(ax[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :])  # (N, H)"
_RETURN = "return z * h_prev + (1 - z) * n"


def _n(text: str) -> tuple[str, str]:
    return (_N, "n = " + text)


def _new(text: str) -> tuple[str, str]:
    return (_RETURN, "return " + text)


def _cut(text: str) -> tuple[str, str]:
    return (_CUT, text)


GRU_STEP = Exercise(
    id="gru_step",
    questions=_questions,
    core="the new state of a whole batch",
    uses=("sigmoid",),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("unit", "a layer of one unit (H = 1)"),
        Group("square", "N = D = H, where shapes catch less"),
        Group("zero", "an example with a state of zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            rows_turned("x_t", "h_prev"),
            lambda i, a, j, b: np.allclose(a[::-1], b),
        ),
        Invariant(
            "held",
            "the numbers, with z open: the state is held",
            lambda i: with_block(i, 0, 60.0, blocks=3),
            lambda i, a, j, b: np.allclose(b, j["h_prev"]),
        ),
        Invariant(
            "reset",
            "the numbers, with z and r closed: a plain layer without memory",
            lambda i: with_block(with_block(i, 0, -60.0, blocks=3), 1, -60.0, blocks=3),
            lambda i, a, j, b: np.allclose(
                b, np.tanh((j["x_t"] @ j["Wx"] + j["b"])[:, 2 * j["h_prev"].shape[1] :])
            ),
        ),
    ),
    hints=(
        "z and r can be computed as in lstm_gates. The candidate cannot: what goes into it is r * h_prev, so r "
        "must be there first.",
        "Cut the columns of Wx, Wh and b into three blocks of H. For the first two, the sum is the usual one. For "
        "the third, r * h_prev stands in the place of h_prev.",
        "z and r through sigmoid, n through tanh of (x_t times its block) + ((r * h_prev) times its block) + (its "
        "bias). The new state is z of the old plus 1 - z of n.",
    ),
    mistakes=(
        mistake(
            "z_writes",
            """Your z writes the new in place of keeping the old. Other books do that; here z = 1 returns
            h_prev.""",
            _new("(1 - z) * h_prev + z * n"),
        ),
        mistake(
            "reset_after_the_product",
            """You reset after the product with Wh. That is the variant of Keras and PyTorch; here r
            multiplies h_prev itself, before the product mixes the units.""",
            _n("np.tanh(ax[:, 2 * H :] + r * (h_prev @ Wh[:, 2 * H :]))"),
        ),
        mistake(
            "reset_after_everything",
            "Your r multiplies the whole sum of the candidate. It acts on h_prev only.",
            _n("np.tanh(r * (ax[:, 2 * H :] + h_prev @ Wh[:, 2 * H :]))"),
        ),
        mistake(
            "reset_with_bias",
            "Your r multiplies the bias of the candidate too, after the product. It acts on h_prev only, before "
            "the product.",
            _n("np.tanh(x_t @ Wx[:, 2 * H :] + r * (h_prev @ Wh[:, 2 * H :] + b[2 * H :]))"),
        ),
        mistake(
            "no_reset",
            "The reset gate is not used: your candidate sees all of h_prev.",
            _n("np.tanh(ax[:, 2 * H :] + h_prev @ Wh[:, 2 * H :])"),
        ),
        mistake(
            "reset_inverted",
            "Your candidate sees 1 - r of the old state. r = 1 lets it see all of it.",
            _n("np.tanh(ax[:, 2 * H :] + ((1 - r) * h_prev) @ Wh[:, 2 * H :])"),
        ),
        mistake(
            "candidate_without_bias",
            "The bias of the candidate is missing. Each of the three blocks has one.",
            _n("np.tanh(x_t @ Wx[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :])"),
        ),
        mistake(
            "reset_on_the_kept_part",
            "Your r multiplies what is kept as well. It acts in the candidate only: z = 1 must return h_prev whole.",
            _new("z * r * h_prev + (1 - z) * n"),
        ),
        mistake(
            "reset_of_the_candidate",
            "Your r multiplies the finished candidate. It acts inside of it, on h_prev.",
            _new("z * h_prev + (1 - z) * r * n"),
        ),
        mistake(
            "gates_exchanged",
            "z and r are exchanged. The order of the blocks is z, r, n.",
            _cut("r, z = zr[:, :H], zr[:, H:]"),
        ),
        mistake(
            "gates_exchanged_and_z_writes",
            """Two things: z and r are exchanged (the blocks stand in the order z, r, n), and your z writes
            the new where it should keep the old.""",
            _cut("r, z = zr[:, :H], zr[:, H:]"),
            _new("(1 - z) * h_prev + z * n"),
        ),
        mistake(
            "reset_after_and_z_writes",
            """Two things: you reset after the product, and your z writes the new where it should keep the
            old.""",
            _n("np.tanh(ax[:, 2 * H :] + r * (h_prev @ Wh[:, 2 * H :]))"),
            _new("(1 - z) * h_prev + z * n"),
        ),
        mistake(
            "order_of_pytorch",
            "You read the blocks in the order r, z, n and reset after the product, as PyTorch does. Here it is z, "
            "r, n, and before.",
            _cut("r, z = zr[:, :H], zr[:, H:]"),
            _n("np.tanh(ax[:, 2 * H :] + r * (h_prev @ Wh[:, 2 * H :]))"),
        ),
        mistake(
            "candidate_first",
            "You read the blocks in the order n, z, r. The candidate stands last.",
            source="""
            def gru_step(x_t, h_prev, Wx, Wh, b):
                H = h_prev.shape[1]
                ax = x_t @ Wx + b
                z = sigmoid(ax[:, H : 2 * H] + h_prev @ Wh[:, H : 2 * H])
                r = sigmoid(ax[:, 2 * H :] + h_prev @ Wh[:, 2 * H :])
                n = np.tanh(ax[:, :H] + (r * h_prev) @ Wh[:, :H])
                return z * h_prev + (1 - z) * n
            """,
        ),
        mistake(
            "both_gates_from_z",
            "Your candidate is reset by z, or your r is made of the block of z. The reset gate has the second block.",
            _cut("z, r = zr[:, :H], zr[:, :H]"),
        ),
        mistake(
            "candidate_kept_by_r",
            "Your last line mixes by r. The update gate z decides there; r is done when n is computed.",
            _new("r * h_prev + (1 - r) * n"),
        ),
        mistake(
            "untied",
            "You add n whole. What is not kept is written: n has the factor 1 - z.",
            _new("z * h_prev + n"),
        ),
        mistake("update_gate_forgotten", "You return the candidate. The update gate is not used.", _new("n")),
        mistake(
            "candidate_through_sigmoid",
            "Your candidate goes through the sigmoid. It needs both signs: tanh.",
            _n("sigmoid(ax[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :])"),
        ),
        mistake(
            "candidate_not_bent",
            CANDIDATE_NOT_BENT,
            _n("ax[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :]"),
        ),
        mistake(
            "gates_through_tanh",
            "Your gates go through tanh. They are fractions, between 0 and 1.",
            (_ZR, "zr = np.tanh(ax[:, : 2 * H] + h_prev @ Wh[:, : 2 * H])"),
        ),
        mistake(
            "gates_not_bent",
            "Your gates are the plain sums. They go through the sigmoid.",
            (_ZR, "zr = ax[:, : 2 * H] + h_prev @ Wh[:, : 2 * H]"),
        ),
        mistake(
            "candidate_without_past",
            "Your candidate does not see the old state at all: the product with its block of Wh is missing.",
            _n("np.tanh(ax[:, 2 * H :])"),
        ),
        mistake(
            "reset_without_weights",
            "In your candidate r * h_prev is added as it is. It goes through its block of Wh.",
            _n("np.tanh(ax[:, 2 * H :] + r * h_prev)"),
        ),
        mistake(
            "gates_see_input_only",
            "Your gates see the input only. h_prev belongs into them too.",
            (_ZR, "zr = sigmoid(ax[:, : 2 * H])"),
        ),
        mistake("no_bias", "There is no bias in your sums: b is not used.", (_AX, "ax = x_t @ Wx")),
        mistake(
            "bias_twice",
            "The bias is in your sums twice, probably once with each product. Here there is one for each block.",
            (_AX, "ax = x_t @ Wx + b + b"),
        ),
        mistake(
            "shown_bent",
            "Your new state goes through tanh once more. It is a mixture already: leave it.",
            _new("np.tanh(z * h_prev + (1 - z) * n)"),
        ),
        mistake(
            "cut_in_four",
            "You cut the columns into four parts, as for an LSTM. There are three blocks here.",
            ("H = h_prev.shape[1]", "H = Wx.shape[1] // 4"),
        ),
        mistake(
            "changes_the_state",
            "Your function writes into h_prev. The backward pass needs the old state: make a new array.",
            _new("h_prev"),
            (
                _N,
                "n = np.tanh(ax[:, 2 * H :] + (r * h_prev) @ Wh[:, 2 * H :])\n    h_prev *= z\n"
                "    h_prev += (1 - z) * n",
            ),
            manner="changes_its_input",
        ),
        mistake(
            "only_the_old",
            """Both terms of your last line have the old state: nothing new is ever written.""",
            _new("(1 - z) * h_prev + z * h_prev"),
        ),
        mistake(
            "written_by_r",
            """You write r of the candidate. What is not kept is written: 1 - z.""",
            _new("z * h_prev + r * n"),
        ),
        mistake(
            "old_kept_whole",
            """You keep all of the old state. The update gate decides how much: z of it.""",
            _new("h_prev + (1 - z) * n"),
        ),
        mistake(
            "z_on_both",
            """Your z multiplies both terms. The candidate has 1 - z.""",
            _new("z * (h_prev + n)"),
        ),
        mistake(
            "input_reset",
            """Your r multiplies the input term of the candidate. It acts on h_prev.""",
            _n("np.tanh(r * ax[:, 2 * H :] + h_prev @ Wh[:, 2 * H :])"),
        ),
        mistake(
            "reset_on_the_input_too",
            """Your r acts on the input as well as on the old state. It acts on what comes from h_prev alone,
            before the product.""",
            _n("np.tanh(r * (x_t @ Wx[:, 2 * H :] + h_prev @ Wh[:, 2 * H :]) + b[2 * H :])"),
        ),
        mistake(
            "update_gate_reads_the_reset_state",
            """Your update gate reads r * h_prev. Both gates read the old state as it is; only the candidate
            reads it reset.""",
            _cut("r = zr[:, H:]; z = sigmoid(ax[:, :H] + (r * h_prev) @ Wh[:, :H])"),
        ),
    ),
    other_ways=(
        other_way("moved_towards", _new("h_prev + (1 - z) * (n - h_prev)")),
        other_way(
            "three_layers",
            source="""
            def gru_step(x_t, h_prev, Wx, Wh, b):
                Uz, Ur, Un = np.split(Wx, 3, axis=1)
                Vz, Vr, Vn = np.split(Wh, 3, axis=1)
                bz, br, bn = np.split(b, 3)
                z = sigmoid(x_t @ Uz + h_prev @ Vz + bz)
                r = sigmoid(x_t @ Ur + h_prev @ Vr + br)
                n = np.tanh(x_t @ Un + np.dot(r * h_prev, Vn) + bn)
                return (1 - z) * n + z * h_prev
            """,
        ),
        other_way(
            "einsum",
            source="""
            def gru_step(x, h, U, W, b, s=lambda a: 1 / (1 + np.exp(-a))):
                H = h.shape[1]
                a = np.einsum("nd,dkh->knh", x, U.reshape(-1, 3, H)) + b.reshape(3, 1, H)
                V = W.reshape(H, 3, H)
                z, r = s(a[:2] + np.einsum("ng,gkh->knh", h, V[:, :2]))
                n = np.tanh(a[2] + np.einsum("ng,ng,gh->nh", r, h, V[:, 2]))
                return n + z * (h - n)
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def gru_step(x_t, h_prev, Wx, Wh, b):
                rows, H = [], len(Wh)
                for x, h in zip(x_t, h_prev):
                    a = x @ Wx + b
                    z, r = np.split(sigmoid(a[: 2 * H] + h @ Wh[:, : 2 * H]), 2)
                    n = np.tanh(a[2 * H :] + (r * h) @ Wh[:, 2 * H :])
                    rows.append([zk * hk + (1 - zk) * nk for zk, hk, nk in zip(z, h, n)])
                return rows
            """,
        ),
        other_way("single_precision", (_RETURN, "return (z * h_prev + (1 - z) * n).astype(np.float32)")),
    ),
)
