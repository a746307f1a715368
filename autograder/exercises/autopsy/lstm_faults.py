"""What claims to be ``lstm_step_backward``, right and wrong, for tests of learners to be judged with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.course.exercise import Draw

Array = np.ndarray[Any, Any]
Backward = Callable[..., Any]
Parts = dict[str, Array]


def _sigmoid(a: Array) -> Array:
    return (1 + np.tanh(a / 2)) / 2


def step_back(
    arguments: tuple[Array, ...],
    *,
    whole: Callable[[Parts], Array] = lambda p: p["dc"] + p["dh"] * p["o"] * (1 - p["shown"] ** 2),
    to_c: Callable[[Parts], Array] = lambda p: p["all"] * p["f"],
    da: Callable[[Parts], list[Array]] = lambda p: gates(p),
    weighed: Callable[[Parts], Array] = lambda p: p["h_prev"],
) -> list[Array]:
    """Go back through one step; every part of the way may be another one.

    Returns dx_t (N, D), dh_prev (N, H), dc_prev (N, H), dWx (D, 4H), dWh (H, 4H), db (4H,).
    """
    p = dict(zip(("dh", "dc", "x_t", "h_prev", "c_prev", "Wx", "Wh", "b"), arguments, strict=True))
    blocks = np.split(p["x_t"] @ p["Wx"] + p["h_prev"] @ p["Wh"] + p["b"], 4, axis=1)  # (N, H) each
    p |= dict(zip("ifo", (_sigmoid(blocks[k]) for k in (0, 1, 3)), strict=True)) | {"g": np.tanh(blocks[2])}
    p |= {"a_o": blocks[3], "c": p["f"] * p["c_prev"] + p["i"] * p["g"]}
    p |= {"shown": np.tanh(p["c"])}
    p |= {"all": whole(p)}
    joined = np.concatenate(da(p), axis=1)  # (N, 4H)
    sums = [p["x_t"].T @ joined, weighed(p).T @ joined, joined.sum(axis=0)]
    return [joined @ p["Wx"].T, joined @ p["Wh"].T, to_c(p), *sums]


def gates(
    p: Parts,
    *,
    slope: Callable[[Array], Array] = lambda gate: gate * (1 - gate),
    slope_g: Callable[[Array], Array] = lambda g: 1 - g**2,
    kept: str = "c_prev",
    seen: str = "shown",
) -> list[Array]:
    """Return the gradients of the four sums, in the order i, f, g, o."""
    return [
        p["all"] * p["g"] * slope(p["i"]),
        p["all"] * p[kept] * slope(p["f"]),
        p["all"] * p["i"] * slope_g(p["g"]),
        p["dh"] * p[seen] * slope(p["o"]),
    ]


def _changed(**parts: Any) -> Backward:
    """Return the step with some of its parts exchanged."""

    def lstm_step_backward(
        dh: Array, dc: Array, x_t: Array, h_prev: Array, c_prev: Array, Wx: Array, Wh: Array, b: Array
    ) -> tuple[Array, ...]:
        return tuple(step_back((dh, dc, x_t, h_prev, c_prev, Wx, Wh, b), **parts))

    return lstm_step_backward


def _afterwards(change: Callable[..., Any]) -> Backward:
    """Return the right step with something done to its results, or to dh and dc."""

    def lstm_step_backward(
        dh: Array, dc: Array, x_t: Array, h_prev: Array, c_prev: Array, Wx: Array, Wh: Array, b: Array
    ) -> Any:
        return change(step_back((dh, dc, x_t, h_prev, c_prev, Wx, Wh, b)), dh, dc)

    return lstm_step_backward


def through_h(draw: Draw) -> Iterator[Backward]:
    """Yield those that do not add up the two uses of the cell."""
    yield _changed(whole=lambda p: p["dc"])
    yield _changed(whole=lambda p: p["dc"] + p["dh"] * (1 - p["shown"] ** 2))
    yield _changed(whole=lambda p: p["dc"] + p["dh"] * p["o"])


def the_old_cell(draw: Draw) -> Iterator[Backward]:
    """Yield those that lose what arrives at the cell, or carry it on wrongly."""
    yield _changed(whole=lambda p: p["dh"] * p["o"] * (1 - p["shown"] ** 2))
    yield _changed(to_c=lambda p: p["all"])
    yield _changed(to_c=lambda p: p["dc"] * p["f"])


def gate_slopes(draw: Draw) -> Iterator[Backward]:
    """Yield those with a wrong slope in a gate."""
    yield _changed(da=lambda p: gates(p, slope=np.ones_like))
    yield _changed(da=lambda p: gates(p, slope=lambda gate: _sigmoid(gate) * (1 - _sigmoid(gate))))
    yield _changed(da=lambda p: gates(p, slope_g=lambda g: g * (1 - g)))


def partners(draw: Draw) -> Iterator[Backward]:
    """Yield those that give a gate the wrong partner, or the wrong block."""
    yield _changed(da=lambda p: gates(p, seen="c"))
    yield _changed(da=lambda p: gates(p, kept="c"))
    yield _changed(da=lambda p: [gates(p)[k] for k in (1, 0, 2, 3)])
    yield _changed(da=lambda p: [gates(p)[k] for k in (0, 1, 3, 2)])
    yield _changed(da=lambda p: [gate * (k != 1) for k, gate in enumerate(gates(p))])
    yield _changed(weighed=lambda p: 0 * p["h_prev"])


def results(draw: Draw) -> Iterator[Backward]:
    """Yield those that hand over something else, or change what they were given."""
    limit = draw.uniform(20.0, 24.0)
    yield _afterwards(lambda r, dh, dc: (*r[:5], r[5] / len(dh)))
    yield _afterwards(lambda r, dh, dc: (*r[:5], r[5] * np.ones((len(dh), 1))))
    yield _afterwards(lambda r, dh, dc: (r[0], r[2], r[1], *r[3:]))
    yield _afterwards(lambda r, dh, dc: tuple(np.clip(array, -limit, limit) for array in r))
    yield _afterwards(_writes_into_dc)


def _writes_into_dc(r: list[Array], dh: Array, dc: Array) -> tuple[Array, ...]:
    dc += dh
    return tuple(r)


def right_ones(draw: Draw) -> Iterator[Backward]:
    """Yield right implementations that agree up to rounding."""
    yield _changed()
    yield _afterwards(lambda r, dh, dc: r)
    yield _changed(whole=lambda p: p["dc"] + p["dh"] * p["o"] / np.cosh(p["c"]) ** 2)
    yield _one_by_one


def _one_by_one(
    dh: Array, dc: Array, x_t: Array, h_prev: Array, c_prev: Array, Wx: Array, Wh: Array, b: Array
) -> tuple[Array, ...]:
    each = (dh, dc, x_t, h_prev, c_prev)
    rows = [step_back((*(array[n : n + 1] for array in each), Wx, Wh, b)) for n in reversed(range(len(dh)))]
    states = [np.concatenate([row[k] for row in rows[::-1]]) for k in range(3)]
    return (*states, *(np.sum([row[k] for row in rows], axis=0) for k in range(3, 6)))


FAMILIES: dict[str, Callable[[Draw], Iterator[Backward]]] = {
    "core": right_ones,
    "through_h": through_h,
    "old_cell": the_old_cell,
    "gate_slopes": gate_slopes,
    "partners": partners,
    "results": results,
}
"""The right ones, and the wrong ones by what they do wrong."""
