"""Notebook 08, first part: the shifted rows of a batch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _sentences(draw: Draw, lengths: list[int]) -> list[list[int]]:
    return [[int(i) for i in draw.integers(10, 40, length)] for length in lengths]


def _tokens(draw: Draw) -> dict[str, int]:
    """Return different ids for the three tokens, none of them 0, 1 or 2."""
    start, end, pad = (int(i) for i in draw.permutation(np.arange(3, 10))[:3])
    return {"start": start, "end": end, "pad": pad}


def _teacher_rows(draw: Draw) -> Iterator[Question]:
    yield ask(sentences=_sentences(draw, [2, 5, 1, 3]), **_tokens(draw))
    yield ask(sentences=_sentences(draw, [4, 2, 6, 2, 3]), **_tokens(draw))
    yield ask("one", sentences=_sentences(draw, [4]), **_tokens(draw))
    yield ask("equal", sentences=_sentences(draw, [3, 3]), **_tokens(draw))
    yield ask("empty", sentences=_sentences(draw, [2, 0, 3]), **_tokens(draw))
    wide = _sentences(draw, [3, 5, 2])
    wide[0][1], wide[1][3], wide[2][0] = 0, int(draw.integers(300, 1000)), int(draw.integers(70_000, 90_000))
    yield ask("ids", sentences=wide, **_tokens(draw))


def _longer(i: dict[str, Value]) -> dict[str, Value]:
    return i | {"sentences": [*i["sentences"], [11, 12, 13, 14, 15, 16, 17]]}


def _only_padding_added(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    T, fill = first[0].shape[1], (i["pad"], i["pad"], 0.0)
    pairs = zip(first, second, fill, strict=True)
    return all(np.array_equal(a, b[:-1, :T]) and (b[:-1, T:] == value).all() for a, b, value in pairs)


def _is_shifted(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    inputs, targets, mask = second
    both = (mask[:, 1:] == 1) & (mask[:, :-1] == 1)
    return bool((inputs[:, 1:] == targets[:, :-1])[both].all())


_IN = "inputs[n, :steps] = [start, *sentence]"
_OUT = "targets[n, :steps] = [*sentence, end]"
_MASK = "mask[n, :steps] = 1.0"
_RETURN = "return inputs, targets, mask"

TEACHER_ROWS = Exercise(
    id="teacher_rows",
    questions=_teacher_rows,
    core="inputs, targets and mask of sentences of different lengths",
    parts=("inputs", "targets", "mask"),
    groups=(
        Group("one", "a batch of one sentence (N = 1)"),
        Group("equal", "sentences of equal length"),
        Group("empty", "with a sentence without words"),
        Group("ids", "words with the id 0 and with ids above 255"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the sentences reordered",
            lambda i: i | {"sentences": i["sentences"][::-1]},
            lambda i, first, j, second: all(
                np.array_equal(a[::-1], b) for a, b in zip(first, second, strict=True)
            ),
        ),
        Invariant(
            "longer", "the numbers, with a longer sentence added to the batch", _longer, _only_padding_added
        ),
        Invariant(
            "shifted",
            "the numbers, with start and end exchanged",
            lambda i: i | {"start": i["end"], "end": i["start"]},
            _is_shifted,
        ),
    ),
    hints=(
        "How many steps does the longest sentence need? Make three tables of that width first: two full "
        "of pad, one full of zeros. It is `pad_sequences` of notebook 01, twice.",
        "Both rows of a sentence of m words have m + 1 entries before the padding. In one of them "
        "something stands in front of the words, in the other one behind them.",
        "For each row n: the first len(sentence) + 1 places of inputs get [start, *sentence], the same "
        "places of targets get [*sentence, end], and the same places of mask get 1.",
    ),
    mistakes=(
        mistake(
            "answer_given_away",
            """Your inputs equal your targets: each step reads the very token that it should give. The loss
            would fall quickly, and nothing would be learnt. The inputs are one place behind. (Or are both
            one array under two names? Then what you write into the second is in the first as well.)""",
            (_IN, "inputs[n, :steps] = [*sentence, end]"),
        ),
        mistake(
            "no_start",
            """start is missing in your inputs, so they are the targets without end. The first step needs a
            first input.""",
            (_IN, "inputs[n, : len(sentence)] = sentence"),
        ),
        mistake(
            "no_end",
            """end is missing in your targets. The decoder learns to say when it is done only if that is one
            of its targets.""",
            (_OUT, "targets[n, : len(sentence)] = sentence"),
        ),
        mistake(
            "neither",
            """Neither start nor end is in your rows: both hold the words alone. One row is the other,
            shifted by one place.""",
            (_IN, "inputs[n, : len(sentence)] = sentence"),
            (_OUT, "targets[n, : len(sentence)] = sentence"),
        ),
        mistake(
            "start_is_a_target",
            "Your targets begin with start. It is read, never given: the first target is the first word.",
            (_OUT, "targets[n, :steps] = [start, *sentence]"),
        ),
        mistake(
            "rows_exchanged",
            "Inputs and targets are exchanged: what is read begins with start, what is given ends with end.",
            (_RETURN, "return targets, inputs, mask"),
        ),
        mistake(
            "tokens_exchanged",
            "start and end are exchanged: your inputs begin with end, and your targets end with start.",
            (_IN, "inputs[n, :steps] = [end, *sentence]"),
            (_OUT, "targets[n, :steps] = [*sentence, start]"),
        ),
        mistake(
            "end_at_the_last_column",
            """end stands in the last column of every row. It belongs right after the last word of *its own*
            sentence: after padding nobody would look for it.""",
            (_OUT, "targets[n, : steps - 1] = sentence; targets[n, -1] = end"),
        ),
        mistake(
            "end_is_read",
            """Your inputs have end behind the words, and the table is one step too wide. After end nothing
            is read any more.""",
            ("1 + max(", "2 + max("),
            (_IN, "inputs[n, : steps + 1] = [start, *sentence, end]"),
        ),
        mistake(
            "both_in_both",
            """Both rows hold start, the words and end. start is never a target, and end is never read. One
            row is the other, shifted by one place.""",
            source="""
            def teacher_rows(sentences, start, end, pad):
                N, T = len(sentences), 2 + max(len(sentence) for sentence in sentences)
                inputs, mask = np.full((N, T), pad), np.zeros((N, T))
                for n, sentence in enumerate(sentences):
                    inputs[n, : len(sentence) + 2] = [start, *sentence, end]
                    mask[n, : len(sentence) + 2] = 1.0
                return inputs, inputs.copy(), mask
            """,
        ),
        mistake(
            "shifted_padded_rows",
            """You shift the whole padded row of targets, so end turns up in your inputs where a sentence is
            shorter than the longest. After its last word a row of inputs holds padding.""",
            (_RETURN, "inputs[:, 1:] = targets[:, :-1]\n    return inputs, targets, mask"),
        ),
        mistake(
            "filled_with_end",
            "You fill up with end. The caller decides what stands at the padding: use pad.",
            (
                "inputs, targets = np.full((N, T), pad), np.full((N, T), pad)",
                "inputs, targets = np.full((N, T), end), np.full((N, T), end)",
            ),
        ),
        mistake(
            "inputs_filled_with_end",
            """Your inputs are filled up with end. end is never read: after its last word a row of inputs
            holds pad.""",
            (
                "inputs, targets = np.full((N, T), pad), np.full((N, T), pad)",
                "inputs, targets = np.full((N, T), end), np.full((N, T), pad)",
            ),
        ),
        mistake(
            "targets_filled_with_end",
            """Your targets are filled up with end. It stands once in each row, right after the last word;
            what follows is pad.""",
            (
                "inputs, targets = np.full((N, T), pad), np.full((N, T), pad)",
                "inputs, targets = np.full((N, T), pad), np.full((N, T), end)",
            ),
        ),
        mistake(
            "filled_with_zeros",
            "You fill up with 0. The caller decides what stands at the padding: use pad.",
            (
                "inputs, targets = np.full((N, T), pad), np.full((N, T), pad)",
                "inputs, targets = np.zeros((N, T), dtype=int), np.zeros((N, T), dtype=int)",
            ),
        ),
        mistake(
            "mask_without_end",
            """Your mask is 0 where the target is end. Then end is never learnt, and the decoder never
            stops. The step that gives it is a step of the sentence.""",
            (_MASK, "mask[n, : len(sentence)] = 1.0"),
        ),
        mistake(
            "mask_one_long",
            """Your mask counts one padded step of each sentence as real. It ends with the step whose target
            is end.""",
            (_MASK, "mask[n, : steps + 1] = 1.0"),
        ),
        mistake(
            "mask_all_ones",
            "Your mask is 1 everywhere, so the padding would count in the loss.",
            ("np.zeros((N, T))", "np.ones((N, T))"),
        ),
        mistake(
            "mask_of_positive_targets",
            """Your mask is 1 wherever a target is above 0. The caller decides which id fills up, and here
            that is not 0: your mask is 1 at the padding, and 0 at a word with the id 0.""",
            (_RETURN, "return inputs, targets, (targets > 0).astype(float)"),
        ),
        mistake(
            "mask_of_positive_inputs",
            """Your mask is 1 wherever an input is above 0. The caller decides which id fills up, and here
            that is not 0: your mask is 1 at the padding, and 0 where a word with the id 0 is read.""",
            (_RETURN, "return inputs, targets, (inputs > 0).astype(float)"),
        ),
        mistake(
            "small_integers",
            """Your tables hold integers of 8 bits, which end at 255: a larger id comes out as another word,
            or as an OverflowError.""",
            (
                _RETURN,
                "inputs, targets = inputs.astype(np.uint8), targets.astype(np.uint8)\n    return inputs, targets, mask",
            ),
        ),
        mistake(
            "mask_turned_round",
            "Your mask is 1 at the padding. It is 1 at the steps of the sentence.",
            (_RETURN, "return inputs, targets, 1 - mask"),
        ),
        mistake(
            "mask_left_out",
            "You return two arrays. The third one is the mask.",
            (_RETURN, "return inputs, targets"),
        ),
        mistake(
            "lengths_for_mask",
            """Your third output has one number for each sentence. Asked for is a table of zeros and ones,
            (N, T).""",
            (_RETURN, "return inputs, targets, mask.sum(axis=1)"),
        ),
        mistake(
            "padding_in_front",
            """The padding stands in front. It goes to the end here: the first step of every sentence is step
            0.""",
            (_IN, "inputs[n, T - steps :] = [start, *sentence]"),
            (_OUT, "targets[n, T - steps :] = [*sentence, end]"),
            (_MASK, "mask[n, T - steps :] = 1.0"),
        ),
        mistake(
            "words_reversed",
            "Your sentences run backwards. Keep the order of the words.",
            (_IN, "inputs[n, :steps] = [start, *sentence[::-1]]"),
            (_OUT, "targets[n, :steps] = [*sentence[::-1], end]"),
        ),
        mistake(
            "one_step_short",
            """Your table is as wide as the longest sentence, and has no room for the step that gives end: the
            longest sentence loses it.""",
            ("T = len(sentences), 1 + max(", "T = len(sentences), max("),
            (_IN, "inputs[n, :steps] = [start, *sentence][:T]"),
            (_OUT, "targets[n, :steps] = [*sentence, end][:T]"),
        ),
        mistake(
            "does_not_fit",
            """Your table is as wide as the longest sentence, so its m + 1 entries do not fit. Leave room
            for the step that gives end.""",
            ("T = len(sentences), 1 + max(", "T = len(sentences), max("),
        ),
        mistake(
            "lists_not_padded",
            """Your rows have different lengths. A batch is a table: fill each row up to the longest one
            with pad.""",
            source="""
            def teacher_rows(sentences, start, end, pad):
                inputs = [[start, *s] for s in sentences]
                targets = [[*s, end] for s in sentences]
                return inputs, targets, [[1.0] * len(row) for row in inputs]
            """,
        ),
        mistake(
            "appends_to_the_sentences",
            """Your function appends to the lists it was given. Whoever called you has other sentences
            afterwards.""",
            manner="changes_its_input",
            source="""
            def teacher_rows(sentences, start, end, pad):
                T = 1 + max(len(s) for s in sentences)
                mask = np.array([[float(t <= len(s)) for t in range(T)] for s in sentences])
                inputs = np.array([([start] + s + [pad] * T)[:T] for s in sentences])
                for s in sentences:
                    s.append(end)
                targets = np.array([(s + [pad] * T)[:T] for s in sentences])
                return inputs, targets, mask
            """,
        ),
        mistake(
            "one_step_too_wide",
            """Your table has a column of padding too many. start and end stand in different rows: the longest
            sentence needs one step more than it has words, not two.""",
            ("1 + max(", "2 + max("),
        ),
        mistake(
            "each_filled_with_its_token",
            """Your inputs are filled up with start and your targets with end. The caller decides what
            stands at the padding: use pad, in both.""",
            (
                "inputs, targets = np.full((N, T), pad), np.full((N, T), pad)",
                "inputs, targets = np.full((N, T), start), np.full((N, T), end)",
            ),
        ),
        mistake(
            "last_word_not_read",
            """Your inputs lack the last word of each sentence. It is read as well: what follows it is end,
            and the decoder has to learn when.""",
            (_IN, "inputs[n, :steps] = ([start, *sentence[:-1]] + [pad] * steps)[:steps]"),
        ),
    ),
    other_ways=(
        other_way(
            "lists",
            source="""
            def teacher_rows(sentences, start, end, pad):
                T = max(map(len, sentences)) + 1
                fill = lambda row, value: row + [value] * (T - len(row))
                inputs = [fill([start] + s, pad) for s in sentences]
                targets = [fill(s + [end], pad) for s in sentences]
                mask = [fill([1.0] * (len(s) + 1), 0.0) for s in sentences]
                return inputs, targets, mask
            """,
        ),
        other_way(
            "lengths_and_arange",
            source="""
            def teacher_rows(phrases, start=1, end=2, pad=0):
                lengths = np.array([len(p) for p in phrases])
                steps = np.arange(lengths.max() + 1)
                words = np.full((len(phrases), len(steps)), pad)
                for row, phrase in zip(words, phrases):
                    row[: len(phrase)] = phrase
                targets = np.where(steps == lengths[:, None], end, words)
                inputs = np.column_stack([np.full(len(phrases), start), words[:, :-1]])
                return inputs, targets, (steps <= lengths[:, None]) * 1.0
            """,
        ),
        other_way(
            "word_by_word",
            source="""
            def teacher_rows(sentences, start, end, pad):
                T = 0
                for s in sentences:
                    T = max(T, len(s) + 1)
                x = np.zeros((len(sentences), T), dtype=np.int64) + pad
                y, m = x.copy(), np.zeros(x.shape, dtype=np.float32)
                for n, s in enumerate(sentences):
                    x[n, 0] = start
                    for t, word in enumerate(s):
                        x[n, t + 1] = word
                        y[n, t] = word
                    y[n, len(s)] = end
                    m[n, : len(s) + 1] = 1
                return x, y, m
            """,
        ),
        other_way("mask_from_pad", (_RETURN, "return inputs, targets, (targets != pad).astype(float)")),
        other_way("mask_from_inputs", (_RETURN, "return inputs, targets, (inputs != pad) * 1.0")),
        other_way("integer_mask", (_RETURN, "return [inputs, targets, mask.astype(int)]")),
        other_way("boolean_mask", (_RETURN, "return inputs, targets, mask == 1")),
    ),
)
