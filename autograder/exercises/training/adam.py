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
    mistake,
    other_way,
)
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


_T = 't = state["t"] + 1'
_M = 'beta1 * state["m"][name] + (1 - beta1) * grad'
_V = 'beta2 * state["v"][name] + (1 - beta2) * grad**2'
_M_HAT = "m_hat = m[name] / (1 - beta1**t)"
_V_HAT = "v_hat = v[name] / (1 - beta2**t)"
_NEW = "value - learning_rate * m_hat / (np.sqrt(v_hat) + eps)"
_STATE = '{"t": t, "m": m, "v": v}'

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
    mistakes=(
        mistake(
            "variance_about_the_mean",
            """Your v averages the squares of the gradient minus its running mean. The squares of the gradient
            itself are averaged.""",
            (_V, _V.replace("grad**2", "(grad - m[name]) ** 2")),
        ),
        mistake(
            "never_smaller",
            """Your v never becomes smaller than it was. That is a variant of Adam; here v is a running mean, which
            falls when gradients do.""",
            ("new = {}", 'v = {name: np.maximum(v[name], state["v"][name]) for name in v}\n    new = {}'),
        ),
        mistake(
            "step_before_the_mean",
            """You make the step with the running mean from before, and put the present gradient into it afterwards.
            The mean is renewed first.""",
            (_M_HAT, 'm_hat = (state["m"][name] if t > 1 else m[name]) / (1 - beta1**t)'),
        ),
        mistake(
            "still_without_gradient",
            """Where the present gradient is 0 you leave the parameter where it is. The running mean m is not 0
            there: Adam goes on in the direction of the steps before.""",
            ("/ (np.sqrt(v_hat) + eps)", "* (grads[name] != 0) / (np.sqrt(v_hat) + eps)"),
        ),
        mistake(
            "no_correction",
            """You use m and v without dividing by 1 - beta**t. They start at 0, so they are too small at
            first: the first steps come out with the wrong length.""",
            (_M_HAT, "m_hat = m[name]"),
            (_V_HAT, "v_hat = v[name]"),
        ),
        mistake(
            "correction_of_the_first_step",
            """You divide by 1 - beta at every step. That is the correction of the first step: later it is
            1 - beta**t, which goes to 1. From the second step on your moves are too long.""",
            (_M_HAT, "m_hat = m[name] / (1 - beta1)"),
            (_V_HAT, "v_hat = v[name] / (1 - beta2)"),
        ),
        mistake(
            "only_m_corrected",
            "Only m is corrected. v starts at 0 as well, and needs its own correction.",
            (_V_HAT, "v_hat = v[name]"),
        ),
        mistake(
            "only_v_corrected",
            "Only v is corrected. m starts at 0 as well, and needs its own correction.",
            (_M_HAT, "m_hat = m[name]"),
        ),
        mistake(
            "betas_swapped",
            """The two betas are swapped: beta1 belongs to m, the mean of gradients; beta2 to v, the mean of
            their squares.""",
            (_M, _M.replace("beta1", "beta2")),
            (_V, _V.replace("beta2", "beta1")),
            (_M_HAT, _M_HAT.replace("beta1", "beta2")),
            (_V_HAT, _V_HAT.replace("beta2", "beta1")),
        ),
        mistake(
            "corrections_swapped",
            "m is divided by the correction of v, and v by that of m. Each has its own beta.",
            (_M_HAT, _M_HAT.replace("beta1", "beta2")),
            (_V_HAT, _V_HAT.replace("beta2", "beta1")),
        ),
        mistake(
            "same_correction",
            "Both are corrected with beta1. v decays with beta2, so its correction uses beta2.",
            (_V_HAT, _V_HAT.replace("beta2", "beta1")),
        ),
        mistake(
            "eps_inside_root",
            """Your eps is under the root. There it counts as its own root: 1e-8 becomes 1e-4, and small
            gradients get shorter steps. It is added after the root.""",
            ("(np.sqrt(v_hat) + eps)", "np.sqrt(v_hat + eps)"),
        ),
        mistake(
            "eps_before_correction",
            """Your eps is added to the root of v before the correction, so it is corrected as well. Correct
            first, then take the root, then add.""",
            (_NEW, "value - learning_rate * m_hat / ((np.sqrt(v[name]) + eps) / np.sqrt(1 - beta2**t))"),
        ),
        mistake(
            "no_eps",
            """Your divisor has no eps. A parameter whose gradients have all been 0 then gives 0/0, which is
            nan.""",
            ("np.sqrt(v_hat) + eps", "np.sqrt(v_hat)"),
        ),
        mistake(
            "no_root",
            "You divide by v_hat itself. Its root is in the units of a gradient, so that units cancel.",
            ("np.sqrt(v_hat)", "v_hat"),
        ),
        mistake(
            "not_squared",
            "Your v averages the gradients. It should average their squares.",
            (_V, _V.replace("grad**2", "grad")),
        ),
        mistake(
            "squared_mean",
            "Your v uses the square of m. It averages the squares of the gradients themselves.",
            (_V, _V.replace("grad**2", "m[name] ** 2")),
        ),
        mistake(
            "t_not_counted",
            "You use the old t. At the first step it is 0, and 1 - beta**0 is 0: count this step first.",
            (_M_HAT, 'm_hat = m[name] / (1 - beta1 ** state["t"])'),
            (_V_HAT, 'v_hat = v[name] / (1 - beta2 ** state["t"])'),
        ),
        mistake(
            "t_not_kept",
            """The step is right, but the t in your new state is the old one, so every step takes itself
            for the same one.""",
            (_STATE, '{"t": state["t"], "m": m, "v": v}'),
        ),
        mistake(
            "t_ahead",
            "You count two steps: the t in the correction, or in the new state, is one too large.",
            (_T, 't = state["t"] + 2'),
        ),
        mistake(
            "t_for_each_array",
            "You count t once for each array. It counts steps: once for all of them.",
            source="""
            def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
                t, m, v, new = state["t"], {}, {}, {}
                for name, grad in grads.items():
                    t += 1
                    m[name] = beta1 * state["m"][name] + (1 - beta1) * grad
                    v[name] = beta2 * state["v"][name] + (1 - beta2) * grad**2
                    m_hat, v_hat = m[name] / (1 - beta1**t), v[name] / (1 - beta2**t)
                    new[name] = params[name] - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
                return new, {"t": t, "m": m, "v": v}
            """,
        ),
        mistake(
            "corrected_kept",
            """You put m_hat and v_hat into the state. At the next step they would be corrected a second
            time. The state keeps m and v as they are.""",
            (
                _STATE,
                '{"t": t, "m": {k: a / (1 - beta1**t) for k, a in m.items()}, '
                '"v": {k: a / (1 - beta2**t) for k, a in v.items()}}',
            ),
        ),
        mistake(
            "correction_by_product",
            "You divide by 1 - beta * t. The correction uses beta to the power t.",
            (_M_HAT, "m_hat = m[name] / (1 - beta1 * t)"),
            (_V_HAT, "v_hat = v[name] / (1 - beta2 * t)"),
        ),
        mistake(
            "multiplied_by_correction",
            "You multiply by 1 - beta**t. m and v are too small at first, so they are divided by it.",
            (_M_HAT, "m_hat = m[name] * (1 - beta1**t)"),
            (_V_HAT, "v_hat = v[name] * (1 - beta2**t)"),
        ),
        mistake(
            "past_ignored",
            "m and v are made of this gradient alone: the old state is not used.",
            (_M, "(1 - beta1) * grad"),
            (_V, "(1 - beta2) * grad**2"),
        ),
        mistake(
            "added_not_averaged",
            "The gradient is added whole, without the factor 1 - beta. So m and v are sums, not means.",
            (_M, 'beta1 * state["m"][name] + grad'),
            (_V, 'beta2 * state["v"][name] + grad**2'),
        ),
        mistake(
            "shares_swapped",
            """The shares are swapped: you give beta to the new gradient and 1 - beta to the past. With beta
            = 0.9 the past should count nine tenths.""",
            (_M, '(1 - beta1) * state["m"][name] + beta1 * grad'),
            (_V, '(1 - beta2) * state["v"][name] + beta2 * grad**2'),
        ),
        mistake(
            "no_momentum",
            """You step along the present gradient, not along m_hat. That is another method, RMSProp with a
            correction.""",
            ("learning_rate * m_hat", "learning_rate * grads[name]"),
        ),
        mistake(
            "betas_fixed",
            "You use 0.9 and 0.999, whatever beta1 and beta2 are. Those are defaults: use the arguments.",
            (_T, f"beta1, beta2 = 0.9, 0.999\n    {_T}"),
        ),
        mistake(
            "eps_fixed",
            "You use 1e-8, whatever eps is. That is a default: use the argument.",
            (_T, f"eps = 1e-8\n    {_T}"),
        ),
        mistake(
            "settings_fixed",
            """You use 0.9, 0.999 and 1e-8, whatever beta1, beta2 and eps are. Those are defaults: use the
            arguments.""",
            (_T, f"beta1, beta2, eps = 0.9, 0.999, 1e-8\n    {_T}"),
        ),
        mistake(
            "uphill",
            "You add the step. Gradients point uphill, and so does their mean: subtract.",
            ("value - learning_rate", "value + learning_rate"),
        ),
        mistake(
            "rate_ignored",
            "The learning rate is not used.",
            ("learning_rate * m_hat", "m_hat"),
        ),
        mistake(
            "only_params",
            """You return the parameters alone. Return two things: without the new state, the next step has
            no past.""",
            (f"return new, {_STATE}", "return new"),
        ),
        mistake(
            "old_state_returned",
            "You return the state that came in. The new one holds this step's t, m and v.",
            (_STATE, '{"t": state["t"], "m": {**state["m"]}, "v": {**state["v"]}}'),
        ),
        mistake(
            "changes_state",
            """Your step writes into the state that you were given. Then a step cannot be repeated from the
            same state. Build a new one.""",
            manner="changes_its_input",
            source="""
            def adam_step(params, grads, state, learning_rate, beta1=0.9, beta2=0.999, eps=1e-8):
                state["t"] += 1
                t, new = state["t"], {}
                for name, grad in grads.items():
                    m = state["m"][name] = beta1 * state["m"][name] + (1 - beta1) * grad
                    v = state["v"][name] = beta2 * state["v"][name] + (1 - beta2) * grad**2
                    root = np.sqrt(v / (1 - beta2**t)) + eps
                    new[name] = params[name] - learning_rate * m / (1 - beta1**t) / root
                copies = {key: {k: a.copy() for k, a in state[key].items()} for key in ("m", "v")}
                return new, {"t": t, **copies}
            """,
        ),
    ),
    other_ways=(
        other_way(
            "single_precision_gradients",
            (_T, f"grads = {{name: grad.astype(np.float32) for name, grad in grads.items()}}\n    {_T}"),
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
