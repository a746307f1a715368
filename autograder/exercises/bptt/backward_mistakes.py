"""Known wrong ways of ``rnn_backward``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.bptt.told import (
    BIAS_KEEPS_BATCH_AXIS,
    BIAS_MEAN,
    NEGATED,
    SLOPE_OF_SIGMOID,
    SWAPPED_WEIGHTS,
)
from autograder.exercises.told import (
    CLIPPED,
    MEAN_OVER_BATCH,
    MEAN_OVER_TIME,
    NEW_STATE_IN_DWHH,
    STARTS_BEFORE_THE_LAST,
    TIME_FIRST_2,
    WRITES_INTO_DH,
)


def loop(
    da: str = "(dh[:, t] + dh_next) * (1 - h[:, t] ** 2)",
    after: str = "dh_next = da @ Whh.T",
    h_prev: str = "h[:, t - 1] if t > 0 else h0",
    steps: str = "reversed(range(T))",
    returns: str = "dx, dh_next, dWxh, dWhh, dbh",
    before: str = "pass",
    dwhh: str = "dWhh += h_prev.T @ da",
    dwxh: str = "dWxh += x[:, t].T @ da",
    dbh: str = "dbh += da.sum(axis=0)",
    dx: str = "dx[:, t] = da @ Wxh.T",
) -> str:
    """Return a cell with the whole loop written out, one part of it changed."""
    return f"""
            def rnn_backward(dh, x, h0, h, Wxh, Whh):
                N, T, H = h.shape
                dx, dh_next = np.zeros_like(x), np.zeros_like(h0)
                dWxh, dWhh, dbh = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros(H)
                {before}
                for t in {steps}:
                    h_prev = {h_prev}
                    da = {da}
                    {dx}
                    {dwxh}
                    {dwhh}
                    {dbh}
                    {after}
                return {returns}
            """


_ORDER = "dx, dh_next, dWxh, dWhh, dbh"


MISTAKES = (
    mistake(
        "cut_off_after_twenty",
        """Your way back ends after 20 steps. Nothing is to be cut off: truncation comes in notebook 04, and
        is the caller's choice.""",
        source=loop(after="dh_next = (da @ Whh.T) * (t > T - 20)", steps="reversed(range(T))"),
    ),
    mistake(
        "starts_over_every_ten",
        """Every ten steps your way back starts from zeros again. Nothing is to be cut off: truncation comes
        in notebook 04, and is the caller's choice.""",
        source=loop(after="dh_next = (da @ Whh.T) * (t % 10 != 0 or t == 0)"),
    ),
    mistake(
        "tiny_set_to_zero",
        """You set gradients to 0 that are tiny. They vanish, and that is the result: notebook 05 asks how
        fast.""",
        source=loop(after="dh_next = da @ Whh.T * (np.abs(da @ Whh.T) > 1e-8)"),
    ),
    mistake(
        "no_gradient_through_time",
        """Each step gets the gradient of its own loss only: nothing flows from a step to the one
        before. So the network cannot learn what to remember.""",
        ("dh[:, t] + dh_next", "dh[:, t] + 0 * dh_next"),
    ),
    mistake(
        "gradient_lost_on_the_way",
        """dh_next never changes in your loop, so no gradient flows through time, and the dh0 you return
        is 0. What a step returns as dh_prev must reach the step before it.""",
        source=loop(after="pass"),
    ),
    mistake(
        "gradient_lost_and_last_state_first",
        """Two things. dh_next never changes in your loop, so no gradient flows through time, and the dh0 you
        return is 0. And at t = 0 your h_prev is h[:, -1], the last state: before the first step stands h0.""",
        source=loop(after="pass", h_prev="h[:, t - 1]"),
    ),
    mistake(
        "one_step_back",
        """The gradient of each loss goes back one step and stops there: you carry on what came from
        dh[:, t] alone. Carry on the gradient of the whole state, with what came from the future in
        it.""",
        source=loop(after="dh_next = (dh[:, t] * (1 - h[:, t] ** 2)) @ Whh.T"),
    ),
    mistake(
        "last_loss_only",
        """Only the loss of the last step counts in your answer. Every step has its own dh[:, t], which
        is added when the loop gets there.""",
        source=loop("((dh[:, t] if t == T - 1 else 0) + dh_next) * (1 - h[:, t] ** 2)"),
    ),
    mistake(
        "own_loss_twice",
        "The gradient of each step's own loss is counted twice: add dh[:, t] once.",
        ("dh[:, t] + dh_next", "2 * dh[:, t] + dh_next"),
    ),
    mistake(
        "future_added_twice",
        "What comes from the next step is counted twice: add dh_next once.",
        ("dh[:, t] + dh_next", "dh[:, t] + 2 * dh_next"),
    ),
    mistake(
        "running_sum",
        """dh_next grows from step to step: you add to it. Each step needs only what came out of the
        step after it, so it is replaced.""",
        source=loop(after="dh_next = dh_next + da @ Whh.T"),
    ),
    mistake(
        "whh_not_transposed",
        """Whh is not transposed on the way from a step to the one before. It is square, so no shape
        warns you, and a network trained like this may even learn. Forward h Whh, backward da Whh
        transposed.""",
        source=loop(after="dh_next = da @ Whh"),
    ),
    mistake(
        "no_slope",
        "The slope of tanh is missing at every step: dh becomes da by the factor 1 - h^2.",
        source=loop("dh[:, t] + dh_next"),
    ),
    mistake(
        "slope_twice",
        """The slope of tanh is applied twice at every step. While states are small it is close to 1, and
        training would hardly show it.""",
        source=loop("(dh[:, t] + dh_next) * (1 - h[:, t] ** 2) ** 2"),
    ),
    mistake(
        "slope_on_own_loss_only",
        """What comes from the next step skips the activation: only dh[:, t] is multiplied by 1 - h^2. First
        add the two, then go through the activation once.""",
        source=loop("dh[:, t] * (1 - h[:, t] ** 2) + dh_next"),
    ),
    mistake(
        "slope_on_future_only",
        """The gradient of the step's own loss skips the activation: only dh_next is multiplied by 1 - h^2.
        First add the two, then go through the activation once.""",
        source=loop("dh[:, t] + dh_next * (1 - h[:, t] ** 2)"),
    ),
    mistake(
        "carries_without_slope",
        """You carry (dh[:, t] + dh_next) Whh^T back, without the slope of tanh. What goes to the step
        before starts at da, inside the activation.""",
        source=loop(after="dh_next = (dh[:, t] + dh_next) @ Whh.T"),
    ),
    mistake(
        "slope_of_bent_state",
        """You apply tanh to h again before you take the slope. h is the result of tanh already: the slope is 1 -
        h^2.""",
        source=loop("(dh[:, t] + dh_next) * (1 - np.tanh(h[:, t]) ** 2)"),
    ),
    mistake(
        "slope_of_the_state_before",
        "Your slope is taken at h_prev. The activation of step t made h[:, t].",
        source=loop("(dh[:, t] + dh_next) * (1 - h_prev ** 2)"),
    ),
    mistake(
        "slope_of_the_last_state",
        """Your slope is taken at the last state in every step. Each step has a slope of its own, at
        h[:, t].""",
        source=loop("(dh[:, t] + dh_next) * (1 - h[:, -1] ** 2)"),
    ),
    mistake(
        "slope_of_sigmoid",
        SLOPE_OF_SIGMOID,
        source=loop("(dh[:, t] + dh_next) * h[:, t] * (1 - h[:, t])"),
    ),
    mistake(
        "all_overwritten",
        """Your dWxh, dWhh and dbh hold the term of the first step only: the loop ends there, and each
        turn overwrites the one before. Add up.""",
        ("dWxh += dWxh_t", "dWxh = dWxh_t"),
        ("dWhh += dWhh_t", "dWhh = dWhh_t"),
        ("dbh += dbh_t", "dbh = dbh_t"),
    ),
    mistake(
        "dwhh_overwritten",
        """Only dWhh is wrong: it holds the term of the first step alone, as if each turn of the loop
        overwrote it. All steps use Whh, so their terms add up.""",
        ("dWhh += dWhh_t", "dWhh = dWhh_t"),
    ),
    mistake(
        "dwxh_overwritten",
        """Only dWxh is wrong: it holds the term of the first step alone, as if each turn of the loop
        overwrote it. All steps use Wxh, so their terms add up.""",
        ("dWxh += dWxh_t", "dWxh = dWxh_t"),
    ),
    mistake(
        "dbh_overwritten",
        """Only dbh is wrong: it holds the term of the first step alone, as if each turn of the loop
        overwrote it. All steps use bh, so their terms add up.""",
        ("dbh += dbh_t", "dbh = dbh_t"),
    ),
    mistake(
        "last_term_only",
        """Your dWxh, dWhh and dbh hold the term of the last step only. The same weights are used at
        every step, so each adds a term.""",
        source=loop(
            dwxh="dWxh += (t == T - 1) * x[:, t].T @ da",
            dwhh="dWhh += (t == T - 1) * h_prev.T @ da",
            dbh="dbh += (t == T - 1) * da.sum(axis=0)",
        ),
    ),
    mistake(
        "new_state_in_dwhh",
        NEW_STATE_IN_DWHH,
        source=loop(dwhh="dWhh += h[:, t].T @ da"),
    ),
    mistake(
        "h0_left_out",
        """Your dWhh lacks the term of the first step, as if h0 were 0. It goes through Whh like every
        other state.""",
        source=loop(dwhh="dWhh += (t > 0) * h_prev.T @ da"),
    ),
    mistake(
        "wraps_to_the_last_state",
        """At t = 0 your h_prev is h[:, t - 1] = h[:, -1], the *last* state. The state before the first
        step is h0.""",
        source=loop(h_prev="h[:, t - 1]"),
    ),
    mistake(
        "h0_at_every_step",
        "Your dWhh pairs every da with h0. Each step has the state before it: h0 only at the first one.",
        source=loop(h_prev="h0"),
    ),
    mistake(
        "dwhh_transposed",
        "Your dWhh is transposed. It is square, so its shape did not warn you: it is h_prev^T da.",
        ("return " + _ORDER, "return dx, dh_next, dWxh, dWhh.T.copy(), dbh"),
    ),
    mistake(
        "dh0_missing",
        """Your dh0 is the gradient of the first state h[:, 0]. One more step back leads to h0: through
        the activation, and through Whh.""",
        source=loop(
            before="dh_first = None",
            da="(dh[:, t] + dh_next) * (1 - h[:, t] ** 2); dh_first = dh[:, t] + dh_next",
            returns="dx, dh_first, dWxh, dWhh, dbh",
        ),
    ),
    mistake(
        "dh0_zero",
        """Your dh0 is 0. The initial state influences every loss: its gradient is what is left of
        dh_next.""",
        ("return " + _ORDER, "return dx, np.zeros_like(h0), dWxh, dWhh, dbh"),
    ),
    mistake(
        "dh0_before_whh",
        """Your dh0 is the da of the first step. From there to h0 leads one more product, with Whh
        transposed.""",
        source=loop(returns="dx, da, dWxh, dWhh, dbh"),
    ),
    mistake(
        "forward_in_time",
        """Your loop runs forwards. The gradient of a state needs what comes from the next one, so start
        at the last step.""",
        source=loop(steps="range(T)"),
    ),
    mistake(
        "stops_before_the_first",
        "Your loop ends before the first step, t = 0: it has a term too, and dh0 comes out of it.",
        source=loop(steps="range(T - 1, 0, -1)"),
    ),
    mistake(
        "starts_before_the_last",
        STARTS_BEFORE_THE_LAST,
        source=loop(steps="reversed(range(T - 1))"),
    ),
    mistake(
        "dx_without_slope",
        "Your dx comes from dh, without the slope of tanh. The input goes through the activation as well.",
        source=loop(dx="dx[:, t] = (dh[:, t] + dh_next) @ Wxh.T"),
    ),
    mistake(
        "dx_in_loop_order",
        """Your dx is in the order of the loop, last step first. Probably you append in a loop that runs
        backwards: turn the list round, or write into dx[:, t].""",
        ("return " + _ORDER, "return dx[:, ::-1].copy(), dh_next, dWxh, dWhh, dbh"),
    ),
    mistake(
        "dx_time_first",
        "Your dx has the axes of time and batch swapped. It has the shape of x, (N, T, D).",
        ("return " + _ORDER, "return dx.swapaxes(0, 1).copy(), dh_next, dWxh, dWhh, dbh"),
    ),
    mistake(
        "input_of_the_step_before",
        """Your dWxh pairs the da of step t with the input of the step before. It was x[:, t] that went
        in.""",
        source=loop(dwxh="dWxh += x[:, t - 1].T @ da"),
    ),
    mistake(
        "mean_over_batch",
        MEAN_OVER_BATCH,
        ("return " + _ORDER, "return dx, dh_next, dWxh / len(x), dWhh / len(x), dbh / len(x)"),
    ),
    mistake(
        "mean_over_time",
        MEAN_OVER_TIME,
        ("return " + _ORDER, "return dx, dh_next, dWxh / T, dWhh / T, dbh / T"),
    ),
    mistake(
        "bias_mean",
        BIAS_MEAN,
        source=loop(dbh="dbh += da.mean(axis=0)"),
    ),
    mistake(
        "bias_without_slope",
        "Your dbh adds up dh, without the slope of tanh. The bias stands inside the activation.",
        source=loop(dbh="dbh += (dh[:, t] + dh_next).sum(axis=0)"),
    ),
    mistake(
        "weights_without_future",
        """In your dWxh, dWhh and dbh each step counts only its own loss, though you carry the gradient
        on. A weight at step t changes all later losses too.""",
        source=loop(
            "(dh[:, t] + dh_next) * (1 - h[:, t] ** 2); own = dh[:, t] * (1 - h[:, t] ** 2)",
            dwxh="dWxh += x[:, t].T @ own",
            dwhh="dWhh += h_prev.T @ own",
            dbh="dbh += own.sum(axis=0)",
        ),
    ),
    mistake(
        "clipped",
        CLIPPED,
        (
            "return " + _ORDER,
            "return tuple(np.clip(g, -5, 5) for g in (dx, dh_next, dWxh, dWhh, dbh))",
        ),
    ),
    mistake(
        "clipped_parameters",
        """Your dWxh, dWhh and dbh are cut off at -5 and 5. Clipping is a decision of the training loop: a
        gradient that has been clipped is not the derivative of the loss any more.""",
        (
            "return " + _ORDER,
            "return dx, dh_next, *(np.clip(g, -5, 5) for g in (dWxh, dWhh, dbh))",
        ),
    ),
    mistake(
        "clipped_on_the_way",
        """You cut dh_next off on its way through time. A gradient that has been clipped is not the
        derivative of the loss any more: leave that to the training loop.""",
        source=loop(after="dh_next = np.clip(da @ Whh.T, -5, 5)"),
    ),
    mistake(
        "negated",
        NEGATED,
        ("return " + _ORDER, "return -dx, -dh_next, -dWxh, -dWhh, -dbh"),
    ),
    mistake(
        "parameters_only",
        "You return the three parameter gradients. Return five things: dx, dh0, dWxh, dWhh, dbh.",
        ("return " + _ORDER, "return dWxh, dWhh, dbh"),
    ),
    mistake(
        "inputs_last",
        "You return the parameters first. The order is dx, dh0, dWxh, dWhh, dbh.",
        ("return " + _ORDER, "return dWxh, dWhh, dbh, dx, dh_next"),
    ),
    mistake(
        "writes_into_dh",
        WRITES_INTO_DH,
        source=loop(
            "dh[:, t] * (1 - h[:, t] ** 2)",
            before="dh[:, 0] += 0.0",
            after="dh_next = da @ Whh.T; dh[:, max(t - 1, 0)] += dh_next * (t > 0)",
        ),
        manner="changes_its_input",
    ),
    mistake(
        "last_loss_twice",
        """Your dh_next starts as dh[:, -1], and the loop adds dh[:, -1] again: the last loss counts
        twice. After the last step comes nothing, so start with zeros.""",
        source=loop(before="dh_next = dh[:, -1]"),
    ),
    mistake(
        "slope_twice_on_the_way",
        """What you carry to the step before has the slope of that step already, and the loop multiplies
        by it once more. Carry da Whh^T as it is.""",
        source=loop(after="dh_next = da @ Whh.T * (1 - h_prev ** 2)"),
    ),
    mistake(
        "own_loss_carried_too",
        """You carry dh[:, t] to the step before, besides da Whh^T. It has gone through the activation with da:
        the step before has its own.""",
        source=loop(after="dh_next = da @ Whh.T + dh[:, t]"),
    ),
    mistake(
        "dh0_is_dh_of_the_first",
        """Your dh0 is dh[:, 0], which is the gradient that the first *output* sends to h[:, 0]. dh0
        belongs to the state before it: it is what is left of dh_next.""",
        ("return " + _ORDER, "return dx, dh[:, 0].copy(), dWxh, dWhh, dbh"),
    ),
    mistake(
        "dx_of_the_first_step_only",
        """Your dx has shape (N, D): each turn of the loop overwrites it. Every input has a gradient of its
        own, so write into dx[:, t].""",
        source=loop(dx="dx = da @ Wxh.T"),
    ),
    mistake(
        "bias_keeps_batch_axis",
        BIAS_KEEPS_BATCH_AXIS,
        source=loop(dbh="dbh = dbh + da.sum(axis=0, keepdims=True)"),
    ),
    mistake(
        "mean_over_both",
        "You divide the gradients of the parameters by N T. In this course they are sums.",
        ("return " + _ORDER, "n = len(x) * T\n    return dx, dh_next, dWxh / n, dWhh / n, dbh / n"),
    ),
    mistake(
        "swapped_weights",
        SWAPPED_WEIGHTS,
        ("return " + _ORDER, "return dx, dh_next, dWhh, dWxh, dbh"),
    ),
    mistake(
        "dh0_not_returned",
        "You return four things: dh0 is missing. The order is dx, dh0, dWxh, dWhh, dbh.",
        ("return " + _ORDER, "return dx, dWxh, dWhh, dbh"),
    ),
    mistake(
        "time_first",
        TIME_FIRST_2,
        source=loop(dwxh="dWxh += x[t].T @ da"),
    ),
    mistake(
        "returns_in_the_loop",
        """Your loop makes one turn only, that of the last step. Is the return indented too far, inside
        the loop?""",
        source=loop(after="return dx, da @ Whh.T, dWxh, dWhh, dbh"),
    ),
    mistake(
        "later_losses_added_directly",
        """You add up dh of this and all later steps. A later loss reaches h_t through the steps between,
        and that is what dh_next holds already.""",
        source=loop("(dh[:, t:].sum(axis=1) + dh_next) * (1 - h[:, t] ** 2)"),
    ),
    mistake(
        "dx_of_the_own_dh",
        """Your dx comes from dh[:, t], without dh_next and without the slope of tanh. It starts at da
        like everything else.""",
        source=loop(dx="dx[:, t] = dh[:, t] @ Wxh.T"),
    ),
    mistake(
        "no_parentheses",
        """You multiply by 1 and then subtract h^2, since * comes before -. The slope 1 - h^2 needs
        parentheses.""",
        source=loop("(dh[:, t] + dh_next) * 1 - h[:, t] ** 2"),
    ),
)
