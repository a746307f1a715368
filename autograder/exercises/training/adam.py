"""Notebook 04: Adam."""

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
)
from autograder.exercises.training.adam_mistakes import MISTAKES, T
from autograder.exercises.training.steps import arrays, scaled
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, t: int, rate: float, **settings: float) -> dict[str, Value]:
    """Return parameters, gradients, a state after `t` steps, the rate and the settings.

    m has the sign of the gradients and the parameters have the opposite one. So nothing cancels, and
    whoever works with single precision is as close as that allows.
    """
    D, H = (int(size) for size in draw.permutation([2, 3, 4])[:2])  # small, or the public file gets large
    m, v = arrays(draw, D, H), {name: value**2 for name, value in arrays(draw, D, H).items()}
    past = float(t > 0)
    params, grads = arrays(draw, D, H), arrays(draw, D, H, 1.5)
    m = {name: np.copysign(value, grads[name]) for name, value in m.items()}
    params = {name: np.copysign(value, -grads[name]) for name, value in params.items()}
    state = {"t": t, "m": scaled(m, past), "v": scaled(v, past)}
    given = {"params": params, "grads": grads, "state": state}
    return given | {"learning_rate": rate} | settings


def _adam(draw: Draw) -> Iterator[Question]:
    yield ask(**_inputs(draw, 2, 0.3, beta1=0.8, beta2=0.95, eps=0.2))
    yield ask("first", **_inputs(draw, 0, 0.1, beta1=0.9, beta2=0.99, eps=1e-3))
    yield ask("defaults", **_inputs(draw, 3, 0.05))
    yield ask("late", **_inputs(draw, 5000, 0.01, beta1=0.9, beta2=0.999, eps=1e-8))
    first = _inputs(draw, 0, 0.1)
    yield ask("zero", **first | {"grads": scaled(first["grads"], 0.0)})
    later = _inputs(draw, 4, 0.2)
    name = next(iter(later["grads"]))
    yield ask("still", **later | {"grads": later["grads"] | {name: 0.0 * later["grads"][name]}})


def _same_step(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    """Return whether the parameters moved the same way in both."""
    return all(np.allclose(first[0][k], second[0][k]) for k in first[0])


def _scaled_problem(i: dict[str, Value]) -> dict[str, Value]:
    """Return the inputs with a loss that is 1,000 times as large, past and present, eps included."""
    state = {
        "t": i["state"]["t"],
        "m": scaled(i["state"]["m"], 1e3),
        "v": scaled(i["state"]["v"], 1e6),
    }
    return i | {"grads": scaled(i["grads"], 1e3), "state": state, "eps": i["eps"] * 1e3}


ADAM_STEP = Exercise(
    id="adam_step",
    questions=_adam,
    core="the parameters and the state after a step",
    parts=("params", "state"),
    groups=(
        Group("first", "the first step, from a state of zeros"),
        Group("defaults", "beta1, beta2 and eps not given"),
        Group("late", "step 5,001, where the correction is small"),
        Group("still", "a gradient that is 0 now, but was not before"),
        Group("zero", "gradients that are all 0, from the start"),
    ),
    invariants=(
        Invariant(
            "scale", "the numbers, with a loss 1,000 times as large, eps with it", _scaled_problem, _same_step
        ),
        Invariant(
            "opposite",
            "the numbers, with parameters, m and gradients negated",
            lambda i: (
                i
                | {
                    "params": scaled(i["params"], -1.0),
                    "grads": scaled(i["grads"], -1.0),
                    "state": i["state"] | {"m": scaled(i["state"]["m"], -1.0)},
                }
            ),
            lambda i, first, j, second: all(np.allclose(first[0][k], -second[0][k]) for k in first[0]),
        ),
    ),
    hints=(
        "Translate the five lines of the section one by one. Count the step first: everything below uses "
        "the new t.",
        "Keep four things apart: m and v go into the new state as they are; m_hat and v_hat are corrected "
        "and serve only this step.",
        "For each name: m = beta1 old + (1 - beta1) gradient; v the same with beta2 and the squared "
        "gradient; divide by 1 - beta1**t and 1 - beta2**t; step = rate * m_hat / (root of v_hat, plus "
        "eps).",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "single_precision_gradients",
            (T, f"grads = {{name: grad.astype(np.float32) for name, grad in grads.items()}}\n    {T}"),
        ),
        other_way(
            "one_loop",
            source="""
            def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
                t, m, v, new = state["t"] + 1, {}, {}, {}
                for k in params:
                    g = grads[k]
                    m[k] = state["m"][k] + (1 - beta1) * (g - state["m"][k])
                    v[k] = state["v"][k] + (1 - beta2) * (g * g - state["v"][k])
                    root = np.sqrt(v[k] / (1 - np.power(beta2, t))) + eps
                    new[k] = params[k] - learning_rate * m[k] / (1 - np.power(beta1, t)) / root
                return new, {"m": m, "v": v, "t": t}
            """,
        ),
        other_way(
            "deep_copy",
            source="""
            from copy import deepcopy
            def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
                params, state = deepcopy(params), deepcopy(state)
                state["t"] += 1
                for name in params:
                    state["m"][name] = beta1 * state["m"][name] + (1 - beta1) * grads[name]
                    state["v"][name] = beta2 * state["v"][name] + (1 - beta2) * grads[name] ** 2
                    mean = state["m"][name] / (1 - beta1 ** state["t"])
                    square = state["v"][name] / (1 - beta2 ** state["t"])
                    params[name] = params[name] - learning_rate * mean / (square**0.5 + eps)
                return params, state
            """,
        ),
        other_way(
            "folded_rate",
            source="""
            def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
                t = 1 + state["t"]
                root = (1 - beta2**t) ** 0.5
                m = {k: beta1 * state["m"][k] + (1 - beta1) * grads[k] for k in grads}
                v = {k: beta2 * state["v"][k] + (1 - beta2) * grads[k] ** 2 for k in grads}
                rate = learning_rate * root / (1 - beta1**t)
                new = {k: params[k] - rate * m[k] / (np.sqrt(v[k]) + eps * root) for k in params}
                return new, dict(t=t, m=m, v=v)
            """,
        ),
        other_way(
            "helpers_and_more_settings",
            source="""
            def running_mean(old, new, beta):
                return beta * old + (1 - beta) * new
            def adam_step(p, g, state, lr, b1=0.9, b2=0.999, epsilon=1e-8, weight_decay=0.0):
                t = state["t"] + 1
                m = {k: running_mean(state["m"][k], g[k], b1) for k in p}
                v = {k: running_mean(state["v"][k], np.square(g[k]), b2) for k in p}
                step = lambda k: m[k] / (1 - b1**t) / (np.sqrt(v[k] / (1 - b2**t)) + epsilon)
                return [{k: p[k] - lr * step(k) for k in p}, {"t": t, "m": m, "v": v}]
            """,
        ),
    ),
)
