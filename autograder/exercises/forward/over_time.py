"""Notebook 02: the cell, step after step."""

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
)
from autograder.exercises.forward.draws import at_rest, fading, few, long, recurrent, reversed_batch
from autograder.exercises.forward.told import WHH_TRANSPOSED
from autograder.exercises.told import INTEGER_ARRAY
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


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
            "starts_over_after_a_zero_row",
            """An example starts again from h0 after a step whose inputs are all zeros. An empty step is a step:
            the state goes on.""",
            source=_loop(
                "h_prev = rnn_step(x[:, t], h_prev if t == 0 else "
                "np.where(x[:, t - 1].any(axis=1, keepdims=True), h_prev, h0), Wxh, Whh, bh)"
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
            INTEGER_ARRAY,
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
            WHH_TRANSPOSED,
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
