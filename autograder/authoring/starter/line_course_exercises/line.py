"""Notebook 01: what is asked of each function, which mistakes are known, which other ways are right.

A mistake is an edit of the solution in ``solutions/01_line.py`` that applies exactly once, or a whole cell. Its
hint says what happened and why it is wrong, and does not write the right line.
"""

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
from rnncourse.checking.caseset import Group


def _predict(draw: Draw) -> Iterator[Question]:
    """Yield questions: sizes are all different, numbers of order 1, so that no mistake hides."""
    N, D = sizes(draw, "N", "D")
    yield ask(x=weights(draw, N, D), w=weights(draw, D), b=1.5)
    yield ask(x=weights(draw, D, N), w=weights(draw, N), b=-0.75)
    yield ask("one", x=weights(draw, 1, D), w=weights(draw, D), b=0.5)
    yield ask("feature", x=weights(draw, N, 1), w=weights(draw, 1), b=0.5)
    yield ask("zero", x=zeroed(weights(draw, 4, 3), 1), w=weights(draw, 3), b=2.5)


PREDICT = Exercise(
    id="predict",
    questions=_predict,
    core="all values of a batch",
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("feature", "a single feature (D = 1)"),
        Group("zero", "an example that is all zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the same values when the examples are reordered",
            lambda inputs: inputs | {"x": inputs["x"][::-1].copy()},
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
    ),
    hints=(
        "Write the shapes under the formula: (N, D) times (D,), plus a number. Which operator multiplies them?",
        "The product sums over the features. How often is b added to each example?",
        "One line does it: the matrix product of x and w, plus b.",
    ),
    mistakes=(
        mistake("no_bias", "There is no bias in your answer: b is not used.", ("x @ w + b", "x @ w")),
        mistake("bias_subtracted", "The bias has the wrong sign: it is added.", ("x @ w + b", "x @ w - b")),
        mistake(
            "bias_per_feature",
            "You add the bias to every feature, so it counts D times. It is added once for each example.",
            ("x @ w + b", "(x * w + b).sum(axis=1)"),
        ),
        mistake(
            "bias_inside",
            "You add the bias to x before the product, so it is multiplied by the weights. It comes after them.",
            ("x @ w + b", "(x + b) @ w"),
        ),
        mistake(
            "mean_of_features",
            "You take the mean over the features. The model adds them up.",
            ("x @ w + b", "(x * w).mean(axis=1) + b"),
        ),
        mistake("no_weights", "The weights are not used.", ("x @ w + b", "x.sum(axis=1) + b")),
        mistake(
            "first_feature",
            "Only the first feature counts in your answer. All D of them do.",
            ("x @ w + b", "x[:, 0] * w[0] + b"),
        ),
        mistake(
            "column",
            "Your answer is a column of shape (N, 1). One number for each example is asked for: shape (N,).",
            ("x @ w + b", "(x @ w + b)[:, None]"),
        ),
        mistake(
            "not_summed",
            "You multiply entry by entry with * and do not add the features up, so that D numbers are left for each.",
            ("x @ w + b", "x * w + b"),
        ),
    ),
    other_ways=(
        other_way("einsum", ("x @ w", 'np.einsum("nd,d->n", x, w)')),
        other_way("sum_of_products", ("x @ w", "(x * w).sum(axis=1)")),
        other_way(
            "loops",
            source="""
            def predict(x, w, b):
                return [sum(value * weight for value, weight in zip(row, w)) + b for row in x]
            """,
        ),
    ),
)


def _gradient(draw: Draw) -> Iterator[Question]:
    N, D = sizes(draw, "N", "D")
    yield ask(x=weights(draw, N, D), y=weights(draw, N), w=weights(draw, D), b=1.5)
    yield ask(x=weights(draw, D, N), y=weights(draw, D), w=weights(draw, N), b=-0.75)
    yield ask("one", x=weights(draw, 1, D), y=weights(draw, 1), w=weights(draw, D), b=0.5)
    yield ask("feature", x=weights(draw, N, 1), y=weights(draw, N), w=weights(draw, 1), b=0.5)


GRADIENT = Exercise(
    id="gradient",
    questions=_gradient,
    core="both derivatives",
    parts=("dw", "db"),
    uses=("predict",),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("feature", "a single feature (D = 1)"),
    ),
    hints=(
        "The error of each example has shape (N,). dw has shape (D,): what is summed over, and with which product?",
        "Derive the square first: where does its factor go? Then the mean: what do you divide by?",
        "dw is 2/N times x transposed times the error; db is 2/N times the sum of the errors.",
    ),
    mistakes=(
        mistake(
            "uphill",
            "Both derivatives have the wrong sign: the error is what the model says minus the target.",
            ("predict(x, w, b) - y", "y - predict(x, w, b)"),
        ),
        mistake(
            "no_factor_two",
            "The square has a factor 2 when it is differentiated, and it is in neither of your derivatives.",
            ("2 * x.T", "x.T"),
            ("2 * np.sum", "np.sum"),
        ),
        mistake(
            "no_factor_two_in_db",
            "The derivative of the square has a factor 2. In dw you have it, in db you do not.",
            ("2 * np.sum", "np.sum"),
        ),
        mistake(
            "sum_not_mean",
            "These are the derivatives of the sum of squares. The loss is their mean: something divides both.",
            ("@ error / len(y)", "@ error"),
            ("np.sum(error) / len(y)", "np.sum(error)"),
        ),
        mistake(
            "db_is_a_sum",
            "Your db is that of the sum of squares, while your dw is that of their mean.",
            ("np.sum(error) / len(y)", "np.sum(error)"),
        ),
        mistake(
            "divided_by_features",
            "You divide by the number of features D. The mean is over the N examples.",
            ("@ error / len(y)", "@ error / x.shape[1]"),
            ("np.sum(error) / len(y)", "np.sum(error) / x.shape[1]"),
        ),
        mistake(
            "absolute_error",
            "You use the sign of the error and not its size, which is the derivative of the absolute error.",
            ("predict(x, w, b) - y", "np.sign(predict(x, w, b) - y)"),
        ),
        mistake(
            "target_left_out",
            "Your error is what the model says: the target y is not taken away from it.",
            ("predict(x, w, b) - y", "predict(x, w, b)"),
        ),
        mistake(
            "mean_features_times_mean_error",
            "You multiply the mean of the features by the mean of the errors. A mean of products is another number.",
            ("2 * x.T @ error / len(y)", "2 * x.mean(axis=0) * error.mean()"),
        ),
        mistake(
            "features_left_out_of_dw",
            "Each entry of your dw is db: the features, by which the error of each example counts, are missing.",
            ("2 * x.T @ error / len(y)", "2 * np.full(len(w), error.mean())"),
        ),
    ),
    other_ways=(
        other_way("left_product", ("2 * x.T @ error", "2 * error @ x")),
        other_way("means", ("2 * np.sum(error) / len(y)", "2 * error.mean()")),
        other_way(
            "loops",
            source="""
            def gradient(x, y, w, b):
                dw, db = np.zeros(len(w)), 0.0
                for row, target in zip(x, y):
                    slope = 2 * (sum(row * w) + b - target) / len(y)
                    dw += slope * row
                    db += slope
                return dw, db
            """,
        ),
    ),
)


def _fit(draw: Draw) -> Iterator[Question]:
    N, D = sizes(draw, "N", "D")
    yield ask(x=weights(draw, N, D), y=weights(draw, N) + 1, rate=0.1, steps=4)
    yield ask(x=weights(draw, D, N), y=weights(draw, D) - 1, rate=0.05, steps=7)
    yield ask("one", x=weights(draw, N, D), y=weights(draw, N) + 1, rate=0.1, steps=1)
    yield ask("none", x=weights(draw, N, D), y=weights(draw, N) + 1, rate=0.1, steps=0)


FIT = Exercise(
    id="fit",
    questions=_fit,
    core="the parameters after several steps",
    parts=("w", "b"),
    uses=("gradient",),
    groups=(Group("one", "a single step"), Group("none", "no step at all")),
    hints=(
        "Where does it start, what does one step do, and how often?",
        "Both derivatives belong to the parameters before the step. Which sign leads downhill?",
        "In a loop: dw, db = gradient(x, y, w, b), then w minus rate times dw, and the same for b.",
    ),
    mistakes=(
        mistake(
            "uphill",
            "You add the gradient, which climbs: the loss grows with each step.",
            ("w - rate * dw", "w + rate * dw"),
            ("b - rate * db", "b + rate * db"),
        ),
        mistake(
            "bias_stays",
            "The bias stays at 0: it is a parameter too, and moves with each step.",
            ("b - rate * db", "b"),
        ),
        mistake("weights_stay", "The weights stay at 0: only the bias moves.", ("w - rate * dw", "w")),
        mistake(
            "one_step_more", "You take one step more than asked for.", ("range(steps)", "range(steps + 1)")
        ),
        mistake(
            "one_step_less", "You take one step less than asked for.", ("range(steps)", "range(1, steps)")
        ),
        mistake(
            "starts_at_ones",
            "Your weights start at 1. They start at 0.",
            ("np.zeros(x.shape[1])", "np.ones(x.shape[1])"),
        ),
        mistake(
            "rate_left_out",
            "The rate is not used: each step is as long as the gradient.",
            ("w - rate * dw", "w - dw"),
            ("b - rate * db", "b - db"),
        ),
        mistake(
            "one_after_the_other",
            "The bias moves by a derivative that was computed after the weights had moved. Both belong to one place.",
            ("w = w - rate * dw\n", "w = w - rate * dw\n        _, db = gradient(x, y, w, b)\n"),
        ),
        mistake(
            "gradient_of_the_start",
            "You compute the gradient once, at the start. It changes with every step.",
            source="""
            def fit(x, y, rate, steps):
                w, b = np.zeros(x.shape[1]), 0.0
                dw, db = gradient(x, y, w, b)
                for _ in range(steps):
                    w = w - rate * dw
                    b = b - rate * db
                return w, b
            """,
        ),
    ),
    other_ways=(
        other_way("in_place", ("w = w - rate * dw", "w -= rate * dw")),
        other_way(
            "while",
            source="""
            def fit(x, y, rate, steps):
                w, b, done = np.zeros(x.shape[1]), 0.0, 0
                while done < steps:
                    slopes = gradient(x, y, w, b)
                    w, b = w - rate * slopes[0], b - rate * slopes[1]
                    done += 1
                return w, b
            """,
        ),
    ),
)

EXERCISES = (PREDICT, GRADIENT, FIT)
