"""Notebook 06: a sigmoid that is right in both tails."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def _questions(draw: Draw) -> Iterator[Question]:
    yield ask(a=weights(draw, 4, 3, scale=2.0))
    yield ask(
        a=np.append(np.array([-0.5, 0.5, -3.0, 3.0, 20.0]) + np.round(draw.uniform(0.01, 0.2, 5), 3), 0.0)
    )
    yield ask("shapes", a=weights(draw, 2, 3, 2, 2))
    yield ask("shapes", a=weights(draw, 5))
    yield ask("huge", a=np.array([1000.0, -1000.0, 0.5, 800.0, -800.0]))
    yield ask("huge", a=np.array([900.0, 0.25, 750.0]))
    yield ask("left", a=-np.round(np.append(draw.uniform(28, 37, 12), draw.uniform(40, 60)), 2))
    yield ask("far", a=-np.round(np.array([draw.uniform(110, 480), draw.uniform(510, 700)]), 2))
    yield ask("edge", a=-np.round(draw.uniform([701, 708.45, 715, 715], [707, 708.6, 740, 740]), 2))


_SAFE = "np.where(a >= 0, 1 / (1 + e), e / (1 + e))"
_E = "e = np.exp(-np.abs(a))  # between 0 and 1, so it cannot overflow"


def _plain(text: str) -> tuple[tuple[str, str], ...]:
    """Return edits that leave one formula and nothing else."""
    return ((_E + "\n", "\n"), (_SAFE, text))


SIGMOID = Exercise(
    id="sigmoid",
    in_double=True,
    questions=_questions,
    core="ordinary numbers, positive and negative",
    core_weight=4.0,
    tolerance=Tolerance(relative=1e-6, absolute=0.0, dtype="float"),
    groups=(
        Group("shapes", "arrays of one and of three axes"),
        Group("huge", "numbers up to 1000 and down to -1000"),
        Group("left", "a from -28 down to -60, each value right to 1e-6 of itself"),
        Group("far", "a down to -700, where values reach 1e-304"),
        Group("edge", "a down to -740, the last numbers of float64"),
    ),
    invariants=(
        Invariant(
            "mirrored",
            "the numbers, with the sign of a changed",
            lambda i: {"a": -i["a"]},
            lambda i, first, j, second: np.allclose(first + second, 1),
        ),
        Invariant(
            "doubled",
            "the numbers, twice as large",
            lambda i: {"a": 2 * i["a"]},
            lambda i, first, j, second: np.allclose(second, first**2 / (first**2 + (1 - first) ** 2)),
        ),
    ),
    hints=(
        "An exponential overflows only if its exponent is large and positive. Can you write the function so that "
        "every exponent is 0 or less?",
        "For a of 0 or more the definition is fine as it stands. For negative a, multiply numerator and denominator by "
        "exp(a): that is a second formula, of the same value.",
        "Compute e = exp(-|a|) once: it serves both formulas. Then np.where picks the formula by the sign of a.",
    ),
    mistakes=(
        mistake(
            "definition_as_it_stands",
            """You use the definition as it stands. Below about -710 its exponential overflows: there you get
            0, and a warning in the notebook, where float64 still has a number.""",
            *_plain("1 / (1 + np.exp(-a))"),
        ),
        mistake(
            "other_form_as_it_stands",
            """You use e^a / (1 + e^a) for all a. From about 710 on it is infinity divided by infinity, which
            is nan.""",
            *_plain("np.exp(a) / (1 + np.exp(a))"),
        ),
        mistake(
            "by_tanh",
            """You use tanh of a / 2. It never overflows, but for negative a it subtracts two numbers that are
            nearly equal. From about -20 down most digits are lost, and below -38 all of them.""",
            *_plain("0.5 * (1 + np.tanh(0.5 * a))"),
        ),
        mistake(
            "one_minus",
            """For negative a you compute 1 minus something that is nearly 1. That loses the digits of a small
            result: below -37 nothing is left. Find a formula without a difference.""",
            (_SAFE, "np.where(a >= 0, 1 / (1 + e), 1 - 1 / (1 + e))"),
        ),
        mistake(
            "clipped_at_500",
            """You cut a off at -500 and 500. Below -500 the sigmoid goes on falling, and float64 can follow
            it down to 1e-323.""",
            *_plain("1 / (1 + np.exp(-np.clip(a, -500, 500)))"),
        ),
        mistake(
            "clipped_at_709",
            """You cut a off at -709, where the exponential is about to overflow. The sigmoid goes on falling
            below it.""",
            *_plain("1 / (1 + np.exp(-np.clip(a, -709, 709)))"),
        ),
        mistake(
            "clipped_at_700",
            """You cut a off at -700, where the exponential is about to overflow. The sigmoid goes on falling
            below it.""",
            *_plain("1 / (1 + np.exp(-np.clip(a, -700, 700)))"),
        ),
        mistake(
            "clipped_at_100",
            "You cut a off at -100 and 100. Below -100 the sigmoid goes on falling.",
            *_plain("1 / (1 + np.exp(-np.clip(a, -100, 100)))"),
        ),
        mistake(
            "clipped_at_50",
            "You cut a off at -50 and 50. Below -50 the sigmoid goes on falling, far beyond 1e-22.",
            *_plain("1 / (1 + np.exp(-np.clip(a, -50, 50)))"),
        ),
        mistake(
            "clipped_at_20",
            "You cut a off at -20 and 20. Below -20 the sigmoid goes on falling, far beyond 1e-9.",
            *_plain("1 / (1 + np.exp(-np.clip(a, -20, 20)))"),
        ),
        mistake(
            "nan_replaced",
            """You compute e^a / (1 + e^a) and turn the nan of large a into 0. The sigmoid of a large number
            is 1, and a nan is a sign that a formula is wrong, not a value to paint over.""",
            *_plain("np.nan_to_num(np.exp(a) / (1 + np.exp(a)))"),
        ),
        mistake(
            "never_zero",
            """You add a tiny number to the result. For small values that is not tiny: it is many times what
            you had.""",
            (_SAFE, "np.where(a >= 0, 1 / (1 + e), e / (1 + e)) + 1e-12"),
        ),
        mistake(
            "sign_of_the_exponent",
            "Your function falls where the sigmoid rises: a has the wrong sign in the exponential.",
            (_SAFE, "np.where(a >= 0, e / (1 + e), 1 / (1 + e))"),
        ),
        mistake(
            "positive_formula_for_all",
            """You take the formula for a of 0 or more everywhere, with e = exp(-|a|). So your function does
            not know the sign of a.""",
            (_SAFE, "1 / (1 + e)"),
        ),
        mistake(
            "negative_formula_for_all",
            """You take the formula for negative a everywhere, with e = exp(-|a|). So your function does not
            know the sign of a.""",
            (_SAFE, "e / (1 + e)"),
        ),
        mistake(
            "zero_left_out",
            """At a = 0 you return 0. The sigmoid of 0 is one half. Your two formulas are for a > 0 and for a
            < 0: one of them must take 0 too.""",
            (_SAFE, "np.where(a > 0, 1 / (1 + e), np.where(a < 0, e / (1 + e), 0.0))"),
        ),
        mistake(
            "numerator_alone",
            """For negative a you return exp(a) alone. It is close for very negative a only: the divisor 1 +
            exp(a) is missing.""",
            (_SAFE, "np.where(a >= 0, 1 / (1 + e), e)"),
        ),
        mistake(
            "minus_in_the_divisor",
            "Your divisor is 1 - e. It is 1 + e, or the function leaves the range between 0 and 1.",
            (_SAFE, "np.where(a >= 0, 1 / (1 - e), e / (1 - e))"),
        ),
        mistake(
            "slope",
            "This is the slope of the sigmoid, σ (1 - σ). Here the function itself is asked for.",
            (_SAFE, "e / (1 + e) ** 2"),
        ),
        mistake(
            "tanh",
            "This is tanh, between -1 and 1. A gate is between 0 and 1.",
            (_SAFE, "np.tanh(a)"),
        ),
        mistake(
            "tanh_of_the_whole",
            """You use (1 + tanh(a)) / 2. That is the sigmoid of 2 a: it rises twice as fast.""",
            (_SAFE, "(1 + np.tanh(a)) / 2"),
        ),
        mistake(
            "softmax",
            "Your numbers sum to 1: that is a softmax. Each gate is open or closed by itself.",
            (_SAFE, "np.exp(a - a.max()) / np.exp(a - a.max()).sum()"),
        ),
        mistake(
            "hard",
            "This is a sigmoid made of three straight lines. It touches 0 and 1; the logistic one never does.",
            (_SAFE, "np.clip(0.2 * a + 0.5, 0, 1)"),
        ),
        mistake(
            "relu_like",
            "This is the logarithm of 1 + e^a, the softplus, whose slope is the sigmoid.",
            (_SAFE, "np.logaddexp(0, a)"),
        ),
        mistake(
            "log_of_it",
            "This is the logarithm of the sigmoid. One more exponential leads to the function itself.",
            (_SAFE, "-np.logaddexp(0, -a)"),
        ),
        mistake(
            "exponential_left_out",
            "Your function is 1 / (1 + |a|) and the like: the exponential is missing.",
            (_SAFE, "np.where(a >= 0, 1 / (1 + np.abs(a)), np.abs(a) / (1 + np.abs(a)))"),
        ),
        mistake(
            "branches_on_the_whole_array",
            """If NumPy says that a truth value is ambiguous: an `if` looks at one truth value, and an array
            has many. Choose entry by entry.""",
            source="""
            def sigmoid(a):
                if a >= 0:
                    return 1 / (1 + np.exp(-a))
                return np.exp(a) / (1 + np.exp(a))
            """,
        ),
        mistake(
            "standard_library",
            """If you use the module `math`: its functions take one number, not an array. Those of NumPy take
            both.""",
            source="""
            import math

            def sigmoid(a):
                e = math.exp(-abs(a))
                return 1 / (1 + e) if a >= 0 else e / (1 + e)
            """,
        ),
        mistake(
            "works_in_place",
            """Your function writes into its argument. In an LSTM the sums are needed by nobody else, but a
            function that destroys what it is given surprises whoever calls it.""",
            (
                _SAFE,
                "np.where(a >= 0, 1 / (1 + e), e / (1 + e)); a[...] = s\n    return s",
            ),
            ("return np", "s = np"),
            manner="changes_its_input",
        ),
        mistake(
            "clipped_at_88",
            """You cut a off at -88, where float32 would overflow. The sigmoid goes on falling below it.""",
            *_plain("1 / (1 + np.exp(-np.clip(a, -88, 88)))"),
        ),
        mistake(
            "clipped_at_30",
            """You cut a off at -30 and 30. Below -30 the sigmoid goes on falling, far beyond 1e-13.""",
            *_plain("1 / (1 + np.exp(-np.clip(a, -30, 30)))"),
        ),
        mistake(
            "exponential_without_size",
            """Your e is exp(-a), without the absolute value. Then both formulas have a growing exponential
            where a is negative, and the second is not the sigmoid.""",
            (_E, "e = np.exp(-a)"),
        ),
        mistake(
            "divisor_without_parentheses",
            """You compute 1 / 1 and then add the exponential. The divisor 1 + e needs parentheses.""",
            *_plain("1 / 1 + np.exp(-a)"),
        ),
        mistake(
            "sign_times_the_positive_formula",
            """You multiply by the sign of a. That would be right for an odd function, like tanh; the sigmoid
            of -a is 1 minus that of a.""",
            (_SAFE, "1 / (1 + e) * np.sign(a)"),
        ),
        mistake(
            "single_precision",
            """You compute in float32, whose smallest number is near 1e-45. Below -88 or so float64 is
            needed.""",
            (_SAFE, "(np.where(a >= 0, 1, e) / (1 + e)).astype(np.float32)"),
        ),
        mistake(
            "one_form_for_the_whole_array",
            """You choose one of the two formulas for the whole array. As soon as one entry is negative all
            are computed with e^a, which overflows for large ones: choose entry by entry.""",
            source="""
            def sigmoid(a):
                if np.all(a >= 0):
                    return 1 / (1 + np.exp(-a))
                return np.exp(a) / (1 + np.exp(a))
            """,
        ),
        mistake(
            "tail_cut_at_700",
            """Below -700 you return 0, or the value at -700. The sigmoid goes on to about -745 before float64
            has nothing left for it.""",
            *_plain("np.where(a < -700, 0.0, 1 / (1 + np.exp(-np.maximum(a, -700))))"),
        ),
        mistake(
            "last_numbers_dropped",
            """Below about -708 you return 0. The numbers of float64 go on for 16 powers of ten more, with fewer and
            fewer digits, and 1e-310 is not 0.""",
            (_E, "e = np.exp(-np.abs(a)); e = np.where(e < 2.3e-308, 0.0, e)"),
        ),
        mistake(
            "computed_in_single_precision",
            """You compute in float32, whose smallest number is near 1e-45: below about -100 everything is 0.
            float64 is asked for.""",
            (_E, "a = a.astype(np.float32); e = np.exp(-np.abs(a))"),
            (_SAFE, "(np.where(a >= 0, 1 / (1 + e), e / (1 + e))).astype(float)"),
        ),
    ),
    other_ways=(
        other_way(
            "by_masks",
            source="""
            def sigmoid(a):
                out = np.empty_like(a)
                up = a >= 0
                out[up] = 1 / (1 + np.exp(-a[up]))
                small = np.exp(a[~up])
                out[~up] = small / (1 + small)
                return out
            """,
        ),
        other_way("by_logarithms", *_plain("np.exp(-np.logaddexp(0, -a))")),
        other_way("two_minima", *_plain("np.exp(np.minimum(a, 0)) / (1 + np.exp(-np.abs(a)))")),
        other_way(
            "one_by_one",
            source="""
            def _one(v):
                return 1 / (1 + np.exp(-v)) if v >= 0 else np.exp(v) / (1 + np.exp(v))

            def sigmoid(z, one=_one):
                return np.array([one(v) for v in z.ravel()]).reshape(z.shape)
            """,
        ),
        other_way(
            "where_overflows_unpicked",
            *_plain("np.where(a >= 0, 1 / (1 + np.exp(-a)), np.exp(a) / (1 + np.exp(a)))"),
        ),
        other_way("one_quotient", (_SAFE, "np.where(a >= 0, 1, e) / (1 + e)")),
    ),
)
