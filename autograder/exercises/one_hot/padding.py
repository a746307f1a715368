"""Notebook 01: sequences of one length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _lengths(draw: Draw) -> list[int]:
    """Return four lengths, none of them 4; the longest and the shortest stand in the middle."""
    short, longest = int(draw.integers(1, 3)), int(draw.integers(5, 8))
    return [3, longest, short, 3]


def _sequences(draw: Draw, lengths: Sequence[int], V: int = 9) -> list[list[int]]:
    """Return one list of ids from 1 to `V` - 1 for each length."""
    return [[int(i) for i in draw.integers(1, V, length)] for length in lengths]


def _pad_sequences(draw: Draw) -> Iterator[Question]:
    yield ask(sequences=_sequences(draw, _lengths(draw)), pad=-1)
    yield ask(sequences=_sequences(draw, [3, 2, 6, 4]), pad=int(draw.integers(20, 40)))
    clash = _sequences(draw, [3, 5, 2])
    clash[0][1] = clash[1][0] = clash[2][1] = 0
    yield ask("pad_is_a_word", sequences=clash, pad=0)
    yield ask("equal", sequences=_sequences(draw, [3, 3]), pad=-1)
    yield ask("no_words", sequences=_sequences(draw, [2, 0, 4]), pad=-1)
    yield ask("one", sequences=_sequences(draw, [5]), pad=-1)
    yield ask("longest_first", sequences=_sequences(draw, [6, 2, 4]), pad=-1)
    yield ask("longest_last", sequences=_sequences(draw, [2, 4, 6]), pad=-1)
    yield ask("large", sequences=[[70_000, 3], [255, 256, 40_000], [128]], pad=-2)
    yield ask("unknown", sequences=[[4, -1, 2], [-1], [3, -1]], pad=0)


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
    core="ids and mask of sequences of different lengths",
    parts=("ids", "mask"),
    groups=(
        Group("pad_is_a_word", "a padding id that is also the id of a word"),
        Group("equal", "sequences of equal length"),
        Group("no_words", "with a sequence without words"),
        Group("one", "a batch of one (N = 1)"),
        Group("longest_first", "sequences of which the first is the longest"),
        Group("longest_last", "sequences of which the last is the longest"),
        Group("large", "ids that need more than 8 or 16 bits"),
        Group("unknown", "sequences with the id -1, which a word may have"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the sequences reordered",
            lambda inputs: inputs | {"sequences": inputs["sequences"][::-1]},
            lambda i, first, j, second: all(
                np.array_equal(a[::-1], b) for a, b in zip(first, second, strict=True)
            ),
        ),
        Invariant(
            "longer_one_added",
            "the numbers, with a longer sequence added",
            _with_longer,
            _only_padding_added,
        ),
    ),
    hints=(
        "How many rows and columns does the table have? Make two tables of that shape first: one full of "
        "`pad`, one full of zeros.",
        "np.full((N, T), pad) and np.zeros((N, T)), where T is the longest length. Then go through the "
        "sequences and overwrite the start of each row.",
        "In the loop, row n of the ids gets the sequence in its first len(sequence) places. The same "
        "places of row n of the mask get a 1. `[:len(s)]` also works for an empty sequence; `[-len(s):]` "
        "does not. Do not compare with `pad`: a real word may have that id.",
    ),
    mistakes=(
        mistake(
            "mask_from_sign",
            """Your mask is 1 where an id is not negative. Neither need padding be negative, nor are words
            always positive: an unknown one may have the id -1. The mask comes from the lengths.""",
            ("    return ids, mask", "    mask = (ids >= 0).astype(float)\n    return ids, mask"),
        ),
        mistake(
            "empty_counts_as_one",
            "In your mask a sequence without words has one real step. It has none.",
            ("mask[n, : len(sequence)] = 1.0", "mask[n, : max(len(sequence), 1)] = 1.0"),
        ),
        mistake(
            "mask_from_ids",
            """Your mask is 0 wherever the id equals `pad`. But a real word may have that id. Only the
            lengths know where a sequence ends.""",
            ("return ids, mask", "return ids, (ids != pad).astype(float)"),
        ),
        mistake(
            "at_the_front",
            """The padding stands at the front. Some libraries do that by default, but here it goes to the
            end, so that the first word of every review is step 0.""",
            ("ids[n, : len(sequence)] = sequence", "ids[n, T - len(sequence) :] = sequence"),
            ("mask[n, : len(sequence)] = 1.0", "mask[n, T - len(sequence) :] = 1.0"),
        ),
        mistake(
            "ids_at_the_front",
            """The mask is right, but in the ids the padding stands at the front. Both go together: the
            padding comes at the end.""",
            ("ids[n, : len(sequence)] = sequence", "ids[n, T - len(sequence) :] = sequence"),
        ),
        mistake(
            "mask_at_the_front",
            """The ids are right, but the zeros of the mask stand at the front. They belong where the padding
            is.""",
            ("mask[n, : len(sequence)] = 1.0", "mask[n, T - len(sequence) :] = 1.0"),
        ),
        mistake(
            "at_the_front_from_the_end",
            """Two things. The padding stands at the front, but here it goes to the end. And `[-len(s):]`
            with an empty sequence is `[0:]`, the whole row.""",
            ("ids[n, : len(sequence)] = sequence", "ids[n, -len(sequence) :] = sequence"),
            ("mask[n, : len(sequence)] = 1.0", "mask[n, -len(sequence) :] = 1.0"),
        ),
        mistake(
            "mask_at_the_front_from_the_end",
            """The ids are right. The zeros of the mask stand at the front, and belong where the padding is.
            And `[-len(s):]` with an empty sequence is `[0:]`, the whole row.""",
            ("mask[n, : len(sequence)] = 1.0", "mask[n, -len(sequence) :] = 1.0"),
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
            """The second output holds the lengths. They say the same, but what is asked for is a table of
            shape (N, T).""",
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
            """You pad with the last word of each sequence, so it seems to be said again and again. Pad with
            `pad`.""",
            (
                "    ids[n, : len(sequence)] = sequence",
                "    ids[n] = (sequence + (sequence[-1:] or [pad]) * T)[:T]",
            ),
        ),
        mistake(
            "repeats_the_sequence",
            """A short sequence starts again from its first word until the row is full. Each word comes once;
            after the last one comes `pad`.""",
            ("    ids[n, : len(sequence)] = sequence", "    ids[n] = ((sequence or [pad]) * T)[:T]"),
        ),
        mistake(
            "cut_to_the_shortest",
            """You cut every sequence to the shortest one and lose words. Padding makes the short ones longer
            instead.""",
            ("max(len(sequence) for sequence in sequences)", "min(len(sequence) for sequence in sequences)"),
            ("= sequence\n", "= sequence[:T]\n"),
        ),
        mistake(
            "length_of_the_first",
            """The first sequence decides how long the table is, so longer ones are cut off. T is the length
            of the longest.""",
            ("max(len(sequence) for sequence in sequences)", "len(sequences[0])"),
            ("= sequence\n", "= sequence[:T]\n"),
        ),
        mistake(
            "length_of_the_first_does_not_fit",
            """The first sequence decides how wide your table is, so NumPy refuses to write a longer one. T
            is the length of the longest.""",
            ("max(len(sequence) for sequence in sequences)", "len(sequences[0])"),
        ),
        mistake(
            "longest_does_not_fit",
            """The last sequence decides how wide your table is, so NumPy refuses to write a longer one. T is
            the length of the longest.""",
            ("max(len(sequence) for sequence in sequences)", "len(sequences[-1])"),
        ),
        mistake(
            "one_column_too_many",
            """There is one column too many, with padding only. T is the length of the longest sequence, not
            one more.""",
            (
                "max(len(sequence) for sequence in sequences)",
                "max(len(sequence) for sequence in sequences) + 1",
            ),
        ),
        mistake(
            "rows_are_one_list",
            """All rows are the same. `[[pad] * T] * N` is one row named N times, so writing to one writes to
            all: make a new row for each sequence.""",
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
            """Your rows are sorted by length. Some libraries want that, but then row n no longer belongs to
            label n: keep the order.""",
            ("enumerate(sequences)", "enumerate(sorted(sequences, key=len, reverse=True))"),
        ),
        mistake(
            "sorted_from_the_shortest",
            """Your rows are sorted by length, the shortest first. Then row n no longer belongs to label n:
            keep the order.""",
            ("enumerate(sequences)", "enumerate(sorted(sequences, key=len))"),
        ),
        mistake(
            "sorted_rows",
            """Your rows are sorted by their ids. Then row n no longer belongs to label n: keep the order of
            the sequences.""",
            ("enumerate(sequences)", "enumerate(sorted(sequences))"),
        ),
        mistake(
            "sorted_ids",
            """The ids in each of your rows are sorted. The order of the words is what a recurrent network
            reads: keep it.""",
            ("= sequence\n", "= sorted(sequence)\n"),
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
            """A sequence without words has no row in your answer. It gives a row of padding, so that the
            batch keeps its N rows.""",
            ("    N, T = len(", "    sequences = [s for s in sequences if s]\n    N, T = len("),
        ),
        mistake(
            "extends_the_sequences",
            """Your function makes the lists longer that it was given. `append` and `+=` change the very list
            that came from outside: build new rows.""",
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
