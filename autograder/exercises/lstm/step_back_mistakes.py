"""Known wrong ways of ``lstm_step_backward``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.lstm.told import CANDIDATE_AND_OUTPUT_TURNED, NEGATED, WEIGHTS_EXCHANGED
from autograder.exercises.told import MEAN_OVER_BATCH

_GATES = "i, f, g, o = lstm_gates(x_t, h_prev, Wx, Wh, b)  # (N, H) each"


_TANH = "tanh_c = np.tanh(f * c_prev + i * g)  # (N, H)"


_ALL = "dc_all = dc + dh * o * (1 - tanh_c**2)  # (N, H): from outside, and through h"


_I = "da_i = dc_all * g * i * (1 - i)  # (N, H) each"


_F = "da_f = dc_all * c_prev * f * (1 - f)"


_G = "da_g = dc_all * i * (1 - g**2)"


_O = "da_o = dh * tanh_c * o * (1 - o)"


_DA = "da = np.concatenate([da_i, da_f, da_g, da_o], axis=1)  # (N, 4H)"


_DC_PREV = "dc_prev = dc_all * f  # (N, H)"


BACK = "return da @ Wx.T, da @ Wh.T, dc_prev, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)"


_COPIED = "np.concatenate([da_f, da_f, da_g, da_f], axis=1).sum(axis=0)"


def returns(text: str) -> tuple[str, str]:
    """Return the edit that returns these six in place of the right ones."""
    return (BACK, "return " + text)


MISTAKES = (
    mistake(
        "path_through_h_missing",
        """The way from h to the cell is missing: you use dc as it arrives. But h = o tanh(c) depends on
            c, so part of dh belongs to it. This is the line that is forgotten most often.""",
        (_ALL, "dc_all = dc"),
    ),
    mistake(
        "outside_dc_dropped",
        """What arrives at c from the next step is not used: your gradient of c is the part through h
            alone. That breaks the very path that an LSTM is built for.""",
        (_ALL, "dc_all = dh * o * (1 - tanh_c**2)"),
    ),
    mistake(
        "output_gate_missing_in_path",
        "On the way from h to c the output gate is missing: h = o tanh(c), so o is a factor of it.",
        (_ALL, "dc_all = dc + dh * (1 - tanh_c**2)"),
    ),
    mistake(
        "slope_missing_in_path",
        "On the way from h to c the slope of tanh is missing.",
        (_ALL, "dc_all = dc + dh * o"),
    ),
    mistake(
        "slope_of_the_cell_itself",
        """On the way from h to c your slope is 1 - c^2. c has not been through tanh: the slope is 1 minus
            the square of tanh(c), or it can even be negative.""",
        (_TANH, "cell = f * c_prev + i * g\n    tanh_c = np.tanh(cell)"),
        (_ALL, "dc_all = dc + dh * o * (1 - cell**2)"),
    ),
    mistake(
        "slope_bent_twice",
        "On the way from h to c you take tanh of tanh(c) for the slope. The slope is made with the result, "
        "tanh(c) itself.",
        (_ALL, "dc_all = dc + dh * o * (1 - np.tanh(tanh_c) ** 2)"),
    ),
    mistake(
        "slope_of_the_old_cell",
        "On the way from h to c the slope is that at the old cell. h shows the new one.",
        (_ALL, "dc_all = dc + dh * o * (1 - np.tanh(c_prev) ** 2)"),
    ),
    mistake(
        "path_through_old_cell",
        """You use tanh(c_prev) in the place of tanh(c), in the output gate and in the way from h to c.
            The cell that is shown is the new one: compute it again.""",
        (_TANH, "tanh_c = np.tanh(c_prev)"),
    ),
    mistake(
        "dh_overwritten",
        """You have added the part through h to the wrong one: your gate gradients start from dh plus that
            part, without dc. Or dh was overwritten before it was used. Keep the three gradients apart.""",
        (_ALL, "dc_all = dh + dh * o * (1 - tanh_c**2)"),
    ),
    mistake(
        "dh_overwritten_by_dc",
        """Your output gate gets the gradient of the cell. It does not stand in the cell: it gets dh. Was
            dh overwritten on the way?""",
        (_O, "da_o = dc_all * tanh_c * o * (1 - o)"),
    ),
    mistake(
        "path_too_late_for_gates",
        """dc_prev has the way through h in it, but i, f and g start from dc as it arrived: it was
            completed after they had been computed. Complete it first.""",
        (_I, "da_i = dc * g * i * (1 - i)"),
        (_F, "da_f = dc * c_prev * f * (1 - f)"),
        (_G, "da_g = dc * i * (1 - g**2)"),
    ),
    mistake(
        "path_not_in_dc_prev",
        """Your gates start from the whole gradient of c, but dc_prev is dc times f, without the way
            through h.""",
        (_DC_PREV, "dc_prev = dc * f"),
    ),
    mistake(
        "forget_gate_missing_in_dc_prev",
        "Your dc_prev is the gradient of c itself. The old cell is multiplied by the forget gate on its way.",
        (_DC_PREV, "dc_prev = dc_all"),
    ),
    mistake(
        "input_gate_in_dc_prev",
        "Your dc_prev has the factor i. The old cell stands beside the forget gate.",
        (_DC_PREV, "dc_prev = dc_all * i"),
    ),
    mistake(
        "dc_prev_through_slope",
        """Your dc_prev goes through the slope of f. The gate is a factor on the direct path, not an activation:
            from c to c_prev there is f and nothing else.""",
        (_DC_PREV, "dc_prev = dc_all * f * (1 - f)"),
    ),
    mistake(
        "partners_of_i_and_f",
        "The partners of i and f are exchanged: i stands beside g, and f beside c_prev.",
        (_I, "da_i = dc_all * c_prev * i * (1 - i)"),
        (_F, "da_f = dc_all * g * f * (1 - f)"),
    ),
    mistake(
        "partners_of_i_and_g",
        "The partners of i and g are exchanged: the gradient of i has the factor g, and that of g the factor i.",
        (_I, "da_i = dc_all * i * i * (1 - i)"),
        (_G, "da_g = dc_all * g * (1 - g**2)"),
    ),
    mistake(
        "output_gate_twice",
        """The gradient of o has o itself as a factor too. In h = o tanh(c) its only partner is tanh(c);
            then comes the slope o (1 - o).""",
        (_O, "da_o = dh * o * tanh_c * o * (1 - o)"),
    ),
    mistake(
        "partner_of_i_is_i",
        "The gradient of i has i as its partner. In i g it stands beside g.",
        (_I, "da_i = dc_all * i * i * (1 - i)"),
    ),
    mistake(
        "partner_of_g_is_g",
        "The gradient of g has g as its partner. In i g it stands beside i.",
        (_G, "da_g = dc_all * g * (1 - g**2)"),
    ),
    mistake(
        "new_cell_in_f",
        "The gradient of f has the new cell as its partner. f stands beside c_prev.",
        (_TANH, "c = f * c_prev + i * g\n    tanh_c = np.tanh(c)"),
        (_F, "da_f = dc_all * c * f * (1 - f)"),
    ),
    mistake(
        "state_in_f",
        "The gradient of f has h_prev as its partner. f stands beside c_prev.",
        (_F, "da_f = dc_all * h_prev * f * (1 - f)"),
    ),
    mistake(
        "cell_in_o",
        "The gradient of o has c as its partner. In h = o tanh(c) it stands beside tanh(c).",
        (_TANH, "c = f * c_prev + i * g\n    tanh_c = np.tanh(c)"),
        (_O, "da_o = dh * c * o * (1 - o)"),
    ),
    mistake(
        "no_slopes",
        "Your da has no slopes: it is the gradient of the gates, not of the sums before sigmoid and tanh.",
        (_I, "da_i = dc_all * g"),
        (_F, "da_f = dc_all * c_prev"),
        (_G, "da_g = dc_all * i"),
        (_O, "da_o = dh * tanh_c"),
    ),
    mistake(
        "candidate_without_slope",
        "The slope of tanh is missing in the part of the candidate.",
        (_G, "da_g = dc_all * i"),
    ),
    mistake(
        "gates_without_slope",
        "The slope of the sigmoid is missing in the three gates.",
        (_I, "da_i = dc_all * g"),
        (_F, "da_f = dc_all * c_prev"),
        (_O, "da_o = dh * tanh_c"),
    ),
    mistake(
        "slopes_bent_again",
        """You apply the activations to the gates again before you take the slopes. What lstm_gates returns is
            the result of the activation already, and the slope is made with the result.""",
        (_I, "s = lambda p: 1 / (1 + np.exp(-p))\n    da_i = dc_all * g * s(i) * (1 - s(i))"),
        (_F, "da_f = dc_all * c_prev * s(f) * (1 - s(f))"),
        (_G, "da_g = dc_all * i * (1 - np.tanh(g) ** 2)"),
        (_O, "da_o = dh * tanh_c * s(o) * (1 - s(o))"),
    ),
    mistake(
        "gate_slopes_bent_again",
        """You apply the sigmoid to the three gates again before you take their slopes. They are the result of
            the sigmoid already, and the slope is made with the result.""",
        (_I, "s = lambda p: 1 / (1 + np.exp(-p))\n    da_i = dc_all * g * s(i) * (1 - s(i))"),
        (_F, "da_f = dc_all * c_prev * s(f) * (1 - s(f))"),
        (_O, "da_o = dh * tanh_c * s(o) * (1 - s(o))"),
    ),
    mistake(
        "candidate_slope_bent_again",
        "You take tanh of the candidate for its slope. It is the result of tanh already.",
        (_G, "da_g = dc_all * i * (1 - np.tanh(g) ** 2)"),
    ),
    mistake(
        "gates_with_slope_of_tanh",
        "Your gates have the slope of tanh, 1 - p^2. They came out of the sigmoid.",
        (_I, "da_i = dc_all * g * (1 - i**2)"),
        (_F, "da_f = dc_all * c_prev * (1 - f**2)"),
        (_O, "da_o = dh * tanh_c * (1 - o**2)"),
    ),
    mistake(
        "candidate_with_slope_of_sigmoid",
        "Your candidate has the slope of the sigmoid, g (1 - g). It came out of tanh.",
        (_G, "da_g = dc_all * i * g * (1 - g)"),
    ),
    mistake(
        "candidate_slope_without_square",
        "The slope of your candidate is 1 - g. It is 1 minus the square of g.",
        (_G, "da_g = dc_all * i * (1 - g)"),
    ),
    mistake(
        "half_slope_of_sigmoid",
        "Your gates have the slope 1 - p. The slope of the sigmoid has two factors, p and 1 - p.",
        (_I, "da_i = dc_all * g * (1 - i)"),
        (_F, "da_f = dc_all * c_prev * (1 - f)"),
        (_O, "da_o = dh * tanh_c * (1 - o)"),
    ),
    mistake(
        "input_slope_missing",
        "The slope of the sigmoid is missing in the part of i.",
        (_I, "da_i = dc_all * g"),
    ),
    mistake(
        "forget_slope_missing",
        "The slope of the sigmoid is missing in the part of f.",
        (_F, "da_f = dc_all * c_prev"),
    ),
    mistake(
        "output_slope_missing",
        "The slope of the sigmoid is missing in the part of o.",
        (_O, "da_o = dh * tanh_c"),
    ),
    mistake(
        "blocks_g_and_o_turned",
        "Your da has the blocks in the order i, f, o, g. Wx, Wh and b have them in the order i, f, g, o.",
        (_DA, "da = np.concatenate([da_i, da_f, da_o, da_g], axis=1)"),
    ),
    mistake(
        "blocks_i_and_f_turned",
        "Your da has the blocks in the order f, i, g, o. Wx, Wh and b have them in the order i, f, g, o.",
        (_DA, "da = np.concatenate([da_f, da_i, da_g, da_o], axis=1)"),
    ),
    mistake(
        "shapes_do_not_fit",
        """If NumPy says that shapes do not fit: the four parts stand side by side, (N, 4H), so along axis
            1; and on the way back Wx and Wh are used transposed.""",
        (_DA, "da = np.concatenate([da_i, da_f, da_g, da_o], axis=0)"),
    ),
    mistake(
        "interleaved",
        """Your four parts are interleaved in da: its columns go i, f, g, o, i, f, g, o. In Wx the H
            columns of a block are neighbours.""",
        (_DA, "da = np.stack([da_i, da_f, da_g, da_o], axis=2).reshape(len(dh), -1)"),
    ),
    mistake(
        "forget_path_missing",
        "The block of the forget gate is 0 in your da. f depends on the loss through c.",
        (_F, "da_f = 0 * f"),
    ),
    mistake(
        "output_path_missing",
        "The block of the output gate is 0 in your da. o depends on the loss through h.",
        (_O, "da_o = 0 * o"),
    ),
    mistake(
        "dh_prev_with_direct_path",
        """You add dh to your dh_prev. There is no direct path from h to h in an LSTM: h_prev acts through
            the gates only. The direct path belongs to the cells.""",
        ("da @ Wh.T", "da @ Wh.T + dh"),
    ),
    mistake(
        "new_state_in_dwh",
        "Your dWh uses the new h. In the sum, Wh stands beside h_prev.",
        ("h_prev.T @ da", "(o * tanh_c).T @ da"),
    ),
    mistake(
        "cell_in_dwh",
        "Your dWh uses c_prev. In the sum, Wh stands beside h_prev.",
        ("h_prev.T @ da", "c_prev.T @ da"),
    ),
    mistake(
        "parameters_transposed",
        "Your dWx and dWh are transposed. A gradient has the shape of what it belongs to.",
        returns("da @ Wx.T, da @ Wh.T, dc_prev, da.T @ x_t, da.T @ h_prev, da.sum(axis=0)"),
    ),
    mistake(
        "mean_over_batch",
        MEAN_OVER_BATCH,
        returns(
            "da @ Wx.T, da @ Wh.T, dc_prev, x_t.T @ da / len(dh), h_prev.T @ da / len(dh), da.mean(axis=0)"
        ),
    ),
    mistake(
        "bias_mean",
        "Your db is a mean over the batch. The other gradients are sums, and so is this one.",
        ("da.sum(axis=0)", "da.mean(axis=0)"),
    ),
    mistake(
        "bias_not_summed",
        "Your db has shape (N, 4H). One bias serves all examples, so their gradients add up.",
        ("da.sum(axis=0)", "da"),
    ),
    mistake(
        "bias_over_units",
        "Your db is summed over the columns, shape (N,). Sum over the batch.",
        ("da.sum(axis=0)", "da.sum(axis=1)"),
    ),
    mistake(
        "bias_keeps_batch_axis",
        "Your db has shape (1, 4H). It should have the shape of b, which is (4H,).",
        ("da.sum(axis=0)", "da.sum(axis=0, keepdims=True)"),
    ),
    mistake(
        "states_exchanged",
        "The second and the third output are exchanged: dh_prev comes before dc_prev.",
        returns("da @ Wx.T, dc_prev, da @ Wh.T, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)"),
    ),
    mistake(
        "inputs_exchanged",
        "The first two outputs are exchanged: dx_t comes before dh_prev.",
        returns("da @ Wh.T, da @ Wx.T, dc_prev, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)"),
    ),
    mistake(
        "weights_exchanged",
        WEIGHTS_EXCHANGED,
        returns("da @ Wx.T, da @ Wh.T, dc_prev, h_prev.T @ da, x_t.T @ da, da.sum(axis=0)"),
    ),
    mistake(
        "dc_prev_not_returned",
        "You return five things: dc_prev is missing. The order is dx_t, dh_prev, dc_prev, dWx, dWh, db.",
        returns("da @ Wx.T, da @ Wh.T, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)"),
    ),
    mistake(
        "parameters_first",
        "You return the parameters first. The order is dx_t, dh_prev, dc_prev, dWx, dWh, db.",
        returns("x_t.T @ da, h_prev.T @ da, da.sum(axis=0), da @ Wx.T, da @ Wh.T, dc_prev"),
    ),
    mistake(
        "gates_unpacked_wrong",
        CANDIDATE_AND_OUTPUT_TURNED,
        (_GATES, "i, f, o, g = lstm_gates(x_t, h_prev, Wx, Wh, b)"),
    ),
    mistake(
        "gates_of_the_cell",
        "You hand c_prev to lstm_gates. The gates look at h_prev.",
        (_GATES, "i, f, g, o = lstm_gates(x_t, c_prev, Wx, Wh, b)"),
    ),
    mistake(
        "negated",
        NEGATED,
        returns(
            "tuple(-q for q in (da @ Wx.T, da @ Wh.T, dc_prev, x_t.T @ da, h_prev.T @ da, da.sum(axis=0)))"
        ),
    ),
    mistake(
        "writes_into_dc",
        """Your function adds into dc, the array it was given: += works inside of an array. Make a new
            one.""",
        (_ALL, "dc += dh * o * (1 - tanh_c**2)\n    dc_all = dc"),
        manner="changes_its_input",
    ),
    mistake(
        "slope_square_outside",
        """On the way from h to c your slope is (1 - tanh)^2. The square belongs to tanh(c) alone.""",
        (_ALL, "dc_all = dc + dh * o * (1 - tanh_c) ** 2"),
    ),
    mistake(
        "dh_added_whole",
        """You add dh to dc as it is. On the way from h to c stand the output gate and the slope of
            tanh.""",
        (_ALL, "dc_all = dc + dh"),
    ),
    mistake(
        "dh_added_too",
        """You add dh once more as it is. The way from h to c is the one through the output gate and tanh,
            and there is no other.""",
        (_ALL, "dc_all = dc + dh * o * (1 - tanh_c**2) + dh"),
    ),
    mistake(
        "forget_gate_too_early",
        """You multiply dc by f before the way through h is added. dc arrives at c_t itself; f comes
            later, on the way to c_prev.""",
        (_ALL, "dc_all = dc * f + dh * o * (1 - tanh_c**2)"),
    ),
    mistake(
        "tanh_for_its_slope",
        """On the way from h to c you use tanh(c) itself. Its slope is needed.""",
        (_ALL, "dc_all = dc + dh * o * tanh_c"),
    ),
    mistake(
        "tanh_for_the_output_gate",
        """On the way from h to c you multiply by tanh(c). Its partner in h = o tanh(c) is o.""",
        (_ALL, "dc_all = dc + dh * tanh_c * (1 - tanh_c**2)"),
    ),
    mistake(
        "path_without_parentheses",
        """You compute dh o and subtract tanh(c)^2. The slope needs parentheses before it is
            multiplied.""",
        (_ALL, "dc_all = dc + dh * o * 1 - tanh_c**2"),
    ),
    mistake(
        "paths_multiplied",
        """You multiply the two gradients of the cell. They come from two uses, so they add up.""",
        (_ALL, "dc_all = dc * dh * o * (1 - tanh_c**2)"),
    ),
    mistake(
        "candidate_slope_square_outside",
        """The slope of your candidate is (1 - g)^2. The square belongs to g alone.""",
        (_G, "da_g = dc_all * i * (1 - g) ** 2"),
    ),
    mistake(
        "forget_gate_without_path",
        """Your f starts from dc as it arrives, i and g from the whole. All three stand in the cell.""",
        (_F, "da_f = dc * c_prev * f * (1 - f)"),
    ),
    mistake(
        "input_gate_without_path",
        """Your i starts from dc as it arrives, f and g from the whole. All three stand in the cell.""",
        (_I, "da_i = dc * g * i * (1 - i)"),
    ),
    mistake(
        "candidate_without_path",
        """Your g starts from dc as it arrives, i and f from the whole. All three stand in the cell.""",
        (_G, "da_g = dc * i * (1 - g**2)"),
    ),
    mistake(
        "old_cell_in_o",
        """The gradient of o has tanh of the *old* cell as its partner. h shows the new one.""",
        (_O, "da_o = dh * np.tanh(c_prev) * o * (1 - o)"),
    ),
    mistake(
        "partner_of_o_missing",
        """The gradient of o lacks its partner in h = o tanh(c).""",
        (_O, "da_o = dh * o * (1 - o)"),
    ),
    mistake(
        "partner_of_f_missing",
        """The gradient of f lacks its partner, c_prev.""",
        (_F, "da_f = dc_all * f * (1 - f)"),
    ),
    mistake(
        "partner_of_i_missing",
        """The gradient of i lacks its partner, g.""",
        (_I, "da_i = dc_all * i * (1 - i)"),
    ),
    mistake(
        "partner_of_g_missing",
        """The gradient of g lacks its partner, i.""",
        (_G, "da_g = dc_all * (1 - g**2)"),
    ),
    mistake(
        "half_slope_of_i",
        """The slope of i is 1 - i in your line. The slope of the sigmoid has two factors.""",
        (_I, "da_i = dc_all * g * (1 - i)"),
    ),
    mistake(
        "half_slope_of_f",
        """The slope of f is 1 - f in your line. The slope of the sigmoid has two factors.""",
        (_F, "da_f = dc_all * c_prev * (1 - f)"),
    ),
    mistake(
        "half_slope_of_o",
        """The slope of o is 1 - o in your line. The slope of the sigmoid has two factors.""",
        (_O, "da_o = dh * tanh_c * (1 - o)"),
    ),
    mistake(
        "dc_prev_with_dc",
        """You add dc to dc_prev once more. The way from c to c_prev is the one through the forget gate,
            and there is no other.""",
        (_DC_PREV, "dc_prev = dc_all * f + dc"),
    ),
    mistake(
        "dc_prev_of_the_path_only",
        """Your dc_prev has only what came through h. What arrived at c from outside is handed on as
            well.""",
        (_DC_PREV, "dc_prev = dh * o * (1 - tanh_c**2) * f"),
    ),
    mistake(
        "cell_as_a_product",
        """You compute the new cell as a product of all four. It is a sum: what is kept, and what is
            written.""",
        (_TANH, "tanh_c = np.tanh(f * c_prev * i * g)"),
    ),
    mistake(
        "slopes_of_the_sums",
        """You compute the slopes from the sums, before sigmoid and tanh. Written as f (1 - f) and 1 - g^2
            a slope is made of the *result*.""",
        (
            _I,
            "ai, af, ag, ao = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=1); da_i = dc_all * g * ai * (1 - ai)",
        ),
        (_F, "da_f = dc_all * c_prev * af * (1 - af)"),
        (_G, "da_g = dc_all * i * (1 - ag**2)"),
        (_O, "da_o = dh * tanh_c * ao * (1 - ao)"),
    ),
    mistake(
        "old_cell_through_old_output",
        """You add to dc_prev what dh_prev sends through the output of the step *before*. That step does
            so itself, with its own gates: it would count twice.""",
        (_DC_PREV, "dc_prev = dc_all * f + (da @ Wh.T) * o * (1 - np.tanh(c_prev) ** 2)"),
    ),
    mistake(
        "dh_for_dc",
        """You use dh where the gradient of the new cell belongs. Between h and c stand the output gate
            and the slope of tanh, and dc comes from outside as well.""",
        (_ALL, "dc_all = dh"),
    ),
    mistake(
        "gates_without_brackets",
        """Your slopes are f * 1 - f, which is 0: without brackets the product comes first.""",
        (_I, "da_i = dc_all * g * i * 1 - i"),
        (_F, "da_f = dc_all * c_prev * f * 1 - f"),
        (_O, "da_o = dh * tanh_c * o * 1 - o"),
    ),
    mistake(
        "slopes_on_one_path_only",
        """In i, f and g the slope of the bend multiplies only what comes through h; what comes from dc lacks
            it. Put brackets around the sum of both: the slope belongs to all of it.""",
        (_I, "da_i = dc * g + (dc_all - dc) * g * i * (1 - i)"),
        (_F, "da_f = dc * c_prev + (dc_all - dc) * c_prev * f * (1 - f)"),
        (_G, "da_g = dc * i + (dc_all - dc) * i * (1 - g**2)"),
    ),
    mistake(
        "forget_gate_bent_again",
        """In the part of f you multiply by the sigmoid of f. f is a sigmoid already, and what is needed is
            the slope of it, f (1 - f).""",
        (_F, "da_f = dc_all * c_prev / (1 + np.exp(-f))"),
    ),
    mistake(
        "gates_bent_for_their_slopes",
        """In the three gates you multiply by the sigmoid of the gate. Each is a sigmoid already, and what is
            needed is the slope of it, p (1 - p).""",
        (_I, "da_i = dc_all * g / (1 + np.exp(-i))"),
        (_F, "da_f = dc_all * c_prev / (1 + np.exp(-f))"),
        (_O, "da_o = dh * tanh_c / (1 + np.exp(-o))"),
    ),
    mistake(
        "bias_of_f_three_times",
        """Your db holds the sums of the forget gate in the places of all three gates: a line that was
            copied, and not changed. Each block has sums of its own.""",
        returns(BACK.removeprefix("return ").replace("da.sum(axis=0)", _COPIED)),
    ),
    mistake(
        "clipped_parameters",
        """You clip the gradients of the parameters, and not the others. Nothing is clipped here: that is
            for the optimiser.""",
        returns(
            "da @ Wx.T, da @ Wh.T, dc_prev, (x_t.T @ da).clip(-0.1, 0.1), "
            "(h_prev.T @ da).clip(-0.1, 0.1), da.sum(axis=0)"
        ),
    ),
)
