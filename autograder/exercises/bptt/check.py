"""Notebook 03: the gradient check that the learner writes."""

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
from autograder.exercises.bptt.check_mistakes import MISTAKES
from rnncourse.checking.caseset import Group
from rnncourse.checking.given import Given
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value

WAVE = Given("wave")


def _params(draw: Draw) -> dict[str, Value]:
    """Return parameters of several shapes: more than ten entries, none (0-d), and the layout of a transpose.

    No slope is near 0: whoever divides by one would get what rounding left, and another number each time.
    """
    while True:
        params: dict[str, Value] = {
            "Wxh": np.asfortranarray(weights(draw, 3, 4)),
            "bh": weights(draw, 2),
            "gain": np.asarray(weights(draw)),
            "by": weights(draw, 3),
        }
        if min(np.abs(slopes).min() for slopes in _wave_gradient(params).values()) > 0.02:
            return params


def _eighths(draw: Draw) -> dict[str, Value]:
    """Return parameters that a computer holds exactly, so that a right gradient gives exactly 0."""
    shapes: dict[str, tuple[int, ...]] = {"W": (2, 3), "b": (4,)}
    return {name: draw.integers(3, 20, shape) / 8 for name, shape in shapes.items()}


def _wave_gradient(params: dict[str, Value]) -> dict[str, Value]:
    """Return the gradient of the given function ``wave``."""
    total = sum(value.sum() for value in params.values())
    return {name: np.asarray(np.cos(total) + value) for name, value in params.items()}


def _spoilt(grads: dict[str, Value], name: str, index: tuple[int, ...], change: float) -> dict[str, Value]:
    """Return `grads` with one entry changed."""
    spoilt = {key: value.copy() for key, value in grads.items()}
    spoilt[name][index] += change
    return spoilt


def _gradient_check(draw: Draw) -> Iterator[Question]:
    with_scalar = _params(
        draw
    )  # in its own test alone: elsewhere chance decides whether its error is the largest
    params = {name: value for name, value in with_scalar.items() if value.ndim}
    grads = _wave_gradient(params)
    yield ask(loss=WAVE, params=params, grads=grads, eps=0.25)
    for name, index, change in (
        ("by", (1,), 0.5),
        ("Wxh", (2, 1), -0.7),
        ("bh", (1,), 9.0),
        ("Wxh", (2, 3), 0.4),
        ("Wxh", (0, 0), 0.3),
    ):
        yield ask(loss=WAVE, params=params, grads=_spoilt(grads, name, index, change), eps=0.01)
    for factor in (0.5, -1.0):
        scaled = {name: factor * value for name, value in grads.items()}
        yield ask(loss=WAVE, params=params, grads=scaled, eps=0.02)
    large = {name: value + 6.0 for name, value in params.items()}  # slopes above 1: they are the scale
    yield ask(loss=WAVE, params=large, grads=_spoilt(_wave_gradient(large), "by", (0,), 2.0), eps=0.02)
    below = {name: value - 6.0 for name, value in params.items()}
    yield ask(loss=WAVE, params=below, grads=_spoilt(_wave_gradient(below), "bh", (0,), -2.0), eps=0.02)
    square: dict[str, Value] = {"Whh": weights(draw, 3, 3)}  # its transpose has the same shape
    yield ask(loss=WAVE, params=square, grads=_wave_gradient(square), eps=0.25)
    spoilt = _spoilt(_wave_gradient(with_scalar), "gain", (), 0.6)
    yield ask("scalar", loss=WAVE, params=with_scalar, grads=spoilt, eps=0.01)
    yield ask("order", loss=WAVE, params=params, grads=dict(reversed(grads.items())), eps=0.02)
    yield from _exact_questions(draw)


def _exact_questions(draw: Draw) -> Iterator[Question]:
    """Yield questions whose slopes come out without rounding."""
    exact, squares = _eighths(draw), Given("sum_of_squares")
    yield ask("right", loss=squares, params=exact, grads=dict(exact), eps=0.5)
    twice = {name: 2 * value for name, value in exact.items()}
    yield ask("wrong", loss=squares, params=exact, grads=twice, eps=0.5)
    negated = {name: -value for name, value in exact.items()}
    yield ask("wrong", loss=squares, params=exact, grads=negated, eps=0.5)
    zeros = {name: 0 * value for name, value in exact.items()}
    yield ask("zero", loss=Given("constant"), params=exact, grads=zeros, eps=0.125)
    yield ask("zero", loss=Given("constant"), params=exact, grads=_spoilt(zeros, "b", (0,), 0.25), eps=0.125)
    yield ask("zero", loss=squares, params=exact, grads=exact | {"W": zeros["W"]}, eps=0.5)
    yield from _odd_questions(exact)


def _odd_questions(params: dict[str, Value]) -> Iterator[Question]:
    """Yield questions in which a NaN or an infinity comes up, at the first entry, the last, and between."""
    grads, eps, never_small = _wave_gradient(params), 1 / 1024, Property("no_pass")
    for name, index in (("W", (0, 0)), ("W", (0, 2)), ("b", (1,)), ("b", (3,))):
        place = int(np.ravel_multi_index(index, params[name].shape))
        late = Given("broken_beyond", (name, place, float(params[name][index]) + 1 / 2048))
        yield ask("nan", never_small, loss=late, params=params, grads=grads, eps=eps)
        odd = float("inf" if place == 2 else "nan")
        yield ask(
            "nan", never_small, loss=WAVE, params=params, grads=_spoilt(grads, name, index, odd), eps=eps
        )


def _twice(inputs: dict[str, Value], name: str) -> dict[str, Value]:
    return inputs | {name: {key: np.asarray(2 * value) for key, value in inputs[name].items()}}


GRADIENT_CHECK = Exercise(
    id="gradient_check",
    questions=_gradient_check,
    core="the largest error, for right and wrong gradients",
    groups=(
        Group("right", "the error of a right gradient, which is 0"),
        Group("wrong", "the error of a gradient that is twice too large"),
        Group("zero", "the error where one slope is 0, or both"),
        Group("scalar", "a parameter that is a single number, of shape ()"),
        Group("nan", "the answer where a NaN comes up", 2.0),
        Group("order", "the names of grads in another order"),
    ),
    invariants=(
        Invariant(
            "doubled",
            "the numbers, with the gradients doubled",
            lambda i: _twice(i, "grads"),
            lambda i, first, j, second: second > first,
        ),
    ),
    hints=(
        "Three nested things: a loop over the names, a loop over the entries of that array, and for "
        "each entry two calls of loss. What must be true of the array when you go on to the next entry?",
        "np.ndindex(value.shape) gives every index of an array of any shape. Keep the old entry in a "
        "variable, write old + eps, call loss, write old - eps, call loss, write old back.",
        "The slope is the difference of the two losses over 2 eps. Keep the slopes of one array in an array of "
        "its shape; then the largest difference and the largest slope are one line each. If the error is NaN, "
        "return np.inf at once: max() would forget it.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "copies",
            source="""
            def _slope(loss, params, name, index, eps):
                def at(step):
                    moved = {key: array.copy() for key, array in params.items()}
                    moved[name][index] += step
                    return loss(moved)
                return (at(eps) - at(-eps)) / (2.0 * eps)

            def gradient_check(loss, params, grads, eps=1e-5):
                errors = []
                for name in params:
                    n = [_slope(loss, params, name, i, eps) for i in np.ndindex(*params[name].shape)]
                    g = [grads[name][i] for i in np.ndindex(*params[name].shape)]
                    largest = np.max([abs(a - b) for a, b in zip(n, g)])
                    errors.append(largest / np.max([1.0] + [abs(a) for a in n]))
                return np.max(errors)
            """,
        ),
        other_way(
            "flat",
            source="""
            def gradient_check(loss, params, grads, eps=1e-5, floor=1.0):
                worst = []
                for name in sorted(params):
                    p, g = params[name], grads[name].ravel()
                    numeric = np.zeros(p.size)
                    for i in range(p.size):
                        old = p.flat[i]
                        p.flat[i] = old + eps
                        up = loss(params)
                        p.flat[i] = old - eps
                        numeric[i] = (up - loss(params)) / (2 * eps)
                        p.flat[i] = old
                    worst.append(np.abs(numeric - g).max() / np.maximum(np.abs(numeric).max(), floor))
                return float(np.array(worst).max())
            """,
        ),
        other_way(
            "nditer",
            source="""
            def gradient_check(loss, params, grads, eps=1e-5):
                worst = np.float64(0)
                for name, p in params.items():
                    it, n = np.nditer(p, flags=["multi_index"]), np.zeros_like(p)
                    while not it.finished:
                        i = it.multi_index
                        kept = p[i].copy()
                        p[i] += eps
                        a = loss(params)
                        p[i] = kept - eps
                        b = loss(params)
                        p[i] = kept
                        n[i] = (a - b) / eps / 2
                        it.iternext()
                    e = np.linalg.norm((n - grads[name]).ravel(), np.inf) / max(1, np.linalg.norm(n.ravel(), np.inf))
                    if not e <= worst:
                        worst = e
                    if np.isnan(e):
                        return e
                return worst
            """,
        ),
        other_way(
            "measured_first",
            source="""
            def gradient_check(f, p, g, h=1e-5):
                numeric = {k: np.zeros_like(v) for k, v in p.items()}
                for k in p:
                    for i in np.ndindex(p[k].shape):
                        step = np.zeros_like(p[k])
                        step[i] = h
                        numeric[k][i] = (f({**p, k: p[k] + step}) - f({**p, k: p[k] - step})) / (2 * h)
                if not all(np.isfinite(g[k]).all() and np.isfinite(numeric[k]).all() for k in p):
                    return np.inf
                scale = {k: np.fmax(1, np.abs(numeric[k]).max()) for k in p}
                return max(np.abs((numeric[k] - g[k]) / scale[k]).max() for k in p)
            """,
        ),
    ),
)
