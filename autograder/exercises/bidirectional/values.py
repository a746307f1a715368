"""Notebook 07: counts of parameters, and where a second direction may be used."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Draw, Exercise, Mistake, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.properties import Property
from rnncourse.checking.values import Value

_NETS = {
    "concatenated": "both directions side by side, then the output",
    "added": "both directions added, then the output",
    "longer": "side by side, sequences of 50 steps",
    "two_layers": "a second pair of directions of 2 units on top",
}
_COUNTS: dict[str, Value] = {"concatenated": 61, "added": 58, "longer": 61, "two_layers": 95}


def _counts(**other: int) -> str:
    """Return a cell with the right counts, some of them changed."""
    return f"birnn_parameters = {_COUNTS | other!r}"


_COUNT_BELIEFS: dict[str, tuple[dict[str, int], str]] = {
    "one_direction": (
        {"concatenated": 31, "added": 31, "longer": 31},
        """You count one direction. The other reads the same x with weights of its own.""",
    ),
    "output_of_one_direction": (
        {"concatenated": 58, "longer": 58},
        """Your output layer reads H numbers. Side by side the two directions hand it 2H.""",
    ),
    "added_like_concatenated": (
        {"added": 61},
        """`added`: what is added has the shape of one direction, so the output layer has fewer rows.""",
    ),
    "no_biases": (
        {"concatenated": 54, "added": 51, "longer": 54, "two_layers": 84},
        """Your numbers lack all biases: one for each unit of each direction, and one of the output.""",
    ),
    "no_output_bias": (
        {"concatenated": 60, "added": 57, "longer": 60, "two_layers": 94},
        """The bias of the output layer is missing.""",
    ),
    "no_output": (
        {"concatenated": 54, "added": 54, "longer": 54},
        """You count the two directions only. The output layer has weights and a bias.""",
    ),
    "shared_input_weights": (
        {"concatenated": 46, "longer": 46},
        """You count Wxh once. The two directions read the same x, each with a Wxh of its own.""",
    ),
    "three_too_many": (
        {"concatenated": 64, "longer": 64},
        """You count three numbers too many: 64. Count the biases: one vector of 3 for each direction and one
        number for the output.""",
    ),
    "wide_state_weights": (
        {"concatenated": 79, "longer": 79},
        """You let each direction read the state of the other: a Whh of 2H rows. Each direction sees its own
        states only.""",
    ),
    "output_doubled": (
        {"concatenated": 62, "longer": 62},
        """You double the whole network of notebook 02, 31 with the bias of its output. There is one output
        layer, with one bias.""",
    ),
    "starts_counted": (
        {"concatenated": 67, "added": 64, "longer": 67, "two_layers": 105},
        """You count the h0 of each direction. Here they are zeros, nothing that is learned.""",
    ),
    "weights_for_each_step": (
        {"longer": 2707},
        """`longer`: you count the weights of each of the 50 steps. They are shared.""",
    ),
    "longer_counts_more": (
        {"longer": 305},
        """`longer`: five times the steps, and you count five times the weights. All steps share them.""",
    ),
    "second_layer_reads_three": (
        {"two_layers": 83},
        """`two_layers`: your second layer reads 3 numbers. What does the first layer hand on at each
        step?""",
    ),
    "second_layer_reads_x": (
        {"two_layers": 91},
        """`two_layers`: your second layer reads x, 5 numbers. It reads the states of the first layer.""",
    ),
    "second_layer_one_way": (
        {"two_layers": 77},
        """`two_layers`: your second layer has one direction. It has two, with parameters of their own.""",
    ),
    "output_of_the_second_one_way": (
        {"two_layers": 93},
        """`two_layers`: your output reads 2 numbers. The second layer hands it both directions, side by
        side.""",
    ),
    "output_as_wide_as_before": (
        {"two_layers": 97},
        """`two_layers`: your output reads 6 numbers, as with one layer. The second layer has 2 units in each
        direction.""",
    ),
    "first_output_kept": (
        {"two_layers": 102},
        """`two_layers`: you keep the output layer of the first network. There is one output, on top of the
        second layer.""",
    ),
    "first_layer_forgotten": (
        {"two_layers": 41},
        """`two_layers`: you count the second layer and the output. The first layer has its parameters
        too.""",
    ),
    "output_reads_both_layers": (
        {"two_layers": 101},
        """`two_layers`: your output reads the states of both layers. It reads those of the upper one.""",
    ),
}
"""Beliefs about counts, and what a student is told; where one is named twice, the first entry that fits counts."""


def _count_told(key: str) -> tuple[tuple[dict[str, int], str], ...]:
    """Return the beliefs about a net: first whole ones, then what they make of this net alone."""
    named = [(belief, name) for name, (belief, _) in _COUNT_BELIEFS.items() if key in belief]
    return (*named, *(({key: belief[key]}, name) for belief, name in named))


def _count_questions(draw: Draw) -> Iterator[Question]:
    yield ask("core", Property("named_entries", tuple(_NETS)))
    for key, right in _COUNTS.items():
        yield ask(key, Property("entry", (key, right, _count_told(key))))


BIRNN_PARAMETERS = Exercise(
    id="birnn_parameters",
    questions=_count_questions,
    is_value=True,
    core="a dict with the keys of the table",
    core_weight=0.0,
    parts=tuple(_NETS),
    groups=tuple(Group(key, f"{key}: {net}") for key, net in _NETS.items()),
    hints=(
        "One direction alone is the cell of notebook 02: D H + H H + H. How many of those are there, and how many "
        "numbers does the output layer read?",
        "A direction with 5 features and 3 units has 15 + 9 + 3. The output layer has a weight for each number that it "
        "reads, and one bias.",
        "`two_layers`: at each step the second layer reads what the first one hands on, which is 6 numbers. Its own "
        "directions have 2 units each, and the output layer reads 4 numbers.",
    ),
    mistakes=tuple(
        mistake(name, hint, source=_counts(**belief)) for name, (belief, hint) in _COUNT_BELIEFS.items()
    ),
    other_ways=(
        other_way(
            "computed",
            source="""
            def _cell(D, H):
                return D * H + H * H + H

            birnn_parameters = {
                "concatenated": 2 * _cell(5, 3) + 2 * 3 + 1,
                "added": 2 * _cell(5, 3) + 3 + 1,
                "longer": 2 * _cell(5, 3) + 2 * 3 + 1,
                "two_layers": 2 * _cell(5, 3) + 2 * _cell(6, 2) + 2 * 2 + 1,
            }
            """,
        ),
        other_way(
            "another_order",
            source="birnn_parameters = dict(two_layers=95.0, longer=61.0, added=58.0, concatenated=61.0)",
        ),
        other_way(
            "numpy_integers",
            source=f"birnn_parameters = dict(zip({tuple(_COUNTS)!r}, np.array({list(_COUNTS.values())!r})))",
        ),
        other_way(
            "keywords", source="birnn_parameters = dict(concatenated=61, added=58, longer=61, two_layers=95)"
        ),
    ),
)


_CASES = {
    "live_captions": "captions that appear while a person speaks",
    "next_word": "a keyboard that suggests the next word",
    "finished_text": "marking spelling mistakes in a finished letter",
    "archive_tags": "the part of speech of each word in an archive",
    "whole_review": "good or bad, for a review that was posted",
    "heart_alarm": "an alarm at a bedside, from the heartbeat so far",
    "torn_page": "one blotted word in the middle of an old page",
    "tomorrow": "tomorrow's temperature from the days up to today",
}
_MAY = "oobbbobo"
_WORDS = {"o": "one", "b": "both"}


def _chosen(letters: str) -> dict[str, str]:
    """Return one or both directions for each case, in order."""
    return {key: _WORDS[letter] for key, letter in zip(_CASES, letters, strict=True)}


_SWEEPING: dict[str, tuple[str, str]] = {
    "upside_down": (
        "bbooobob",
        """One and both are exchanged throughout. Ask at each case: when the answer is due, does the rest of
        the sequence exist already?""",
    ),
    "always_both": (
        "bbbbbbbb",
        """You choose both directions everywhere. A backward direction has to wait for the end of the
        sequence: a live answer cannot.""",
    ),
    "always_one": (
        "oooooooo",
        """You choose one direction everywhere. Where the whole sequence is there before the answer is due,
        the second direction may look at it.""",
    ),
    "both_for_text": (
        "bbbbbobo",
        """You choose both directions for words and one for measurements. What is read does not decide it.
        What decides is whether the future is there when the answer is due.""",
    ),
    "both_for_every_step": (
        "bobboboo",
        """You choose both directions wherever every step gets an answer, and one where there is a single
        answer. How many answers there are does not decide it. Is the future there when the answer is due?""",
    ),
    "both_for_labels_only": (
        "oobboooo",
        """You choose both directions only where every step gets a label. A single answer about a whole
        sequence may use both directions too, if the sequence is complete.""",
    ),
}
_SINGLE: dict[str, tuple[str, str, str]] = {
    "captions_wait": (
        "live_captions",
        "b",
        """`live_captions`: the second direction starts at the last word. Until the speaker stops, there is
        none.""",
    ),
    "next_word_leaks": (
        "next_word",
        "b",
        """`next_word`: in training the backward direction reads the very word that is to be predicted. At the
        keyboard that word does not exist.""",
    ),
    "letter_is_live": (
        "finished_text",
        "o",
        """`finished_text`: the letter is finished, so the words that come after each word are there. Nothing
        is given away by reading them.""",
    ),
    "tags_are_live": (
        "archive_tags",
        "o",
        """`archive_tags`: the words of an archive are all there, and what is asked for, the tags, is not
        among them. What comes after a word often decides its tag.""",
    ),
    "review_is_live": (
        "whole_review",
        "o",
        """`whole_review`: the review is complete before anybody asks. Many-to-one does not forbid a second
        direction.""",
    ),
    "alarm_waits": (
        "heart_alarm",
        "b",
        """`heart_alarm`: heartbeats of the future would be needed. An alarm that waits for the end of the
        sequence comes too late.""",
    ),
    "page_is_live": (
        "torn_page",
        "o",
        """`torn_page`: it resembles the next word, but here the words behind the gap are on the page. The gap
        itself must be hidden from both directions, and then nothing leaks.""",
    ),
    "tomorrow_leaks": (
        "tomorrow",
        "b",
        """`tomorrow`: it is the next word over again, with numbers. The days after tomorrow are not there
        yet, and in training the second direction would read the answer.""",
    ),
}
_OTHER_WORDS: dict[str, tuple[dict[str, Value], str]] = {
    "truth_values": (
        {"one": False, "both": True},
        """Your values are True and False. Write "one" or "both".""",
    ),
    "numbers": (
        {"one": 1, "both": 2},
        """Your values are numbers. Write "one" or "both".""",
    ),
    "names_of_directions": (
        {"one": "forward", "both": "bidirectional"},
        """Your values are other words than those asked for. Write "one" or "both", in small letters.""",
    ),
    "capital_letters": (
        {"one": "One", "both": "Both"},
        """Your words have capital letters. Write "one" or "both", in small letters.""",
    ),
}


def _may_told(key: str) -> tuple[tuple[dict[str, Value], str], ...]:
    right = _chosen(_MAY)
    sweeping = (
        (_chosen(letters), name)
        for name, (letters, _) in _SWEEPING.items()
        if _chosen(letters)[key] != right[key]
    )
    return (
        *sweeping,
        *(({key: _WORDS[letter]}, name) for name, (of, letter, _) in _SINGLE.items() if of == key),
        *(({key: word}, name) for name, (words, _) in _OTHER_WORDS.items() for word in words.values()),
    )


def _may_questions(draw: Draw) -> Iterator[Question]:
    yield ask("core", Property("named_entries", tuple(_CASES)))
    for key, right in _chosen(_MAY).items():
        yield ask(key, Property("entry", (key, right, _may_told(key))))


def _may_mistakes() -> Iterator[Mistake]:
    for name, (letters, hint) in _SWEEPING.items():
        yield mistake(name, hint, source=f"may_look_ahead = {_chosen(letters)!r}")
    for name, (key, letter, hint) in _SINGLE.items():
        yield mistake(name, hint, source=f"may_look_ahead = {_chosen(_MAY) | {key: _WORDS[letter]}!r}")
    for name, (words, hint) in _OTHER_WORDS.items():
        written = {key: words[word] for key, word in _chosen(_MAY).items()}
        yield mistake(name, hint, source=f"may_look_ahead = {written!r}")


MAY_LOOK_AHEAD = Exercise(
    id="may_look_ahead",
    questions=_may_questions,
    is_value=True,
    core="a dict with the keys of the table",
    core_weight=0.0,
    parts=tuple(_CASES),
    groups=tuple(Group(key, f"{key}: {case}") for key, case in _CASES.items()),
    hints=(
        "Two questions for each case. When the answer is due, does the rest of the sequence exist? And is the answer "
        "itself a part of what the second direction would read?",
        "Live means one direction: the future is not there. Finished means both are possible, whether one answer is "
        "asked for or one for each step.",
        "Four of the eight are live or predict what comes next. The other four have the whole sequence in front of "
        "them. The blotted word is hidden, and its neighbours on both sides are not.",
    ),
    mistakes=tuple(_may_mistakes()),
    other_ways=(
        other_way("another_order", source=f"may_look_ahead = dict(sorted({_chosen(_MAY)!r}.items()))"),
        other_way(
            "built",
            source="""
            may_look_ahead = dict.fromkeys(["live_captions", "next_word", "heart_alarm", "tomorrow"], "one")
            for name in ("finished_text", "archive_tags", "whole_review", "torn_page"):
                may_look_ahead[name] = "both"
            """,
        ),
        other_way(
            "numpy_texts",
            source=f"may_look_ahead = dict(zip({tuple(_CASES)!r}, np.array({list(_chosen(_MAY).values())!r})))",
        ),
        other_way(
            "keywords",
            source="may_look_ahead = dict(" + ", ".join(f"{k}={v!r}" for k, v in _chosen(_MAY).items()) + ")",
        ),
    ),
)
