"""Notebook 10: a series cut into windows."""

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
from rnncourse.checking.values import Value


def _series(draw: Draw, n: int) -> Value:
    """Return n numbers of order 1, all of them different."""
    return weights(draw, n) + np.arange(n) % 7


def _windows(draw: Draw) -> Iterator[Question]:
    length, horizon = (int(size) for size in draw.permutation([3, 4, 5])[:2])
    yield ask(series=_series(draw, 13), length=length, horizon=horizon)
    yield ask("one", series=_series(draw, 9), length=4, horizon=1)
    yield ask(
        "fits", series=_series(draw, 9), length=6, horizon=2
    )  # not one: then "one missing" has no shape
    yield ask("short", series=_series(draw, 7), length=1, horizon=3)
    yield ask("long", series=_series(draw, 40), length=24, horizon=11)


_STARTS = "starts = range(len(series) - length - horizon + 1)"
_X = "series[s : s + length] for s in starts"
_Y = "series[s + length : s + length + horizon] for s in starts"
_RETURN = "return x[:, :, None], y"

WINDOWS = Exercise(
    id="windows",
    questions=_windows,
    core="windows and the values after them",
    parts=("x", "y"),
    groups=(
        Group("one", "a single target (horizon = 1)"),
        Group("fits", "a series in which there is room for two windows only"),
        Group("short", "windows of one value"),
        Group("long", "24 years and the 11 after them"),
    ),
    invariants=(
        Invariant(
            "shifted",
            "the series with 2.5 added to every value",
            lambda i: i | {"series": i["series"] + 2.5},
            lambda i, first, j, second: all(
                np.allclose(a + 2.5, b) for a, b in zip(first, second, strict=True)
            ),
        ),
        Invariant(
            "cut",
            "the series without its last value: one window less",
            lambda i: i | {"series": i["series"][:-1]},
            lambda i, first, j, second: all(
                np.allclose(a[:-1], b) for a, b in zip(first, second, strict=True)
            ),
        ),
    ),
    hints=(
        "Write down the places of the first pair for a series of 6, length 3, horizon 2: which places are "
        "inputs, which "
        "are targets? And of the last pair?",
        "A pair that starts at place s holds s to s + length - 1, and its targets follow. The last start is the "
        "one whose "
        "last target is the last value of the series.",
        "There are n - length - horizon + 1 starts. For each: series[s : s + length] and series[s + length : s + "
        "length + "
        "horizon]. np.array of the two lists, and a last axis for x: x[:, :, None].",
    ),
    mistakes=(
        mistake(
            "target_inside",
            "Your first target is the last value of the window itself. Whoever may see the target need not "
            "forecast.",
            (_Y, "series[s + length - 1 : s + length - 1 + horizon] for s in starts"),
        ),
        mistake(
            "gap_before_target",
            "There is a value between window and targets that is in neither. The first target follows at once.",
            (_STARTS, "starts = range(len(series) - length - horizon)"),
            (_Y, "series[s + length + 1 : s + length + 1 + horizon] for s in starts"),
        ),
        mistake(
            "last_window_missing",
            "The last pair is missing: the range ends one too early. The last target may be the last value of "
            "the series.",
            (_STARTS, "starts = range(len(series) - length - horizon)"),
        ),
        mistake(
            "first_window_missing",
            "The first pair is missing. The first window starts at place 0.",
            (_STARTS, "starts = range(1, len(series) - length - horizon + 1)"),
        ),
        mistake(
            "steps_by_length",
            """Your windows stand side by side, so most pairs are missing. A window starts at every place:
            neighbours
            overlap.""",
            (_STARTS, "starts = range(0, len(series) - length - horizon + 1, length)"),
        ),
        mistake(
            "steps_by_horizon",
            "You move on by the horizon from pair to pair. A window starts at every place.",
            (_STARTS, "starts = range(0, len(series) - length - horizon + 1, horizon)"),
        ),
        mistake(
            "targets_backwards",
            "The targets of a row run backwards. The first is the value right after the window.",
            (_Y, "series[s + length : s + length + horizon][::-1] for s in starts"),
        ),
        mistake(
            "windows_backwards",
            "Your windows run backwards, newest value first. The network reads from the oldest to the newest.",
            (_X, "series[s : s + length][::-1] for s in starts"),
        ),
        mistake(
            "rows_backwards",
            "Your rows run from the end of the series to its start. The first row is the first window.",
            (_STARTS, "starts = range(len(series) - length - horizon + 1)[::-1]"),
        ),
        mistake(
            "one_target_only",
            "There is one target a row, the first. As many as horizon says are asked for.",
            (_Y, "series[s + length : s + length + 1] for s in starts"),
        ),
        mistake(
            "targets_without_an_axis",
            "y has one number a row, and no axis for the horizon. (m, horizon) is asked for, even if the horizon is 1.",
            (_Y, "series[s + length] for s in starts"),
        ),
        mistake(
            "only_the_farthest_target",
            "There is one target a row, the farthest. All values up to it are asked for.",
            (_Y, "series[s + length + horizon - 1 : s + length + horizon] for s in starts"),
        ),
        mistake(
            "no_last_axis",
            "x has the shape (m, length). A network reads (m, length, D), here with D = 1: one more axis.",
            (_RETURN, "return x, y"),
        ),
        mistake(
            "axis_in_the_middle",
            "x has the shape (m, 1, length): one step of many numbers. There are `length` steps of one number.",
            (_RETURN, "return x[:, None, :], y"),
        ),
        mistake(
            "targets_with_an_axis",
            "y has an axis too many: (m, horizon) is asked for. Only x has the last axis.",
            (_RETURN, "return x[:, :, None], y[:, :, None]"),
        ),
        mistake(
            "swapped",
            "You return y first. The order is x, y.",
            (_RETURN, "return y, x[:, :, None]"),
        ),
        mistake(
            "next_at_every_step",
            """Your targets are the window moved by one step. That is a way to train, but here the targets are the
            values *after* the window.""",
            (_Y, "series[s + 1 : s + 1 + horizon] for s in starts"),
        ),
        mistake(
            "target_centred",
            "Your windows have lost their mean: you subtract it. The values themselves are asked for.",
            (_X, "series[s : s + length] - series[s : s + length].mean() for s in starts"),
        ),
        mistake(
            "a_view",
            """x is a window into the memory of the series, not a copy: whoever changes x changes the series, and
            several
            entries of x at once. Return a copy.""",
            source="""
            def windows(series, length, horizon):
                count = len(series) - length - horizon + 1
                both = np.lib.stride_tricks.sliding_window_view(series, length + horizon)[:count]
                return both[:, :length, None], both[:, length:].copy()
            """,
            manner="shares_memory",
        ),
    ),
    other_ways=(
        other_way(
            "index_table",
            source="""
            def windows(series, length, horizon):
                n = len(series)
                places = np.arange(length + horizon)[None] + np.arange(n - length - horizon + 1)[:, None]
                table = np.asarray(series)[places]
                return table[:, :length, np.newaxis], table[:, length:].copy()
            """,
        ),
        other_way(
            "filled",
            source="""
            def windows(series, length, horizon):
                m = len(series) - (length + horizon) + 1
                x, y = np.empty((m, length, 1)), np.empty((m, horizon))
                for row in range(m):
                    x[row, :, 0] = series[row : row + length]
                    y[row] = series[row + length :][:horizon]
                return x, y
            """,
        ),
        other_way(
            "lists",
            source="""
            def windows(values, L, ahead):
                x, y = [], []
                for end in range(L, len(values) - ahead + 1):
                    x.append([[v] for v in values[end - L:end]])
                    y.append(list(values[end:end + ahead]))
                return x, y
            """,
        ),
        other_way(
            "sliding",
            source="""
            def windows(series, length, horizon):
                both = np.lib.stride_tricks.sliding_window_view(series, length + horizon)
                return both[:, :length].reshape(len(both), length, 1).copy(), both[:, length:].copy()
            """,
        ),
    ),
)
