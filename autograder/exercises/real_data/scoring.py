"""Notebook 10: a score beside a naive one, and what scores say."""

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
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value


def _forecasts(draw: Draw, n: int, close: float, far: float, level: float = 5.0) -> dict[str, Value]:
    """Return n actual values about a level and two forecasts, off by `close` and `far`, typically, and biased."""
    actual = weights(draw, n, scale=2.0) + level
    return {
        "actual": actual,
        "predicted": np.round(actual + weights(draw, n, scale=close) + 0.5 * close, 3),
        "naive": np.round(actual + weights(draw, n, scale=far) + 0.3 * far, 3),
    }


def _score(draw: Draw) -> Iterator[Question]:
    yield ask(**_forecasts(draw, 7, 0.8, 1.7, level=-5.0))  # below zero: a lost sign shows
    yield ask("worse", **_forecasts(draw, 9, 2.5, 0.7))
    exact = _forecasts(draw, 5, 0.9, 1.0)
    yield ask("perfect", **exact | {"predicted": exact["actual"].copy()})
    yield ask("no_rival", **exact | {"naive": exact["actual"].copy()})
    yield ask("one", **_forecasts(draw, 1, 0.9, 1.6))


_RMSE = "rmse = np.sqrt(np.mean((predicted - actual) ** 2))"
_NAIVE = "naive_rmse = np.sqrt(np.mean((naive - actual) ** 2))"
_SKILL = "skill = 1 - (rmse / naive_rmse) ** 2"

SCORE = Exercise(
    id="score",
    questions=_score,
    core="all three numbers",
    parts=("rmse", "naive_rmse", "skill"),
    groups=(
        Group("worse", "a forecast that is worse than the naive one"),
        Group("perfect", "a forecast without errors: skill 1"),
        Group("no_rival", "a naive forecast without errors: skill 0"),
        Group("one", "a single value"),
    ),
    invariants=(
        Invariant(
            "units",
            "the same in units ten times as small",
            lambda i: {key: 10.0 * value for key, value in i.items()},
            lambda i, first, j, second: bool(
                np.isclose(first["skill"], second["skill"]) and np.isclose(10 * first["rmse"], second["rmse"])
            ),
        ),
        Invariant(
            "rivals_swapped",
            "the two forecasts, exchanged",
            lambda i: i | {"predicted": i["naive"], "naive": i["predicted"]},
            lambda i, first, j, second: bool(np.isclose((1 - first["skill"]) * (1 - second["skill"]), 1)),
        ),
    ),
    hints=(
        "Read RMSE from right to left: error, square, mean, root. In that order.",
        "Both forecasts are measured against the same thing: what came. The skill then needs only the two numbers.",
        "np.sqrt(np.mean((predicted - actual) ** 2)), the same with naive; skill = 1 - (one / other) ** 2, or "
        "0.0 if the "
        "other is 0. Return a dict with the three names of the statement.",
    ),
    mistakes=(
        mistake(
            "mse",
            "You leave out the root: these are mean *squared* errors, in squared units.",
            (_RMSE, "rmse = np.mean((predicted - actual) ** 2)"),
            (_NAIVE, "naive_rmse = np.mean((naive - actual) ** 2)"),
        ),
        mistake(
            "mse_right_skill",
            """The skill is right, but the two errors have no root: they are mean *squared* errors, in squared
            units.""",
            ('"rmse": float(rmse)', '"rmse": float(rmse**2)'),
            ('"naive_rmse": float(naive_rmse)', '"naive_rmse": float(naive_rmse**2)'),
        ),
        mistake(
            "mean_absolute",
            "You take the mean of the absolute errors. RMSE squares first, so large misses count more.",
            (_RMSE, "rmse = np.mean(np.abs(predicted - actual))"),
            (_NAIVE, "naive_rmse = np.mean(np.abs(naive - actual))"),
        ),
        mistake(
            "root_of_the_sum",
            "You take the root of the *sum* of squares. Then twice as many days look worse. Take the mean.",
            (_RMSE, "rmse = np.sqrt(np.sum((predicted - actual) ** 2))"),
            (_NAIVE, "naive_rmse = np.sqrt(np.sum((naive - actual) ** 2))"),
        ),
        mistake(
            "standard_deviation",
            """You take the standard deviation of the errors. It forgives a forecast that is always off by the same
            amount.""",
            (_RMSE, "rmse = np.std(predicted - actual)"),
            (_NAIVE, "naive_rmse = np.std(naive - actual)"),
        ),
        mistake(
            "mean_error",
            "You square the mean of the errors. Errors of both signs cancel then. Square each first.",
            (_RMSE, "rmse = np.sqrt(np.mean(predicted - actual) ** 2)"),
            (_NAIVE, "naive_rmse = np.sqrt(np.mean(naive - actual) ** 2)"),
        ),
        mistake(
            "not_squared",
            "The ratio in your skill is not squared.",
            (_SKILL, "skill = 1 - rmse / naive_rmse"),
        ),
        mistake(
            "not_squared_not_caught",
            """Two things. The ratio in your skill is not squared. And when the naive forecast has no error,
            you divide by
            0: the statement says what to return then.""",
            (f"{_SKILL} if naive_rmse > 0 else 0.0", "skill = 1 - rmse / naive_rmse"),
        ),
        mistake(
            "ratio_upside_down",
            "The ratio in your skill is upside down: the forecast's error stands above the naive one's.",
            (_SKILL, "skill = 1.0 if rmse == 0 else 1 - (naive_rmse / rmse) ** 2"),
        ),
        mistake(
            "only_the_ratio",
            "Your skill is the ratio itself. It is 1 minus that.",
            (_SKILL, "skill = (rmse / naive_rmse) ** 2"),
        ),
        mistake(
            "percent",
            "Your skill is in percent. A share is asked for: 1 is perfect.",
            (_SKILL, "skill = 100 * (1 - (rmse / naive_rmse) ** 2)"),
        ),
        mistake(
            "against_the_mean",
            """Your skill compares with the mean of what came, not with the naive forecast. That is R squared, and
            the mean
            is often an easy rival.""",
            (_SKILL, "skill = 0.0 if np.std(actual) == 0 else 1 - (rmse / np.std(actual)) ** 2"),
        ),
        mistake(
            "against_the_mean_or_nothing",
            """Your skill compares with the mean of what came, and asks the naive forecast only whether it
            has an error. That
            is R squared; the skill is measured against the naive forecast.""",
            (_SKILL, "skill = 1 - (rmse / np.std(actual)) ** 2"),
        ),
        mistake(
            "forecast_against_naive",
            "You measure how far the forecast is from the naive one. Both are to be measured against what came.",
            (_RMSE, "rmse = np.sqrt(np.mean((predicted - naive) ** 2))"),
        ),
        mistake(
            "naive_against_forecast",
            "naive_rmse measures the naive forecast against yours. It is to be measured against what came.",
            (_NAIVE, "naive_rmse = np.sqrt(np.mean((naive - predicted) ** 2))"),
        ),
        mistake(
            "rmses_swapped",
            "rmse and naive_rmse are swapped.",
            ('"rmse": float(rmse)', '"rmse": float(naive_rmse)'),
            ('"naive_rmse": float(naive_rmse)', '"naive_rmse": float(rmse)'),
        ),
        mistake(
            "never_negative",
            "Your skill is cut off at 0. A forecast can be worse than the naive one, and the number must say so.",
            (_SKILL, "skill = max(0.0, 1 - (rmse / naive_rmse) ** 2)"),
        ),
        mistake(
            "no_rival_not_caught",
            """When the naive forecast has no error, you divide by 0. The statement says what to return then.""",
            (f"{_SKILL} if naive_rmse > 0 else 0.0", _SKILL),
        ),
        mistake(
            "no_rival_is_one",
            "When the naive forecast has no error, you say 1. Nobody can be better than perfect: the statement "
            "says 0.",
            ("else 0.0", "else 1.0"),
        ),
        mistake(
            "a_tuple",
            "You return the numbers alone. A dict with their names is asked for.",
            (
                'return {"rmse": float(rmse), "naive_rmse": float(naive_rmse), "skill": float(skill)}',
                "return float(rmse), float(naive_rmse), float(skill)",
            ),
        ),
    ),
    other_ways=(
        other_way(
            "norms",
            source="""
            def score(y, f, g):
                a, b = (np.linalg.norm(np.asarray(p) - y) / len(y) ** 0.5 for p in (f, g))
                return {"skill": 0.0 if b == 0 else 1 - a * a / (b * b), "rmse": a, "naive_rmse": b}
            """,
        ),
        other_way(
            "by_helper",
            source="""
            def _rms(errors):
                return float(np.sqrt(np.mean(np.square(errors))))

            def score(actual, predicted, naive, verbose=False):
                ours, theirs = _rms(actual - predicted), _rms(actual - naive)
                if theirs == 0:
                    return {"rmse": ours, "naive_rmse": theirs, "skill": 0.0}
                return {"rmse": ours, "naive_rmse": theirs, "skill": 1 - ours**2 / theirs**2}
            """,
        ),
        other_way(
            "dot_products",
            source="""
            def score(actual, predicted, naive):
                e, f = predicted - actual, naive - actual
                a, b = e @ e / e.size, f @ f / f.size
                return {"rmse": np.sqrt(a), "naive_rmse": np.sqrt(b), "skill": 1 - a / b if b else 0}
            """,
        ),
        other_way(
            "loops",
            source="""
            def score(actual, predicted, naive):
                n, total, other = len(actual), 0.0, 0.0
                for a, p, q in zip(actual, predicted, naive):
                    total += (a - p) ** 2
                    other += (a - q) ** 2
                skill = 0.0 if other == 0 else 1.0 - total / other
                return dict(rmse=(total / n) ** 0.5, naive_rmse=(other / n) ** 0.5, skill=skill)
            """,
        ),
    ),
)

_VERDICTS = {
    "level": "cannot tell",
    "worse": "no skill",
    "direction": "skill",
    "short": "cannot tell",
    "shuffled": "cannot tell",
    "sunspots": "skill",
}
_WHAT = {
    "level": "level: R squared 0.99 for prices",
    "worse": "worse: RMSE 2.10 against 1.95",
    "direction": "direction: 5,300 of 10,000, always up 5,010",
    "short": "short: 12 of 20 days",
    "shuffled": "shuffled: skill 0.6, split after shuffling",
    "sunspots": "sunspots: AR(9)",
}
_BELIEFS: dict[str, tuple[str, str, str]] = {
    "level_is_skill": (
        "level",
        "skill",
        """`level`: random prices gave persistence an R squared of 0.96 to 0.98 above. So 0.99 alone is no sign of
        skill.""",
    ),
    "level_is_none": (
        "level",
        "no skill",
        """`level`: you may suspect it, but nothing shows it. Without the score of persistence on the same days one
        cannot
        say.""",
    ),
    "worse_is_skill": (
        "worse",
        "skill",
        "`worse`: a smaller RMSE is better, and persistence has the smaller one.",
    ),
    "worse_unclear": (
        "worse",
        "cannot tell",
        "`worse`: the rival is given, on the same days, and it does better. That is all one needs.",
    ),
    "direction_is_none": (
        "direction",
        "no skill",
        """`direction`: 53 % sounds like a coin, but of 10,000 days a coin gets 5,000, give or take 100. 5,300 is
        far
        outside.""",
    ),
    "direction_unclear": (
        "direction",
        "cannot tell",
        """`direction`: the rival is given, and the number of days is large: a coin misses 5,000 by about 50,
        typically. What
        is the difference here?""",
    ),
    "short_is_skill": (
        "short",
        "skill",
        "`short`: 12 of 20 sounds like 60 %. How often does a fair coin show 12 heads or more in 20 throws? One "
        "time in four.",
    ),
    "short_is_none": (
        "short",
        "no skill",
        "`short`: a coin may do that, but so may a good forecast. Twenty days cannot tell the two apart.",
    ),
    "shuffled_is_skill": (
        "shuffled",
        "skill",
        """`shuffled`: test windows had their neighbours in the training set, with all values but one in common.
        What the model
        does with unseen days is not known.""",
    ),
    "shuffled_is_none": (
        "shuffled",
        "no skill",
        """`shuffled`: the split makes the score worthless. That does not make the forecast worthless: nobody has
        tested
        it.""",
    ),
    "sunspots_is_none": (
        "sunspots",
        "no skill",
        "`sunspots`: two thirds of the squared error of persistence are gone, on years that were held back.",
    ),
    "sunspots_unclear": (
        "sunspots",
        "cannot tell",
        """`sunspots`: sixty years are few, but in all resamplings of them AR(9) was better. What more could one
        ask?""",
    ),
}


def _verdicts(**changed: str) -> str:
    """Return a cell that assigns the verdicts, some of them changed."""
    return f"price_verdict = {_VERDICTS | changed!r}"


def _told(key: str) -> tuple[tuple[dict[str, str], str], ...]:
    return tuple(({key: said}, name) for name, (about, said, _) in _BELIEFS.items() if about == key)


def _verdict_questions(draw: Draw) -> Iterator[Question]:
    yield ask("core", Property("named_entries", tuple(_VERDICTS)))
    for key, right in _VERDICTS.items():
        yield ask(key, Property("entry", (key, right, _told(key))))


_MISTAKES: tuple[Mistake, ...] = tuple(
    mistake(name, hint, source=_verdicts(**{key: said})) for name, (key, said, hint) in _BELIEFS.items()
)

PRICE_VERDICT = Exercise(
    id="price_verdict",
    is_value=True,
    questions=_verdict_questions,
    core="a dict with the six keys",
    core_weight=0.0,
    parts=tuple(_VERDICTS),
    groups=tuple(Group(key, says) for key, says in _WHAT.items()),
    hints=(
        "For each claim ask twice: is there a rival? And could the model have seen the test days?",
        "A coin thrown n times shows n/2 heads, give or take half the root of n. Compare that with the claims "
        "about "
        "directions.",
        "Two of the six show skill, one shows that there is none. For the other three something is missing: a "
        "rival, enough days, or "
        "a clean split.",
    ),
    mistakes=_MISTAKES,
    other_ways=(
        other_way("other_order", source=f"price_verdict = dict(reversed(list({_VERDICTS!r}.items())))"),
        other_way(
            "entry_by_entry",
            source="price_verdict = {}\n"
            + "\n".join(f"price_verdict[{k!r}] = {v!r}" for k, v in _VERDICTS.items()),
        ),
    ),
)
