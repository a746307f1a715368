"""Notebook 03: back through the output layer, and back through one step of the cell."""

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
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def doubled(inputs: dict[str, Value], name: str) -> dict[str, Value]:
    """Return `inputs` with one array twice as large."""
    return inputs | {name: 2 * inputs[name]}


def all_doubled(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether every output of the second answer is twice that of the first."""
    return all(np.allclose(2 * a, b) for a, b in zip(first, second, strict=True))


def rows_reversed(*batched: int) -> object:
    """Return a relation: these outputs have their rows reversed, the others are the same."""

    def relate(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
        pairs = enumerate(zip(first, second, strict=True))
        return all(np.allclose(a[::-1] if n in batched else a, b) for n, (a, b) in pairs)

    return relate


def _output_inputs(draw: Draw, N: int, T: int, H: int, K: int) -> dict[str, Value]:
    return {
        "dlogits": weights(draw, N, T, K),
        "h": weights(draw, N, T, H, scale=0.5),
        "Why": weights(draw, H, K),
    }


def _output_backward(draw: Draw) -> Iterator[Question]:
    N, T, H, K = few(draw, 4)
    yield ask(**_output_inputs(draw, N, T, H, K))
    N, T, H, K = sizes(draw, "N", "T", "H", "K")
    yield ask("one", **_output_inputs(draw, 1, 4, 3, 2))
    yield ask("single", **_output_inputs(draw, 3, 1, 4, 2))
    yield ask("square", **_output_inputs(draw, 3, 3, 3, 3))
    yield ask("class", **_output_inputs(draw, 2, 4, 3, 1))
    rest = _output_inputs(draw, 2, 4, 3, 5)
    yield ask(
        "zeros", **rest | {name: zeroed(rest[name], (0, 1), (slice(None), 2)) for name in ("h", "dlogits")}
    )


_DWHY = 'dWhy = np.einsum("nth,ntk->hk", h, dlogits)'

OUTPUT_BACKWARD = Exercise(
    id="output_backward",
    questions=_output_backward,
    core="all three gradients, for every step and example",
    parts=("dh", "dWhy", "dby"),
    groups=(
        Group("class", "a single output (K = 1)"),
        Group("zeros", "states and gradients of zeros"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = H = K, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "dlogits", "h"),
            rows_reversed(0),  # type: ignore[arg-type]
        ),
        Invariant(
            "linear",
            "the numbers, with the upstream gradient doubled",
            lambda i: doubled(i, "dlogits"),
            all_doubled,
        ),
    ),
    hints=(
        "The rule of a product X W: the gradient of X is upstream times W transposed, the gradient of W is X "
        "transposed times upstream. The bias was added to every row, so its gradient adds up all rows.",
        "The same Why is used at every step of every example. So N and T are both summed away in dWhy "
        "and dby. You may flatten them to one axis first: h.reshape(-1, H).",
        "dh is one product with @. For dWhy flatten h to (N T, H) and dlogits to (N T, K): one "
        "transpose, one product. For dby sum dlogits over axis=(0, 1).",
    ),
    mistakes=(
        mistake(
            "why_not_transposed",
            """Why is not transposed in your dh. Where H = K the shapes do not warn you; elsewhere the product
            fails.""",
            ("dlogits @ Why.T", "dlogits @ Why"),
        ),
        mistake(
            "last_step_only",
            """Your dWhy and dby hold the last step only. The same Why is used at every step, so all of them
            add up.""",
            ('dWhy = np.einsum("nth,ntk->hk", h, dlogits)', "dWhy = h[:, -1].T @ dlogits[:, -1]"),
            ("dlogits.sum(axis=(0, 1))", "dlogits[:, -1].sum(axis=0)"),
        ),
        mistake(
            "first_step_only",
            """Your dWhy and dby hold the first step only. Perhaps a loop overwrites instead of adding: = is
            not +=.""",
            ('dWhy = np.einsum("nth,ntk->hk", h, dlogits)', "dWhy = h[:, 0].T @ dlogits[:, 0]"),
            ("dlogits.sum(axis=(0, 1))", "dlogits[:, 0].sum(axis=0)"),
        ),
        mistake(
            "mean_over_time",
            "You take a mean over time in dWhy and dby. Gradients add up over the steps.",
            (_DWHY, _DWHY + " / h.shape[1]"),
            ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=0).mean(axis=0)"),
        ),
        mistake(
            "mean_over_batch",
            "You divide dWhy and dby by N. In this course gradients are sums over the batch.",
            (_DWHY, _DWHY + " / len(h)"),
            ("dlogits.sum(axis=(0, 1))", "dlogits.mean(axis=0).sum(axis=0)"),
        ),
        mistake(
            "mean_over_both",
            "You divide dWhy and dby by N T. In this course gradients are sums.",
            (_DWHY, _DWHY + " / (h.shape[0] * h.shape[1])"),
            ("dlogits.sum(axis=(0, 1))", "dlogits.mean(axis=(0, 1))"),
        ),
        mistake(
            "bias_over_batch_only",
            "Your dby has shape (T, K): it is summed over the batch only. There is one bias for all steps.",
            ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=0)"),
        ),
        mistake(
            "bias_over_time_only",
            "Your dby has shape (N, K): it is summed over time only. There is one bias for all examples.",
            ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=1)"),
        ),
        mistake(
            "bias_one_number",
            "Your dby is one number: it is summed over the K outputs too. Each output has a bias of its own.",
            ("dlogits.sum(axis=(0, 1))", "dlogits.sum()"),
        ),
        mistake(
            "dwhy_transposed",
            "Your dWhy is transposed. A gradient has the shape of what it belongs to, here (H, K).",
            ("nth,ntk->hk", "nth,ntk->kh"),
        ),
        mistake(
            "dwhy_not_summed",
            "Your dWhy has an axis of time, one matrix for each step. Add them up: Why is shared.",
            ("nth,ntk->hk", "nth,ntk->thk"),
        ),
        mistake(
            "states_one_late",
            """Your dWhy pairs the gradient of each step with the state *before* it. The output reads the
            new state.""",
            (_DWHY, 'dWhy = np.einsum("nth,ntk->hk", h[:, :-1], dlogits[:, 1:])'),
        ),
        mistake(
            "slope_of_tanh",
            """There is a factor 1 - h^2 in your dh. The slope of tanh belongs to the cell, which comes
            next; the output layer has no activation.""",
            ("dlogits @ Why.T", "dlogits @ Why.T * (1 - h**2)"),
        ),
        mistake(
            "dh_of_last_step",
            "Your dh is 0 but for the last step. Every step has an output, so every state gets a gradient.",
            ("return dh,", "dh[:, :-1] = 0\n    return dh,"),
        ),
        mistake(
            "first_example_only",
            "Your dWhy is that of the first example only. Sum over the batch.",
            (_DWHY, "dWhy = h[0].T @ dlogits[0]"),
        ),
        mistake(
            "dwhy_for_each_example",
            "Your dWhy has an axis of the batch, one matrix for each example. Add them up: Why is shared.",
            ("nth,ntk->hk", "nth,ntk->nhk"),
        ),
        mistake(
            "all_axes_turned",
            """h.T turns all three axes round: its shape is (H, T, N). Flatten the examples and steps to one
            axis before you transpose.""",
            (_DWHY, "dWhy = h.T @ dlogits"),
        ),
        mistake(
            "reshaped_not_transposed",
            """You reshape h to (H, N T). That only cuts the row of numbers elsewhere and mixes the units:
            reshape to (N T, H), then transpose.""",
            (_DWHY, "dWhy = h.reshape(h.shape[2], -1) @ dlogits.reshape(-1, dlogits.shape[2])"),
        ),
        mistake(
            "bias_keeps_axes",
            "Your dby has shape (1, 1, K). It should have the shape of by, which is (K,).",
            ("dlogits.sum(axis=(0, 1))", "dlogits.sum(axis=(0, 1), keepdims=True)"),
        ),
        mistake(
            "bias_mean",
            "Your dby is a mean. Your other gradients are sums, and so is this one.",
            ("dlogits.sum(axis=(0, 1))", "dlogits.mean(axis=(0, 1))"),
        ),
        mistake(
            "bias_of_the_states",
            "Your dby adds up the states. The bias stands beside the product: add up dlogits.",
            ("dlogits.sum(axis=(0, 1))", "h.sum(axis=(0, 1))"),
        ),
        mistake(
            "parameters_first",
            "You return the parameters first. The order is dh, dWhy, dby.",
            ("return dh, dWhy, dby", "return dWhy, dby, dh"),
        ),
        mistake(
            "dwhy_overwritten",
            """Only dWhy is wrong: it holds the last step only. Perhaps a loop overwrites instead of adding: =
            is not +=.""",
            (_DWHY, "dWhy = h[:, -1].T @ dlogits[:, -1]"),
        ),
        mistake(
            "dby_overwritten",
            """Only dby is wrong: it holds the last step only. Perhaps a loop overwrites instead of adding: =
            is not +=.""",
            ("dlogits.sum(axis=(0, 1))", "dlogits[:, -1].sum(axis=0)"),
        ),
        mistake(
            "negated",
            """All of your gradients have the wrong sign. The minus of gradient *descent* belongs to the
            step that is taken with them.""",
            ("return dh, dWhy, dby", "return -dh, -dWhy, -dby"),
        ),
    ),
    other_ways=(
        other_way(
            "flattened",
            source="""
            def output_backward(g, states, W):
                flat = g.reshape(-1, g.shape[-1])
                return g @ W.T, states.reshape(-1, W.shape[0]).T @ flat, flat.sum(axis=0)
            """,
        ),
        other_way(
            "loop_over_time",
            source="""
            def output_backward(dlogits, h, Why):
                dh, dWhy, dby = np.zeros_like(h), np.zeros_like(Why), np.zeros(Why.shape[1])
                for t in range(h.shape[1]):
                    dh[:, t] = np.dot(dlogits[:, t], Why.T)
                    dWhy += np.dot(h[:, t].T, dlogits[:, t])
                    dby += dlogits[:, t].sum(0)
                return dh, dWhy, dby
            """,
        ),
        other_way("tensordot", (_DWHY, "dWhy = np.tensordot(h, dlogits, axes=([0, 1], [0, 1]))")),
        other_way("einsum", ("dlogits @ Why.T", 'np.einsum("ntk,hk->nth", dlogits, Why)')),
        other_way("matmul_then_sum", (_DWHY, "dWhy = (h.swapaxes(1, 2) @ dlogits).sum(axis=0)")),
    ),
)


def _step_inputs(draw: Draw, N: int, D: int, H: int) -> dict[str, Value]:
    return {
        "dh": weights(draw, N, H),
        "x_t": weights(draw, N, D),
        "h_prev": weights(draw, N, H, scale=0.5),
        "h": np.round(np.tanh(draw.normal(0.0, 0.8, (N, H))), 3),
        "Wxh": weights(draw, D, H),
        "Whh": weights(draw, H, H),
    }


def _rnn_step_backward(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**_step_inputs(draw, N, D, H))
    N, D, H = sizes(draw, "N", "D", "H")
    yield ask(**_step_inputs(draw, N, D, H))
    yield ask("one", **_step_inputs(draw, 1, D, H))
    yield ask("square", **_step_inputs(draw, 3, 3, 3))
    flat = _step_inputs(draw, 2, 3, 4)
    flat["h"] = np.sign(flat["h"]) + (flat["h"] == 0)
    yield ask("flat", **flat)
    rest = _step_inputs(draw, 4, 3, 2)
    for row, name in enumerate(("x_t", "h_prev", "dh")):
        rest[name] = zeroed(rest[name], row, 3)
    yield ask("zeros", **rest)


_DA = "da = dh * (1 - h**2)"
_BACK = "return da @ Wxh.T, da @ Whh.T, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)"


def _returns(text: str) -> tuple[str, str]:
    return (_BACK, text)


RNN_STEP_BACKWARD = Exercise(
    id="rnn_step_backward",
    questions=_rnn_step_backward,
    core="all five gradients of a step",
    parts=("dx_t", "dh_prev", "dWxh", "dWhh", "dbh"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = D = H, where shapes catch nothing"),
        Group("flat", "states of exactly -1 or 1, where tanh is flat"),
        Group("zeros", "inputs, states and gradients of zeros"),
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
            lambda i: reversed_batch(i, "dh", "x_t", "h_prev", "h"),
            rows_reversed(0, 1),  # type: ignore[arg-type]
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: bool(not second[1].any() and np.allclose(first[0], second[0])),
        ),
    ),
    hints=(
        """One quantity serves all five: da, the gradient of the sum inside tanh, of shape (N, H). Get it
        first.""",
        "The inside is x_t Wxh + h_prev Whh + bh. Apply the product rule to each product: the gradient "
        "of the left factor needs the right one transposed, and the other way round. bh was repeated N "
        "times.",
        "da is dh times 1 - h^2, entry by entry. Each of the four products has da in it: on the left of a "
        "transposed weight matrix, or on the right of a transposed input. dbh sums da over the batch.",
    ),
    mistakes=(
        mistake(
            "bias_before_the_slope",
            "Your dbh sums dh. The bias stands inside of tanh, like the weights: it gets da, with the slope.",
            ("da.sum(axis=0)", "dh.sum(axis=0)"),
        ),
        mistake(
            "weights_before_the_slope",
            "Your dWxh and dWhh use dh. The weights stand inside of tanh: they get da, with the slope.",
            ("x_t.T @ da, h_prev.T @ da", "x_t.T @ dh, h_prev.T @ dh"),
        ),
        mistake(
            "no_slope",
            "The slope of tanh is missing: da is dh times 1 - h^2, and not dh itself.",
            (_DA, "da = dh"),
        ),
        mistake(
            "slope_twice",
            """The slope of tanh is in your gradients twice. It is close to 1 for small states, so training
            would hardly show it.""",
            (_DA, "da = dh * (1 - h**2) ** 2"),
        ),
        mistake(
            "slope_of_bent_state",
            "You apply tanh to h once more before you take the slope. h is the result of tanh already.",
            (_DA, "da = dh * (1 - np.tanh(h) ** 2)"),
        ),
        mistake(
            "slope_without_square",
            "Your slope is 1 - h. The slope of tanh is 1 - h squared.",
            (_DA, "da = dh * (1 - h)"),
        ),
        mistake(
            "slope_of_sigmoid",
            "Your slope is h (1 - h), which is that of the sigmoid. The activation of the cell is tanh.",
            (_DA, "da = dh * h * (1 - h)"),
        ),
        mistake(
            "slope_of_the_state_before",
            "Your slope uses h_prev. The activation of this step made h, so the slope is that at h.",
            (_DA, "da = dh * (1 - h_prev**2)"),
        ),
        mistake(
            "whh_not_transposed",
            """Whh is not transposed in your dh_prev. It is square, so no shape warns you, and a network
            trained with it may even learn. On the way back a matrix is used transposed.""",
            ("da @ Whh.T", "da @ Whh"),
        ),
        mistake(
            "wxh_not_transposed",
            """Wxh is not transposed in your dx_t: (N, H) times (D, H) fails unless D = H, and then it is
            wrong.""",
            ("da @ Wxh.T", "da @ Wxh"),
        ),
        mistake(
            "dh_not_da",
            """Your dh_prev comes from dh, without the slope of tanh. Everything that flows back through the
            cell passes the activation first.""",
            ("da @ Whh.T", "dh @ Whh.T"),
        ),
        mistake(
            "dx_without_slope",
            """Your dx_t comes from dh, without the slope of tanh. The input goes through the activation like the
            state.""",
            ("da @ Wxh.T", "dh @ Wxh.T"),
        ),
        mistake(
            "weights_without_slope",
            "Your dWxh, dWhh and dbh use dh where da belongs: the slope of tanh is missing in them.",
            _returns("return da @ Wxh.T, da @ Whh.T, x_t.T @ dh, h_prev.T @ dh, dh.sum(axis=0)"),
        ),
        mistake(
            "new_state_in_dwhh",
            "Your dWhh uses the new state h. In the sum, Whh stands beside h_prev.",
            ("h_prev.T @ da", "h.T @ da"),
        ),
        mistake(
            "dwhh_transposed",
            "Your dWhh is transposed. It is square, so its shape did not warn you.",
            ("h_prev.T @ da", "da.T @ h_prev"),
        ),
        mistake(
            "dwxh_transposed",
            "Your dWxh is transposed. A gradient has the shape of what it belongs to, here (D, H).",
            ("x_t.T @ da", "da.T @ x_t"),
        ),
        mistake(
            "mean_over_batch",
            "You divide the gradients of the parameters by N. In this course they are sums over the batch.",
            ("x_t.T @ da", "x_t.T @ da / len(dh)"),
            ("h_prev.T @ da", "h_prev.T @ da / len(dh)"),
            ("da.sum(axis=0)", "da.mean(axis=0)"),
        ),
        mistake(
            "bias_mean",
            "Your dbh is a mean over the batch. The other gradients are sums, and so is this one.",
            ("da.sum(axis=0)", "da.mean(axis=0)"),
        ),
        mistake(
            "bias_not_summed",
            "Your dbh has shape (N, H). One bias serves all examples, so their gradients add up.",
            ("da.sum(axis=0)", "da.copy()"),
        ),
        mistake(
            "bias_over_units",
            "Your dbh is summed over the units, shape (N,). Sum over the batch: one number for each unit.",
            ("da.sum(axis=0)", "da.sum(axis=1)"),
        ),
        mistake(
            "bias_keeps_batch_axis",
            "Your dbh has shape (1, H). It should have the shape of bh, which is (H,).",
            ("da.sum(axis=0)", "da.sum(axis=0, keepdims=True)"),
        ),
        mistake(
            "first_example_in_bias",
            "Your dbh is that of the first example. Sum over the batch.",
            ("da.sum(axis=0)", "da[0].copy()"),
        ),
        mistake(
            "swapped_outputs",
            "The first two outputs are swapped: dx_t comes first, then dh_prev.",
            _returns("return da @ Whh.T, da @ Wxh.T, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)"),
        ),
        mistake(
            "swapped_weights",
            "The third and the fourth output are swapped: dWxh comes before dWhh.",
            _returns("return da @ Wxh.T, da @ Whh.T, h_prev.T @ da, x_t.T @ da, da.sum(axis=0)"),
        ),
        mistake(
            "writes_into_dh",
            "Your function writes into dh, the array it was given. Make da a new array.",
            (_DA, "dh *= 1 - h**2\n    da = dh"),
            manner="changes_its_input",
        ),
        mistake(
            "square_of_the_difference",
            "Your slope is (1 - h)^2. The square belongs to h alone: 1 - h^2.",
            (_DA, "da = dh * (1 - h) ** 2"),
        ),
        mistake(
            "slope_alone",
            "Your da is the slope of tanh alone. What arrives at h, dh, is a factor of it.",
            (_DA, "da = 1 - h**2"),
        ),
        mistake(
            "matrix_product_with_the_slope",
            "You multiply dh with the slope by @. Each entry has its own slope: entry by entry, with *.",
            (_DA, "da = dh @ (1 - h**2)"),
        ),
        mistake(
            "bias_one_number",
            "Your dbh is one number: it is summed over the units too. Each unit has a bias of its own.",
            ("da.sum(axis=0)", "da.sum()"),
        ),
        mistake(
            "negated",
            """All of your gradients have the wrong sign. Is your slope h^2 - 1? It is 1 - h^2. And the minus
            of gradient *descent* belongs to the step that is taken with them.""",
            (_DA, "da = -dh * (1 - h**2)"),
        ),
        mistake(
            "parameters_first",
            "You return the parameters first. The order is dx_t, dh_prev, dWxh, dWhh, dbh.",
            _returns("return x_t.T @ da, h_prev.T @ da, da.sum(axis=0), da @ Wxh.T, da @ Whh.T"),
        ),
        mistake(
            "dh_added",
            "You add dh to your dh_prev. h_prev acts on the loss through the sum inside tanh only.",
            ("da @ Whh.T", "da @ Whh.T + dh"),
        ),
        mistake(
            "no_parentheses",
            "You compute (dh * 1) - h^2. The slope 1 - h^2 needs parentheses before it is multiplied.",
            (_DA, "da = dh * 1 - h**2"),
        ),
        mistake(
            "slope_with_plus",
            "Your slope is 1 + h^2. The slope of tanh is never above 1: 1 - h^2.",
            (_DA, "da = dh * (1 + h**2)"),
        ),
    ),
    other_ways=(
        other_way(
            "einsum",
            source="""
            def rnn_step_backward(dh, x_t, h_prev, h, Wxh, Whh):
                da = np.einsum("nh,nh->nh", dh, 1 - h * h)
                return (
                    np.einsum("nh,dh->nd", da, Wxh),
                    np.einsum("ng,hg->nh", da, Whh),
                    np.einsum("nd,nh->dh", x_t, da),
                    np.einsum("ng,nh->gh", h_prev, da),
                    np.einsum("nh->h", da),
                )
            """,
        ),
        other_way(
            "per_example",
            source="""
            def rnn_step_backward(dh, x_t, h_prev, h, Wxh, Whh):
                dx, dp = [], []
                dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros(len(Whh))
                for g, x, before, after in zip(dh, x_t, h_prev, h):
                    da = g - g * after * after
                    dx.append(Wxh @ da)
                    dp.append(Whh @ da)
                    dWxh += np.outer(x, da)
                    dWhh += np.outer(before, da)
                    dbh += da
                return dx, dp, dWxh, dWhh, dbh
            """,
        ),
        other_way(
            "columns",
            source="""
            def rnn_step_backward(upstream, inputs, before, after, U, W, slope=None):
                slope = slope or (lambda y: (1 + y) * (1 - y))
                da = (upstream * slope(after)).T
                return (U @ da).T, (W @ da).T, (da @ inputs).T, (da @ before).T, da.sum(axis=1)
            """,
        ),
        other_way(
            "helper",
            source="""
            def _product_backward(upstream, left, right):
                return np.dot(upstream, right.T), np.dot(left.T, upstream)

            def rnn_step_backward(dh, x_t, h_prev, h, Wxh, Whh):
                da = dh * (1 - np.square(h))
                dx_t, dWxh = _product_backward(da, x_t, Wxh)
                dh_prev, dWhh = _product_backward(da, h_prev, Whh)
                return dx_t, dh_prev, dWxh, dWhh, np.ones(len(da)) @ da
            """,
        ),
    ),
)
