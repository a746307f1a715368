"""Notebook 01, second part: one-hot rows and back; and all exercises of the notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.exercises.one_hot.padding import PAD_SEQUENCES, REVIEW_SHAPES
from autograder.exercises.one_hot.vocabulary import (
    BUILD_VOCABULARY,
    WORDS_TO_IDS,
    in_order,
    random_words,
    shuffled,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def _three_sizes(draw: Draw) -> tuple[int, int, int]:
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
    N, T, V = _three_sizes(draw)
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


def _rows(ids: Sequence[Sequence[int]], V: int) -> np.ndarray[Any, Any]:
    """Return one-hot rows of shape (N, T, V); -1 gives zeros."""
    return np.asarray(np.equal.outer(np.asarray(ids), np.arange(V)), dtype=np.float64)


def _probabilities(draw: Draw, N: int, T: int, V: int) -> np.ndarray[Any, Any]:
    """Return rows of shape (N, T, V) that sum to 1, in random order, no two entries of a row equal.

    At step 0 the largest entry is above one half; at the later steps none is.
    """
    odds = np.stack([np.stack([draw.permutation(V) for _ in range(T)]) for _ in range(N)]) + 3.0
    odds += draw.uniform(-0.3, 0.3, odds.shape)
    odds[:, 0] = odds[:, 0] ** 2 + 1000 * (odds[:, 0] == odds[:, 0].max(axis=-1, keepdims=True))
    return np.asarray(np.round(odds / odds.sum(axis=-1, keepdims=True), 4))


def _decode(draw: Draw) -> Iterator[Question]:
    N, T, V = _three_sizes(draw)
    N, T = N + 1, T + 1
    words = random_words(draw, V)
    ids = draw.integers(0, V, (N, T))
    ids[-1, -1] = ids[-1, -2] = V - 1  # the same word twice in a row
    yield ask(x=_rows(ids.tolist(), V), vocabulary=in_order(words))
    yield ask(x=_probabilities(draw, T, N, V), vocabulary=in_order(words[::-1]))
    padded = draw.integers(1, V, (4, 5))
    padded[0, 3:], padded[2, 1:], padded[3, :] = -1, -1, -1
    yield ask("padding", x=_rows(padded.tolist(), V), vocabulary=in_order(words))
    gap = draw.integers(1, V, (2, 5))
    gap[0, 2] = gap[1, 0] = gap[1, 3] = -1
    yield ask("gap", x=_rows(gap.tolist(), V), vocabulary=in_order(words))
    yield ask("shuffled", x=_rows(draw.integers(0, V, (2, 4)).tolist(), V), vocabulary=shuffled(draw, words))
    yield ask("one", x=_rows([[int(draw.integers(1, V))]], V), vocabulary=in_order(words))


DECODE = Exercise(
    id="decode",
    questions=_decode,
    core="the words of one-hot rows and of rows of probabilities",
    groups=(
        Group("padding", "with rows of zeros at the end", 2.0),
        Group("gap", "with rows of zeros before and between words"),
        Group("shuffled", "a dict that does not list its words in the order of their ids"),
        Group("one", "one review of one word (N = T = 1)"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the words, with the batch reordered",
            lambda inputs: inputs | {"x": inputs["x"][::-1].copy()},
            lambda i, first, j, second: first[::-1] == second,
        ),
        Invariant(
            "scaled",
            "the words, with x multiplied by 0.3",
            lambda inputs: inputs | {"x": 0.3 * inputs["x"]},
            lambda i, first, j, second: bool(first == second),
        ),
    ),
    hints=(
        "Two questions for each step: which of the V entries is largest, and which word has that id? The "
        "dict answers the opposite question, so turn it round first.",
        "`{i: word for word, i in vocabulary.items()}` goes from id to word. Loop over reviews and steps, "
        "take the argmax of each step, and skip a step that has no entry other than 0.",
        "Inside two loops, each step has shape (V,). `step.any()` is False for a row of zeros, "
        "`int(step.argmax())` is the id otherwise. Append the word to the list of its review.",
    ),
    mistakes=(
        mistake(
            "padding_is_a_word",
            """A row of zeros gives the word with id 0 in your answer, since argmax of equal entries is 0. A
            row of zeros is no word: leave it out.""",
            (" if step.any()", ""),
        ),
        mistake(
            "word_zero_is_padding",
            """The word with id 0 is missing from your answer. An argmax of 0 means either that word or a
            row of zeros, so it cannot tell the two apart: look at the entries of the row.""",
            ("if step.any()", "if step.argmax() > 0"),
        ),
        mistake(
            "stops_at_zeros",
            """You stop at the first row of zeros. It can stand in the middle too, for a word that was not
            known: skip it and read on.""",
            source="""
            def decode(x, vocabulary):
                word_of = {i: word for word, i in vocabulary.items()}
                reviews = []
                for steps in x:
                    words = []
                    for step in steps:
                        if not step.any():
                            break
                        words.append(word_of[int(step.argmax())])
                    reviews.append(words)
                return reviews
            """,
        ),
        mistake(
            "none_for_padding",
            "A row of zeros gives None in your answer. It should give nothing: the list is just shorter.",
            (
                "word_of[int(step.argmax())] for step in steps if step.any()",
                "word_of[int(step.argmax())] if step.any() else None for step in steps",
            ),
        ),
        mistake(
            "text_for_padding",
            """A row of zeros gives an empty text in your answer. It should give nothing: the list is just
            shorter.""",
            (
                "word_of[int(step.argmax())] for step in steps if step.any()",
                'word_of[int(step.argmax())] if step.any() else "" for step in steps',
            ),
        ),
        mistake(
            "no_empty_reviews",
            """A review whose rows are all zeros is missing from your answer. It gives an empty list, so that
            there are N lists.""",
            ("return reviews", "return [review for review in reviews if review]"),
        ),
        mistake(
            "order_of_dict",
            """You take the words in the order in which the dict lists them. The id of a word is the value
            that the dict holds: turn the dict round by its values.""",
            ("{index: word for word, index in vocabulary.items()}", "list(vocabulary)"),
        ),
        mistake(
            "alphabetical",
            """You take the words in alphabetical order. The id of a word is the value that the dict holds:
            turn the dict round by its values.""",
            ("{index: word for word, index in vocabulary.items()}", "sorted(vocabulary)"),
        ),
        mistake(
            "smallest",
            "Your word is the one with the smallest entry. The largest entry says which word it is.",
            (".argmax()", ".argmin()"),
        ),
        mistake(
            "exactly_one",
            """You look for entries equal to 1. Those exist in one-hot rows only. In a row of probabilities
            the largest entry decides, however small it is.""",
            ("if step.any()", "if (step == 1).any()"),
        ),
        mistake(
            "above_one_half",
            """You want an entry above one half. Among many words the largest probability is often far below
            that, and it still decides.""",
            ("if step.any()", "if step.max() > 0.5"),
        ),
        mistake(
            "any_positive",
            """You write a word for every entry above 0. In a row of probabilities that is all of them. Each
            step gives one word: that of the largest entry.""",
            (
                "word_of[int(step.argmax())] for step in steps if step.any()",
                "word_of[int(i)] for step in steps for i in np.flatnonzero(step)",
            ),
        ),
        mistake(
            "order_of_dict_and_padding",
            """Two things. You take the words in the order in which the dict lists them, but the id of a word
            is the value that the dict holds. And a row of zeros, whose argmax is 0, should give no word.""",
            ("{index: word for word, index in vocabulary.items()}", "list(vocabulary)"),
            (" if step.any()", ""),
        ),
        mistake(
            "argmax_alone",
            """You return an array of ids. Look up which word each id belongs to, and leave rows of zeros
            out: their argmax is 0, but they are no word.""",
            source="""
            def decode(x, vocabulary):
                return x.argmax(axis=-1)
            """,
        ),
        mistake(
            "ids_not_words",
            "You return ids. Look up which word each id belongs to.",
            ("word_of[int(step.argmax())]", "int(step.argmax())"),
        ),
        mistake(
            "texts_not_lists",
            """You return one text for each review. Return a list of words, as the reviews were before
            encoding.""",
            ("return reviews", 'return [" ".join(review) for review in reviews]'),
        ),
        mistake(
            "one_long_list",
            "All words are in one list, so where a review ends is lost. Return one list for each review.",
            ("return reviews", "return [word for review in reviews for word in review]"),
        ),
        mistake(
            "only_the_first",
            """There is one review in your answer, however large the batch is. Does your function return
            inside the loop?""",
            ("return reviews", "return reviews[:1]"),
        ),
        mistake(
            "over_time",
            """Your argmax runs over the time axis: it finds the step at which each word is strongest. It
            should run over the last axis, the V words of one step.""",
            ("for steps in x:", "for steps in x.swapaxes(1, 2):"),
        ),
        mistake(
            "over_time_and_padding",
            """Your argmax runs over the time axis: it finds the step at which each word is strongest. It
            should run over the last axis, the V words of one step, and leave out rows of zeros.""",
            ("for steps in x:", "for steps in x.swapaxes(1, 2):"),
            (" if step.any()", ""),
        ),
        mistake(
            "largest_of_the_review_each_step",
            """At every step you take the argmax of the whole review, (T, V), which counts through all its
            entries. Take the one of the step, (V,).""",
            ("step.argmax()", "steps.argmax()"),
        ),
        mistake(
            "over_the_batch",
            """You go through time first, so each of your lists holds one step of all reviews. The first axis
            of x is the batch.""",
            ("for steps in x:", "for steps in x.swapaxes(0, 1):"),
        ),
        mistake(
            "largest_of_the_review",
            """You take one argmax for a whole review, (T, V), which counts through all its entries. Take one
            for each step, (V,).""",
            source="""
            def decode(x, vocabulary):
                word_of = {i: word for word, i in vocabulary.items()}
                return [[word_of[int(steps.argmax())]] for steps in x]
            """,
        ),
        mistake(
            "off_by_one",
            "Every word is one id off. The id is the index of the largest entry itself, counted from 0.",
            ("word_of[int(step.argmax())]", "word_of[(int(step.argmax()) + 1) % len(word_of)]"),
        ),
        mistake(
            "drops_repeats",
            """A word that comes twice in a review comes once in your answer. Keep every step that has a
            word.""",
            ("return reviews", "return [list(dict.fromkeys(review)) for review in reviews]"),
        ),
        mistake(
            "backwards",
            "Your words are in reverse order. Step 0 is the first word of the review.",
            ("return reviews", "return [review[::-1] for review in reviews]"),
        ),
    ),
    other_ways=(
        other_way(
            "vectorised",
            source="""
            def decode(probabilities, ids):
                words = np.array(sorted(ids, key=ids.get))[probabilities.argmax(axis=-1)]
                real = probabilities.any(axis=-1)
                return [list(words[n, real[n]]) for n in range(len(words))]
            """,
        ),
        other_way(
            "loops",
            source="""
            def decode(x, vocabulary):
                N, T, V = x.shape
                result = []
                for n in range(N):
                    result.append([])
                    for t in range(T):
                        best = 0
                        for i in range(V):
                            if x[n, t, i] > x[n, t, best]:
                                best = i
                        if x[n, t, best] > 0:
                            for word in vocabulary:
                                if vocabulary[word] == best:
                                    result[-1].append(word)
                return result
            """,
        ),
        other_way(
            "helper",
            source="""
            def _word(step, words):
                return max(zip(step, words), key=lambda pair: pair[0])[1]

            def decode(x, vocabulary, strict=False):
                words = sorted(vocabulary, key=vocabulary.get)
                return tuple([_word(s, words) for s in steps if s.sum() > 0] for steps in x)
            """,
        ),
        other_way(
            "list_of_words",
            source="""
            def decode(x, vocabulary):
                words = [None] * len(vocabulary)
                for word in vocabulary:
                    words[vocabulary[word]] = word
                lists = [[] for _ in x]
                for n, t in zip(*np.nonzero(x.max(axis=2))):
                    lists[n].append(words[np.argmax(x[n, t])])
                return lists
            """,
        ),
    ),
)


EXERCISES = (BUILD_VOCABULARY, WORDS_TO_IDS, ONE_HOT, DECODE, REVIEW_SHAPES, PAD_SEQUENCES)
