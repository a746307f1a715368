"""Notebook 07: the states of both directions, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way
from autograder.course.long_runs import LONG
from autograder.exercises.bidirectional.draws import (
    appended,
    batch_reversed,
    both_directions,
    long_directions,
    turned,
)
from autograder.exercises.bidirectional.forward_mistakes import MISTAKES, cell
from autograder.exercises.forward.draws import few
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**both_directions(draw, N, 6, D, H))
    yield ask(**both_directions(draw, 3, 5, 4, 2))
    yield ask("all", **both_directions(draw, 2, 4, 3, 5, full=True))
    yield ask("one", **both_directions(draw, 1, 5, 2, 3))
    yield ask("single", **both_directions(draw, 3, 1, 2, 4, full=True))
    yield ask("square", **both_directions(draw, 3, 3, 3, 3))
    yield ask("long", **long_directions(draw, [LONG, LONG - 3], 1, 2))
    resting = both_directions(draw, 3, 4, 2, 3)
    resting["forward"]["h0"], resting["x"][1] = np.zeros((3, 3)), 0.0
    yield ask("zero", **resting | {"lengths": np.array([2, 3, 4])})


def _other_way_round(i: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments with the sequences turned and the directions exchanged."""
    return i | {"x": turned(i["x"], i["lengths"]), "forward": i["backward"], "backward": i["forward"]}


def _turned_and_exchanged(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return np.allclose(first, np.roll(turned(second, i["lengths"]), first.shape[2] // 2, axis=2))


def _last_step_changed(i: dict[str, Value]) -> dict[str, Value]:
    x = i["x"].copy()
    n = np.arange(len(x))
    x[n, i["lengths"] - 1] += 1.0
    return i | {"x": x}


def _only_the_last_ahead(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    H = first.shape[2] // 2
    moved = (np.abs(first - second) > 1e-9).any(axis=2).sum(axis=1)
    ahead = (np.abs(first - second)[:, :, :H] > 1e-9).any(axis=2).sum(axis=1)
    return bool(np.array_equal(moved, i["lengths"]) and np.array_equal(ahead, np.ones(len(ahead))))


BIRNN_FORWARD = Exercise(
    id="birnn_forward",
    questions=_questions,
    core="the states of both directions, zeros at padded steps",
    core_weight=8.0,
    uses=("reverse_within_length",),
    allow_views=True,
    groups=(
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
            lambda i: batch_reversed(i, "x", "lengths"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant(
            "appended",
            "the numbers, with two more steps of padding",
            lambda i: appended(i, 2, "x"),
            lambda i, first, j, second: np.allclose(first, second[:, :-2]) and not second[:, -2:].any(),
        ),
        Invariant(
            "other_way_round",
            "the numbers, with the sequences turned and the directions exchanged",
            _other_way_round,
            _turned_and_exchanged,
        ),
        Invariant(
            "last_word",
            "the numbers, with another last step: all states change, but only one forward half",
            _last_step_changed,
            _only_the_last_ahead,
        ),
    ),
    hints=(
        "The backward direction is an ordinary network that reads a turned sequence. In which order are its states "
        "then, and in which order do you need them?",
        "You need reverse_within_length twice: on x before the backward direction runs, and on the states that it "
        "made. And rnn_forward twice, with the parameters of one direction each.",
        "rnn_forward(x, **forward) hands over h0, Wxh, Whh and bh by name. Join the two arrays along axis 2, forward "
        "first, and multiply by the mask of the lengths, of shape (N, T, 1), for the zeros.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("written_out", source=cell()),
        other_way(
            "from_right_to_left",
            source="""
            def birnn_forward(x, lengths, forward, backward):
                N, T, _ = x.shape
                H = len(forward["bh"])
                h = np.zeros((N, T, 2 * H))
                for n in range(N):
                    a, b = forward["h0"][n], backward["h0"][n]
                    for t in range(lengths[n]):
                        a = np.tanh(x[n, t] @ forward["Wxh"] + a @ forward["Whh"] + forward["bh"])
                        h[n, t, :H] = a
                    for t in reversed(range(lengths[n])):
                        b = np.tanh(x[n, t] @ backward["Wxh"] + b @ backward["Whh"] + backward["bh"])
                        h[n, t, H:] = b
                return h
            """,
        ),
        other_way(
            "frozen_until_the_end",
            source="""
            def birnn_forward(x, lengths, forward, backward):
                T = x.shape[1]
                real = (np.arange(T) < np.array(lengths)[:, None]).astype(float)
                ahead = masked_rnn_forward(x, real, **forward)
                back = masked_rnn_forward(x[:, ::-1], real[:, ::-1], **backward)[:, ::-1]
                return np.where(real[..., None] > 0, np.concatenate([ahead, back], axis=-1), 0.0)
            """,
        ),
        other_way(
            "assigned",
            source="""
            def birnn_forward(inputs, counts, to_right, to_left, start=0):
                N, T, D = inputs.shape
                H = to_right["Whh"].shape[0]
                out = np.empty((N, T, 2 * H))
                out[..., :H] = rnn_forward(inputs, **to_right)
                out[..., H:] = reverse_within_length(
                    rnn_forward(reverse_within_length(inputs, counts), **to_left), counts
                )
                for n, L in enumerate(counts):
                    out[n, L:] = 0
                return out
            """,
        ),
        other_way(
            "list_of_rows", source=cell(end="list(np.concatenate([ahead, back], axis=2) * real[:, :, None])")
        ),
        other_way(
            "single_precision",
            source=cell(end="(np.concatenate([ahead, back], axis=2) * real[:, :, None]).astype(np.float32)"),
        ),
    ),
)
