"""Notebook 02: one step of the cell."""

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
    zeroed,
)
from autograder.exercises.forward.draws import reversed_batch
from autograder.exercises.told import BIAS_SUBTRACTED, ELEMENTWISE, SIGMOID
from rnncourse.checking.caseset import Group


def _step_inputs(draw: Draw, N: int, D: int, H: int, size: float = 1.0) -> dict[str, np.ndarray]:
    return {
        "x_t": size * weights(draw, N, D),
        "h_prev": weights(draw, N, H),
        "Wxh": weights(draw, D, H),
        "Whh": weights(draw, H, H),
        "bh": weights(draw, H),
    }


def _rnn_step(draw: Draw) -> Iterator[Question]:
    N, D, H = sizes(draw, "N", "D", "H")
    yield ask(**_step_inputs(draw, N, D, H))
    yield ask("one", **_step_inputs(draw, 1, D, H))
    yield ask("square", **_step_inputs(draw, 4, 4, 4))
    yield ask("large", **_step_inputs(draw, N, D, H, size=20))
    rest = _step_inputs(draw, 4, 3, 2)
    rest["x_t"], rest["h_prev"] = zeroed(rest["x_t"], 0, 2), zeroed(rest["h_prev"], 1, 2)
    yield ask("zeros", **rest)
    rest = _step_inputs(draw, 3, 2, 4)
    yield ask("zeros", **rest | {"h_prev": np.zeros((3, 4))})


_SUM = "np.tanh(x_t @ Wxh + h_prev @ Whh + bh)"


RNN_STEP = Exercise(
    id="rnn_step",
    questions=_rnn_step,
    core="the new state of a whole batch",
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = D = H, where shapes catch nothing"),
        Group("large", "large inputs, where tanh is flat"),
        Group("zeros", "inputs and states that are all zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x_t", "h_prev"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: np.allclose(second, np.tanh(i["x_t"] @ i["Wxh"] + i["bh"])),
        ),
        Invariant(
            "odd",
            "the numbers, with the signs of x_t, h_prev and bh changed",
            lambda i: i | {name: -i[name] for name in ("x_t", "h_prev", "bh")},
            lambda i, first, j, second: np.allclose(first, -second),
        ),
    ),
    hints=(
        "It is `affine` of notebook 00 with one more product. Write the shapes under each term: all three "
        "must end up as (N, H), or be repeated to it.",
        "Two matrix products with @: the input times Wxh, the old state times Whh. In both, the data is on "
        "the left.",
        "One line: return np.tanh(...), and inside the parentheses stands the sum of two products and bh.",
    ),
    mistakes=(
        mistake(
            "empty_input_keeps_state",
            """Where an input is all zeros you keep the old state. Such a step is a step like others: the old
            state still goes through Whh and the activation. To skip padding is another thing, with a mask.""",
            (_SUM, f"np.where((x_t == 0).all(axis=1, keepdims=True), h_prev, {_SUM})"),
        ),
        mistake(
            "no_bias_at_rest",
            """Where the old state is all zeros you leave the bias out. The bias counts in every step, also in
            the first.""",
            (_SUM, f"np.where((h_prev == 0).all(axis=1, keepdims=True), np.tanh(x_t @ Wxh), {_SUM})"),
        ),
        mistake(
            "bias_outside",
            """Your bias is added after tanh. It belongs inside the activation, or the state leaves the range
            from -1 to 1 and the next step gets what no tanh could have given.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh + h_prev @ Whh) + bh"),
        ),
        mistake(
            "tanh_of_parts",
            """You apply tanh to each of the three terms and add the results. tanh(a) + tanh(b) is not tanh(a + b):
            add first, then tanh once.""",
            (
                "np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
                "np.tanh(x_t @ Wxh) + np.tanh(h_prev @ Whh) + np.tanh(bh)",
            ),
        ),
        mistake(
            "tanh_of_two_parts",
            """You apply tanh to the input term and the state term separately and add the results. Each loses its
            size by itself: add first, then one tanh around the whole sum.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh + bh) + np.tanh(h_prev @ Whh)"),
        ),
        mistake(
            "tanh_of_input_only",
            """Only the input term goes through tanh; the term of the old state is added outside. Both
            belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh + bh) + h_prev @ Whh"),
        ),
        mistake(
            "tanh_of_parts_without_bias",
            """You apply tanh to the two products separately, and to the bias not at all. Add all three first, then one
            tanh around the whole sum.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh) + np.tanh(h_prev @ Whh) + bh"),
        ),
        mistake(
            "tanh_of_input_term",
            """Only the product x_t Wxh goes through tanh; the two other terms are added outside. All three
            belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh) + h_prev @ Whh + bh"),
        ),
        mistake(
            "tanh_of_state_term",
            """Only the product h_prev Whh goes through tanh; the two other terms are added outside. All
            three belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "x_t @ Wxh + np.tanh(h_prev @ Whh) + bh"),
        ),
        mistake(
            "tanh_of_state_only",
            """Only the term of the old state and the bias go through tanh; the input term is added outside.
            All three belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "x_t @ Wxh + np.tanh(h_prev @ Whh + bh)"),
        ),
        mistake(
            "no_activation",
            """There is no activation: your state is the plain sum. Without tanh the network is a linear filter
            and can grow without bound.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "x_t @ Wxh + h_prev @ Whh + bh"),
        ),
        mistake(
            "state_ignored",
            "The old state is not used, so the cell has no memory: it is a plain layer. One term is missing.",
            (" + h_prev @ Whh", ""),
        ),
        mistake(
            "input_ignored",
            "The input is not used: your new state depends on the old one only. One term is missing.",
            ("x_t @ Wxh + ", ""),
        ),
        mistake("no_bias", "There is no bias in your state: bh is not used.", ("@ Whh + bh", "@ Whh")),
        mistake(
            "bias_subtracted",
            BIAS_SUBTRACTED,
            ("@ Whh + bh", "@ Whh - bh"),
        ),
        mistake(
            "bias_twice",
            """The bias is in your sum twice, probably once with each product. There is one bias, added
            once.""",
            ("@ Whh + bh", "@ Whh + bh + bh"),
        ),
        mistake(
            "whh_transposed",
            """Whh is transposed. It is square, so its shape did not warn you. With row vectors the state
            stands on the left and the matrix is used as it is.""",
            ("h_prev @ Whh", "h_prev @ Whh.T"),
        ),
        mistake(
            "wxh_transposed",
            """Wxh is transposed. Its shape is (D, H) already, so that (N, D) times (D, H) is (N, H). It
            only seems to work where D = H.""",
            ("x_t @ Wxh", "x_t @ Wxh.T"),
        ),
        mistake(
            "column_vectors",
            """The matrices stand on the left, as in books with column vectors. Here every row is one
            example, so the data stands on the left.""",
            ("x_t @ Wxh + h_prev @ Whh", "Wxh @ x_t + Whh @ h_prev"),
        ),
        mistake(
            "whh_on_the_left",
            """Whh stands on the left of h_prev. Every row of h_prev is one example, so the data stands on
            the left. Your order only seems to work where N = H.""",
            ("h_prev @ Whh", "Whh @ h_prev"),
        ),
        mistake(
            "wxh_on_the_left",
            """Wxh stands on the left of x_t. Every row of x_t is one example, so the data stands on the
            left.""",
            ("x_t @ Wxh", "Wxh @ x_t"),
        ),
        mistake(
            "weights_swapped",
            "The two matrices are swapped: Wxh belongs to the input, Whh to the old state.",
            ("x_t @ Wxh + h_prev @ Whh", "x_t @ Whh + h_prev @ Wxh"),
        ),
        mistake(
            "own_past_only",
            """Each unit of yours sees its own past only: you use the diagonal of Whh. The other entries carry
            the states of the other units.""",
            ("h_prev @ Whh", "h_prev * np.diag(Whh)"),
        ),
        mistake(
            "returns_a_cache",
            """You return two things: the new state, which is right, and what a backward pass would need. Here
            only the state is asked for: notebook 03 keeps the states itself.""",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                h = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
                return h, (x_t, h_prev, Wxh, Whh, h)
            """,
        ),
        mistake(
            "elementwise",
            ELEMENTWISE,
            ("x_t @ Wxh + h_prev @ Whh", "x_t * Wxh + h_prev * Whh"),
        ),
        mistake(
            "sigmoid",
            SIGMOID,
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "1 / (1 + np.exp(-(x_t @ Wxh + h_prev @ Whh + bh)))"),
        ),
        mistake(
            "relu",
            "Your activation is the ReLU: it cuts negative numbers off and has no upper bound. Here it is tanh.",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.maximum(0, x_t @ Wxh + h_prev @ Whh + bh)"),
        ),
        mistake(
            "bent_twice",
            "You apply tanh twice, or to an h_prev that has been through tanh already. Once is enough.",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(np.tanh(x_t @ Wxh + h_prev @ Whh + bh))"),
        ),
        mistake(
            "state_bent_again",
            "You apply tanh to h_prev before its product. It comes out of a tanh already: use it as it is.",
            ("h_prev @ Whh", "np.tanh(h_prev) @ Whh"),
        ),
        mistake(
            "state_added",
            """The old state is added to the new one. That is a skip connection, another network. Here the
            past enters through Whh only.""",
            ("return np.tanh(", "return h_prev + np.tanh("),
        ),
        mistake(
            "state_without_weights",
            "The old state is added as it is, without its weights: Whh is not used.",
            ("h_prev @ Whh", "h_prev"),
        ),
        mistake(
            "input_through_whh",
            """The input goes through both matrices: you multiply (x_t Wxh + h_prev) by Whh. Whh belongs
            to the old state only.""",
            ("x_t @ Wxh + h_prev @ Whh", "(x_t @ Wxh + h_prev) @ Whh"),
        ),
        mistake(
            "one_bias_for_all",
            "You add the sum of all biases to every unit. Broadcasting adds bh[j] to unit j by itself.",
            ("@ Whh + bh", "@ Whh + bh.sum()"),
        ),
        mistake(
            "changes_the_state",
            """Your function writes into h_prev: by h_prev[:] = or by += or the like. The caller still needs the
            old state: in notebook 03 all of them are used again. Leave it, and return a new array.""",
            manner="changes_its_input",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                h_prev[:] = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
                return h_prev
            """,
        ),
    ),
    other_ways=(
        other_way(
            "einsum",
            ("x_t @ Wxh", 'np.einsum("nd,dh->nh", x_t, Wxh)'),
            ("h_prev @ Whh", 'np.einsum("ng,gh->nh", h_prev, Whh)'),
        ),
        other_way(
            "one_product",
            source="""
            def rnn_step(x, h, U, W, b, activation=np.tanh):
                return activation(np.hstack([x, h]) @ np.vstack([U, W]) + b)
            """,
        ),
        other_way(
            "loops",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                out = []
                for x, h in zip(x_t, h_prev):
                    row = []
                    for j in range(len(bh)):
                        a = bh[j] + sum(v * Wxh[i, j] for i, v in enumerate(x))
                        a += sum(v * Whh[i, j] for i, v in enumerate(h))
                        row.append(np.tanh(a))
                    out.append(row)
                return out
            """,
        ),
        other_way(
            "column_vectors_done_right",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                a = np.dot(Wxh.T, x_t.T) + np.dot(Whh.T, h_prev.T) + bh[:, None]
                return np.tanh(a).T
            """,
        ),
        other_way(
            "in_place_on_a_copy",
            source="""
            def _pre(x, h, Wxh, Whh, bh):
                a = x.dot(Wxh)
                a += h.dot(Whh)
                a += bh
                return a

            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                a = _pre(x_t, h_prev, Wxh, Whh, bh)
                e = np.exp(-2 * np.abs(a))
                return np.sign(a) * (1 - e) / (1 + e)
            """,
        ),
        other_way(
            "single_precision",
            (
                "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
                "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh).astype(np.float32)",
            ),
        ),
    ),
)
