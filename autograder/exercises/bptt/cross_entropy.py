"""Notebook 03: cross-entropy over several classes."""

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
from autograder.exercises.bptt.cross_entropy_mistakes import MISTAKES
from autograder.exercises.bptt.losses import rows_reversed
from autograder.exercises.forward.draws import reversed_batch
from rnncourse.checking.caseset import Group


def _cross_entropy(draw: Draw) -> Iterator[Question]:
    for N, T, K in ((3, 4, 5), (2, 5, 3)):
        yield ask(logits=weights(draw, N, T, K, scale=1.5), targets=draw.integers(0, K, (N, T)))
    yield ask("one", logits=weights(draw, 1, 3, 4), targets=draw.integers(0, 4, (1, 3)))
    yield ask("single", logits=weights(draw, 4, 1, 3), targets=draw.integers(0, 3, (4, 1)))
    yield ask("square", logits=weights(draw, 3, 3, 3), targets=draw.integers(0, 3, (3, 3)))
    far = 900 * np.stack([[draw.permutation(4) for _ in range(3)] for _ in range(2)]) + 2000.0
    far[:, 0] = weights(draw, 2, 4)  # one ordinary step beside the large ones
    yield ask("large", logits=far, targets=far.argmax(axis=-1))
    yield ask("large", logits=far, targets=far.argmin(axis=-1))
    yield ask("large", logits=20.0 * far, targets=far.argmin(axis=-1))
    yield ask(
        "low", logits=np.round(weights(draw, 2, 2, 3) * 64) / 64 - 900, targets=draw.integers(0, 3, (2, 2))
    )
    yield ask("class", logits=weights(draw, 2, 3, 1), targets=np.zeros((2, 3), dtype=int))
    many = draw.choice(np.arange(128, 256), 2), draw.choice(np.arange(256, 300), 2)
    yield ask("many", logits=weights(draw, 2, 2, 300), targets=np.stack(many, axis=1))
    tied = np.repeat(weights(draw, 2, 3, 2), 2, axis=-1) * [[1.0], [0.0], [-1.0]]
    yield ask("tie", logits=tied, targets=draw.integers(0, 4, (2, 3)))


CROSS_ENTROPY = Exercise(
    id="cross_entropy",
    questions=_cross_entropy,
    core="loss and gradient, summed over examples and steps",
    parts=("loss", "dlogits"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = K, where shapes catch nothing"),
        Group("large", "logits in the thousands and ten thousands", 2.0),
        Group("low", "logits near -900"),
        Group("class", "a single class (K = 1), of which nobody doubts"),
        Group("tie", "logits that are equal"),
        Group("many", "300 classes, with targets above 127"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "logits", "targets"),
            rows_reversed,
        ),
        Invariant(
            "shifted",
            "the numbers, with 3 added to all logits",
            lambda i: i | {"logits": i["logits"] + 3.0},
            lambda i, first, j, second: bool(
                np.allclose(first[0], second[0]) and np.allclose(first[1], second[1])
            ),
        ),
        Invariant(
            "reversed_in_time",
            "the numbers, with time reversed",
            lambda i: {name: np.ascontiguousarray(value[:, ::-1]) for name, value in i.items()},
            lambda i, first, j, second: bool(
                np.allclose(first[0], second[0]) and np.allclose(first[1][:, ::-1], second[1])
            ),
        ),
    ),
    hints=(
        "Work with log p, not with p. With z shifted by its row maximum, log p is z minus the logarithm "
        "of the sum of exponentials. Which entry of each row does the loss need?",
        "np.eye(K)[targets] is one-hot of shape (N, T, K): with it the loss is a sum of products and "
        "the gradient is a difference.",
        "shifted = logits minus their maximum; log_p = shifted minus np.log of the sum of "
        "np.exp(shifted), with axis=-1 and keepdims=True. Loss: minus the sum of one_hot * log_p. "
        "Gradient: np.exp(log_p) minus one_hot.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "flat_and_indexed",
            source="""
            def cross_entropy(scores, labels):
                flat, ids = scores.reshape(-1, scores.shape[-1]), labels.ravel()
                rows = np.arange(len(ids))
                z = flat - flat.max(axis=1)[:, None]
                total = np.exp(z).sum(axis=1)
                loss = (np.log(total) - z[rows, ids]).sum()
                grad = np.exp(z) / total[:, None]
                grad[rows, ids] -= 1
                return loss, grad.reshape(scores.shape)
            """,
        ),
        other_way(
            "take_along_axis",
            source="""
            def _log_softmax(z):
                top = z.max(-1, keepdims=True)
                return z - top - np.log(np.exp(z - top).sum(-1, keepdims=True))

            def cross_entropy(logits, targets):
                log_p = _log_softmax(logits)
                picked = np.take_along_axis(log_p, targets[..., None], axis=-1)
                grad = np.exp(log_p)
                np.put_along_axis(grad, targets[..., None], np.exp(picked) - 1, axis=-1)
                return -float(picked.sum()), grad
            """,
        ),
        other_way(
            "loops",
            source="""
            def cross_entropy(logits, targets, weight=1.0):
                N, T, K = logits.shape
                loss, dlogits = 0.0, np.empty((N, T, K))
                for n in range(N):
                    for t in range(T):
                        row = logits[n, t] - max(logits[n, t])
                        total = sum(np.exp(row))
                        loss += weight * (np.log(total) - row[targets[n, t]])
                        dlogits[n, t] = np.exp(row) / total
                        dlogits[n, t, targets[n, t]] -= 1
                return loss, dlogits
            """,
        ),
        other_way(
            "logaddexp",
            source="""
            def cross_entropy(logits, targets):
                log_p = logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True)
                mask = targets[:, :, None] == np.arange(logits.shape[2])
                return -log_p[mask].sum(), np.exp(log_p) - mask
            """,
        ),
    ),
)
