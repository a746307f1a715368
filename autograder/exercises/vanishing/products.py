"""Notebook 05: the product of Jacobians, and what it does to a gradient."""

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
            "Your slope is h (1 - h), that of the logistic sigmoid. The bend here is tanh.",
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
            asked for the derivative going forward, whose entry [i, j] belongs to old unit i and new unit j.""",
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
            start from, or np.diag of the slopes. So only the diagonal is left. The chain rule needs the matrix
            product, @.""",
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


def _permuted(i: dict[str, Value]) -> dict[str, Value]:
    return i | {name: i[name][::-1].copy() for name in ("slopes", "dh_last")}


def _kept(i: dict[str, Value]) -> dict[str, Value]:
    H = len(i["Whh"])
    return i | {"slopes": np.ones_like(i["slopes"]), "Whh": np.roll(np.eye(H), 1, axis=0)}


def _backward(
    body: str, store: str = "np.linalg.norm(dh, axis=1)", steps: str = "range(T - 1, 0, -1)"
) -> str:
    return f"""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                dh = dh_last
                norms[:, -1] = {store}
                for t in {steps}:
                    {body}
                    norms[:, t - 1] = {store}
                return norms
            """


_STEP = "dh = (dh * slopes[:, t]) @ Whh.T"

GRADIENT_NORMS = Exercise(
    id="gradient_norms",
    questions=_gradient_norms,
    core="the norm at every step, for each example",
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "one step (T = 1): the norm of what came in"),
        Group("square", "N = T = H, where shapes catch nothing"),
        Group("relu", "slopes that are 0 or 1"),
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
    mistakes=(
        mistake(
            "whh_not_transposed",
            """You go back through Whh as if you went forward. Whh is square, so no shape warns you: against
            the direction of the forward pass it is transposed.""",
            ("@ Whh.T", "@ Whh"),
        ),
        mistake(
            "slopes_after",
            """You go through Whh first and multiply by the slopes after. Backwards the order is reversed: the
            tanh was last on the way forward, so it is first on the way back.""",
            ("(dh * slopes[:, t]) @ Whh.T", "(dh @ Whh.T) * slopes[:, t]"),
        ),
        mistake(
            "slopes_after_of_the_step_before",
            """You use the slopes of the step before, after Whh. The gradient at step t first meets the slopes
            of step t itself, and those of the first step are never needed.""",
            ("(dh * slopes[:, t]) @ Whh.T", "(dh @ Whh.T) * slopes[:, t - 1]"),
        ),
        mistake(
            "slopes_of_the_step_before",
            """You multiply by the slopes of the step before. The gradient that stands at step t goes through
            the tanh that made the state of step t.""",
            ("slopes[:, t])", "slopes[:, t - 1])"),
        ),
        mistake(
            "no_slopes",
            "The slopes are not used: this is what happens in a linear network.",
            ("(dh * slopes[:, t]) @", "dh @"),
        ),
        mistake(
            "slopes_as_states",
            """You compute 1 - slopes ** 2, as if they were states. `slopes` holds the derivatives already,
            ready to be multiplied by.""",
            ("dh * slopes[:, t]", "dh * (1 - slopes[:, t] ** 2)"),
        ),
        mistake(
            "slopes_twice",
            "You multiply by the slopes twice in each step.",
            ("dh * slopes[:, t]", "dh * slopes[:, t] ** 2"),
        ),
        mistake(
            "no_weights",
            "Whh is not used: your gradient goes through the slopes only.",
            (" @ Whh.T", ""),
        ),
        mistake(
            "not_carried",
            """Every step starts from dh_last again, so you never multiply more than one factor. What one step
            back gives is what the next one starts from.""",
            source=_backward("dh = (dh_last * slopes[:, t]) @ Whh.T"),
        ),
        mistake(
            "added_at_each_step",
            """You add dh_last at every step. The loss looks at the last state only, so it enters once, at the
            end.""",
            source=_backward(_STEP + " + dh_last"),
        ),
        mistake(
            "reversed_in_time",
            """Your norms are in reverse order: the first column must belong to the first step, the one
            farthest from the loss.""",
            ("return norms", "return norms[:, ::-1].copy()"),
        ),
        mistake(
            "one_step_too_far",
            """Your columns are shifted: the last one is already one step back from the end, and the first is
            that of h0. The last column is the norm of dh_last itself.""",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                norms = np.zeros(slopes.shape[:2])
                dh = dh_last
                for t in reversed(range(slopes.shape[1])):
                    dh = (dh * slopes[:, t]) @ Whh.T
                    norms[:, t] = np.linalg.norm(dh, axis=1)
                return norms
            """,
        ),
        mistake(
            "last_left_out",
            "The last column is left at 0. There is no step to go back for it: it is the norm of dh_last.",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                dh = dh_last
                for t in range(T - 1, 0, -1):
                    dh = (dh * slopes[:, t]) @ Whh.T
                    norms[:, t - 1] = np.linalg.norm(dh, axis=1)
                return norms
            """,
        ),
        mistake(
            "first_left_out",
            "Your loop stops one step early: the norm at the first step is left at 0.",
            ("range(T - 1, 0, -1)", "range(T - 1, 1, -1)"),
        ),
        mistake(
            "h0_included",
            "You have T + 1 columns: the gradient by h0 is in it. You were asked for the steps 1 to T.",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = [np.linalg.norm(dh_last, axis=1)]
                dh = dh_last
                for t in reversed(range(T)):
                    dh = (dh * slopes[:, t]) @ Whh.T
                    norms.insert(0, np.linalg.norm(dh, axis=1))
                return np.stack(norms, axis=1)
            """,
        ),
        mistake(
            "norm_of_the_batch",
            """You take one norm over the whole batch, so all examples get the same number. Each example has
            its own: take it over the units.""",
            source=_backward(_STEP, "np.linalg.norm(dh)"),
        ),
        mistake(
            "squared",
            "Your numbers are the squares of the norms: the root is missing.",
            source=_backward(_STEP, "(dh ** 2).sum(axis=1)"),
        ),
        mistake(
            "absolute_sum",
            "You add absolute values. You were asked for the Euclidean norm: the root of the sum of squares.",
            source=_backward(_STEP, "np.abs(dh).sum(axis=1)"),
        ),
        mistake(
            "largest_entry",
            "You take the largest entry. You were asked for the Euclidean norm: the root of the sum of squares.",
            source=_backward(_STEP, "np.abs(dh).max(axis=1)"),
        ),
        mistake(
            "root_mean_square",
            "You take the root of the *mean* square over the units. The norm is the root of the sum.",
            source=_backward(_STEP, "np.sqrt((dh ** 2).mean(axis=1))"),
        ),
        mistake(
            "relative",
            """You divide by the norm at the last step. That is how the figures show it later; this function
            returns the norms themselves.""",
            ("return norms", "return norms / norms[:, -1:]"),
        ),
        mistake(
            "bound_instead",
            """You multiply norms: that of the gradient, of the slopes and of Whh. This is an upper bound.
            Carry the gradient itself back and take its norm at each step.""",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                norms[:, -1] = np.linalg.norm(dh_last, axis=1)
                for t in range(T - 1, 0, -1):
                    norms[:, t - 1] = norms[:, t] * slopes[:, t].max(axis=1) * np.linalg.norm(Whh, 2)
                return norms
            """,
        ),
        mistake(
            "time_first",
            "Your axes are swapped, (T, N). The batch comes first: (N, T).",
            ("return norms", "return norms.T.copy()"),
        ),
        mistake(
            "forward_in_time",
            """Your loop goes forward in time: the slopes of the second step are met first. A gradient starts
            at the end.""",
            ("slopes[:, t])", "slopes[:, T - t])"),
        ),
        mistake(
            "overwrites_dh_last",
            """Your function changes dh_last: dh = dh_last makes no copy, and *= works inside the array. Use a
            new array for each step.""",
            manner="changes_its_input",
            source="""
            def gradient_norms(slopes, Whh, dh_last):
                N, T, H = slopes.shape
                norms = np.zeros((N, T))
                dh = dh_last
                norms[:, -1] = np.linalg.norm(dh, axis=1)
                for t in range(T - 1, 0, -1):
                    dh *= slopes[:, t]
                    dh = dh @ Whh.T
                    norms[:, t - 1] = np.linalg.norm(dh, axis=1)
                return norms
            """,
        ),
    ),
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
