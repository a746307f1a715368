"""Notebook 04: truncated backpropagation through time."""

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
    other_way,
    weights,
    zeroed,
)
from autograder.exercises.training.truncated_mistakes import MISTAKES
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, k1: int, k2: int) -> dict[str, Value]:
    return {
        "x": weights(draw, N, T, D),
        "h": np.round(np.tanh(weights(draw, N, T, H)), 3),
        "h0": weights(draw, N, H, scale=0.5),
        "dh": weights(draw, N, T, H, scale=1.0),
        "Whh": weights(draw, H, H),
        "k1": k1,
        "k2": k2,
    }


def _truncated(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 4, 5]))
    yield ask(**_inputs(draw, N, 9, D, H, 3, 7))
    yield ask("chunks", **_inputs(draw, N, 8, D, H, 4, 4))
    yield ask("uneven", **_inputs(draw, N, 8, D, H, 3, 5))
    yield ask("each", **_inputs(draw, 3, 6, D, H, 1, 3))
    yield ask("whole", **_inputs(draw, 3, 7, D, H, 7, 7))
    yield ask("beyond", **_inputs(draw, 3, 4, D, H, 4, 20))
    yield ask("edge", **_inputs(draw, 1, 1, D, H, 1, 1))
    far = _inputs(draw, 1, 28, 2, 3, 9, 27)
    far["h"], far["Whh"] = np.round(0.3 * far["h"], 3), np.round(0.95 * _rotation(draw, 3), 3)
    yield ask("long", **far)
    rest = _inputs(draw, 2, 6, 4, 5, 2, 4)
    yield ask("zeros", **rest | {"h0": 0 * rest["h0"], "x": zeroed(rest["x"], (slice(None), 2), (0, 4))})


def _rotation(draw: Draw, H: int) -> np.ndarray[Any, Any]:
    return np.asarray(np.linalg.qr(draw.normal(size=(H, H)))[0])


def _doubled(first: Value, second: Value) -> bool:
    return all(np.allclose(2 * first[name], second[name]) for name in first)


def _twice_the_batch(i: dict[str, Value]) -> dict[str, Value]:
    return i | {name: np.concatenate([i[name], i[name]]) for name in ("x", "h", "h0", "dh")}


TRUNCATED_BPTT = Exercise(
    id="truncated_bptt",
    questions=_truncated,
    core="all three gradients, with runs that overlap (k1 = 3, k2 = 7)",
    parts=("Wxh", "Whh", "bh"),
    groups=(
        Group("chunks", "chunks that do not look back (k1 = k2)"),
        Group("uneven", "a last chunk that is shorter than k1"),
        Group("each", "a run after every step (k1 = 1)"),
        Group("whole", "k1 = k2 = T, which truncates nothing"),
        Group("beyond", "k2 larger than T"),
        Group("long", "28 steps, of which a run visits up to 27"),
        Group("zeros", "a state and inputs of zeros"),
        Group("edge", "one example of one step (N = T = 1)"),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with dh doubled",
            lambda i: i | {"dh": 2 * i["dh"]},
            lambda i, first, j, second: _doubled(first, second),
        ),
        Invariant(
            "batch",
            "the numbers, with every example twice in the batch",
            _twice_the_batch,
            lambda i, first, j, second: _doubled(first, second),
        ),
    ),
    hints=(
        "Write the ordinary backward pass first: one run, from the last step to the first. It is the case "
        "k1 = k2 = T, so three groups of the check pass.",
        "Now an outer loop over the chunks. Each turn is a run of its own, with its own dh_next that starts "
        "from zeros. A chunk starts where the one before ended. Which steps does a run visit? From the end of "
        "its chunk, k2 steps back, but not before step 0.",
        "In a run, steps of the chunk itself (t >= start) add dh[:, t]. Earlier steps have had their dh in "
        "an earlier run: only dh_next passes through them, and still adds to the weight gradients.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "one_run_for_each_loss",
            source="""
            def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
                N, T, H = h.shape
                dWxh, dWhh, dbh = np.zeros((x.shape[-1], H)), np.zeros_like(Whh), np.zeros(H)
                for s in range(T):
                    end = min((s // k1 + 1) * k1, T)
                    back = dh[:, s]
                    for t in range(s, max(end - k2, 0) - 1, -1):
                        da = back * (1 - h[:, t] ** 2)
                        prev = h[:, t - 1] if t > 0 else h0
                        dWxh = dWxh + np.einsum("nd,nh->dh", x[:, t], da)
                        dWhh = dWhh + np.einsum("ni,nj->ij", prev, da)
                        dbh = dbh + np.einsum("nh->h", da)
                        back = np.einsum("nj,ij->ni", da, Whh)
                return {"Wxh": dWxh, "Whh": dWhh, "bh": dbh}
            """,
        ),
        other_way(
            "collect_then_sum",
            source="""
            def truncated_bptt(x, h, h0, dh, Whh, k1, k2, verbose=False):
                T = h.shape[1]
                states = [h0] + [h[:, t] for t in range(T)]
                total = np.zeros_like(h)
                for end in sorted({*range(k1, T + 1, k1), T}):
                    begin = (end - 1) // k1 * k1
                    back = 0
                    for t in list(range(T))[max(end - k2, 0):end][::-1]:
                        da = (back + (dh[:, t] if t >= begin else 0)) * (1 - states[t + 1] ** 2)
                        total[:, t] += da
                        back = da @ Whh.T
                prev = np.stack(states[:-1], axis=1)
                return {
                    "Wxh": np.tensordot(x, total, axes=([0, 1], [0, 1])),
                    "Whh": np.tensordot(prev, total, axes=([0, 1], [0, 1])),
                    "bh": total.sum(axis=(0, 1)),
                }
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def truncated_bptt(x, h, h0, dh, W, k1, k2):
                grads = {"Wxh": 0, "Whh": 0, "bh": 0}
                for xs, hs, start_state, ds in zip(x, h, h0, dh):
                    for start in range(0, len(hs), k1):
                        end, carried = min(start + k1, len(hs)), np.zeros(len(W))
                        for t in range(end)[::-1][:k2]:
                            total = carried + ds[t] if t >= start else carried
                            da = total * (1 - hs[t]) * (1 + hs[t])
                            grads["Wxh"] = grads["Wxh"] + np.outer(xs[t], da)
                            grads["Whh"] = grads["Whh"] + np.outer(hs[t - 1] if t else start_state, da)
                            grads["bh"] = grads["bh"] + da
                            carried = W @ da
                return grads
            """,
        ),
        other_way(
            "helper_with_queue",
            source="""
            def one_run(x, h, before, dh, Whh, end, new, k2):
                N, _, H = h.shape
                out = [np.zeros((x.shape[2], H)), np.zeros((H, H)), np.zeros(H)]
                dh_next, t = np.zeros((N, H)), end - 1
                while t >= 0 and end - t <= k2:
                    da = dh_next * (1 - h[:, t] ** 2)
                    if end - t <= new:
                        da = da + dh[:, t] * (1 - h[:, t] ** 2)
                    out = [out[0] + x[:, t].T @ da, out[1] + before[:, t].T @ da, out[2] + da.sum(0)]
                    dh_next, t = da @ Whh.T, t - 1
                return out

            def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
                before = np.concatenate([h0[:, None], h], axis=1)[:, :-1]
                T = h.shape[1]
                ends = [*range(k1, T, k1), T]
                news = np.diff([0, *ends])
                runs = [one_run(x, h, before, dh, Whh, e, n, k2) for e, n in zip(ends, news)]
                return {name: sum(run[i] for run in runs) for i, name in enumerate(("Wxh", "Whh", "bh"))}
            """,
        ),
    ),
)
