"""Known wrong ways of ``masked_rnn_forward``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.told import FORGETS_EVERY_TENTH, H0_IGNORED, NO_BIAS, TIME_FIRST, WHH_TRANSPOSED


def loop(
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


MISTAKES = (
    mistake(
        "mask_ignored",
        """The mask is not used: padded steps change the state like real ones. The state goes on
            moving after the sequence is over.""",
        source=loop("h_prev = new"),
    ),
    mistake(
        "zeroed",
        """At a padded step your state becomes 0. The mask should *keep* the old state: with zeros, the
            last column has forgotten every short sequence.""",
        source=loop("h_prev = m * new"),
    ),
    mistake(
        "zeroed_in_the_answer",
        """Your loop keeps the state, but what you return is 0 at padded steps. There the state before is
            asked for.""",
        source=loop(keep="m * h_prev"),
    ),
    mistake(
        "inputs_zeroed",
        """You set the padded inputs to 0 and take the step. A step with input 0 is still a step: Whh and
            bh move the state.""",
        source=loop("h_prev = new", "(m * x[:, t]) @ Wxh + h_prev @ Whh + bh"),
    ),
    mistake(
        "no_input_no_bias",
        """At a padded step you leave out the input and the bias, but h_prev still goes through Whh and
            tanh. A frozen state goes through nothing.""",
        source=loop("h_prev = new", "m * (x[:, t] @ Wxh + bh) + h_prev @ Whh"),
    ),
    mistake(
        "mixed_inside_tanh",
        """You mix the new sum and the old state *before* tanh. So a kept state goes through tanh once more at each
            padded step, and shrinks. Mix after the activation.""",
        source=loop("h_prev = new", "m * (x[:, t] @ Wxh + h_prev @ Whh + bh) + (1 - m) * h_prev"),
    ),
    mistake(
        "bent_twice",
        """You mix candidate and old state, and apply tanh to the result once more. The candidate has
            gone through tanh already, and a kept state goes through nothing.""",
        source=loop("h_prev = np.tanh(m * new + (1 - m) * h_prev)"),
    ),
    mistake(
        "no_memory",
        """At real steps your state does not depend on the state before: the term with Whh is missing.""",
        source=loop("h_prev = m * new + (1 - m) * h_prev", "x[:, t] @ Wxh + bh"),
    ),
    mistake(
        "zeroed_after_the_loop",
        """You run the loop without the mask and multiply the states by it at the end. A padded step then
            has the state 0, where the last real state is asked for, and a step that comes after it has read
            the padding.""",
        source=loop("h_prev = new", end="return np.stack(states, axis=1) * mask[:, :, None]"),
    ),
    mistake(
        "filled_afterwards",
        """You run the loop without the mask, count the real steps of each row, and copy the state of the
            last of them behind it. That works if zeros stand at the end only. A mask can have zeros anywhere:
            freeze inside the loop.""",
        source=loop(
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
        """Your mask is the wrong way round: real steps keep the old state, padded ones take the new one.
            1 means real.""",
        source=loop("h_prev = np.where(m > 0, h_prev, new)"),
    ),
    mistake(
        "back_to_h0",
        """At a padded step your state goes back to h0. It should stay what it was after the last real
            step.""",
        source=loop("h_prev = np.where(m > 0, new, h0)"),
    ),
    mistake(
        "added_not_chosen",
        """At a real step you add the new state to the old one. The mask chooses between the two: where
            the new one counts, the old one must not.""",
        source=loop("h_prev = m * new + h_prev"),
    ),
    mistake(
        "averaged",
        """You take the mean of old and new state. Each example has one of the two, as its mask says.""",
        source=loop("h_prev = np.where(m > 0, (new + h_prev) / 2, h_prev)"),
    ),
    mistake(
        "answer_frozen_loop_not",
        """What you return is frozen, but your loop carries the new state on. With padding at the end
            nobody notices; a real step that comes after a masked one starts from a wrong state.""",
        source=loop(
            "h_prev, frozen = new, np.where(m > 0, new, frozen)",
            before="h_prev = frozen = h0",
            keep="frozen",
        ),
    ),
    mistake(
        "length_from_the_mask",
        """You count the ones of each row and take so many steps from the front. A mask can have zeros
            anywhere: look at the entry of the step itself.""",
        source=loop(m="(t < mask.sum(axis=1))[:, None]"),
    ),
    mistake(
        "stops_at_the_first_zero",
        """Once an example has met a 0 in its mask, yours stays frozen for good. A real step may come
            after a masked one.""",
        source=loop(m="mask[:, : t + 1].min(axis=1)[:, None]"),
    ),
    mistake(
        "whole_batch_frozen",
        """You freeze the whole batch as soon as one example is padded. Each example has a row of its own
            in the mask.""",
        source=loop(m="mask[:, t].min()"),
    ),
    mistake(
        "first_row_for_all",
        """You look at the mask of the first example only, and treat all examples like it. Each has its
            own row: take column t of the mask.""",
        source=loop(m="mask[0, t]"),
    ),
    mistake(
        "truth_of_a_column",
        """Your `if` asks a whole column of the mask whether it is true. The examples differ, so no single
            answer fits: choose for each example, with np.where or by multiplying.""",
        source=loop("h_prev = new if mask[:, t] else h_prev"),
    ),
    mistake(
        "candidates_returned",
        """Your loop freezes the state, but what you append is the candidate, the state that the step
            would have made. Append the state that you go on with.""",
        source=loop(keep="new"),
    ),
    mistake(
        "whole_batch_runs",
        """You freeze a step only if it is padded in *all* examples. Each example has a row of its own in
            the mask.""",
        source=loop(m="mask[:, t].max()"),
    ),
    mistake(
        "mask_one_step_late",
        """You look at the mask of the step before. Whether step t counts is said by mask[:, t].""",
        source=loop(m="mask[:, t - 1, None]"),
    ),
    mistake(
        "mask_time_first",
        """You take a row of the mask, which belongs to an example. The axes are (N, T): step t is a
            column.""",
        source=loop(m="mask[t, :, None]"),
    ),
    mistake(
        "mask_without_axis",
        """Your mask of a step has shape (N,) and meets states of shape (N, H): NumPy lines up shapes from
            the right, so it fails, or, where N = H, masks units in place of examples.""",
        source=loop(m="mask[:, t]"),
    ),
    mistake(
        "h0_ignored",
        H0_IGNORED,
        source=loop(before="h_prev = np.zeros_like(h0)"),
    ),
    mistake(
        "frozen_start_lost",
        """Your states begin as an array of zeros, and a masked step at the very beginning keeps that
            zero. Before the first real step the state is h0.""",
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
        TIME_FIRST,
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
        WHH_TRANSPOSED,
        ("@ Whh", "@ Whh.T"),
    ),
    mistake("no_bias", NO_BIAS, (" @ Whh + bh", " @ Whh")),
    mistake(
        "masked_after_the_loop",
        """You run the loop without the mask and overwrite padded steps afterwards with the step before.
            That step may be padded itself, and has moved on: freeze inside the loop.""",
        source=loop(
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
        """All steps of your answer are the same. You write new states into one array and append that
            array: the list then holds one array T times. Append a copy.""",
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
    mistake(
        "empty_rows_of_zeros",
        """In a row that is all padding you give zeros. Nothing was read, so the state stays what it was
            before the first step, at every step.""",
        (
            "return np.stack(states, axis=1)",
            "h = np.stack(states, axis=1)\n    h[mask.sum(axis=1) == 0] = 0\n    return h",
        ),
    ),
    mistake(
        "mask_of_the_step_before",
        """You ask the mask of the step before whether this step is real. Each step has an entry of its
            own.""",
        (
            "np.where(mask[:, t, None] > 0, new, h_prev)",
            "np.where(mask[:, max(t - 1, 0), None] > 0, new, h_prev)",
        ),
    ),
    mistake(
        "forgets_every_tenth",
        FORGETS_EVERY_TENTH,
        ("h_prev @ Whh", "(h_prev if t % 10 or t == 0 else 0 * h_prev) @ Whh"),
    ),
)
