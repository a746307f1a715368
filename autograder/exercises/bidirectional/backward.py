"""Notebook 07: the gradients of both directions at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Mistake,
    Question,
    ask,
    mistake,
    other_way,
    weights,
)
from autograder.exercises.bidirectional.draws import (
    appended,
    batch_reversed,
    both_directions,
    real_steps,
    states_of,
    turned,
)
from autograder.exercises.forward.draws import few
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, full: bool = False) -> dict[str, Value]:
    drawn = both_directions(draw, N, T, D, H, full)
    given = {"dh": weights(draw, N, T, 2 * H), "x": drawn["x"], "lengths": drawn["lengths"]}
    return given | {"h": states_of(drawn), "forward": drawn["forward"], "backward": drawn["backward"]}


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**_inputs(draw, N, 6, D, H))
    yield ask(**_inputs(draw, 3, 5, 4, 2))
    ends = _inputs(draw, 3, 5, 2, 4)
    reached, n = np.zeros_like(ends["dh"]), np.arange(3)
    reached[n, ends["lengths"] - 1, :4] = ends["dh"][n, ends["lengths"] - 1, :4]
    reached[:, 0, 4:] = ends["dh"][:, 0, 4:]
    yield ask("ends", **ends | {"dh": reached})
    yield ask("all", **_inputs(draw, 2, 4, 3, 5, full=True))
    yield ask("one", **_inputs(draw, 1, 5, 2, 3))
    yield ask("single", **_inputs(draw, 3, 1, 2, 4, full=True))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))


def _flat(answer: Value) -> list[Value]:
    return [answer[0], *answer[1].values(), *answer[2].values()]


def _all_doubled(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return all(np.allclose(2 * a, b) for a, b in zip(_flat(first), _flat(second), strict=True))


def _rows_reversed(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    same = all(np.allclose(first[way][k], second[way][k]) for way in (1, 2) for k in ("Wxh", "Whh", "bh"))
    starts = all(np.allclose(first[way]["h0"][::-1], second[way]["h0"]) for way in (1, 2))
    return same and starts and np.allclose(first[0][::-1], second[0])


def _padding_silent(i: dict[str, Value]) -> dict[str, Value]:
    mask = real_steps(i["lengths"], i["x"].shape[1])[:, :, None]
    return i | {"dh": i["dh"] * mask - 2.0 * (1 - mask)}


def _same(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return all(np.allclose(a, b) for a, b in zip(_flat(first), _flat(second), strict=True))


def _longer(i: dict[str, Value]) -> dict[str, Value]:
    longer = appended(i, 2, "dh", "x", "h")
    longer["h"][:, -2:] = 0
    return longer


def _same_before(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    T = i["x"].shape[1]
    return _same(i, first, j, (second[0][:, :T], *second[1:])) and not second[0][:, T:].any()


def _forward_only(i: dict[str, Value]) -> dict[str, Value]:
    dh, H = i["dh"].copy(), i["dh"].shape[2] // 2
    dh[:, :, H:] = 0
    return i | {"dh": dh}


def _backward_is_zero(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    silent = not any(value.any() for value in second[2].values())
    return silent and all(np.allclose(first[1][k], second[1][k]) for k in first[1])


def _other_way_round(i: dict[str, Value]) -> dict[str, Value]:
    """Return the arguments with the sequences turned and the directions exchanged."""
    half = i["h"].shape[2] // 2
    new = {name: np.roll(turned(i[name], i["lengths"]), half, axis=2) for name in ("dh", "h")}
    return i | new | {"x": turned(i["x"], i["lengths"]), "forward": i["backward"], "backward": i["forward"]}


def _exchanged(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    return _same(i, first, j, (turned(second[0], i["lengths"]), second[2], second[1]))


def _cell(
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
                yield mistake(name, _turns_told(left, bool(ending)), source=_cell(mask=mask, **change))


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


BIRNN_BACKWARD = Exercise(
    id="birnn_backward",
    questions=_questions,
    core="dx and the gradients of both directions, for a padded batch",
    core_weight=8.0,
    parts=("dx", "dforward", "dbackward"),
    uses=("reverse_within_length",),
    allow_views=True,
    groups=(
        Group("ends", "a loss that looks at the two last states only"),
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with the upstream gradient doubled",
            lambda i: i | {"dh": 2 * i["dh"]},
            _all_doubled,
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: batch_reversed(i, "dh", "x", "lengths", "h"),
            _rows_reversed,
        ),
        Invariant("silent", "the numbers, with another dh at padded steps: the same", _padding_silent, _same),
        Invariant("appended", "the numbers, with two more steps of padding: the same", _longer, _same_before),
        Invariant(
            "separate",
            "the numbers, with a gradient for the forward half only: nothing for the other",
            _forward_only,
            _backward_is_zero,
        ),
        Invariant(
            "other_way_round",
            "the numbers, with the sequences turned and the directions exchanged",
            _other_way_round,
            _exchanged,
        ),
    ),
    hints=(
        "The forward pass turned x and turned the states back. Turning moves numbers and changes none. So where does "
        "the gradient of a number that was moved have to go, and what turns it there?",
        "Split dh and h into their halves. The forward direction: rnn_backward as it stands. The backward direction: "
        "turn its dh, x and its h, call rnn_backward, and turn the dx that comes out. x was used twice, so dx is a sum "
        "of two.",
        "First set dh to 0 at padded steps, in a new array: the answer there is 0 whatever the weights are. "
        "rnn_backward returns dx, dh0, dWxh, dWhh, dbh: all but the first make the dict of that direction.",
    ),
    mistakes=(
        *_turns(),
        mistake(
            "dx_of_the_forward_direction",
            """Your dx is that of the forward direction alone. x was read twice, so two gradients reach it.""",
            source=_cell(dx="a[0]"),
        ),
        mistake(
            "dx_of_the_backward_direction",
            """Your dx is that of the backward direction alone. x was read twice, so two gradients reach it.""",
            source=_cell(dx="turn(b[0])"),
        ),
        mistake(
            "dx_averaged",
            """You average the two gradients of x. x was used twice, and both uses change the loss: they add
            up.""",
            source=_cell(dx="(a[0] + turn(b[0])) / 2"),
        ),
        mistake(
            "dx_concatenated",
            """You join the two gradients of x side by side. There is one x, of D features: its gradient has its
            shape.""",
            source=_cell(dx="np.concatenate([a[0], turn(b[0])], axis=2)"),
        ),
        mistake(
            "whole_rows_flipped",
            """You flip whole rows, with the padding. Then the padding stands before the last word and gets the
            gradient that belongs to h0. Turn within the lengths.""",
            source=_cell(turn="z[:, ::-1]"),
        ),
        mistake(
            "padding_not_silenced",
            """You let in the gradient of padded steps. The answer of the forward pass is 0 there, whatever the
            weights are, so nothing flows back from there, whatever dh says.""",
            source=_cell(mask="pass"),
        ),
        mistake(
            "padding_silenced_ahead",
            """You silence the padded steps for the forward direction only. Both halves of dh have padding.""",
            source=_cell(mask="dh = dh * 1.0; dh[:, :, :H] *= real[:, :, None]"),
        ),
        mistake(
            "padding_silenced_back",
            """You silence the padded steps for the backward direction only. Both halves of dh have padding.""",
            source=_cell(mask="dh = dh * 1.0; dh[:, :, H:] *= real[:, :, None]"),
        ),
        mistake(
            "only_dx_masked",
            """You set dx to 0 at padded steps, but the gradient of those steps has gone into the weights and into
            the real steps before. Silence dh at the start.""",
            source=_cell(mask="pass", dx="(a[0] + turn(b[0])) * real[:, :, None]"),
        ),
        mistake(
            "halves_exchanged",
            """You hand the first half of dh to the backward direction and the second to the forward one.""",
            source=_cell("dh[:, :, H:]", "turn(dh[:, :, :H])"),
        ),
        mistake(
            "all_halves_exchanged",
            """You take the first half of dh and h for the backward direction, and the second for the forward one:
            the forward direction comes first.""",
            source=_cell(
                "dh[:, :, H:]", "turn(dh[:, :, :H])", h_back="turn(h[:, :, :H])", h_ahead="h[:, :, H:]"
            ),
        ),
        mistake(
            "same_half_twice",
            """You hand the first half of dh to both directions. The second half belongs to the backward one.""",
            source=_cell(dh_back="turn(dh[:, :, :H])"),
        ),
        mistake(
            "sum_to_both",
            """You hand the sum of both halves to each direction. That would be right if the states had been
            added; here they stand side by side, and each has a gradient of its own.""",
            source=_cell("dh[:, :, :H] + dh[:, :, H:]", "turn(dh[:, :, :H] + dh[:, :, H:])"),
        ),
        mistake(
            "forward_states_for_both",
            """You hand the forward states to both directions. The slopes of the backward one are those of its own
            states, the second half of h.""",
            source=_cell(h_back="turn(h[:, :, :H])"),
        ),
        mistake(
            "same_parameters",
            """You go back through the backward direction with the weights of the forward one.""",
            source=_cell(second="forward"),
        ),
        mistake(
            "parameters_exchanged",
            "The weights of the two directions are exchanged.",
            source=_cell(first="backward", second="forward"),
        ),
        mistake(
            "starts_exchanged",
            "The h0 of the two directions are exchanged: your dWhh pairs the first da with the wrong start.",
            source=_cell(first="forward | {'h0': backward['h0']}", second="backward | {'h0': forward['h0']}"),
        ),
        mistake(
            "start_of_the_forward_direction",
            """You hand the h0 of the forward direction to both. The first step of the backward direction started
            from its own, and its dWhh has a term with it.""",
            source=_cell(second="backward | {'h0': forward['h0']}"),
        ),
        mistake(
            "starts_ignored",
            "You go back to a start of zeros. Each direction has an h0, and its dWhh has a term with it.",
            source=_cell(
                first="forward | {'h0': 0 * forward['h0']}", second="backward | {'h0': 0 * backward['h0']}"
            ),
        ),
        mistake(
            "answers_exchanged",
            "The gradients of the two directions are exchanged: those of the forward one come first.",
            source=_cell(end="dx, grads_b, grads_a"),
        ),
        mistake(
            "gradients_added",
            """You add the gradients of the two directions and return the sum for both. They are different
            parameters, and each has its own gradient.""",
            source=_cell(
                before="grads_a = grads_b = {k: grads_a[k] + grads_b[k] for k in names}",
            ),
        ),
        mistake(
            "one_after_the_other",
            """Your backward direction gets no gradient at all: its dict is zeros. Some notes advise to update one
            direction at a time. Both gradients come from the same loss, at the same place.""",
            source=_cell(end="a[0], grads_a, {k: 0 * v for k, v in grads_b.items()}"),
        ),
        mistake(
            "same_weights",
            """You go back through the backward direction with its own h0 but with the weights of the forward
            one.""",
            source=_cell(second="forward | {'h0': backward['h0']}"),
        ),
        mistake(
            "dx_concatenated_not_turned",
            """You join the two gradients of x side by side. There is one x, so they add up; and that of the
            backward direction must be turned back first.""",
            source=_cell(dx="np.concatenate([a[0], b[0]], axis=2)"),
        ),
        mistake(
            "dx_flipped_whole",
            """You flip whole rows of the backward direction's dx. It was turned within the lengths, so turn it
            back in the same way.""",
            source=_cell(dx="a[0] + b[0][:, ::-1]"),
        ),
        mistake(
            "starts_without_gradient",
            """Your gradients of the two h0 are 0. They are what is left when the gradient has gone back through
            all steps: rnn_backward returns them.""",
            source=_cell(before="grads_a['h0'], grads_b['h0'] = 0 * grads_a['h0'], 0 * grads_b['h0']"),
        ),
        mistake(
            "start_gradient_of_the_other",
            """Your "h0" of the forward dict is that of the backward direction. Each direction has its own.""",
            source=_cell(before="grads_a['h0'] = grads_b['h0']"),
        ),
        mistake(
            "whole_rows_flipped_padding_let_in",
            """Two things. You flip whole rows, with the padding: turn within the lengths. And you let in the
            gradient of padded steps, where the answer of the forward pass is 0 whatever the weights are.""",
            source=_cell(turn="z[:, ::-1]", mask="pass"),
        ),
        mistake(
            "forward_dx_padding_let_in",
            """Two things. Your dx is that of the forward direction alone, but x was read twice. And you let in
            the gradient of padded steps.""",
            source=_cell(dx="a[0]", mask="pass"),
        ),
        mistake(
            "dx_averaged_padding_let_in",
            """Two things. You average the two gradients of x, but both uses count: they add up. And you let in
            the gradient of padded steps.""",
            source=_cell(dx="(a[0] + turn(b[0])) / 2", mask="pass"),
        ),
        mistake(
            "mean_over_batch",
            "You divide the gradients of the parameters by N. In this course they are sums over the batch.",
            source=_cell(end=_scaled("/ N")),
        ),
        mistake(
            "mean_over_steps",
            """You divide the gradients of the parameters by the number of real steps. If the loss is a mean, dh
            knows that already.""",
            source=_cell(end=_scaled("/ real.sum()")),
        ),
        mistake(
            "starts_left_out",
            """Your dicts lack "h0". It has a gradient like the weights, and is asked for with them.""",
            source=_cell(before="del grads_a['h0'], grads_b['h0']"),
        ),
        mistake(
            "dx_left_out",
            "You return the two dicts without dx. The order is dx, then forward, then backward.",
            source=_cell(end="grads_a, grads_b"),
        ),
        mistake(
            "dx_last",
            "You return dx last. It comes first.",
            source=_cell(end="grads_a, grads_b, dx"),
        ),
        mistake(
            "dicts_in_a_pair",
            "You return dx and a pair of dicts. Three things are asked for, side by side: dx, dforward, dbackward.",
            source=_cell(end="dx, (grads_a, grads_b)"),
        ),
        mistake(
            "dicts_in_a_dict",
            "You return dx and one dict of two dicts. Three things are asked for: dx, dforward, dbackward.",
            source=_cell(end="dx, {'forward': grads_a, 'backward': grads_b}"),
        ),
        mistake(
            "nine_arrays",
            """You return nine arrays in a row. Three things are asked for: dx, and a dict for each direction with
            the keys "h0", "Wxh", "Whh" and "bh".""",
            source=_cell(end="dx, *a[1:], *b[1:]"),
        ),
        mistake(
            "tuples_not_dicts",
            """You return the gradients of a direction as tuples. Dicts are asked for, with the keys "h0",
            "Wxh", "Whh" and "bh".""",
            source=_cell(end="dx, tuple(a[1:]), tuple(b[1:])"),
        ),
        mistake(
            "names_shifted",
            """Your names are one place off: rnn_backward returns dx first, and what you call "h0" is dx. The
            first of the five is not a parameter.""",
            source=_cell(before="grads_a, grads_b = dict(zip(names, a)), dict(zip(names, b))"),
        ),
        mistake(
            "whh_transposed",
            "You hand Whh over transposed. rnn_backward transposes it on the way back by itself.",
            source=_cell(
                first="forward | {'Whh': forward['Whh'].T}", second="backward | {'Whh': backward['Whh'].T}"
            ),
        ),
        mistake(
            "negated",
            """All of your gradients have the wrong sign. The minus belongs to the step downhill.""",
            source=_cell(
                end="-dx, {k: -v for k, v in grads_a.items()}, {k: -v for k, v in grads_b.items()}",
            ),
        ),
        mistake(
            "writes_into_dh",
            """Your function sets the padding of dh to 0, in the array it was given. Make a new array.""",
            source=_cell(mask="dh[~real] = 0"),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way("written_out", source=_cell()),
        other_way(
            "one_example_at_a_time",
            source="""
            def birnn_backward(dh, x, lengths, h, forward, backward):
                H, dx = len(forward["bh"]), np.zeros(x.shape)
                sums = []
                for half, p, step in ((slice(0, H), forward, 1), (slice(H, None), backward, -1)):
                    g = {k: np.zeros(np.shape(v)) for k, v in p.items()}
                    for n, L in enumerate(lengths):
                        order = range(L)[::step]
                        parts = rnn_backward(
                            dh[n : n + 1, order, half],
                            x[n : n + 1, order],
                            p["h0"][n : n + 1],
                            h[n : n + 1, order, half],
                            p["Wxh"],
                            p["Whh"],
                        )
                        dx[n, order] += parts[0][0]
                        g["h0"][n] = parts[1][0]
                        for name, part in zip(("Wxh", "Whh", "bh"), parts[2:]):
                            g[name] = g[name] + part
                    sums.append(g)
                return [dx, *sums]
            """,
        ),
        other_way(
            "by_hand",
            source="""
            def birnn_backward(dh, x, lengths, h, forward, backward):
                N, T, H2 = h.shape
                H = H2 // 2
                real = (np.arange(T) < np.array(lengths)[:, None])[:, :, None]
                dx, answers = np.zeros(x.shape), []
                for p, half, times in (
                    (forward, slice(None, H), range(T)),
                    (backward, slice(H, None), range(T)[::-1]),
                ):
                    s, g, da = h[:, :, half], np.where(real, dh[:, :, half], 0), np.zeros((N, T, H))
                    before, state = np.zeros((N, T, H)), p["h0"]
                    for t in times:
                        before[:, t] = state
                        state = np.where(real[:, t], s[:, t], state)
                    carry = np.zeros((N, H))
                    for t in reversed(times):
                        da[:, t] = np.where(real[:, t], (g[:, t] + carry) * (1 - s[:, t] ** 2), 0)
                        carry = np.where(real[:, t], da[:, t] @ p["Whh"].T, carry)
                    dx += da @ p["Wxh"].T
                    Wxh, Whh = np.einsum("ntd,nth->dh", x, da), np.einsum("ntg,nth->gh", before, da)
                    answers.append({"bh": da.sum((0, 1)), "Whh": Whh, "Wxh": Wxh, "h0": carry})
                return dx, *answers
            """,
        ),
        other_way(
            "a_helper_for_one_direction",
            source="""
            def _one(dh, x, h, p):
                out = rnn_backward(dh, x, p["h0"], h, p["Wxh"], p["Whh"])
                return out[0], {"h0": out[1], "Wxh": out[2], "Whh": out[3], "bh": out[4]}

            def birnn_backward(dh, x, lengths, h, forward, backward, scale=1):
                dh = scale * dh
                for n, L in enumerate(lengths):
                    dh[n, L:] = 0
                da, db = np.split(dh, 2, axis=-1)
                ha, hb = np.split(h, 2, axis=-1)
                turned = [reverse_within_length(z, lengths) for z in (db, x, hb)]
                first, grads = _one(da, x, ha, forward)
                second, more = _one(*turned, backward)
                return first + reverse_within_length(second, lengths), grads, more
            """,
        ),
        other_way(
            "single_precision",
            source=_cell(
                end="dx.astype('f4'), {k: v.astype('f4') for k, v in grads_a.items()}, "
                "{k: v.astype('f4') for k, v in grads_b.items()}"
            ),
        ),
    ),
)
