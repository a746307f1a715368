"""Notebook 02: many-to-one and many-to-many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Mistake, Question, ask, mistake, other_way
from autograder.exercises.forward.draws import at_rest, few, long, output_layer, reversed_batch, with_output
from autograder.exercises.forward.told import (
    BIAS_OUTSIDE,
    NO_OUTPUT_BIAS,
    SOFTMAX_TWICE,
    TANH_OF_PARTS,
    WHH_TRANSPOSED,
)
from rnncourse.checking.caseset import Group


def questions(draw: Draw) -> Iterator[Question]:
    """Yield what both models are asked."""
    N, T, D, H, K = few(draw, 5)
    yield ask(**with_output(draw, N, T, D, H, K))
    N, T, D, H, K = few(draw, 5)
    yield ask("one", **with_output(draw, 1, T, D, H, K))
    yield ask("single", **with_output(draw, N, 1, D, H, K))
    yield ask("square", **with_output(draw, 3, 3, 3, 3, 3))
    yield ask("class", **with_output(draw, 2, 4, 3, 5, 1))
    yield ask("zeros", **at_rest(draw, 2, 5, 4, 3), **output_layer(draw, 3, 2))
    for far in (800.0, -800.0):
        inputs = with_output(draw, 3, 2, 4, 2, 5)
        yield ask("far", **inputs | {"by": np.round(inputs["by"] * 64) / 64 + far})
    yield ask("long", **long(draw), **output_layer(draw, 3, 4))


GROUPS = (
    Group("one", "a batch of one example (N = 1)"),
    Group("single", "a sequence of one step (T = 1)"),
    Group("square", "all sizes equal, where shapes catch nothing"),
    Group("class", "a single class (K = 1), which is certain"),
    Group("zeros", "a state of zeros, and steps that are all zeros"),
    Group("far", "logits near 800 and near -800, beyond what exp can hold"),
    Group("long", "a sequence of 26 steps"),
)


_STATES = "h = rnn_forward(x, h0, Wxh, Whh, bh)  # (N, T, H)"


def _by_hand(name: str, step: str, read: str, last: str = "") -> str:
    """Return a cell that writes the loop out: `step` makes h from h and x_t, `read` makes logits."""
    return f"""
            def {name}(x, h0, Wxh, Whh, bh, Why, by):
                h, out = h0, []
                for t in range(x.shape[1]):
                    x_t, before = x[:, t], h
                    a = x_t @ Wxh + h @ Whh + bh
                    h = {step}
                    out.append({read})
                return softmax({last or "np.stack(out, axis=1)"})
            """


_BEFORE = """Your output at step t reads the state of step t - 1, before the input of step t was used.
            Read the new state."""


_SHORT = "The last input is never read: your loop ends one step early."


_READ_TOO_EARLY = """Your output reads the state before the last input was used: the loop ends one step early,
            or the state is read before it is updated."""


_ENDS_EARLY = "The last input is not used: your loop ends one step early, or you read h[:, -2]."


_PLAIN = "(lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))("


_SIGMOID = "(lambda z: 1 / (1 + np.exp(-z)) if z.shape[-1] == 1 else softmax(z))("


def output_mistakes() -> tuple[Mistake, ...]:
    """Return the mistakes of a last layer that does not simply call softmax."""
    return (
        mistake(
            "exp_without_shift",
            """You write the softmax out without its shift. exp overflows above 709 and is 0 below -745, and
            both end in nan. Your own softmax subtracts the largest logit of each row first.""",
            ("return softmax(", f"return {_PLAIN}"),
        ),
        mistake(
            "sigmoid_for_one_class",
            """With a single class you take a sigmoid. The statement asks for rows that add up to 1: with
            K = 1 that is 1, whatever the logit is.""",
            ("return softmax(", f"return {_SIGMOID}"),
        ),
    )


def cell_mistakes(
    name: str, last: str = "", before: str = _BEFORE, short: str = _SHORT
) -> tuple[Mistake, ...]:
    """Return the mistakes of a loop that the student writes out again."""
    read = "h @ Why + by"
    return (
        mistake(
            "from_the_sum",
            """Your output reads the sum before the activation. It reads the state, which is what comes out of
            tanh.""",
            source=_by_hand(name, "np.tanh(a)", "a @ Why + by", last),
        ),
        mistake(
            "from_the_state_before",
            before,
            source=_by_hand(name, "np.tanh(a)", "before @ Why + by", last),
        ),
        mistake(
            "no_activation",
            "There is no tanh in your loop, so the network is a linear filter.",
            source=_by_hand(name, "a", read, last),
        ),
        mistake(
            "bias_outside",
            BIAS_OUTSIDE,
            source=_by_hand(name, "np.tanh(a - bh) + bh", read, last),
        ),
        mistake(
            "tanh_of_parts",
            TANH_OF_PARTS,
            source=_by_hand(name, "np.tanh(x_t @ Wxh) + np.tanh(h @ Whh) + np.tanh(bh)", read, last),
        ),
        mistake(
            "whh_transposed",
            WHH_TRANSPOSED,
            source=_by_hand(name, "np.tanh(x_t @ Wxh + h @ Whh.T + bh)", read, last),
        ),
        mistake(
            "logits_bent",
            "You apply tanh to the logits. The output layer has no tanh: its activation is the softmax.",
            source=_by_hand(name, "np.tanh(a)", "np.tanh(h @ Why + by)", last),
        ),
        mistake(
            "h0_ignored",
            "Your network starts from zeros: h0 is not used.",
            (_STATES, _STATES.replace("h0", "0 * h0")),
        ),
        mistake(
            "state_not_carried",
            """Only h0 and the input of the step itself decide: every step starts from h0 again. Carry the
            state from step to step.""",
            source=_by_hand(name, "np.tanh(x_t @ Wxh + h0 @ Whh + bh)", read, last),
        ),
        mistake(
            "input_reversed",
            "Your network reads the sequence from its end. Read it in its order, from x[:, 0] on.",
            (_STATES, _STATES.replace("(x,", "(x[:, ::-1],")),
        ),
        mistake(
            "last_input_dropped",
            short,
            source=_by_hand(name, "np.tanh(a)", read, last).replace(
                "range(x.shape[1])", "range(x.shape[1] - 1)"
            ),
        ),
    )


SENTIMENT_FORWARD = Exercise(
    id="sentiment_forward",
    questions=questions,
    core="the probabilities of a whole batch",
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
            "same_bias",
            "the numbers, with a constant added to by",
            lambda i: i | {"by": i["by"] + 2.5},
            lambda i, first, j, second: np.allclose(first, second),
        ),
        Invariant(
            "undecided",
            "the numbers, with Why = 0 and by = 0",
            lambda i: i | {"Why": np.zeros_like(i["Why"]), "by": np.zeros_like(i["by"])},
            lambda i, first, j, second: np.allclose(second, 1 / len(i["by"])),
        ),
    ),
    hints=(
        "Three stages: all states, then one state, then probabilities. You have a function for the first "
        "and for the last.",
        "rnn_forward gives (N, T, H). Which index on the second axis is the last step? What is left has "
        "shape (N, H).",
        "The logits are that state times Why, plus by: (N, H) times (H, K) is (N, K). Return their softmax.",
    ),
    mistakes=(
        mistake(
            "first_state",
            """You read the first state, which has seen one word. The one that has seen everything is at
            the other end.""",
            ("h[:, -1]", "h[:, 0]"),
        ),
        mistake(
            "last_example",
            """h[-1] is the last *example* of the batch, with all its steps. Time is on the second axis.""",
            ("h[:, -1]", "h[-1]"),
        ),
        mistake(
            "last_unit",
            "You take the last hidden *unit* of every step: h[..., -1]. Time is on the second axis.",
            ("h[:, -1]", "h[..., -1]"),
        ),
        mistake(
            "every_state",
            """You return probabilities for every step, of shape (N, T, K). One answer for the whole
            sequence is asked for.""",
            ("h[:, -1]", "h"),
        ),
        mistake(
            "keeps_the_time_axis",
            """Your answer has an axis too many, (N, 1, K): a slice such as -1: keeps the axis of time. An
            index drops it.""",
            ("h[:, -1]", "h[:, -1:]"),
        ),
        mistake(
            "mean_of_states",
            """You average the states over time. That is a known variant, but here the answer is read from
            the last state.""",
            ("h[:, -1]", "h.mean(axis=1)"),
        ),
        mistake(
            "sum_of_states",
            "You add up the states over time. Read the last one only.",
            ("h[:, -1]", "h.sum(axis=1)"),
        ),
        mistake(
            "largest_states",
            "You take the largest value of each unit over time. Read the last state only.",
            ("h[:, -1]", "h.max(axis=1)"),
        ),
        mistake(
            "mean_of_answers",
            "You average the probabilities over all steps. Read one answer, from the last state.",
            ("softmax(h[:, -1] @ Why + by)", "softmax(h @ Why + by).mean(axis=1)"),
        ),
        mistake(
            "logits_returned",
            "You return the logits. They may be negative and do not add up to 1: a softmax is missing.",
            ("softmax(h[:, -1] @ Why + by)", "h[:, -1] @ Why + by"),
        ),
        mistake(
            "sigmoid",
            """You apply the logistic sigmoid to each logit. The probabilities of the K classes must add
            up to 1: softmax.""",
            ("softmax(h[:, -1] @ Why + by)", "1 / (1 + np.exp(-(h[:, -1] @ Why + by)))"),
        ),
        mistake(
            "sigmoids_normalised",
            """You put each logit through a sigmoid and divide by their sum. The rows add up to 1, but a
            sigmoid flattens
            large logits; the softmax takes the exponential of each.""",
            (
                "return softmax(h[:, -1] @ Why + by)",
                "s = 1 / (1 + np.exp(-(h[:, -1] @ Why + by)))\n    return s / s.sum(axis=1, keepdims=True)",
            ),
        ),
        mistake(
            "softmax_over_batch",
            """Your softmax runs over the batch, so the columns add up to 1. Each example has its own K
            probabilities.""",
            ("softmax(h[:, -1] @ Why + by)", "softmax((h[:, -1] @ Why + by).T).T"),
        ),
        mistake(
            "class_returned",
            "You return the number of the most likely class. Asked for are the probabilities of all K.",
            ("softmax(h[:, -1] @ Why + by)", "softmax(h[:, -1] @ Why + by).argmax(axis=1)"),
        ),
        mistake("no_output_bias", NO_OUTPUT_BIAS, (" + by", "")),
        mistake(
            "bias_after_softmax",
            "You add by after the softmax, so the rows no longer add up to 1. It belongs to the logits.",
            ("softmax(h[:, -1] @ Why + by)", "softmax(h[:, -1] @ Why) + by"),
        ),
        mistake(
            "softmax_twice",
            SOFTMAX_TWICE,
            ("softmax(h[:, -1] @ Why + by)", "softmax(softmax(h[:, -1] @ Why + by))"),
        ),
        *output_mistakes(),
        *cell_mistakes("sentiment_forward", "out[-1]", _READ_TOO_EARLY, _ENDS_EARLY),
    ),
    other_ways=(
        other_way(
            "one_loop",
            source="""
            def sentiment_forward(x, h0, Wxh, Whh, bh, Why, by):
                h = h0
                for t in range(x.shape[1]):
                    h = rnn_step(x[:, t], h, Wxh, Whh, bh)
                z = h @ Why + by
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True)
            """,
        ),
        other_way(
            "every_step_then_last",
            ("softmax(h[:, -1] @ Why + by)", 'softmax(np.einsum("nth,hk->ntk", h, Why) + by)[:, -1]'),
        ),
        other_way(
            "example_by_example",
            source="""
            def sentiment_forward(x, h0, Wxh, Whh, bh, Why, by):
                answers = []
                for sequence, h in zip(x, h0):
                    for x_t in sequence:
                        h = np.tanh(x_t @ Wxh + h @ Whh + bh)
                    logits = h @ Why + by
                    e = [np.exp(z - max(logits)) for z in logits]
                    answers.append([v / sum(e) for v in e])
                return answers
            """,
        ),
        other_way(
            "helpers_and_other_names",
            source="""
            def _read_out(state, V, c):
                return softmax(state.dot(V) + c)

            def sentiment_forward(inputs, start, U, W, b, V, c, return_states=False):
                states = rnn_forward(inputs, start, U, W, b)
                return _read_out(states[:, states.shape[1] - 1, :], V, c)
            """,
        ),
    ),
)
