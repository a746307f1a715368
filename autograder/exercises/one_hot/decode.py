"""Notebook 01: from rows back to words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.exercises.one_hot.rows import three_sizes
from autograder.exercises.one_hot.vocabulary import in_order, random_words, shuffled
from rnncourse.checking.caseset import Group


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
    N, T, V = three_sizes(draw)
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
