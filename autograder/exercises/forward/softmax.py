"""Notebook 02: softmax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def _softmax(draw: Draw) -> Iterator[Question]:
    N, T, K = sizes(draw, "N", "T", "K")
    yield ask(logits=weights(draw, N, K, scale=2.0))
    yield ask("steps", logits=weights(draw, N, T, K, scale=2.0))
    yield ask("one", logits=weights(draw, 1, K, scale=2.0))
    yield ask("square", logits=weights(draw, 4, 4, scale=2.0))
    yield ask("large", logits=_exact(draw, N, K) + 1000)
    yield ask("low", logits=_exact(draw, N, K) - 1000)
    yield ask("apart", logits=_exact(draw, N, K) + 1000.0 * np.arange(N)[:, None])
    yield ask("sure", logits=_exact(draw, N, K) + 3000.0 * np.eye(N, K))
    yield ask("sure", logits=_exact(draw, N, K) - 1000.0 * np.eye(N, K))
    yield ask("sure", logits=_exact(draw, N, K) - 14.0 * np.eye(N, K))
    yield ask("class", logits=weights(draw, N, 1, scale=2.0))
    yield ask("tie", logits=np.repeat(weights(draw, 3, 2, scale=2.0), 2, axis=1) * [[0.0], [1.0], [-1.0]])


def _exact(draw: Draw, N: int, K: int) -> np.ndarray[Any, Any]:
    """Return logits that float32 holds exactly, also with thousands added, so that it loses nothing there."""
    return np.asarray(np.round(draw.normal(0.0, 2.0, (N, K)) * 64) / 64)


_SHIFTED = "shifted = logits - logits.max(axis=-1, keepdims=True)  # (..., K), at most 0"


_DIVIDED = "e / e.sum(axis=-1, keepdims=True)"


SOFTMAX = Exercise(
    id="softmax",
    questions=_softmax,
    core="probabilities for each row of a batch",
    tolerance=Tolerance(relative=1e-9),
    groups=(
        Group("steps", "logits for every step, (N, T, K)", 2.0),
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = K, where a wrong axis has the right shape"),
        Group("large", "logits near 1000"),
        Group("low", "logits near -1000"),
        Group("apart", "rows that are 1000 apart from each other"),
        Group("sure", "rows that are sure: one logit far above or far below the others"),
        Group("class", "a single class (K = 1), which is certain"),
        Group("tie", "rows in which logits are equal"),
    ),
    invariants=(
        Invariant(
            "shifted",
            "the numbers, with 3.5 added to all logits",
            lambda i: {"logits": i["logits"] + 3.5},
            lambda i, first, j, second: np.allclose(first, second),
        ),
        Invariant(
            "permuted",
            "the numbers, with the classes reordered",
            lambda i: {"logits": i["logits"][:, ::-1].copy()},
            lambda i, first, j, second: np.allclose(first[:, ::-1], second),
        ),
    ),
    hints=(
        "Work through the formula in three lines: shift, exponential, division. Which of the three looks at"
        " more than one number, and along which axis?",
        "Both the maximum and the sum are taken with axis=-1. With keepdims=True their shape is (N, 1), "
        "which broadcasts against (N, K).",
        "First shifted = logits minus their row maximum. Then e = np.exp(shifted). Then divide e by its row"
        " sums.",
    ),
    mistakes=(
        mistake(
            "shifted_without_exponential",
            """There is no exponential in yours: you shift the logits so that none is negative, and divide by
            their sum. Equal steps between logits must become equal *ratios* of probabilities.""",
            source="""
            def softmax(logits):
                e = logits - logits.min(axis=-1, keepdims=True)
                return e / e.sum(axis=-1, keepdims=True)
            """,
        ),
        mistake(
            "small_number_in_sum",
            """You add a small number to the sum, so the rows add up to a little less than 1. It is not needed:
            after the shift the largest term is 1, and the sum never 0.""",
            (
                _DIVIDED,
                _DIVIDED.replace("keepdims=True)", "keepdims=True) + 1e-5").replace("e / ", "e / (") + ")",
            ),
        ),
        mistake(
            "shift_by_absolute_maximum",
            """You subtract the largest *absolute* value. In a row of negative logits that is far above all of them, and
            every exponential becomes 0. The largest logit itself is needed, with its sign.""",
            ("logits.max(", "np.abs(logits).max("),
        ),
        mistake(
            "small_set_to_zero",
            """You set probabilities to 0 that are small. They are small and not nothing: their logarithm is what a
            loss asks for.""",
            (_DIVIDED, f"np.where({_DIVIDED} < 1e-4, 0, {_DIVIDED})"),
        ),
        mistake(
            "no_shift",
            """Your softmax is right on paper, but the exponential overflows for logits near 1000, or all
            terms become 0 near -1000. Subtract the largest logit of each row first.""",
            (_SHIFTED, "shifted = logits"),
        ),
        mistake(
            "no_shift_over_everything",
            """Two things. You divide by the sum of the whole array, so all rows together add up to 1: each
            row must do so by itself. And without a shift the exponential overflows for logits near
            1000.""",
            source="""
            def softmax(logits):
                return np.exp(logits) / np.exp(logits).sum()
            """,
        ),
        mistake(
            "no_shift_over_batch",
            """Two things. You normalise over the batch, axis=0, but the classes are on the last axis. And
            without a shift the exponential overflows for logits near 1000.""",
            source="""
            def softmax(logits):
                return np.exp(logits) / np.exp(logits).sum(axis=0, keepdims=True)
            """,
        ),
        mistake(
            "no_shift_axis_one",
            """Two things. axis=1 is the last axis for (N, K), but for (N, T, K) it is time: which index
            means "last" for both? And without a shift the exponential overflows for logits near 1000.""",
            source="""
            def softmax(logits):
                return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
            """,
        ),
        mistake(
            "no_shift_no_keepdims",
            """Two things. Your sum loses its axis, so its shape is (N,), and NumPy lines it up with the
            classes, or fails. And without a shift the exponential overflows for logits near 1000.""",
            source="""
            def softmax(logits):
                return np.exp(logits) / np.exp(logits).sum(axis=-1)
            """,
        ),
        mistake(
            "global_shift",
            """You subtract the largest logit of the whole array. A row far below it then has only zeros,
            and 0 / 0 is nan. Each row needs its own maximum.""",
            ("logits.max(axis=-1, keepdims=True)", "logits.max()"),
        ),
        mistake(
            "shift_by_minimum",
            """You subtract the smallest logit. Then the exponents are positive and can overflow. Which
            number makes all of them at most 0?""",
            ("logits.max(", "logits.min("),
        ),
        mistake(
            "shift_by_mean",
            """You subtract the mean of the row. In a row with one very large logit that one is still far
            above zero, and overflows.""",
            ("logits.max(", "logits.mean("),
        ),
        mistake(
            "axis_of_batch",
            """You normalise over the batch: your columns add up to 1, but the classes are on the last
            axis, so the rows should.""",
            source="""
            def softmax(logits):
                e = np.exp(logits - logits.max(axis=0, keepdims=True))
                return e / e.sum(axis=0, keepdims=True)
            """,
        ),
        mistake(
            "axis_one",
            """You use axis=1. For (N, K) that is the last axis, but for (N, T, K) it is time. Which index
            means "last" for both?""",
            source="""
            def softmax(logits):
                e = np.exp(logits - logits.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True)
            """,
        ),
        mistake(
            "sum_of_everything",
            """You divide by the sum of the whole array, so all rows together add up to 1. Each row must
            do so by itself.""",
            (_DIVIDED, "e / e.sum()"),
        ),
        mistake(
            "global_softmax",
            """Maximum and sum are those of the whole array, so all rows together add up to 1. Take both
            for each row: give them an axis.""",
            source="""
            def softmax(logits):
                e = np.exp(logits - np.max(logits))
                return e / np.sum(e)
            """,
        ),
        mistake(
            "shift_row_sum_column",
            """The maximum is taken over the last axis but the sum over the first. Both belong to the same
            axis, the one of the classes.""",
            (_DIVIDED, "e / e.sum(axis=0, keepdims=True)"),
        ),
        mistake(
            "no_keepdims",
            """Your sum loses its axis, so its shape is (N,) and NumPy lines it up with the classes, or
            fails. Keep the axis.""",
            source="""
            def softmax(logits):
                e = np.exp(logits - logits.max(axis=-1, keepdims=True))
                return e / e.sum(axis=-1)
            """,
        ),
        mistake(
            "maximum_without_keepdims",
            """Your maximum loses its axis, so its shape is (N,) and NumPy lines it up with the classes, or
            fails. Keep the axis.""",
            ("logits.max(axis=-1, keepdims=True)", "logits.max(axis=-1)"),
        ),
        mistake(
            "nothing_with_keepdims",
            """Your maximum and your sum lose their axis, so their shape is (N,) and NumPy lines them up
            with the classes, or fails. Keep the axis in both.""",
            source="""
            def softmax(logits):
                e = np.exp(logits - logits.max(axis=-1))
                return e / e.sum(axis=-1)
            """,
        ),
        mistake(
            "not_normalised",
            """You return the exponentials. None is negative, but they do not add up to 1: divide by the
            sum of the row.""",
            (_DIVIDED, "e"),
        ),
        mistake(
            "no_exponential",
            "You divide the logits by their sum. That can be negative, or 0: the exponential comes first.",
            source="""
            def softmax(logits):
                return logits / logits.sum(axis=-1, keepdims=True)
            """,
        ),
        mistake(
            "logarithm",
            """Your answer is the logarithm of the probabilities. It is useful in notebook 03, but not
            asked here.""",
            (f"return {_DIVIDED}", "return shifted - np.log(e.sum(axis=-1, keepdims=True))"),
        ),
        mistake(
            "sigmoid",
            """You apply the logistic sigmoid to each logit by itself. The probabilities of a row must add
            up to 1, so they have to depend on each other.""",
            (f"return {_DIVIDED}", "return 1 / (1 + np.exp(-logits))"),
        ),
        mistake(
            "one_hot",
            """You return a 1 for the largest logit and 0 for the others. The softmax is soft: every class
            keeps a share.""",
            (f"return {_DIVIDED}", "return (shifted == 0).astype(float)"),
        ),
        mistake(
            "divided_by_maximum",
            """You divide the logits by their maximum. Subtract it: only a difference leaves the result
            unchanged.""",
            (_SHIFTED, "shifted = logits / logits.max(axis=-1, keepdims=True)"),
        ),
        mistake(
            "base_two",
            "Your powers are powers of 2. The softmax uses those of e, which is np.exp.",
            ("np.exp(shifted)", "2.0**shifted"),
        ),
        mistake(
            "minus_missing",
            "The sign of the logits is turned around, so the smallest one gets the largest probability.",
            ("np.exp(shifted)", "np.exp(logits.min(axis=-1, keepdims=True) - logits)"),
        ),
        mistake(
            "clipped",
            """You clip the logits to stop the overflow. That changes the answer: rows near 1000 all look
            alike. Shift them.""",
            (_SHIFTED, "shifted = np.clip(logits, -500, 500)"),
        ),
        mistake(
            "writes_into_logits",
            """Your function shifts the logits in place: `logits -= ...` changes the array of the caller.
            Make a new one.""",
            manner="changes_its_input",
            source="""
            def softmax(logits):
                logits -= logits.max(axis=-1, keepdims=True)
                e = np.exp(logits)
                return e / e.sum(axis=-1, keepdims=True)
            """,
        ),
    ),
    other_ways=(
        other_way(
            "through_logarithms",
            source="""
            def softmax(logits):
                top = np.max(logits, axis=-1)[..., None]
                return np.exp(logits - top - np.log(np.sum(np.exp(logits - top), axis=-1))[..., None])
            """,
        ),
        other_way(
            "row_by_row",
            source="""
            def softmax(z):
                if z.ndim > 1:
                    return [softmax(row) for row in z]
                m = max(z)
                e = [np.exp(v - m) for v in z]
                return [v / sum(e) for v in e]
            """,
        ),
        other_way(
            "flattened",
            source="""
            def _rows(z):
                e = np.exp(z - z.max(axis=1, keepdims=True))
                return e / np.einsum("rk->r", e)[:, np.newaxis]

            def softmax(scores, axis=-1):
                return _rows(scores.reshape(-1, scores.shape[-1])).reshape(scores.shape)
            """,
        ),
        other_way(
            "pairwise",
            source="""
            def softmax(logits):
                with np.errstate(over="ignore"):
                    return 1 / np.exp(logits[..., None, :] - logits[..., :, None]).sum(axis=-1)
            """,
        ),
        other_way(
            "transposed_inside",
            source="""
            def softmax(logits):
                z = np.moveaxis(logits.copy(), -1, 0)
                z -= z.max(axis=0)
                np.exp(z, out=z)
                z /= z.sum(axis=0)
                return np.moveaxis(z, 0, -1)
            """,
        ),
    ),
)
