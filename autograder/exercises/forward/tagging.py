"""Notebook 02: a model with an answer at every step."""

from __future__ import annotations

import numpy as np

from autograder.course.exercise import Exercise, Invariant, mistake, other_way
from autograder.exercises.forward.draws import reversed_batch
from autograder.exercises.forward.models import GROUPS, cell_mistakes, output_mistakes, questions
from autograder.exercises.forward.told import NO_OUTPUT_BIAS, SOFTMAX_TWICE

TAG_FORWARD = Exercise(
    id="tag_forward",
    questions=questions,
    core="the probabilities at every step, for a whole batch",
    uses=("rnn_forward", "rnn_step", "softmax"),
    groups=GROUPS,
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x", "h0"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant(
            "prefix",
            "the numbers, with the first step only",
            lambda i: i | {"x": i["x"][:, :1].copy()},
            lambda i, first, j, second: np.allclose(first[:, :1], second),
        ),
        Invariant(
            "undecided",
            "the numbers, with Why = 0 and by = 0",
            lambda i: i | {"Why": np.zeros_like(i["Why"]), "by": np.zeros_like(i["by"])},
            lambda i, first, j, second: np.allclose(second, 1 / len(i["by"])),
        ),
    ),
    hints=(
        "What differs from sentiment_forward? Only which states the output layer reads.",
        "h has shape (N, T, H). What shape does h @ Why have? Over which axis must the result add up to 1?",
        "No index on h this time: all states times Why, plus by, then a softmax that works on the last axis.",
    ),
    mistakes=(
        mistake(
            "only_last_step",
            "You return one answer, from the last state. Here every step has its own: (N, T, K).",
            ("h @ Why", "h[:, -1] @ Why"),
        ),
        mistake(
            "softmax_over_time",
            """Your softmax runs over time, so for each tag the steps add up to 1. At each step the K tags
            should. Does your softmax say axis=1 where it should say the last?""",
            ("softmax(h @ Why + by)", "softmax((h @ Why + by).swapaxes(1, 2)).swapaxes(1, 2)"),
        ),
        mistake(
            "softmax_over_batch",
            "Your softmax runs over the batch. At each step of each example, the K tags must add up to 1.",
            ("softmax(h @ Why + by)", "softmax((h @ Why + by).swapaxes(0, 2)).swapaxes(0, 2)"),
        ),
        mistake(
            "softmax_over_everything",
            "The K tags of all steps of an example together add up to 1. Each step must do so by itself.",
            (
                "softmax(h @ Why + by)",
                "softmax((h @ Why + by).reshape(len(x), -1)).reshape(*x.shape[:2], -1)",
            ),
        ),
        mistake(
            "logits_returned",
            "You return the logits. A softmax over the last axis is missing.",
            ("softmax(h @ Why + by)", "h @ Why + by"),
        ),
        mistake(
            "sigmoid",
            "You apply the logistic sigmoid to each logit. The K tags of a step must add up to 1: softmax.",
            ("softmax(h @ Why + by)", "1 / (1 + np.exp(-(h @ Why + by)))"),
        ),
        mistake(
            "class_returned",
            "You return the most likely tag of each step. Asked for are the probabilities of all K.",
            ("softmax(h @ Why + by)", "(h @ Why + by).argmax(axis=-1)"),
        ),
        mistake(
            "time_first",
            "Your answer has time and batch swapped, (T, N, K). In this course the batch comes first.",
            ("softmax(h @ Why + by)", "softmax(h @ Why + by).swapaxes(0, 1)"),
        ),
        mistake(
            "flattened",
            "Batch and time are one axis in your answer, (N * T, K). Give it the shape (N, T, K) again.",
            ("softmax(h @ Why + by)", "softmax(h @ Why + by).reshape(-1, len(by))"),
        ),
        mistake(
            "last_state_repeated",
            "Every step of your answer is that of the last state. Each step reads its own state.",
            ("h @ Why", "np.repeat(h[:, -1:], h.shape[1], axis=1) @ Why"),
        ),
        mistake(
            "running_mean",
            "You average the states up to each step. Each answer reads the state of its own step only.",
            ("h @ Why", "h.cumsum(axis=1) / np.arange(1, h.shape[1] + 1)[:, None] @ Why"),
        ),
        mistake(
            "output_reversed",
            "Your answers are in reverse order: the first place must hold the first step.",
            ("softmax(h @ Why + by)", "softmax(h[:, ::-1] @ Why + by)"),
        ),
        mistake("no_output_bias", NO_OUTPUT_BIAS, (" + by", "")),
        mistake(
            "bias_after_softmax",
            """You add by after the softmax, so the tags of a step no longer add up to 1. It belongs to
            the logits.""",
            ("softmax(h @ Why + by)", "softmax(h @ Why) + by"),
        ),
        mistake(
            "softmax_twice",
            SOFTMAX_TWICE,
            ("softmax(h @ Why + by)", "softmax(softmax(h @ Why + by))"),
        ),
        *output_mistakes(),
        *cell_mistakes("tag_forward"),
    ),
    other_ways=(
        other_way("einsum", ("h @ Why", 'np.einsum("nth,hk->ntk", h, Why)')),
        other_way(
            "one_loop",
            source="""
            def tag_forward(x, h0, Wxh, Whh, bh, Why, by):
                h, out = h0, []
                for t in range(x.shape[1]):
                    h = rnn_step(x[:, t], h, Wxh, Whh, bh)
                    out.append(softmax(h @ Why + by))
                return np.stack(out, axis=1)
            """,
        ),
        other_way(
            "flattened_inside",
            source="""
            def tag_forward(x, h0, Wxh, Whh, bh, Why, by):
                N, T, _ = x.shape
                h = rnn_forward(x, h0, Wxh, Whh, bh).reshape(N * T, -1)
                return softmax(np.dot(h, Why) + by).reshape(N, T, -1)
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def tag_forward(x, h0, Wxh, Whh, bh, Why, by):
                batch = []
                for sequence, h in zip(x, h0):
                    tags = []
                    for x_t in sequence:
                        h = np.tanh(x_t @ Wxh + h @ Whh + bh)
                        logits = h @ Why + by
                        e = np.exp(logits - logits.max())
                        tags.append(e / e.sum())
                    batch.append(tags)
                return batch
            """,
        ),
        other_way(
            "step_by_step_prefixes",
            source="""
            def _last(x, *parameters):
                return rnn_forward(x, *parameters)[:, -1]

            def tag_forward(x, h0, Wxh, Whh, bh, V, c, tags=None):
                out = np.zeros(x.shape[:2] + c.shape)
                for t in range(x.shape[1]):
                    out[:, t] = softmax(_last(x[:, : t + 1], h0, Wxh, Whh, bh) @ V + c)
                return out
            """,
        ),
    ),
)
