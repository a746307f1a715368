"""Notebook 03: backwards through the output layer."""

from __future__ import annotations

from collections.abc import Iterator

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
from autograder.exercises.bptt.step import all_doubled, doubled, rows_reversed
from autograder.exercises.bptt.told import NEGATED
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


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
            NEGATED,
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
