"""The exercises of the second course."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Question, ask, mistake, other_way, sizes, weights
from rnncourse.checking.caseset import Group


def _fit(draw: Draw) -> Iterator[Question]:
    (n,) = sizes(draw, "N")
    x = weights(draw, n + 3)
    yield ask(x=x, y=2 * x + 1 + weights(draw, n + 3))
    yield ask("moved", x=x + 10, y=weights(draw, n + 3))


FIT = Exercise(
    id="slope",
    questions=_fit,
    core="the slope of some points",
    groups=(Group("moved", "points far from the origin"),),
    hints=("What is a slope?", "A covariance over a variance.", "Subtract both means first."),
    mistakes=(
        mistake(
            "through_the_origin",
            "Your line goes through the origin. Subtract the means first.",
            ("x - np.mean(x)", "x"),
            ("y - np.mean(y)", "y"),
        ),
        mistake("upside_down", "You divide by the wrong variance: that of y.", ("(dx @ dx)", "(dy @ dy)")),
    ),
    other_ways=(other_way("polyfit", source="def slope(x, y):\n    return np.polyfit(x, y, 1)[0]\n"),),
)

EXERCISES = (FIT,)
