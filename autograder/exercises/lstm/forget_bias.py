"""Notebook 06: how long a cell remembers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _half_life(draw: Draw, low: float, high: float) -> float:
    return float(np.round(draw.uniform(low, high), 2))


def _bias_questions(draw: Draw) -> Iterator[Question]:
    yield ask(H=int(draw.integers(3, 7)), half_life=_half_life(draw, 3, 30))
    yield ask(H=5, half_life=_half_life(draw, 1.3, 2.8))
    yield ask("unit", H=1, half_life=_half_life(draw, 4, 9))
    yield ask("short", H=4, half_life=_half_life(draw, 0.2, 0.8))
    yield ask("long", H=2, half_life=float(draw.integers(300, 3000)))
    yield ask("extreme", H=2, half_life=float(draw.integers(4 * 10**9, 5 * 10**9)))
    yield ask("extreme", H=3, half_life=float(np.round(draw.uniform(0.028, 0.032), 4)))


def _kept(H: int, b: Value) -> Value:
    """Return sigmoid of the forget block."""
    return 1 / (1 + np.exp(-b[H : 2 * H]))


_F = "f = 0.5 ** (1 / half_life)  # the fraction kept in one step"


_ZEROS = "b = np.zeros(4 * H)"


_PUT = "b[H : 2 * H] = np.log(f / (1 - f))  # the inverse of the sigmoid"


def _put(text: str) -> tuple[str, str]:
    return (_PUT, text)


FORGET_BIAS = Exercise(
    id="forget_bias",
    questions=_bias_questions,
    core="the right number in the right block",
    groups=(
        Group("unit", "a layer of one unit (H = 1)"),
        Group("short", "a half-life below one step"),
        Group("long", "a half-life of hundreds of steps"),
        Group("extreme", "a half-life of billions of steps, and one of a thirtieth of a step"),
    ),
    invariants=(
        Invariant(
            "half",
            "the numbers, with half the half-life: f is squared",
            lambda i: i | {"half_life": i["half_life"] / 2},
            lambda i, a, j, b: np.allclose(_kept(i["H"], a) ** 2, _kept(j["H"], b)),
        ),
        Invariant(
            "wider",
            "the numbers, with one unit more",
            lambda i: i | {"H": i["H"] + 1},
            lambda i, a, j, b: len(b) == len(a) + 4 and np.isclose(a[i["H"]], b[j["H"]]),
        ),
    ),
    hints=(
        "In each step the cell is multiplied by f. After half_life steps the product of all these f is one half. "
        "Which f is that?",
        "f is one half to the power 1 / half_life. Then solve f = 1 / (1 + exp(-b_f)) for b_f.",
        "b_f is the logarithm of f / (1 - f). Put it into the second quarter of a vector of 4 H zeros.",
    ),
    mistakes=(
        mistake(
            "gate_in_place_of_bias",
            "You put f itself into the bias. The gate is the *sigmoid* of the bias: f must go back through the "
            "sigmoid.",
            _put("b[H : 2 * H] = f"),
        ),
        mistake(
            "sign_of_the_logit",
            """Your bias has the wrong sign: the larger the half-life, the more your cell forgets. Is your f
            the fraction that is kept? And which of f and 1 - f is above?""",
            _put("b[H : 2 * H] = np.log((1 - f) / f)"),
        ),
        mistake(
            "logarithm_alone",
            "You take the logarithm of f. The inverse of the sigmoid has 1 - f in it too.",
            _put("b[H : 2 * H] = np.log(f)"),
        ),
        mistake(
            "sigmoid_again",
            "You put f through the sigmoid. The gate does that itself; here its *inverse* is needed.",
            _put("b[H : 2 * H] = 1 / (1 + np.exp(-f))"),
        ),
        mistake(
            "inverse_of_tanh",
            "You use the inverse of tanh. The forget gate is a sigmoid.",
            _put("b[H : 2 * H] = np.arctanh(f)"),
        ),
        mistake(
            "base_two",
            "You use the logarithm to base 2. The sigmoid has e in it, so its inverse has the natural one.",
            _put("b[H : 2 * H] = np.log2(f / (1 - f))"),
        ),
        mistake(
            "base_ten",
            "You use the logarithm to base 10. The sigmoid has e in it, so its inverse has the natural one.",
            _put("b[H : 2 * H] = np.log10(f / (1 - f))"),
        ),
        mistake(
            "divided_by_the_half_life",
            """You divide by the half-life: f = 0.5 / half_life. What is lost does not come in equal portions:
            each step *multiplies* by f.""",
            (_F, "f = 0.5 / half_life"),
        ),
        mistake(
            "equal_portions",
            """Your f is 1 - 0.5 / half_life: that loses the half in equal portions. Each step multiplies by
            f, so the powers of f must reach one half.""",
            (_F, "f = np.abs(1 - 0.5 / half_life)"),
        ),
        mistake(
            "power_in_place_of_root",
            "Your f is one half to the power half_life: that is what remains after so many steps if f is 0.5. You "
            "need the root.",
            (_F, "f = 0.5 ** half_life"),
        ),
        mistake(
            "time_constant",
            """Your cell falls to 1/e, 37 %, in that time: that is a time constant. A half-life falls to one
            half.""",
            (_F, "f = np.exp(-1 / half_life)"),
        ),
        *(
            mistake(
                f"rule_for_long_half_lives_with_{name}",
                """Your f is 1 minus 0.69 over the half-life. That is what one half to the power 1 / half_life comes
                near to when the half-life is long. With few steps it is off, and below 0.69 it is not even
                positive.""",
                (_F, f"f = 1 - {code} / half_life"),
            )
            for name, code in (("ln_2", "np.log(2)"), ("069", "0.69"), ("0693", "0.693"), ("07", "0.7"))
        ),
        mistake(
            "time_constant_rule",
            """You use log(half_life - 1), a rule of thumb for another measure, the time to fall to about 1/e.
            Here the cell must be one half exactly, and a half-life may be below 1.""",
            _put("b[H : 2 * H] = np.log(np.maximum(half_life - 1, 1e-12))"),
        ),
        mistake(
            "logarithm_of_the_half_life",
            "You put the logarithm of the half-life into the bias. That has the right tendency, and the cell does "
            "not halve in time.",
            _put("b[H : 2 * H] = np.log(half_life)"),
        ),
        mistake(
            "long_half_lives_only",
            """You turned half-life = 0.69 exp(b_f) around. That is a rule for long half-lives: with a few
            steps, or below one, the cell does not halve in time. Go by way of f, which is exact.""",
            _put("b[H : 2 * H] = np.log(half_life / np.log(2))"),
        ),
        mistake(
            "half_life_itself",
            "You put the half-life itself into the bias. First find f, then the bias whose sigmoid is f.",
            _put("b[H : 2 * H] = half_life"),
        ),
        mistake(
            "ratio_without_logarithm",
            "You put f / (1 - f) into the bias: the logarithm is missing.",
            _put("b[H : 2 * H] = f / (1 - f)"),
        ),
        mistake(
            "always_one",
            "Your forget bias is 1, whatever the half-life. That is a usual start; here it follows from the half-life.",
            _put("b[H : 2 * H] = 1"),
        ),
        mistake(
            "f_of_a_whole_half_life",
            "You round the half-life to a whole number. It may be 2.5, or below 1.",
            (_F, "f = 0.5 ** (1 / max(int(half_life), 1))"),
        ),
        mistake(
            "block_of_i",
            "Your number is in the first block, that of the input gate.",
            _put("b[:H] = np.log(f / (1 - f))"),
        ),
        mistake(
            "block_of_g",
            "Your number is in the third block, that of the candidate.",
            _put("b[2 * H : 3 * H] = np.log(f / (1 - f))"),
        ),
        mistake(
            "block_of_o",
            "Your number is in the last block, that of the output gate.",
            _put("b[3 * H :] = np.log(f / (1 - f))"),
        ),
        mistake(
            "all_blocks",
            "Your number is in all four blocks. The others are 0.",
            _put("b[:] = np.log(f / (1 - f))"),
        ),
        mistake(
            "from_the_second_on",
            "Your number fills everything from the second block on. The forget block ends after 2 H.",
            _put("b[H:] = np.log(f / (1 - f))"),
        ),
        mistake(
            "every_fourth",
            "Your number is in every fourth place. The entries of a block are neighbours.",
            _put("b[1::4] = np.log(f / (1 - f))"),
        ),
        mistake(
            "one_entry",
            "Your number stands in one place. Every unit has a forget bias of its own: fill the whole block.",
            _put("b[H] = np.log(f / (1 - f))"),
        ),
        mistake(
            "others_one",
            "Your other blocks are 1. They are 0.",
            (_ZEROS, "b = np.ones(4 * H)"),
        ),
        mistake(
            "block_only",
            "You return the forget block alone, H numbers. All of b is asked for: 4 H numbers.",
            ("return b", "return b[H : 2 * H].copy()"),
        ),
        mistake(
            "table",
            "You return an array of shape (4, H). b is a vector: (4H,).",
            ("return b", "return b.reshape(4, H)"),
        ),
        mistake(
            "number_only",
            "You return one number. A vector of 4 H numbers is asked for.",
            ("return b", "return float(b[H])"),
        ),
        mistake(
            "minus_logarithm",
            """You take minus the logarithm of f. The inverse of the sigmoid has 1 - f in it too.""",
            _put("b[H : 2 * H] = -np.log(f)"),
        ),
        mistake(
            "exponential",
            """You take the exponential of f. The inverse of the sigmoid is made with a logarithm.""",
            _put("b[H : 2 * H] = np.exp(f)"),
        ),
        mistake(
            "root_of_two",
            """Your f is above 1: it is the root of 2, not of one half. Such a cell grows.""",
            (_F, "f = 2 ** (1 / half_life)"),
        ),
        mistake(
            "one_over_the_half_life_lost",
            """Your f is 1 - 1 / half_life. After that many steps about 1/e is left, and only if it is long;
            below one step it is not even positive. One half is asked for.""",
            (_F, "f = 1 - 1 / half_life"),
        ),
        mistake(
            "square_root",
            """You take a square root. The root that is needed has the half-life in it: f multiplied half_life
            times is one half.""",
            (_F, "f = np.minimum((1 / half_life) ** 0.5, 0.99)"),
        ),
        mistake(
            "one_step_fewer",
            """You count one step fewer. After half_life steps f has been multiplied half_life times.""",
            (_F, "f = 0.5 ** (1 / (half_life - 1)) if half_life > 1 else 0.5"),
        ),
        mistake(
            "whole_numbers",
            """Your vector holds whole numbers, so the bias is cut to one. np.zeros and np.full make what
            dtype says: leave it at float.""",
            (_ZEROS, "b = np.zeros(4 * H, dtype=int)"),
        ),
        *(
            mistake(
                f"{passes}_passes",
                f"""Your search for the bias stops after {passes} passes. From 0 it comes about 1 nearer in
                each, and an extreme
                half-life needs a bias beyond 20. Go on until it stands still, or solve for it.""",
                source=f"""
                def forget_bias(H, half_life):
                    f, found = 0.5 ** (1 / half_life), 0.0
                    for _ in range({passes}):
                        s = 1 / (1 + np.exp(-found))
                        found -= (s - f) / (s * (1 - s))
                    return np.concatenate([np.zeros(H), np.full(H, found), np.zeros(2 * H)])
                """,
            )
            for passes in (10, 15, 20)
        ),
        mistake(
            "bounded_search",
            """You look for the bias between -10 and 10, and stop at an end. Forgetting within a step, or
            after millions, needs larger ones: solve for it, or widen the bounds.""",
            (_PUT, "b[H : 2 * H] = np.clip(np.log(f / (1 - f)), -10, 10)"),
        ),
    ),
    other_ways=(
        other_way(
            "concatenated",
            source="""
            def forget_bias(H, half_life):
                none = np.zeros(H)
                return np.concatenate([none, np.full(H, -np.log(2 ** (1 / half_life) - 1)), none, none])
            """,
        ),
        other_way(
            "expm1",
            source="""
            def forget_bias(H, half_life, gate=1):
                b = np.zeros((4, H))
                b[gate] = -np.log(np.expm1(np.log(2) / half_life))
                return b.ravel()
            """,
        ),
        other_way("two_logarithms", _put("b[H : 2 * H] = np.log(f) - np.log(1 - f)")),
        other_way(
            "list",
            source="""
            from math import exp, log

            def forget_bias(H, half_life):
                f = exp(log(0.5) / half_life)
                return [0.0] * H + [-log(1 / f - 1)] * H + [0.0] * (2 * H)
            """,
        ),
        other_way("by_inverse_tanh", _put("b[H : 2 * H] = 2 * np.arctanh(2 * f - 1)")),
    ),
)
