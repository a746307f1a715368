"""Notebook 07: the mask inside the recurrence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.exercises.bidirectional.draws import real_steps, some_lengths
from autograder.exercises.forward.draws import few, recurrent, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, mask: Value = None) -> dict[str, Value]:
    drawn = recurrent(draw, N, T, D, H)
    if mask is None:
        mask = real_steps(some_lengths(draw, N, T), T)
    return {"x": drawn.pop("x"), "mask": np.array(mask, dtype=float), **drawn}


def _questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**_inputs(draw, N, 6, D, H))
    yield ask(**_inputs(draw, 3, 5, 4, 2))
    holes = [[0, 1, 1, 0, 0, 1], [1, 0, 1, 1, 0, 1], [0, 0, 0, 1, 1, 0]]
    yield ask("holes", **_inputs(draw, 3, 6, 2, 4, holes))
    yield ask("none", **_inputs(draw, 3, 4, 2, 5, [[0, 0, 0, 0], [1, 1, 1, 0], [1, 0, 0, 0]]))
    yield ask("all", **_inputs(draw, 2, 4, 3, 5, np.ones((2, 4))))
    yield ask("one", **_inputs(draw, 1, 5, 2, 3))
    yield ask("single", **_inputs(draw, 3, 1, 2, 4, [[1], [0], [1]]))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))


def _appended(i: dict[str, Value]) -> dict[str, Value]:
    more = np.full((len(i["x"]), 2, i["x"].shape[2]), 0.7)
    x = np.concatenate([i["x"], more], axis=1)
    return i | {"x": x, "mask": np.concatenate([i["mask"], np.zeros((len(x), 2))], axis=1)}


def _unchanged(i: dict[str, Value], first: Value, j: dict[str, Value], second: Value) -> bool:
    same = np.allclose(first, second[:, : first.shape[1]])
    return same and np.allclose(second[:, -1], first[:, -1])


def _loop(
    after: str = "h_prev = np.where(m > 0, new, h_prev)",
    a: str = "x[:, t] @ Wxh + h_prev @ Whh + bh",
    keep: str = "h_prev",
    before: str = "h_prev = h0",
    m: str = "mask[:, t, None]",
    end: str = "return np.stack(states, axis=1)",
) -> str:
    """Return a cell with the loop written out, one part of it changed."""
    return f"""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                N, T, D = x.shape
                states = []
                {before}
                for t in range(T):
                    m = {m}
                    new = np.tanh({a})
                    {after}
                    states.append({keep})
                {end}
            """


MASKED_RNN_FORWARD = Exercise(
    id="masked_rnn_forward",
    questions=_questions,
    core="the states of a batch that is padded at the end",
    allow_views=True,
    groups=(
        Group("holes", "masks with zeros at the front and in the middle"),
        Group("none", "a row without any real step"),
        Group("all", "no padding at all"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: reversed_batch(i, "x", "mask", "h0"),
            lambda i, first, j, second: np.allclose(first[::-1], second),
        ),
        Invariant("appended", "the numbers, with two more steps of padding", _appended, _unchanged),
        Invariant(
            "padding_ignored",
            "the numbers, with other inputs at the padded steps",
            lambda i: i | {"x": np.where(i["mask"][:, :, None] > 0, i["x"], 1.5 - i["x"])},
            lambda i, first, j, second: np.allclose(first, second),
        ),
    ),
    hints=(
        "Compute the new state of every example as if all were real. Then decide for each example whether it "
        "takes the new state or keeps the old one. What is the shape of that decision at step t?",
        "mask[:, t] has shape (N,), the states have (N, H). mask[:, t, None] has shape (N, 1) and broadcasts. "
        "np.where(condition, a, b) takes a where the condition holds and b elsewhere.",
        "In the loop: new = the usual tanh; h_prev = np.where(the mask of this step is 1, new, h_prev); append "
        "h_prev, also where it was kept. At the end stack along axis 1.",
    ),
    mistakes=(
        mistake(
            "mask_ignored",
            """The mask is not used: padded steps change the state like real ones. The state goes on
            moving after the sequence is over.""",
            source=_loop("h_prev = new"),
        ),
        mistake(
            "zeroed",
            """At a padded step your state becomes 0. The mask should *keep* the old state: with zeros, the last
            column has forgotten every short sequence.""",
            source=_loop("h_prev = m * new"),
        ),
        mistake(
            "zeroed_in_the_answer",
            """Your loop keeps the state, but what you return is 0 at padded steps. There the state before is
            asked for.""",
            source=_loop(keep="m * h_prev"),
        ),
        mistake(
            "inputs_zeroed",
            """You set the padded inputs to 0 and take the step. A step with input 0 is still a step: Whh and bh
            move the state.""",
            source=_loop("h_prev = new", "(m * x[:, t]) @ Wxh + h_prev @ Whh + bh"),
        ),
        mistake(
            "no_input_no_bias",
            """At a padded step you leave out the input and the bias, but h_prev still goes through Whh and
            tanh. A frozen state goes through nothing.""",
            source=_loop("h_prev = new", "m * (x[:, t] @ Wxh + bh) + h_prev @ Whh"),
        ),
        mistake(
            "mixed_inside_tanh",
            """You mix the new sum and the old state *before* tanh. So a kept state is bent once more at each
            padded step, and shrinks. Mix after the bend.""",
            source=_loop("h_prev = new", "m * (x[:, t] @ Wxh + h_prev @ Whh + bh) + (1 - m) * h_prev"),
        ),
        mistake(
            "bent_twice",
            """You mix candidate and old state, and bend the result with tanh once more. The candidate has gone
            through tanh already, and a kept state goes through nothing.""",
            source=_loop("h_prev = np.tanh(m * new + (1 - m) * h_prev)"),
        ),
        mistake(
            "no_memory",
            """At real steps your state does not depend on the state before: the term with Whh is missing.""",
            source=_loop("h_prev = m * new + (1 - m) * h_prev", "x[:, t] @ Wxh + bh"),
        ),
        mistake(
            "zeroed_after_the_loop",
            """You run the loop without the mask and multiply the states by it at the end. A padded step then
            has the state 0, where the last real state is asked for, and a step that comes after it has read the
            padding.""",
            source=_loop("h_prev = new", end="return np.stack(states, axis=1) * mask[:, :, None]"),
        ),
        mistake(
            "filled_afterwards",
            """You run the loop without the mask, count the real steps of each row, and copy the state of the
            last of them behind it. That works if zeros stand at the end only. A mask can have zeros anywhere:
            freeze inside the loop.""",
            source=_loop(
                "h_prev = new",
                end="""h = np.stack(states, axis=1)
                for n in range(N):
                    last = int(mask[n].sum())
                    h[n, last:] = h[n, last - 1]
                return h""",
            ),
        ),
        mistake(
            "stops_and_leaves_zeros",
            """You leave the loop of an example at its first 0 in the mask, and what follows in your answer
            stays 0. The state before is asked for there, and a real step may still come.""",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                h = np.zeros((len(x), x.shape[1], len(bh)))
                for n in range(len(x)):
                    state = h0[n]
                    for t in range(x.shape[1]):
                        if mask[n, t] == 0:
                            break
                        state = np.tanh(x[n, t] @ Wxh + state @ Whh + bh)
                        h[n, t] = state
                return h
            """,
        ),
        mistake(
            "inverted",
            """Your mask is the wrong way round: real steps keep the old state, padded ones take the new one. 1
            means real.""",
            source=_loop("h_prev = np.where(m > 0, h_prev, new)"),
        ),
        mistake(
            "back_to_h0",
            """At a padded step your state goes back to h0. It should stay what it was after the last real
            step.""",
            source=_loop("h_prev = np.where(m > 0, new, h0)"),
        ),
        mistake(
            "added_not_chosen",
            """At a real step you add the new state to the old one. The mask chooses between the two: where the
            new one counts, the old one must not.""",
            source=_loop("h_prev = m * new + h_prev"),
        ),
        mistake(
            "averaged",
            """You take the mean of old and new state. Each example has one of the two, as its mask says.""",
            source=_loop("h_prev = np.where(m > 0, (new + h_prev) / 2, h_prev)"),
        ),
        mistake(
            "answer_frozen_loop_not",
            """What you return is frozen, but your loop carries the new state on. With padding at the end nobody
            notices; a real step that comes after a masked one starts from a wrong state.""",
            source=_loop(
                "h_prev, frozen = new, np.where(m > 0, new, frozen)",
                before="h_prev = frozen = h0",
                keep="frozen",
            ),
        ),
        mistake(
            "length_from_the_mask",
            """You count the ones of each row and take so many steps from the front. A mask can have zeros
            anywhere: look at the entry of the step itself.""",
            source=_loop(m="(t < mask.sum(axis=1))[:, None]"),
        ),
        mistake(
            "stops_at_the_first_zero",
            """Once an example has met a 0 in its mask, yours stays frozen for good. A real step may come after a
            masked one.""",
            source=_loop(m="mask[:, : t + 1].min(axis=1)[:, None]"),
        ),
        mistake(
            "whole_batch_frozen",
            """You freeze the whole batch as soon as one example is padded. Each example has a row of its own in
            the mask.""",
            source=_loop(m="mask[:, t].min()"),
        ),
        mistake(
            "first_row_for_all",
            """You look at the mask of the first example only, and treat all examples like it. Each has its own row:
            take column t of the mask.""",
            source=_loop(m="mask[0, t]"),
        ),
        mistake(
            "truth_of_a_column",
            """Your `if` asks a whole column of the mask whether it is true. The examples differ, so no single answer
            fits: choose for each example, with np.where or by multiplying.""",
            source=_loop("h_prev = new if mask[:, t] else h_prev"),
        ),
        mistake(
            "candidates_returned",
            """Your loop freezes the state, but what you append is the candidate, the state that the step would have
            made. Append the state that you go on with.""",
            source=_loop(keep="new"),
        ),
        mistake(
            "whole_batch_runs",
            """You freeze a step only if it is padded in *all* examples. Each example has a row of its own in
            the mask.""",
            source=_loop(m="mask[:, t].max()"),
        ),
        mistake(
            "mask_one_step_late",
            """You look at the mask of the step before. Whether step t counts is said by mask[:, t].""",
            source=_loop(m="mask[:, t - 1, None]"),
        ),
        mistake(
            "mask_time_first",
            """You take a row of the mask, which belongs to an example. The axes are (N, T): step t is a
            column.""",
            source=_loop(m="mask[t, :, None]"),
        ),
        mistake(
            "mask_without_axis",
            """Your mask of a step has shape (N,) and meets states of shape (N, H): NumPy lines up shapes from
            the right, so it fails, or, where N = H, masks units in place of examples.""",
            source=_loop(m="mask[:, t]"),
        ),
        mistake(
            "h0_ignored",
            "You start from zeros instead of h0.",
            source=_loop(before="h_prev = np.zeros_like(h0)"),
        ),
        mistake(
            "frozen_start_lost",
            """Your states begin as an array of zeros, and a masked step at the very beginning keeps that zero.
            Before the first real step the state is h0.""",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                h = np.zeros((len(x), x.shape[1], len(bh)))
                for t in range(x.shape[1]):
                    old = h[:, t - 1] if t else h0
                    new = np.tanh(x[:, t] @ Wxh + old @ Whh + bh)
                    h[:, t] = np.where(mask[:, t, None] > 0, new, h[:, t - 1])
                return h
            """,
        ),
        mistake(
            "last_state_only",
            """You return the state after the last step only. All states are asked for, (N, T, H).""",
            ("np.stack(states, axis=1)", "h_prev"),
        ),
        mistake(
            "time_first",
            "Your axes are (T, N, H). The batch comes first: (N, T, H).",
            ("axis=1", "axis=0"),
        ),
        mistake(
            "h0_included",
            "h0 is in your answer: it has T + 1 states. The first is the state after step 0.",
            ("states = h0, []", "states = h0, [h0]"),
        ),
        mistake(
            "no_bend",
            "There is no tanh: the state is the sum itself. That is a linear filter.",
            ("np.tanh(", "("),
        ),
        mistake(
            "whh_transposed",
            "Whh is transposed. It is square, so its shape did not warn you.",
            ("@ Whh", "@ Whh.T"),
        ),
        mistake("no_bias", "The bias is missing.", (" @ Whh + bh", " @ Whh")),
        mistake(
            "masked_after_the_loop",
            """You run the loop without the mask and overwrite padded steps afterwards with the step before. That
            step may be padded itself, and has moved on: freeze inside the loop.""",
            source=_loop(
                "h_prev = new",
                end="""h = np.stack(states, axis=1)
                before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
                return np.where(mask[:, :, None] > 0, h, before)""",
            ),
        ),
        mistake(
            "overwrites_h0",
            """Your function writes the new states into h0, the array it was given: h_prev = h0 makes a second
            name, not a copy.""",
            manner="changes_its_input",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                h_prev, states = h0, []
                for t in range(x.shape[1]):
                    real = mask[:, t] > 0
                    h_prev[real] = np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh)[real]
                    states.append(h_prev.copy())
                return np.stack(states, axis=1)
            """,
        ),
        mistake(
            "one_array_many_names",
            """All steps of your answer are the same. You write new states into one array and append that array:
            the list then holds one array T times. Append a copy.""",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                h_prev, states = h0.copy(), []
                for t in range(x.shape[1]):
                    real = mask[:, t] > 0
                    h_prev[real] = np.tanh(x[:, t] @ Wxh + h_prev @ Whh + bh)[real]
                    states.append(h_prev)
                return np.stack(states, axis=1)
            """,
        ),
    ),
    other_ways=(
        other_way("products", source=_loop("h_prev = m * new + (1 - m) * h_prev")),
        other_way("step_by_step", source=_loop("h_prev = h_prev + m * (new - h_prev)")),
        other_way(
            "one_example_at_a_time",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                batch = []
                for rows, real, h in zip(x, mask, h0):
                    states = []
                    for row, counts in zip(rows, real):
                        if counts:
                            h = np.tanh(row @ Wxh + h @ Whh + bh)
                        states.append(h)
                    batch.append(states)
                return batch
            """,
        ),
        other_way(
            "only_the_real_rows",
            source="""
            def masked_rnn_forward(inputs, real, start, U, W, b, verbose=False):
                h = np.zeros(inputs.shape[:2] + (W.shape[0],))
                state = start.copy()
                for t in range(inputs.shape[1]):
                    rows = np.flatnonzero(real[:, t])
                    state[rows] = np.tanh(inputs[rows, t] @ U + state[rows] @ W + b)
                    h[:, t] = state
                return h
            """,
        ),
        other_way(
            "einsum_first",
            source="""
            def masked_rnn_forward(x, mask, h0, Wxh, Whh, bh):
                drive = np.einsum("ntd,dh->tnh", x, Wxh) + bh
                h = [h0]
                for a, m in zip(drive, mask.T.astype(bool)):
                    h.append(np.where(m[:, np.newaxis], np.tanh(a + np.dot(h[-1], Whh)), h[-1]))
                return np.array(h[1:]).transpose(1, 0, 2)
            """,
        ),
        other_way("single_precision", ("axis=1)", "axis=1).astype(np.float32)")),
    ),
)
