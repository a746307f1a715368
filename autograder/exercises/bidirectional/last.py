"""Notebook 07: read a summary of both directions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.bidirectional.draws import real_steps, rows_reversed, some_lengths
from autograder.exercises.bidirectional.told import HALVES_EXCHANGED
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _last_inputs(draw: Draw, N: int, T: int, H: int, full: bool = False) -> dict[str, Value]:
    lengths = np.full(N, T) if full else some_lengths(draw, N, T)
    h = weights(draw, N, T, 2 * H, scale=0.5) * real_steps(lengths, T)[:, :, None]
    return {"h": h, "lengths": lengths}


def _last_states(draw: Draw) -> Iterator[Question]:
    N, H = few(draw, 2)
    first = _last_inputs(draw, N, 7, H)
    yield ask(**first | {"h": first["h"] / 3})
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
            rows_reversed,
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
            """You take the forward half at step 0 and the backward half at the last real step: each where it
            has read least.""",
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
            """You join both halves of both ends, (N, 4H). From each end one half is asked for, the one that
            has read everything.""",
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
            HALVES_EXCHANGED,
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
            """You take the mean over the real steps. That is another summary, and a sensible one. Here the
            two states are asked for that have read everything.""",
            source=_summary("h.sum(axis=1) / lengths[:, None]", "0", "ahead"),
        ),
        mistake(
            "maximum_over_time",
            "You take the maximum over time. Here the two states are asked for that have read everything.",
            source=_summary("h.max(axis=1)", "0", "ahead"),
        ),
        mistake(
            "slice_not_index",
            """h[:, lengths - 1] takes *all* those steps of *each* example: three axes. To take one step of
            each, index both axes with arrays of the same length.""",
            source=_summary(
                "h[:, lengths - 1, :H]", "h[:, [0] * N, H:]", "np.concatenate([ahead, back], axis=2)"
            ),
        ),
        mistake(
            "forward_only",
            """Your answer has the forward half only. Both directions have something to say: (N, 2H).""",
            source=_summary(_AHEAD, _BACK, "ahead"),
        ),
        mistake(
            "backward_of_the_last_column",
            """Your forward half is right. Your backward half is from the last column, where nothing was read
            yet, or padding stands. The backward direction ends at the first word.""",
            source=_summary(_AHEAD, "h[:, -1, H:]"),
        ),
        mistake(
            "shortest_for_all",
            """Your forward half stands where the *shortest* sequence ends, for all. Each example has an end
            of its own.""",
            source=_summary("h[n, lengths.min() - 1, :H]", _BACK),
        ),
        mistake(
            "first_length_for_all",
            """Your forward half stands where the *first* sequence ends, for all. Each example has an end of
            its own.""",
            source=_summary("h[n, lengths[0] - 1, :H]", _BACK),
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
