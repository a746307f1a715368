"""Known wrong ways of ``encoder_backward``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.course.long_runs import last_steps
from autograder.exercises.seq2seq.told import (
    BIAS_MEAN,
    BIAS_WITHOUT_SLOPE,
    CLIPPED,
    CONTEXT_AT_EVERY_STEP,
    ID_ZERO_IS_PADDING,
    NO_PARENTHESES,
    ROWS_OVERWRITTEN,
    SLOPE_LEFT_OUT,
    SLOPE_OF_THE_SLOPE,
    SLOPE_OF_THE_STATE_BEFORE,
    SLOPE_SKIPPED_ON_THE_WAY,
    WHH_NOT_TRANSPOSED,
)
from autograder.exercises.told import DWHH_TRANSPOSED, NEW_STATE_IN_DWHH, SMALL_IS_ZERO

RETURN = "return grads"


DA = "da = real * dh * (1 - h[:, t] ** 2)  # (N, H), 0 at padding"


NEXT = 'dh = da @ enc["Whh"].T + (1 - real) * dh'


_PREV = "h_prev = h[:, t - 1] if t > 0 else np.zeros((N, H))"


WXH = 'np.add.at(grads["Wxh"], source[:, t], da)'


_WHH = 'grads["Whh"] += h_prev.T @ da  # (H, N) @ (N, H)'


_BH = 'grads["bh"] += da.sum(axis=0)'


_FIRST = "dh = dcontext  # (N, H)"


def _last(k: int) -> tuple[tuple[str, str], ...]:
    return (("for t in reversed(range(T)):", f"for t in reversed(range(max(0, T - {k}), T)):"),)


MISTAKES = (
    mistake(
        "padding_like_words",
        """You go back through padded steps as if they were words: the mask is not used. They did
            nothing to the state, so they get nothing and change nothing.""",
        (DA, "da = dh * (1 - h[:, t] ** 2)"),
        (NEXT, 'dh = da @ enc["Whh"].T'),
    ),
    mistake(
        "lost_in_the_padding",
        """The gradient is lost in the padding: only the sources of full length get any. A padded step
            hands dh on as it is.""",
        (NEXT, 'dh = da @ enc["Whh"].T'),
    ),
    mistake(
        "words_counted_while_padded",
        """The gradient reaches the last word, but padded steps add terms to the parameters as well.
            They read nothing.""",
        (DA, "da = dh * (1 - h[:, t] ** 2)"),
        (NEXT, 'dh = (real * da) @ enc["Whh"].T + (1 - real) * dh'),
    ),
    mistake(
        "mask_only_when_handed_on",
        """Your mask decides whether dh is handed on, but not whether a step sends it through the activation and
            Whh: padded steps do that too, and add terms to the parameters. They read nothing.""",
        (DA, "da = dh * (1 - h[:, t] ** 2)"),
    ),
    mistake(
        "dh0_returned_as_well",
        """You return two things, as in the decoder. Nothing stands before the first state of the encoder,
            so the dict alone is asked for.""",
        (RETURN, "return dh, grads"),
    ),
    mistake(
        "handed_on_twice",
        """You hand dh on at every step, besides what goes through Whh. At a real step the state before
            is used in one place only.""",
        (NEXT, 'dh = da @ enc["Whh"].T + dh'),
    ),
    mistake(
        "mask_turned_round",
        "You take the mask the wrong way round: it is 1 at words.",
        (DA, "da = (1 - real) * dh * (1 - h[:, t] ** 2)"),
        (NEXT, 'dh = da @ enc["Whh"].T + real * dh'),
    ),
    mistake(
        "through_whh_at_padding",
        """At padded steps no parameter gets a term, as it should be, but you send dh through Whh all
            the same. It is handed on unchanged there.""",
        (NEXT, 'dh = (dh * (1 - h[:, t] ** 2)) @ enc["Whh"].T'),
    ),
    *(
        mistake(
            f"starts_at_each_step{name}",
            """You add dcontext at every step. Only the state after the last word is the context: the other
            states have no loss of their own.""",
            (NEXT, f'dh = da @ enc["Whh"].T + (1 - real) * dh + {added}'),
        )
        for name, added in (("", "real * dcontext"), ("_padded_ones_too", "dcontext"))
    ),
    mistake(
        "last_word_only",
        "Only the last word of each source gets a gradient. It goes on from there, to all words before.",
        (NEXT, "dh = (1 - real) * dh"),
    ),
    mistake(
        "every_word_alike",
        "Every word gets dcontext itself. It goes back step by step, and each step changes it.",
        (NEXT, "pass"),
    ),
    mistake(
        "repeated_words_lost",
        """Where a word stands twice in a step, only one of its terms arrives: `grads[rows] += da`
            writes each row once. All of them count.""",
        (WXH, 'grads["Wxh"][source[:, t]] += da'),
    ),
    mistake(
        "rows_overwritten",
        ROWS_OVERWRITTEN,
        (WXH, 'grads["Wxh"][source[:, t]] = da'),
    ),
    mistake(
        "row_before",
        "Your terms go to the rows of other words: id 0 is the first row of Wxh.",
        (WXH, 'np.add.at(grads["Wxh"], source[:, t] - 1, da)'),
    ),
    mistake(
        "every_row_gets_it",
        """Each row of your dWxh has the same sum. Only the row of the word that was read was used in a
            step.""",
        (WXH, 'grads["Wxh"] += da.sum(axis=0)'),
    ),
    mistake("wxh_left_out", "Your dWxh is 0. Each step adds its da to the rows of its words.", (WXH, "pass")),
    mistake(
        "slope_left_out",
        SLOPE_LEFT_OUT,
        (DA, "da = real * dh"),
    ),
    mistake(
        "slope_of_the_slope",
        SLOPE_OF_THE_SLOPE,
        (DA, "da = real * dh * (1 - np.tanh(h[:, t]) ** 2)"),
    ),
    mistake(
        "slope_of_the_state_before",
        SLOPE_OF_THE_STATE_BEFORE,
        (DA, "da = real * dh * (1 - h_prev ** 2)"),
    ),
    mistake(
        "slope_of_the_context",
        "Your slope is that of the last state at every step. Each step has its own.",
        (DA, "da = real * dh * (1 - h[:, -1] ** 2)"),
    ),
    mistake(
        "no_parentheses",
        NO_PARENTHESES,
        (DA, "da = real * (dh * 1 - h[:, t] ** 2)"),
    ),
    mistake(
        "whh_not_transposed",
        WHH_NOT_TRANSPOSED,
        (NEXT, 'dh = da @ enc["Whh"] + (1 - real) * dh'),
    ),
    mistake(
        "wraps_to_the_context",
        "At t = 0 your h_prev is h[:, -1], the *last* state. Before the first step the state was 0.",
        (_PREV, "h_prev = h[:, t - 1]"),
    ),
    mistake(
        "first_state_twice",
        "At t = 0 your h_prev is h[:, 0], the state that this step made. Before it the state was 0.",
        (_PREV, "h_prev = h[:, max(t - 1, 0)]"),
    ),
    mistake(
        "context_at_every_step",
        CONTEXT_AT_EVERY_STEP,
        (_PREV, "h_prev = h[:, -1]"),
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
        "weights_of_the_first_step_only",
        "Your gradients hold the first step only: = replaces, the terms of the steps add up.",
        (_WHH, 'grads["Whh"] = h_prev.T @ da'),
        (_BH, 'grads["bh"] = da.sum(axis=0)'),
        (WXH, 'grads["Wxh"] = np.eye(len(enc["Wxh"]))[source[:, t]].T @ da'),
    ),
    mistake(
        "bias_mean",
        BIAS_MEAN,
        (_BH, 'grads["bh"] += da.mean(axis=0)'),
    ),
    mistake(
        "bias_without_slope",
        BIAS_WITHOUT_SLOPE,
        (_BH, 'grads["bh"] += (real * dh).sum(axis=0)'),
    ),
    mistake(
        "mean_over_batch",
        "You divide the gradients by N. The division is in dcontext already: here everything is summed.",
        (RETURN, "return {name: g / N for name, g in grads.items()}"),
    ),
    mistake(
        "mean_over_words",
        "You divide the gradients by the number of words. The terms add up.",
        (RETURN, "return {name: g / mask.sum() for name, g in grads.items()}"),
    ),
    mistake(
        "forward_in_time",
        "Your loop runs forwards. The gradient comes in at the end, so start there.",
        ("reversed(range(T))", "range(T)"),
    ),
    mistake(
        "stops_before_the_first",
        "Your loop ends before the first step, t = 0. The first word has a term too.",
        ("reversed(range(T))", "range(T - 1, 0, -1)"),
    ),
    mistake(
        "starts_before_the_last",
        "Your loop leaves out the last step, and with it the last word of the longest source.",
        ("reversed(range(T))", "reversed(range(T - 1))"),
    ),
    mistake(
        "clipped",
        CLIPPED,
        (RETURN, "return {name: np.clip(g, -5, 5) for name, g in grads.items()}"),
    ),
    mistake(
        "negated",
        """Your gradients have the wrong sign. The minus of gradient descent belongs to the step that is
            taken with them.""",
        (RETURN, "return {name: -g for name, g in grads.items()}"),
    ),
    mistake(
        "tuple_returned",
        "You return three arrays. A dict with the keys of enc is asked for.",
        (RETURN, 'return grads["Wxh"], grads["Whh"], grads["bh"]'),
    ),
    mistake(
        "names_with_d",
        "The keys of your dict begin with d. They are those of enc, so that a training loop finds them.",
        (RETURN, 'return {"d" + name: g for name, g in grads.items()}'),
    ),
    mistake(
        "one_gradient_for_each_example",
        """Your gradients have an axis for the batch. They are summed over it: all examples share the
            weights.""",
        source="""
            def encoder_backward(dcontext, source, mask, h, enc):
                N, T, H = h.shape
                out = {name: np.zeros((N, *value.shape)) for name, value in enc.items()}
                dh = dcontext
                for t in reversed(range(T)):
                    h_prev = h[:, t - 1] if t > 0 else np.zeros((N, H))
                    real = mask[:, t, None]
                    da = real * dh * (1 - h[:, t] ** 2)
                    out["Wxh"][np.arange(N), source[:, t]] += da
                    out["Whh"] += h_prev[:, :, None] * da[:, None]
                    out["bh"] += da
                    dh = da @ enc["Whh"].T + (1 - real) * dh
                return out
            """,
    ),
    mistake(
        "overwrites_dcontext",
        "Your loop writes into dcontext, the array it was given. Give dh an array of its own.",
        (NEXT, 'dh[:] = da @ enc["Whh"].T + (1 - real) * dh'),
        manner="changes_its_input",
    ),
    mistake(
        "last_column_only",
        """Only the last step of the table gets terms, whether it is a word or padding. The gradient
            starts there, but it belongs to the last *word* of each source, and to all words before.""",
        (DA, "da = (t == T - 1) * dh * (1 - h[:, t] ** 2)"),
    ),
    mistake(
        "bias_collects_everything",
        "Your dbh adds up dh at all steps, without the slope and without the mask. It collects da.",
        (_BH, 'grads["bh"] += dh.sum(axis=0)'),
    ),
    mistake(
        "slope_skipped_on_the_way",
        SLOPE_SKIPPED_ON_THE_WAY,
        (NEXT, 'dh = (real * dh) @ enc["Whh"].T + (1 - real) * dh'),
    ),
    mistake(
        "bent_before_the_loop",
        """You multiply dcontext by the slope before the loop, and the loop multiplies by it again at
            the last word.""",
        (_FIRST, "dh = dcontext * (1 - h[:, -1] ** 2)"),
    ),
    mistake(
        "small_is_zero",
        SMALL_IS_ZERO,
        (NEXT, NEXT + "\n        dh = np.where(np.abs(dh) < 1e-9, 0.0, dh)"),
    ),
    mistake(
        "any_word_in_the_column",
        """A step of yours counts for all examples as soon as it is a word in one of them. The mask has an
            entry for each.""",
        ("real = mask[:, t, None]", "real = float(mask[:, t].any())"),
    ),
    mistake(
        "first_example_decides",
        """A step of yours counts if it is a word in the *first* example. The mask has an entry for
            each.""",
        ("real = mask[:, t, None]", "real = mask[0, t]"),
    ),
    mistake(
        "all_steps_real_rows_mended",
        """You go back through padded steps as if words stood there, and set the rows of their ids to 0
            afterwards. By then the gradient has gone through steps that never happened.""",
        ("real = mask[:, t, None]", "real = np.ones((N, 1))"),
        (RETURN, 'grads["Wxh"][np.unique(source[mask == 0])] = 0\n    return grads'),
    ),
    mistake(
        "arrives_twice",
        """After the padding you add dcontext once more at the last word. It has walked there through the
            padding already.""",
        (
            "real = mask[:, t, None]",
            "last = (mask[:, t] > 0) & (mask[:, min(t + 1, T - 1)] == 0)\n"
            "        dh, real = dh + dcontext * last[:, None], mask[:, t, None]",
        ),
    ),
    mistake(
        "id_zero_is_padding",
        ID_ZERO_IS_PADDING,
        ("real = mask[:, t, None]", "real = mask[:, t, None] * (source[:, t, None] != 0)"),
    ),
    mistake(
        "repeated_words_lost_everywhere",
        """You add the gradients of all steps to Wxh in one go with +=. For a word that was read more than
            once NumPy keeps one of its terms only: all of them count.""",
        (WXH, "das[:, t] = da"),
        (_FIRST, "dh, das = dcontext, np.zeros(h.shape)"),
        (RETURN, 'grads["Wxh"][source] += das\n    return grads'),
    ),
    *last_steps(_last),
)
