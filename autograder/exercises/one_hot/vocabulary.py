"""Notebook 01, first part: from words to ids."""

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


def _reviews(draw: Draw, words: Sequence[str], lengths: Sequence[int]) -> list[list[str]]:
    """Return one review for each length; a word may come more than once."""
    return [[words[int(i)] for i in draw.integers(0, len(words), length)] for length in lengths]


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


def _words_to_ids(draw: Draw) -> Iterator[Question]:
    words = random_words(draw, 12)
    known, strange = words[:8], words[8:]
    numbered = shuffled(draw, known)
    first = next(word for word, i in numbered.items() if i == 0)
    a, b, c, d = [word for word in known if word != first][:4]
    u, v = strange[:2]
    yield ask(reviews=[[b, first, a, b], [c, a]], vocabulary=numbered, unknown=-1)  # short, for a card
    yield ask(reviews=_reviews(draw, known, (3, 6)), vocabulary=numbered, unknown=-1)
    yield ask("unknown", reviews=[[a, u, b], [v, c, first, u, d]], vocabulary=numbered, unknown=-1)
    special = {"<pad>": 0, "<unk>": 1} | {word: i + 2 for i, word in enumerate(known)}
    yield ask("number", reviews=[[u, d, c], [b, v, v, a]], vocabulary=special, unknown=1)
    yield ask("number", reviews=[[b, v], [u, a]], vocabulary=numbered, unknown=40)
    yield ask("as_written", reviews=[[a, a.title(), b.upper()], [b]], vocabulary=numbered, unknown=-1)
    yield ask("no_words", reviews=[[b], [], [c, a]], vocabulary=numbered, unknown=-1)
    yield ask("no_reviews", reviews=[], vocabulary=numbered, unknown=-1)


WORDS_TO_IDS = Exercise(
    id="words_to_ids",
    questions=_words_to_ids,
    core="words of the vocabulary",
    core_weight=4.0,
    groups=(
        Group("unknown", "with words that the vocabulary lacks", 3.0),
        Group("number", "with another id for unknown words"),
        Group("as_written", "with `Good` where only `good` is known"),
        Group("no_words", "with a review without words"),
        Group("no_reviews", "no reviews at all"),
    ),
    invariants=(
        Invariant(
            "reversed",
            "the ids, with every review reversed",
            lambda inputs: inputs | {"reviews": [review[::-1] for review in inputs["reviews"]]},
            lambda i, first, j, second: [ids[::-1] for ids in first] == second,
        ),
    ),
    hints=(
        "One list of ids for each review, one id for each word. What should happen at a word that the dict "
        "lacks?",
        "`vocabulary[word]` stops with a KeyError at an unknown word. A dict has a method that takes a "
        "second argument for that case.",
        "Use vocabulary.get with the word and `unknown`, inside a list comprehension over the words, "
        "inside another one over the reviews.",
    ),
    mistakes=(
        mistake(
            "unknown_must_be_free",
            """Where the id for unknown words is that of a word, you take -1 in its place. That is what it is
            for: `<unk>` is a word of the vocabulary, and unknown words get its id.""",
            (
                "    return [[",
                "    unknown = -1 if unknown in vocabulary.values() else unknown\n    return [[",
            ),
        ),
        mistake(
            "drops_unknown",
            """You leave unknown words out. The review gets shorter and every later word moves: `movie was
            not good` without `not` is another review.""",
            ("for word in review]", "for word in review if word in vocabulary]"),
        ),
        mistake(
            "key_error",
            """Your function stops with a KeyError at a word that the vocabulary lacks. Such a word gets the
            id `unknown`.""",
            ("vocabulary.get(word, unknown)", "vocabulary[word]"),
        ),
        mistake(
            "zero_is_false",
            """The word with id 0 comes out as unknown. 0 counts as false in Python, so `or` and a bare `if`
            skip it: ask whether the word is in the dict.""",
            ("vocabulary.get(word, unknown)", "(vocabulary.get(word) or unknown)"),
        ),
        mistake(
            "unknown_is_zero",
            """An unknown word gets id 0 in your answer, which is the id of another word. Use the argument
            `unknown`.""",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word, 0)"),
        ),
        mistake(
            "unknown_is_minus_one",
            """An unknown word always gets -1 in your answer. The caller decides which id that is: use
            `unknown`.""",
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
            """An unknown word gets a new id in your answer, as if the vocabulary could grow. A network has
            one row of weights for each id it was built with: use `unknown`.""",
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
            """You number the words by where they stand in the dict. The id of a word is the *value* that the
            dict holds for it.""",
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
            "first_review_only",
            """There is one review in your answer, however many there are. Your function returns inside the
            loop over the reviews: check the indentation of the last line.""",
            ("for review in reviews]", "for review in reviews[:1]]"),
        ),
        mistake(
            "ids_of_the_first_review",
            """You return the ids of the first review only. Your function returns inside the loop over the
            reviews: collect the lists, and return them after the loop.""",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                for review in reviews:
                    return [vocabulary.get(word, unknown) for word in review]
            """,
        ),
        mistake(
            "first_word_only",
            """There is one word in your answer. Your function returns inside the inner loop, after the first
            word: check the indentation of the last line.""",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                for review in reviews:
                    for word in review:
                        return [[vocabulary.get(word, unknown)]]
            """,
        ),
        mistake(
            "review_once_for_each_word",
            """Each review is in your answer once for each of its words. The line that appends the list of a
            review stands inside the inner loop: move it one level out.""",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                result = []
                for review in reviews:
                    ids = []
                    for word in review:
                        ids.append(vocabulary.get(word, unknown))
                        result.append(ids)
                return result
            """,
        ),
        mistake(
            "row_not_reset",
            """All your lists are one and the same, with the ids of all reviews. The list for a review is
            made once, before the loop: make a new one for each review.""",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                result, ids = [], []
                for review in reviews:
                    for word in review:
                        ids.append(vocabulary.get(word, unknown))
                    result.append(ids)
                return result
            """,
        ),
        mistake(
            "rows_grow",
            """Each of your lists starts with the ids of all reviews before it. Begin with an empty list for
            each review.""",
            source="""
            def words_to_ids(reviews, vocabulary, unknown):
                result, ids = [], []
                for review in reviews:
                    ids = ids + [vocabulary.get(word, unknown) for word in review]
                    result.append(ids)
                return result
            """,
        ),
        mistake(
            "sorted_ids",
            """The ids of each review are sorted. The order of the words is what a recurrent network reads:
            keep it.""",
            ("[[vocabulary.get", "[sorted([vocabulary.get"),
            ("for word in review]", "for word in review])"),
        ),
        mistake(
            "once_each",
            """A word that comes twice in a review has only one id in your answer. Keep every word, in its
            place.""",
            ("for word in review]", "for word in dict.fromkeys(review)]"),
        ),
        mistake(
            "lower_case",
            """You change words to lower case before you look them up. The vocabulary was built from words as
            they are written: look up the same.""",
            ("vocabulary.get(word, unknown)", "vocabulary.get(word.lower(), unknown)"),
        ),
        mistake(
            "letters",
            """You look up letters, not words. A review is a list of words already: one loop over it gives
            you the words.""",
            ("for word in review]", 'for word in "".join(review)]'),
        ),
        mistake(
            "no_empty_reviews",
            """A review without words is missing from your answer. It gives an empty list, so that the
            reviews line up.""",
            ("for review in reviews]", "for review in reviews if review]"),
        ),
        mistake(
            "writes_into_reviews",
            """Your function writes ids over the words of the reviews it was given. Build new lists: whoever
            called you still needs the words.""",
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
