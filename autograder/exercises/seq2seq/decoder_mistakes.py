"""Known wrong ways of ``decoder_backward``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.course.long_runs import last_steps, truncations
from autograder.exercises.seq2seq.told import (
    BIAS_MEAN,
    BIAS_WITHOUT_SLOPE,
    CLIPPED,
    CONTEXT_AT_EVERY_STEP,
    NO_PARENTHESES,
    ROWS_OVERWRITTEN,
    SLOPE_LEFT_OUT,
    SLOPE_OF_THE_SLOPE,
    SLOPE_OF_THE_STATE_BEFORE,
    SLOPE_SKIPPED_ON_THE_WAY,
    WHH_NOT_TRANSPOSED,
)
from autograder.exercises.told import DWHH_TRANSPOSED, MEAN_OVER_TIME, NEW_STATE_IN_DWHH, SMALL_IS_ZERO

RETURN = "return dh_next, grads"


_DH = 'dh = dlogits[:, t] @ dec["Why"].T + dh_next  # (N, H)'


_DA = "da = dh * (1 - h[:, t] ** 2)  # (N, H)"


_NEXT = 'dh_next = da @ dec["Whh"].T  # (N, H)'


_PREV = "h_prev = h[:, t - 1] if t > 0 else context  # (N, H)"


_WHY = 'grads["Why"] += h[:, t].T @ dlogits[:, t]  # (H, N) @ (N, V)'


_BY = 'grads["by"] += dlogits[:, t].sum(axis=0)'


WXH = 'np.add.at(grads["Wxh"], inputs[:, t], da)  # da[n] to the row of its token'


_WHH = 'grads["Whh"] += h_prev.T @ da  # (H, N) @ (N, H)'


_BH = 'grads["bh"] += da.sum(axis=0)'


def _truncated(gone: str) -> tuple[tuple[str, str], ...]:
    return ((_NEXT, f'dh_next = da @ dec["Whh"].T * (not ({gone}))'),)


def _last(k: int) -> tuple[tuple[str, str], ...]:
    return (("for t in reversed(range(T)):", f"for t in reversed(range(max(0, T - {k}), T)):"),)


MISTAKES = (
    mistake(
        "repeated_tokens_lost",
        """Where a token stands twice in a step, only one of its terms arrives: `grads[rows] += da`
            reads the rows, adds, and writes back, so the last one wins. All of them count.""",
        (WXH, 'grads["Wxh"][inputs[:, t]] += da'),
    ),
    mistake(
        "rows_overwritten",
        ROWS_OVERWRITTEN,
        (WXH, 'grads["Wxh"][inputs[:, t]] = da'),
    ),
    mistake(
        "row_before",
        "Your terms go to the rows of other tokens: id 0 is the first row of Wxh.",
        (WXH, 'np.add.at(grads["Wxh"], inputs[:, t] - 1, da)'),
    ),
    mistake(
        "token_of_the_step_before",
        "At step t you add to the rows of the tokens of step t - 1. It was inputs[:, t] that was read.",
        (WXH, 'np.add.at(grads["Wxh"], inputs[:, t - 1], da)'),
    ),
    mistake(
        "every_row_gets_it",
        """Each row of your dWxh has the same sum. Only the row of the token that was read was used in a
            step; the others were multiplied by 0.""",
        (WXH, 'grads["Wxh"] += da.sum(axis=0)'),
    ),
    mistake(
        "wxh_left_out",
        "Your dWxh is 0. Each step adds its da to the rows of its tokens.",
        (WXH, "pass"),
    ),
    mistake(
        "rows_without_slope",
        "Your dWxh collects dh, without the slope of tanh. The rows stand inside the activation.",
        (WXH, 'np.add.at(grads["Wxh"], inputs[:, t], dh)'),
    ),
    mistake(
        "context_gets_nothing",
        """Your dcontext is 0. Then the encoder never learns anything: this is the only way in which the
            loss reaches it.""",
        (RETURN, "return np.zeros_like(context), grads"),
    ),
    mistake(
        "first_step_only",
        """Your dcontext holds the loss of the first step only. The context lives on in all later
            states, and all later losses come back to it.""",
        (RETURN, 'return (dlogits[:, 0] @ dec["Why"].T * (1 - h[:, 0] ** 2)) @ dec["Whh"].T, grads'),
    ),
    mistake(
        "dcontext_is_dh_of_the_first",
        """Your dcontext is the gradient of the *first state*. One more step back leads to the context:
            through the activation, and through Whh.""",
        (RETURN, "return dh, grads"),
    ),
    mistake(
        "dcontext_before_whh",
        """Your dcontext is the da of the first step. From there one more product, with Whh transposed,
            leads to the context.""",
        (RETURN, "return da, grads"),
    ),
    mistake(
        "dcontext_summed_over_steps",
        """Your dcontext adds up what each step sends to the state before it. Only the first step reads
            the context itself; the rest has reached it through the loop.""",
        (_NEXT, 'dh_next = da @ dec["Whh"].T; total = (total if t < T - 1 else 0) + dh_next'),
        (RETURN, "return total, grads"),
    ),
    mistake(
        "dcontext_summed_over_batch",
        "Your dcontext is summed over the batch. Each example has a context of its own.",
        (RETURN, "return dh_next.sum(axis=0), grads"),
    ),
    mistake(
        "no_gradient_through_time",
        "Each step gets the gradient of its own loss only: nothing flows from a step to the one before.",
        (_DH, 'dh = dlogits[:, t] @ dec["Why"].T'),
    ),
    mistake(
        "last_loss_only",
        "Only the loss of the last step goes back through your cell. Every step has its own dlogits.",
        (_DH, 'dh = dlogits[:, t] @ dec["Why"].T * (t == T - 1) + dh_next'),
    ),
    mistake(
        "own_loss_carried_too",
        """You carry what the output sent to h_t on to the step before, besides da Whh^T. It has gone
            through the activation with da.""",
        (_NEXT, 'dh_next = da @ dec["Whh"].T + dlogits[:, t] @ dec["Why"].T'),
    ),
    mistake(
        "whh_not_transposed",
        WHH_NOT_TRANSPOSED,
        (_NEXT, 'dh_next = da @ dec["Whh"]'),
    ),
    mistake(
        "slope_left_out",
        SLOPE_LEFT_OUT,
        (_DA, "da = dh"),
    ),
    mistake(
        "slope_of_the_slope",
        SLOPE_OF_THE_SLOPE,
        (_DA, "da = dh * (1 - np.tanh(h[:, t]) ** 2)"),
    ),
    mistake(
        "slope_of_the_state_before",
        SLOPE_OF_THE_STATE_BEFORE,
        (_DA, "da = dh * (1 - h_prev ** 2)"),
    ),
    mistake(
        "no_parentheses",
        NO_PARENTHESES,
        (_DA, "da = dh * 1 - h[:, t] ** 2"),
    ),
    mistake(
        "context_left_out",
        """Your dWhh lacks the term of the first step, as if the context were 0. It went through Whh
            like every other state.""",
        (_PREV, "h_prev = h[:, t - 1] if t > 0 else 0 * context"),
    ),
    mistake(
        "wraps_to_the_last_state",
        """At t = 0 your h_prev is h[:, -1], the *last* state. The state before the first step is the
            context.""",
        (_PREV, "h_prev = h[:, t - 1]"),
    ),
    mistake(
        "context_at_every_step",
        CONTEXT_AT_EVERY_STEP,
        (_PREV, "h_prev = context"),
    ),
    mistake(
        "new_state_in_dwhh",
        NEW_STATE_IN_DWHH,
        (_WHH, 'grads["Whh"] += h[:, t].T @ da'),
    ),
    mistake(
        "dwhh_transposed",
        DWHH_TRANSPOSED,
        (_WHH, 'grads["Whh"] += da.T @ h_prev'),
    ),
    mistake(
        "state_before_in_dwhy",
        """Your dWhy pairs the gradient of the logits with the state before the step. The logits read
            the new one.""",
        (_WHY, 'grads["Why"] += h_prev.T @ dlogits[:, t]'),
    ),
    mistake(
        "weights_of_the_first_step_only",
        "Your parameter gradients hold the first step only: = replaces, the terms of the steps add up.",
        (_WHY, 'grads["Why"] = h[:, t].T @ dlogits[:, t]'),
        (_BY, 'grads["by"] = dlogits[:, t].sum(axis=0)'),
        (_WHH, 'grads["Whh"] = h_prev.T @ da'),
        (_BH, 'grads["bh"] = da.sum(axis=0)'),
        (WXH, 'grads["Wxh"] = np.eye(len(dec["Wxh"]))[inputs[:, t]].T @ da'),
    ),
    mistake(
        "output_layer_of_the_first_step_only",
        """The gradients of the cell are right. Those of Why and by hold one step only: the terms of the
            steps add up.""",
        (_WHY, 'grads["Why"] = h[:, t].T @ dlogits[:, t]'),
        (_BY, 'grads["by"] = dlogits[:, t].sum(axis=0)'),
    ),
    mistake(
        "mean_over_batch",
        """You divide the gradients of the parameters by N. The division is in dlogits already: here
            everything is summed.""",
        (RETURN, "return dh_next, {name: g / N for name, g in grads.items()}"),
    ),
    mistake(
        "everything_mean_over_batch",
        "You divide everything by N. The division is in dlogits already: here everything is summed.",
        (RETURN, "return dh_next / N, {name: g / N for name, g in grads.items()}"),
    ),
    mistake(
        "mean_over_time",
        MEAN_OVER_TIME,
        (RETURN, "return dh_next, {name: g / T for name, g in grads.items()}"),
    ),
    mistake(
        "bias_mean",
        BIAS_MEAN,
        (_BH, 'grads["bh"] += da.mean(axis=0)'),
    ),
    mistake(
        "bias_without_slope",
        BIAS_WITHOUT_SLOPE,
        (_BH, 'grads["bh"] += dh.sum(axis=0)'),
    ),
    mistake(
        "output_bias_left_out",
        "Your dby is 0. by is added to the logits of every step.",
        (_BY, "pass"),
    ),
    mistake(
        "forward_in_time",
        "Your loop runs forwards. A state needs what comes from the next step, so start at the last one.",
        ("reversed(range(T))", "range(T)"),
    ),
    mistake(
        "stops_before_the_first",
        """Your loop ends before the first step, t = 0: it has a term too, and the context stands before
            it.""",
        ("reversed(range(T))", "range(T - 1, 0, -1)"),
    ),
    mistake(
        "clipped",
        CLIPPED,
        (RETURN, "return np.clip(dh_next, -5, 5), {k: np.clip(g, -5, 5) for k, g in grads.items()}"),
    ),
    mistake(
        "negated",
        """All of your gradients have the wrong sign. The minus of gradient descent belongs to the step
            that is taken with them.""",
        (RETURN, "return -dh_next, {name: -g for name, g in grads.items()}"),
    ),
    mistake(
        "grads_only",
        "You return the gradients of the parameters only. The encoder waits for dcontext.",
        (RETURN, "return grads"),
    ),
    mistake(
        "swapped", "Your outputs are exchanged: dcontext comes first.", (RETURN, "return grads, dh_next")
    ),
    mistake(
        "cell_only",
        "Your dict lacks Why and by. It has the keys of dec, all five.",
        (RETURN, 'return dh_next, {name: grads[name] for name in ("Wxh", "Whh", "bh")}'),
    ),
    mistake(
        "names_with_d",
        "The keys of your dict begin with d. They are those of dec, so that a training loop finds them.",
        (RETURN, 'return dh_next, {"d" + name: g for name, g in grads.items()}'),
    ),
    mistake(
        "adds_into_dlogits",
        "Your function adds into dlogits, the array it was given. Make a new array for the sum.",
        (_BH, 'grads["bh"] += da.sum(axis=0); dlogits[:, t] += 1'),
        manner="changes_its_input",
    ),
    mistake(
        "context_bent",
        """You send dcontext through a slope of tanh at the context. The activation that made the context
            belongs to the encoder, and is taken there.""",
        (RETURN, "return dh_next * (1 - context**2), grads"),
    ),
    mistake(
        "last_step_only",
        """Your dcontext is what the *last* step sends to the state before it. It has to go on from
            there, step by step, to the front.""",
        (_NEXT, 'dh_next = da @ dec["Whh"].T; last = dh_next if t == T - 1 else last'),
        (RETURN, "return last, grads"),
    ),
    mistake(
        "future_not_bent",
        """What comes from the later step is added behind the slope. It reaches the same state as the
            gradient of the step's own loss, and both go through the activation.""",
        (_DA, 'da = (dlogits[:, t] @ dec["Why"].T) * (1 - h[:, t] ** 2) + dh_next'),
    ),
    mistake(
        "slope_skipped_on_the_way",
        SLOPE_SKIPPED_ON_THE_WAY,
        (_NEXT, 'dh_next = dh @ dec["Whh"].T'),
    ),
    mistake(
        "slope_twice_on_the_way",
        """What you send to the step before has the slope of that step already, and the loop multiplies
            by it once more.""",
        (_NEXT, 'dh_next = da @ dec["Whh"].T * (1 - h_prev**2)'),
    ),
    mistake(
        "repeated_tokens_lost_everywhere",
        """You add the gradients of all steps to Wxh in one go with +=. For a token that was read more
            than once NumPy keeps one of its terms only: all of them count.""",
        (WXH, "das[:, t] = da"),
        ("dh_next = np.zeros((N, H))", "dh_next, das = np.zeros((N, H)), np.zeros(h.shape)"),
        (RETURN, 'grads["Wxh"][inputs] += das\n    return dh_next, grads'),
    ),
    mistake(
        "token_of_the_next_step",
        """You give da to the token that stands one step later. It belongs to the one that was *read* at
            this step.""",
        (WXH, 'np.add.at(grads["Wxh"], inputs[:, min(t + 1, T - 1)], da)'),
    ),
    mistake(
        "small_is_zero",
        SMALL_IS_ZERO,
        (_NEXT, _NEXT + "\n        dh_next = np.where(np.abs(dh_next) < 1e-9, 0.0, dh_next)"),
    ),
    mistake(
        "clipped_parameters",
        """You clip the gradients of the parameters, and not that of the context. Nothing is clipped here:
            clipping is for the whole, at the end of training's step.""",
        (RETURN, "return dh_next, {name: np.clip(g, -0.1, 0.1) for name, g in grads.items()}"),
    ),
    *truncations(_truncated),
    *last_steps(_last),
)
