"""Notebook 02: one-to-many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from autograder.course.exercise import (
    Draw,
    Exercise,
    Invariant,
    Question,
    ask,
    mistake,
    other_way,
    weights,
    zeroed,
)
from autograder.exercises.forward.draws import few, reversed_batch
from rnncourse.checking.caseset import Group
from rnncourse.checking.compare import Tolerance
from rnncourse.checking.values import Value


def _writer(draw: Draw, N: int, steps: int, V: int, H: int) -> dict[str, Value]:
    """Return inputs whose network writes varied tokens: its weights are too large to settle at once."""
    return {
        "start": draw.integers(0, V, N),
        "h0": weights(draw, N, H),
        "steps": steps,
        "Wxh": weights(draw, V, H, scale=1.2),
        "Whh": weights(draw, H, H, scale=1.0),
        "bh": weights(draw, H),
        "Why": weights(draw, H, V, scale=1.2),
        "by": weights(draw, V, scale=0.5),
    }


def _generate(draw: Draw) -> Iterator[Question]:
    N, H = few(draw, 2)
    yield ask(**_writer(draw, N + 3, 7, 8, H + 1))
    yield ask(**_writer(draw, 4, 6, 7, 3))
    yield ask("one", **_writer(draw, 1, 6, 5, 4))
    yield ask("single", **_writer(draw, 5, 1, 7, 3))
    yield ask("square", **_writer(draw, 4, 4, 4, 4))
    low = _writer(draw, 5, 6, 7, 3)
    yield ask("low", **low | {"by": low["by"] - 40.0})
    large = _writer(draw, 5, 6, 7, 3)
    yield ask("large", **large | {"Why": 300.0 * large["Why"]})
    twins = _writer(draw, 6, 7, 6, 4)
    twins["Why"][:, [2, 4]], twins["by"][[2, 4]] = 0.0, 0.5  # exactly equal, whatever the state is
    yield ask("tie", **twins)
    yield ask("long", **_writer(draw, 2, 26, 5, 3))
    rest = _writer(draw, 4, 5, 6, 3)
    yield ask(
        "zeros", **rest | {"h0": zeroed(rest["h0"], 0, 2), "Wxh": zeroed(rest["Wxh"], 1, rest["start"][0])}
    )


def _same_next(first: Value, second: Value) -> bool:
    """Return whether, in `second`, equal tokens are always followed by equal tokens."""
    follower: dict[int, int] = {}
    return all(
        follower.setdefault(int(now), int(after)) == int(after)
        for row in second
        for now, after in pairwise(row)
    )


_ARGMAX = "token = logits.argmax(axis=1)  # (N,)"
_STEP = "h = rnn_step(x_t, h, Wxh, Whh, bh)  # (N, H)"
_LOGITS = "logits = h @ Why + by  # (N, V)"
_ONE_HOT = "x_t = np.eye(len(Wxh))[token]  # (N, V)"


def _soft(fed: str) -> str:
    """Return a cell that feeds something else than a one-hot row back."""
    return f"""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                x_t, h, ids = np.eye(len(Wxh))[start], h0, []
                for t in range(steps):
                    h = np.tanh(x_t @ Wxh + h @ Whh + bh)
                    logits = h @ Why + by
                    ids.append(logits.argmax(axis=1))
                    x_t = {fed}
                return np.stack(ids, axis=1)
            """


GENERATE = Exercise(
    id="generate",
    questions=_generate,
    core="the tokens of a whole batch",
    uses=("rnn_step",),
    tolerance=Tolerance(dtype="int"),
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "a single token (steps = 1)"),
        Group("square", "N = steps = V = H, where shapes catch nothing"),
        Group("low", "logits that are all negative"),
        Group("large", "logits in the hundreds"),
        Group("tie", "logits that are equal: of these the smallest id"),
        Group("long", "26 tokens"),
        Group("zeros", "states of zeros, and tokens whose weights are all zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the tokens, with the batch reordered",
            lambda i: reversed_batch(i, "start", "h0"),
            lambda i, first, j, second: np.array_equal(first[::-1], second),
        ),
        Invariant(
            "fewer",
            "the tokens, with steps = 3",
            lambda i: i | {"steps": 3},
            lambda i, first, j, second: np.array_equal(first[:, :3], second),
        ),
        Invariant(
            "no_memory",
            "the tokens, with Whh = 0",
            lambda i: i | {"Whh": np.zeros_like(i["Whh"])},
            lambda i, first, j, second: _same_next(first, second),
        ),
        Invariant(
            "same_bias",
            "the tokens, with a constant added to by",
            lambda i: i | {"by": i["by"] + 2.5},
            lambda i, first, j, second: np.array_equal(first, second),
        ),
    ),
    hints=(
        "Two variables live through the loop: the current token of each example, and the current state. "
        "What are they before the first turn?",
        "In each turn: token to one-hot row, row and state to new state, state to logits, logits to the "
        "next token. Four lines.",
        "Start with token = start and h = h0. The last lines of a turn: token becomes the argmax of the "
        "logits, and ids[:, t] gets it. ids is an integer array of shape (N, steps); argmax over axis=1.",
    ),
    mistakes=(
        mistake(
            "normalised_over_the_batch",
            """You turn the logits into shares over the batch before you choose. Each row, the logits of one
            example, is compared within itself.""",
            (_ARGMAX, "token = (np.exp(logits) / np.exp(logits).sum(axis=0)).argmax(axis=1)"),
        ),
        mistake(
            "largest_from_zero",
            """Your search for the largest logit begins with 0, so where all logits are negative it finds
            none and writes token 0. Begin with the first logit, or let NumPy search.""",
            (_ARGMAX, "token = np.where(logits.max(axis=1) > 0, logits.argmax(axis=1), 0)"),
        ),
        mistake(
            "bent_logits",
            """Your logits go through tanh. Those above 20 or so all become 1, and the first of them is
            taken. Logits have no activation.""",
            (_ARGMAX, "token = np.tanh(logits).argmax(axis=1)"),
        ),
        mistake(
            "last_of_equals",
            "Where several logits are the largest you take the one with the largest id. Take the smallest.",
            (_ARGMAX, "token = logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)"),
        ),
        mistake(
            "start_fed_each_step",
            """You feed the start token at every step. The token that was just written must become the
            next input.""",
            (_ONE_HOT, "x_t = np.eye(len(Wxh))[start]"),
        ),
        mistake(
            "state_not_carried",
            "Every step starts from h0 again. Carry the state from step to step, together with the token.",
            (_STEP, "h = rnn_step(x_t, h0, Wxh, Whh, bh)"),
        ),
        mistake(
            "nothing_carried",
            """Neither the token nor the state goes on to the next step, so all tokens of an example are
            equal. Both must be carried.""",
            (_ONE_HOT, "x_t = np.eye(len(Wxh))[start]"),
            (_STEP, "h = rnn_step(x_t, h0, Wxh, Whh, bh)"),
        ),
        mistake(
            "h0_ignored",
            "Your first step starts from zeros: h0 is not used.",
            ("start, h0  #", "start, 0 * h0  #"),
        ),
        mistake(
            "start_written",
            """The start token is the first of your tokens, and the last one is missing. The first token
            you write is the one chosen at the first step.""",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                token, h, ids = start, h0, []
                for t in range(steps):
                    ids.append(token)
                    h = rnn_step(np.eye(len(Wxh))[token], h, Wxh, Whh, bh)
                    token = (h @ Why + by).argmax(axis=1)
                return np.stack(ids, axis=1)
            """,
        ),
        mistake(
            "start_in_front",
            """The start token stands in front of your answer, so it has steps + 1 tokens. Only what is
            written counts.""",
            ("return ids", "return np.concatenate([np.asarray(start)[:, None], ids], axis=1)"),
        ),
        mistake(
            "one_step_more",
            "You write one token too many: steps + 1.",
            ("len(start), steps)", "len(start), steps + 1)"),
            ("range(steps)", "range(steps + 1)"),
        ),
        mistake(
            "one_step_less",
            "You write one token too few: steps - 1. The start token is not one of them.",
            ("len(start), steps)", "len(start), steps - 1)"),
            ("range(steps)", "range(steps - 1)"),
        ),
        mistake(
            "only_last_token",
            "You return the last token only. All of them are asked for, (N, steps).",
            ("return ids", "return token"),
        ),
        mistake(
            "time_first",
            "Your answer has time and batch swapped, (steps, N). In this course the batch comes first.",
            ("return ids", "return ids.T.copy()"),
        ),
        mistake(
            "least_likely",
            "You choose the *smallest* logit. Greedy means the largest.",
            (_ARGMAX, "token = logits.argmin(axis=1)"),
        ),
        mistake(
            "argmax_over_batch",
            """Your argmax runs over the batch, so you get the number of an example, not of a token. The
            vocabulary is on the last axis.""",
            (_ARGMAX, "token = logits.argmax(axis=0)"),
        ),
        mistake(
            "argmax_of_everything",
            """Your argmax has no axis, so it counts through the logits of the whole batch and gives one
            number for all examples. Each example has its own.""",
            (_ARGMAX, "token = logits.argmax()"),
        ),
        mistake(
            "float_ids",
            """Your ids are floating-point numbers. An id is used as an index: make the array with
            dtype=int.""",
            (", dtype=int)", ")"),
        ),
        mistake(
            "ids_fed_in",
            """You feed the ids themselves into the cell, an array of shape (N,). The cell reads one row of
            V numbers for each example: make one-hot rows of the ids.""",
            ("rnn_step(x_t, h,", "rnn_step(token, h,"),
        ),
        mistake(
            "argmax_of_state",
            """You take the argmax of the state. A hidden unit is not a token: the output layer comes in
            between.""",
            (_LOGITS, "logits = h"),
        ),
        mistake(
            "no_output_bias", "The bias of the output layer, by, is not used.", (_LOGITS, "logits = h @ Why")
        ),
        mistake(
            "from_the_state_before",
            """Your logits read the state before the step, so the present token has no say in the next
            one. Update the state first.""",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                token, h, ids = start, h0, []
                for t in range(steps):
                    x_t = np.eye(len(Wxh))[token]
                    token = (h @ Why + by).argmax(axis=1)
                    h = rnn_step(x_t, h, Wxh, Whh, bh)
                    ids.append(token)
                return np.stack(ids, axis=1)
            """,
        ),
        mistake(
            "from_the_sum",
            "Your logits read the sum before the activation. They read the state, which comes out of tanh.",
            (_LOGITS, "logits = np.arctanh(h) @ Why + by"),
        ),
        mistake(
            "logits_fed_back",
            """You feed the logits back instead of the chosen token. The next input is the one-hot row of
            the token that was written.""",
            source=_soft("logits"),
        ),
        mistake(
            "probabilities_fed_back",
            """You feed the probabilities back, a blend of all tokens. The next input is the one-hot row
            of the one that was written.""",
            source=_soft("softmax(logits)"),
        ),
        mistake(
            "nothing_fed_in",
            """After the first step your input is zeros. The token that was just written must become the
            next input.""",
            source=_soft("np.zeros_like(x_t)"),
        ),
        mistake(
            "id_as_number",
            """You multiply by the id itself, as if token 4 were twice token 2. An id is a name: make a
            one-hot row of it.""",
            (_ONE_HOT, "x_t = np.asarray(token)[:, None] * np.ones(len(Wxh))"),
        ),
        mistake(
            "off_by_one",
            "Your one-hot rows are shifted: id 0 is the first row of np.eye(V), not the last.",
            (_ONE_HOT, "x_t = np.eye(len(Wxh))[np.asarray(token) - 1]"),
        ),
        mistake(
            "first_example_for_all",
            "All examples are written as the first one is. Each has its own start token and its own state.",
            (_ARGMAX, "token = np.full(len(start), logits[0].argmax())"),
        ),
        mistake(
            "bias_outside",
            "In your loop the bias bh is added after tanh. It belongs inside the activation.",
            (_STEP, "h = np.tanh(x_t @ Wxh + h @ Whh) + bh"),
        ),
        mistake(
            "no_activation",
            """There is no tanh in your loop, so the network is a linear filter and its state can grow
            without bound.""",
            (_STEP, "h = x_t @ Wxh + h @ Whh + bh"),
        ),
        mistake(
            "tanh_of_parts",
            "In your loop tanh goes to the terms one by one, and then they are added. Add first, then tanh once.",
            (_STEP, "h = np.tanh(x_t @ Wxh) + np.tanh(h @ Whh) + np.tanh(bh)"),
        ),
        mistake(
            "whh_transposed",
            "Whh is transposed in your loop. It is square, so its shape did not warn you.",
            (_STEP, "h = np.tanh(x_t @ Wxh + h @ Whh.T + bh)"),
        ),
        mistake(
            "one_hot_returned",
            "You return one-hot rows, (N, steps, V). Asked for are the ids, (N, steps).",
            ("return ids", "return np.eye(len(Wxh))[ids]"),
        ),
        mistake(
            "overwrites_start",
            """Your loop writes the new tokens into start, which belongs to the caller. Give token an
            array of its own.""",
            manner="changes_its_input",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                token, h, ids = start, h0, []
                for t in range(steps):
                    h = rnn_step(np.eye(len(Wxh))[token], h, Wxh, Whh, bh)
                    token[:] = (h @ Why + by).argmax(axis=1)
                    ids.append(token.copy())
                return np.stack(ids, axis=1)
            """,
        ),
    ),
    other_ways=(
        other_way("row_lookup", (_ONE_HOT, "x_t = Wxh[token]"), (_STEP, "h = np.tanh(x_t + h @ Whh + bh)")),
        other_way("through_softmax", (_ARGMAX, "token = np.argmax(softmax(logits), axis=-1)")),
        other_way(
            "list_and_stack",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                V = by.shape[0]
                tokens, h = [np.asarray(start)], h0.copy()
                for _ in range(steps):
                    x = np.zeros((len(start), V))
                    x[np.arange(len(start)), tokens[-1]] = 1
                    h = rnn_step(x, h, Wxh, Whh, bh)
                    tokens.append(np.einsum("nh,hv->nv", h, Why).__add__(by).argmax(-1))
                return np.array(tokens[1:]).T
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                written = []
                for token, h in zip(start, h0):
                    ids = []
                    for t in range(steps):
                        h = np.tanh(Wxh[token] + h @ Whh + bh)
                        token = int(np.argmax(h @ Why + by))
                        ids.append(token)
                    written.append(ids)
                return written
            """,
        ),
        other_way(
            "recursion",
            source="""
            def generate(first, state, length, U, W, b, V, c, verbose=False):
                if length == 0:
                    return np.zeros((len(first), 0), dtype=int)
                state = rnn_step(np.eye(len(c))[first], state, U, W, b)
                token = np.argmax(state @ V + c, axis=1)
                rest = generate(token, state, length - 1, U, W, b, V, c)
                return np.column_stack([token, rest])
            """,
        ),
    ),
)
