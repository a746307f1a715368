"""Notebook 07: the states of both directions, side by side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Mistake, Question, ask, mistake, other_way
from autograder.exercises.bidirectional.draws import appended, batch_reversed, both_directions, turned
from autograder.exercises.forward.draws import few
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**both_directions(draw, N, 6, D, H))
    yield ask(**both_directions(draw, 3, 5, 4, 2))
    yield ask("all", **both_directions(draw, 2, 4, 3, 5, full=True))
    yield ask("one", **both_directions(draw, 1, 5, 2, 3))
    yield ask("single", **both_directions(draw, 3, 1, 2, 4, full=True))
    yield ask("square", **both_directions(draw, 3, 3, 3, 3))


def _other_way_round(i: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments with the sequences turned and the directions exchanged."""
    return i | {"x": turned(i["x"], i["lengths"]), "forward": i["backward"], "backward": i["forward"]}


def _turned_and_exchanged(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return np.allclose(first, np.roll(turned(second, i["lengths"]), first.shape[2] // 2, axis=2))


def _last_step_changed(i: dict[str, Value]) -> dict[str, Value]:
    x = i["x"].copy()
    n = np.arange(len(x))
    x[n, i["lengths"] - 1] += 1.0
    return i | {"x": x}


def _only_the_last_ahead(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    H = first.shape[2] // 2
    moved = (np.abs(first - second) > 1e-9).any(axis=2).sum(axis=1)
    ahead = (np.abs(first - second)[:, :, :H] > 1e-9).any(axis=2).sum(axis=1)
    return bool(np.array_equal(moved, i["lengths"]) and np.array_equal(ahead, np.ones(len(ahead))))


def _cell(
    ahead: str = "rnn_forward(x, **forward)",
    back: str = "turn(rnn_forward(turn(x), **backward))",
    end: str = "np.concatenate([ahead, back], axis=2) * real[:, :, None]",
    turn: str = "reverse_within_length(a, lengths)",
    before: str = "pass",
) -> str:
    """Return a cell with both directions written out, one part of it changed."""
    return f"""
            def birnn_forward(x, lengths, forward, backward):
                N, T, D = x.shape
                turn = lambda a: {turn}
                real = np.arange(T) < np.asarray(lengths)[:, None]
                {before}
                ahead = {ahead}
                back = {back}
                return {end}
            """


_OFTEN: dict[str, tuple[dict[str, str], str]] = {
    "not_flipped_back": (
        {"back": "rnn_forward(turn(x), **backward)"},
        "Your backward states are in the order in which they were computed, last word first: turn them back.",
    ),
    "whole_rows_flipped": (
        {"turn": "a[:, ::-1]"},
        "You flip whole rows, so the backward direction reads the padding first: turn within the lengths.",
    ),
    "whole_rows_flipped_not_back": (
        {"turn": "a[:, ::-1]", "back": "rnn_forward(turn(x), **backward)"},
        "You flip whole rows, so the backward direction reads the padding first, and do not turn its states back.",
    ),
    "not_turned": (
        {"back": "rnn_forward(x, **backward)"},
        "Your second direction reads from the front, like the first: turn x before it reads.",
    ),
    "states_turned_only": (
        {"back": "turn(rnn_forward(x, **backward))"},
        "You turn the states of the second direction, but not the x that it reads.",
    ),
    "same_parameters": (
        {"back": "turn(rnn_forward(turn(x), **forward))"},
        "Both directions use the parameters of the forward one.",
    ),
}
_JOINS = {
    "halves_exchanged": ("np.concatenate([back, ahead], axis=2)", "The forward direction comes first."),
    "added": ("ahead + back", "You add the two directions, where they should stand side by side."),
    "averaged": (
        "(ahead + back) / 2",
        "You average the two directions, where they should stand side by side.",
    ),
    "joined_in_time": (
        "np.concatenate([ahead, back], axis=1)",
        "You join the directions along time: (N, 2T, H).",
    ),
    "pair": ("(ahead, back)", "You return the directions as a pair: one array is asked for, (N, T, 2H)."),
}
"""What often goes wrong together with the padding."""


def _with_padding_left() -> Iterator[Mistake]:
    also = "And at padded steps zeros are asked for, not what the networks made of the padding."
    plain = "np.concatenate([ahead, back], axis=2)"
    for name, (change, told) in _OFTEN.items():
        yield mistake(f"{name}_padding_left", f"Two things. {told} {also}", source=_cell(end=plain, **change))
    for name, (end, told) in _JOINS.items():
        yield mistake(f"{name}_padding_left", f"Two things. {told} {also}", source=_cell(end=end))
    swapped = "np.concatenate([back, ahead], axis=2) * real[:, :, None]"
    yield mistake(
        "not_flipped_back_halves_exchanged",
        "Two things. The forward direction comes first. And the backward states are to be turned back.",
        source=_cell(back="rnn_forward(turn(x), **backward)", end=swapped),
    )


BIRNN_FORWARD = Exercise(
    id="birnn_forward",
    questions=_questions,
    core="the states of both directions, zeros at padded steps",
    core_weight=8.0,
    uses=("reverse_within_length",),
    allow_views=True,
    groups=(
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: batch_reversed(i, "x", "lengths"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant(
            "appended",
            "the numbers, with two more steps of padding",
            lambda i: appended(i, 2, "x"),
            lambda i, first, j, second: np.allclose(first, second[:, :-2]) and not second[:, -2:].any(),
        ),
        Invariant(
            "other_way_round",
            "the numbers, with the sequences turned and the directions exchanged",
            _other_way_round,
            _turned_and_exchanged,
        ),
        Invariant(
            "last_word",
            "the numbers, with another last step: all states change, but only one forward half",
            _last_step_changed,
            _only_the_last_ahead,
        ),
    ),
    hints=(
        "The backward direction is an ordinary network that reads a turned sequence. In which order are its states "
        "then, and in which order do you need them?",
        "You need reverse_within_length twice: on x before the backward direction runs, and on the states that it "
        "made. And rnn_forward twice, with the parameters of one direction each.",
        "rnn_forward(x, **forward) hands over h0, Wxh, Whh and bh by name. Join the two arrays along axis 2, forward "
        "first, and multiply by the mask of the lengths, of shape (N, T, 1), for the zeros.",
    ),
    mistakes=(
        mistake(
            "not_flipped_back",
            """Your backward states are in the order in which they were computed: h[:, 0] holds the one of the
            last word. At every step both halves must speak of the same word, so turn them back.""",
            source=_cell(back="rnn_forward(turn(x), **backward)"),
        ),
        mistake(
            "whole_rows_flipped",
            """You flip whole rows, so the backward direction reads the padding first, and is no longer at its h0
            when it comes to the last word. Turn each sequence within its length.""",
            source=_cell(turn="a[:, ::-1]"),
        ),
        mistake(
            "whole_rows_flipped_not_back",
            """You flip whole rows, so the backward direction reads the padding first. And you do not turn its
            states back.""",
            source=_cell(turn="a[:, ::-1]", back="rnn_forward(turn(x), **backward)"),
        ),
        mistake(
            "flipped_back_whole",
            """You turn x within the lengths, which is right, but flip whole rows of the states on the way back.
            The two turns must be the same.""",
            source=_cell(back="rnn_forward(turn(x), **backward)[:, ::-1]"),
        ),
        mistake(
            "flipped_whole_turned_back",
            """You flip whole rows of x, and turn the states back within the lengths. The two turns must be the
            same, within the lengths.""",
            source=_cell(back="turn(rnn_forward(x[:, ::-1], **backward))"),
        ),
        mistake(
            "not_turned",
            """Your second direction reads the sequence from the front, like the first: it is a second forward
            network. Turn x before it reads.""",
            source=_cell(back="rnn_forward(x, **backward)"),
        ),
        mistake(
            "states_turned_only",
            """You turn the states, but not the input: your second direction reads from the front, and its states
            then stand at the wrong steps.""",
            source=_cell(back="turn(rnn_forward(x, **backward))"),
        ),
        mistake(
            "same_parameters",
            """Both directions use the parameters of the forward one. They are two networks with parameters of
            their own.""",
            source=_cell(back="turn(rnn_forward(turn(x), **forward))"),
        ),
        mistake(
            "starts_where_the_other_ended",
            """Your backward direction starts from the last state of the forward one. The two rows of states have no
            arrow between them: it starts from its own h0.""",
            source=_cell(back="turn(rnn_forward(turn(x), **(backward | {'h0': ahead[:, -1]})))"),
        ),
        mistake(
            "parameters_exchanged",
            """The parameters of the two directions are exchanged.""",
            source=_cell("rnn_forward(x, **backward)", "turn(rnn_forward(turn(x), **forward))"),
        ),
        mistake(
            "halves_exchanged",
            "The two halves are in the wrong order: the forward direction comes first.",
            source=_cell(end="np.concatenate([back, ahead], axis=2) * real[:, :, None]"),
        ),
        mistake(
            "added",
            """You add the two directions. Concatenated, each keeps its own numbers: (N, T, 2H).""",
            source=_cell(end="(ahead + back) * real[:, :, None]"),
        ),
        mistake(
            "averaged",
            "You average the two directions. Concatenated, each keeps its own numbers: (N, T, 2H).",
            source=_cell(end="(ahead + back) / 2 * real[:, :, None]"),
        ),
        mistake(
            "joined_in_time",
            """You join the two directions along time, (N, 2T, H). They stand side by side at each step.""",
            source=_cell(end="np.concatenate([ahead, back], axis=1) * np.tile(real, 2)[:, :, None]"),
        ),
        mistake(
            "new_axis",
            "You stack the two directions along a new axis. They are joined along the last one, (N, T, 2H).",
            source=_cell(end="np.stack([ahead, back], axis=2) * real[:, :, None, None]"),
        ),
        mistake(
            "units_interleaved",
            """The right numbers, in another order: your units alternate between the directions. All forward units
            come first, then all backward ones.""",
            source=_cell(end="np.stack([ahead, back], axis=3).reshape(N, T, -1) * real[:, :, None]"),
        ),
        mistake(
            "padding_left",
            """The real steps are right. At padded steps you leave what the networks made of the padding; zeros
            are asked for.""",
            source=_cell(end="np.concatenate([ahead, back], axis=2)"),
        ),
        *_with_padding_left(),
        mistake(
            "frozen_at_padding",
            """The real steps are right. At padded steps you leave states that are frozen; zeros are asked
            for.""",
            source=_cell(
                "masked_rnn_forward(x, 1.0 * real, **forward)",
                "turn(masked_rnn_forward(turn(x), 1.0 * real, **backward))",
                "np.concatenate([ahead, back], axis=2)",
            ),
        ),
        mistake(
            "frozen_at_the_start",
            """The real steps are right. At padded steps you leave frozen states, those of the backward
            direction still at its h0; zeros are asked for.""",
            source=_cell(
                "masked_rnn_forward(x, 1.0 * real, **forward)",
                "masked_rnn_forward(x[:, ::-1], 1.0 * real[:, ::-1], **backward)[:, ::-1]",
                "np.concatenate([ahead, back], axis=2)",
            ),
        ),
        mistake(
            "both_turned",
            """You turn the states of both directions. Those of the forward one are in order already.""",
            source=_cell("turn(rnn_forward(x, **forward))"),
        ),
        mistake(
            "cut_to_the_longest",
            """Your answer is as long as the longest sequence. It has as many steps as x, padding and all.""",
            source=_cell(end="(np.concatenate([ahead, back], axis=2) * real[:, :, None])[:, : max(lengths)]"),
        ),
        mistake(
            "multiplied",
            """You multiply the two directions. Concatenated, each keeps its own numbers: (N, T, 2H).""",
            source=_cell(end="ahead * back * real[:, :, None]"),
        ),
        mistake(
            "padding_left_ahead",
            "Your backward half is 0 at padded steps, your forward half is not.",
            source=_cell(end="np.concatenate([ahead, back * real[:, :, None]], axis=2)"),
        ),
        mistake(
            "padding_left_back",
            "Your forward half is 0 at padded steps, your backward half is not.",
            source=_cell(end="np.concatenate([ahead * real[:, :, None], back], axis=2)"),
        ),
        mistake(
            "inputs_masked_only",
            """You set the padded *inputs* to 0. The networks run on over them all the same: it is the states that
            are 0 there.""",
            source=_cell(before="x = x * real[:, :, None]", end="np.concatenate([ahead, back], axis=2)"),
        ),
        mistake(
            "whole_flip_of_masked_inputs",
            """You set padded inputs to 0 and flip whole rows. The backward direction then reads zeros first, and
            each of them moves its state away from h0: a step with input 0 is still a step.""",
            source=_cell(before="x = x * real[:, :, None]", turn="a[:, ::-1]"),
        ),
        mistake(
            "backward_reads_states",
            """Your backward direction reads from the end, but starts at the last forward state in place of its
            own h0.""",
            source=_cell(
                back="turn(rnn_forward(turn(x), **(backward | {'h0': ahead[np.arange(N), lengths - 1]})))"
            ),
        ),
        mistake(
            "start_of_the_forward_direction",
            "Your backward direction starts at the h0 of the forward one. It has its own.",
            source=_cell(back="turn(rnn_forward(turn(x), **(backward | {'h0': forward['h0']})))"),
        ),
        mistake(
            "starts_ignored",
            "You start both directions from zeros. Each has an h0.",
            source=_cell(
                "rnn_forward(x, **(forward | {'h0': 0 * forward['h0']}))",
                "turn(rnn_forward(turn(x), **(backward | {'h0': 0 * backward['h0']})))",
            ),
        ),
        mistake(
            "one_step_late",
            """Your backward half at step t has not read x_t: it is the state of the step after. Both halves
            of h[:, t] have read x_t.""",
            source=_cell(
                back="turn(np.concatenate([backward['h0'][:, None], rnn_forward(turn(x), **backward)[:, :-1]], axis=1))"
            ),
        ),
        mistake(
            "batch_turned",
            """You turn the batch, the first axis, in place of time.""",
            source=_cell(turn="a[::-1]"),
        ),
        mistake(
            "features_turned",
            """You reverse the last axis, features and units, in place of time.""",
            source=_cell(turn="a[:, :, ::-1]"),
        ),
        mistake(
            "pair",
            "You return the two directions as a pair. One array is asked for, (N, T, 2H).",
            source=_cell(end="(ahead * real[:, :, None], back * real[:, :, None])"),
        ),
        mistake(
            "last_states_only",
            """You return one state for each sequence. The states of all steps are asked for, (N, T, 2H).""",
            source=_cell(end="np.concatenate([ahead[np.arange(N), lengths - 1], back[:, 0]], axis=1)"),
        ),
        mistake(
            "length_counted_from_one",
            """Your zeros begin one step late: the step with index `lengths` is padding already. Steps are counted
            from 0.""",
            source=_cell(before="real = np.arange(T) <= np.asarray(lengths)[:, None]"),
        ),
        mistake(
            "masks_x_in_place",
            """Your function sets the padding of x to 0, in the array it was given. Work on a copy, or leave x
            as it is: nothing of its padding reaches a real step.""",
            source=_cell(before="x[~real] = 0"),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way("written_out", source=_cell()),
        other_way(
            "from_right_to_left",
            source="""
            def birnn_forward(x, lengths, forward, backward):
                N, T, _ = x.shape
                H = len(forward["bh"])
                h = np.zeros((N, T, 2 * H))
                for n in range(N):
                    a, b = forward["h0"][n], backward["h0"][n]
                    for t in range(lengths[n]):
                        a = np.tanh(x[n, t] @ forward["Wxh"] + a @ forward["Whh"] + forward["bh"])
                        h[n, t, :H] = a
                    for t in reversed(range(lengths[n])):
                        b = np.tanh(x[n, t] @ backward["Wxh"] + b @ backward["Whh"] + backward["bh"])
                        h[n, t, H:] = b
                return h
            """,
        ),
        other_way(
            "frozen_until_the_end",
            source="""
            def birnn_forward(x, lengths, forward, backward):
                T = x.shape[1]
                real = (np.arange(T) < np.array(lengths)[:, None]).astype(float)
                ahead = masked_rnn_forward(x, real, **forward)
                back = masked_rnn_forward(x[:, ::-1], real[:, ::-1], **backward)[:, ::-1]
                return np.where(real[..., None] > 0, np.concatenate([ahead, back], axis=-1), 0.0)
            """,
        ),
        other_way(
            "assigned",
            source="""
            def birnn_forward(inputs, counts, to_right, to_left, start=0):
                N, T, D = inputs.shape
                H = to_right["Whh"].shape[0]
                out = np.empty((N, T, 2 * H))
                out[..., :H] = rnn_forward(inputs, **to_right)
                out[..., H:] = reverse_within_length(
                    rnn_forward(reverse_within_length(inputs, counts), **to_left), counts
                )
                for n, L in enumerate(counts):
                    out[n, L:] = 0
                return out
            """,
        ),
        other_way(
            "list_of_rows", source=_cell(end="list(np.concatenate([ahead, back], axis=2) * real[:, :, None])")
        ),
        other_way(
            "single_precision",
            source=_cell(end="(np.concatenate([ahead, back], axis=2) * real[:, :, None]).astype(np.float32)"),
        ),
    ),
)
