"""Known wrong ways of ``birnn_forward``."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.course.exercise import Mistake, mistake
from autograder.exercises.bidirectional.told import HALVES_EXCHANGED


def cell(
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
        yield mistake(f"{name}_padding_left", f"Two things. {told} {also}", source=cell(end=plain, **change))
    for name, (end, told) in _JOINS.items():
        yield mistake(f"{name}_padding_left", f"Two things. {told} {also}", source=cell(end=end))
    swapped = "np.concatenate([back, ahead], axis=2) * real[:, :, None]"
    yield mistake(
        "not_flipped_back_halves_exchanged",
        "Two things. The forward direction comes first. And the backward states are to be turned back.",
        source=cell(back="rnn_forward(turn(x), **backward)", end=swapped),
    )


MISTAKES = (
    mistake(
        "not_flipped_back",
        """Your backward states are in the order in which they were computed: h[:, 0] holds the one of the
            last word. At every step both halves must speak of the same word, so turn them back.""",
        source=cell(back="rnn_forward(turn(x), **backward)"),
    ),
    mistake(
        "whole_rows_flipped",
        """You flip whole rows, so the backward direction reads the padding first, and is no longer at its
            h0 when it comes to the last word. Turn each sequence within its length.""",
        source=cell(turn="a[:, ::-1]"),
    ),
    mistake(
        "whole_rows_flipped_not_back",
        """You flip whole rows, so the backward direction reads the padding first. And you do not turn its
            states back.""",
        source=cell(turn="a[:, ::-1]", back="rnn_forward(turn(x), **backward)"),
    ),
    mistake(
        "flipped_back_whole",
        """You turn x within the lengths, which is right, but flip whole rows of the states on the way
            back. The two turns must be the same.""",
        source=cell(back="rnn_forward(turn(x), **backward)[:, ::-1]"),
    ),
    mistake(
        "flipped_whole_turned_back",
        """You flip whole rows of x, and turn the states back within the lengths. The two turns must be
            the same, within the lengths.""",
        source=cell(back="turn(rnn_forward(x[:, ::-1], **backward))"),
    ),
    mistake(
        "not_turned",
        """Your second direction reads the sequence from the front, like the first: it is a second forward
            network. Turn x before it reads.""",
        source=cell(back="rnn_forward(x, **backward)"),
    ),
    mistake(
        "states_turned_only",
        """You turn the states, but not the input: your second direction reads from the front, and its
            states then stand at the wrong steps.""",
        source=cell(back="turn(rnn_forward(x, **backward))"),
    ),
    mistake(
        "same_parameters",
        """Both directions use the parameters of the forward one. They are two networks with parameters of
            their own.""",
        source=cell(back="turn(rnn_forward(turn(x), **forward))"),
    ),
    mistake(
        "starts_where_the_other_ended",
        """Your backward direction starts from the last state of the forward one. The two rows of states
            have no arrow between them: it starts from its own h0.""",
        source=cell(back="turn(rnn_forward(turn(x), **(backward | {'h0': ahead[:, -1]})))"),
    ),
    mistake(
        "parameters_exchanged",
        """The parameters of the two directions are exchanged.""",
        source=cell("rnn_forward(x, **backward)", "turn(rnn_forward(turn(x), **forward))"),
    ),
    mistake(
        "halves_exchanged",
        HALVES_EXCHANGED,
        source=cell(end="np.concatenate([back, ahead], axis=2) * real[:, :, None]"),
    ),
    mistake(
        "added",
        """You add the two directions. Concatenated, each keeps its own numbers: (N, T, 2H).""",
        source=cell(end="(ahead + back) * real[:, :, None]"),
    ),
    mistake(
        "averaged",
        "You average the two directions. Concatenated, each keeps its own numbers: (N, T, 2H).",
        source=cell(end="(ahead + back) / 2 * real[:, :, None]"),
    ),
    mistake(
        "joined_in_time",
        """You join the two directions along time, (N, 2T, H). They stand side by side at each step.""",
        source=cell(end="np.concatenate([ahead, back], axis=1) * np.tile(real, 2)[:, :, None]"),
    ),
    mistake(
        "new_axis",
        "You stack the two directions along a new axis. They are joined along the last one, (N, T, 2H).",
        source=cell(end="np.stack([ahead, back], axis=2) * real[:, :, None, None]"),
    ),
    mistake(
        "units_interleaved",
        """The right numbers, in another order: your units alternate between the directions. All forward
            units come first, then all backward ones.""",
        source=cell(end="np.stack([ahead, back], axis=3).reshape(N, T, -1) * real[:, :, None]"),
    ),
    mistake(
        "padding_left",
        """The real steps are right. At padded steps you leave what the networks made of the padding;
            zeros are asked for.""",
        source=cell(end="np.concatenate([ahead, back], axis=2)"),
    ),
    *_with_padding_left(),
    mistake(
        "frozen_at_padding",
        """The real steps are right. At padded steps you leave states that are frozen; zeros are asked
            for.""",
        source=cell(
            "masked_rnn_forward(x, 1.0 * real, **forward)",
            "turn(masked_rnn_forward(turn(x), 1.0 * real, **backward))",
            "np.concatenate([ahead, back], axis=2)",
        ),
    ),
    mistake(
        "frozen_at_the_start",
        """The real steps are right. At padded steps you leave frozen states, those of the backward
            direction still at its h0; zeros are asked for.""",
        source=cell(
            "masked_rnn_forward(x, 1.0 * real, **forward)",
            "masked_rnn_forward(x[:, ::-1], 1.0 * real[:, ::-1], **backward)[:, ::-1]",
            "np.concatenate([ahead, back], axis=2)",
        ),
    ),
    mistake(
        "both_turned",
        """You turn the states of both directions. Those of the forward one are in order already.""",
        source=cell("turn(rnn_forward(x, **forward))"),
    ),
    mistake(
        "cut_to_the_longest",
        """Your answer is as long as the longest sequence. It has as many steps as x, padding and all.""",
        source=cell(end="(np.concatenate([ahead, back], axis=2) * real[:, :, None])[:, : max(lengths)]"),
    ),
    mistake(
        "multiplied",
        """You multiply the two directions. Concatenated, each keeps its own numbers: (N, T, 2H).""",
        source=cell(end="ahead * back * real[:, :, None]"),
    ),
    mistake(
        "padding_left_ahead",
        "Your backward half is 0 at padded steps, your forward half is not.",
        source=cell(end="np.concatenate([ahead, back * real[:, :, None]], axis=2)"),
    ),
    mistake(
        "padding_left_back",
        "Your forward half is 0 at padded steps, your backward half is not.",
        source=cell(end="np.concatenate([ahead * real[:, :, None], back], axis=2)"),
    ),
    mistake(
        "inputs_masked_only",
        """You set the padded *inputs* to 0. The networks run on over them all the same: it is the states
            that are 0 there.""",
        source=cell(before="x = x * real[:, :, None]", end="np.concatenate([ahead, back], axis=2)"),
    ),
    mistake(
        "whole_flip_of_masked_inputs",
        """You set padded inputs to 0 and flip whole rows. The backward direction then reads zeros first,
            and each of them moves its state away from h0: a step with input 0 is still a step.""",
        source=cell(before="x = x * real[:, :, None]", turn="a[:, ::-1]"),
    ),
    mistake(
        "backward_reads_states",
        """Your backward direction reads from the end, but starts at the last forward state in place of
            its own h0.""",
        source=cell(
            back="turn(rnn_forward(turn(x), **(backward | {'h0': ahead[np.arange(N), lengths - 1]})))"
        ),
    ),
    mistake(
        "start_of_the_forward_direction",
        "Your backward direction starts at the h0 of the forward one. It has its own.",
        source=cell(back="turn(rnn_forward(turn(x), **(backward | {'h0': forward['h0']})))"),
    ),
    mistake(
        "starts_ignored",
        "You start both directions from zeros. Each has an h0.",
        source=cell(
            "rnn_forward(x, **(forward | {'h0': 0 * forward['h0']}))",
            "turn(rnn_forward(turn(x), **(backward | {'h0': 0 * backward['h0']})))",
        ),
    ),
    mistake(
        "one_step_late",
        """Your backward half at step t has not read x_t: it is the state of the step after. Both halves
            of h[:, t] have read x_t.""",
        source=cell(
            back="turn(np.concatenate([backward['h0'][:, None], rnn_forward(turn(x), **backward)[:, :-1]], axis=1))"
        ),
    ),
    mistake(
        "batch_turned",
        """You turn the batch, the first axis, in place of time.""",
        source=cell(turn="a[::-1]"),
    ),
    mistake(
        "features_turned",
        """You reverse the last axis, features and units, in place of time.""",
        source=cell(turn="a[:, :, ::-1]"),
    ),
    mistake(
        "pair",
        "You return the two directions as a pair. One array is asked for, (N, T, 2H).",
        source=cell(end="(ahead * real[:, :, None], back * real[:, :, None])"),
    ),
    mistake(
        "last_states_only",
        """You return one state for each sequence. The states of all steps are asked for, (N, T, 2H).""",
        source=cell(end="np.concatenate([ahead[np.arange(N), lengths - 1], back[:, 0]], axis=1)"),
    ),
    mistake(
        "length_counted_from_one",
        """Your zeros begin one step late: the step with index `lengths` is padding already. Steps are
            counted from 0.""",
        source=cell(before="real = np.arange(T) <= np.asarray(lengths)[:, None]"),
    ),
    mistake(
        "masks_x_in_place",
        """Your function sets the padding of x to 0, in the array it was given. Work on a copy, or leave x
            as it is: nothing of its padding reaches a real step.""",
        source=cell(before="x[~real] = 0"),
        manner="changes_its_input",
    ),
    mistake(
        "last_word_zeroed",
        """Your mask ends one step early: the last real step of each example counts as padding.""",
        source=cell(
            before="real[np.arange(N), np.asarray(lengths) - 1] = False",
        ),
    ),
    mistake(
        "sorted_and_left_sorted",
        """You sort the batch by length and do not sort it back: the examples of your answer stand in
            another order than those of x.""",
        source="""
            def birnn_forward(x, lengths, forward, backward):
                order = np.argsort(-np.asarray(lengths), kind="stable")
                x, lengths = x[order], np.asarray(lengths)[order]
                a, b = ({**p, "h0": p["h0"][order]} for p in (forward, backward))
                back = reverse_within_length(rnn_forward(reverse_within_length(x, lengths), **b), lengths)
                real = np.arange(x.shape[1]) < lengths[:, None]
                return np.concatenate([rnn_forward(x, **a), back], axis=2) * real[:, :, None]
            """,
    ),
    mistake(
        "first_length_for_all",
        """You turn and mask every example by the length of the first. Each has its own.""",
        source=cell(
            turn="np.concatenate([a[:, : lengths[0]][:, ::-1], a[:, lengths[0] :]], axis=1)",
            before="real = np.repeat((np.arange(T) < lengths[0])[None], N, axis=0)",
        ),
    ),
    mistake(
        "shared_weights",
        """Both directions use the weights of the forward one, each with a start of its own. The two are
            separate networks.""",
        source=cell(back='turn(rnn_forward(turn(x), **{**forward, "h0": backward["h0"]}))'),
    ),
)
