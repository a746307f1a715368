"""Notebook 10: a series cut into windows, and split in time."""

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
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.values import Value


def _series(draw: Draw, n: int) -> Value:
    """Return n numbers of order 1, all of them different."""
    return weights(draw, n) + np.arange(n) % 7


def _windows(draw: Draw) -> Iterator[Question]:
    length, horizon = (int(size) for size in draw.permutation([3, 4, 5])[:2])
    yield ask(series=_series(draw, 13), length=length, horizon=horizon)
    yield ask("one", series=_series(draw, 9), length=4, horizon=1)
    yield ask("fits", series=_series(draw, 8), length=6, horizon=2)
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
        Group("fits", "a series in which there is room for one window only"),
        Group("short", "windows of one value"),
        Group("long", "24 years and the 11 after them"),
    ),
    invariants=(
        Invariant(
            "shifted",
            "the series with 2.5 added to every value",
            lambda i: i | {"series": i["series"] + 2.5},
            lambda i, first, j, second: all(np.allclose(a + 2.5, b) for a, b in zip(first, second, strict=True)),
        ),
        Invariant(
            "cut",
            "the series without its last value: one window less",
            lambda i: i | {"series": i["series"][:-1]},
            lambda i, first, j, second: all(np.allclose(a[:-1], b) for a, b in zip(first, second, strict=True)),
        ),
    ),
    hints=(
        "Write down the places of the first pair for a series of 6, length 3, horizon 2: which places are inputs, which "
        "are targets? And of the last pair?",
        "A pair that starts at place s holds s to s + length - 1, and its targets follow. The last start is the one whose "
        "last target is the last value of the series.",
        "There are n - length - horizon + 1 starts. For each: series[s : s + length] and series[s + length : s + length + "
        "horizon]. np.array of the two lists, and a last axis for x: x[:, :, None].",
    ),
    mistakes=(
        mistake(
            "target_inside",
            "Your first target is the last value of the window itself. Whoever may see the target need not forecast.",
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
            "The last pair is missing: the range ends one too early. The last target may be the last value of the series.",
            (_STARTS, "starts = range(len(series) - length - horizon)"),
        ),
        mistake(
            "first_window_missing",
            "The first pair is missing. The first window starts at place 0.",
            (_STARTS, "starts = range(1, len(series) - length - horizon + 1)"),
        ),
        mistake(
            "steps_by_length",
            """Your windows stand side by side, so most pairs are missing. A window starts at every place: neighbours
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
            """x is a window into the memory of the series, not a copy: whoever changes x changes the series, and several
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


def _split(draw: Draw) -> Iterator[Question]:
    n = int(draw.integers(45, 60))
    test, valid, length = (int(size) for size in draw.permutation([6, 8, 11]))
    yield ask(n=n, test=test, valid=valid, length=length)
    yield ask("short", n=n + 1, test=9, valid=4, length=1)
    yield ask("tight", n=16, test=4, valid=5, length=6)
    yield ask("sunspots", n=309, test=60, valid=49, length=24)


_FIRST_TEST = "first_test = n - test"
_FIRST_VALID = "first_valid = first_test - valid"
_PARTS = "return np.arange(length, first_valid), np.arange(first_valid, first_test), np.arange(first_test, n)"

SPLIT_IN_TIME = Exercise(
    id="split_in_time",
    questions=_split,
    core="the places of the targets of all three parts",
    parts=("training", "validation", "test"),
    tolerance=Tolerance(dtype="int"),
    groups=(
        Group("short", "windows of one value"),
        Group("tight", "a training set of one window"),
        Group("sunspots", "the years of this notebook"),
    ),
    invariants=(
        Invariant(
            "later",
            "the split of a series with 3 more values",
            lambda i: i | {"n": i["n"] + 3},
            lambda i, first, j, second: all(
                np.array_equal(np.asarray(a) + 3, b) for a, b in zip(first[1:], second[1:], strict=True)
            ),
        ),
    ),
    hints=(
        "Draw a line with places 0 to n - 1. Mark the last `test` places, and the `valid` before them. What is left for "
        "training? Can place 0 be a target?",
        "Three ranges, each beginning where the one before ends. The first target is the first place that has `length` "
        "values before it.",
        "np.arange three times: from length to n - test - valid, from there to n - test, from there to n.",
    ),
    mistakes=(
        mistake(
            "targets_without_a_window",
            """Your training set begins at place 0. Its first targets have no whole window before them: negative places
            would wrap to the end of the series, into the test years.""",
            (_PARTS, _PARTS.replace("np.arange(length, first_valid)", "np.arange(first_valid)")),
        ),
        mistake(
            "one_target_lost",
            "Your first training target is one too late. Place `length` has a whole window before it, 0 to length - 1.",
            (_PARTS, _PARTS.replace("np.arange(length, first_valid)", "np.arange(length + 1, first_valid)")),
        ),
        mistake(
            "one_target_too_early",
            "Your first training target has length - 1 values before it, one too few.",
            (_PARTS, _PARTS.replace("np.arange(length, first_valid)", "np.arange(length - 1, first_valid)")),
        ),
        mistake(
            "starts_not_targets",
            """You name windows by the place where they *start*. They are named by their target: `length` places
            further on.""",
            (
                _PARTS,
                "return tuple(np.arange(a, b) - length for a, b in "
                "((length, first_valid), (first_valid, first_test), (first_test, n)))",
            ),
        ),
        mistake(
            "ends_not_targets",
            """You name windows by their last input. They are named by their target, one place further on.""",
            (
                _PARTS,
                "return tuple(np.arange(a, b) - 1 for a, b in "
                "((length, first_valid), (first_valid, first_test), (first_test, n)))",
            ),
        ),
        mistake(
            "shared_target",
            """The first target of each later part is also the last of the part before. No place may be in two
            parts.""",
            (
                _PARTS,
                "return np.arange(length, first_valid + 1), np.arange(first_valid, first_test + 1), "
                "np.arange(first_test, n)",
            ),
        ),
        mistake(
            "gap_of_a_window",
            """You leave out `length` targets between the parts, so that no input is in two parts. Inputs may reach
            back: at that time those years are known. Only targets must not leak.""",
            (
                _PARTS,
                "return np.arange(length, first_valid), np.arange(first_valid + length, first_test), "
                "np.arange(first_test + length, n)",
            ),
        ),
        mistake(
            "validation_last",
            "The validation set comes after your test set. The test set is the very last part.",
            (_FIRST_TEST, "first_test = n - valid"),
            (_FIRST_VALID, "first_valid = first_test - test"),
            (_PARTS, "return np.arange(length, first_valid), np.arange(first_test, n), np.arange(first_valid, first_test)"),
        ),
        mistake(
            "sizes_swapped",
            "The sizes of validation and test set are swapped.",
            (_FIRST_TEST, "first_test = n - valid"),
            (_FIRST_VALID, "first_valid = first_test - test"),
        ),
        mistake(
            "test_first",
            """Your test set is at the start of the series, so the network is trained on the future and tested on the
            past.""",
            (
                _PARTS,
                "return np.arange(length + test + valid, n), np.arange(length + test, length + test + valid), "
                "np.arange(length, length + test)",
            ),
        ),
        mistake(
            "shuffled",
            """Your places are mixed by chance. Then a training window has its target between two test years, and the
            test is no test any more. Keep them in time.""",
            (
                _PARTS,
                "places = np.random.default_rng(0).permutation(np.arange(length, n))\n    "
                "cut = len(places) - test\n    return places[: cut - valid], places[cut - valid : cut], places[cut:]",
            ),
        ),
        mistake(
            "training_to_the_end",
            """Your training set runs to the end of the series, through validation and test. What is tested must not have
            been trained.""",
            (_PARTS, _PARTS.replace("np.arange(length, first_valid)", "np.arange(length, n)")),
        ),
        mistake(
            "training_through_validation",
            "Your training set includes the validation set, which then cannot tell when to stop.",
            (_PARTS, _PARTS.replace("np.arange(length, first_valid)", "np.arange(length, first_test)")),
        ),
        mistake(
            "valid_ignored",
            "The validation set is empty: `valid` is not used.",
            (_FIRST_VALID, "first_valid = first_test"),
        ),
        mistake(
            "last_place_lost",
            "The last place is missing from your test set. np.arange stops *before* its end.",
            (_PARTS, _PARTS.replace("np.arange(first_test, n)", "np.arange(first_test, n - 1)")),
        ),
        mistake(
            "masks",
            "You return masks of True and False. The places themselves are asked for, as integers.",
            (
                _PARTS,
                "at = np.arange(n)\n    return (at >= length) & (at < first_valid), (at >= first_valid) & (at < first_test), "
                "at >= first_test",
            ),
        ),
        mistake(
            "backwards",
            "Your places run from the end to the start. Increasing ones are asked for.",
            (_PARTS, _PARTS.replace("return ", "parts = ") + "\n    return tuple(part[::-1].copy() for part in parts)"),
        ),
    ),
    other_ways=(
        other_way(
            "cut_a_list",
            source="""
            def split_in_time(n, test, valid, length):
                places = list(range(length, n))
                end = len(places) - test
                return places[: end - valid], places[end - valid : end], places[end:]
            """,
        ),
        other_way(
            "np_split",
            source="""
            def split_in_time(count, last, middle, width):
                every = np.arange(count)
                parts = np.split(every[width:], [count - width - last - middle, count - width - last])
                return [part.copy() for part in parts]
            """,
        ),
        other_way(
            "masks_to_places",
            source="""
            def split_in_time(n, test, valid, length):
                at = np.arange(n)
                part = (at >= n - test - valid).astype(int) + (at >= n - test)
                return tuple(np.flatnonzero((part == k) & (at >= length)) for k in range(3))
            """,
        ),
    ),
)
