"""Known wrong ways of ``generate``."""

from __future__ import annotations

from autograder.course.exercise import mistake
from autograder.exercises.forward.told import BIAS_OUTSIDE, NO_OUTPUT_BIAS, TANH_OF_PARTS, WHH_TRANSPOSED
from autograder.exercises.told import FROM_THE_SUM, LEAST_LIKELY

ARGMAX = "token = logits.argmax(axis=1)  # (N,)"


STEP = "h = rnn_step(x_t, h, Wxh, Whh, bh)  # (N, H)"


_LOGITS = "logits = h @ Why + by  # (N, V)"


ONE_HOT = "x_t = np.eye(len(Wxh))[token]  # (N, V)"


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


_OVER_THE_BATCH = """You turn the logits into shares over the batch before you choose. Each row, the logits of one
        example, is compared within itself."""


def _sampled(seed: int) -> str:
    """Return a cell that draws each token, with a seed of its own."""
    return f"""
            def generate(start, h0, steps, Wxh, Whh, bh, Why, by):
                rng = np.random.default_rng({seed})
                token, h, ids = start, h0, []
                for t in range(steps):
                    h = np.tanh(Wxh[token] + h @ Whh + bh)
                    z = h @ Why + by
                    p = np.exp(z - z.max(axis=1, keepdims=True))
                    p = p / p.sum(axis=1, keepdims=True)
                    token = np.array([rng.choice(len(by), p=row) for row in p])
                    ids.append(token)
                return np.stack(ids, axis=1)
            """


MISTAKES = (
    *(
        mistake(
            f"drawn_by_seed_{seed}",
            """You draw each token by its probability. Greedy means that the most probable one is taken, every
            time.""",
            source=_sampled(seed),
        )
        for seed in (0, 42)
    ),
    mistake(
        "normalised_over_the_batch",
        _OVER_THE_BATCH,
        (ARGMAX, "token = (np.exp(logits) / np.exp(logits).sum(axis=0)).argmax(axis=1)"),
    ),
    mistake(
        "softmax_over_the_batch",
        _OVER_THE_BATCH,
        (
            ARGMAX,
            "e = np.exp(logits - logits.max(axis=0))\n        token = (e / e.sum(axis=0)).argmax(axis=1)",
        ),
    ),
    mistake(
        "largest_from_zero",
        """Your search for the largest logit begins with 0, so where all logits are negative it finds
        none and writes token 0. Begin with the first logit, or let NumPy search.""",
        (ARGMAX, "token = np.where(logits.max(axis=1) > 0, logits.argmax(axis=1), 0)"),
    ),
    mistake(
        "bent_logits",
        """Your logits go through tanh. Those above 20 or so all become 1, and the first of them is
        taken. Logits have no activation.""",
        (ARGMAX, "token = np.tanh(logits).argmax(axis=1)"),
    ),
    mistake(
        "last_of_equals",
        "Where several logits are the largest you take the one with the largest id. Take the smallest.",
        (ARGMAX, "token = logits.shape[1] - 1 - logits[:, ::-1].argmax(axis=1)"),
    ),
    mistake(
        "start_fed_each_step",
        """You feed the start token at every step. The token that was just written must become the
        next input.""",
        (ONE_HOT, "x_t = np.eye(len(Wxh))[start]"),
    ),
    mistake(
        "state_not_carried",
        "Every step starts from h0 again. Carry the state from step to step, together with the token.",
        (STEP, "h = rnn_step(x_t, h0, Wxh, Whh, bh)"),
    ),
    mistake(
        "nothing_carried",
        """Neither the token nor the state goes on to the next step, so all tokens of an example are
        equal. Both must be carried.""",
        (ONE_HOT, "x_t = np.eye(len(Wxh))[start]"),
        (STEP, "h = rnn_step(x_t, h0, Wxh, Whh, bh)"),
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
        LEAST_LIKELY,
        (ARGMAX, "token = logits.argmin(axis=1)"),
    ),
    mistake(
        "argmax_over_batch",
        """Your argmax runs over the batch, so you get the number of an example, not of a token. The
        vocabulary is on the last axis.""",
        (ARGMAX, "token = logits.argmax(axis=0)"),
    ),
    mistake(
        "argmax_of_everything",
        """Your argmax has no axis, so it counts through the logits of the whole batch and gives one
        number for all examples. Each example has its own.""",
        (ARGMAX, "token = logits.argmax()"),
    ),
    mistake(
        "float_ids",
        """Your ids are floating-point numbers. An id is used as an index: make the array with
        dtype=int.""",
        (", dtype=int)", ")"),
    ),
    mistake(
        "ids_of_8_bits",
        """Your ids are integers of 8 bits, which end at 255. A larger id comes out as another token, without an
        error: use dtype=int.""",
        ("dtype=int)", "dtype=np.uint8)"),
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
    mistake("no_output_bias", NO_OUTPUT_BIAS, (_LOGITS, "logits = h @ Why")),
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
        FROM_THE_SUM,
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
        (ONE_HOT, "x_t = np.asarray(token)[:, None] * np.ones(len(Wxh))"),
    ),
    mistake(
        "off_by_one",
        "Your one-hot rows are shifted: id 0 is the first row of np.eye(V), not the last.",
        (ONE_HOT, "x_t = np.eye(len(Wxh))[np.asarray(token) - 1]"),
    ),
    mistake(
        "first_example_for_all",
        "All examples are written as the first one is. Each has its own start token and its own state.",
        (ARGMAX, "token = np.full(len(start), logits[0].argmax())"),
    ),
    mistake(
        "bias_outside",
        BIAS_OUTSIDE,
        (STEP, "h = np.tanh(x_t @ Wxh + h @ Whh) + bh"),
    ),
    mistake(
        "no_activation",
        """There is no tanh in your loop, so the network is a linear filter and its state can grow
        without bound.""",
        (STEP, "h = x_t @ Wxh + h @ Whh + bh"),
    ),
    mistake(
        "tanh_of_parts",
        TANH_OF_PARTS,
        (STEP, "h = np.tanh(x_t @ Wxh) + np.tanh(h @ Whh) + np.tanh(bh)"),
    ),
    mistake(
        "whh_transposed",
        WHH_TRANSPOSED,
        (STEP, "h = np.tanh(x_t @ Wxh + h @ Whh.T + bh)"),
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
)
