"""Notebook 07: turn the real part of each sequence, and read a summary of both directions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.bidirectional.draws import appended, real_steps, some_lengths
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _reverse(draw: Draw) -> Iterator[Question]:
    N, D = few(draw, 2)
    yield ask(x=weights(draw, N, 6, D), lengths=some_lengths(draw, N, 6))
    yield ask(x=weights(draw, 4, 7, 2), lengths=np.array([5, 7, 2, 4]))
    yield ask("all", x=weights(draw, 2, 4, 3), lengths=np.array([4, 4]))
    yield ask("ones", x=weights(draw, 3, 4, 2), lengths=np.array([1, 1, 2]))
    yield ask("one", x=weights(draw, 1, 5, 3), lengths=np.array([3]))
    yield ask("single", x=weights(draw, 3, 1, 2), lengths=np.array([1, 1, 1]))
    yield ask("square", x=weights(draw, 3, 3, 3), lengths=np.array([2, 3, 1]))


def _permuted(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return np.allclose(first[::-1], second)


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
            _permuted,
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
            """You flip the whole row, padding included. Then the padding comes first, and the network reads it
            before the first real step.""",
            source=_row("out[n] = x[n, ::-1]"),
        ),
        mistake(
            "real_part_moved_to_the_end",
            """The order is right, but the real steps stand at the end and the padding at the front. The padding
            stays behind the real steps.""",
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
            """Your real steps are right, but behind them the padding is reversed within itself. It stays as it
            was. (An index like L - 1 - t does this by itself: behind the sequence it is negative, and counts
            from the end of the row.)""",
            source=_row("out[n] = np.concatenate([x[n, :L][::-1], x[n, L:][::-1]])"),
        ),
        mistake(
            "features_reversed",
            """You reverse the features of each step, the last axis. Time is the axis in the middle.""",
            source=_row("out[n, :L] = x[n, :L, ::-1]"),
        ),
        mistake(
            "both_axes_reversed",
            """You reverse time and features. Each step keeps its features in order: reverse one axis only.""",
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
            """You run from index `lengths` down to 1: you begin with a step of padding and leave the first step
            out. Indices count from 0, so the last real step is lengths[n] - 1; and the end of a slice is not in
            it.""",
            source=_row("out[n, :L] = x[n, L:0:-1]"),
        ),
        mistake(
            "examples_in_place_of_steps",
            """You slice the first axis, which is the batch. The steps of example n are x[n], and its first axis
            is time.""",
            source=_row("out[:L] = x[:L][::-1]"),
        ),
        mistake(
            "all_rows_for_each_length",
            """For each length you reverse the steps of *all* examples. Each length belongs to one example.""",
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
            """Your first step keeps its place. A slice with step -1 that ends at index 0 does not contain it.""",
            source=_row("out[n, 1:L] = x[n, 1:L][::-1]"),
        ),
        mistake(
            "index_not_shifted",
            """You take step L - t in place of t: at t = 0 that is the first step behind the sequence. Steps are
            counted from 0, so the last real one is not number L.""",
            source=_indexed("np.where(t < L, np.minimum(L - t, x.shape[1] - 1), t)"),
        ),
        mistake(
            "last_step_repeated",
            """Behind the sequence your index stops at 0, so the first step is repeated there. The padding stays
            what it was.""",
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


def _last_inputs(draw: Draw, N: int, T: int, H: int, full: bool = False) -> dict[str, Value]:
    lengths = np.full(N, T) if full else some_lengths(draw, N, T)
    h = weights(draw, N, T, 2 * H, scale=0.5) * real_steps(lengths, T)[:, :, None]
    return {"h": h, "lengths": lengths}


def _last_states(draw: Draw) -> Iterator[Question]:
    N, H = few(draw, 2)
    yield ask(**_last_inputs(draw, N, 7, H))
    yield ask(**_last_inputs(draw, 4, 5, 3))
    yield ask("all", **_last_inputs(draw, 3, 4, 2, full=True))
    yield ask("one", **_last_inputs(draw, 1, 5, 3))
    yield ask("single", **_last_inputs(draw, 3, 1, 2, full=True))
    yield ask("square", **_last_inputs(draw, 4, 4, 2))


def _summary(first: str, second: str, end: str = "np.concatenate([ahead, back], axis=1)") -> str:
    return f"""
            def last_states(h, lengths):
                N, T, H = h.shape
                H, n, lengths = H // 2, np.arange(N), np.asarray(lengths)
                ahead = {first}
                back = {second}
                return {end}
            """


_AHEAD, _BACK = "h[n, lengths - 1, :H]", "h[:, 0, H:]"

LAST_STATES = Exercise(
    id="last_states",
    questions=_last_states,
    core="the state of each direction that has read everything",
    allow_views=True,
    groups=(
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = 2H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "h", "lengths"),
            _permuted,
        ),
        Invariant(
            "appended",
            "the numbers, with two more steps of padding",
            lambda i: (
                i | {"h": np.concatenate([i["h"], np.zeros_like(i["h"][:, :1]).repeat(2, axis=1)], axis=1)}
            ),
            lambda i, first, j, second: np.allclose(first, second),
        ),
        Invariant(
            "mirrored",
            "the numbers, with time turned round and the halves exchanged",
            lambda i: i | {"h": _mirrored(i["h"], i["lengths"])},
            lambda i, first, j, second: np.allclose(first, np.roll(second, first.shape[1] // 2, axis=1)),
        ),
    ),
    hints=(
        "Ask of each half: after which step has this direction read the whole sequence? For the forward direction it "
        "depends on the length. For the other one it does not.",
        "h[n, t] holds what both directions say about step t. The backward direction begins at the last real step and "
        "ends at the first.",
        "Two integer arrays as indices pick one step for each example: h[np.arange(N), lengths - 1] has shape (N, 2H). "
        "Of that take the first half; of h[:, 0] take the second; join them along the last axis.",
    ),
    mistakes=(
        mistake(
            "last_output_for_both",
            """You take both halves at the last real step. There the backward direction has only begun: it has
            read one single step.""",
            source=_summary(_AHEAD, "h[n, lengths - 1, H:]"),
        ),
        mistake(
            "last_column_for_both",
            """You take both halves of h[:, -1]. For a short sequence that is padding, and for a full one the
            backward direction has read one step only.""",
            source=_summary("h[:, -1, :H]", "h[:, -1, H:]"),
        ),
        mistake(
            "last_column_ahead",
            """Your backward half is right. The forward half is taken at a padded step, so it is 0 for short
            sequences. The last column is padding for them, and so is the step with index `lengths`.""",
            source=_summary("h[:, -1, :H]", _BACK),
        ),
        mistake(
            "first_for_both",
            """You take both halves at step 0. There the forward direction has read one single step.""",
            source=_summary("h[:, 0, :H]", _BACK),
        ),
        mistake(
            "ends_exchanged",
            """You take the forward half at step 0 and the backward half at the last real step: each where it has
            read least.""",
            source=_summary("h[:, 0, :H]", "h[n, lengths - 1, H:]"),
        ),
        mistake(
            "index_too_large",
            """You read step number `lengths`: that is padding, and for a sequence without padding there is no
            such step. Steps are counted from 0.""",
            source=_summary("h[n, lengths, :H]", _BACK),
        ),
        mistake(
            "one_step_late_for_both",
            """You take both halves at index `lengths`, which is padding: steps are counted from 0. And the
            backward direction has read everything at another step.""",
            source=_summary("h[n, lengths, :H]", "h[n, lengths, H:]"),
        ),
        mistake(
            "ends_exchanged_last_column",
            """You take the forward half at step 0 and the backward half at the last column: each where it has
            read least, and for a short sequence the last column is padding.""",
            source=_summary("h[:, 0, :H]", "h[:, -1, H:]"),
        ),
        mistake(
            "columns_exchanged",
            """You take the right steps and the wrong halves: the forward columns are the first H.""",
            source=_summary("h[n, lengths - 1, H:]", "h[:, 0, :H]"),
        ),
        mistake(
            "both_ends_added",
            """You add the last and the first step, with both halves of each. From each of them one half is
            asked for.""",
            source=_summary("h[n, lengths - 1]", "h[:, 0]", "ahead + back"),
        ),
        mistake(
            "both_ends_whole",
            """You join both halves of both ends, (N, 4H). From each end one half is asked for, the one that has
            read everything.""",
            source=_summary("h[n, lengths - 1]", "h[:, 0]"),
        ),
        mistake(
            "one_step_early",
            """Your forward half is taken one step before the last real one.""",
            source=_summary("h[n, np.maximum(lengths - 2, 0), :H]", _BACK),
        ),
        mistake(
            "longest_for_all",
            """You take the last step of the longest sequence for all. Each example has its own length.""",
            source=_summary("h[:, max(lengths) - 1, :H]", _BACK),
        ),
        mistake(
            "halves_exchanged",
            """The two halves are in the wrong order: the forward direction comes first.""",
            source=_summary(_AHEAD, _BACK, "np.concatenate([back, ahead], axis=1)"),
        ),
        mistake(
            "added",
            """You add the two halves. Concatenated they keep what each direction says: (N, 2H).""",
            source=_summary(_AHEAD, _BACK, "ahead + back"),
        ),
        mistake(
            "stacked",
            """You stack the halves along a new axis. They stand side by side: (N, 2H).""",
            source=_summary(_AHEAD, _BACK, "np.stack([ahead, back], axis=1)"),
        ),
        mistake(
            "below_each_other",
            """You put the halves below each other, (2N, H). They stand side by side: (N, 2H).""",
            source=_summary(_AHEAD, _BACK, "np.concatenate([ahead, back], axis=0)"),
        ),
        mistake(
            "pair",
            """You return the two halves as a pair. One array is asked for, (N, 2H).""",
            source=_summary(_AHEAD, _BACK, "(ahead, back)"),
        ),
        mistake(
            "mean_over_time",
            """You take the mean over all T steps. That is another summary, and it depends on the amount of
            padding.""",
            source=_summary("h.mean(axis=1)", "0", "ahead"),
        ),
        mistake(
            "mean_over_real_steps",
            """You take the mean over the real steps. That is another summary, and a sensible one. Here the two
            states are asked for that have read everything.""",
            source=_summary("h.sum(axis=1) / lengths[:, None]", "0", "ahead"),
        ),
        mistake(
            "maximum_over_time",
            "You take the maximum over time. Here the two states are asked for that have read everything.",
            source=_summary("h.max(axis=1)", "0", "ahead"),
        ),
        mistake(
            "slice_not_index",
            """h[:, lengths - 1] takes *all* those steps of *each* example: three axes. To take one step of each,
            index both axes with arrays of the same length.""",
            source=_summary(
                "h[:, lengths - 1, :H]", "h[:, [0] * N, H:]", "np.concatenate([ahead, back], axis=2)"
            ),
        ),
        mistake(
            "forward_only",
            """Your answer has the forward half only. Both directions have something to say: (N, 2H).""",
            source=_summary(_AHEAD, _BACK, "ahead"),
        ),
    ),
    other_ways=(
        other_way("two_indices", source=_summary(_AHEAD, _BACK)),
        other_way(
            "loop",
            source="""
            def last_states(h, lengths):
                half = h.shape[2] // 2
                return [np.hstack([h[n, L - 1, :half], h[n, 0, half:]]) for n, L in enumerate(lengths)]
            """,
        ),
        other_way(
            "take_along_axis",
            source="""
            def last_states(states, lengths, first=0):
                ends = np.take_along_axis(states, (lengths - 1)[:, None, None], axis=1)[:, 0]
                H = states.shape[-1] // 2
                return np.where(np.arange(2 * H) < H, ends, states[:, first])
            """,
        ),
        other_way(
            "mask_product",
            source="""
            def last_states(h, lengths):
                is_last = np.arange(h.shape[1]) == np.asarray(lengths)[:, None] - 1
                out = np.einsum("nth,nt->nh", h, is_last.astype(float))
                out[:, h.shape[2] // 2 :] = h[:, 0, h.shape[2] // 2 :]
                return out
            """,
        ),
        other_way(
            "single_precision", source=_summary(_AHEAD, _BACK, "np.hstack([ahead, back]).astype(np.float32)")
        ),
    ),
)


def _mirrored(h: Value, lengths: Value) -> Value:
    """Return states with the real steps of each example in reverse order, and the two halves exchanged."""
    out = np.roll(h, h.shape[2] // 2, axis=2)
    for n, length in enumerate(lengths):
        out[n, :length] = out[n, :length][::-1].copy()
    return out
