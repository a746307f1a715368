"""Notebook 03: backwards through one step."""

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
from autograder.exercises.bptt.told import BIAS_KEEPS_BATCH_AXIS, BIAS_MEAN, SLOPE_OF_SIGMOID, SWAPPED_WEIGHTS
from autograder.exercises.forward.draws import few, reversed_batch
from autograder.exercises.told import DWHH_TRANSPOSED, MEAN_OVER_BATCH
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
        "One quantity serves all five: da, the gradient of the sum inside tanh, of shape (N, H). Get it first.",
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
            "slope_kept_above_a_hundredth",
            """You keep the slope of tanh at 0.01 or more. Where a state is near 1 or -1 the gradient does vanish, and
            a gradient that does not is wrong.""",
            (_DA, "da = dh * np.maximum(1 - h**2, 0.01)"),
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
            SLOPE_OF_SIGMOID,
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
        *(
            mistake(
                f"last_example_only{name}",
                """Only the last example is in your gradients of the parameters: a loop puts each in place of
                the one before.
                The whole batch used the same weights, so its terms add up.""",
                ("x_t.T @ da", "x_t[-1:].T @ da[-1:]"),
                ("h_prev.T @ da", "h_prev[-1:].T @ da[-1:]"),
                *more,
            )
            for name, more in (("", (("da.sum(axis=0)", "da[-1]"),)), ("_in_the_weights", ()))
        ),
        mistake(
            "new_state_in_dwhh",
            "Your dWhh uses the new state h. In the sum, Whh stands beside h_prev.",
            ("h_prev.T @ da", "h.T @ da"),
        ),
        mistake(
            "dwhh_transposed",
            DWHH_TRANSPOSED,
            ("h_prev.T @ da", "da.T @ h_prev"),
        ),
        mistake(
            "dwxh_transposed",
            "Your dWxh is transposed. A gradient has the shape of what it belongs to, here (D, H).",
            ("x_t.T @ da", "da.T @ x_t"),
        ),
        mistake(
            "mean_over_batch",
            MEAN_OVER_BATCH,
            ("x_t.T @ da", "x_t.T @ da / len(dh)"),
            ("h_prev.T @ da", "h_prev.T @ da / len(dh)"),
            ("da.sum(axis=0)", "da.mean(axis=0)"),
        ),
        mistake(
            "bias_mean",
            BIAS_MEAN,
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
            BIAS_KEEPS_BATCH_AXIS,
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
            SWAPPED_WEIGHTS,
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
