"""Known wrong ways of ``lstm_backward``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.course.long_runs import last_steps, truncations
from autograder.exercises.lstm.told import NEGATED, WEIGHTS_EXCHANGED
from autograder.exercises.told import (
    CLIPPED,
    MEAN_OVER_BATCH,
    MEAN_OVER_TIME,
    SMALL_IS_ZERO,
    STARTS_BEFORE_THE_LAST,
    TIME_FIRST_2,
    WRITES_INTO_DH,
)

_ORDER = "dx, dh_next, dc_next, dWx, dWh, db"


_CALL = "dh[:, t] + dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"


_H_PREV = "h_prev = h[:, t - 1] if t > 0 else h0  # (N, H)"


_C_PREV = "c_prev = c[:, t - 1] if t > 0 else c0  # (N, H)"


_LEFT = "dx[:, t], dh_next, dc_next, dWx_t, dWh_t, db_t = lstm_step_backward("


_LOOP = "for t in reversed(range(x.shape[1])):"


def _call(text: str) -> tuple[str, str]:
    return (_CALL, text)


def _returns(text: str) -> tuple[str, str]:
    return ("return " + _ORDER, "return " + text)


def _left(text: str) -> tuple[str, str]:
    return (_LEFT, text + " = lstm_step_backward(")


def _truncated(gone: str) -> tuple[tuple[str, str], ...]:
    keep = f"(not ({gone}))"
    return (_call(f"dh[:, t] + {keep} * dh_next, {keep} * dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),)


def _last(k: int) -> tuple[tuple[str, str], ...]:
    return ((_LOOP, f"for t in reversed(range(max(0, x.shape[1] - {k}), x.shape[1])):"),)


MISTAKES = (
    mistake(
        "no_gradient_through_cells",
        """Nothing flows from cell to cell: every step gets a dc of zero from outside. That cuts the
            additive path, the one that an LSTM is built for.""",
        _call("dh[:, t] + dh_next, 0 * dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "no_gradient_through_outputs",
        """Nothing flows from the gates of a step to the h before it: each step gets dh[:, t] alone,
            without dh_next. The path through the gates is part of the gradient.""",
        _call("dh[:, t], dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "no_gradient_through_time",
        "Nothing flows from a step to the one before, neither through h nor through c.",
        _call("dh[:, t], 0 * dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "last_loss_only",
        "Only the loss of the last step counts in your answer. Every step has its own dh[:, t].",
        _call(
            "(dh[:, t] if t == x.shape[1] - 1 else 0) + dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"
        ),
    ),
    mistake(
        "own_loss_forgotten",
        """All of your gradients are 0: the losses, which are in dh, never enter. Each step gets dh[:, t]
            and dh_next added up, and dh_next alone is 0 after the last one.""",
        _call("dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "own_loss_twice",
        "The gradient of each step's own loss is counted twice.",
        _call("2 * dh[:, t] + dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "loss_at_the_cells_too",
        """You add dh[:, t] to the gradient of the cell as well. The loss looks at h only, and how it
            reaches the cell through h is the step's business.""",
        _call("dh[:, t] + dh_next, dc_next + dh[:, t], x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "carried_exchanged",
        "What you carry is exchanged: dc_next goes to the output and dh_next to the cell.",
        _call("dh[:, t] + dc_next, dh_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "both_to_the_output",
        "You add dc_next to the gradient of h. It belongs to the cell: hand it on as the second argument.",
        _call("dh[:, t] + dh_next + dc_next, 0 * dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "both_to_the_cell",
        "You add dh_next to the gradient of the cell. It belongs to h: add it to dh[:, t].",
        _call("dh[:, t], dc_next + dh_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "cell_gradient_added_up",
        """You add each dc_prev to a sum of all before it. The dc_prev that a step returns has all that
            came from later steps in it already.""",
        _left("dx[:, t], dh_next, dc_new, dWx_t, dWh_t, db_t"),
        ("dWx += dWx_t", "dc_next = dc_next + dc_new\n        dWx += dWx_t"),
    ),
    mistake(
        "both_gradients_added_up",
        """You add dh_prev and dc_prev to sums of all before them. What a step returns has all that came
            from later steps in it already: carry on that, and nothing else.""",
        _left("dx[:, t], dh_new, dc_new, dWx_t, dWh_t, db_t"),
        ("dWx += dWx_t", "dh_next, dc_next = dh_next + dh_new, dc_next + dc_new\n        dWx += dWx_t"),
    ),
    mistake(
        "output_gradient_added_up",
        "You add each dh_prev to a sum of all before it. Carry on what the step returned, and nothing else.",
        _left("dx[:, t], dh_new, dc_next, dWx_t, dWh_t, db_t"),
        ("dWx += dWx_t", "dh_next = dh_next + dh_new\n        dWx += dWx_t"),
    ),
    mistake(
        "later_losses_added_directly",
        "You add up dh of this and all later steps. A later loss reaches h_t through the steps between, in "
        "dh_next.",
        _call("dh[:, t:].sum(axis=1) + dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "h0_wraps",
        "At t = 0 your h_prev is h[:, -1], the *last* output. The one before the first step is h0.",
        (_H_PREV, "h_prev = h[:, t - 1]"),
    ),
    mistake(
        "c0_wraps",
        "At t = 0 your c_prev is c[:, -1], the *last* cell. The one before the first step is c0.",
        (_C_PREV, "c_prev = c[:, t - 1]"),
    ),
    mistake(
        "both_wrap",
        "At t = 0 your states are h[:, -1] and c[:, -1], the *last* ones. Before the first step are h0 and c0.",
        (_H_PREV, "h_prev = h[:, t - 1]"),
        (_C_PREV, "c_prev = c[:, t - 1]"),
    ),
    mistake(
        "starts_of_zeros",
        "At t = 0 you use zeros for the states before. They are h0 and c0.",
        (_H_PREV, "h_prev = h[:, t - 1] if t > 0 else 0 * h0"),
        (_C_PREV, "c_prev = c[:, t - 1] if t > 0 else 0 * c0"),
    ),
    mistake(
        "c0_is_h0",
        "At t = 0 your old cell is h0. The cell has a start of its own, c0.",
        (_C_PREV, "c_prev = c[:, t - 1] if t > 0 else h0"),
    ),
    mistake(
        "cell_start_of_zeros",
        "At t = 0 you use a cell of zeros. It is c0.",
        (_C_PREV, "c_prev = c[:, t - 1] if t > 0 else 0 * c0"),
    ),
    mistake(
        "states_of_the_step_itself",
        "You go back through step t with the states *after* it. The step started from those before.",
        (_H_PREV, "h_prev = h[:, t]"),
        (_C_PREV, "c_prev = c[:, t]"),
    ),
    mistake(
        "new_cell_for_old",
        "You go back through step t with c[:, t], the cell *after* it. The step started from the one before.",
        (_C_PREV, "c_prev = c[:, t]"),
    ),
    mistake(
        "new_output_for_old",
        "You go back through step t with h[:, t], the output *after* it. The step started from the one before.",
        (_H_PREV, "h_prev = h[:, t]"),
    ),
    mistake(
        "starts_at_every_step",
        "You go back through every step with h0 and c0. They belong to the first step only.",
        (_H_PREV, "h_prev = h0"),
        (_C_PREV, "c_prev = c0"),
    ),
    mistake(
        "output_for_cell",
        "Your c_prev is taken from h. The cells are in c.",
        (_C_PREV, "c_prev = h[:, t - 1] if t > 0 else c0"),
    ),
    mistake(
        "states_exchanged",
        "You hand the two states to lstm_step_backward in the wrong order: h_prev comes before c_prev.",
        _call("dh[:, t] + dh_next, dc_next, x[:, t], c_prev, h_prev, Wx, Wh, b"),
    ),
    mistake(
        "weights_overwritten",
        "Your dWx, dWh and db hold the term of one step only, the first in time. = is not +=.",
        ("dWx += dWx_t", "dWx = dWx_t"),
        ("dWh += dWh_t", "dWh = dWh_t"),
        ("db += db_t", "db = db_t"),
    ),
    mistake(
        "bias_overwritten",
        "Your db holds the term of one step only. = is not +=.",
        ("db += db_t", "db = db_t"),
    ),
    mistake(
        "wh_overwritten",
        "Your dWh holds the term of one step only. = is not +=.",
        ("dWh += dWh_t", "dWh = dWh_t"),
    ),
    mistake(
        "wx_overwritten",
        "Your dWx holds the term of one step only. = is not +=.",
        ("dWx += dWx_t", "dWx = dWx_t"),
    ),
    mistake(
        "forward_in_time",
        "Your loop runs forwards. What a step needs from the next one is not there yet: start at the last.",
        (_LOOP, "for t in range(x.shape[1]):"),
    ),
    mistake(
        "stops_before_the_first",
        "Your loop ends before the first step, t = 0. It has a term too, and dh0 and dc0 come out of it.",
        (_LOOP, "for t in range(x.shape[1] - 1, 0, -1):"),
    ),
    mistake(
        "starts_before_the_last",
        STARTS_BEFORE_THE_LAST,
        (_LOOP, "for t in reversed(range(x.shape[1] - 1)):"),
    ),
    mistake(
        "dh0_zero",
        "Your dh0 is 0. h0 moves the gates of the first step: its gradient is what is left of dh_next.",
        _returns("dx, np.zeros_like(h0), dc_next, dWx, dWh, db"),
    ),
    mistake(
        "dc0_zero",
        "Your dc0 is 0. The initial cell is kept by the forget gates: its gradient is what is left of dc_next.",
        _returns("dx, dh_next, np.zeros_like(c0), dWx, dWh, db"),
    ),
    mistake(
        "starts_zero",
        "Your dh0 and dc0 are 0. They are what is left of the two arrays that you carry.",
        _returns("dx, np.zeros_like(h0), np.zeros_like(c0), dWx, dWh, db"),
    ),
    mistake(
        "starts_exchanged",
        "The second and the third output are exchanged: dh0 comes before dc0.",
        _returns("dx, dc_next, dh_next, dWx, dWh, db"),
    ),
    mistake(
        "dh0_is_dh_of_the_first",
        "Your dh0 is dh[:, 0], which belongs to the first output h[:, 0]. dh0 belongs to the state before it.",
        _returns("dx, dh[:, 0].copy(), dc_next, dWx, dWh, db"),
    ),
    mistake(
        "step_results_exchanged",
        "You unpack the results of lstm_step_backward in the wrong order: dh_prev comes before dc_prev.",
        _left("dx[:, t], dc_next, dh_next, dWx_t, dWh_t, db_t"),
    ),
    mistake(
        "dx_in_loop_order",
        "Your dx is in the order of the loop, last step first. Turn it round, or write into dx[:, t].",
        _returns("dx[:, ::-1].copy(), dh_next, dc_next, dWx, dWh, db"),
    ),
    mistake(
        "dx_time_first",
        "Your dx has the axes of time and batch exchanged. It has the shape of x, (N, T, D).",
        _returns("dx.swapaxes(0, 1).copy(), dh_next, dc_next, dWx, dWh, db"),
    ),
    mistake(
        "dx_of_the_first_step_only",
        "Your dx has shape (N, D): each turn of the loop overwrites it. Every input has a gradient of its own.",
        _left("dx, dh_next, dc_next, dWx_t, dWh_t, db_t"),
    ),
    mistake(
        "mean_over_batch",
        MEAN_OVER_BATCH,
        _returns("dx, dh_next, dc_next, dWx / len(x), dWh / len(x), db / len(x)"),
    ),
    mistake(
        "mean_over_time",
        MEAN_OVER_TIME,
        ("return " + _ORDER, "T = x.shape[1]\n    return dx, dh_next, dc_next, dWx / T, dWh / T, db / T"),
    ),
    mistake(
        "clipped",
        CLIPPED,
        _returns("tuple(np.clip(q, -5, 5) for q in (dx, dh_next, dc_next, dWx, dWh, db))"),
    ),
    mistake(
        "parameters_only",
        "You return the three parameter gradients. Return six things: dx, dh0, dc0, dWx, dWh, db.",
        _returns("dWx, dWh, db"),
    ),
    mistake(
        "parameters_first",
        "You return the parameters first. The order is dx, dh0, dc0, dWx, dWh, db.",
        _returns("dWx, dWh, db, dx, dh_next, dc_next"),
    ),
    mistake(
        "weights_exchanged",
        WEIGHTS_EXCHANGED,
        _returns("dx, dh_next, dc_next, dWh, dWx, db"),
    ),
    mistake(
        "negated",
        NEGATED,
        _returns("-dx, -dh_next, -dc_next, -dWx, -dWh, -db"),
    ),
    mistake(
        "last_loss_twice",
        "Your dh_next starts as dh[:, -1], and the loop adds it again. After the last step comes nothing.",
        (
            "dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)",
            "dh_next, dc_next = dh[:, -1], np.zeros_like(c0)",
        ),
    ),
    mistake(
        "cell_gradient_starts_at_dh",
        "Your dc_next starts as dh[:, -1]. No step comes after the last, so nothing arrives at its cell from "
        "outside.",
        (
            "dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)",
            "dh_next, dc_next = np.zeros_like(h0), dh[:, -1]",
        ),
    ),
    mistake(
        "cell_gradient_starts_at_one",
        "Your dc_next starts with ones. No step comes after the last, so nothing arrives at its cell from outside.",
        (
            "dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)",
            "dh_next, dc_next = np.zeros_like(h0), np.ones_like(c0)",
        ),
    ),
    mistake(
        "time_first",
        TIME_FIRST_2,
        _call("dh[t] + dh_next, dc_next, x[t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "returns_in_the_loop",
        "Your loop makes one turn only, that of the last step. Is the return indented too far?",
        ("        db += db_t\n    return " + _ORDER, "        db += db_t\n        return " + _ORDER),
    ),
    mistake(
        "writes_into_dh",
        WRITES_INTO_DH,
        ("dx = np.zeros_like(x)", "dx = np.zeros_like(x)\n    own = dh.copy()"),
        _call("own[:, t] + dh_next, dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
        ("dWx += dWx_t", "dh[:, max(t - 1, 0)] += dh_next\n        dWx += dWx_t"),
        manner="changes_its_input",
    ),
    mistake(
        "output_start_of_zeros",
        """At t = 0 you use an output of zeros. It is h0.""",
        (_H_PREV, "h_prev = h[:, t - 1] if t > 0 else 0 * h0"),
    ),
    mistake(
        "starts_also_at_the_second_step",
        """You use h0 and c0 at the first two steps. In Python the first step is t = 0, and the second
            starts from h[:, 0].""",
        (_H_PREV, "h_prev = h[:, t - 1] if t > 1 else h0"),
        (_C_PREV, "c_prev = c[:, t - 1] if t > 1 else c0"),
    ),
    mistake(
        "input_of_the_step_before",
        """You go back through step t with the input of the step before. It was x[:, t] that went in.""",
        _call("dh[:, t] + dh_next, dc_next, x[:, t - 1], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "dx_one_step_early",
        """You write each dx one step too early. The gradient of x[:, t] belongs to dx[:, t].""",
        _left("dx[:, t - 1], dh_next, dc_next, dWx_t, dWh_t, db_t"),
    ),
    mistake(
        "carried_start_at_the_states",
        """What you carry starts as h0 and c0, which are states. These are gradients, and after the last
            step there are none.""",
        ("dh_next, dc_next = np.zeros_like(h0), np.zeros_like(c0)", "dh_next, dc_next = h0, c0"),
    ),
    mistake(
        "mean_over_steps",
        """You divide the gradient of every step by T on the way. The losses of the steps are summed
            here.""",
        _call("(dh[:, t] + dh_next) / x.shape[1], dc_next, x[:, t], h_prev, c_prev, Wx, Wh, b"),
    ),
    mistake(
        "dc0_not_returned",
        """You return five things: dc0 is missing. The order is dx, dh0, dc0, dWx, dWh, db.""",
        _returns("dx, dh_next, dWx, dWh, db"),
    ),
    mistake(
        "starts_not_returned",
        """You return four things: dh0 and dc0 are missing. The order is dx, dh0, dc0, dWx, dWh, db.""",
        _returns("dx, dWx, dWh, db"),
    ),
    mistake(
        "stops_when_tiny",
        """You stop when the gradient gets small. A small gradient is not none: h0 and c0 get what is left
            of it.""",
        (
            _LOOP,
            _LOOP
            + "\n        if t < x.shape[1] - 1 and np.abs(dh_next).max() + np.abs(dc_next).max() < 1e-12: break",
        ),
    ),
    mistake(
        "small_is_zero",
        SMALL_IS_ZERO,
        (
            _LOOP,
            _LOOP
            + "\n        dh_next, dc_next = (np.where(np.abs(d) < 1e-8, 0.0, d) for d in (dh_next, dc_next))",
        ),
    ),
    mistake(
        "clipped_on_the_way",
        """You clip what is handed from step to step. The full gradient is asked for: clipping is for the
            end, and for the whole of it.""",
        (
            _CALL,
            "dh[:, t] + dh_next.clip(-0.3, 0.3), dc_next.clip(-0.3, 0.3), x[:, t], h_prev, c_prev, Wx, Wh, b",
        ),
    ),
    *truncations(_truncated, "x.shape[1]", "(t + 1)"),
    *last_steps(_last),
)
