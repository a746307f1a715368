"""Notebook 02: the cell and the loop."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    sizes,
    weights,
    zeroed,
)
from autograder.exercises.forward.draws import at_rest, fading, few, long, recurrent, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def _step_inputs(draw: Draw, N: int, D: int, H: int, size: float = 1.0) -> dict[str, np.ndarray]:
    return {
        "x_t": size * weights(draw, N, D),
        "h_prev": weights(draw, N, H),
        "Wxh": weights(draw, D, H),
        "Whh": weights(draw, H, H),
        "bh": weights(draw, H),
    }


def _rnn_step(draw: Draw) -> Iterator[Question]:
    N, D, H = sizes(draw, "N", "D", "H")
    yield ask(**_step_inputs(draw, N, D, H))
    yield ask("one", **_step_inputs(draw, 1, D, H))
    yield ask("square", **_step_inputs(draw, 4, 4, 4))
    yield ask("large", **_step_inputs(draw, N, D, H, size=20))
    rest = _step_inputs(draw, 4, 3, 2)
    rest["x_t"], rest["h_prev"] = zeroed(rest["x_t"], 0, 2), zeroed(rest["h_prev"], 1, 2)
    yield ask("zeros", **rest)
    rest = _step_inputs(draw, 3, 2, 4)
    yield ask("zeros", **rest | {"h_prev": np.zeros((3, 4))})


_SUM = "np.tanh(x_t @ Wxh + h_prev @ Whh + bh)"

RNN_STEP = Exercise(
    id="rnn_step",
    questions=_rnn_step,
    core="the new state of a whole batch",
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = D = H, where shapes catch nothing"),
        Group("large", "large inputs, where tanh is flat"),
        Group("zeros", "inputs and states that are all zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x_t", "h_prev"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: np.allclose(second, np.tanh(i["x_t"] @ i["Wxh"] + i["bh"])),
        ),
        Invariant(
            "odd",
            "the numbers, with the signs of x_t, h_prev and bh changed",
            lambda i: i | {name: -i[name] for name in ("x_t", "h_prev", "bh")},
            lambda i, first, j, second: np.allclose(first, -second),
        ),
    ),
    hints=(
        "It is `affine` of notebook 00 with one more product. Write the shapes under each term: all three "
        "must end up as (N, H), or be repeated to it.",
        "Two matrix products with @: the input times Wxh, the old state times Whh. In both, the data is on "
        "the left.",
        "One line: return np.tanh(...), and inside the parentheses stands the sum of two products and bh.",
    ),
    mistakes=(
        mistake(
            "empty_input_keeps_state",
            """Where an input is all zeros you keep the old state. Such a step is a step like others: the old
            state still goes through Whh and the activation. To skip padding is another thing, with a mask.""",
            (_SUM, f"np.where((x_t == 0).all(axis=1, keepdims=True), h_prev, {_SUM})"),
        ),
        mistake(
            "no_bias_at_rest",
            """Where the old state is all zeros you leave the bias out. The bias counts in every step, also in
            the first.""",
            (_SUM, f"np.where((h_prev == 0).all(axis=1, keepdims=True), np.tanh(x_t @ Wxh), {_SUM})"),
        ),
        mistake(
            "bias_outside",
            """Your bias is added after tanh. It belongs inside the activation, or the state leaves the range
            from -1 to 1 and the next step gets what no tanh could have given.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh + h_prev @ Whh) + bh"),
        ),
        mistake(
            "tanh_of_parts",
            """You apply tanh to each of the three terms and add the results. tanh(a) + tanh(b) is not tanh(a + b):
            add first, then tanh once.""",
            (
                "np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
                "np.tanh(x_t @ Wxh) + np.tanh(h_prev @ Whh) + np.tanh(bh)",
            ),
        ),
        mistake(
            "tanh_of_two_parts",
            """You apply tanh to the input term and the state term separately and add the results. Each loses its
            size by itself: add first, then one tanh around the whole sum.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh + bh) + np.tanh(h_prev @ Whh)"),
        ),
        mistake(
            "tanh_of_input_only",
            """Only the input term goes through tanh; the term of the old state is added outside. Both
            belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh + bh) + h_prev @ Whh"),
        ),
        mistake(
            "tanh_of_parts_without_bias",
            """You apply tanh to the two products separately, and to the bias not at all. Add all three first, then one
            tanh around the whole sum.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh) + np.tanh(h_prev @ Whh) + bh"),
        ),
        mistake(
            "tanh_of_input_term",
            """Only the product x_t Wxh goes through tanh; the two other terms are added outside. All three
            belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(x_t @ Wxh) + h_prev @ Whh + bh"),
        ),
        mistake(
            "tanh_of_state_term",
            """Only the product h_prev Whh goes through tanh; the two other terms are added outside. All
            three belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "x_t @ Wxh + np.tanh(h_prev @ Whh) + bh"),
        ),
        mistake(
            "tanh_of_state_only",
            """Only the term of the old state and the bias go through tanh; the input term is added outside.
            All three belong inside the same activation.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "x_t @ Wxh + np.tanh(h_prev @ Whh + bh)"),
        ),
        mistake(
            "no_activation",
            """There is no activation: your state is the plain sum. Without tanh the network is a linear filter
            and can grow without bound.""",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "x_t @ Wxh + h_prev @ Whh + bh"),
        ),
        mistake(
            "state_ignored",
            "The old state is not used, so the cell has no memory: it is a plain layer. One term is missing.",
            (" + h_prev @ Whh", ""),
        ),
        mistake(
            "input_ignored",
            "The input is not used: your new state depends on the old one only. One term is missing.",
            ("x_t @ Wxh + ", ""),
        ),
        mistake("no_bias", "There is no bias in your state: bh is not used.", ("@ Whh + bh", "@ Whh")),
        mistake(
            "bias_subtracted",
            "The bias has the wrong sign: it is added, not subtracted.",
            ("@ Whh + bh", "@ Whh - bh"),
        ),
        mistake(
            "bias_twice",
            """The bias is in your sum twice, probably once with each product. There is one bias, added
            once.""",
            ("@ Whh + bh", "@ Whh + bh + bh"),
        ),
        mistake(
            "whh_transposed",
            """Whh is transposed. It is square, so its shape did not warn you. With row vectors the state
            stands on the left and the matrix is used as it is.""",
            ("h_prev @ Whh", "h_prev @ Whh.T"),
        ),
        mistake(
            "wxh_transposed",
            """Wxh is transposed. Its shape is (D, H) already, so that (N, D) times (D, H) is (N, H). It
            only seems to work where D = H.""",
            ("x_t @ Wxh", "x_t @ Wxh.T"),
        ),
        mistake(
            "column_vectors",
            """The matrices stand on the left, as in books with column vectors. Here every row is one
            example, so the data stands on the left.""",
            ("x_t @ Wxh + h_prev @ Whh", "Wxh @ x_t + Whh @ h_prev"),
        ),
        mistake(
            "whh_on_the_left",
            """Whh stands on the left of h_prev. Every row of h_prev is one example, so the data stands on
            the left. Your order only seems to work where N = H.""",
            ("h_prev @ Whh", "Whh @ h_prev"),
        ),
        mistake(
            "wxh_on_the_left",
            """Wxh stands on the left of x_t. Every row of x_t is one example, so the data stands on the
            left.""",
            ("x_t @ Wxh", "Wxh @ x_t"),
        ),
        mistake(
            "weights_swapped",
            "The two matrices are swapped: Wxh belongs to the input, Whh to the old state.",
            ("x_t @ Wxh + h_prev @ Whh", "x_t @ Whh + h_prev @ Wxh"),
        ),
        mistake(
            "own_past_only",
            """Each unit of yours sees its own past only: you use the diagonal of Whh. The other entries carry
            the states of the other units.""",
            ("h_prev @ Whh", "h_prev * np.diag(Whh)"),
        ),
        mistake(
            "returns_a_cache",
            """You return two things: the new state, which is right, and what a backward pass would need. Here
            only the state is asked for: notebook 03 keeps the states itself.""",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                h = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
                return h, (x_t, h_prev, Wxh, Whh, h)
            """,
        ),
        mistake(
            "elementwise",
            "You multiply entry by entry with *. A layer needs the matrix product, which is @.",
            ("x_t @ Wxh + h_prev @ Whh", "x_t * Wxh + h_prev * Whh"),
        ),
        mistake(
            "sigmoid",
            "Your activation is the logistic sigmoid, which gives numbers between 0 and 1. Here it is tanh.",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "1 / (1 + np.exp(-(x_t @ Wxh + h_prev @ Whh + bh)))"),
        ),
        mistake(
            "relu",
            "Your activation is the ReLU: it cuts negative numbers off and has no upper bound. Here it is tanh.",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.maximum(0, x_t @ Wxh + h_prev @ Whh + bh)"),
        ),
        mistake(
            "bent_twice",
            "You apply tanh twice, or to an h_prev that has been through tanh already. Once is enough.",
            ("np.tanh(x_t @ Wxh + h_prev @ Whh + bh)", "np.tanh(np.tanh(x_t @ Wxh + h_prev @ Whh + bh))"),
        ),
        mistake(
            "state_bent_again",
            "You apply tanh to h_prev before its product. It comes out of a tanh already: use it as it is.",
            ("h_prev @ Whh", "np.tanh(h_prev) @ Whh"),
        ),
        mistake(
            "state_added",
            """The old state is added to the new one. That is a skip connection, another network. Here the
            past enters through Whh only.""",
            ("return np.tanh(", "return h_prev + np.tanh("),
        ),
        mistake(
            "state_without_weights",
            "The old state is added as it is, without its weights: Whh is not used.",
            ("h_prev @ Whh", "h_prev"),
        ),
        mistake(
            "input_through_whh",
            """The input goes through both matrices: you multiply (x_t Wxh + h_prev) by Whh. Whh belongs
            to the old state only.""",
            ("x_t @ Wxh + h_prev @ Whh", "(x_t @ Wxh + h_prev) @ Whh"),
        ),
        mistake(
            "one_bias_for_all",
            "You add the sum of all biases to every unit. Broadcasting adds bh[j] to unit j by itself.",
            ("@ Whh + bh", "@ Whh + bh.sum()"),
        ),
        mistake(
            "changes_the_state",
            """Your function writes into h_prev: by h_prev[:] = or by += or the like. The caller still needs the
            old state: in notebook 03 all of them are used again. Leave it, and return a new array.""",
            manner="changes_its_input",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                h_prev[:] = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
                return h_prev
            """,
        ),
    ),
    other_ways=(
        other_way(
            "einsum",
            ("x_t @ Wxh", 'np.einsum("nd,dh->nh", x_t, Wxh)'),
            ("h_prev @ Whh", 'np.einsum("ng,gh->nh", h_prev, Whh)'),
        ),
        other_way(
            "one_product",
            source="""
            def rnn_step(x, h, U, W, b, activation=np.tanh):
                return activation(np.hstack([x, h]) @ np.vstack([U, W]) + b)
            """,
        ),
        other_way(
            "loops",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                out = []
                for x, h in zip(x_t, h_prev):
                    row = []
                    for j in range(len(bh)):
                        a = bh[j] + sum(v * Wxh[i, j] for i, v in enumerate(x))
                        a += sum(v * Whh[i, j] for i, v in enumerate(h))
                        row.append(np.tanh(a))
                    out.append(row)
                return out
            """,
        ),
        other_way(
            "column_vectors_done_right",
            source="""
            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                a = np.dot(Wxh.T, x_t.T) + np.dot(Whh.T, h_prev.T) + bh[:, None]
                return np.tanh(a).T
            """,
        ),
        other_way(
            "in_place_on_a_copy",
            source="""
            def _pre(x, h, Wxh, Whh, bh):
                a = x.dot(Wxh)
                a += h.dot(Whh)
                a += bh
                return a

            def rnn_step(x_t, h_prev, Wxh, Whh, bh):
                a = _pre(x_t, h_prev, Wxh, Whh, bh)
                e = np.exp(-2 * np.abs(a))
                return np.sign(a) * (1 - e) / (1 + e)
            """,
        ),
        other_way(
            "single_precision",
            (
                "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh)",
                "return np.tanh(x_t @ Wxh + h_prev @ Whh + bh).astype(np.float32)",
            ),
        ),
    ),
)


def _rnn_forward(draw: Draw) -> Iterator[Question]:
    N, T, D, H = few(draw, 4)
    T += 2
    yield ask(**recurrent(draw, N, T, D, H))
    N, T, D, H = few(draw, 4)
    yield ask(**recurrent(draw, N, T, D, H))
    yield ask("one", **recurrent(draw, 1, T, D, H))
    yield ask("single", **recurrent(draw, N, 1, D, H))
    yield ask("square", **recurrent(draw, 3, 3, 3, 3))
    yield ask("zeros", **at_rest(draw, 2, 5, 4, 3))
    yield ask("long", **long(draw))
    yield ask("fading", **fading(draw))


def _loop(body: str, before: str = "", after: str = "return h", steps: str = "range(T)") -> str:
    """Return a cell with the loop over time, for mistakes that are easier to read whole."""
    return f"""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                N, T, D = x.shape
                H = Whh.shape[0]
                h = np.zeros((N, T, H))
                h_prev = h0
                {before or "pass"}
                for t in {steps}:
                    {body}
                    h[:, t] = h_prev
                {after}
            """


def _cell(state: str) -> str:
    return _loop(f"h_prev = {state}")


RNN_FORWARD = Exercise(
    id="rnn_forward",
    questions=_rnn_forward,
    core="the states of every step, for a whole batch",
    uses=("rnn_step",),
    allow_views=True,
    tolerance=Tolerance(dtype="float"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("zeros", "a state of zeros, and steps that are all zeros"),
        Group("long", "a sequence of 26 steps"),
        Group("fading", "a state that fades to 1e-13, step by step", by_row=True),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x", "h0"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant(
            "prefix",
            "the numbers, with the first two steps only",
            lambda i: i | {"x": i["x"][:, :2].copy()},
            lambda i, first, j, second: np.allclose(first[:, :2], second),
        ),
        Invariant(
            "padded",
            "the numbers, with a step of zeros at the end",
            lambda i: i | {"x": np.concatenate([i["x"], np.zeros_like(i["x"][:, :1])], axis=1)},
            lambda i, first, j, second: np.allclose(first, second[:, :-1]),
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: np.allclose(second, np.tanh(i["x"] @ i["Wxh"] + i["bh"])),
        ),
    ),
    hints=(
        "What has to survive from one turn of the loop to the next? Give it a variable of its own, and "
        "decide what it is before the first turn.",
        "Make h with shape (N, T, H). Loop t over range(T). Step t reads x[:, t] of shape (N, D), and the "
        "state of the turn before.",
        "Before the loop: h_prev = h0. In the loop: h_prev becomes rnn_step of x[:, t], h_prev and the "
        "parameters; then h[:, t] gets it. After the loop, return h.",
    ),
    mistakes=(
        mistake(
            "starts_over_after_zeros",
            """After a step whose inputs are all zeros you start again from h0. An empty step is a step: the
            state goes on.""",
            source=_cell(
                "np.tanh(x[:, t] @ Wxh + (h0 if t and not x[:, t - 1].any() else h_prev) @ Whh + bh)"
            ),
        ),
        mistake(
            "keeps_the_state_at_zeros",
            """Where an input is all zeros you keep the state as it was. Such a step is a step like others: to
            skip padding is another thing, with a mask.""",
            source=_cell(
                "np.where((x[:, t] == 0).all(axis=1, keepdims=True), h_prev, "
                "np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh))"
            ),
        ),
        mistake(
            "starts_over_after_ten",
            """Your loop runs in chunks of ten steps, and each chunk starts from h0. Hand the last state of
            one chunk to the next.""",
            source=_cell("np.tanh(x[:, t] @ Wxh + (h0 if t % 10 == 0 else h_prev) @ Whh + bh)"),
        ),
        mistake(
            "h0_ignored",
            """Your first step starts from zeros, not from h0. If you read h[:, t - 1], look at t = 0:
            index -1 is the last step, which is still zero at that moment.""",
            ("h_prev = h0", "h_prev = np.zeros_like(h0)"),
        ),
        mistake(
            "state_not_carried",
            """Every step starts from h0 again, so nothing is remembered for longer than one step. The
            state that one step returns must be what the next one gets.""",
            ("rnn_step(x[:, t], h_prev,", "rnn_step(x[:, t], h0,"),
        ),
        mistake(
            "starts_from_zero_each_step",
            """Every step starts from a state of zeros, so the network has no memory at all. Carry the
            state from one step to the next, from h0 on.""",
            ("rnn_step(x[:, t], h_prev,", "rnn_step(x[:, t], np.zeros_like(h0),"),
        ),
        mistake(
            "only_last_state",
            """You return the last state only, of shape (N, H). Here all T states are asked for, of shape
            (N, T, H).""",
            ("return h", "return h_prev"),
        ),
        mistake(
            "returns_two",
            """You return two things, the states and the last one. Only h is asked for: the last state is
            in it, as h[:, -1].""",
            ("return h", "return h, h_prev"),
        ),
        mistake(
            "counts_examples",
            """Your loop makes N turns, one for each example, instead of T, one for each step. x.shape is
            (N, T, D).""",
            ("range(T)", "range(N)"),
        ),
        mistake(
            "h0_included",
            """h0 is in your answer, so it has T + 1 states. The answer starts with the state after the
            first input.""",
            ("return h", "return np.concatenate([h0[:, None], h], axis=1)"),
        ),
        mistake(
            "shifted",
            """Your states are one step late: h[:, t] holds the state before input t was read, and h0
            comes first. Store the state after the step.""",
            source=_loop("h[:, t] = h_prev; h_prev = rnn_step(x[:, t], h_prev, Wxh, Whh, bh); continue"),
        ),
        mistake(
            "starts_at_one",
            """Your loop starts at 1: the first input is never read, and the first state is left at zero.
            The first step has index 0, and its state before is h0.""",
            ("range(T)", "range(1, T)"),
        ),
        mistake(
            "first_state_is_h0",
            """You put h0 in the first place of the answer and start at the second input, so the first
            input is never read. h0 is the state *before* the first input.""",
            source=_loop(
                "h_prev = rnn_step(x[:, t], h_prev, Wxh, Whh, bh)", "h[:, 0] = h0", steps="range(1, T)"
            ),
        ),
        mistake(
            "last_input_dropped",
            "Your loop ends one step early: the last input is never read and the last state is left at zero.",
            ("range(T)", "range(T - 1)"),
        ),
        mistake(
            "one_state_short",
            """There are T - 1 states in your answer: the loop ends one step early, and the last input is
            never read.""",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                h_prev, states = h0, []
                for t in range(x.shape[1] - 1):
                    h_prev = rnn_step(x[:, t], h_prev, Wxh, Whh, bh)
                    states.append(h_prev)
                return np.stack(states, axis=1)
            """,
        ),
        mistake(
            "nothing_stored",
            """Your answer holds nothing but zeros: the states are computed and never written into it. Where
            does the new state go at the end of a turn?""",
            ("h[:, t] = h_prev", "pass"),
        ),
        mistake(
            "integer_array",
            "Your array has an integer dtype: what is written into it loses its decimals.",
            ("np.zeros((N, T, Whh.shape[0]))", "np.zeros((N, T, Whh.shape[0]), dtype=int)"),
        ),
        mistake(
            "example_instead_of_step",
            """x[t] is example t, with all its steps, not step t of all examples. Time is on the second axis
            of x.""",
            ("x[:, t]", "x[t]"),
        ),
        mistake(
            "reshaped",
            """Your list of states has the axes (T, N, H), and a reshape does not swap axes: it reads the
            same numbers in the same order. States of different examples are mixed up.""",
            ("return h", "return np.swapaxes(h, 0, 1).reshape(N, T, -1)"),
        ),
        mistake(
            "time_first",
            """Your answer has the axes of time and batch swapped, (T, N, H). In this course the batch
            comes first: (N, T, H).""",
            ("return h", "return np.swapaxes(h, 0, 1)"),
        ),
        mistake(
            "batch_as_time",
            """Your loop runs over the first axis of x, which is the batch, as if it were time. Steps are
            on the second axis: step t is x[:, t].""",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                h_prev, h = h0, []
                for x_t in x:
                    h_prev = np.tanh(x_t @ Wxh + h_prev @ Whh + bh)
                    h.append(h_prev)
                return np.array(h)
            """,
        ),
        mistake(
            "reads_backwards",
            """You read the sequence from its end to its beginning, so each state knows what comes after
            it. Start with x[:, 0].""",
            ("range(T)", "reversed(range(T))"),
        ),
        mistake(
            "input_reversed",
            "Step t reads the input that is t steps from the end. Read the inputs in their order.",
            ("x[:, t]", "x[:, T - 1 - t]"),
        ),
        mistake(
            "output_reversed",
            "Your states are right but in reverse order: the first place must hold the first state.",
            ("return h", "return h[:, ::-1].copy()"),
        ),
        mistake(
            "same_input_each_step",
            "Every step reads the first input again. Which index of x should change from turn to turn?",
            ("x[:, t]", "x[:, 0]"),
        ),
        mistake(
            "all_states_are_the_last",
            """All T states of your answer are the last one. Probably the same array is written at every
            step and stored each time: store a copy, or write into h[:, t].""",
            ("return h", "return np.repeat(h[:, -1:], T, axis=1)"),
        ),
        mistake(
            "states_summed",
            """Your states are running sums: each new one is added to those before. The old state enters
            through Whh, inside the cell, and not again outside.""",
            ("h_prev = rnn_step(", "h_prev = h_prev + rnn_step("),
        ),
        mistake(
            "first_example_only",
            "All rows of your batch are those of the first example. Take step t of every example: x[:, t].",
            ("x[:, t]", "x[:1, t]"),
        ),
        mistake(
            "tanh_of_parts",
            """In your loop tanh goes to each of the three terms separately, and then they are added. Add
            first, then tanh once, as your rnn_step should.""",
            source=_cell("np.tanh(x[:, t] @ Wxh) + np.tanh(h_prev @ Whh) + np.tanh(bh)"),
        ),
        mistake(
            "bias_outside",
            "In your loop the bias is added after tanh. It belongs inside the activation.",
            source=_cell("np.tanh(x[:, t] @ Wxh + h_prev @ Whh) + bh"),
        ),
        mistake(
            "no_bias",
            "The bias bh is not used at any step.",
            source=_cell("np.tanh(x[:, t] @ Wxh + h_prev @ Whh)"),
        ),
        mistake(
            "no_activation",
            """There is no tanh between the steps: your network is a linear filter, and its states can
            grow without bound.""",
            source=_cell("x[:, t] @ Wxh + h_prev @ Whh + bh"),
        ),
        mistake(
            "bend_only_on_output",
            """You store tanh of the sum but carry the sum itself to the next step. What is carried is the
            state, after the activation.""",
            source=_loop("h_prev = x[:, t] @ Wxh + h_prev @ Whh + bh", after="return np.tanh(h)"),
        ),
        mistake(
            "carries_the_sum",
            """The answer is the sum before the activation; the activation is applied only to what is carried. The
            state is what comes out of tanh, both in the answer and for the next step.""",
            source=_loop("h_prev = x[:, t] @ Wxh + np.tanh(h_prev) @ Whh + bh"),
        ),
        mistake(
            "whh_transposed",
            "Whh is transposed in your loop. It is square, so its shape did not warn you.",
            source=_cell("np.tanh(x[:, t] @ Wxh + h_prev @ Whh.T + bh)"),
        ),
        mistake(
            "sigmoid",
            "Your activation is the logistic sigmoid, between 0 and 1. Here it is tanh.",
            source=_cell("1 / (1 + np.exp(-(x[:, t] @ Wxh + h_prev @ Whh + bh)))"),
        ),
        mistake(
            "bias_of_the_step",
            """You use bh[t]: one number of the bias for each step. The bias has one number for each
            *unit*, and all of it is used at every step.""",
            source=_cell("np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh[t])"),
        ),
        mistake(
            "bias_grows",
            """The bias adds up: at step t it is in your sum t times. It is the same at every step. Do you
            write into a variable that lives on?""",
            source=_cell("np.tanh(x[:, t] @ Wxh + h_prev @ Whh + (t + 1) * bh)"),
        ),
        mistake(
            "bias_at_first_step_only",
            "The bias is used at the first step only. It is shared: every step adds the same bh.",
            source=_cell("np.tanh(x[:, t] @ Wxh + h_prev @ Whh + (t == 0) * bh)"),
        ),
        mistake(
            "overwrites_h0",
            """Your loop writes the states into h0 itself, because h_prev = h0 makes no copy. Let rnn_step
            return a new array each time.""",
            manner="changes_its_input",
            source=_loop("h_prev[:] = rnn_step(x[:, t], h_prev, Wxh, Whh, bh)"),
        ),
    ),
    other_ways=(
        other_way(
            "list_and_stack",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                states = [h0]
                for t in range(x.shape[1]):
                    states.append(rnn_step(x[:, t, :], states[-1], Wxh, Whh, bh))
                return np.stack(states[1:], axis=1)
            """,
        ),
        other_way(
            "inputs_projected_at_once",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                a = x @ Wxh + bh
                h = np.empty_like(a)
                for t in range(a.shape[1]):
                    h[:, t] = np.tanh(a[:, t] + (h[:, t - 1] if t > 0 else h0) @ Whh)
                return h
            """,
        ),
        other_way(
            "time_first_inside",
            source="""
            def rnn_forward(inputs, state, U, W, b, cell=None):
                cell = cell or rnn_step
                out = []
                for x_t in np.swapaxes(inputs, 0, 1):
                    state = cell(x_t, state, U, W, b)
                    out.append(state)
                return np.transpose(out, (1, 0, 2))
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                batch = []
                for sequence, h in zip(x, h0):
                    states = []
                    for x_t in sequence:
                        h = np.tanh(x_t.dot(Wxh) + h.dot(Whh) + bh)
                        states.append(h)
                    batch.append(states)
                return batch
            """,
        ),
        other_way(
            "h0_in_a_longer_array",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                N, T, D = x.shape
                h = np.zeros((N, T + 1, h0.shape[1]))
                h[:, 0] = h0
                for t in range(1, T + 1):
                    h[:, t] = np.tanh(np.einsum("nd,dh->nh", x[:, t - 1], Wxh) + h[:, t - 1] @ Whh + bh)
                return h[:, 1:]
            """,
        ),
        other_way(
            "recursion",
            source="""
            def rnn_forward(x, h0, Wxh, Whh, bh):
                if x.shape[1] == 0:
                    return np.zeros((x.shape[0], 0, h0.shape[1]))
                h1 = rnn_step(x[:, 0], h0, Wxh, Whh, bh)
                return np.concatenate([h1[:, None], rnn_forward(x[:, 1:], h1, Wxh, Whh, bh)], axis=1)
            """,
        ),
    ),
)
