"""Notebook 05: the product of Jacobians."""

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
    sizes,
    weights,
)
from autograder.course.long_runs import LONG, shrinking, turning
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _states(draw: Draw, *shape: int) -> Value:
    """Return states between -0.9 and 0.9, so that no slope is near 0 or all near 1."""
    return np.round(draw.uniform(-0.9, 0.9, shape), 3)


def _jacobian_product(draw: Draw) -> Iterator[Question]:
    T, H = sizes(draw, "T", "H")
    T = max(T, 4) + (max(T, 4) == H)
    yield ask(h=_states(draw, T, H), Whh=weights(draw, H, H))
    yield ask(h=_states(draw, 3, 5), Whh=weights(draw, 5, 5))
    yield ask("two", h=_states(draw, 2, H), Whh=weights(draw, H, H))
    yield ask("single", h=_states(draw, 1, H), Whh=weights(draw, H, H))
    yield ask("unit", h=_states(draw, 6, 1), Whh=weights(draw, 1, 1, scale=2.0))
    yield ask("square", h=_states(draw, 4, 4), Whh=weights(draw, 4, 4))
    yield ask("long", h=np.round(0.3 * _states(draw, LONG, 3), 3), Whh=turning(draw, 3, 1.05))
    yield ask("vanishing", h=_states(draw, LONG, 2), Whh=shrinking(draw, 2))
    resting = _states(draw, 4, 3)
    resting[1] = 0.0
    yield ask("rest", h=resting, Whh=weights(draw, 3, 3))


def _factors(factor: str, update: str = "J @ F", start: str = "np.eye(H)", steps: str = "range(1, T)") -> str:
    """Return a cell that multiplies up the factors, for mistakes that are easier to read whole."""
    return f"""
            def jacobian_product(h, Whh):
                T, H = h.shape
                J = {start}
                for t in {steps}:
                    F = {factor}
                    J = {update}
                return J
            """


JACOBIAN_PRODUCT = Exercise(
    id="jacobian_product",
    questions=_jacobian_product,
    core="every entry of the derivative of the last state by the first",
    groups=(
        Group("two", "two steps (T = 2): a single factor"),
        Group("single", "one step (T = 1): no factor at all"),
        Group("unit", "one unit (H = 1): plain numbers"),
        Group("square", "T = H, where shapes catch nothing"),
        Group("long", f"{LONG} steps, through which nothing is lost"),
        Group("vanishing", f"{LONG} steps, after which next to nothing is left", by_row=True),
        Group("rest", "a state of zeros on the way"),
    ),
    invariants=(
        Invariant(
            "linear_power",
            "the numbers, with states that are all 0, so slopes of 1",
            lambda i: i | {"h": np.zeros_like(i["h"])},
            lambda i, a, j, b: np.allclose(b, np.linalg.matrix_power(i["Whh"], len(i["h"]) - 1)),
        ),
        Invariant(
            "opposite",
            "the numbers, with opposite states",
            lambda i: i | {"h": -i["h"]},
            lambda i, a, j, b: np.allclose(a, b),
        ),
        Invariant(
            "saturated",
            "the numbers, with a last step at which every state is 1",
            lambda i: i | {"h": np.concatenate([i["h"][:-1], np.ones_like(i["h"][-1:])])},
            lambda i, a, j, b: np.allclose(b, 0),
        ),
        Invariant(
            "first_free",
            "the numbers, with another first state",
            lambda i: i | {"h": np.concatenate([0.5 * i["h"][:1], i["h"][1:]])},
            lambda i, a, j, b: np.allclose(a, b),
        ),
    ),
    hints=(
        "How many factors are there between the first state and the last of T? Which states do they need?",
        "One factor has shape (H, H). Column j of Whh leads into unit j, so column j is what the slope of "
        "unit j scales. Broadcasting does that without np.diag.",
        "Start with np.eye(H). For t in range(1, T): multiply what you have, from the right, by the factor "
        "of step t, which is Whh times (1 - h[t] ** 2) with broadcasting.",
    ),
    mistakes=(
        mistake(
            "transposed",
            """Your matrix is transposed: entry [i, j] must say how the last state's unit j changes with the
            first state's unit i. With row vectors the earlier unit is the row.""",
            ("return J", "return J.T"),
        ),
        mistake(
            "order_reversed",
            """Your factors stand in the reverse order. With row vectors a change of the first state meets the
            factor of step 2 first, so later factors go to the right.""",
            source=_factors("Whh * (1 - h[t] ** 2)", "F @ J"),
        ),
        mistake(
            "multiplied_into_the_weights",
            """You begin with J = Whh, which is no copy, and multiply into it. So Whh itself changes, for you from the
            first factor on, and for whoever called you.""",
            source="""
            def jacobian_product(h, Whh):
                J = Whh
                for t in range(1, len(h)):
                    J *= 1 - h[t] ** 2
                    if t < len(h) - 1:
                        J[:] = J @ Whh
                return J
            """,
        ),
        mistake(
            "slopes_on_rows",
            """Your slopes scale the rows of Whh. Row i comes *from* unit i of the old state; the slope
            belongs to the new state, whose units are the columns.""",
            source=_factors("Whh * (1 - h[t][:, None] ** 2)"),
        ),
        mistake(
            "slopes_on_rows_by_diag",
            """The diagonal matrix of slopes stands on the wrong side of Whh. A row vector goes through Whh
            first and through tanh after. (Here the first slope used is that of the first state.)""",
            source=_factors("np.diag(1 - h[t - 1] ** 2) @ Whh"),
        ),
        mistake(
            "slope_of_the_old_state",
            """Each factor uses the slope at the state *before* the step. The slope is that of the tanh that
            made the new state, so it is computed from the new state.""",
            source=_factors("Whh * (1 - h[t - 1] ** 2)"),
        ),
        mistake(
            "one_factor_too_many",
            """You have T factors. Between T states there are T - 1 steps: the tanh that made the first state
            is not between the first and the last.""",
            ("range(1, T)", "range(T)"),
        ),
        mistake(
            "first_factor_missing",
            """You have T - 2 factors: the step from the first state to the second is missing. Its factor uses
            the second state, h[1].""",
            ("range(1, T)", "range(2, T)"),
        ),
        mistake(
            "last_factor_missing",
            "You have T - 2 factors: the last step, which makes the last state, is missing.",
            ("range(1, T)", "range(1, T - 1)"),
        ),
        mistake(
            "no_slopes",
            """There are no slopes in your factors: this is the product for a linear network. tanh multiplies
            each unit by its slope at every step.""",
            source=_factors("Whh"),
        ),
        mistake(
            "no_slopes_and_one_too_many",
            """This is Whh to the power T. Between T states there are T - 1 steps, and each of them also
            multiplies by the slopes of tanh.""",
            source=_factors("Whh", steps="range(T)"),
        ),
        mistake(
            "not_squared",
            "Your slope is 1 - h. The slope of tanh, in terms of its value, is 1 minus the *square*.",
            source=_factors("Whh * (1 - h[t])"),
        ),
        mistake(
            "plus",
            "Your slope is 1 + h squared, which is at least 1. The slope of tanh is at most 1.",
            source=_factors("Whh * (1 + h[t] ** 2)"),
        ),
        mistake(
            "tanh_twice",
            """You apply tanh to h before you take the slope. h is the value of tanh already; the slope is
            computed from it directly.""",
            source=_factors("Whh * (1 - np.tanh(h[t]) ** 2)"),
        ),
        mistake(
            "sigmoid_slope",
            "Your slope is h (1 - h), that of the logistic sigmoid. The activation here is tanh.",
            source=_factors("Whh * h[t] * (1 - h[t])"),
        ),
        mistake(
            "whh_transposed",
            """Whh is transposed in your factors. A gradient going back is multiplied by the transpose; a
            derivative of the new state by the old one is not.""",
            source=_factors("Whh.T * (1 - h[t] ** 2)"),
        ),
        mistake(
            "backward_factors",
            """You multiply the factors of the backward pass: transposed, with slopes on the rows. You were
            asked for the derivative going forward, whose entry [i, j] belongs to old unit i and new unit
            j.""",
            source=_factors("(Whh * (1 - h[t] ** 2)).T"),
        ),
        mistake(
            "elementwise",
            "You multiply the factors entry by entry with *. The chain rule needs the matrix product, @.",
            source=_factors("Whh * (1 - h[t] ** 2)", "J * F", "np.ones((H, H))"),
        ),
        mistake(
            "elementwise_from_identity",
            """You multiply entry by entry with *, and one of the factors is diagonal: the identity that you
            start from, or np.diag of the slopes. So only the diagonal is left. The chain rule needs the
            matrix product, @.""",
            source=_factors("Whh * (1 - h[t] ** 2)", "J * F"),
        ),
        mistake(
            "only_the_last_factor",
            """Your answer is the factor of the last step alone: each turn of the loop forgets the product so
            far.""",
            source=_factors("Whh * (1 - h[t] ** 2)", "F"),
        ),
        mistake(
            "sum",
            "You add the factors. Steps that follow each other multiply: that is the chain rule.",
            source=_factors("Whh * (1 - h[t] ** 2)", "J + F", "np.zeros((H, H))"),
        ),
        mistake(
            "starts_from_zeros",
            """You start the product from zeros, so it stays zero. What is the derivative of a state by
            itself, before any step?""",
            ("J = np.eye(H)", "J = np.zeros((H, H))"),
        ),
        mistake(
            "starts_from_ones",
            """You start from a matrix full of ones. Multiplying by it adds up rows. The product of no factors
            is the identity matrix.""",
            ("J = np.eye(H)", "J = np.ones((H, H))"),
        ),
        mistake(
            "powers_of_whh_first",
            """You multiply all the Whh first and all the slopes after. Matrices do not commute: each step has
            its Whh and its slopes, in this order.""",
            source="""
            def jacobian_product(h, Whh):
                slopes = np.prod(1 - h[1:] ** 2, axis=0)
                return np.linalg.matrix_power(Whh, len(h) - 1) * slopes
            """,
        ),
        mistake(
            "mean_slope",
            "Each factor uses the mean of the slopes. Every unit has a slope of its own.",
            source=_factors("Whh * (1 - h[t] ** 2).mean()"),
        ),
        mistake(
            "writes_into_whh",
            """Your function writes into Whh: J = Whh makes no copy, and *= changes the matrix itself. The
            network still needs its weights.""",
            manner="changes_its_input",
            source="""
            def jacobian_product(h, Whh):
                J = np.eye(h.shape[1])
                for t in range(1, len(h)):
                    J = (J @ Whh) * (1 - h[t] ** 2)
                Whh *= 0.5
                return J
            """,
        ),
        mistake(
            "needs_two_steps",
            """You start from the factor of the second state. With T = 1 there is none: the last state is the
            first, and its derivative by itself needs no factor.""",
            (
                "J = np.eye(H)  # (H, H)\n    for t in range(1, T):",
                "J = Whh * (1 - h[1] ** 2)\n    for t in range(2, T):",
            ),
        ),
        mistake(
            "cut_off",
            """Your product stops when its entries are small, and small is not zero. How small it gets is what
            is asked for.""",
            (
                "J = J @ (Whh * (1 - h[t] ** 2))",
                "J = J @ (Whh * (1 - h[t] ** 2)) if np.abs(J).max() > 1e-12 else J",
            ),
        ),
        mistake(
            "small_is_zero",
            """You set a small product to 0. float64 holds numbers down to 1e-308, and how small it gets is
            what is asked for.""",
            ("return J", "return np.where(np.abs(J) < 1e-12, 0.0, J)"),
        ),
        mistake(
            "last_twenty_factors",
            """You multiply the factors of the last 20 steps only. There is one for each step after the
            first.""",
            ("range(1, T)", "range(max(1, T - 20), T)"),
        ),
    ),
    other_ways=(
        other_way(
            "diagonal_matrices",
            source="""
            def jacobian_product(h, Whh):
                J = np.identity(Whh.shape[0])
                for state in h[1:]:
                    J = J.dot(Whh).dot(np.diag(1.0 - np.square(state)))
                return J
            """,
        ),
        other_way(
            "multi_dot",
            source="""
            def _factor(state, W):
                return W * (1 - state**2)

            def jacobian_product(states, W, factor=_factor):
                factors = [factor(state, W) for state in states[1:]]
                product = np.eye(len(W))
                for one in reversed(factors):
                    product = one @ product
                return product
            """,
        ),
        other_way(
            "einsum",
            source=_factors("Whh", 'np.einsum("ij,jk,k->ik", J, F, 1 - h[t] ** 2)'),
        ),
        other_way(
            "one_direction_at_a_time",
            source="""
            def jacobian_product(h, Whh):
                rows = []
                for i in range(h.shape[1]):
                    dh = np.zeros(h.shape[1])
                    dh[i] = 1.0
                    for t in range(1, h.shape[0]):
                        dh = (dh @ Whh) * (1 - h[t]) * (1 + h[t])
                    rows.append(dh)
                return rows
            """,
        ),
        other_way(
            "backwards_and_transposed",
            source="""
            def jacobian_product(h, Whh):
                G = np.eye(h.shape[1])
                for t in range(len(h) - 1, 0, -1):
                    G = (G * (1 - h[t] ** 2)) @ Whh.T
                return G.T
            """,
        ),
        other_way("single_precision", ("return J", "return J.astype(np.float32)")),
    ),
)
