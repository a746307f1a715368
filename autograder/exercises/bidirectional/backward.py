"""Notebook 07: the gradients of both directions at once."""

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
from autograder.course.long_runs import LONG
from autograder.exercises.bidirectional.backward_mistakes import MISTAKES, cell
from autograder.exercises.bidirectional.draws import (
    appended,
    batch_reversed,
    both_directions,
    long_directions,
    real_steps,
    states_of,
    turned,
)
from autograder.exercises.forward.draws import few
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, full: bool = False) -> dict[str, Value]:
    return _with_states(draw, both_directions(draw, N, T, D, H, full))


def _with_states(draw: Draw, drawn: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments of ``birnn_backward`` in their order, the states those of the forward pass."""
    N, T, _ = drawn["x"].shape
    H = len(drawn["forward"]["bh"])
    given = {"dh": weights(draw, N, T, 2 * H), "x": drawn["x"], "lengths": drawn["lengths"]}
    return given | {"h": states_of(drawn), "forward": drawn["forward"], "backward": drawn["backward"]}


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**_inputs(draw, N, 6, D, H))
    yield ask(**_inputs(draw, 3, 5, 4, 2))
    ends = _inputs(draw, 3, 5, 2, 4)
    reached, n = np.zeros_like(ends["dh"]), np.arange(3)
    reached[n, ends["lengths"] - 1, :4] = ends["dh"][n, ends["lengths"] - 1, :4]
    reached[:, 0, 4:] = ends["dh"][:, 0, 4:]
    yield ask("ends", **ends | {"dh": reached})
    yield ask("all", **_inputs(draw, 2, 4, 3, 5, full=True))
    yield ask("one", **_inputs(draw, 1, 5, 2, 3))
    yield ask("single", **_inputs(draw, 3, 1, 2, 4, full=True))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))
    yield ask("long", **_with_states(draw, long_directions(draw, [LONG, LONG - 3], 1, 2)))
    yield ask("vanishing", **_vanishing(draw))
    resting = both_directions(draw, 3, 4, 1, 2) | {"lengths": np.array([2, 3, 4])}
    resting["backward"]["h0"] = np.zeros((3, 2))
    silent = _with_states(draw, resting)
    silent["dh"][1] = 0.0
    yield ask("zero", **silent)


def _vanishing(draw: Draw) -> dict[str, Value]:
    """Return a long case with a loss at the far ends only, of which next to nothing reaches each start.

    One unit: no small entry is the difference of two larger ones, which float32 would not hold.
    """
    drawn = _with_states(draw, long_directions(draw, [LONG], 1, 1, vanishing=True))
    drawn["dh"][:, :-1, :1], drawn["dh"][:, 1:, 1:] = 0.0, 0.0
    return drawn


def _flat(answer: Value) -> list[Value]:
    return [answer[0], *answer[1].values(), *answer[2].values()]


def _all_doubled(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return all(np.allclose(2 * a, b) for a, b in zip(_flat(first), _flat(second), strict=True))


def _rows_reversed(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    same = all(np.allclose(first[way][k], second[way][k]) for way in (1, 2) for k in ("Wxh", "Whh", "bh"))
    starts = all(np.allclose(first[way]["h0"][::-1], second[way]["h0"]) for way in (1, 2))
    return same and starts and np.allclose(first[0][::-1], second[0])


def _padding_silent(i: dict[str, Value]) -> dict[str, Value]:
    mask = real_steps(i["lengths"], i["x"].shape[1])[:, :, None]
    return i | {"dh": i["dh"] * mask - 2.0 * (1 - mask)}


def _same(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return all(np.allclose(a, b) for a, b in zip(_flat(first), _flat(second), strict=True))


def _longer(i: dict[str, Value]) -> dict[str, Value]:
    longer = appended(i, 2, "dh", "x", "h")
    longer["h"][:, -2:] = 0
    return longer


def _same_before(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    T = i["x"].shape[1]
    return _same(i, first, j, (second[0][:, :T], *second[1:])) and not second[0][:, T:].any()


def _forward_only(i: dict[str, Value]) -> dict[str, Value]:
    dh, H = i["dh"].copy(), i["dh"].shape[2] // 2
    dh[:, :, H:] = 0
    return i | {"dh": dh}


def _backward_is_zero(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    silent = not any(value.any() for value in second[2].values())
    return silent and all(np.allclose(first[1][k], second[1][k]) for k in first[1])


def _other_way_round(i: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments with the sequences turned and the directions exchanged."""
    half = i["h"].shape[2] // 2
    new = {name: np.roll(turned(i[name], i["lengths"]), half, axis=2) for name in ("dh", "h")}
    return i | new | {"x": turned(i["x"], i["lengths"]), "forward": i["backward"], "backward": i["forward"]}


def _exchanged(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return _same(i, first, j, (turned(second[0], i["lengths"]), second[2], second[1]))


BIRNN_BACKWARD = Exercise(
    id="birnn_backward",
    questions=_questions,
    core="dx and the gradients of both directions, for a padded batch",
    core_weight=8.0,
    parts=("dx", "dforward", "dbackward"),
    uses=("reverse_within_length",),
    allow_views=True,
    groups=(
        Group("ends", "a loss that looks at the two last states only"),
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("long", f"{LONG} steps, through which no gradient is lost"),
        Group("vanishing", f"{LONG} steps, over which next to nothing is left of a gradient", by_row=True),
        Group("zero", "h0 = 0 in one direction, and an example without a loss"),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with the upstream gradient doubled",
            lambda i: i | {"dh": 2 * i["dh"]},
            _all_doubled,
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: batch_reversed(i, "dh", "x", "lengths", "h"),
            _rows_reversed,
        ),
        Invariant("silent", "the numbers, with another dh at padded steps: the same", _padding_silent, _same),
        Invariant("appended", "the numbers, with two more steps of padding: the same", _longer, _same_before),
        Invariant(
            "separate",
            "the numbers, with a gradient for the forward half only: nothing for the other",
            _forward_only,
            _backward_is_zero,
        ),
        Invariant(
            "other_way_round",
            "the numbers, with the sequences turned and the directions exchanged",
            _other_way_round,
            _exchanged,
        ),
    ),
    hints=(
        "The forward pass turned x and turned the states back. Turning moves numbers and changes none. So where does "
        "the gradient of a number that was moved have to go, and what turns it there?",
        "Split dh and h into their halves. The forward direction: rnn_backward as it stands. The backward direction: "
        "turn its dh, x and its h, call rnn_backward, and turn the dx that comes out. x was used twice, so dx is a sum "
        "of two.",
        "First set dh to 0 at padded steps, in a new array: the answer there is 0 whatever the weights are. "
        "rnn_backward returns dx, dh0, dWxh, dWhh, dbh: all but the first make the dict of that direction.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("written_out", source=cell()),
        other_way(
            "one_example_at_a_time",
            source="""
            def birnn_backward(dh, x, lengths, h, forward, backward):
                H, dx = len(forward["bh"]), np.zeros(x.shape)
                sums = []
                for half, p, step in ((slice(0, H), forward, 1), (slice(H, None), backward, -1)):
                    g = {k: np.zeros(np.shape(v)) for k, v in p.items()}
                    for n, L in enumerate(lengths):
                        order = range(L)[::step]
                        parts = rnn_backward(
                            dh[n : n + 1, order, half],
                            x[n : n + 1, order],
                            p["h0"][n : n + 1],
                            h[n : n + 1, order, half],
                            p["Wxh"],
                            p["Whh"],
                        )
                        dx[n, order] += parts[0][0]
                        g["h0"][n] = parts[1][0]
                        for name, part in zip(("Wxh", "Whh", "bh"), parts[2:]):
                            g[name] = g[name] + part
                    sums.append(g)
                return [dx, *sums]
            """,
        ),
        other_way(
            "by_hand",
            source="""
            def birnn_backward(dh, x, lengths, h, forward, backward):
                N, T, H2 = h.shape
                H = H2 // 2
                real = (np.arange(T) < np.array(lengths)[:, None])[:, :, None]
                dx, answers = np.zeros(x.shape), []
                for p, half, times in (
                    (forward, slice(None, H), range(T)),
                    (backward, slice(H, None), range(T)[::-1]),
                ):
                    s, g, da = h[:, :, half], np.where(real, dh[:, :, half], 0), np.zeros((N, T, H))
                    before, state = np.zeros((N, T, H)), p["h0"]
                    for t in times:
                        before[:, t] = state
                        state = np.where(real[:, t], s[:, t], state)
                    carry = np.zeros((N, H))
                    for t in reversed(times):
                        da[:, t] = np.where(real[:, t], (g[:, t] + carry) * (1 - s[:, t] ** 2), 0)
                        carry = np.where(real[:, t], da[:, t] @ p["Whh"].T, carry)
                    dx += da @ p["Wxh"].T
                    Wxh, Whh = np.einsum("ntd,nth->dh", x, da), np.einsum("ntg,nth->gh", before, da)
                    answers.append({"bh": da.sum((0, 1)), "Whh": Whh, "Wxh": Wxh, "h0": carry})
                return dx, *answers
            """,
        ),
        other_way(
            "a_helper_for_one_direction",
            source="""
            def _one(dh, x, h, p):
                out = rnn_backward(dh, x, p["h0"], h, p["Wxh"], p["Whh"])
                return out[0], {"h0": out[1], "Wxh": out[2], "Whh": out[3], "bh": out[4]}

            def birnn_backward(dh, x, lengths, h, forward, backward, scale=1):
                dh = scale * dh
                for n, L in enumerate(lengths):
                    dh[n, L:] = 0
                da, db = np.split(dh, 2, axis=-1)
                ha, hb = np.split(h, 2, axis=-1)
                turned = [reverse_within_length(z, lengths) for z in (db, x, hb)]
                first, grads = _one(da, x, ha, forward)
                second, more = _one(*turned, backward)
                return first + reverse_within_length(second, lengths), grads, more
            """,
        ),
        other_way(
            "single_precision",
            source=cell(
                end="dx.astype('f4'), {k: v.astype('f4') for k, v in grads_a.items()}, "
                "{k: v.astype('f4') for k, v in grads_b.items()}"
            ),
        ),
    ),
)
