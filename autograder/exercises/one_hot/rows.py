"""Notebook 01: one-hot rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def three_sizes(draw: Draw) -> tuple[int, int, int]:
    """Return N, T from 2 to 5 and V from 6 to 9, all different."""
    N, T = (int(size) for size in draw.permutation(np.arange(2, 6))[:2])
    return N, T, int(draw.integers(6, 10))


def _ids(draw: Draw, N: int, T: int, low: int, high: int) -> np.ndarray[Any, Any]:
    """Return ids of shape (N, T) from `low` to `high` - 1 that contain both ends."""
    ids = draw.integers(low, high, (N, T))
    places = draw.permutation(N * T)
    ids.ravel()[places[0]] = high - 1
    ids.ravel()[places[1]] = low
    return ids


def _one_hot(draw: Draw) -> Iterator[Question]:
    N, T, V = three_sizes(draw)
    yield ask(ids=_ids(draw, N, T, 0, V - 2), V=V)  # the last two words do not occur
    yield ask(ids=_ids(draw, T, N, 0, V), V=V)
    yield ask("square", ids=_ids(draw, 4, 4, 0, 4), V=4)
    yield ask("one", ids=draw.integers(1, V - 1, (1, 1)), V=V)
    yield ask("minus_one", ids=_ids(draw, N, T, -1, V - 1), V=V)
    too_large = _ids(draw, N, T, 0, V)
    too_large[-1, -1], too_large[0, 0] = V, V + 3
    yield ask("too_large", ids=too_large, V=V)
    yield ask("many", ids=np.array([[299, 0, 256]]), V=300)
    yield ask("small_type", ids=_ids(draw, 2, 3, -1, 5).astype(np.int8), V=5)
    yield ask("small_type", ids=draw.integers(1, 200, (1, 2)).astype(np.uint8), V=260)


_SHAPE = "The answer has shape (N, T, V)"


ONE_HOT = Exercise(
    id="one_hot",
    questions=_one_hot,
    core="the one-hot rows of a batch of ids, as floating-point numbers",
    tolerance=Tolerance(dtype="float"),
    groups=(
        Group("square", "N = T = V, where swapped axes go unnoticed"),
        Group("one", "one review of one word (N = T = 1)"),
        Group("minus_one", "the id -1, which is no word"),
        Group("too_large", "an id of V or more, which is no word"),
        Group("many", "a vocabulary of 300 words"),
        Group("small_type", "ids in an integer type of 8 bits"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda inputs: inputs | {"ids": inputs["ids"][::-1].copy()},
            lambda i, first, j, second: np.array_equal(first[::-1], second),
        ),
        Invariant(
            "larger_vocabulary",
            "the numbers, with V larger by 2",
            lambda inputs: inputs | {"V": inputs["V"] + 2},
            lambda i, first, j, second: (
                np.array_equal(first, second[..., :-2]) and not second[..., -2:].any()
            ),
        ),
    ),
    hints=(
        "Do it for one id first: how do you make an array of V zeros with a 1 in place `id`? And when is "
        "there no such place?",
        "Loop over n and t, and write a 1 only if 0 <= id < V. Or compare each id with all places 0 to V - 1 "
        "at once.",
        "Compare `ids[:, :, None]`, of shape (N, T, 1), with np.arange(V), of shape (V,). Broadcasting "
        "makes a table of True and False. Turn it into float64. No id outside of the range can match.",
    ),
    mistakes=(
        mistake(
            "eye_lookup",
            """The id -1 gives the last word in your answer, because NumPy counts negative indices from the
            end. And an id of V or more stops with an IndexError. Both should give a row of zeros.""",
            source="""
            def one_hot(ids, V):
                return np.eye(V)[ids]
            """,
        ),
        mistake(
            "whole_numbers_that_wrap",
            """Two things. Your zeros and ones are integers, but should be float64. And -1 gives the last
            word in your answer, an id of V or more stops with an IndexError: both should give a row of
            zeros.""",
            source="""
            def one_hot(ids, V):
                return np.eye(V, dtype=int)[ids]
            """,
        ),
        mistake(
            "eye_from_ids",
            """The number of places comes from the largest id in the batch. Two batches then get different
            widths, and no weight matrix fits both: use V. Look at -1 as well, which gives the last word.""",
            source="""
            def one_hot(ids, V):
                return np.eye(ids.max() + 1)[ids]
            """,
        ),
        mistake(
            "wraps_minus_one",
            """The id -1 gives the last word in your answer, because NumPy counts negative indices from the
            end. It should give a row of zeros.""",
            (
                "ids[:, :, None] == np.arange(V)",
                "np.where(ids == -1, V - 1, ids)[:, :, None] == np.arange(V)",
            ),
        ),
        mistake(
            "fails_when_too_large",
            """-1 is right. But an id of V or more stops with an IndexError: it should give a row of zeros
            too.""",
            source="""
            def one_hot(ids, V):
                x = np.zeros((*ids.shape, V))
                for n, t in np.ndindex(*ids.shape):
                    if ids[n, t] >= 0:
                        x[n, t, ids[n, t]] = 1
                return x
            """,
        ),
        mistake(
            "refuses",
            """Your function raises an error for an id outside of 0 to V - 1. Some libraries do, but here
            such an id means "no word" and gives a row of zeros.""",
            source="""
            def one_hot(ids, V):
                if ids.min() < 0 or ids.max() >= V:
                    raise ValueError("id outside of the vocabulary")
                return np.eye(V)[ids]
            """,
        ),
        mistake(
            "modulo",
            """An id outside of 0 to V - 1 comes round again as another word. It should give a row of zeros:
            no word at all.""",
            ("ids[:, :, None]", "ids[:, :, None] % V"),
        ),
        mistake(
            "clipped",
            """An id outside of 0 to V - 1 becomes the first or the last word in your answer. It should give
            a row of zeros: no word at all.""",
            ("ids[:, :, None]", "ids.clip(0, V - 1)[:, :, None]"),
        ),
        mistake(
            "clipped_above",
            """An id of V or more becomes the last word in your answer. It should give a row of zeros: no word at
            all.""",
            ("ids[:, :, None]", "np.minimum(ids.astype(int), V - 1)[:, :, None]"),
        ),
        mistake(
            "clipped_below",
            """An id below 0 becomes the first word in your answer. It should give a row of zeros: no word at all.""",
            ("ids[:, :, None]", "np.maximum(ids.astype(int), 0)[:, :, None]"),
        ),
        mistake(
            "extra_place",
            f"""There is one place too many. {_SHAPE}, and an id outside of 0 to V - 1 has no place of its
            own.""",
            source="""
            def one_hot(ids, V):
                return np.eye(V + 1)[np.where((ids < 0) | (ids >= V), V, ids)]
            """,
        ),
        mistake(
            "size_from_ids",
            """The number of places comes from the largest id in the batch. Two batches then get different
            widths, and no weight matrix fits both: use V.""",
            ("np.arange(V)", "np.arange(ids.max() + 1)"),
        ),
        mistake(
            "size_from_distinct_ids",
            """You number the ids that occur in this batch afresh. A word then has another place in each
            batch: the id itself is the place.""",
            source="""
            def one_hot(ids, V):
                words, places = np.unique(ids, return_inverse=True)
                return np.eye(len(words))[places.reshape(ids.shape)]
            """,
        ),
        mistake(
            "whole_numbers",
            """Your zeros and ones are integers. They are right as values, but a network computes with
            floating-point numbers, and an integer array silently cuts off what you write into it: make it
            float64.""",
            (".astype(np.float64)", ".astype(np.int64)"),
        ),
        mistake(
            "true_and_false",
            """Your answer holds True and False. The values are right, but they are not numbers to train
            with: make them float64.""",
            (".astype(np.float64)", ""),
        ),
        mistake(
            "counts_from_one",
            """Your 1 stands one place too early: you count ids from 1. The word with id 0 has its 1 in place
            0.""",
            ("np.arange(V)", "np.arange(1, V + 1)"),
        ),
        mistake(
            "one_place_late",
            "Your 1 stands one place too late. The word with id 0 has its 1 in place 0.",
            ("np.arange(V)", "np.arange(-1, V - 1)"),
        ),
        mistake(
            "swapped_last_axes",
            f"Time and places are swapped. {_SHAPE}: the features of a step come last.",
            (".astype(np.float64)", ".astype(np.float64).swapaxes(1, 2)"),
        ),
        mistake(
            "time_first",
            f"Batch and time are swapped. {_SHAPE}: the batch comes first.",
            (".astype(np.float64)", ".astype(np.float64).swapaxes(0, 1)"),
        ),
        mistake(
            "flat",
            f"Batch and time are merged into one axis. {_SHAPE}, three axes.",
            (".astype(np.float64)", ".astype(np.float64).reshape(-1, V)"),
        ),
        mistake(
            "flat_features",
            f"""Time and places are merged into one axis. {_SHAPE}, three axes: a recurrent network reads
            step by step.""",
            (".astype(np.float64)", ".astype(np.float64).reshape(len(ids), -1)"),
        ),
        mistake(
            "bag_of_words",
            """You add the steps of each review up. That says which words occur, but not in which order. Keep
            the time axis.""",
            (".astype(np.float64)", ".astype(np.float64).sum(axis=1)"),
        ),
        mistake(
            "every_step_the_same",
            """Every step of a review marks all words of that review. Step t has one 1 only, for its own
            word: the index must name n, t and the place together.""",
            source="""
            def one_hot(ids, V):
                x = np.zeros((*ids.shape, V))
                for n in range(len(ids)):
                    for i in ids[n]:
                        if 0 <= i < V:
                            x[n, :, i] = 1
                return x
            """,
        ),
        mistake(
            "ids_on_first_axis",
            """`x[ids] = 1` uses the ids to choose along the first axis, which is the batch. An index for one
            entry of a three-axis array has three parts.""",
            source="""
            def one_hot(ids, V):
                x = np.zeros((*ids.shape, V))
                x[ids] = 1
                return x
            """,
        ),
        mistake(
            "words_of_all_reviews",
            """Step t of each review marks the words that *all* reviews have at step t. A bare `:` for the
            batch means every review at once: each n needs its own ids.""",
            source="""
            def one_hot(ids, V):
                x = np.zeros((*ids.shape, V))
                x[:, np.arange(ids.shape[1]), ids] = 1
                return x
            """,
        ),
        mistake(
            "all_marked",
            """Your index marks the words of the whole batch at every step. `x[:, :, ids] = 1` means all n,
            all t and all ids: each n and t needs its own id.""",
            source="""
            def one_hot(ids, V):
                x = np.zeros((*ids.shape, V))
                x[:, :, ids] = 1
                return x
            """,
        ),
        mistake(
            "id_instead_of_one",
            """You write the id itself where a 1 belongs. Then words with large ids count more, which is what
            one-hot vectors are there to avoid.""",
            (".astype(np.float64)", ".astype(np.float64) * ids[:, :, None]"),
        ),
        mistake(
            "thermometer",
            """You fill every place up to the id. Then words with close ids look alike. Only the place of the
            id itself is 1.""",
            ("] == np", "] >= np"),
        ),
        mistake(
            "first_review_only",
            """Only the first review is filled in. The others are zeros: does your function return inside the
            loop?""",
            (".astype(np.float64)", ".astype(np.float64) * (np.arange(len(ids)) == 0)[:, None, None]"),
        ),
        mistake(
            "changes_ids",
            """The values are right, but your function overwrites entries of the ids that it was given. Work
            on a copy: whoever called you still needs them.""",
            manner="changes_its_input",
            source="""
            def one_hot(ids, V):
                outside = (ids < 0) | (ids >= V)
                ids[outside] = 0
                x = np.eye(V)[ids]
                x[outside] = 0
                return x
            """,
        ),
    ),
    other_ways=(
        other_way(
            "loops",
            source="""
            def one_hot(batch, size):
                N, T = batch.shape
                x = np.zeros((N, T, size))
                for n in range(N):
                    for t in range(T):
                        if 0 <= batch[n, t] < size:
                            x[n, t, batch[n, t]] = 1.0
                return x
            """,
        ),
        other_way(
            "eye_with_zero_row",
            source="""
            def one_hot(ids, V):
                table = np.vstack([np.eye(V), np.zeros((1, V))])
                return table[np.where((ids >= 0) & (ids < V), ids, V)]
            """,
        ),
        other_way(
            "scatter",
            source="""
            def one_hot(ids, V, dtype=np.float64):
                n, t = np.nonzero((ids >= 0) & (ids < V))
                x = np.zeros(ids.shape + (V,), dtype)
                x[n, t, ids[n, t]] = 1
                return x
            """,
        ),
        other_way(
            "nested_lists",
            source="""
            def _row(i, V):
                return [1.0 if place == i else 0.0 for place in range(V)]

            def one_hot(ids, V):
                return [[_row(i, V) for i in review] for review in ids]
            """,
        ),
        other_way(
            "einsum",
            source="""
            def one_hot(ids, V):
                inside = ((ids >= 0) & (ids < V)).astype(float)
                return np.einsum("nt,ntv->ntv", inside, np.eye(V)[ids.clip(0, V - 1)])
            """,
        ),
        other_way(
            "list_of_arrays",
            source="""
            def one_hot(ids, V):
                return [np.equal.outer(review, np.arange(V)).astype(float) for review in ids]
            """,
        ),
        other_way("single_precision", (".astype(np.float64)", ".astype(np.float32)")),
    ),
)
