"""Notebook 07: a loss that sees real steps only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    other_way,
    weights,
)
from autograder.exercises.bidirectional.draws import real_steps, some_lengths
from autograder.exercises.bidirectional.loss_mistakes import MISTAKES, RETURN, written_out
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, K: int, mask: Value = None) -> dict[str, Value]:
    mask = real_steps(some_lengths(draw, N, T), T) if mask is None else np.array(mask, dtype=float)
    targets = draw.integers(0, K, (N, T))
    return {"logits": weights(draw, N, T, K, scale=1.5), "targets": targets, "mask": mask}


def _far_apart(draw: Draw) -> dict[str, Value]:
    """Return logits in the thousands whose rows lie 3000 apart, with a target that is the least likely class.

    So a shift by the largest of all, or of one example, leaves a row of zeros after exp in every draw.
    """
    drawn = _inputs(draw, 2, 3, 4, [[1, 1, 1], [1, 1, 0]])
    rows = np.array([[0.0, 3000.0, -3000.0], [-9000.0, -6000.0, 0.0]])  # (N, T)
    logits = np.round(600 * np.sort(drawn["logits"], axis=2)) + rows[:, :, None]
    drawn["targets"][0, 0] = 0
    return drawn | {"logits": logits}


def _questions(draw: Draw) -> Iterator[Question]:
    N, K = few(draw, 2)
    yield ask(**_inputs(draw, N, 6, K + 1))
    yield ask(**_inputs(draw, 4, 5, 3))
    yield ask("row", **_inputs(draw, 3, 4, 5, [[1, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0]]))
    yield ask("holes", **_inputs(draw, 3, 5, 4, [[0, 1, 0, 0, 1], [1, 0, 1, 1, 1], [0, 0, 0, 1, 0]]))
    odd = _inputs(draw, 2, 4, 3, [[1, 1, 0, 0], [1, 1, 1, 0]])
    odd["targets"] = np.where(odd["mask"] > 0, odd["targets"], -100)
    yield ask("ids", **odd)
    broken = _inputs(draw, 2, 4, 3, [[1, 1, 0, 0], [1, 1, 1, 0]])
    broken["logits"][broken["mask"] == 0] = np.nan
    yield ask("nan", **broken)
    yield ask("large", **_far_apart(draw))
    below = _inputs(draw, 2, 3, 4, [[1, 1, 1], [1, 1, 0]])
    yield ask("below", **below | {"logits": below["logits"] - 3000.0})
    yield ask("one_class", **_inputs(draw, 2, 3, 1, [[1, 1, 1], [1, 0, 0]]))
    tied = _inputs(draw, 2, 3, 4, [[1, 0, 0], [1, 1, 0]])
    tied["logits"][:, :, 1:3] = 2.0
    yield ask("tie", **tied | {"targets": tied["targets"].astype(np.int8)})
    yield ask("all", **_inputs(draw, 2, 4, 3, np.ones((2, 4))))
    yield ask("one", **_inputs(draw, 1, 4, 3))
    yield ask("single", **_inputs(draw, 3, 1, 4, [[1], [0], [1]]))
    yield ask("alone", **_inputs(draw, 2, 3, 4, [[0, 0, 0], [0, 1, 0]]))


def _appended(i: dict[str, Value]) -> dict[str, Value]:
    N, _, K = i["logits"].shape
    return {
        "logits": np.concatenate([i["logits"], np.full((N, 3, K), 0.8)], axis=1),
        "targets": np.concatenate([i["targets"], np.zeros((N, 3), dtype=int)], axis=1),
        "mask": np.concatenate([i["mask"], np.zeros((N, 3))], axis=1),
    }


def _same_before(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    T = first[1].shape[1]
    return bool(
        np.isclose(first[0], second[0])
        and np.allclose(first[1], second[1][:, :T])
        and not second[1][:, T:].any()
    )


MASKED_MEAN_LOSS = Exercise(
    id="masked_mean_loss",
    questions=_questions,
    core="loss and gradient of a batch that is padded at the end",
    parts=("loss", "dlogits"),
    groups=(
        Group("row", "a row without any real step"),
        Group("holes", "masks with zeros at the front and in the middle"),
        Group("ids", "targets of -100 at padded steps"),
        Group("nan", "logits of nan at padded steps", 2.0),
        Group("large", "logits of order 1000, rows far apart"),
        Group("below", "logits that are all near -3000"),
        Group("one_class", "a single class (K = 1): nothing to lose"),
        Group("tie", "two classes with the same logit, and targets that are integers of 8 bits"),
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("alone", "one real step in the whole batch (M = 1)"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "logits", "targets", "mask"),
            lambda i, a, j, b: bool(np.isclose(a[0], b[0]) and np.allclose(a[1][::-1], b[1])),
        ),
        Invariant("appended", "the numbers, with three more steps of padding", _appended, _same_before),
        Invariant(
            "twice",
            "the numbers, with every example twice: the same mean",
            lambda i: {name: np.concatenate([value, value]) for name, value in i.items()},
            lambda i, a, j, b: bool(np.isclose(a[0], b[0]) and np.allclose(a[1] / 2, b[1][: len(a[1])])),
        ),
        Invariant(
            "shifted",
            "the numbers, with 3 added to all logits",
            lambda i: i | {"logits": i["logits"] + 3.0},
            lambda i, a, j, b: bool(np.isclose(a[0], b[0]) and np.allclose(a[1], b[1])),
        ),
    ),
    hints=(
        "Two questions: over how many numbers do you take the mean, and what happens to 0 * nan? Multiplying by "
        "the mask comes too late where the other factor is nan. Choosing comes in time.",
        "A boolean mask is an index: with real = mask > 0, logits[real] has shape (M, K) and targets[real] "
        "has (M,). No padded step is left, and M is their number. Then it is cross_entropy of notebook 03.",
        "Shift each row of logits[real] by its maximum, take the logarithm of the softmax, pick the entry of the "
        "target in each row. The gradient, (p minus one-hot) / M, goes into zeros of the shape of logits, at "
        "the index real.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("whole_arrays", source=written_out()),
        other_way(
            "two_loops",
            source="""
            def masked_mean_loss(logits, targets, mask):
                loss, dlogits, count = 0.0, np.zeros(logits.shape), 0
                for n in range(len(logits)):
                    for t in range(logits.shape[1]):
                        if mask[n, t] == 0:
                            continue
                        e = np.exp(logits[n, t] - max(logits[n, t]))
                        row = logits[n, t] - max(logits[n, t])
                        loss -= row[targets[n, t]] - np.log(sum(e))
                        dlogits[n, t] = e / sum(e)
                        dlogits[n, t, targets[n, t]] -= 1
                        count += 1
                return loss / count, dlogits / count
            """,
        ),
        other_way(
            "logaddexp",
            source="""
            def masked_mean_loss(scores, ids, real, axis=-1):
                n, t = np.nonzero(real)
                rows = scores[n, t]
                log_p = rows - np.logaddexp.reduce(rows, axis=axis, keepdims=True)
                hot = np.arange(rows.shape[1]) == ids[n, t][:, None]
                out = np.zeros_like(scores)
                out[n, t] = (np.exp(log_p) - hot) / len(n)
                return [-(log_p * hot).sum() / len(n), out]
            """,
        ),
        other_way(
            "flat",
            source="""
            def masked_mean_loss(logits, targets, mask):
                K = logits.shape[-1]
                z, y, keep = logits.reshape(-1, K), targets.ravel(), mask.ravel().astype(bool)
                z, y = z[keep], y[keep]
                z = z - z.max(1)[:, None]
                total = np.exp(z).sum(1)
                loss = np.average(np.log(total) - np.take_along_axis(z, y[:, None], 1)[:, 0])
                d = np.zeros((keep.size, K))
                d[keep] = (np.exp(z) / total[:, None] - np.eye(K)[y]) / keep.sum()
                return float(loss), d.reshape(logits.shape)
            """,
        ),
        other_way("single_precision", (RETURN, "return np.float32(loss), dlogits.astype(np.float32)")),
    ),
)
