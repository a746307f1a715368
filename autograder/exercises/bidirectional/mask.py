"""Notebook 07: the mask inside the recurrence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way
from autograder.course.long_runs import LONG, turning
from autograder.exercises.bidirectional.draws import real_steps, some_lengths
from autograder.exercises.bidirectional.mask_mistakes import MISTAKES, loop
from autograder.exercises.forward.draws import few, recurrent, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, mask: Value = None) -> dict[str, Value]:
    drawn = recurrent(draw, N, T, D, H)
    if mask is None:
        mask = real_steps(some_lengths(draw, N, T), T)
    return {"x": drawn.pop("x"), "mask": np.array(mask, dtype=float), **drawn}


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**_inputs(draw, N, 6, D, H))
    yield ask(**_inputs(draw, 3, 5, 4, 2))
    holes = [[0, 1, 1, 0, 0, 1], [1, 0, 1, 1, 0, 1], [0, 0, 0, 1, 1, 0]]
    yield ask("holes", **_inputs(draw, 3, 6, 2, 4, holes))
    yield ask("none", **_inputs(draw, 3, 4, 2, 5, [[0, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0]]))
    yield ask("all", **_inputs(draw, 2, 4, 3, 5, np.ones((2, 4))))
    yield ask("one", **_inputs(draw, 1, 5, 2, 3))
    yield ask("single", **_inputs(draw, 3, 1, 2, 4, [[1], [0], [1]]))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))
    yield ask("long", **_long(draw))
    resting = _inputs(draw, 3, 4, 2, 3, [[0, 1, 1, 0], [1, 1, 1, 0], [1, 1, 1, 1]])
    resting["h0"], resting["x"][1] = np.zeros((3, 3)), 0.0
    yield ask("zero", **resting)


def _long(draw: Draw) -> dict[str, Value]:
    """Return a long case whose last states can still be told from h0; the longest sequence comes first."""
    drawn = _inputs(draw, 2, LONG, 1, 3, real_steps(np.array([LONG, LONG - 4]), LONG))
    drawn["bh"] = np.round(0.2 * drawn["bh"], 3)
    return drawn | {"x": np.round(0.2 * drawn["x"], 3), "Whh": turning(draw, 3, 1.05)}


def _appended(i: dict[str, Value]) -> dict[str, Value]:
    more = np.full((len(i["x"]), 2, i["x"].shape[2]), 0.7)
    x = np.concatenate([i["x"], more], axis=1)
    return i | {"x": x, "mask": np.concatenate([i["mask"], np.zeros((len(x), 2))], axis=1)}


def _unchanged(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    same = np.allclose(first, second[:, : first.shape[1]])
    return same and np.allclose(second[:, -1], first[:, -1])


MASKED_RNN_FORWARD = Exercise(
    id="masked_rnn_forward",
    questions=_questions,
    core="the states of a batch that is padded at the end",
    allow_views=True,
    groups=(
        Group("holes", "masks with zeros at the front and in the middle"),
        Group("none", "a row without any real step"),
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("long", f"{LONG} steps, the longest sequence first"),
        Group("zero", "h0 = 0, an example whose inputs are 0, and the longest sequence last"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x", "mask", "h0"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant("appended", "the numbers, with two more steps of padding", _appended, _unchanged),
        Invariant(
            "padding_ignored",
            "the numbers, with other inputs at the padded steps",
            lambda i: i | {"x": np.where(i["mask"][:, :, None] > 0, i["x"], 1.5 - i["x"])},
            lambda i, first, j, second: np.allclose(first, second),
        ),
    ),
    hints=(
        "Compute the new state of every example as if all were real. Then decide for each example whether it "
        "takes the new state or keeps the old one. What is the shape of that decision at step t?",
        "mask[:, t] has shape (N,), the states have (N, H). mask[:, t, None] has shape (N, 1) and broadcasts. "
        "np.where(condition, a, b) takes a where the condition holds and b elsewhere.",
        "In the loop: new = the usual tanh; h_prev = np.where(the mask of this step is 1, new, h_prev); append "
        "h_prev, also where it was kept. At the end stack along axis 1.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("products", source=loop("h_prev = m * new + (1 - m) * h_prev")),
        other_way("step_by_step", source=loop("h_prev = h_prev + m * (new - h_prev)")),
        other_way(
            "one_example_at_a_time",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                batch = []
                for rows, real, h in zip(x, mask, h0):
                    states = []
                    for row, counts in zip(rows, real):
                        if counts:
                            h = np.tanh(row @ Wxh + h @ Whh + bh)
                        states.append(h)
                    batch.append(states)
                return batch
            """,
        ),
        other_way(
            "only_the_real_rows",
            source="""
            def masked_rnn_forward(inputs, real, start, U, W, b, verbose=False):
                h = np.zeros(inputs.shape[:2] + (W.shape[0],))
                state = start.copy()
                for t in range(inputs.shape[1]):
                    rows = np.flatnonzero(real[:, t])
                    state[rows] = np.tanh(inputs[rows, t] @ U + state[rows] @ W + b)
                    h[:, t] = state
                return h
            """,
        ),
        other_way(
            "einsum_first",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                drive = np.einsum("ntd,dh->tnh", x, Wxh) + bh
                h = [h0]
                for a, m in zip(drive, mask.T.astype(bool)):
                    h.append(np.where(m[:, np.newaxis], np.tanh(a + np.dot(h[-1], Whh)), h[-1]))
                return np.array(h[1:]).transpose(1, 0, 2)
            """,
        ),
        other_way("single_precision", ("axis=1)", "axis=1).astype(np.float32)")),
    ),
)
