"""Notebook 04: numbers of training to predict, judged one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Mistake,
    OwnNumbers,
    Question,
    ask,
    mistake,
    other_way,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.properties import Property

_RIGHT = {
    "updates": 160,
    "largest_rate": 0.25,
    "first_loss": float(np.log(27)),
    "sgd_move": 0.00002,
    "adam_move": 0.01,
}
_SAYS = {
    "updates": "updates: 1,000 reviews, batches of 32, 5 epochs",
    "largest_rate": "largest_rate: curvature 8",
    "first_loss": "first_loss: 27 characters",
    "sgd_move": "sgd_move: gradient -0.002, rate 0.01",
    "adam_move": "adam_move: the same, first step of Adam",
}


def _numbers(**changed: float) -> str:
    """Return a cell that assigns the predictions, some of them changed."""
    return f"training_numbers = {_RIGHT | changed!r}"


_PATTERNS: dict[str, tuple[dict[str, float], str]] = {
    "both_uphill": (
        {"sgd_move": -0.00002, "adam_move": -0.01},
        "Both moves have the wrong sign. The gradient is negative; you move against it.",
    ),
    "moves_swapped": (
        {"sgd_move": 0.01, "adam_move": 0.00002},
        "The two moves are swapped: SGD scales with the gradient, Adam does not.",
    ),
}
"""Slips that show in two numbers."""

_SLIPS: dict[str, tuple[str, float, str]] = {
    "last_batch_not_counted": (
        "updates",
        155,
        "`updates`: 31 full batches. The smaller one at the end of each epoch counts too.",
    ),
    "epochs_in_one_piece": (
        "updates",
        157,
        """`updates`: 5,000 reviews in a row would make 157. Each epoch ends with a batch of its own, of 8
        reviews.""",
    ),
    "quarter_of_a_batch": (
        "updates",
        156.25,
        """`updates`: there is no quarter of an update, and 156 would leave out reviews. Each epoch ends with a
        batch of its own, of 8.""",
    ),
    "updates_of_one_epoch": (
        "updates",
        32,
        "`updates`: your number is that of one epoch. There are five.",
    ),
    "full_batches_of_one_epoch": (
        "updates",
        31,
        "`updates`: these are the full batches of one epoch. There is a smaller one too, and there are five epochs.",
    ),
    "examples_counted": (
        "updates",
        5000,
        "`updates`: you counted examples. One update is made for each batch.",
    ),
    "four_over_curvature": (
        "largest_rate",
        0.5,
        """`largest_rate`: at 0.5 the factor 1 - rate * curvature is -3: each step leads three times as far away
        on the other side.""",
    ),
    "one_over_curvature": (
        "largest_rate",
        0.125,
        "`largest_rate`: 0.125 arrives in one step. It is not yet the limit.",
    ),
    "rate_is_curvature_over_two": (
        "largest_rate",
        4.0,
        "`largest_rate`: a steeper valley needs a smaller rate. The curvature is in the divisor.",
    ),
    "rate_of_two": (
        "largest_rate",
        2.0,
        "`largest_rate`: 2 would be right for curvature 1. The curvature here is 8.",
    ),
    "loss_in_bits": (
        "first_loss",
        float(np.log2(27)),
        "`first_loss`: you took the logarithm to base 2. The loss in this course uses the natural one.",
    ),
    "loss_base_ten": (
        "first_loss",
        float(np.log10(27)),
        "`first_loss`: you took the logarithm to base 10. The loss uses the natural one.",
    ),
    "negative_loss": (
        "first_loss",
        -float(np.log(27)),
        "`first_loss`: a cross-entropy is never negative. It is minus the logarithm of a probability.",
    ),
    "loss_of_two_classes": (
        "first_loss",
        float(np.log(2)),
        "`first_loss`: ln 2 is the loss of a coin. Here 27 characters are equally probable.",
    ),
    "probability_given": (
        "first_loss",
        1 / 27,
        "`first_loss`: 1/27 is the probability of the right character. The loss is minus its logarithm.",
    ),
    "sgd_uphill": (
        "sgd_move",
        -0.00002,
        "`sgd_move`: the step goes against the gradient. The gradient is negative, so the change is positive.",
    ),
    "sgd_without_rate": (
        "sgd_move",
        0.002,
        "`sgd_move`: this is the size of the gradient, without the learning rate.",
    ),
    "sgd_like_adam": (
        "sgd_move",
        0.01,
        "`sgd_move`: this is the rate itself. SGD multiplies it by the gradient.",
    ),
    "adam_uphill": (
        "adam_move",
        -0.01,
        "`adam_move`: Adam goes against the gradient too. The gradient is negative, so the change is positive.",
    ),
    "adam_like_sgd": (
        "adam_move",
        0.00002,
        """`adam_move`: 0.00002 is the move of SGD. At the first step m_hat is the gradient and the root of
        v_hat its size, so their quotient is 1 or -1.""",
    ),
    "adam_not_corrected": (
        "adam_move",
        0.0316228,
        "`adam_move`: 0.0316 is the first step without the correction.",
    ),
    "adam_without_rate": (
        "adam_move",
        1.0,
        "`adam_move`: 1 is the quotient of m_hat and the root of v_hat. The rate still multiplies it.",
    ),
}
"""Slips in one number: its key, the number, and what a student is told."""


def _told(key: str) -> tuple[tuple[dict[str, float], str], ...]:
    """Return the slips that touch one number, those that show in two numbers first."""
    patterns = ((wrong, name) for name, (wrong, _) in _PATTERNS.items() if key in wrong)
    slips = (({key: wrong}, name) for name, (of, wrong, _) in _SLIPS.items() if of == key)
    return (*patterns, *slips)


def _questions(draw: Draw) -> Iterator[Question]:
    yield ask("core", Property("named_entries", tuple(_RIGHT)))
    for key, right in _RIGHT.items():
        yield ask(key, Property("entry", (key, right, _told(key))))


def _mistakes() -> Iterator[Mistake]:
    for name, (wrong, hint) in _PATTERNS.items():
        yield mistake(name, hint, source=_numbers(**wrong))
    for name, (key, number, hint) in _SLIPS.items():
        yield mistake(name, hint, source=_numbers(**{key: number}))


def _own(draw: Draw) -> dict[str, float]:
    """Return sizes and rates of the order of those in the statement; no two of the answers become equal."""
    reviews = 100 * int(draw.integers(6, 60)) + 50
    return {
        "reviews": reviews,
        "curvature": float(draw.integers(3, 16)),
        "rate": float(draw.choice([0.02, 0.03, 0.04, 0.05, 0.06])),
    }


TRAINING_NUMBERS = Exercise(
    id="training_numbers",
    questions=_questions,
    is_value=True,
    core="a dict with the five keys",
    core_weight=0.0,
    parts=tuple(_RIGHT),
    own=OwnNumbers(_own, Tolerance(relative=0.01)),
    groups=tuple(Group(key, says) for key, says in _SAYS.items()),
    hints=(
        "Each number follows from one section above. None needs more than one line of arithmetic.",
        "Updates: the last batch of an epoch may be smaller, but it is a batch. Rate: when does |1 - rate * "
        "curvature| stay below 1? First loss: the probability of the right character is 1/27.",
        "Moves: both go against the sign of the gradient. SGD moves by rate times gradient. For Adam, put "
        "m_hat and v_hat of the very first step into the formula: what is left of the size of the gradient?",
    ),
    mistakes=tuple(_mistakes()),
    other_ways=(
        other_way(
            "computed",
            source="""
            from math import ceil, log
            rate, gradient = 0.01, -0.002
            training_numbers = {
                "updates": 5 * ceil(1000 / 32), "largest_rate": 2 / 8, "first_loss": -log(1 / 27),
                "sgd_move": -rate * gradient, "adam_move": -rate * gradient / (abs(gradient) + 1e-8),
            }
            """,
        ),
        other_way("rounded", source=_numbers(first_loss=3.3)),
        other_way(
            "numpy_numbers",
            source="""
            training_numbers = dict(
                updates=np.int64(160), largest_rate=np.array(0.25), first_loss=np.log(27),
                sgd_move=2e-5, adam_move=1e-2,
            )
            """,
        ),
        other_way("other_order", source=_numbers(updates=160.0)),
    ),
)
