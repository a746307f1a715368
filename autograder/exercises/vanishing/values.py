"""Notebook 05: predictions, as values."""

from __future__ import annotations

from autograder.course.exercise import Exercise, mistake, other_way
from rnncourse.checking.compare import Tolerance


def _steps(half: float, nine_tenths: float, eleven_tenths: float) -> str:
    return (
        f'steps_to_thousandth = {{"half": {half}, "nine_tenths": {nine_tenths}, '
        f'"eleven_tenths": {eleven_tenths}}}'
    )


STEPS_TO_THOUSANDTH = Exercise(
    id="steps_to_thousandth",
    is_value=True,
    core="all three numbers of factors, to 5 %",
    parts=("half", "nine_tenths", "eleven_tenths"),
    tolerance=Tolerance(relative=0.05),
    hints=(
        "Start with 0.5. How often must you halve a kilobyte, 1024 bytes, until one byte is left?",
        "You look for n in w ** n = 0.001. A logarithm brings the exponent down: n * ln(w) = ln(0.001).",
        "n is ln(0.001) / ln(w), rounded up. For growth to 1000 take ln(1000) / ln(1.1). Use np.log.",
    ),
    mistakes=(
        mistake(
            "linear_loss",
            """You count as if each factor took the same *amount* away: a tenth each time, so nothing is left
            after ten. A factor takes a share of what is left, and what is left gets smaller.""",
            source=_steps(2, 10, 10000),
        ),
        mistake(
            "linear_loss_to_the_last_thousandth",
            """You subtract the same amount each time: 0.999 divided by the share that is lost. A factor takes
            a share of what is left, not of the beginning.""",
            source=_steps(1.998, 9.99, 9990),
        ),
        mistake(
            "half_life",
            """You give the number of factors until half is left, or until it has doubled. A thousandth is
            about ten halvings.""",
            source=_steps(1, 7, 8),
        ),
        mistake(
            "half_life_not_rounded",
            """This is the number of factors to one half, or to the double. A thousandth is about ten
            halvings.""",
            source=_steps(1.0, 6.5788, 7.2725),
        ),
        mistake(
            "mixed_logarithms",
            """You divide a logarithm to base 10 by a natural one: your numbers are 2.3 times too small. Take
            the same logarithm above and below.""",
            source=_steps(4.328, 28.473, 31.476),
        ),
        mistake(
            "logarithms_mixed_the_other_way",
            """You divide a natural logarithm by one to base 10: your numbers are 2.3 times too large. Take
            the same logarithm above and below.""",
            source=_steps(22.947, 150.966, 166.885),
        ),
        mistake(
            "a_hundredth",
            "These are the numbers for a factor of 100. A thousandth needs half as many again.",
            source=_steps(7, 44, 49),
        ),
        mistake(
            "a_millionth",
            "These are the numbers for a factor of a million, twice as many as asked for.",
            source=_steps(20, 132, 145),
        ),
        mistake(
            "negative",
            """The sizes are right and the signs are not. Both logarithms are negative when w < 1, and their
            quotient is positive: a number of factors.""",
            source=_steps(-9.966, -65.563, -72.476),
        ),
        mistake(
            "mirror_image",
            """Half and nine tenths are right. Growth by 1.1 is not the mirror image of shrinking by 0.9: 1.1
            times 0.9 is 0.99, not 1. It is a little slower.""",
            source=_steps(10, 66, 66),
        ),
        mistake(
            "upside_down",
            "Your quotient is upside down: it is the logarithm of the goal divided by that of the factor.",
            source=_steps(0.10034, 0.015253, 0.013798),
        ),
        mistake(
            "the_power_instead",
            """You give w to the power 1000, the value after a thousand factors. You were asked how many
            factors it takes to change by a thousand.""",
            source=_steps(0.5**1000, 0.9**1000, 1.1**1000),
        ),
        mistake(
            "same_amount_each_time",
            """You count as if each factor took, or added, the same *amount*: a half twice, a tenth ten times.
            A factor takes a share of what is there, and that changes with every factor.""",
            source=_steps(2, 10, 10),
        ),
        mistake(
            "ten_for_every_natural_logarithm",
            """You divide 3, a logarithm to base 10, by a natural one: your numbers are 2.3 times too small.
            Take the same logarithm above and below.""",
            source=_steps(4.32809, 28.47366, 31.47618),
        ),
    ),
    other_ways=(
        other_way("not_rounded", source=_steps(9.9658, 65.5632, 72.4766)),
        other_way("estimates", source=_steps(10.0, 65, 74)),
        other_way(
            "by_trying",
            source="""
            def _count(w):
                n, value = 0, 1.0
                while 0.001 <= value <= 1000:
                    n, value = n + 1, value * w
                return n
            _counts = [_count(w) for w in (0.5, 0.9, 1.1)]
            steps_to_thousandth = dict(zip(("half", "nine_tenths", "eleven_tenths"), _counts))
            """,
        ),
        other_way(
            "logarithms",
            source="""
            n_half, n_nine, n_eleven = np.ceil(3 / np.abs(np.log10([0.5, 0.9, 1.1])))
            steps_to_thousandth = {"half": n_half, "nine_tenths": n_nine, "eleven_tenths": n_eleven}
            """,
        ),
    ),
)
