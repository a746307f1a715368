"""Notebook 06: one step of the LSTM."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.exercises.lstm.draws import (
    both_turned,
    rows_turned,
    step_arguments,
    with_block,
)
from autograder.exercises.lstm.told import CANDIDATE_AND_OUTPUT_TURNED
from rnncourse.checking.caseset import Group


def _step_questions(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 3, 5]))
    yield ask(**step_arguments(draw, N, D, H))
    yield ask(**step_arguments(draw, 6, 2, 4))
    yield ask("one", **step_arguments(draw, 1, D, H))
    yield ask("square", **step_arguments(draw, 3, 3, 3))
    full = step_arguments(draw, N, D, H)
    full["c_prev"] = 6 * full["c_prev"]
    yield ask("full", **full)
    higher = step_arguments(draw, 3, 2, 4)
    higher["c_prev"] = 60 * higher["c_prev"]
    yield ask("full", **higher)
    resting = step_arguments(draw, 3, 2, 4)
    for name in ("h_prev", "c_prev"):
        resting[name][0] = 0.0
    yield ask("zero", **resting)
    start = step_arguments(draw, 1, 2, 4)
    yield ask("zero", **start | {name: np.zeros((1, 4)) for name in ("h_prev", "c_prev")})


_C = "c = f * c_prev + i * g  # (N, H): keep a part of the old, add something new"


_H = "h = o * np.tanh(c)"


def _c(text: str) -> tuple[str, str]:
    return (_C, "c = " + text)


def _h(text: str) -> tuple[str, str]:
    return (_H, "h = " + text)


LSTM_STEP = Exercise(
    id="lstm_step",
    questions=_step_questions,
    core="the new h and c of a whole batch",
    parts=("h", "c"),
    uses=("lstm_gates",),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = D = H, where shapes catch nothing"),
        Group("full", "cells of order 5 and of order 50, far outside of the range of h"),
        Group("zero", "an example with states of zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            rows_turned("x_t", "h_prev", "c_prev"),
            both_turned,
        ),
        Invariant(
            "held",
            "the numbers, with i closed and f open: the cell is held",
            lambda i: with_block(with_block(i, 0, -60.0), 1, 60.0),
            lambda i, a, j, b: np.allclose(b[1], j["c_prev"]),
        ),
        Invariant(
            "shut",
            "the numbers, with o closed: nothing is shown",
            lambda i: with_block(i, 3, -12.0),
            lambda i, a, j, b: np.allclose(b[0], 0, atol=1e-4) and np.allclose(a[1], b[1]),
        ),
        Invariant(
            "erased",
            "the numbers, with f closed: the old cell does not matter",
            lambda i: with_block(i, 1, -60.0) | {"c_prev": -3 * i["c_prev"]},
            lambda i, a, j, b: bool(np.abs(b[1]).max() <= 1),
        ),
    ),
    hints=(
        "Your lstm_gates returns four arrays of shape (N, H). Which two of them make the new cell together with "
        "c_prev, and which one is left for h?",
        "The new cell is a sum of two products, entry by entry: something kept, and something written. h is made "
        "of the *new* cell.",
        "c: the forget gate times c_prev, plus the input gate times the candidate. h: the output gate times tanh "
        "of that c. Return h first.",
    ),
    mistakes=(
        mistake(
            "gates_exchanged",
            "i and f are exchanged: f says how much of the old cell is kept, i how much of the candidate is written.",
            _c("i * c_prev + f * g"),
        ),
        mistake(
            "cell_not_bent",
            """Your h is o times c, without tanh. A cell may hold any number; what it shows is squeezed to
            between -1 and 1.""",
            _h("o * c"),
        ),
        mistake(
            "old_cell_shown",
            "Your h shows the old cell. What has just been written counts too: use the new one.",
            _h("o * np.tanh(c_prev)"),
        ),
        mistake(
            "output_gate_forgotten",
            "The output gate is not used: all of the cell is shown.",
            _h("np.tanh(c)"),
        ),
        mistake(
            "output_gate_inside",
            "The output gate is inside of tanh. It decides how much of the squeezed cell is shown: it stands outside.",
            _h("np.tanh(o * c)"),
        ),
        mistake(
            "cell_bent",
            """Your new cell goes through tanh before it is kept. Then it is a plain cell again, with an activation
            at every step on the path. Only what is *shown* goes through tanh.""",
            _c("np.tanh(f * c_prev + i * g)"),
        ),
        mistake(
            "cell_clipped",
            """You cut the cell off at -10 and 10. It is a sum that may grow with every step: tanh squeezes what is
            shown of it, and nothing is lost in what is kept.""",
            _c("np.clip(f * c_prev + i * g, -10, 10)"),
        ),
        mistake(
            "cell_bent_at_the_end",
            """You return tanh of the cell in place of the cell. h is right; but the next step would start
            from a memory that went through tanh.""",
            ("return h, c", "return h, np.tanh(c)"),
        ),
        mistake(
            "shown_twice_bent",
            "You apply the activation to the cell twice before it is shown: tanh of tanh.",
            _h("o * np.tanh(np.tanh(c))"),
        ),
        mistake(
            "product_in_place_of_sum",
            "You multiply what is kept by what is written. The cell is added to: that is what this notebook is about.",
            _c("f * c_prev * i * g"),
        ),
        mistake(
            "no_old_cell",
            "The old cell is not used: nothing is remembered.",
            _c("i * g"),
        ),
        mistake(
            "nothing_written",
            "Nothing is written: the candidate and the input gate are not used.",
            _c("f * c_prev"),
        ),
        mistake(
            "forget_gate_forgotten",
            "The forget gate is not used: all of the old cell is kept, always. The first LSTM of 1997 was like that.",
            _c("c_prev + i * g"),
        ),
        mistake(
            "input_gate_forgotten",
            "The input gate is not used: the candidate is written whole at every step.",
            _c("f * c_prev + g"),
        ),
        mistake(
            "forget_inverted",
            "You keep 1 - f of the old cell. In spite of its name, f is the part that is kept.",
            _c("(1 - f) * c_prev + i * g"),
        ),
        mistake(
            "input_tied",
            """You write 1 - f of the candidate, as a GRU would. In an LSTM the input gate decides by
            itself.""",
            _c("f * c_prev + (1 - f) * g"),
        ),
        mistake(
            "input_tied_to_itself",
            """You keep 1 - i of the old cell: the forget gate is not used. It has weights of its own.""",
            _c("(1 - i) * c_prev + i * g"),
        ),
        mistake(
            "state_kept",
            "The forget gate multiplies h_prev. The memory is in c_prev: h_prev is only what was shown of it.",
            _c("f * h_prev + i * g"),
        ),
        mistake(
            "output_gate_writes",
            "i and o are exchanged: the output gate writes, and the input gate shows.",
            _c("f * c_prev + o * g"),
            _h("i * np.tanh(c)"),
        ),
        mistake(
            "output_gate_keeps",
            "f and o are exchanged: the output gate keeps, and the forget gate shows.",
            _c("o * c_prev + i * g"),
            _h("f * np.tanh(c)"),
        ),
        mistake(
            "gates_turned",
            """You unpack the gates as f, i, g, o. Your lstm_gates returns i first.""",
            ("i, f, g, o = lstm_gates", "f, i, o, g = lstm_gates"),
        ),
        mistake(
            "candidate_and_output_turned",
            CANDIDATE_AND_OUTPUT_TURNED,
            ("i, f, g, o = lstm_gates", "i, f, o, g = lstm_gates"),
        ),
        mistake(
            "gates_bent_again",
            """You apply the activations to the gates again. What lstm_gates returns has been through sigmoid and
            tanh: a second sigmoid leaves no gate below 0.5.""",
            _c("sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)"),
            _h("sigmoid(o) * np.tanh(c)"),
        ),
        mistake(
            "candidate_bent_again",
            "You apply tanh to the candidate again: what lstm_gates returns has been through tanh already.",
            _c("f * c_prev + i * np.tanh(g)"),
        ),
        mistake(
            "gates_of_the_cell",
            "You hand c_prev to lstm_gates. The gates look at h_prev, what the unit has shown.",
            ("lstm_gates(x_t, h_prev, Wx", "lstm_gates(x_t, c_prev, Wx"),
        ),
        mistake(
            "turned_around", "Your two outputs are exchanged: h comes first.", ("return h, c", "return c, h")
        ),
        mistake(
            "only_h", "You return h alone. The next step needs the cell too.", ("return h, c", "return h")
        ),
        mistake(
            "matrix_products",
            "You multiply the gates by @. A gate acts on its own unit: entry by entry.",
            _c("f @ c_prev.T + i @ g.T"),
        ),
        mistake(
            "changes_the_cell",
            """Your function writes into c_prev. The backward pass needs the old cells, all of them: make a
            new array.""",
            _c("c_prev\n    c *= f\n    c += i * g"),
            manner="changes_its_input",
        ),
        mistake(
            "old_h_mixed_in",
            "You add h_prev to what is shown. The past reaches h through the cell and the gates only.",
            _h("o * np.tanh(c) + h_prev"),
        ),
        mistake(
            "sigmoid_for_tanh",
            "The cell is shown through a sigmoid. It is tanh: a cell may be negative.",
            _h("o * sigmoid(c)"),
        ),
        mistake(
            "candidate_added_whole",
            """You add i and g. The input gate multiplies the candidate: it is the fraction that is
            written.""",
            _c("f * c_prev + i + g"),
        ),
        mistake(
            "gates_added",
            """You add f and multiply the rest. The forget gate multiplies the old cell, the input gate the
            candidate.""",
            _c("f + c_prev * i * g"),
        ),
        mistake(
            "forget_gate_on_both",
            """Your forget gate multiplies what is written, too. It acts on the old cell only.""",
            _c("f * (c_prev + i * g)"),
        ),
        mistake(
            "forget_gate_on_the_new",
            """Your forget gate multiplies what is written and not what is kept.""",
            _c("c_prev + f * i * g"),
        ),
        mistake(
            "old_cell_twice",
            """The old cell is in your sum twice: once through the forget gate, and once whole.""",
            _c("f * c_prev + i * g + c_prev"),
        ),
        mistake(
            "old_cell_bent",
            "You apply tanh to the old cell before it is kept. On the path from cell to cell there is no activation.",
            _c("f * np.tanh(c_prev) + i * g"),
        ),
        mistake(
            "old_cell_shown_plain",
            """Your h shows the old cell, and without tanh. Show the new one, squeezed.""",
            _h("o * c_prev"),
        ),
        mistake(
            "candidate_shown",
            """Your h shows the candidate. It shows the cell, in which the candidate is only what is new.""",
            _h("o * g"),
        ),
        mistake(
            "output_gate_added",
            """You add the output gate. It multiplies: it is the fraction that is shown.""",
            _h("np.tanh(c) + o"),
        ),
        mistake(
            "h_returned_twice",
            """You return h twice. The second is the cell, before tanh and the output gate.""",
            ("return h, c", "return h, h"),
        ),
        mistake(
            "c_returned_twice",
            """You return the cell twice. The first is what is shown of it.""",
            ("return h, c", "return c, c.copy()"),
        ),
        mistake(
            "everything_returned",
            """You return the gates too. Two arrays are asked for: h and c.""",
            ("return h, c", "return i, f, g, o, h, c"),
        ),
    ),
    other_ways=(
        other_way(
            "written_out",
            source="""
            def lstm_step(x_t, h_prev, c_prev, Wx, Wh, b):
                i, f, g, o = np.split(x_t @ Wx + h_prev @ Wh + b, 4, axis=-1)
                def s(a):
                    return 0.5 * (1 + np.tanh(0.5 * a))
                c = s(f) * c_prev + s(i) * np.tanh(g)
                return s(o) * np.tanh(c), c
            """,
        ),
        other_way(
            "in_place_on_a_copy",
            source="""
            def lstm_step(x, h, c, Wx, Wh, b, gates=None):
                i, f, g, o = gates or lstm_gates(x, h, Wx, Wh, b)
                c = np.array(c)
                c *= f
                c += np.multiply(i, g)
                return [np.tanh(c) * o, c]
            """,
        ),
        other_way("einsum", _c('np.einsum("nh,nh->nh", f, c_prev) + np.einsum("nh,nh->nh", i, g)')),
        other_way(
            "unit_by_unit",
            source="""
            def lstm_step(x_t, h_prev, c_prev, Wx, Wh, b):
                gates = lstm_gates(x_t, h_prev, Wx, Wh, b)
                h, c = np.zeros(c_prev.shape), np.zeros(c_prev.shape)
                for n, k in np.ndindex(*c_prev.shape):
                    i, f, g, o = (q[n][k] for q in gates)
                    c[n, k] = c_prev[n, k] * f + g * i
                    h[n, k] = np.tanh(c[n, k]) * o
                return h, c
            """,
        ),
        other_way("single_precision", ("return h, c", "return h.astype(np.float32), c.astype(np.float32)")),
    ),
)
