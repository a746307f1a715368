"""Notebook 01: the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group

_FILM = (
    "movie",
    "was",
    "good",
    "bad",
    "not",
    "plot",
    "actor",
    "slow",
    "warm",
    "long",
    "dull",
    "music",
    "scene",
)


_HOUSE = (
    "cat",
    "mat",
    "rat",
    "light",
    "door",
    "stair",
    "quiet",
    "window",
    "fresh",
    "old",
    "line",
    "roof",
    "lamp",
)


def random_words(draw: Draw, count: int) -> list[str]:
    """Return `count` different words in random order."""
    return [str(word) for word in draw.permutation(_FILM + _HOUSE)[:count]]


def shuffled(draw: Draw, words: Sequence[str]) -> dict[str, int]:
    """Return a vocabulary whose ids do not follow the order in which the dict lists its words."""
    ids = draw.permutation(len(words))
    ids = ids[::-1] if np.array_equal(ids, np.arange(len(words))) else ids
    return {word: int(i) for word, i in zip(words, ids, strict=True)}


def in_order(words: Sequence[str]) -> dict[str, int]:
    """Return a vocabulary that lists its words in the order of their ids."""
    return {word: i for i, word in enumerate(words)}


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
    c, b, a = sorted(random_words(draw, 3))
    yield ask(reviews=[[a, b, a], [b, c]], specials=())  # short, so that a card can show it
    yield ask(reviews=_repetitive(draw, random_words(draw, 9)), specials=())
    yield ask(
        "specials", reviews=_repetitive(draw, random_words(draw, 7)), specials=["<unk>", "<pad>", "<end>"]
    )
    a, b, c = random_words(draw, 3)
    yield ask("special_in_text", reviews=[[a, "<unk>", b], ["<unk>", c]], specials=("<pad>", "<unk>"))
    yield ask("as_written", reviews=[[b.title(), a, b], [a.upper(), a, c]], specials=())
    yield ask("no_words", reviews=[[c, a, c], [], [b, a]], specials=())
    yield ask("one", reviews=[[c]], specials=())
    yield ask("no_reviews", reviews=[], specials=["<unk>", "<pad>"])
    yield ask("no_reviews", reviews=[], specials=())
    yield ask("twice", reviews=[[b, a, b]], specials=["<unk>", "<end>", "<pad>", "<end>"])


BUILD_VOCABULARY = Exercise(
    id="build_vocabulary",
    questions=_build_vocabulary,
    core="the ids of all words",
    groups=(
        Group("specials", "with special words", 2.0),
        Group("special_in_text", "with a special word that also occurs in a review"),
        Group("as_written", "with words that differ in capital letters only, as `Good` and `good`"),
        Group("no_words", "with a review without words"),
        Group("one", "one review of one word"),
        Group("no_reviews", "no reviews at all"),
        Group("twice", "with a special word that is given twice"),
    ),
    invariants=(
        Invariant(
            "known_words",
            "the ids, with every review read twice",
            lambda inputs: inputs | {"reviews": [*inputs["reviews"], *inputs["reviews"]]},
            lambda i, first, j, second: bool(first == second),
        ),
    ),
    hints=(
        "Do it with paper first, for the reviews `a b a` and `c a`. Which question do you ask yourself at "
        "each word?",
        "Start from an empty dict. At each word ask whether it is in the dict already. If it is not, which "
        "id is the next free one? The size of the dict knows.",
        "Two nested loops, over reviews and over words, with `if word not in vocabulary:` inside. The next "
        "free id is len(vocabulary). Put the specials in by the same rule, before the reviews.",
    ),
    mistakes=(
        mistake(
            "column_by_column",
            """You read the first word of every review, then the second of every review, and so on. One review
            is read to its end before the next.""",
            source="""
            from itertools import zip_longest

            def build_vocabulary(reviews, specials=()):
                vocabulary = {}
                for words in [specials, *zip_longest(*reviews)]:
                    for word in words:
                        if word is not None:
                            vocabulary.setdefault(word, len(vocabulary))
                return vocabulary
            """,
        ),
        mistake(
            "sorted_specials",
            """You sort the special words. Their ids follow the order in which they are given, and whoever
            calls relies on it.""",
            ("[specials, *reviews]", "[sorted(specials), *reviews]"),
        ),
        mistake(
            "nothing_without_reviews",
            """Without reviews you return an empty dict. The special words are there all the same.""",
            ("    vocabulary = {}\n", "    if not len(reviews):\n        return {}\n    vocabulary = {}\n"),
        ),
        mistake(
            "alphabetical",
            """Your ids follow the alphabet. Here they follow the order of first appearance, so that a new
            review at the end never renumbers the words before it.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = sorted({word for review in reviews for word in review} - set(specials))
                return {word: i for i, word in enumerate([*specials, *words])}
            """,
        ),
        mistake(
            "alphabetical_special_twice",
            """Two things. Your ids follow the alphabet, but here they follow the order of first appearance.
            And a special word that occurs in a review is numbered again: it keeps the id it has.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = sorted({word for review in reviews for word in review})
                return {word: i for i, word in enumerate([*specials, *words])}
            """,
        ),
        mistake(
            "alphabetical_without_specials",
            """Two things. Your ids follow the alphabet, but here they follow the order of first appearance.
            And the special words are missing: they come first, in the order given.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = sorted({word for review in reviews for word in review})
                return {word: i for i, word in enumerate(words)}
            """,
        ),
        mistake(
            "sorted_in_review",
            """The words of each review are numbered in alphabetical order. `set` and `sorted` lose the
            order in which they were written: go through the review itself.""",
            ("for word in review:", "for word in (review if review is specials else sorted(review)):"),
        ),
        mistake(
            "by_frequency",
            """Your ids follow how often a word occurs. That is a common convention, but here they follow the
            order of first appearance.""",
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
            """A word that comes again gets another id, since you do not ask whether it is there already. Two
            words can then end up with the same id.""",
            ("if word not in vocabulary:", "if True:"),
        ),
        mistake(
            "place_in_text",
            """Your ids are places in the text, so repeated words leave gaps. With V words the ids must be 0
            to V - 1, each used once.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = [*specials, *(word for review in reviews for word in review)]
                return {word: text.index(word) for word in text}
            """,
        ),
        mistake(
            "last_place_in_text",
            """Your ids are places in the text, and a later place overwrites an earlier one. Count different
            words, not words, and leave a word alone once it has an id.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = [*specials, *(word for review in reviews for word in review)]
                return {word: i for i, word in enumerate(text)}
            """,
        ),
        mistake(
            "place_in_review",
            """Your ids are places within a review and start again at 0 for each one. So several words share
            an id. One numbering serves all reviews.""",
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
            """Only the words of the last review are there. The dict is made anew for each review: make it
            once, before the loop.""",
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
            """The special words are missing. They come first, in the order given, and the words of the
            reviews follow.""",
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
            """The words of the reviews start at 0 again, although the special words hold those ids already.
            An id must belong to one word.""",
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
            """A special word that occurs in a review is given a new id there. It has one already: ask the
            same question for special words as for all others.""",
            source="""
            def build_vocabulary(reviews, specials=()):
                words = dict.fromkeys(word for review in reviews for word in review)
                return {word: i for i, word in enumerate([*specials, *words])}
            """,
        ),
        mistake(
            "lower_case",
            """Your function changes words to lower case. Whoever calls it decides how to cut the text: use
            each word as it is written.""",
            ("for word in review:", "for word in map(str.lower, review):"),
        ),
        mistake(
            "letters",
            """Your keys are letters. A review is a list of words here, and you go through each word once
            more: one loop too many.""",
            ("for word in review:", 'for word in "".join(review):'),
        ),
        mistake(
            "reviews_as_keys",
            """Your keys are whole reviews. The dict numbers words: a second loop has to go through the words
            of each review.""",
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
            """Your values say how often each word occurs. They should be ids: 0 for the first word, 1 for
            the next.""",
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
            """You return the words in the right order, but as a list. The answer is a dict that gives the id
            of each word.""",
            ("return vocabulary", "return list(vocabulary)"),
        ),
        mistake(
            "grows_the_first_review",
            """Your function changes the reviews it was given. `+=` on a list that came from outside extends
            that very list: start from an empty list of your own.""",
            manner="changes_its_input",
            source="""
            def build_vocabulary(reviews, specials=()):
                text = reviews[0] if reviews else []
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
