"""Known wrong ways of ``birnn_backward``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from autograder.course.exercise import (
    Mistake,
    mistake,
)
from autograder.course.long_runs import CUTS
from autograder.exercises.told import MEAN_OVER_BATCH, SMALL_IS_ZERO


def cell(
    dh_ahead: str = "dh[:, :, :H]",
    dh_back: str = "turn(dh[:, :, H:])",
    x_back: str = "turn(x)",
    h_back: str = "turn(h[:, :, H:])",
    h_ahead: str = "h[:, :, :H]",
    dx: str = "a[0] + turn(b[0])",
    end: str = "dx, grads_a, grads_b",
    mask: str = "dh = dh * real[:, :, None]",
    turn: str = "reverse_within_length(z, lengths)",
    before: str = "pass",
    first: str = "forward",
    second: str = "backward",
) -> str:
    """Return a cell with both directions written out, one part of it changed."""
    return f"""
            def birnn_backward(dh, x, lengths, h, forward, backward):
                N, T, D = x.shape
                H = h.shape[2] // 2
                real = np.arange(T) < np.asarray(lengths)[:, None]
                turn = lambda z: {turn}
                names = ("h0", "Wxh", "Whh", "bh")
                {mask}
                p, q = {first}, {second}
                a = rnn_backward({dh_ahead}, x, p["h0"], {h_ahead}, p["Wxh"], p["Whh"])
                b = rnn_backward({dh_back}, {x_back}, q["h0"], {h_back}, q["Wxh"], q["Whh"])
                grads_a, grads_b = dict(zip(names, a[1:])), dict(zip(names, b[1:]))
                dx = {dx}
                {before}
                return {end}
            """


def _scaled(by: str) -> str:
    parts = f"{{k: v if k == 'h0' else v {by} for k, v in grads_a.items()}}"
    return f"dx, {parts}, {parts.replace('grads_a', 'grads_b')}"


_WHY = {
    "dh": "the gradient `dh` of its states",
    "x": "the input `x`",
    "h": "its states `h`",
    "dx": "the `dx` that comes out",
}
"""What must be turned for the backward direction."""


def _turns() -> Iterator[Mistake]:
    """Yield every way to forget some of the four turns, without and with the padding let in."""
    plain = {"dh_back": "dh[:, :, H:]", "x_back": "x", "h_back": "h[:, :, H:]", "dx": "a[0] + b[0]"}
    for mask, ending in (("dh = dh * real[:, :, None]", ""), ("pass", "_padding_let_in")):
        for count in range(1, 5):
            for left in combinations(_WHY, count):
                name = "_".join(left) + "_not_turned" + ending
                change = {k: v for k, v in plain.items() if k.removesuffix("_back") in left}
                yield mistake(name, _turns_told(left, bool(ending)), source=cell(mask=mask, **change))


def _turns_told(left: tuple[str, ...], padding: bool) -> str:
    """Return what somebody is told who did not turn these."""
    whole = """You go back through the second direction as if it had read from the front. It reads from the last word
    on: turn what you hand to rnn_backward, and the dx that comes out."""
    part = f"""For the backward direction you do not turn {" and ".join(_WHY[name] for name in left)}. It read a
    turned x and made turned states, so each word is paired with another one. All that goes in has to be in its
    order, and what comes out in the order of x."""
    also = """ And you let in the gradient of padded steps, where the answer of the forward pass is 0 whatever the
    weights are."""
    return (whole if len(left) == 4 else part) + padding * also


def _last_columns() -> Iterator[Mistake]:
    for k in CUTS:
        yield mistake(
            f"last_{k}_columns_only",
            f"""Only the losses of the last {k} columns enter your gradients. The full gradient is asked for: every real
            step has a loss, in either direction.""",
            source=cell(mask=f"dh = dh * real[:, :, None] * (np.arange(T) >= T - {k})[None, :, None]"),
        )


MISTAKES = (
    *_turns(),
    mistake(
        "dx_of_the_forward_direction",
        """Your dx is that of the forward direction alone. x was read twice, so two gradients reach
            it.""",
        source=cell(dx="a[0]"),
    ),
    mistake(
        "dx_of_the_backward_direction",
        """Your dx is that of the backward direction alone. x was read twice, so two gradients reach
            it.""",
        source=cell(dx="turn(b[0])"),
    ),
    mistake(
        "dx_averaged",
        """You average the two gradients of x. x was used twice, and both uses change the loss: they add
            up.""",
        source=cell(dx="(a[0] + turn(b[0])) / 2"),
    ),
    mistake(
        "dx_concatenated",
        """You join the two gradients of x side by side. There is one x, of D features: its gradient has
            its shape.""",
        source=cell(dx="np.concatenate([a[0], turn(b[0])], axis=2)"),
    ),
    mistake(
        "whole_rows_flipped",
        """You flip whole rows, with the padding. Then the padding stands before the last word and gets
            the gradient that belongs to h0. Turn within the lengths.""",
        source=cell(turn="z[:, ::-1]"),
    ),
    mistake(
        "padding_not_silenced",
        """You let in the gradient of padded steps. The answer of the forward pass is 0 there, whatever
            the weights are, so nothing flows back from there, whatever dh says.""",
        source=cell(mask="pass"),
    ),
    mistake(
        "padding_silenced_ahead",
        """You silence the padded steps for the forward direction only. Both halves of dh have
            padding.""",
        source=cell(mask="dh = dh * 1.0; dh[:, :, :H] *= real[:, :, None]"),
    ),
    mistake(
        "padding_silenced_back",
        """You silence the padded steps for the backward direction only. Both halves of dh have
            padding.""",
        source=cell(mask="dh = dh * 1.0; dh[:, :, H:] *= real[:, :, None]"),
    ),
    mistake(
        "only_dx_masked",
        """You set dx to 0 at padded steps, but the gradient of those steps has gone into the weights and
            into the real steps before. Silence dh at the start.""",
        source=cell(mask="pass", dx="(a[0] + turn(b[0])) * real[:, :, None]"),
    ),
    mistake(
        "halves_exchanged",
        """You hand the first half of dh to the backward direction and the second to the forward one.""",
        source=cell("dh[:, :, H:]", "turn(dh[:, :, :H])"),
    ),
    mistake(
        "all_halves_exchanged",
        """You take the first half of dh and h for the backward direction, and the second for the forward
            one: the forward direction comes first.""",
        source=cell("dh[:, :, H:]", "turn(dh[:, :, :H])", h_back="turn(h[:, :, :H])", h_ahead="h[:, :, H:]"),
    ),
    mistake(
        "same_half_twice",
        """You hand the first half of dh to both directions. The second half belongs to the backward
            one.""",
        source=cell(dh_back="turn(dh[:, :, :H])"),
    ),
    mistake(
        "sum_to_both",
        """You hand the sum of both halves to each direction. That would be right if the states had been
            added; here they stand side by side, and each has a gradient of its own.""",
        source=cell("dh[:, :, :H] + dh[:, :, H:]", "turn(dh[:, :, :H] + dh[:, :, H:])"),
    ),
    mistake(
        "forward_states_for_both",
        """You hand the forward states to both directions. The slopes of the backward one are those of its
            own states, the second half of h.""",
        source=cell(h_back="turn(h[:, :, :H])"),
    ),
    mistake(
        "same_parameters",
        """You go back through the backward direction with the weights of the forward one.""",
        source=cell(second="forward"),
    ),
    mistake(
        "parameters_exchanged",
        "The weights of the two directions are exchanged.",
        source=cell(first="backward", second="forward"),
    ),
    mistake(
        "starts_exchanged",
        "The h0 of the two directions are exchanged: your dWhh pairs the first da with the wrong start.",
        source=cell(first="forward | {'h0': backward['h0']}", second="backward | {'h0': forward['h0']}"),
    ),
    mistake(
        "start_of_the_forward_direction",
        """You hand the h0 of the forward direction to both. The first step of the backward direction
            started from its own, and its dWhh has a term with it.""",
        source=cell(second="backward | {'h0': forward['h0']}"),
    ),
    mistake(
        "starts_ignored",
        "You go back to a start of zeros. Each direction has an h0, and its dWhh has a term with it.",
        source=cell(
            first="forward | {'h0': 0 * forward['h0']}", second="backward | {'h0': 0 * backward['h0']}"
        ),
    ),
    mistake(
        "answers_exchanged",
        "The gradients of the two directions are exchanged: those of the forward one come first.",
        source=cell(end="dx, grads_b, grads_a"),
    ),
    mistake(
        "gradients_added",
        """You add the gradients of the two directions and return the sum for both. They are different
            parameters, and each has its own gradient.""",
        source=cell(
            before="grads_a = grads_b = {k: grads_a[k] + grads_b[k] for k in names}",
        ),
    ),
    mistake(
        "one_after_the_other",
        """Your backward direction gets no gradient at all: its dict is zeros. Some notes advise to update
            one direction at a time. Both gradients come from the same loss, at the same place.""",
        source=cell(end="a[0], grads_a, {k: 0 * v for k, v in grads_b.items()}"),
    ),
    mistake(
        "same_weights",
        """You go back through the backward direction with its own h0 but with the weights of the forward
            one.""",
        source=cell(second="forward | {'h0': backward['h0']}"),
    ),
    mistake(
        "dx_concatenated_not_turned",
        """You join the two gradients of x side by side. There is one x, so they add up; and that of the
            backward direction must be turned back first.""",
        source=cell(dx="np.concatenate([a[0], b[0]], axis=2)"),
    ),
    mistake(
        "dx_flipped_whole",
        """You flip whole rows of the backward direction's dx. It was turned within the lengths, so turn
            it back in the same way.""",
        source=cell(dx="a[0] + b[0][:, ::-1]"),
    ),
    mistake(
        "starts_without_gradient",
        """Your gradients of the two h0 are 0. They are what is left when the gradient has gone back
            through all steps: rnn_backward returns them.""",
        source=cell(before="grads_a['h0'], grads_b['h0'] = 0 * grads_a['h0'], 0 * grads_b['h0']"),
    ),
    mistake(
        "start_gradient_of_the_other",
        """Your "h0" of the forward dict is that of the backward direction. Each direction has its
            own.""",
        source=cell(before="grads_a['h0'] = grads_b['h0']"),
    ),
    mistake(
        "whole_rows_flipped_padding_let_in",
        """Two things. You flip whole rows, with the padding: turn within the lengths. And you let in the
            gradient of padded steps, where the answer of the forward pass is 0 whatever the weights are.""",
        source=cell(turn="z[:, ::-1]", mask="pass"),
    ),
    mistake(
        "forward_dx_padding_let_in",
        """Two things. Your dx is that of the forward direction alone, but x was read twice. And you let
            in the gradient of padded steps.""",
        source=cell(dx="a[0]", mask="pass"),
    ),
    mistake(
        "dx_averaged_padding_let_in",
        """Two things. You average the two gradients of x, but both uses count: they add up. And you let
            in the gradient of padded steps.""",
        source=cell(dx="(a[0] + turn(b[0])) / 2", mask="pass"),
    ),
    mistake(
        "mean_over_batch",
        MEAN_OVER_BATCH,
        source=cell(end=_scaled("/ N")),
    ),
    mistake(
        "mean_over_steps",
        """You divide the gradients of the parameters by the number of real steps. If the loss is a mean,
            dh knows that already.""",
        source=cell(end=_scaled("/ real.sum()")),
    ),
    mistake(
        "starts_left_out",
        """Your dicts lack "h0". It has a gradient like the weights, and is asked for with them.""",
        source=cell(before="del grads_a['h0'], grads_b['h0']"),
    ),
    mistake(
        "dx_left_out",
        "You return the two dicts without dx. The order is dx, then forward, then backward.",
        source=cell(end="grads_a, grads_b"),
    ),
    mistake(
        "dx_last",
        "You return dx last. It comes first.",
        source=cell(end="grads_a, grads_b, dx"),
    ),
    mistake(
        "dicts_in_a_pair",
        "You return dx and a pair of dicts. Three things are asked for, side by side: dx, dforward, dbackward.",
        source=cell(end="dx, (grads_a, grads_b)"),
    ),
    mistake(
        "dicts_in_a_dict",
        "You return dx and one dict of two dicts. Three things are asked for: dx, dforward, dbackward.",
        source=cell(end="dx, {'forward': grads_a, 'backward': grads_b}"),
    ),
    mistake(
        "nine_arrays",
        """You return nine arrays in a row. Three things are asked for: dx, and a dict for each direction
            with the keys "h0", "Wxh", "Whh" and "bh".""",
        source=cell(end="dx, *a[1:], *b[1:]"),
    ),
    mistake(
        "tuples_not_dicts",
        """You return the gradients of a direction as tuples. Dicts are asked for, with the keys "h0",
            "Wxh", "Whh" and "bh".""",
        source=cell(end="dx, tuple(a[1:]), tuple(b[1:])"),
    ),
    mistake(
        "names_shifted",
        """Your names are one place off: rnn_backward returns dx first, and what you call "h0" is dx. The
            first of the five is not a parameter.""",
        source=cell(before="grads_a, grads_b = dict(zip(names, a)), dict(zip(names, b))"),
    ),
    mistake(
        "whh_transposed",
        "You hand Whh over transposed. rnn_backward transposes it on the way back by itself.",
        source=cell(
            first="forward | {'Whh': forward['Whh'].T}", second="backward | {'Whh': backward['Whh'].T}"
        ),
    ),
    mistake(
        "negated",
        """All of your gradients have the wrong sign. The minus belongs to the step downhill.""",
        source=cell(
            end="-dx, {k: -v for k, v in grads_a.items()}, {k: -v for k, v in grads_b.items()}",
        ),
    ),
    mistake(
        "writes_into_dh",
        """Your function sets the padding of dh to 0, in the array it was given. Make a new array.""",
        source=cell(mask="dh[~real] = 0"),
        manner="changes_its_input",
    ),
    mistake(
        "first_ten_only",
        """Only the losses of the first 10 steps reach your gradients. All of them count.""",
        source=cell(mask="dh = dh * real[:, :, None] * (np.arange(T) < 10)[None, :, None]"),
    ),
    mistake(
        "backward_direction_silent",
        """The gradients of the backward direction are all 0. It has weights of its own, and each joined
            state has a half that they made.""",
        source=cell(end="dx, grads_a, {k: 0 * v for k, v in grads_b.items()}"),
    ),
    mistake(
        "forward_direction_silent",
        """The gradients of the forward direction are all 0. It has weights of its own, and each joined
            state has a half that they made.""",
        source=cell(end="dx, {k: 0 * v for k, v in grads_a.items()}, grads_b"),
    ),
    mistake(
        "shared_gradients",
        """You give both directions the same gradients of the weights, those of both added up, as if they
            shared them. They are separate networks.""",
        source=cell(
            end="dx, shared | {'h0': grads_a['h0']}, shared | {'h0': grads_b['h0']}",
            before="shared = {k: grads_a[k] + grads_b[k] for k in ('h0', 'Wxh', 'Whh', 'bh')}",
        ),
    ),
    mistake(
        "mask_of_the_step_before",
        """You silence the wrong steps: your mask stands one step late, so the first padded step counts as
            real.""",
        source=cell(mask="dh = dh * (np.arange(T) <= np.asarray(lengths)[:, None])[:, :, None]"),
    ),
    mistake(
        "mask_one_step_early",
        """You silence one step too many: the loss of the last real step never enters.""",
        source=cell(mask="dh = dh * (np.arange(T) < np.asarray(lengths)[:, None] - 1)[:, :, None]"),
    ),
    mistake(
        "small_is_zero",
        SMALL_IS_ZERO,
        source=cell(
            before="cut = lambda g: {k: np.where(np.abs(v) < 1e-9, 0.0, v) for k, v in g.items()}",
            end="dx, cut(grads_a), cut(grads_b)",
        ),
    ),
    *_last_columns(),
)
