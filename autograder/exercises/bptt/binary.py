"""Notebook 03: the loss of a yes or no."""

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
    weights,
)
from autograder.exercises.bptt.losses import rows_reversed
from autograder.exercises.bptt.told import BASE_TWO
from autograder.exercises.forward.draws import reversed_batch
from autograder.exercises.told import LOSS_ONLY
from rnncourse.checking.caseset import Group


def _binary_cross_entropy(draw: Draw) -> Iterator[Question]:
    yield ask(logits=weights(draw, 5, scale=2.0), d=np.array([1.0, 0.0, 0.0, 1.0, 1.0]))
    yield ask(logits=weights(draw, 3, scale=2.0), d=np.array([0.0, 1.0, 0.0]))
    yield ask("one", logits=weights(draw, 1, scale=2.0), d=np.ones(1))
    far = np.array([900.0, -900.0, 800.0, -750.0, 45.0, -45.0])
    yield ask("large", logits=far, d=np.array([1.0, 0.0, 0.0, 1.0, 0.0, 1.0]))
    yield ask("zeros", logits=np.zeros(3), d=np.array([1.0, 0.0, 0.5]))
    yield ask("soft", logits=weights(draw, 4), d=np.round(draw.uniform(0.1, 0.9, 4), 3))


_BCE = "np.maximum(logits, 0) - logits * d + np.log1p(np.exp(-np.abs(logits)))"


BINARY_CROSS_ENTROPY = Exercise(
    id="binary_cross_entropy",
    questions=_binary_cross_entropy,
    core="loss and gradient for ordinary logits",
    parts=("loss", "dlogits"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("large", "logits as large as 900", 2.0),
        Group("zeros", "logits of 0"),
        Group("soft", "targets between 0 and 1"),
    ),
    invariants=(
        Invariant(
            "mirrored",
            "the numbers, with the signs of the logits and the classes changed",
            lambda i: {"logits": -i["logits"], "d": 1 - i["d"]},
            lambda i, first, j, second: bool(
                np.allclose(first[0], second[0]) and np.allclose(first[1], -second[1])
            ),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "logits", "d"),
            rows_reversed,
        ),
    ),
    hints=(
        "The gradient is the short one: the sigmoid of the logit, minus the target. For the loss use "
        "the form with max(z, 0), which the text derives.",
        "Three terms for each example: np.maximum(z, 0), minus z d, plus the logarithm of 1 + exp(-|z|). "
        "np.log1p(e) is log(1 + e).",
        "For a sigmoid without overflow, take e = exp(-|z|), which never exceeds 1. It is 1 / (1 + e) "
        "where z is positive or 0 and e / (1 + e) where it is negative: np.where chooses.",
    ),
    mistakes=(
        mistake(
            "one_minus_p_rounded",
            """You take the logarithm of 1 - p. Where p is nearly 1, that difference has lost its digits, and the loss
            is wrong or infinite. Write log(1 - p) in terms of the logit.""",
            (
                "loss = np.maximum(logits, 0) - logits * d + np.log1p(np.exp(-np.abs(logits)))",
                "loss = d * np.logaddexp(0, -logits) - (1 - d) * np.log(\n"
                "        1 - np.minimum(1 / (1 + np.exp(-logits)), 1 - 1e-16)\n    )",
            ),
        ),
        mistake(
            "sign",
            """Your gradient has the wrong sign: it is sigmoid minus target, and points to where the loss
            grows.""",
            ("p - d", "d - p"),
        ),
        mistake(
            "loss_sign",
            "Your loss is negative: the minus in front of the logarithms is missing.",
            ("return loss.sum()", "return -loss.sum()"),
        ),
        mistake(
            "gradient_of_p",
            """Your gradient is that with respect to the probability. One more factor leads to the logit,
            the slope of the sigmoid p (1 - p), and then almost everything cancels.""",
            ("p - d", "(p - d) / (p * (1 - p))"),
        ),
        mistake(
            "slope_twice",
            """There is a factor p (1 - p) too many in your gradient. The slope of the sigmoid has cancelled
            already.""",
            ("p - d", "(p - d) * p * (1 - p)"),
        ),
        mistake(
            "mean",
            "You divide by N. Here loss and gradient are sums over the batch.",
            ("return loss.sum(), p - d", "return loss.mean(), (p - d) / len(d)"),
        ),
        mistake(
            "mean_in_the_loss",
            """Your loss is a mean and your gradient that of a sum. They must belong to the same function:
            the sum.""",
            ("loss.sum()", "loss.mean()"),
        ),
        mistake(
            "mean_in_the_gradient",
            """Your gradient is divided by N, your loss is not. They must belong to the same function: the
            sum.""",
            ("p - d", "(p - d) / len(d)"),
        ),
        mistake(
            "first_half_only",
            """Your loss counts only the examples with target 1: the term (1 - d) log(1 - p) is missing.""",
            (_BCE, "-d * (np.minimum(logits, 0) - np.log1p(np.exp(-np.abs(logits))))"),
        ),
        mistake(
            "formula_as_it_stands",
            """For ordinary logits you are right. For large ones something overflows: exp(-z), or the logarithm
            of a sigmoid that is exactly 0 in floating point. Put the formula together before you compute:
            see the form with max(z, 0).""",
            source="""
            def binary_cross_entropy(logits, d):
                p = 1 / (1 + np.exp(-logits))
                loss = -(d * np.log(p) + (1 - d) * np.log(1 - p))
                return loss.sum(), p - d
            """,
        ),
        mistake(
            "epsilon_in_the_log",
            """You add a tiny number inside the logarithms, or cut p off. That hides the infinity: the loss
            of a logit of -750 for class 1 is 750, and yours is about 30.""",
            source="""
            def binary_cross_entropy(logits, d):
                p = 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
                loss = -(d * np.log(p + 1e-12) + (1 - d) * np.log(1 - p + 1e-12))
                return loss.sum(), p - d
            """,
        ),
        mistake(
            "clipped",
            """You cut p off near 0 and 1. The loss stops growing there: that of a logit of -750 for class 1
            is 750, and yours is below 40.""",
            source="""
            def binary_cross_entropy(logits, d):
                p = 1 / (1 + np.exp(-np.clip(logits, -700, 700)))
                q = np.clip(p, 1e-15, 1 - 1e-15)
                loss = -(d * np.log(q) + (1 - d) * np.log(1 - q))
                return loss.sum(), p - d
            """,
        ),
        *(
            mistake(
                f"clipped_at_{number}".replace("-", "_"),
                f"""You cut p off at {number} and 1 - {number}. The loss stops growing there: that of a logit
                of -750 for class 1
                is 750, and yours is below 40.""",
                source=f"""
                def binary_cross_entropy(logits, d):
                    q = np.clip(1 / (1 + np.exp(-np.clip(logits, -700, 700))), {number}, 1 - {number})
                    loss = -(d * np.log(q) + (1 - d) * np.log(1 - q))
                    return loss.sum(), q - d
                """,
            )
            for number in ("1e-7", "1e-8", "1e-10", "1e-12")
        ),
        mistake(
            "base_two",
            BASE_TWO,
            ("return loss.sum()", "return loss.sum() / np.log(2)"),
        ),
        mistake(
            "squared",
            "Your loss is the squared error of the probabilities. Cross-entropy uses logarithms.",
            ("return loss.sum(), p - d", "return 0.5 * ((p - d) ** 2).sum(), (p - d) * p * (1 - p)"),
        ),
        mistake(
            "tanh_for_sigmoid",
            "You apply tanh to the logits, which gives numbers below 0. A probability needs the sigmoid.",
            ("p - d", "np.tanh(logits) - d"),
        ),
        mistake(
            "target_left_out",
            "Your gradient is the probability itself: the target is not subtracted.",
            ("p - d", "p"),
        ),
        mistake(
            "rounded_targets",
            """You treat the targets as yes or no. A target may lie between 0 and 1, as with a label of which
            somebody is only 80 % sure.""",
            ("    e = ", "    d = np.round(d)\n    e = "),
        ),
        mistake(
            "not_summed",
            "Your loss is an array with one number for each example. A loss is one number: their sum.",
            ("loss.sum()", "loss"),
        ),
        mistake(
            "loss_only",
            LOSS_ONLY,
            ("return loss.sum(), p - d", "return loss.sum()"),
        ),
        mistake(
            "sigmoid_of_the_size",
            """Your probability is the sigmoid of |z|, so it is never below 1/2. Where z is negative it is
            e / (1 + e) with e = exp(-|z|).""",
            ("np.where(logits >= 0, 1 / (1 + e), e / (1 + e))", "1 / (1 + e)"),
        ),
        mistake(
            "no_absolute_value",
            """Your loss has max(z, 0) and exp(-z). They belong to two forms of the formula: with max(z, 0)
            goes exp(-|z|).""",
            source="""
            def binary_cross_entropy(logits, d):
                with np.errstate(over="ignore"):
                    e = np.exp(-logits)
                loss = np.maximum(logits, 0) - logits * d + np.log1p(e)
                return loss.sum(), 1 / (1 + e) - d
            """,
        ),
        mistake(
            "classes_swapped",
            "Your loss charges class 1 with what class 0 costs, and the other way round.",
            ("- logits * d", "- logits * (1 - d)"),
        ),
        mistake(
            "gradient_summed",
            "Your gradient is one number. Each logit has its own: the gradient has shape (N,).",
            ("p - d", "(p - d).sum()"),
        ),
        mistake(
            "logits_cut_off",
            """You cut the logits off before you compute. The loss of a logit of -750 for class 1 is 750, and
            yours is the bound.""",
            ("    loss = ", "    logits = np.clip(logits, -50, 50)\n    loss = "),
        ),
        mistake(
            "yes_or_no_only",
            """Where d is not exactly 1 you take the cost of class 0. A target may lie between 0 and 1: then
            both parts of the loss count.""",
            ("    e = ", "    loss = np.where(d == 1, loss, loss + logits * d)\n    e = "),
        ),
        mistake(
            "yes_or_no_and_log",
            """Where d is not exactly 1 you take the cost of class 0, but a target may lie between 0 and 1:
            then both parts count. And for large logits your loss is infinite.""",
            source="""
            def binary_cross_entropy(logits, d):
                with np.errstate(over="ignore", divide="ignore"):
                    p = 1 / (1 + np.exp(-logits))
                    loss = np.where(d == 1, -np.log(p), -np.log(1 - p))
                return loss.sum(), p - d
            """,
        ),
        mistake(
            "largest_of_all",
            """np.max(z, 0) is the largest entry along axis 0, one number. Entry by entry, the larger of z and 0
            is np.maximum(z, 0).""",
            ("np.maximum(logits, 0)", "np.max(logits, 0)"),
        ),
        mistake(
            "log_without_one",
            "Your loss has log(e) where log(1 + e) belongs: np.log1p adds the 1, np.log does not.",
            ("np.log1p(", "np.log("),
        ),
        mistake(
            "one_added_twice",
            "Your loss has log(2 + e). np.log1p adds the 1 already.",
            ("np.log1p(", "np.log1p(1 + "),
        ),
        mistake(
            "sign_of_z_d",
            "Your loss adds z d. The larger the logit of a yes, the smaller the loss: subtract it.",
            ("- logits * d", "+ logits * d"),
        ),
        mistake(
            "first_form_for_all",
            """Your loss has (1 - d) z, which holds for z >= 0 only beside exp(-|z|). For both signs it is
            max(z, 0) - z d.""",
            ("np.maximum(logits, 0) - logits * d", "(1 - d) * logits"),
        ),
        mistake(
            "branches_swapped",
            "The two cases of your sigmoid are swapped: it is 1 / (1 + e) where z is positive or 0.",
            ("logits >= 0", "logits < 0"),
        ),
    ),
    other_ways=(
        other_way(
            "logaddexp",
            source="""
            def binary_cross_entropy(z, target):
                loss = np.logaddexp(0, z) - target * z
                return float(np.sum(loss)), np.exp(-np.logaddexp(0, -z)) - target
            """,
        ),
        other_way(
            "tanh_half",
            source="""
            def _sigmoid(z):
                return 0.5 * (1 + np.tanh(z / 2))

            def binary_cross_entropy(logits, d):
                loss = d * np.logaddexp(0, -logits) + (1 - d) * np.logaddexp(0, logits)
                return loss.sum(), _sigmoid(logits) - d
            """,
        ),
        other_way(
            "loop",
            source="""
            import math

            def binary_cross_entropy(logits, d, total=0.0):
                grads = []
                for z, t in zip(logits, d):
                    e = math.exp(-abs(z))
                    p = 1 / (1 + e) if z >= 0 else e / (1 + e)
                    total += max(z, 0) - z * t + math.log1p(e)
                    grads.append(p - t)
                return total, grads
            """,
        ),
        other_way(
            "two_branches",
            source="""
            def binary_cross_entropy(logits, d):
                log_p = np.where(logits >= 0, -np.log1p(np.exp(-np.abs(logits))),
                                 logits - np.log1p(np.exp(-np.abs(logits))))
                log_q = log_p - logits
                return -(d @ log_p + (1 - d) @ log_q), np.exp(log_p) - d
            """,
        ),
    ),
)
