"""Notebook 03: the squared error."""

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
from autograder.exercises.forward.draws import reversed_batch
from autograder.exercises.told import LOSS_ONLY, SWAPPED
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def rows_reversed(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether the loss is the same and the gradient has its rows reversed."""
    return bool(np.allclose(first[0], second[0]) and np.allclose(first[1][::-1], second[1]))


def _squared_error(draw: Draw) -> Iterator[Question]:
    N, T, K = sizes(draw, "N", "T", "K")
    yield ask(y=weights(draw, 4, 2), d=weights(draw, 4, 2))
    yield ask(y=weights(draw, N, T, K), d=weights(draw, N, T, K))
    yield ask("one", y=weights(draw, 1, 1), d=weights(draw, 1, 1))


SQUARED_ERROR = Exercise(
    id="squared_error",
    questions=_squared_error,
    core="loss and gradient, for two axes and for three",
    parts=("loss", "dy"),
    groups=(Group("one", "one example with one output (N = K = 1)"),),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "y", "d"),
            rows_reversed,
        ),
        Invariant(
            "farther",
            "the numbers, with y three times as far from d",
            lambda i: i | {"y": i["d"] + 3 * (i["y"] - i["d"])},
            lambda i, first, j, second: bool(
                np.allclose(9 * first[0], second[0]) and np.allclose(3 * first[1], second[1])
            ),
        ),
    ),
    hints=(
        "Differentiate (d - y)^2 / 2 with respect to y on paper, for single numbers. Mind the minus inside.",
        "The gradient has the shape of y and no sum in it. The loss is one number, the sum over all axes.",
        "With e = y - d, the gradient is e itself, and the loss is half the sum of its squares. Return both.",
    ),
    mistakes=(
        mistake(
            "sign",
            """Your gradient is d - y. It has to point to where the loss *grows*, and that is away from d.""",
            ("return 0.5 * (e**2).sum(), e", "return 0.5 * (e**2).sum(), -e"),
        ),
        mistake(
            "no_half",
            "Your loss lacks the factor 1/2. The gradient is right for the loss with it.",
            ("0.5 * (e**2).sum(), e", "(e**2).sum(), e"),
        ),
        mistake(
            "no_half_in_both",
            "The factor 1/2 is missing, so your loss and your gradient are both twice too large.",
            ("0.5 * (e**2).sum(), e", "(e**2).sum(), 2 * e"),
        ),
        mistake(
            "gradient_doubled",
            """Your loss is right, your gradient is twice too large: the 1/2 and the 2 that comes down from
            the square cancel.""",
            ("(e**2).sum(), e", "(e**2).sum(), 2 * e"),
        ),
        mistake(
            "gradient_halved",
            "Your loss is right. In the gradient the 2 from the square is missing, which the 1/2 cancels.",
            ("(e**2).sum(), e", "(e**2).sum(), 0.5 * e"),
        ),
        mistake(
            "last_step_of_three_axes",
            """Where y has three axes you count the last step only, in the loss and in the gradient. Every step
            has an output, and all of them are added up.""",
            source="""
            def squared_error(y, d):
                e = y - d
                if y.ndim == 3:
                    e = e * (np.arange(y.shape[1]) == y.shape[1] - 1)[:, None]
                return 0.5 * (e**2).sum(), e
            """,
        ),
        mistake(
            "mean_of_all",
            "You take means over all entries. In this course a loss is a sum unless the text says mean.",
            ("0.5 * (e**2).sum(), e", "0.5 * (e**2).mean(), e / e.size"),
        ),
        mistake(
            "mean_squared_error",
            """Yours is the mean of the squares, with its gradient. Half their *sum* is asked for: no
            division by the number
            of entries, and a factor 1/2.""",
            ("0.5 * (e**2).sum(), e", "(e**2).mean(), 2 * e / e.size"),
        ),
        mistake(
            "mean_in_the_loss",
            """Your loss is a mean, your gradient that of a sum: they do not belong to the same function.
            Use the sum in both.""",
            ("0.5 * (e**2).sum(), e", "0.5 * (e**2).mean(), e"),
        ),
        mistake(
            "mean_over_batch",
            "You divide by the number of examples. Here gradients and losses are sums over the batch.",
            ("0.5 * (e**2).sum(), e", "0.5 * (e**2).sum() / len(e), e / len(e)"),
        ),
        mistake(
            "not_summed",
            "Your loss is an array. A loss is one number: the sum over all entries.",
            ("(e**2).sum()", "(e**2)"),
        ),
        mistake(
            "gradient_summed",
            "Your gradient is one number. Each entry of y has its own: the gradient has the shape of y.",
            (".sum(), e", ".sum(), e.sum()"),
        ),
        mistake(
            "root",
            "You take the length of the difference, with a square root. The square itself is asked for.",
            ("0.5 * (e**2).sum()", "np.sqrt((e**2).sum())"),
        ),
        mistake(
            "absolute",
            "Your loss adds up absolute differences. Add up their squares.",
            ("0.5 * (e**2).sum(), e", "np.abs(e).sum(), np.sign(e)"),
        ),
        mistake(
            "square_of_the_sum",
            "You square the sum of the differences, where they cancel. Square each, then add.",
            ("(e**2).sum()", "e.sum() ** 2"),
        ),
        mistake(
            "loss_only",
            LOSS_ONLY,
            (".sum(), e", ".sum()"),
        ),
        mistake(
            "swapped",
            SWAPPED,
            ("return 0.5 * (e**2).sum(), e", "return e, 0.5 * (e**2).sum()"),
        ),
        mistake(
            "summed_over_outputs_only",
            "Your loss is an array: it is summed over the last axis only. Sum over the batch too.",
            ("(e**2).sum()", "(e**2).sum(axis=-1)"),
        ),
        mistake(
            "summed_over_batch_only",
            "Your loss is an array: it is summed over the first axis only. Sum over all axes.",
            ("(e**2).sum()", "(e**2).sum(axis=0)"),
        ),
        mistake(
            "negative_loss",
            "Your loss is negative. A sum of squares never is: the minus belongs to the inner derivative only.",
            ("return 0.5 *", "return -0.5 *"),
        ),
    ),
    other_ways=(
        other_way(
            "dot",
            source="""
            def squared_error(output, target):
                difference = (target - output).ravel()
                return float(difference @ difference) / 2, -(target - output)
            """,
        ),
        other_way("norm", ("(e**2).sum()", "np.linalg.norm(e) ** 2")),
        other_way("vdot", ("(e**2).sum()", "np.vdot(e, e)")),
        other_way(
            "loop",
            source="""
            def squared_error(y, d, half=0.5):
                dy, loss = np.zeros(y.shape), 0
                for index in np.ndindex(y.shape):
                    dy[index] = y[index] - d[index]
                    loss += half * dy[index] * dy[index]
                return [loss, dy]
            """,
        ),
    ),
)
