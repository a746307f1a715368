"""Notebook 10: a series split in time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


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
        "Draw a line with places 0 to n - 1. Mark the last `test` places, and the `valid` before them. What is "
        "left for "
        "training? Can place 0 be a target?",
        "Three ranges, each beginning where the one before ends. The first target is the first place that has "
        "`length` "
        "values before it.",
        "np.arange three times: from length to n - test - valid, from there to n - test, from there to n.",
    ),
    mistakes=(
        mistake(
            "targets_without_a_window",
            """Your training set begins at place 0. Its first targets have no whole window before them: negative
            places
            would wrap to the end of the series, into the test years.""",
            (_PARTS, _PARTS.replace("np.arange(length, first_valid)", "np.arange(first_valid)")),
        ),
        mistake(
            "one_target_lost",
            "Your first training target is one too late. Place `length` has a whole window before it, 0 to "
            "length - 1.",
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
            "gap_after_training",
            """You leave out the last `length` training targets, so that no validation window reaches back to
            one. It may: at
            that time those years are known. Only targets must not leak.""",
            (
                _PARTS,
                _PARTS.replace("np.arange(length, first_valid)", "np.arange(length, first_valid - length)"),
            ),
        ),
        mistake(
            "validation_last",
            "The validation set comes after your test set. The test set is the very last part.",
            (_FIRST_TEST, "first_test = n - valid"),
            (_FIRST_VALID, "first_valid = first_test - test"),
            (
                _PARTS,
                "return np.arange(length, first_valid), np.arange(first_test, n), np.arange(first_valid, "
                "first_test)",
            ),
        ),
        mistake(
            "test_returned_second",
            "Your parts are right, and in another order: validation comes before test.",
            (
                _PARTS,
                "return np.arange(length, first_valid), np.arange(first_test, n), np.arange(first_valid, first_test)",
            ),
        ),
        mistake(
            "sizes_swapped",
            "The sizes of validation and test set are swapped.",
            (_FIRST_TEST, "first_test = n - valid"),
            (_FIRST_VALID, "first_valid = first_test - test"),
        ),
        mistake(
            "test_first",
            """Your test set is at the start of the series, so the network is trained on the future and tested on
            the
            past.""",
            (
                _PARTS,
                "return np.arange(length + test + valid, n), np.arange(length + test, length + test + valid), "
                "np.arange(length, length + test)",
            ),
        ),
        mistake(
            "shuffled",
            """Your places are mixed by chance. Then a training window has its target between two test years, and
            the
            test is no test any more. Keep them in time.""",
            (
                _PARTS,
                "places = np.random.default_rng(0).permutation(np.arange(length, n))\n    "
                "cut = len(places) - test\n    return places[: cut - valid], places[cut - valid : cut], "
                "places[cut:]",
            ),
        ),
        mistake(
            "training_to_the_end",
            """Your training set runs to the end of the series, through validation and test. What is tested must
            not have
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
                "at = np.arange(n)\n    return (at >= length) & (at < first_valid), (at >= first_valid) & (at < "
                "first_test), "
                "at >= first_test",
            ),
        ),
        mistake(
            "backwards",
            "Your places run from the end to the start. Increasing ones are asked for.",
            (
                _PARTS,
                _PARTS.replace("return ", "parts = ")
                + "\n    return tuple(part[::-1].copy() for part in parts)",
            ),
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
            "loop",
            source="""
            def split_in_time(n, test, valid, length):
                parts = ([], [], [])
                for place in range(length, n):
                    left = n - place
                    parts[2 if left <= test else 1 if left <= test + valid else 0].append(place)
                return parts
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
