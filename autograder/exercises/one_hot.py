"""Notebook 01: from words to arrays and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.exercises.base import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    weights,
)
from rnncourse.caseset import Group
from rnncourse.comparing import Tolerance
from rnncourse.values import Value

_WORDS = (
    "movie was good bad not plot actor slow warm long dull sharp music scene cat mat rat light end begin "
    "laugh cry twist camera sound hero villain quiet loud fresh stale story line film show tale"
).split()


def _words(draw: Draw, count: int) -> list[str]:
    """Return `count` different words in random order."""
    return [str(word) for word in draw.permutation(_WORDS)[:count]]


def _reviews(draw: Draw, words: Sequence[str], lengths: Sequence[int]) -> list[list[str]]:
    """Return one review for each length; a word may come more than once."""
    return [[words[int(i)] for i in draw.integers(0, len(words), length)] for length in lengths]


def _lengths(draw: Draw, count: int, low: int = 2, high: int = 7) -> list[int]:
    """Return different lengths, neither the first nor the last of them the longest or the shortest."""
    picked = sorted(int(n) for n in draw.permutation(np.arange(low, high))[:count])
    return [*picked[1:-1], picked[-1], picked[0], picked[1]] if count > 2 else picked


def _shuffled(draw: Draw, words: Sequence[str]) -> dict[str, int]:
    """Return a vocabulary whose ids do not follow the order in which the dict lists its words."""
    ids = draw.permutation(len(words))
    ids = ids[::-1] if np.array_equal(ids, np.arange(len(words))) else ids
    return {word: int(i) for word, i in zip(words, ids, strict=True)}


def _in_order(words: Sequence[str]) -> dict[str, int]:
    return {word: i for i, word in enumerate(words)}


# --- build_vocabulary -----------------------------------------------------------------------------------


def _repetitive(draw: Draw, words: Sequence[str]) -> list[list[str]]:
    """Return reviews that use every word, repeat some early, and use the later words more often.

    So order of appearance, of the alphabet, of frequency and of last appearance all differ.
    """
    a, b, *rest = words
    start = [a, b, a, *rest[:2]]
    middle = [rest[2], rest[0], rest[2], rest[3], rest[2]]
    tail = [str(word) for word in draw.permutation([*rest[4:], rest[3], rest[3], b])]
    return [start, middle, tail]


def _build_vocabulary(draw: Draw) -> Iterator[Question]:
    yield ask(reviews=_repetitive(draw, _words(draw, 8)), specials=())
    yield ask(reviews=_repetitive(draw, _words(draw, 9)), specials=())
    yield ask("specials", reviews=_repetitive(draw, _words(draw, 7)), specials=("<pad>", "<unk>"))
    a, b, c = _words(draw, 3)
    yield ask("special_in_text", reviews=[[a, "<unk>", b], ["<unk>", c]], specials=("<pad>", "<unk>"))
    yield ask("as_written", reviews=[[b.title(), a, b], [a.upper(), a, c]], specials=())
    yield ask("no_words", reviews=[[c, a, c], [], [b, a]], specials=())
    yield ask("one", reviews=[[c]], specials=())


BUILD_VOCABULARY = Exercise(
    id="build_vocabulary",
    questions=_build_vocabulary,
    core="every word has its id, in order of first appearance",
    groups=(
        Group("specials", "the special words come first", 2.0),
        Group("special_in_text", "a special word that also occurs in a review keeps its id"),
        Group("as_written", "`Good` and `good` are two words"),
        Group("no_words", "a review without words"),
        Group("one", "one review of one word"),
    ),
    invariants=(
        Invariant(
            "known_words",
            "reading the same reviews twice adds nothing",
            lambda inputs: inputs | {"reviews": [*inputs["reviews"], *inputs["reviews"]]},
            lambda i, first, j, second: bool(first == second),
        ),
    ),
    hints=(
        "Do it with paper first, for the reviews `a b a` and `c a`. Which question do you ask yourself at each word?",
        "Start from an empty dict. At each word ask whether it is in the dict already. If it is not, which id is "
        "the next free one? The size of the dict knows.",
        "Two nested loops, over reviews and over words, with `if word not in vocabulary:` inside. The next free id "
        "is len(vocabulary). Put the specials in by the same rule, before the reviews.",
    ),
    mistakes=(
        mistake(
            "alphabetical",
            """Your ids follow the alphabet. Here they follow the order of first appearance, so that a new review at
            the end never renumbers the words before it.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = sorted({word for review in reviews for word in review} - set(specials))
                return {word: i for i, word in enumerate([*specials, *words])}
            """,
        ),
        mistake(
            "by_frequency",
            """Your ids follow how often a word occurs. That is a common convention, but here they follow the order
            of first appearance.""",
            source="""
            from collections import Counter

            def build_vocabulary(reviews, specials=()):
                counts = Counter(w for review in reviews for w in review if w not in specials)
                return {word: i for i, word in enumerate([*specials, *(w for w, _ in counts.most_common())])}
            """,
        ),
        mistake(
            "starts_at_one",
            "Your first id is 1. Ids count from 0, because they will be places in an array.",
            ("= len(vocabulary)", "= len(vocabulary) + 1"),
        ),
        mistake(
            "not_asked",
            """A word that comes again gets another id, since you do not ask whether it is there already. Two words
            can then end up with the same id.""",
            ("if word not in vocabulary:", "if True:"),
        ),
        mistake(
            "place_in_text",
            """Your ids are places in the text, so repeated words leave gaps. With V words the ids must be 0 to V - 1,
            each used once.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = [*specials, *(word for review in reviews for word in review)]
                return {word: text.index(word) for word in text}
            """,
        ),
        mistake(
            "last_place_in_text",
            """Your ids are places in the text, and a later place overwrites an earlier one. Count different words,
            not words, and leave a word alone once it has an id.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = [*specials, *(word for review in reviews for word in review)]
                return {word: i for i, word in enumerate(text)}
            """,
        ),
        mistake(
            "place_in_review",
            """Your ids are places within a review and start again at 0 for each one. So several words share an id.
            One numbering serves all reviews.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                vocabulary = {}
                for review in [specials, *reviews]:
                    for i, word in enumerate(review):
                        if word not in vocabulary:
                            vocabulary[word] = i
                return vocabulary
            """,
        ),
        mistake(
            "last_review_only",
            """Only the words of the last review are there. The dict is made anew for each review: make it once,
            before the loop.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                for review in reviews:
                    vocabulary = {word: i for i, word in enumerate(specials)}
                    for word in review:
                        if word not in vocabulary:
                            vocabulary[word] = len(vocabulary)
                return vocabulary
            """,
        ),
        mistake(
            "first_review_only",
            """Only the words of the first review are there. The function returns inside the loop: check the
            indentation of the last line.""",
            ("for review in [specials, *reviews]:", "for review in [specials, *reviews[:1]]:"),
        ),
        mistake(
            "specials_ignored",
            "The special words are missing. They come first, in the order given, and the words of the reviews follow.",
            ("[specials, *reviews]", "reviews"),
        ),
        mistake(
            "specials_last",
            """The special words come after the others. Put them first: then <pad> keeps its id when the text
            grows.""",
            ("[specials, *reviews]", "[*reviews, specials]"),
        ),
        mistake(
            "specials_share_ids",
            """The words of the reviews start at 0 again, although the special words hold those ids already. An id
            must belong to one word.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = {}
                for review in reviews:
                    for word in review:
                        if word not in words and word not in specials:
                            words[word] = len(words)
                return {word: i for i, word in enumerate(specials)} | words
            """,
        ),
        mistake(
            "special_twice",
            """A special word that occurs in a review is given a new id there. It has one already: ask the same
            question for special words as for all others.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = dict.fromkeys(word for review in reviews for word in review)
                return {word: i for i, word in enumerate([*specials, *words])}
            """,
        ),
        mistake(
            "lower_case",
            """Your function changes words to lower case. Whoever calls it decides how to cut the text: use each
            word as it is written.""",
            ("for word in review:", "for word in map(str.lower, review):"),
        ),
        mistake(
            "letters",
            """Your keys are letters. A review is a list of words here, and you go through each word once more: one
            loop too many.""",
            ("for word in review:", 'for word in "".join(review):'),
        ),
        mistake(
            "reviews_as_keys",
            """Your keys are whole reviews. The dict numbers words: a second loop has to go through the words of each
            review.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                vocabulary = {word: i for i, word in enumerate(specials)}
                for review in reviews:
                    if " ".join(review) not in vocabulary:
                        vocabulary[" ".join(review)] = len(vocabulary)
                return vocabulary
            """,
        ),
        mistake(
            "turned_round",
            "Your dict goes from id to word. It is asked for the other way round: the word is the key.",
            ("return vocabulary", "return {i: word for word, i in vocabulary.items()}"),
        ),
        mistake(
            "counts",
            "Your values say how often each word occurs. They should be ids: 0 for the first word, 1 for the next.",
            source="""
            def build_vocabulary(reviews, specials=()):
                counts = {}
                for review in [specials, *reviews]:
                    for word in review:
                        counts[word] = counts.get(word, 0) + 1
                return counts
            """,
        ),
        mistake(
            "list_of_words",
            """You return the words in the right order, but as a list. The answer is a dict that gives the id of each
            word.""",
            ("return vocabulary", "return list(vocabulary)"),
        ),
        mistake(
            "grows_the_first_review",
            """Your function changes the reviews it was given. `+=` on a list that came from outside extends that very
            list: start from an empty list of your own.""",
            manner="changes_its_input",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = reviews[0]
                for review in reviews[1:]:
                    text += review
                return {word: i for i, word in enumerate(dict.fromkeys([*specials, *text]))}
            """,
        ),
    ),
    other_ways=(
        other_way(
            "fromkeys",
            source="""
            def build_vocabulary(texts, specials=()):
                words = dict.fromkeys([*specials, *(w for text in texts for w in text)])
                return {word: i for i, word in enumerate(words)}
            """,
        ),
        other_way(
            "setdefault",
            source="""
            from itertools import chain

            def build_vocabulary(reviews, specials=()):
                vocabulary = {}
                for word in chain(specials, *reviews):
                    vocabulary.setdefault(word, len(vocabulary))
                return vocabulary
            """,
        ),
        other_way(
            "counter",
            source="""
            def _add(vocabulary, word, next_id):
                if word in vocabulary:
                    return next_id
                vocabulary[word] = np.int64(next_id)
                return next_id + 1

            def build_vocabulary(reviews, specials=(), start=0):
                vocabulary, next_id = {}, start
                for word in specials:
                    next_id = _add(vocabulary, word, next_id)
                for review in reviews:
                    for word in review:
                        next_id = _add(vocabulary, word, next_id)
                return vocabulary
            """,
        ),
        other_way(
            "ordered_unique",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = np.array(list(specials) + [w for review in reviews for w in review])
                words, first = np.unique(text, return_index=True)
                return {str(word): rank for rank, word in enumerate(words[np.argsort(first)])}
            """,
        ),
    ),
)


# --- words_to_ids ---------------------------------------------------------------------------------------


def _words_to_ids(draw: Draw) -> Iterator[Question]:
    words = _words(draw, 12)
    known, strange = words[:8], words[8:]
    numbered = _shuffled(draw, known)
    first = next(word for word, i in numbered.items() if i == 0)
    a, b, c, d = known[:4]
    u, v = strange[:2]
    reviews = [[a, first, b, a], *_reviews(draw, known, (3, 6)), [c, d]]
    yield ask(reviews=reviews, vocabulary=numbered, unknown=-1)
    yield ask("unknown", reviews=[[a, u, b], [v, c, first, u, d]], vocabulary=numbered, unknown=-1)
    special = {"<pad>": 0, "<unk>": 1} | {word: i + 2 for i, word in enumerate(known)}
    yield ask("number", reviews=[[u, d, c], [b, v, v, a]], vocabulary=special, unknown=1)
    yield ask("as_written", reviews=[[a, a.title(), b.upper()], [b]], vocabulary=numbered, unknown=-1)
    yield ask("no_words", reviews=[[b], [], [c, a]], vocabulary=numbered, unknown=-1)


WORDS_TO_IDS = Exercise(
    id="words_to_ids",
    questions=_words_to_ids,
    core="words of the vocabulary",
    core_weight=4.0,
    groups=(
        Group("unknown", "a word that is not in the vocabulary keeps its place", 3.0),
        Group("number", "the id for unknown words is the one that was passed"),
        Group("as_written", "`Good` is unknown when only `good` is known"),
        Group("no_words", "a review without words"),
    ),
    invariants=(
        Invariant(
            "reversed",
            "reversing a review reverses its ids",
            lambda inputs: inputs | {"reviews": [review[::-1] for review in inputs["reviews"]]},
            lambda i, first, j, second: [ids[::-1] for ids in first] == second,
        ),
    ),
    hints=(
        "One list of ids for each review, one id for each word. What should happen at a word that the dict lacks?",
        "`vocabulary[word]` stops with a KeyError at an unknown word. A dict has a method that takes a second "
        "argument for that case.",
        "Use vocabulary.get with the word and `unknown`, inside a list comprehension over the words, inside another "
        "one over the reviews.",
    ),
    mistakes=(
        mistake(
            "drops_unknown",
            """You leave unknown words out. The review gets shorter and every later word moves: `movie was not good`
            without `not` is another review.""",
            ("for word in review]", "for word in review if word in vocabulary]"),
        ),
        mistake(
            "key_error",
            """Your function stops with a KeyError at a word that the vocabulary lacks. Such a word gets the id
            `unknown`.""",
            ("vocabulary.get(word, unknown)", "vocabulary[word]"),
        ),
        mistake(
            "zero_is_false",
            """The word with id 0 comes out as unknown. 0 counts as false in Python, so `or` and a bare `if` skip it:
            ask whether the word is in the dict.""",
            ("vocabulary.get(word, unknown)", "(vocabulary.get(word) or unknown)"),
        ),
        mistake(
            "unknown_is_zero",
            "An unknown word gets id 0 in your answer, which is the id of another word. Use the argument `unknown`.",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word, 0)"),
        ),
        mistake(
            "unknown_is_minus_one",
            "An unknown word always gets -1 in your answer. The caller decides which id that is: use `unknown`.",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word, -1)"),
        ),
        mistake(
            "unknown_is_none",
            "An unknown word gives None in your answer. None is no id: it should be the number `unknown`.",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word)"),
        ),
        mistake(
            "unknown_is_the_word",
            "An unknown word stays a word in your answer. Every entry must be a number: use `unknown`.",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word, word)"),
        ),
        mistake(
            "grows_vocabulary",
            """An unknown word gets a new id in your answer, as if the vocabulary could grow. A network has one row of
            weights for each id it was built with: use `unknown`.""",
            ("vocabulary.get(word, unknown)", "vocabulary.setdefault(word, len(vocabulary))"),
        ),
        mistake(
            "stops_at_unknown",
            "Your review ends at its first unknown word. The words after it still count.",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                result = []
                for review in reviews:
                    ids = []
                    for word in review:
                        if word not in vocabulary:
                            ids.append(unknown)
                            break
                        ids.append(vocabulary[word])
                    result.append(ids)
                return result
            """,
        ),
        mistake(
            "cut_at_unknown",
            "Your review ends before its first unknown word. That word and those after it still count.",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                result = []
                for review in reviews:
                    ids = []
                    for word in review:
                        if word not in vocabulary:
                            break
                        ids.append(vocabulary[word])
                    result.append(ids)
                return result
            """,
        ),
        mistake(
            "place_in_dict",
            """You number the words by where they stand in the dict. The id of a word is the *value* that the dict
            holds for it.""",
            (
                "vocabulary.get(word, unknown)",
                "(list(vocabulary).index(word) if word in vocabulary else unknown)",
            ),
        ),
        mistake(
            "place_in_review",
            "Your ids are places within the review: 0, 1, 2 and so on. Look each word up in the vocabulary.",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                return [[i if w in vocabulary else unknown for i, w in enumerate(r)] for r in reviews]
            """,
        ),
        mistake(
            "one_long_list",
            "All ids are in one list, so where a review ends is lost. Return one list for each review.",
            ("for word in review] for review in reviews]", "for review in reviews for word in review]]"),
            ("return [[", "return ([["),
            ("for word in review]]", "for word in review]])[0]"),
        ),
        mistake(
            "sorted_ids",
            "The ids of each review are sorted. The order of the words is what a recurrent network reads: keep it.",
            ("[[vocabulary.get", "[sorted([vocabulary.get"),
            ("for word in review]", "for word in review])"),
        ),
        mistake(
            "once_each",
            "A word that comes twice in a review has only one id in your answer. Keep every word, in its place.",
            ("for word in review]", "for word in dict.fromkeys(review)]"),
        ),
        mistake(
            "lower_case",
            """You change words to lower case before you look them up. The vocabulary was built from words as they
            are written: look up the same.""",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word.lower(), unknown)"),
        ),
        mistake(
            "letters",
            """You look up letters, not words. A review is a list of words already: one loop over it gives you the
            words.""",
            ("for word in review]", 'for word in "".join(review)]'),
        ),
        mistake(
            "no_empty_reviews",
            "A review without words is missing from your answer. It gives an empty list, so that the reviews line up.",
            ("for review in reviews]", "for review in reviews if review]"),
        ),
        mistake(
            "writes_into_reviews",
            """Your function writes ids over the words of the reviews it was given. Build new lists: whoever called you
            still needs the words.""",
            manner="changes_its_input",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                for review in reviews:
                    for t, word in enumerate(review):
                        review[t] = vocabulary.get(word, unknown)
                return reviews
            """,
        ),
    ),
    other_ways=(
        other_way(
            "loops",
            source="""
            def words_to_ids(texts, ids, missing):
                result = []
                for text in texts:
                    row = []
                    for word in text:
                        if word in ids:
                            row.append(ids[word])
                        else:
                            row.append(missing)
                    result.append(row)
                return result
            """,
        ),
        other_way(
            "helper",
            source="""
            def _id(word, vocabulary, unknown):
                try:
                    return vocabulary[word]
                except KeyError:
                    return unknown

            def words_to_ids(reviews, vocabulary, unknown=-1):
                return [[_id(word, vocabulary, unknown) for word in review] for review in reviews]
            """,
        ),
        other_way(
            "arrays",
            ("[vocabulary.get", "np.array([vocabulary.get"),
            ("for word in review]", "for word in review], dtype=int)"),
        ),
        other_way(
            "tuples",
            source="""
            from collections import defaultdict

            def words_to_ids(reviews, vocabulary, unknown):
                ids = defaultdict(lambda: unknown, vocabulary)
                return tuple(tuple(map(ids.__getitem__, review)) for review in reviews)
            """,
        ),
    ),
)


# --- one_hot --------------------------------------------------------------------------------------------


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


_SHAPE = "The answer has shape (N, T, V)"

ONE_HOT = Exercise(
    id="one_hot",
    questions=_one_hot,
    core="a 1 in the place of each id, 0 elsewhere, as floating-point numbers",
    tolerance=Tolerance(dtype="float"),
    groups=(
        Group("square", "N = T = V, where swapped axes go unnoticed"),
        Group("one", "one review of one word (N = T = 1)"),
        Group("minus_one", "the id -1 gives a row of zeros"),
        Group("too_large", "an id of V or more gives a row of zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "reordering the batch reorders the answer",
            lambda inputs: inputs | {"ids": inputs["ids"][::-1].copy()},
            lambda i, first, j, second: np.array_equal(first[::-1], second),
        ),
        Invariant(
            "larger_vocabulary",
            "two more words append two columns of zeros",
            lambda inputs: inputs | {"V": inputs["V"] + 2},
            lambda i, first, j, second: np.array_equal(first, second[..., :-2]) and not second[..., -2:].any(),
        ),
    ),
    hints=(
        "Do it for one id first: how do you make an array of V zeros with a 1 in place `id`? And when is there no "
        "such place?",
        "Either loop over n and t and write one 1 into an array of zeros, if the id is a place at all. Or compare: "
        "the id i belongs to the places 0 to V - 1 exactly where `place == i`.",
        "Compare `ids[:, :, None]`, of shape (N, T, 1), with np.arange(V), of shape (V,). Broadcasting makes a table of "
        "True and False. Turn it into float64. No id outside of the range can match.",
    ),
    mistakes=(
        mistake(
            "eye_lookup",
            """The id -1 gives the last word in your answer, because NumPy counts negative indices from the end. And an
            id of V or more stops with an IndexError. Both should give a row of zeros.""",
            source="""
            def one_hot(ids, V):
                return np.eye(V)[ids]
            """,
        ),
        mistake(
            "wraps_minus_one",
            """The id -1 gives the last word in your answer, because NumPy counts negative indices from the end. It
            should give a row of zeros.""",
            ("ids[:, :, None] == np.arange(V)", "np.where(ids == -1, V - 1, ids)[:, :, None] == np.arange(V)"),
        ),
        mistake(
            "fails_when_too_large",
            "-1 is right. But an id of V or more stops with an IndexError: it should give a row of zeros too.",
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
            """Your function raises an error for an id outside of 0 to V - 1. Some libraries do, but here such an id
            means "no word" and gives a row of zeros.""",
            source="""
            def one_hot(ids, V):
                if ids.min() < 0 or ids.max() >= V:
                    raise ValueError("id outside of the vocabulary")
                return np.eye(V)[ids]
            """,
        ),
        mistake(
            "modulo",
            """An id outside of 0 to V - 1 comes round again as another word. It should give a row of zeros: no word
            at all.""",
            ("ids[:, :, None]", "ids[:, :, None] % V"),
        ),
        mistake(
            "clipped",
            """An id outside of 0 to V - 1 becomes the first or the last word in your answer. It should give a row of
            zeros: no word at all.""",
            ("ids[:, :, None]", "ids.clip(0, V - 1)[:, :, None]"),
        ),
        mistake(
            "extra_place",
            f"""There is one place too many. {_SHAPE}, and an id outside of 0 to V - 1 has no place of its own.""",
            source="""
            def one_hot(ids, V):
                return np.eye(V + 1)[np.where((ids < 0) | (ids >= V), V, ids)]
            """,
        ),
        mistake(
            "size_from_ids",
            """The number of places comes from the largest id in the batch. Two batches then get different widths, and
            no weight matrix fits both: use V.""",
            ("np.arange(V)", "np.arange(ids.max() + 1)"),
        ),
        mistake(
            "size_from_distinct_ids",
            """You number the ids that occur in this batch afresh. A word then has another place in each batch: the id
            itself is the place.""",
            source="""
            def one_hot(ids, V):
                words, places = np.unique(ids, return_inverse=True)
                return np.eye(len(words))[places.reshape(ids.shape)]
            """,
        ),
        mistake(
            "whole_numbers",
            """Your zeros and ones are integers. They are right as values, but a network computes with floating-point
            numbers, and an integer array silently cuts off what you write into it: make it float64.""",
            (".astype(np.float64)", ".astype(np.int64)"),
        ),
        mistake(
            "true_and_false",
            """Your answer holds True and False. The values are right, but they are not numbers to train with: make
            them float64.""",
            (".astype(np.float64)", ""),
        ),
        mistake(
            "counts_from_one",
            "Your 1 stands one place too early: you count ids from 1. The word with id 0 has its 1 in place 0.",
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
            f"Time and places are merged into one axis. {_SHAPE}, three axes: a recurrent network reads step by step.",
            (".astype(np.float64)", ".astype(np.float64).reshape(len(ids), -1)"),
        ),
        mistake(
            "bag_of_words",
            """You add the steps of each review up. That says which words occur, but not in which order. Keep the time
            axis.""",
            (".astype(np.float64)", ".astype(np.float64).sum(axis=1)"),
        ),
        mistake(
            "every_step_the_same",
            """Every step of a review marks all words of that review. Step t has one 1 only, for its own word: the index
            must name n, t and the place together.""",
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
            "all_marked",
            """Your index marks the words of the whole batch at every step. `x[:, :, ids] = 1` means all n, all t and
            all ids: each n and t needs its own id.""",
            source="""
            def one_hot(ids, V):
                x = np.zeros((*ids.shape, V))
                x[:, :, ids] = 1
                return x
            """,
        ),
        mistake(
            "id_instead_of_one",
            """You write the id itself where a 1 belongs. Then words with large ids count more, which is what one-hot
            vectors are there to avoid.""",
            (".astype(np.float64)", ".astype(np.float64) * ids[:, :, None]"),
        ),
        mistake(
            "thermometer",
            """You fill every place up to the id. Then words with close ids look alike. Only the place of the id itself
            is 1.""",
            ("==", ">="),
        ),
        mistake(
            "first_review_only",
            "Only the first review is filled in. The others are zeros: does your function return inside the loop?",
            (".astype(np.float64)", ".astype(np.float64) * (np.arange(len(ids)) == 0)[:, None, None]"),
        ),
        mistake(
            "changes_ids",
            """The values are right, but your function overwrites entries of the ids that it was given. Work on a copy:
            whoever called you still needs them.""",
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


# --- decode ---------------------------------------------------------------------------------------------


def _rows(ids: Sequence[Sequence[int]], V: int) -> np.ndarray[Any, Any]:
    """Return one-hot rows of shape (N, T, V); -1 gives zeros."""
    return (np.asarray(ids)[:, :, None] == np.arange(V)).astype(np.float64)


def _probabilities(draw: Draw, N: int, T: int, V: int) -> np.ndarray[Any, Any]:
    """Return rows of shape (N, T, V) that sum to 1, no entry above one half, no two nearly equal."""
    odds = np.stack([np.stack([draw.permutation(V) for _ in range(T)]) for _ in range(N)]) + 3.0
    odds += draw.uniform(-0.3, 0.3, odds.shape)
    return np.asarray(np.round(odds / odds.sum(axis=-1, keepdims=True), 4))


def _decode(draw: Draw) -> Iterator[Question]:
    N, T, V = _three_sizes(draw)
    N, T = N + 1, T + 1
    words = _words(draw, V)
    ids = draw.integers(0, V, (N, T))
    ids[-1, -1] = ids[-1, -2] = V - 1  # the same word twice in a row
    yield ask(x=_rows(ids.tolist(), V), vocabulary=_in_order(words))
    yield ask(x=_probabilities(draw, T, N, V), vocabulary=_in_order(words[::-1]))
    padded = draw.integers(1, V, (4, 5))
    padded[0, 3:], padded[2, 1:], padded[3, :] = -1, -1, -1
    yield ask("padding", x=_rows(padded.tolist(), V), vocabulary=_in_order(words))
    gap = draw.integers(1, V, (2, 5))
    gap[0, 2] = gap[1, 0] = gap[1, 3] = -1
    yield ask("gap", x=_rows(gap.tolist(), V), vocabulary=_in_order(words))
    yield ask("shuffled", x=_rows(draw.integers(0, V, (2, 4)).tolist(), V), vocabulary=_shuffled(draw, words))
    yield ask("one", x=_rows([[int(draw.integers(1, V))]], V), vocabulary=_in_order(words))


DECODE = Exercise(
    id="decode",
    questions=_decode,
    core="one-hot rows and rows of probabilities give the right words",
    groups=(
        Group("padding", "rows of zeros at the end give no word", 2.0),
        Group("gap", "a row of zeros in the middle gives no word, the rest is read"),
        Group("shuffled", "the dict need not list its words in the order of their ids"),
        Group("one", "one review of one word (N = T = 1)"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "reordering the batch reorders the answer",
            lambda inputs: inputs | {"x": inputs["x"][::-1].copy()},
            lambda i, first, j, second: first[::-1] == second,
        ),
        Invariant(
            "scaled",
            "multiplying x by 0.3 changes no word",
            lambda inputs: inputs | {"x": 0.3 * inputs["x"]},
            lambda i, first, j, second: bool(first == second),
        ),
    ),
    hints=(
        "Two questions for each step: which of the V entries is largest, and which word has that id? The dict answers "
        "the opposite question, so turn it round first.",
        "`{i: word for word, i in vocabulary.items()}` goes from id to word. Loop over reviews and steps, take the "
        "argmax of each step, and skip a step that has no entry other than 0.",
        "Inside two loops, each step has shape (V,). `step.any()` is False for a row of zeros, `int(step.argmax())` "
        "is the id otherwise. Append the word to the list of its review.",
    ),
    mistakes=(
        mistake(
            "padding_is_a_word",
            """A row of zeros gives the word with id 0 in your answer, since argmax of equal entries is 0. A row of zeros
            is no word: leave it out.""",
            (" if step.any()", ""),
        ),
        mistake(
            "stops_at_zeros",
            """You stop at the first row of zeros. It can stand in the middle too, for a word that was not known: skip it
            and read on.""",
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
            "A row of zeros gives an empty text in your answer. It should give nothing: the list is just shorter.",
            (
                "word_of[int(step.argmax())] for step in steps if step.any()",
                'word_of[int(step.argmax())] if step.any() else "" for step in steps',
            ),
        ),
        mistake(
            "no_empty_reviews",
            """A review whose rows are all zeros is missing from your answer. It gives an empty list, so that there are
            N lists.""",
            ("return reviews", "return [review for review in reviews if review]"),
        ),
        mistake(
            "order_of_dict",
            """You take the words in the order in which the dict lists them. The id of a word is the value that the dict
            holds: turn the dict round by its values.""",
            ("{index: word for word, index in vocabulary.items()}", "list(vocabulary)"),
        ),
        mistake(
            "alphabetical",
            """You take the words in alphabetical order. The id of a word is the value that the dict holds: turn the
            dict round by its values.""",
            ("{index: word for word, index in vocabulary.items()}", "sorted(vocabulary)"),
        ),
        mistake(
            "smallest",
            "Your word is the one with the smallest entry. The largest entry says which word it is.",
            (".argmax()", ".argmin()"),
        ),
        mistake(
            "exactly_one",
            """You look for entries equal to 1. Those exist in one-hot rows only. In a row of probabilities the largest
            entry decides, however small it is.""",
            ("if step.any()", "if (step == 1).any()"),
        ),
        mistake(
            "above_one_half",
            """You want an entry above one half. Among many words the largest probability is often far below that, and it
            still decides.""",
            ("if step.any()", "if step.max() > 0.5"),
        ),
        mistake(
            "any_positive",
            """You write a word for every entry above 0. In a row of probabilities that is all of them. Each step gives
            one word: that of the largest entry.""",
            (
                "word_of[int(step.argmax())] for step in steps if step.any()",
                "word_of[int(i)] for step in steps for i in np.flatnonzero(step)",
            ),
        ),
        mistake(
            "ids_not_words",
            "You return ids. Look up which word each id belongs to.",
            ("word_of[int(step.argmax())]", "int(step.argmax())"),
        ),
        mistake(
            "texts_not_lists",
            "You return one text for each review. Return a list of words, as the reviews were before encoding.",
            ("return reviews", 'return [" ".join(review) for review in reviews]'),
        ),
        mistake(
            "one_long_list",
            "All words are in one list, so where a review ends is lost. Return one list for each review.",
            ("return reviews", "return [word for review in reviews for word in review]"),
        ),
        mistake(
            "only_the_first",
            """There is one review in your answer, however large the batch is. Does your function return inside the
            loop?""",
            ("return reviews", "return reviews[:1]"),
        ),
        mistake(
            "over_time",
            """Your argmax runs over the time axis: it finds the step at which each word is strongest. It should run over
            the last axis, the V words of one step.""",
            ("for steps in x:", "for steps in x.swapaxes(1, 2):"),
        ),
        mistake(
            "over_the_batch",
            """You go through time first, so each of your lists holds one step of all reviews. The first axis of x is
            the batch.""",
            ("for steps in x:", "for steps in x.swapaxes(0, 1):"),
        ),
        mistake(
            "largest_of_the_review",
            """You take one argmax for a whole review, (T, V), which counts through all its entries. Take one for each
            step, (V,).""",
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
            "A word that comes twice in a review comes once in your answer. Keep every step that has a word.",
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


# --- review_shapes --------------------------------------------------------------------------------------


def _shapes(review_1: str, review_3: str, batch: str, mask: str = "(3, 4)") -> str:
    return (
        f'review_shapes = {{"review_1": {review_1}, "review_3": {review_3}, "batch": {batch}, "mask": {mask}}}'
    )


REVIEW_SHAPES = Exercise(
    id="review_shapes",
    is_value=True,
    core="all four shapes",
    parts=("review_1", "review_3", "batch", "mask"),
    hints=(
        "Count three things: the words in a review, the words in the vocabulary, the reviews.",
        "One review has shape (timesteps, features). In a batch all reviews are as long as the longest.",
        "The features are the 5 words of the vocabulary, and they come last. The batch comes first. A mask has one "
        "entry for each step and no features.",
    ),
    mistakes=(
        mistake(
            "features_first",
            """Your last two sizes are swapped. A review has one row for each word it contains and one column for each
            word of the vocabulary: (timesteps, features).""",
            source=_shapes("(5, 3)", "(5, 4)", "(3, 5, 4)"),
        ),
        mistake(
            "reviews_features_first",
            """The batch is right, the single reviews are turned round. Leave the batch axis out and keep the order of
            the other two.""",
            source=_shapes("(5, 3)", "(5, 4)", "(3, 4, 5)"),
        ),
        mistake(
            "batch_time_first",
            "The reviews are right. In the batch, the number of reviews comes first and time second: (N, T, D).",
            source=_shapes("(3, 5)", "(4, 5)", "(4, 3, 5)"),
        ),
        mistake(
            "time_first",
            "The reviews are right. In batch and mask, the number of reviews comes first and time second.",
            source=_shapes("(3, 5)", "(4, 5)", "(4, 3, 5)", "(4, 3)"),
        ),
        mistake(
            "mask_turned",
            "Three are right. The mask has the first two axes of the batch, in the same order.",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(4, 3)"),
        ),
        mistake(
            "mask_with_features",
            "Three are right. The mask says of each step whether it is real: one number a step, no features.",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(3, 4, 5)"),
        ),
        mistake(
            "mask_per_review",
            "Three are right. The mask says of each *step* whether it is real, so it has a time axis too.",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 4, 5)", "(3,)"),
        ),
        mistake(
            "cut_to_the_shortest",
            """Your batch is as long as the shortest review, so the last word of review 3 would be lost. Padding makes
            the short ones longer instead.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 3, 5)", "(3, 3)"),
        ),
        mistake(
            "batch_cut_to_the_shortest",
            """Your batch is as long as the shortest review, so the last word of review 3 would be lost. The mask is
            right: compare its shape with that of your batch.""",
            source=_shapes("(3, 5)", "(4, 5)", "(3, 3, 5)"),
        ),
        mistake(
            "own_words_only",
            """You count the words of each review as its features. The features are places for *all* words of the
            vocabulary, whether they occur in this review or not.""",
            source=_shapes("(3, 3)", "(4, 4)", "(3, 4, 4)"),
        ),
        mistake(
            "own_words_in_reviews",
            """The batch is right. In a single review the features are still places for *all* words of the vocabulary,
            whether they occur in it or not.""",
            source=_shapes("(3, 3)", "(4, 4)", "(3, 4, 5)"),
        ),
        mistake(
            "ids_only",
            """These are the shapes of ids: one number for each word. After one-hot encoding each word is a row of 5
            numbers.""",
            source=_shapes("(3,)", "(4,)", "(3, 4)"),
        ),
        mistake(
            "end_to_end",
            """You put the words of all reviews end to end. In a batch each review keeps a row of its own, so the array
            has three axes.""",
            source=_shapes("(3, 5)", "(4, 5)", "(10, 5)"),
        ),
        mistake(
            "padded_end_to_end",
            "You put the padded reviews end to end. In a batch each review keeps a row of its own: three axes.",
            source=_shapes("(3, 5)", "(4, 5)", "(12, 5)"),
        ),
        mistake(
            "flattened",
            """You count all numbers of a review in one row. A recurrent network reads step by step, so time keeps an
            axis of its own.""",
            source=_shapes("(15,)", "(20,)", "(3, 20)"),
        ),
        mistake(
            "batches_of_one",
            """The batch is right. The single reviews are asked for without a batch axis: two sizes, (timesteps,
            features).""",
            source=_shapes("(1, 3, 5)", "(1, 4, 5)", "(3, 4, 5)"),
        ),
        mistake(
            "reviews_padded",
            "The batch is right. Review 1 alone has no padding: it has as many steps as it has words.",
            source=_shapes("(4, 5)", "(4, 5)", "(3, 4, 5)"),
        ),
    ),
    other_ways=(
        other_way("lists", source=_shapes("[3, 5]", "[4, 5]", "[3, 4, 5]", "[3, 4]")),
        other_way(
            "computed",
            source="""
            review_shapes = dict(
                review_1=np.zeros((3, 5)).shape,
                review_3=np.zeros((4, 5)).shape,
                batch=np.zeros((3, 4, 5)).shape,
                mask=np.zeros((3, 4)).shape,
            )
            """,
        ),
        other_way(
            "other_order",
            source="""
            N, T, V = 3, 4, 5
            review_shapes = {"mask": (N, T), "batch": (N, T, V), "review_3": (T, V), "review_1": (T - 1, V)}
            """,
        ),
        other_way(
            "arrays",
            source=_shapes("np.array([3, 5])", "np.array([4, 5])", "np.array([3, 4, 5])", "np.array([3, 4])"),
        ),
    ),
)


# --- pad_sequences --------------------------------------------------------------------------------------


def _sequences(draw: Draw, lengths: Sequence[int], V: int = 9) -> list[list[int]]:
    """Return one list of ids from 1 to `V` - 1 for each length."""
    return [[int(i) for i in draw.integers(1, V, length)] for length in lengths]


def _pad_sequences(draw: Draw) -> Iterator[Question]:
    lengths = _lengths(draw, 3)
    yield ask(sequences=_sequences(draw, lengths), pad=-1)
    yield ask(sequences=_sequences(draw, [3, 2, 6, 4]), pad=int(draw.integers(20, 40)))
    clash = _sequences(draw, [3, 5, 2])
    clash[0][1] = clash[1][0] = clash[2][1] = 0
    yield ask("pad_is_a_word", sequences=clash, pad=0)
    yield ask("equal", sequences=_sequences(draw, [3, 3]), pad=-1)
    yield ask("no_words", sequences=_sequences(draw, [2, 0, 4]), pad=-1)
    yield ask("one", sequences=_sequences(draw, [5]), pad=-1)


def _with_longer(inputs: dict[str, Value]) -> dict[str, Value]:
    longest = max(inputs["sequences"], key=len)
    return inputs | {"sequences": [*inputs["sequences"], [*longest, 1, 2]]}


def _only_padding_added(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    ids, mask = (array[:-1] for array in second)
    T = first[0].shape[1]
    same = np.array_equal(ids[:, :T], first[0]) and np.array_equal(mask[:, :T], first[1])
    return bool(same and (ids[:, T:] == i["pad"]).all() and not mask[:, T:].any())


PAD_SEQUENCES = Exercise(
    id="pad_sequences",
    questions=_pad_sequences,
    core="ids padded at the end, and a mask that says which are real",
    parts=("ids", "mask"),
    groups=(
        Group("pad_is_a_word", "the padding id is also the id of a word"),
        Group("equal", "sequences of equal length need no padding"),
        Group("no_words", "a sequence without words"),
        Group("one", "a batch of one (N = 1)"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "reordering the sequences reorders the rows",
            lambda inputs: inputs | {"sequences": inputs["sequences"][::-1]},
            lambda i, first, j, second: all(
                np.array_equal(a[::-1], b) for a, b in zip(first, second, strict=True)
            ),
        ),
        Invariant(
            "longer_one_added",
            "a longer sequence in the batch only adds padding to the others",
            _with_longer,
            _only_padding_added,
        ),
    ),
    hints=(
        "How many rows and columns does the table have? Make two tables of that shape first: one full of `pad`, one "
        "full of zeros.",
        "np.full((N, T), pad) and np.zeros((N, T)), where T is the longest length. Then go through the sequences and "
        "overwrite the start of each row.",
        "In the loop, row n of the ids gets the sequence in its first len(sequence) places. The same places of row n of "
        "the mask get a 1. Do not compare with `pad`: a real word may have that id.",
    ),
    mistakes=(
        mistake(
            "mask_from_ids",
            """Your mask is 0 wherever the id equals `pad`. But a real word may have that id. Only the lengths know where
            a sequence ends.""",
            ("return ids, mask", "return ids, (ids != pad).astype(float)"),
        ),
        mistake(
            "at_the_front",
            """The padding stands at the front. Some libraries do that by default, but here it goes to the end, so that
            the first word of every review is step 0.""",
            ("ids[n, : len(sequence)] = sequence", "ids[n, T - len(sequence) :] = sequence"),
            ("mask[n, : len(sequence)] = 1.0", "mask[n, T - len(sequence) :] = 1.0"),
        ),
        mistake(
            "ids_at_the_front",
            """The mask is right, but in the ids the padding stands at the front. Both go together: the padding comes at
            the end.""",
            ("ids[n, : len(sequence)] = sequence", "ids[n, T - len(sequence) :] = sequence"),
        ),
        mistake(
            "mask_at_the_front",
            "The ids are right, but the zeros of the mask stand at the front. They belong where the padding is.",
            ("mask[n, : len(sequence)] = 1.0", "mask[n, T - len(sequence) :] = 1.0"),
        ),
        mistake(
            "mask_turned_round",
            "Your mask is 1 where there is padding. It is 1 where there is a word.",
            ("return ids, mask", "return ids, 1 - mask"),
        ),
        mistake(
            "mask_all_ones",
            "Your mask is 1 everywhere, so it does not say where the padding is.",
            ("np.zeros((N, T))", "np.ones((N, T))"),
        ),
        mistake(
            "mask_one_short",
            "Your mask leaves out the last word of each sequence. All of its words are real.",
            ("mask[n, : len(sequence)]", "mask[n, : max(len(sequence) - 1, 0)]"),
        ),
        mistake(
            "mask_one_long",
            "Your mask counts one padded step of each sequence as real. It ends with the last word.",
            ("mask[n, : len(sequence)]", "mask[n, : len(sequence) + 1]"),
        ),
        mistake(
            "lengths_for_mask",
            "The second output holds the lengths. They say the same, but what is asked for is a table of shape (N, T).",
            ("return ids, mask", "return ids, mask.sum(axis=1)"),
        ),
        mistake(
            "zero_for_padding",
            "You always pad with 0. The caller decides: use the argument `pad`. Here 0 is the id of a word.",
            ("np.full((N, T), pad)", "np.zeros((N, T), dtype=int)"),
        ),
        mistake(
            "minus_one_for_padding",
            "You always pad with -1. The caller decides: use the argument `pad`.",
            ("np.full((N, T), pad)", "np.full((N, T), -1)"),
        ),
        mistake(
            "repeats_the_last_word",
            """You pad with the last word of each sequence, so it seems to be said again and again. Pad with `pad`.""",
            ("    ids[n, : len(sequence)] = sequence", "    ids[n] = (sequence + (sequence[-1:] or [pad]) * T)[:T]"),
        ),
        mistake(
            "repeats_the_sequence",
            """A short sequence starts again from its first word until the row is full. Each word comes once; after the
            last one comes `pad`.""",
            ("    ids[n, : len(sequence)] = sequence", "    ids[n] = ((sequence or [pad]) * T)[:T]"),
        ),
        mistake(
            "cut_to_the_shortest",
            "You cut every sequence to the shortest one and lose words. Padding makes the short ones longer instead.",
            ("max(len(sequence) for sequence in sequences)", "min(len(sequence) for sequence in sequences)"),
            ("= sequence\n", "= sequence[:T]\n"),
        ),
        mistake(
            "length_of_the_first",
            """The first sequence decides how long the table is, so longer ones are cut off. T is the length of the
            longest.""",
            ("max(len(sequence) for sequence in sequences)", "len(sequences[0])"),
            ("= sequence\n", "= sequence[:T]\n"),
        ),
        mistake(
            "longest_does_not_fit",
            """Your table is not wide enough for the longest sequence, and NumPy refuses to write it. T is the length of
            the longest.""",
            ("max(len(sequence) for sequence in sequences)", "len(sequences[-1])"),
        ),
        mistake(
            "one_column_too_many",
            "There is one column too many, with padding only. T is the length of the longest sequence, not one more.",
            ("max(len(sequence) for sequence in sequences)", "max(len(sequence) for sequence in sequences) + 1"),
        ),
        mistake(
            "rows_are_one_list",
            """All rows are the same. `[[pad] * T] * N` is one row named N times, so writing to one writes to all: make
            a new row for each sequence.""",
            source="""
            def pad_sequences(sequences, pad):
                N, T = len(sequences), max(map(len, sequences))
                ids, mask = [[pad] * T] * N, [[0.0] * T] * N
                for n, sequence in enumerate(sequences):
                    for t, i in enumerate(sequence):
                        ids[n][t], mask[n][t] = i, 1.0
                return ids, mask
            """,
        ),
        mistake(
            "sorted_by_length",
            """Your rows are sorted by length. Some libraries want that, but then row n no longer belongs to label n:
            keep the order.""",
            ("enumerate(sequences)", "enumerate(sorted(sequences, key=len, reverse=True))"),
        ),
        mistake(
            "outputs_swapped",
            "Both tables are right, but they are returned in the other order: ids first, then the mask.",
            ("return ids, mask", "return mask, ids"),
        ),
        mistake(
            "ids_only",
            "You return the ids alone. Return two things, the ids and the mask, with a comma between them.",
            ("return ids, mask", "return ids"),
        ),
        mistake(
            "time_first",
            "Your tables have shape (T, N). There is one row for each sequence: (N, T).",
            ("return ids, mask", "return ids.T.copy(), mask.T.copy()"),
        ),
        mistake(
            "no_empty_sequences",
            """A sequence without words has no row in your answer. It gives a row of padding, so that the batch keeps its
            N rows.""",
            ("    N, T = len(", "    sequences = [s for s in sequences if s]\n    N, T = len("),
        ),
        mistake(
            "extends_the_sequences",
            """Your function makes the lists longer that it was given. `append` and `+=` change the very list that
            came from outside: build new rows.""",
            manner="changes_its_input",
            source="""
            def pad_sequences(sequences, pad):
                lengths = [len(s) for s in sequences]
                T = max(lengths)
                for s in sequences:
                    while len(s) < T:
                        s.append(pad)
                return np.array(sequences), np.array([[float(t < n) for t in range(T)] for n in lengths])
            """,
        ),
    ),
    other_ways=(
        other_way(
            "lists",
            source="""
            def pad_sequences(batch, filler):
                longest = max(map(len, batch))
                ids = [[*row, *[filler] * (longest - len(row))] for row in batch]
                mask = [[1] * len(row) + [0] * (longest - len(row)) for row in batch]
                return [ids, mask]
            """,
        ),
        other_way(
            "boolean_mask",
            source="""
            def pad_sequences(sequences, pad):
                lengths = np.array([len(s) for s in sequences])
                mask = np.arange(lengths.max()) < lengths[:, None]
                ids = np.full(mask.shape, pad)
                ids[mask] = [i for s in sequences for i in s]
                return ids, mask
            """,
        ),
        other_way(
            "zip_longest",
            source="""
            from itertools import zip_longest

            def pad_sequences(sequences, pad=0):
                ids = np.array(list(zip_longest(*sequences, fillvalue=pad))).T
                ones = [[1.0] * len(s) for s in sequences]
                return ids, np.array(list(zip_longest(*ones, fillvalue=0.0))).T
            """,
        ),
        other_way(
            "np_pad",
            source="""
            def _fill(row, T, value):
                return np.pad(np.asarray(row, dtype=int), (0, T - len(row)), constant_values=value)

            def pad_sequences(sequences, pad, dtype=int):
                T = max(len(s) for s in sequences)
                ids = np.stack([_fill(s, T, pad) for s in sequences])
                return ids.astype(dtype), np.stack([_fill([1] * len(s), T, 0) for s in sequences])
            """,
        ),
        other_way(
            "floats",
            ("np.full((N, T), pad)", "np.full((N, T), float(pad))"),
        ),
    ),
)


EXERCISES = (BUILD_VOCABULARY, WORDS_TO_IDS, ONE_HOT, DECODE, REVIEW_SHAPES, PAD_SEQUENCES)
