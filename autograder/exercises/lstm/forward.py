"""Notebook 06: all steps of the LSTM."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way
from autograder.course.long_runs import LONG
from autograder.exercises.forward.draws import few
from autograder.exercises.lstm.draws import (
    both_turned,
    long_arguments,
    rows_turned,
    sequence_arguments,
    with_block,
)
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance


def _forward_questions(draw: Draw) -> Iterator[Question]:
    N, D, H = few(draw, 3)
    yield ask(**sequence_arguments(draw, N, 6, D, H))
    yield ask(**sequence_arguments(draw, 4, 3, 2, 5))
    yield ask("one", **sequence_arguments(draw, 1, 5, D, H))
    yield ask("single", **sequence_arguments(draw, N, 1, D, H))
    yield ask("square", **sequence_arguments(draw, 2, 2, 2, 2))
    yield ask("long", **long_arguments(draw, 2, 1, 3))
    resting = sequence_arguments(draw, 2, 4, 3, 2)
    yield ask("zero", **resting | {name: 0 * resting[name] for name in ("h0", "c0")})


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
        Group("long", f"{LONG} steps, with a cell that forgets slowly"),
        Group("zero", "h0 = 0 and c0 = 0"),
    ),
    invariants=(
        Invariant(
            "permuted", "the numbers, with the batch reordered", rows_turned("x", "h0", "c0"), both_turned
        ),
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
            """Your first step starts from zeros. It starts from h0 and c0. (At t = 0, an index t - 1 is the
            last step of an array, where nothing has been written yet.)""",
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
            """Your loop starts at t = 1, so the first input is never read and the first place stays 0. The
            first step is t = 0.""",
            (_CALL, "h_t, c_t = lstm_step(x[:, t], h_t, c_t, Wx, Wh, b) if t > 0 else (h0, c0)"),
            ("h.append(h_t)", "h.append(h_t if t > 0 else 0 * h0)"),
            ("c.append(c_t)", "c.append(c_t if t > 0 else 0 * c0)"),
        ),
        mistake(
            "starts_in_the_first_place",
            """h0 and c0 stand in the first places, and the first input is never read. h[:, 0] is the state
            *after* the first step.""",
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
            """Your answers are the states *before* each step: they begin with h0 and c0 and lack the
            last.""",
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
            """Every step of your answers is the last one: you repeat it, or you append one and the same array and go on
            writing into it.""",
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
        mistake(
            "forgets_every_tenth",
            """You start again from zeros every 10 steps. h and c are handed on through the whole
            sequence.""",
            (
                _CALL,
                "keep = float(t == 0 or t % 10 > 0); h_t, c_t = lstm_step(x[:, t], keep * h_t, keep * c_t, Wx, Wh, b)",
            ),
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
