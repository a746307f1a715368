"""Known wrong ways of ``adam_step``."""

from __future__ import annotations

from autograder.course.exercise import mistake

T = 't = state["t"] + 1'


_M = 'beta1 * state["m"][name] + (1 - beta1) * grad'


_V = 'beta2 * state["v"][name] + (1 - beta2) * grad**2'


_M_HAT = "m_hat = m[name] / (1 - beta1**t)"


_V_HAT = "v_hat = v[name] / (1 - beta2**t)"


_NEW = "value - learning_rate * m_hat / (np.sqrt(v_hat) + eps)"


_STATE = '{"t": t, "m": m, "v": v}'


MISTAKES = (
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
        (T, 't = state["t"] + 2'),
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
        (T, f"beta1, beta2 = 0.9, 0.999\n    {T}"),
    ),
    mistake(
        "eps_fixed",
        "You use 1e-8, whatever eps is. That is a default: use the argument.",
        (T, f"eps = 1e-8\n    {T}"),
    ),
    mistake(
        "settings_fixed",
        """You use 0.9, 0.999 and 1e-8, whatever beta1, beta2 and eps are. Those are defaults: use the
        arguments.""",
        (T, f"beta1, beta2, eps = 0.9, 0.999, 1e-8\n    {T}"),
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
)
