"""Notebook 06: one step of the LSTM, and all of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.exercises.forward.draws import few
from autograder.exercises.lstm.draws import rows_turned, sequence_arguments, step_arguments, with_block
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.values import Value


def _turned(i: dict[str, Value], a: Value, j: dict[str, Value], b: Value) -> bool:
    return all(np.allclose(u[::-1], v) for u, v in zip(a, b, strict=True))


def _step_questions(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 3, 5]))
    yield ask(**step_arguments(draw, N, D, H))
    yield ask(**step_arguments(draw, 6, 2, 4))
    yield ask("one", **step_arguments(draw, 1, D, H))
    yield ask("square", **step_arguments(draw, 3, 3, 3))
    full = step_arguments(draw, N, D, H)
    full["c_prev"] = 6 * full["c_prev"]
    yield ask("full", **full)


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
        Group("full", "cells of order 5, far outside of the range of h"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            rows_turned("x_t", "h_prev", "c_prev"),
            _turned,
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
            """Your h is o times c, without tanh. A cell may hold any number; what it shows is squeezed to between
            -1 and 1.""",
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
            """Your new cell goes through tanh before it is kept. Then it is a plain cell again, with a bend at
            every step on the path. Only what is *shown* is bent.""",
            _c("np.tanh(f * c_prev + i * g)"),
        ),
        mistake(
            "cell_bent_at_the_end",
            """You return tanh of the cell in place of the cell. h is right; but the next step would start from a
            memory that was bent.""",
            ("return h, c", "return h, np.tanh(c)"),
        ),
        mistake(
            "shown_twice_bent",
            "You bend the cell twice before it is shown: tanh of tanh.",
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
            """You write 1 - f of the candidate, as a GRU would. In an LSTM the input gate decides by itself.""",
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
            "You unpack the gates as i, f, o, g. Your lstm_gates returns g third and o last.",
            ("i, f, g, o = lstm_gates", "i, f, o, g = lstm_gates"),
        ),
        mistake(
            "gates_bent_again",
            """You bend the gates again. What lstm_gates returns has been through sigmoid and tanh: a second
            sigmoid leaves no gate below 0.5.""",
            _c("sigmoid(f) * c_prev + sigmoid(i) * np.tanh(g)"),
            _h("sigmoid(o) * np.tanh(c)"),
        ),
        mistake(
            "candidate_bent_again",
            "You bend the candidate again: what lstm_gates returns has been through tanh already.",
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
            """Your function writes into c_prev. The backward pass needs the old cells, all of them: make a new
            array.""",
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
            """You add i and g. The input gate multiplies the candidate: it is the fraction that is written.""",
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
            """You bend the old cell before it is kept. On the path from cell to cell there is no bend.""",
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


def _forward_questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**sequence_arguments(draw, N, 6, D, H))
    yield ask(**sequence_arguments(draw, 4, 3, 2, 5))
    yield ask("one", **sequence_arguments(draw, 1, 5, D, H))
    yield ask("single", **sequence_arguments(draw, N, 1, D, H))
    yield ask("square", **sequence_arguments(draw, 2, 2, 2, 2))


_CALL = "h_t, c_t = lstm_step(x[:, t], h_t, c_t, Wx, Wh, b)  # (N, H) each"
_STACK = "return np.stack(h, axis=1), np.stack(c, axis=1)  # (N, T, H) each"


LSTM_FORWARD = Exercise(
    id="lstm_forward",
    questions=_forward_questions,
    core="outputs and cells of every step, for a whole batch",
    parts=("h", "c"),
    uses=("lstm_step",),
    allow_views=True,
    tolerance=Tolerance(dtype="float"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a sequence of one step (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
    ),
    invariants=(
        Invariant("permuted", "the numbers, with the batch reordered", rows_turned("x", "h0", "c0"), _turned),
        Invariant(
            "prefix",
            "the numbers, with the first four steps only",
            lambda i: i | {"x": i["x"][:, :4].copy()},
            lambda i, a, j, b: all(np.allclose(u[:, :4], v) for u, v in zip(a, b, strict=True)),
        ),
        Invariant(
            "padded",
            "the numbers, with two steps of zeros at the end",
            lambda i: i | {"x": np.concatenate([i["x"], np.zeros_like(i["x"][:, :2])], axis=1)},
            lambda i, a, j, b: all(np.allclose(u, v[:, :-2]) for u, v in zip(a, b, strict=True)),
        ),
        Invariant(
            "held",
            "the numbers, with i closed and f open: c0 is held for all steps",
            lambda i: with_block(with_block(i, 0, -60.0), 1, 60.0),
            lambda i, a, j, b: np.allclose(b[1], j["c0"][:, None]),
        ),
    ),
    hints=(
        "Two arrays are handed from step to step, h and c. Where do they start?",
        "In each turn of the loop, call lstm_step with the input of that step and the two states that the turn before "
        "left, and keep both results.",
        "Start with h_t, c_t = h0, c0. In the loop: h_t, c_t = lstm_step(...), append both to lists. After it, "
        "np.stack puts each list along axis 1.",
    ),
    mistakes=(
        mistake(
            "h0_ignored",
            "Your first step starts with h of zeros. It starts with h0.",
            ("h_t, c_t = h0, c0", "h_t, c_t = 0 * h0, c0"),
        ),
        mistake(
            "c0_ignored",
            "Your first step starts with a cell of zeros. It starts with c0.",
            ("h_t, c_t = h0, c0", "h_t, c_t = h0, 0 * c0"),
        ),
        mistake(
            "both_ignored",
            """Your first step starts from zeros. It starts from h0 and c0. (At t = 0, an index t - 1 is the last
            step of an array, where nothing has been written yet.)""",
            ("h_t, c_t = h0, c0", "h_t, c_t = 0 * h0, 0 * c0"),
        ),
        mistake(
            "starts_exchanged",
            "h0 and c0 are exchanged at the first step: you start with the cell in the place of the output.",
            ("h_t, c_t = h0, c0", "h_t, c_t = c0, h0"),
        ),
        mistake(
            "c0_is_h0",
            "Your cell starts from h0. It has a start of its own, c0.",
            ("h_t, c_t = h0, c0", "h_t, c_t = h0, h0"),
        ),
        mistake(
            "cell_not_carried",
            "The cell is not carried: every step starts from c0, so nothing is remembered in it.",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h_t, c0, Wx, Wh, b)"),
        ),
        mistake(
            "output_not_carried",
            "h is not carried: the gates of every step see h0.",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h0, c_t, Wx, Wh, b)"),
        ),
        mistake(
            "nothing_carried",
            "Nothing is carried: every step starts from h0 and c0.",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h0, c0, Wx, Wh, b)"),
        ),
        mistake(
            "results_exchanged",
            "You unpack the results of lstm_step in the wrong order: it returns h first, then c.",
            (_CALL, "c_t, h_t = lstm_step(x[:, t], h_t, c_t, Wx, Wh, b)"),
        ),
        mistake(
            "states_handed_exchanged",
            "You hand the two states to lstm_step in the wrong order: h_prev comes before c_prev.",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], c_t, h_t, Wx, Wh, b)"),
        ),
        mistake(
            "output_for_cell",
            "From the second step on, the cell that you carry is h. The memory is c.",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h_t, c_t if t == 0 else h_t, Wx, Wh, b)"),
        ),
        mistake(
            "first_input_always",
            "Every step reads the first input. Step t reads x[:, t].",
            (_CALL, "h_t, c_t = lstm_step(x[:, 0], h_t, c_t, Wx, Wh, b)"),
        ),
        mistake(
            "backwards",
            "Your loop reads the sequence from its end.",
            ("for t in range(x.shape[1]):", "for t in reversed(range(x.shape[1])):"),
        ),
        mistake(
            "loops_over_examples",
            "Your loop runs over the first axis, which are the examples. Time is the second: (N, T, D).",
            ("for t in range(x.shape[1]):", "for t in range(x.shape[0]):"),
            (_CALL, "h_t, c_t = lstm_step(x[t], h_t, c_t, Wx, Wh, b)"),
        ),
        mistake(
            "as_many_steps_as_examples",
            "Your loop makes N steps. The number of steps is the second size of x.",
            ("for t in range(x.shape[1]):", "for t in range(x.shape[0]):"),
        ),
        mistake(
            "as_many_steps_as_features",
            "Your loop makes D steps. The number of steps is the second size of x, not the last.",
            ("for t in range(x.shape[1]):", "for t in range(x.shape[2]):"),
        ),
        mistake(
            "last_step_missing",
            "Your loop ends one step early.",
            ("for t in range(x.shape[1]):", "for t in range(x.shape[1] - 1):"),
        ),
        mistake(
            "first_step_missing",
            "Your loop begins with the second input. The first is x[:, 0].",
            ("for t in range(x.shape[1]):", "for t in range(1, x.shape[1]):"),
        ),
        mistake(
            "first_step_left_out",
            """Your loop starts at t = 1, so the first input is never read and the first place stays 0. The first step
            is t = 0.""",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h_t, c_t, Wx, Wh, b) if t > 0 else (h0, c0)"),
            ("h.append(h_t)", "h.append(h_t if t > 0 else 0 * h0)"),
            ("c.append(c_t)", "c.append(c_t if t > 0 else 0 * c0)"),
        ),
        mistake(
            "starts_in_the_first_place",
            """h0 and c0 stand in the first places, and the first input is never read. h[:, 0] is the state *after* the
            first step.""",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h_t, c_t, Wx, Wh, b) if t > 0 else (h0, c0)"),
        ),
        mistake(
            "time_first",
            "Your answers have the axes (T, N, H). The batch comes first: (N, T, H).",
            (_STACK, "return np.stack(h, axis=0), np.stack(c, axis=0)"),
        ),
        mistake(
            "time_last",
            "Your answers have the axes (N, H, T). Time stands in the middle: (N, T, H).",
            (_STACK, "return np.stack(h, axis=2), np.stack(c, axis=2)"),
        ),
        mistake(
            "concatenated",
            "Your steps stand side by side in one long row of T H numbers. They need an axis of their own: (N, T, H).",
            (_STACK, "return np.concatenate(h, axis=1), np.concatenate(c, axis=1)"),
        ),
        mistake(
            "starts_included",
            "Your answers have T + 1 steps, since h0 and c0 are in them. The first is the state after the first input.",
            (_STACK, "return np.stack([h0, *h], axis=1), np.stack([c0, *c], axis=1)"),
        ),
        mistake(
            "states_before",
            """Your answers are the states *before* each step: they begin with h0 and c0 and lack the last.""",
            (_STACK, "return np.stack([h0, *h[:-1]], axis=1), np.stack([c0, *c[:-1]], axis=1)"),
        ),
        mistake(
            "last_only",
            "You return the states after the last step. All of them are asked for: (N, T, H).",
            (_STACK, "return h_t, c_t"),
        ),
        mistake(
            "cells_not_returned",
            "You return the outputs alone. The cells are asked for as well: return h, c.",
            (_STACK, "return np.stack(h, axis=1)"),
        ),
        mistake(
            "answers_exchanged",
            "Your two answers are exchanged: h comes first.",
            (_STACK, "return np.stack(c, axis=1), np.stack(h, axis=1)"),
        ),
        mistake(
            "last_cell_only",
            "Your outputs are those of every step, but of the cells you return the last only: (N, H). Both are "
            "(N, T, H).",
            (_STACK, "return np.stack(h, axis=1), c_t"),
        ),
        mistake(
            "same_array_every_step",
            """Every step of your answers is the last one: you append one and the same array, and go on writing into
            it.""",
            ("h.append(h_t)", "h.append(h_t); h = [h_t] * len(h)"),
            ("c.append(c_t)", "c.append(c_t); c = [c_t] * len(c)"),
        ),
        mistake(
            "outputs_kept_twice",
            """Your second answer holds the outputs again. It is for the cells.""",
            ("c.append(c_t)", "c.append(h_t)"),
        ),
        mistake(
            "cells_kept_twice",
            """Your first answer holds the cells. It is for the outputs.""",
            ("h.append(h_t)", "h.append(c_t)"),
        ),
        mistake(
            "last_output_only",
            """Of the outputs you return the last only: (N, H). Both answers are (N, T, H).""",
            (_STACK, "return h_t, np.stack(c, axis=1)"),
        ),
        mistake(
            "turned_in_time",
            """The steps of your answers are in reverse order: the last comes first.""",
            (_STACK, "return np.stack(h[::-1], axis=1), np.stack(c[::-1], axis=1)"),
        ),
    ),
    other_ways=(
        other_way(
            "arrays",
            source="""
            def lstm_forward(x, h0, c0, Wx, Wh, b):
                N, T, D = x.shape
                h, c = np.zeros((N, T, h0.shape[1])), np.zeros((N, T, h0.shape[1]))
                for t in range(T):
                    before = (h0, c0) if t == 0 else (h[:, t - 1], c[:, t - 1])
                    h[:, t], c[:, t] = lstm_step(x[:, t], *before, Wx, Wh, b)
                return h, c
            """,
        ),
        other_way(
            "inputs_first",
            source="""
            def lstm_forward(x, h0, c0, Wx, Wh, b, reverse=False):
                H, (h, c), out = len(Wh), (h0, c0), []
                for ax in (np.einsum("ntd,dk->tnk", x, Wx) + b):
                    a = ax + h @ Wh
                    i, f, o = (1 / (1 + np.exp(-a[:, k * H : (k + 1) * H])) for k in (0, 1, 3))
                    c = f * c + i * np.tanh(a[:, 2 * H : 3 * H])
                    h = o * np.tanh(c)
                    out.append((h, c))
                h, c = (np.array(q) for q in zip(*out))
                return h.transpose(1, 0, 2), c.transpose(1, 0, 2)
            """,
        ),
        other_way(
            "one_example_at_a_time",
            source="""
            def lstm_forward(x, h0, c0, Wx, Wh, b):
                both = []
                for n in range(len(x)):
                    h, c, rows = h0[n : n + 1], c0[n : n + 1], []
                    for x_t in x[n]:
                        h, c = lstm_step(x_t[None], h, c, Wx, Wh, b)
                        rows.append([h[0], c[0]])
                    both.append(rows)
                return [[row[0] for row in rows] for rows in both], [[row[1] for row in rows] for rows in both]
            """,
        ),
        other_way(
            "recursion",
            source="""
            def lstm_forward(x, h0, c0, Wx, Wh, b):
                h, c = lstm_step(x[:, 0], h0, c0, Wx, Wh, b)
                if x.shape[1] == 1:
                    return h[:, None], c[:, None]
                later = lstm_forward(x[:, 1:], h, c, Wx, Wh, b)
                return tuple(np.concatenate([now[:, None], then], axis=1) for now, then in zip((h, c), later))
            """,
        ),
        other_way(
            "single_precision",
            (_STACK, "return np.stack(h, axis=1).astype(np.float32), np.stack(c, axis=1).astype(np.float32)"),
        ),
    ),
)
