"""Notebook 01: from words to ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.exercises.one_hot.vocabulary import random_words, shuffled
from rnncourse.checking.caseset import Group


def _reviews(draw: Draw, words: Sequence[str], lengths: Sequence[int]) -> list[list[str]]:
    """Return one review for each length; a word may come more than once."""
    return [[words[int(i)] for i in draw.integers(0, len(words), length)] for length in lengths]


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
