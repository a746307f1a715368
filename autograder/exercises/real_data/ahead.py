"""Notebook 10: a forecast of several steps."""

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
    weights,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.given import Given
from rnncourse.checking.values import Value


def _ahead(draw: Draw, n: int, length: int, horizon: int) -> dict[str, Value]:
    """Return inputs whose step bends a weighted sum of its window, so that every place of it counts."""
    sums = weights(draw, length)
    sums = np.copysign(0.3 + np.abs(sums), sums)
    return {
        "step": Given("bent_sum", (sums, 0.4)),
        "history": weights(draw, n, scale=1.0),
        "length": length,
        "horizon": horizon,
    }


def _forecast(draw: Draw) -> Iterator[Question]:
    yield ask(**_ahead(draw, 9, 4, 7))
    yield ask("one", **_ahead(draw, 8, 3, 1))
    yield ask("no_more", **_ahead(draw, 5, 5, 3))
    yield ask("persistence", **_ahead(draw, 6, 1, 4))
    yield ask("long", **_ahead(draw, 30, 6, 30))
    counted = np.asarray(draw.integers(-3, 4, 7))
    yield ask("integers", **_ahead(draw, 7, 3, 5) | {"history": counted})
    drift = Given("mean_and_last", (0.3 + draw.random(),))
    yield ask("array", **_ahead(draw, 7, 3, 4) | {"step": drift})


_KNOWN = "known = list(history)"
_LOOP = "for _ in range(horizon):"
_STEP = "known.append(step(np.array(known[-length:])))"
_RETURN = "return np.array(known[len(history) :], dtype=float)"

FORECAST = Exercise(
    id="forecast",
    questions=_forecast,
    core="the values of several steps",
    groups=(
        Group("one", "a single step (horizon = 1)"),
        Group("no_more", "a history that is just one window"),
        Group("persistence", "windows of one value"),
        Group("long", "30 steps, far beyond the window"),
        Group("integers", "a history of integers"),
        Group("array", "a step that takes the mean of its window, as an array has one"),
    ),
    invariants=(
        Invariant(
            "shorter",
            "the first 3 of the steps, with horizon = 3",
            lambda i: i | {"horizon": 3},
            lambda i, first, j, second: bool(np.allclose(np.asarray(first)[:3], second)),
        ),
        Invariant(
            "older",
            "the same with two more values far back, which the window does not hold",
            lambda i: i | {"history": np.concatenate([[5.0, -5.0], i["history"]])},
            lambda i, first, j, second: bool(np.allclose(first, second)),
        ),
    ),
    hints=(
        "Do it by hand for the forecaster last value plus 1, history 1, 2, 3, length 2, horizon 3. What is the "
        "window at each "
        "of the three steps?",
        "Keep one growing list: the history, and behind it what you have forecast so far. The window is always "
        "the last "
        "`length` of that list.",
        "known = list(history); horizon times: append step of np.array(known[-length:]). Return what was appended.",
    ),
    mistakes=(
        mistake(
            "window_is_a_list",
            """You hand step a list. It was promised an array, and may do with it what a list cannot: window.mean()
            or window - 1.""",
            (_STEP, "known.append(step(known[-length:]))"),
        ),
        mistake(
            "never_slides",
            "Every step gets the same window, so all values are equal. The window moves on, over your own "
            "forecasts.",
            (_STEP, "known.append(step(np.array(history[len(history) - length :])))"),
        ),
        mistake(
            "from_the_start",
            """Your window starts at the beginning of the history and slides from there: it reads what is long
            known.
            The first window ends with the newest value.""",
            (_LOOP, "for k in range(horizon):"),
            (_STEP, "known.append(step(np.array(known[k : k + length])))"),
        ),
        mistake(
            "first_window_always",
            "Every step gets the *first* window of the history. The newest values belong in it.",
            (_STEP, "known.append(step(np.array(known[:length])))"),
        ),
        mistake(
            "oldest_values_first",
            """Your first window holds the *oldest* values, and your forecasts follow on them. The first
            window is the end of
            the history.""",
            (_KNOWN, "known = list(history[:length])"),
            (_RETURN, "return np.array(known[length:], dtype=float)"),
        ),
        mistake(
            "window_backwards",
            "The window runs from new to old. The oldest value comes first.",
            (_STEP, "known.append(step(np.array(known[-length:][::-1])))"),
        ),
        mistake(
            "newest_left_out",
            "Your window leaves out the newest value. It ends with it.",
            (_KNOWN, "known = [history[0], *history]"),
            (_STEP, "known.append(step(np.array(known[-length - 1 : -1])))"),
            (_RETURN, "return np.array(known[len(history) + 1 :], dtype=float)"),
        ),
        mistake(
            "whole_history",
            "You pass everything that is known. step wants the last `length` values.",
            (_STEP, "known.append(step(np.array(known)))"),
        ),
        mistake(
            "window_grows",
            "Your window grows: the newest value comes in, and the oldest stays. step wants `length` values each time.",
            (_KNOWN, "known = list(history[len(history) - length :])"),
            (_STEP, "known.append(step(np.array(known)))"),
            (_RETURN, "return np.array(known[length:], dtype=float)"),
        ),
        mistake(
            "one_too_long",
            "Your window holds one value too many: length + 1.",
            (_STEP, "known.append(step(np.array(known[-length - 1 :])))"),
        ),
        mistake(
            "grows_at_the_front",
            """Your forecast is put at the front of the window, where the oldest value belongs. New values come in
            at
            the end.""",
            (
                _STEP,
                "window = known[-length:] if len(known) == len(history) else [known[-1], *window[:-1]]\n"
                "        known.append(step(np.array(window)))",
            ),
        ),
        mistake(
            "keeps_its_place",
            """Your forecast replaces the newest value of the window and nothing moves. The oldest leaves, all
            others
            move up.""",
            (
                _STEP,
                "window = list(known[-length:]) if len(known) == len(history) else [*window[:-1], known[-1]]\n"
                "        known.append(step(np.array(window)))",
            ),
        ),
        mistake(
            "adds_to_the_last",
            "You add what step returns to the last value. It is the next value itself, not a change.",
            (_STEP, "known.append(known[-1] + step(np.array(known[-length:])))"),
        ),
        mistake(
            "returns_history_too",
            "You return the history with the forecast behind it. Only the `horizon` new values are asked for.",
            (_RETURN, "return np.array(known, dtype=float)"),
        ),
        mistake(
            "returns_the_tail",
            "You return the last `length` values that are known, which is as many as the horizon only by chance.",
            (_RETURN, "return np.array(known[-length:], dtype=float)"),
        ),
        mistake(
            "only_the_last",
            "You return the farthest value alone. All of them are asked for, (horizon,).",
            (_RETURN, "return np.array(known[-1:], dtype=float)"),
        ),
        mistake(
            "backwards",
            "The farthest value is your first. Next year comes first.",
            (_RETURN, "return np.array(known[len(history) :][::-1], dtype=float)"),
        ),
        mistake("one_more", "You forecast one value too many.", (_LOOP, "for _ in range(horizon + 1):")),
        mistake("one_less", "You forecast one value too few.", (_LOOP, "for _ in range(horizon - 1):")),
        mistake(
            "whole_numbers",
            """With a history of integers your forecasts are cut to integers: an array made like the history keeps
            its
            type. Make one of floats.""",
            source="""
            def forecast(step, history, length, horizon):
                out = np.zeros(horizon, dtype=np.asarray(history).dtype)
                known = np.concatenate([history, out])
                for k in range(len(history), len(known)):
                    known[k] = step(known[k - length : k].copy())
                return known[len(history):].copy()
            """,
        ),
        mistake(
            "rolls_the_history",
            "You move the values of `history` itself. It belongs to the caller. Work on a copy.",
            source="""
            def forecast(step, history, length, horizon):
                known = list(history)
                for _ in range(horizon):
                    known.append(step(np.array(known[-length:])))
                history[: min(horizon, len(history))] = known[-min(horizon, len(history)) :]
                return np.array(known[len(history) :], dtype=float)
            """,
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way(
            "array_filled",
            source="""
            def forecast(step, history, length, horizon):
                n = len(history)
                known = np.empty(n + horizon)
                known[:n] = history
                for t in range(n, n + horizon):
                    known[t] = step(known[t - length : t].copy())
                return known[n:].copy()
            """,
        ),
        other_way(
            "rolling_window",
            source="""
            def forecast(next_value, past, size, ahead):
                window, out = np.array(past[-size:], dtype=float), []
                for _ in range(ahead):
                    out.append(float(next_value(window)))
                    window = np.append(window[1:], out[-1])
                return out
            """,
        ),
        other_way(
            "recursion",
            source="""
            def forecast(step, history, length, horizon):
                if horizon == 0:
                    return np.zeros(0)
                value = step(np.array(history[-length:], dtype=float))
                return np.append(value, forecast(step, np.append(history, value), length, horizon - 1))
            """,
        ),
        other_way(
            "deque",
            source="""
            def forecast(step, history, length, horizon):
                from collections import deque
                window, out = deque(map(float, history), maxlen=length), []
                while len(out) < horizon:
                    out.append(step(np.array(window)))
                    window.append(out[-1])
                return np.array(out)
            """,
        ),
    ),
)
