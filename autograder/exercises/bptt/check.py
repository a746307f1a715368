"""Notebook 03: the gradient check that the learner writes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Mistake,
    Question,
    ask,
    mistake,
    other_way,
    weights,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.given import Given
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value

WAVE = Given("wave")


def _params(draw: Draw) -> dict[str, Value]:
    return {"Wxh": weights(draw, 3, 2), "bh": weights(draw, 4), "by": weights(draw, 2)}


def _eighths(draw: Draw) -> dict[str, Value]:
    """Return parameters that a computer holds exactly, so that a right gradient gives exactly 0."""
    shapes: dict[str, tuple[int, ...]] = {"W": (2, 3), "b": (4,)}
    return {name: draw.integers(3, 20, shape) / 8 for name, shape in shapes.items()}


def _wave_gradient(params: dict[str, Value]) -> dict[str, Value]:
    """Return the gradient of the given function ``wave``."""
    total = sum(value.sum() for value in params.values())
    return {name: np.cos(total) + value for name, value in params.items()}


def _spoilt(grads: dict[str, Value], name: str, index: tuple[int, ...], change: float) -> dict[str, Value]:
    """Return `grads` with one entry changed."""
    spoilt = {key: value.copy() for key, value in grads.items()}
    spoilt[name][index] += change
    return spoilt


def _gradient_check(draw: Draw) -> Iterator[Question]:
    params = _params(draw)
    grads = _wave_gradient(params)
    yield ask(loss=WAVE, params=params, grads=grads, eps=0.25)
    yield ask(loss=WAVE, params=params, grads=_spoilt(grads, "by", (1,), 0.5), eps=0.01)
    yield ask(loss=WAVE, params=params, grads=_spoilt(grads, "Wxh", (2, 1), -0.7), eps=0.01)
    yield ask(loss=WAVE, params=params, grads=_spoilt(grads, "bh", (1,), 3.0), eps=0.02)
    smaller = {name: 0.5 * value for name, value in grads.items()}
    yield ask(loss=WAVE, params=params, grads=smaller, eps=0.02)
    negated = {name: -value for name, value in grads.items()}
    yield ask(loss=WAVE, params=params, grads=negated, eps=0.02)
    exact = _eighths(draw)
    yield ask("right", loss=Given("sum_of_squares"), params=exact, grads=dict(exact), eps=0.5)
    twice = {name: 2 * value for name, value in exact.items()}
    yield ask("wrong", loss=Given("sum_of_squares"), params=exact, grads=twice, eps=0.5)
    zeros = {name: 0 * value for name, value in exact.items()}
    yield ask("zero", loss=Given("constant"), params=exact, grads=zeros, eps=0.125)
    late = Given("broken_beyond", (float(exact["b"][-1]) + 1 / 2048,))
    smooth = _wave_gradient(exact)
    yield ask("nan", Property("no_pass"), loss=late, params=exact, grads=smooth, eps=1 / 1024)
    yield ask("nan", Property("no_pass"), loss=WAVE, params=exact, grads=_nan_last(smooth), eps=1 / 1024)
    yield ask("order", loss=WAVE, params=params, grads=dict(reversed(grads.items())), eps=0.02)


def _nan_last(grads: dict[str, Value]) -> dict[str, Value]:
    return _spoilt(grads, "b", (3,), float("nan"))


def _twice(inputs: dict[str, Value], name: str) -> dict[str, Value]:
    return inputs | {name: {key: 2 * value for key, value in inputs[name].items()}}


def _either(id: str, hint: str, *edits: tuple[str, str]) -> tuple[Mistake, Mistake]:
    """Return a mistake as it is, and together with the most common one: that a NaN slips through."""
    both = f"{hint} And in another case a NaN slips through: every comparison with it is False."
    nan = ("if not np.isfinite(error):", "if False:")
    return mistake(id, hint, *edits), mistake(f"{id}_and_nan", both, *edits, nan)


_CENTRAL = "numeric = (up - down) / (2 * eps)"

GRADIENT_CHECK = Exercise(
    id="gradient_check",
    questions=_gradient_check,
    core="the largest relative error, for right and wrong gradients",
    groups=(
        Group("right", "the error of a right gradient, which is 0"),
        Group("wrong", "the error of a gradient that is twice too large"),
        Group("zero", "the error where both slopes are 0"),
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
        "The slope is the difference of the two losses over 2 eps. The error divides by the sum of the "
        "two sizes; if that sum is 0 the error is 0. If the error is NaN, return np.inf at once: max() "
        "would forget it.",
    ),
    mistakes=(
        *_either(
            "one_sided",
            """Your slope is one-sided: from p to p + eps. Its error is of order eps, while that of the
            central difference, from p - eps to p + eps, is of order eps squared.""",
            ("value[index] = old - eps", "value[index] = old"),
            (_CENTRAL, "numeric = (up - down) / eps"),
        ),
        *_either(
            "divides_by_eps",
            """You divide the central difference by eps. The two points are 2 eps apart, so your slopes are
            twice too large.""",
            (_CENTRAL, "numeric = (up - down) / eps"),
        ),
        *_either(
            "one_sided_over_two",
            """You step to one side only but divide by 2 eps, so your slopes are half as large as they should
            be.""",
            ("value[index] = old - eps", "value[index] = old"),
        ),
        mistake(
            "own_step",
            """Your step is not the eps that was passed in. Whoever calls you chooses the step; a fixed 1e-5
            of your own hides that choice.""",
            ("old + eps", "old + 1e-5"),
            ("old - eps", "old - 1e-5"),
            ("(2 * eps)", "2e-5"),
        ),
        mistake(
            "step_too_small",
            """You take a step of your own, and a tiny one: about 1e-12. Then the two losses agree in almost
            all of their 16 digits and the difference is rounding noise. Use the eps that was passed in.""",
            ("old + eps", "old + 1e-12"),
            ("old - eps", "old - 1e-12"),
            ("(2 * eps)", "2e-12"),
        ),
        mistake(
            "first_entries_only",
            """You look at the first entry of each array only. A wrong gradient is often right there: look at
            every entry.""",
            ("for index in np.ndindex(value.shape):", "for index in list(np.ndindex(value.shape))[:1]:"),
        ),
        mistake(
            "first_three_entries",
            """You look at the first three entries of each array only. Look at every entry: the mistake may
            be in any of them.""",
            ("for index in np.ndindex(value.shape):", "for index in list(np.ndindex(value.shape))[:3]:"),
        ),
        mistake(
            "last_array_only",
            """Only the last array counts in your answer. Is the largest error set back to 0 in the loop
            over the names?""",
            (
                "    for name, value in params.items():",
                "    for name, value in params.items():\n        worst = 0.0",
            ),
        ),
        mistake(
            "first_array_only",
            """Only the first array counts in your answer. Is there a return inside the loop over the
            names?""",
            ("    return worst", "        return worst"),
        ),
        mistake(
            "last_entry_only",
            """Your answer is the error of the very last entry. Keep the largest one over all entries.""",
            ("worst = max(worst, error)", "worst = error"),
        ),
        mistake(
            "mean_error",
            """You return a mean of the errors. One wrong entry among thousands hardly moves a mean: return
            the largest.""",
            ("worst = 0.0", "worst, count = 0.0, sum(v.size for v in params.values())"),
            ("worst = max(worst, error)", "worst += error / count"),
        ),
        mistake(
            "sum_of_errors",
            "You add up the errors of all entries. What is asked for is the largest one.",
            ("worst = max(worst, error)", "worst += error"),
        ),
        mistake(
            "smallest_error",
            "You return the smallest error. One right entry is enough to make it 0: return the largest.",
            ("worst = 0.0", "worst = np.inf"),
            ("worst = max(worst, error)", "worst = min(worst, error)"),
        ),
        *_either(
            "no_absolute_value",
            """Your difference keeps its sign, so a gradient that is too large gives a negative error, and
            that never is the largest. Take the absolute value.""",
            ("abs(numeric - given) / size", "(numeric - given) / size"),
        ),
        *_either(
            "absolute_error",
            """You return an absolute error. 0.001 is a catastrophe for a gradient of 0.002 and nothing for
            one of 5000: divide by the size of the two slopes.""",
            ("abs(numeric - given) / size", "abs(numeric - given)"),
        ),
        *_either(
            "divides_by_numeric",
            "You divide by the measured slope alone. The sum of both sizes is asked for.",
            ("size = abs(numeric) + abs(given)", "size = abs(numeric)"),
        ),
        *_either(
            "divides_by_given",
            "You divide by the given gradient alone. The sum of both sizes is asked for.",
            ("size = abs(numeric) + abs(given)", "size = abs(given)"),
        ),
        *_either(
            "divides_by_larger",
            """You divide by the larger of the two sizes. That is a sensible measure, but here the sum of
            the two is asked for.""",
            ("size = abs(numeric) + abs(given)", "size = max(abs(numeric), abs(given))"),
        ),
        mistake(
            "one_norm_for_all",
            """You compare the lengths of whole vectors: |difference| over |numeric| + |given|. One wrong
            entry drowns among many right ones. Take the error entry by entry, and then the largest.""",
            source="""
            def gradient_check(loss, params, grads, eps=1e-5):
                measured, given = [], []
                for name, value in params.items():
                    for index in np.ndindex(value.shape):
                        old = value[index]
                        value[index] = old + eps
                        up = loss(params)
                        value[index] = old - eps
                        down = loss(params)
                        value[index] = old
                        measured.append((up - down) / (2 * eps))
                        given.append(grads[name][index])
                measured, given = np.array(measured), np.array(given)
                size = np.linalg.norm(measured) + np.linalg.norm(given)
                return float(np.linalg.norm(measured - given) / size) if size != 0 else 0.0
            """,
        ),
        mistake(
            "zero_over_zero",
            """Where both slopes are 0 you divide 0 by 0, which is NaN. A parameter that does not matter has
            the right gradient 0: that is no error.""",
            (
                "error = abs(numeric - given) / size if size != 0 else 0.0",
                "error = abs(numeric - given) / size",
            ),
        ),
        mistake(
            "nan_passes",
            """A NaN slips through. Every comparison with NaN is False: max(worst, nan) keeps worst, and a
            test such as size > 0 sends a NaN to the 0. Ask for it with np.isfinite before it can get lost,
            and do not skip that entry: return np.inf.""",
            ("if not np.isfinite(error):", "if False:"),
        ),
        mistake(
            "pairs_by_place",
            """You pair the arrays of params and grads by their place. Two dicts may list their names in
            another order: look up grads[name].""",
            (
                "for name, value in params.items():",
                "for value, grad in zip(params.values(), grads.values()):",
            ),
            ("grads[name][index]", "grad[index]"),
        ),
        mistake(
            "all_at_once",
            """You move a whole array at a time. The change of the loss then is the sum of all of its
            slopes, not one of them: move one entry at a time.""",
            source="""
            def gradient_check(loss, params, grads, eps=1e-5):
                worst = 0.0
                for name, value in params.items():
                    up = loss(params | {name: value + eps})
                    down = loss(params | {name: value - eps})
                    numeric = (up - down) / (2 * eps)
                    for index in np.ndindex(value.shape):
                        given = grads[name][index]
                        size = abs(numeric) + abs(given)
                        error = abs(numeric - given) / size if size != 0 else 0.0
                        if not np.isfinite(error):
                            return np.inf
                        worst = max(worst, error)
                return worst
            """,
        ),
        mistake(
            "not_put_back",
            """You do not put the entry back before you go to the next one. From the second entry on, you
            measure at another point than the gradient belongs to.""",
            ("value[index] = old\n", "pass\n"),
        ),
        mistake(
            "put_back_by_adding",
            """The parameters are not the same afterwards, bit for bit. Adding eps, subtracting 2 eps and
            adding eps again leaves a rounding error: keep the old entry and write it back, or work on a
            copy.""",
            ("value[index] = old + eps", "value[index] += eps"),
            ("value[index] = old - eps", "value[index] -= 2 * eps"),
            ("value[index] = old\n", "value[index] += eps\n"),
            manner="changes_its_input",
        ),
        *_either(
            "no_parentheses",
            """You divide by 2 and then *multiply* by eps: a / 2 * eps is (a / 2) * eps. Put 2 * eps in
            parentheses.""",
            (_CENTRAL, "numeric = (up - down) / 2 * eps"),
        ),
        *_either(
            "mean_of_the_sizes",
            "You divide by the mean of the two sizes, so your errors are twice too large. Divide by their sum.",
            ("size = abs(numeric) + abs(given)", "size = (abs(numeric) + abs(given)) / 2"),
        ),
        *_either(
            "moves_a_copy",
            """You move entries of a copy, and loss gets the params that did not move: all of your slopes are
            0. flatten() makes a copy. Change the entry in the array that loss sees.""",
            ("value[index] = old + eps", "pass"),
            ("value[index] = old - eps", "pass"),
        ),
        mistake(
            "verdict",
            "You return True or False. Return the number: the caller decides what is small enough.",
            ("    return worst", "    return bool(worst < 1e-6)"),
        ),
        mistake(
            "verdict_when_small",
            "You return True or False. Return the number: the caller decides what is small enough.",
            ("return np.inf", "return False"),
            ("    return worst", "    return bool(worst < 1e-6)"),
        ),
        mistake(
            "nan_in_grads_passes",
            """You ask whether the *loss* is NaN. The gradient that was handed in may hold one too. Ask the
            error of the entry itself, which both of them spoil.""",
            ("if not np.isfinite(error):", "if np.isnan(up) or np.isnan(down):"),
        ),
        mistake(
            "one_for_each_name",
            "You return one error for each name. One number is asked for, the largest of all.",
            ("worst = 0.0", "worst = {name: 0.0 for name in params}"),
            ("worst = max(worst, error)", "worst[name] = max(worst[name], error)"),
        ),
        *_either(
            "size_of_the_sum",
            """You divide by the size of n + g. Where the two have different signs that is nearly 0: take the
            size of each, and then add.""",
            ("size = abs(numeric) + abs(given)", "size = abs(numeric + given)"),
        ),
        *_either(
            "slope_sign",
            "Your slopes have the wrong sign: it is loss at p + eps, minus loss at p - eps.",
            (_CENTRAL, "numeric = (down - up) / (2 * eps)"),
        ),
        *_either(
            "no_parentheses_below",
            """You divide by |n| alone and then *add* |g|: the sum below the line needs parentheses.""",
            ("abs(numeric - given) / size", "abs(numeric - given) / abs(numeric) + abs(given)"),
        ),
        mistake(
            "returns_after_one_entry",
            """You return after the first entry of the first array. Is the return indented too far, inside the
            loops?""",
            ("    return worst", "            return worst"),
        ),
    ),
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
                    for index in np.ndindex(*params[name].shape):
                        n, g = _slope(loss, params, name, index, eps), grads[name][index]
                        errors.append(0.0 if n == g == 0 else abs(n - g) / (abs(n) + abs(g)))
                return np.max(errors)
            """,
        ),
        other_way(
            "flat_views",
            source="""
            def gradient_check(loss, params, grads, eps=1e-5, floor=1e-300):
                worst = []
                for name in sorted(params):
                    p, g = params[name].reshape(-1), grads[name].reshape(-1)
                    numeric = np.zeros(p.size)
                    for i in range(p.size):
                        old = p[i]
                        p[i] = old + eps
                        up = loss(params)
                        p[i] = old - eps
                        numeric[i] = (up - loss(params)) / (2 * eps)
                        p[i] = old
                    size = np.maximum(np.abs(numeric) + np.abs(g), floor)
                    worst.append((np.abs(numeric - g) / size).max())
                return float(np.array(worst).max())
            """,
        ),
        other_way(
            "nditer",
            source="""
            def gradient_check(loss, params, grads, eps=1e-5):
                worst = np.float64(0)
                for name, p in params.items():
                    it = np.nditer(p, flags=["multi_index"])
                    while not it.finished:
                        i = it.multi_index
                        kept = p[i].copy()
                        p[i] += eps
                        a = loss(params)
                        p[i] = kept - eps
                        b = loss(params)
                        p[i] = kept
                        n = (a - b) / eps / 2
                        bottom = max(abs(n) + abs(grads[name][i]), 1e-12)
                        e = abs(n - grads[name][i]) / bottom
                        if not e <= worst:
                            worst = e
                        if np.isnan(e):
                            return e
                        it.iternext()
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
                flat = np.concatenate([numeric[k].ravel() for k in p])
                given = np.concatenate([g[k].ravel() for k in p])
                size = np.abs(flat) + np.abs(given)
                error = np.divide(np.abs(flat - given), size, out=np.zeros_like(size), where=size != 0)
                return error.max()
            """,
        ),
    ),
)
