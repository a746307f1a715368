"""Notebook 05: how large a gradient is on its way back."""

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
    sizes,
    weights,
)
from autograder.course.long_runs import LONG, shrinking, turning
from autograder.exercises.vanishing.norms_mistakes import MISTAKES
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.values import Value


def _backward_inputs(draw: Draw, N: int, T: int, H: int) -> dict[str, Value]:
    return {
        "slopes": np.round(draw.uniform(0.1, 1.0, (N, T, H)), 3),
        "Whh": weights(draw, H, H),
        "dh_last": weights(draw, N, H),
    }


def _gradient_norms(draw: Draw) -> Iterator[Question]:
    N, T, H = sizes(draw, "N", "T", "H")
    T = max(T, 4)
    T += (T in (N, H)) + (T + 1 in (N, H) and T in (N, H))
    yield ask(**_backward_inputs(draw, N, T, H))
    yield ask(**_backward_inputs(draw, 2, 5, 3))
    yield ask("one", **_backward_inputs(draw, 1, T, H))
    yield ask("single", **_backward_inputs(draw, N, 1, H))
    yield ask("square", **_backward_inputs(draw, 4, 4, 4))
    relu = _backward_inputs(draw, 3, 5, 4)
    yield ask("relu", **relu | {"slopes": (relu["slopes"] > 0.4).astype(float)})
    yield ask("far", **_far(draw))
    yield ask("vanishing", **_backward_inputs(draw, 2, LONG, 3) | {"Whh": shrinking(draw, 3)})
    silent = _backward_inputs(draw, 3, 4, 2)
    silent["dh_last"][0], silent["slopes"][1, 2] = 0.0, 0.0
    yield ask("zero", **silent)


def _far(draw: Draw) -> dict[str, Value]:
    """Return a long case: the first example vanishes, the second keeps its size, the third explodes."""
    size = np.array([0.2, 0.45, 1.0])[:, None, None]  # (N, 1, 1)
    slopes = np.round(size * draw.uniform(0.8, 1.0, (3, LONG, 2)), 3)
    return {"slopes": slopes, "Whh": turning(draw, 2, 2.4), "dh_last": weights(draw, 3, 2)}


def _permuted(i: dict[str, Value]) -> dict[str, Value]:
    return i | {name: i[name][::-1].copy() for name in ("slopes", "dh_last")}


def _kept(i: dict[str, Value]) -> dict[str, Value]:
    H = len(i["Whh"])
    return i | {"slopes": np.ones_like(i["slopes"]), "Whh": np.roll(np.eye(H), 1, axis=0)}


GRADIENT_NORMS = Exercise(
    id="gradient_norms",
    in_double=True,
    questions=_gradient_norms,
    core="the norm at every step, for each example",
    tolerance=Tolerance(absolute=0.0),  # each step counts by its own size
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "one step (T = 1): the norm of what came in"),
        Group("square", "N = T = H, where shapes catch nothing"),
        Group("relu", "slopes that are 0 or 1"),
        Group("far", f"{LONG} steps, with gradients from 1e-9 to 1e9, each right to 1e-6 of itself"),
        Group("vanishing", f"{LONG} steps, over which every gradient falls below 1e-15"),
        Group("zero", "a gradient of zeros, and a step whose slopes are 0"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            _permuted,
            lambda i, a, j, b: np.allclose(a[::-1], b),
        ),
        Invariant(
            "twice_as_large",
            "the numbers, with a gradient three times as large and reversed",
            lambda i: i | {"dh_last": -3 * i["dh_last"]},
            lambda i, a, j, b: np.allclose(3 * a, b),
        ),
        Invariant(
            "kept",
            "the numbers, with slopes of 1 and an orthogonal Whh",
            _kept,
            lambda i, a, j, b: np.allclose(b, b[:, -1:]),
        ),
        Invariant(
            "cut",
            "the numbers, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, a, j, b: np.allclose(b[:, :-1], 0) and np.allclose(b[:, -1], a[:, -1]),
        ),
    ),
    hints=(
        "Which norm do you know without any computing? Put it in its place first, then think of one step "
        "back.",
        "One step back: multiply by the slopes at step t, entry by entry, then go through Whh against the "
        "direction of the forward pass. The result is the gradient at the step before.",
        "Loop t from T - 1 down to 1. In the loop: dh becomes (dh * slopes[:, t]) times the transpose of "
        "Whh; then norms[:, t - 1] gets its norm over the units, axis 1.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "list_and_stack",
            source="""
            def gradient_norms(s, W, g):
                found = [np.sqrt((g**2).sum(axis=-1))]
                for t in reversed(range(1, s.shape[1])):
                    g = np.einsum("nj,ij->ni", g * s[:, t], W)
                    found.append(np.sqrt((g**2).sum(axis=-1)))
                return np.array(found[::-1]).T
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def _back(dh, slope, W):
                return W @ (slope * dh)

            def gradient_norms(slopes, Whh, dh_last, back=_back):
                table = []
                for slope, dh in zip(slopes, dh_last):
                    row = [np.linalg.norm(dh)]
                    for t in range(len(slope) - 1, 0, -1):
                        dh = back(dh, slope[t], Whh)
                        row = [np.linalg.norm(dh)] + row
                    table.append(row)
                return table
            """,
        ),
        other_way(
            "all_gradients_first",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                dh = np.zeros(slopes.shape)
                dh[:, -1] = dh_last
                for t in range(slopes.shape[1] - 2, -1, -1):
                    dh[:, t] = np.dot(dh[:, t + 1] * slopes[:, t + 1], Whh.T)
                return np.linalg.norm(dh, axis=2)
            """,
        ),
        other_way(
            "jacobians",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                out = np.zeros((N, T))
                for n in range(N):
                    J = np.eye(H)
                    out[n, T - 1] = np.linalg.norm(dh_last[n])
                    for t in range(T - 1, 0, -1):
                        J = (Whh * slopes[n, t]) @ J
                        out[n, t - 1] = np.linalg.norm(J @ dh_last[n])
                return out
            """,
        ),
        other_way("single_precision", ("return norms", "return norms.astype(np.float32)")),
    ),
)
