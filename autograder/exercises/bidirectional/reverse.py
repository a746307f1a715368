"""Notebook 07: turn the real part of each sequence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.bidirectional.draws import appended, rows_reversed, some_lengths
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _reverse(draw: Draw) -> Iterator[Question]:
    N, D = few(draw, 2)
    yield ask(x=weights(draw, N, 6, D) / 3, lengths=some_lengths(draw, N, 6))
    yield ask(x=weights(draw, 4, 7, 2), lengths=np.array([5, 7, 2, 4]))
    yield ask("all", x=weights(draw, 2, 4, 3), lengths=np.array([4, 4]))
    yield ask("ones", x=weights(draw, 3, 4, 2), lengths=np.array([1, 1, 2]))
    yield ask("one", x=weights(draw, 1, 5, 3), lengths=np.array([3]))
    yield ask("single", x=weights(draw, 3, 1, 2), lengths=np.array([1, 1, 1]))
    yield ask("square", x=weights(draw, 3, 3, 3), lengths=np.array([2, 3, 1]))


def _again(i: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments with the real part of x reversed already."""
    x = i["x"].copy()
    for n, length in enumerate(i["lengths"]):
        x[n, :length] = i["x"][n, :length][::-1]
    return i | {"x": x}


def _row(new: str, before: str = "out = x.copy()") -> str:
    """Return a cell with a loop over the examples that ends in one assignment."""
    return f"""
            def reverse_within_length(x, lengths):
                N, T, D = x.shape
                {before}
                for n, L in enumerate(lengths):
                    {new}
                return out
            """


def _indexed(index: str, gather: str = "x[np.arange(len(x))[:, None], index]") -> str:
    """Return a cell that gathers steps by index."""
    return f"""
            def reverse_within_length(x, lengths):
                t = np.arange(x.shape[1])
                L = np.asarray(lengths)[:, None]
                index = {index}
                return {gather}
            """


REVERSE_WITHIN_LENGTH = Exercise(
    id="reverse_within_length",
    questions=_reverse,
    core="the real part reversed, the padding where it was",
    allow_views=True,
    groups=(
        Group("all", "no padding at all"),
        Group("ones", "sequences of one real step"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "twice",
            "the numbers, with the answer reversed again: the original",
            _again,
            lambda i, first, j, second: np.allclose(second, i["x"]),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x", "lengths"),
            rows_reversed,
        ),
        Invariant(
            "appended",
            "the numbers, with two more steps of padding",
            lambda i: appended(i, 2, "x"),
            lambda i, first, j, second: (
                np.allclose(first, second[:, :-2]) and np.allclose(second[:, -2:], 0.9)
            ),
        ),
    ),
    hints=(
        "Take a single example of length 3 in an array of 5 steps: a b c _ _. What should come out? Which part of "
        "the row is touched at all?",
        "Start with a copy of x, and go through the examples. For each, the first lengths[n] steps of the copy are "
        "overwritten by the same steps of x in reverse.",
        "With L = lengths[n], x[n, :L] are the real steps of example n, of shape (L, D). A slice with step -1, as in "
        "row[::-1], reverses the first axis. Everything behind L stays as the copy has it.",
    ),
    mistakes=(
        mistake(
            "whole_rows",
            """You flip the whole row, padding included. Then the padding comes first, and the network reads
            it before the first real step.""",
            source=_row("out[n] = x[n, ::-1]"),
        ),
        mistake(
            "real_part_moved_to_the_end",
            """The order is right, but the real steps stand at the end and the padding at the front. The
            padding stays behind the real steps.""",
            source=_row("out[n] = np.concatenate([x[n, L:], x[n, :L][::-1]])"),
        ),
        mistake(
            "rolled",
            """Your padding is at the front and the real steps are in their old order: this is a shift, not a
            reversal.""",
            source=_row("out[n] = np.concatenate([x[n, L:], x[n, :L]])"),
        ),
        mistake("not_reversed", "Your answer is x as it was.", source=_row("out[n, :L] = x[n, :L]")),
        mistake(
            "padding_zeroed",
            """Your real steps are right. Behind them you put zeros; what stands in the padding of x stays
            there.""",
            source=_row("out[n, :L] = x[n, :L][::-1]", "out = np.zeros(x.shape)"),
        ),
        mistake(
            "padding_reversed_too",
            """Your real steps are right, but behind them the padding is reversed within itself. It stays as
            it was. (An index like L - 1 - t does this by itself: behind the sequence it is negative, and
            counts from the end of the row.)""",
            source=_row("out[n] = np.concatenate([x[n, :L][::-1], x[n, L:][::-1]])"),
        ),
        mistake(
            "features_reversed",
            """You reverse the features of each step, the last axis. Time is the axis in the middle.""",
            source=_row("out[n, :L] = x[n, :L, ::-1]"),
        ),
        mistake(
            "both_axes_reversed",
            """You reverse time and features. Each step keeps its features in order: reverse one axis
            only.""",
            source=_row("out[n, :L] = x[n, :L][::-1, ::-1]"),
        ),
        mistake(
            "batch_reversed",
            """You reverse the batch, the first axis. Time is the second.""",
            source=_row("out = x[::-1].copy()"),
        ),
        mistake(
            "everything_flipped",
            """You flip all three axes: examples, steps and features. np.flip without an axis does that. Only
            the real steps change places.""",
            source=_row("out = np.flip(x).copy()"),
        ),
        mistake(
            "flipped_and_zeroed",
            """You flip whole rows, so padding comes first, and then set what stands behind the length to 0:
            that erases real steps.""",
            source=_row("out[n] = x[n, ::-1]; out[n, L:] = 0"),
        ),
        mistake(
            "moved_to_the_end_of_zeros",
            """Your real steps are reversed, but stand at the end of the row with zeros in front of them. They
            begin at step 0, and the padding stays behind them.""",
            source=_row("out[n, T - L :] = x[n, :L][::-1]", "out = np.zeros(x.shape)"),
        ),
        mistake(
            "counts_from_the_end",
            """You take the last `lengths` steps of the row. The real steps stand at its beginning.""",
            source=_row("out[n, :L] = x[n, T - L :][::-1]"),
        ),
        mistake(
            "slice_to_zero",
            """You run from index `lengths` down to 1: you begin with a step of padding and leave the first
            step out. Indices count from 0, so the last real step is lengths[n] - 1; and the end of a slice is
            not in it.""",
            source=_row("out[n, :L] = x[n, L:0:-1]"),
        ),
        mistake(
            "examples_in_place_of_steps",
            """You slice the first axis, which is the batch. The steps of example n are x[n], and its first
            axis is time.""",
            source=_row("out[:L] = x[:L][::-1]"),
        ),
        mistake(
            "all_rows_for_each_length",
            """For each length you reverse the steps of *all* examples. Each length belongs to one
            example.""",
            source=_row("out[:, :L] = x[:, :L][:, ::-1]"),
        ),
        mistake(
            "loop_ends_early",
            """Your loop over the steps ends one too soon: the last real step of your answer is still the old
            one.""",
            source=_row("out[n, : L - 1] = x[n, 1:L][::-1]"),
        ),
        mistake(
            "returns_in_the_loop",
            """Only the first example is reversed. Is the return indented too far, inside the loop?""",
            source=_row("out[n, :L] = x[n, :L][::-1]; break"),
        ),
        mistake(
            "by_the_longest",
            """You reverse every example by the longest of the lengths. Each has its own.""",
            source=_row("L = max(lengths); out[n, :L] = x[n, :L][::-1]"),
        ),
        mistake(
            "by_the_first_length",
            "You use the length of the first example for all. Each has its own.",
            source=_row("L = lengths[0]; out[n, :L] = x[n, :L][::-1]"),
        ),
        mistake(
            "by_the_shortest",
            "You reverse every example by the shortest of the lengths. Each has its own.",
            source=_row("L = min(lengths); out[n, :L] = x[n, :L][::-1]"),
        ),
        mistake(
            "one_too_few",
            """Your slice ends one step too early: the last real step stays where it was. A slice :L already
            leaves out L itself.""",
            source=_row("out[n, : L - 1] = x[n, : L - 1][::-1]"),
        ),
        mistake(
            "one_too_many",
            """You reverse one step too many: the first step of padding comes to the front.""",
            source=_row("out[n, : L + 1] = x[n, : L + 1][::-1]"),
        ),
        mistake(
            "first_step_left_out",
            """Your first step keeps its place. A slice with step -1 that ends at index 0 does not contain
            it.""",
            source=_row("out[n, 1:L] = x[n, 1:L][::-1]"),
        ),
        mistake(
            "index_not_shifted",
            """You take step L - t in place of t: at t = 0 that is the first step behind the sequence. Steps
            are counted from 0, so the last real one is not number L.""",
            source=_indexed("np.where(t < L, np.minimum(L - t, x.shape[1] - 1), t)"),
        ),
        mistake(
            "last_step_repeated",
            """Behind the sequence your index stops at 0, so the first step is repeated there. The padding
            stays what it was.""",
            source=_indexed("np.maximum(L - 1 - t, 0)"),
        ),
        mistake(
            "reversed_while_written",
            """You copy step by step within one array: what you overwrite in the first half is missing in the
            second, and your answer is a palindrome. Read from one array, write into another.""",
            source=_row("for t in range(L): out[n, t] = out[n, L - 1 - t]"),
        ),
        mistake(
            "only_two_ends_swapped",
            """You swap the first and the last real step and leave what is between. The whole part is
            reversed.""",
            source=_row("out[n, [0, L - 1]] = x[n, [L - 1, 0]]"),
        ),
        mistake(
            "cut_to_the_longest",
            """Your answer is as long as the longest sequence. It has the shape of x, padding and all.""",
            source=_row("out[n, :L] = x[n, :L][::-1]", "out = x[:, : max(lengths)].copy()"),
        ),
        mistake(
            "list_of_pieces",
            """You return one array for each example, of different lengths. The shape stays (N, T, D).""",
            source=_row("out.append(x[n, :L][::-1])", "out = []"),
        ),
        mistake(
            "time_first",
            "Your axes are (T, N, D). The batch comes first: (N, T, D).",
            ("return out", "return out.swapaxes(0, 1)"),
        ),
        mistake(
            "into_x",
            """You reverse x itself, the array you were given. Whoever called you still needs it in order: the
            other direction does.""",
            ("out = x.copy()", "out = x"),
            ("= x[n, :length][::-1]", "= x[n, :length][::-1].copy()"),
            manner="changes_its_input",
        ),
        mistake(
            "short_rows_left",
            """You turn the rows without padding only. The real part of a padded row is turned as well, and
            its padding stays.""",
            source=_row("if L == T:\n                        out[n] = x[n, ::-1]"),
        ),
    ),
    other_ways=(
        other_way("index", source=_indexed("np.where(t < L, L - 1 - t, t)")),
        other_way(
            "take_along_axis",
            source=_indexed(
                "np.where(t < L, L - 1 - t, t)", "np.take_along_axis(x, index[:, :, None], axis=1)"
            ),
        ),
        other_way(
            "pieces",
            source="""
            def reverse_within_length(x, lengths, axis=0):
                return [np.concatenate([np.flip(row[:L], axis), row[L:]]) for row, L in zip(x, lengths)]
            """,
        ),
        other_way(
            "step_by_step",
            source="""
            def reverse_within_length(sequences, counts):
                result = np.array(sequences)
                for n in range(len(sequences)):
                    last = int(counts[n]) - 1
                    for t in range(last + 1):
                        result[n, t] = sequences[n, last - t]
                return result
            """,
        ),
        other_way(
            "one_hot_product",
            source="""
            def reverse_within_length(x, lengths):
                out = []
                for row, L in zip(x, lengths):
                    order = list(range(L))[::-1] + list(range(L, len(row)))
                    out.append(np.eye(len(row))[order] @ row)
                return np.stack(out)
            """,
        ),
        other_way("single_precision", ("return out", "return out.astype(np.float32)")),
    ),
)
