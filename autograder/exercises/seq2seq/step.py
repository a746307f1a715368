"""Notebook 08, third part: one step of the network that writes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.exercises.seq2seq.draws import changed, decoder, flipped
from autograder.exercises.seq2seq.told import IDS_MULTIPLIED, ROW_BEFORE, TANH_OF_PARTS
from autograder.exercises.told import FROM_THE_SUM, NO_OUTPUT_BIAS, WHH_TRANSPOSED
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _step(draw: Draw, N: int, V: int, H: int) -> dict[str, Value]:
    token = draw.integers(0, V, N)
    return {"token": token, "h_prev": weights(draw, N, H), "dec": decoder(draw, V, H)}


def _decoder_step(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([3, 4]))
    yield ask(**_step(draw, N, 6, H))
    yield ask(**_step(draw, 5, 7, 2))
    yield ask("one", **_step(draw, 1, 5, 3))
    yield ask("square", **_step(draw, 4, 4, 4))
    resting = _step(draw, 3, 5, 2)
    resting["h_prev"][1] = 0.0
    yield ask("small", **resting | {"token": resting["token"].astype(np.int8)})


def _both(i: dict[str, Value], a: Value, j: dict[str, Value], b: Value) -> bool:
    return all(np.allclose(first[::-1], second) for first, second in zip(a, b, strict=True))


_H = 'h = np.tanh(dec["Wxh"][token] + h_prev @ dec["Whh"] + dec["bh"])  # (N, H)'
_BOTH = 'return h @ dec["Why"] + dec["by"], h'

DECODER_STEP = Exercise(
    id="decoder_step",
    questions=_decoder_step,
    core="logits and state of a whole batch",
    parts=("logits", "h"),
    allow_views=True,
    groups=(
        Group("one", "a batch of one example (N = 1)"),
        Group("square", "N = V = H, where shapes catch nothing"),
        Group("small", "ids that are integers of 8 bits, and an example with a state of zeros"),
    ),
    invariants=(
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "token", "h_prev"),
            _both,
        ),
        Invariant(
            "same_token",
            "the numbers, with the same token for all",
            lambda i: i | {"token": np.full_like(i["token"], i["token"][0])},
            lambda i, a, j, b: np.allclose(a[1][0], b[1][0]),
        ),
        Invariant(
            "no_output_weights",
            "the numbers, with Why = 0",
            lambda i: changed(i, "dec", Why=np.zeros_like(i["dec"]["Why"])),
            lambda i, a, j, b: np.allclose(b[0], i["dec"]["by"]) and np.allclose(a[1], b[1]),
        ),
    ),
    hints=(
        "Two lines: the cell, then the output layer. Which of the two states does the output layer read?",
        'The cell is that of the encoder, with the weights of dec. dec["Wxh"][token] has shape (N, H).',
        "First h: tanh of the picked rows, plus h_prev times Whh, plus bh. Then the logits: h times Why, "
        "plus by. Return both, the logits first. No softmax: the loss wants logits.",
    ),
    mistakes=(
        mistake(
            "from_the_state_before",
            """Your logits read the state before the step, so the token that was just read has no say in the
            next one.""",
            (_BOTH, 'return h_prev @ dec["Why"] + dec["by"], h'),
        ),
        mistake(
            "from_the_sum",
            FROM_THE_SUM,
            (_BOTH, 'return np.arctanh(h) @ dec["Why"] + dec["by"], h'),
        ),
        mistake(
            "softmax_applied",
            """Your first output is a softmax of the logits. Logits are asked for: the loss computes the
            logarithm of the probabilities safely from them.""",
            (
                _BOTH,
                'z = h @ dec["Why"] + dec["by"]\n    p = np.exp(z - z.max(axis=1, keepdims=True))\n'
                "    return p / p.sum(axis=1, keepdims=True), h",
            ),
        ),
        mistake(
            "choice_returned",
            "Your first output is the chosen token. The logits of all V tokens are asked for.",
            (_BOTH, 'return (h @ dec["Why"] + dec["by"]).argmax(axis=1), h'),
        ),
        mistake(
            "logits_bent",
            "You apply tanh to the logits. The output layer has no tanh: a logit may be any number.",
            (_BOTH, 'return np.tanh(h @ dec["Why"] + dec["by"]), h'),
        ),
        mistake(
            "no_output_bias",
            NO_OUTPUT_BIAS,
            (_BOTH, 'return h @ dec["Why"], h'),
        ),
        mistake(
            "no_bias",
            "The bias of the cell, bh, is missing.",
            (_H, 'h = np.tanh(dec["Wxh"][token] + h_prev @ dec["Whh"])'),
        ),
        mistake(
            "bias_outside",
            "The bias bh is added after tanh. It belongs inside the activation.",
            (_H, 'h = np.tanh(dec["Wxh"][token] + h_prev @ dec["Whh"]) + dec["bh"]'),
        ),
        mistake(
            "no_activation",
            "There is no tanh in your cell.",
            (_H, 'h = dec["Wxh"][token] + h_prev @ dec["Whh"] + dec["bh"]'),
        ),
        mistake(
            "tanh_of_parts",
            TANH_OF_PARTS,
            (_H, 'h = np.tanh(dec["Wxh"][token]) + np.tanh(h_prev @ dec["Whh"]) + np.tanh(dec["bh"])'),
        ),
        mistake(
            "whh_transposed",
            WHH_TRANSPOSED,
            (_H, 'h = np.tanh(dec["Wxh"][token] + h_prev @ dec["Whh"].T + dec["bh"])'),
        ),
        mistake(
            "token_ignored",
            "The token is not used. Without it the decoder does not know what has been written.",
            (_H, 'h = np.tanh(0 * dec["Wxh"][token] + h_prev @ dec["Whh"] + dec["bh"])'),
        ),
        mistake(
            "state_ignored",
            "h_prev is not used. The context comes in through it, and nowhere else.",
            (_H, 'h = np.tanh(dec["Wxh"][token] + 0 * h_prev @ dec["Whh"] + dec["bh"])'),
        ),
        mistake(
            "row_before",
            ROW_BEFORE,
            (_H, 'h = np.tanh(dec["Wxh"][token - 1] + h_prev @ dec["Whh"] + dec["bh"])'),
        ),
        mistake(
            "id_as_number",
            "You multiply by the id itself. An id is a name: it picks a row of Wxh.",
            (_H, 'h = np.tanh(token[:, None] * dec["Wxh"].sum(axis=0) + h_prev @ dec["Whh"] + dec["bh"])'),
        ),
        mistake(
            "columns_of_why",
            """You take the row of the token from Why, transposed. Why leads out of the state; the token
            comes in through Wxh.""",
            (_H, 'h = np.tanh(dec["Why"].T[token] + h_prev @ dec["Whh"] + dec["bh"])'),
        ),
        mistake(
            "swapped",
            "Your outputs are exchanged: the logits come first.",
            (_BOTH, 'return h, h @ dec["Why"] + dec["by"]'),
        ),
        mistake(
            "old_state_returned",
            "Your second output is h_prev. The next step needs the new state.",
            (_BOTH, 'return h @ dec["Why"] + dec["by"], h_prev'),
        ),
        mistake(
            "logits_only",
            "You return the logits only. The next step needs the new state.",
            (_BOTH, 'return h @ dec["Why"] + dec["by"]'),
        ),
        mistake(
            "overwrites_the_state",
            """Your function writes the new state into h_prev, the array it was given. At the first step
            that is the context, which is needed again.""",
            (_BOTH, 'h_prev[:] = h\n    return h @ dec["Why"] + dec["by"], h'),
            manner="changes_its_input",
        ),
        mistake(
            "ids_multiplied",
            IDS_MULTIPLIED,
            (_H, 'h = np.tanh(token @ dec["Wxh"] + h_prev @ dec["Whh"] + dec["bh"])'),
        ),
        *(
            mistake(
                name,
                """Your one-hot rows are as wide as the largest id of this batch. The vocabulary is what dec says:
            Wxh has a row for each of its tokens.""",
                ('dec["Wxh"][token]', product),
            )
            for name, product in (
                ("vocabulary_of_this_batch", 'np.eye(max(token) + 1)[token] @ dec["Wxh"]'),
                ("vocabulary_of_this_batch_by_dot", 'np.dot(np.eye(max(token) + 1)[token], dec["Wxh"])'),
            )
        ),
        mistake(
            "adds_into_the_weights",
            """You add the bias to the picked rows inside of dec["Wxh"]: `row += ...` writes through a view.
            The next example that reads the same token finds other weights.""",
            source="""
            def decoder_step(token, h_prev, dec):
                h = np.empty(h_prev.shape)
                for n, i in enumerate(token):
                    row = dec["Wxh"][i]
                    row += dec["bh"]
                    h[n] = np.tanh(row + h_prev[n] @ dec["Whh"])
                return h @ dec["Why"] + dec["by"], h
            """,
        ),
        mistake(
            "token_of_the_first_example",
            """All examples read the token of the first. Each has its own.""",
            ('dec["Wxh"][token]', 'dec["Wxh"][token[0]]'),
        ),
    ),
    other_ways=(
        other_way("one_hot", ('dec["Wxh"][token]', 'np.eye(len(dec["Wxh"]))[token] @ dec["Wxh"]')),
        other_way(
            "example_by_example",
            source="""
            def decoder_step(token, h_prev, dec, verbose=False):
                logits, states = [], []
                for word, before in zip(token, h_prev):
                    now = np.tanh(dec["bh"] + dec["Whh"].T @ before + dec["Wxh"][word])
                    states.append(now)
                    logits.append(dec["Why"].T @ now + dec["by"])
                return logits, states
            """,
        ),
        other_way("einsum", (_BOTH, 'return [np.einsum("nh,hv->nv", h, dec["Why"]) + dec["by"], h]')),
        other_way(
            "stacked_weights",
            source="""
            def decoder_step(ids, state, net):
                V = net["by"].size
                row = np.hstack([np.eye(V)[ids], state, np.ones((len(state), 1))])
                new = np.tanh(row @ np.vstack([net["Wxh"], net["Whh"], net["bh"][None]]))
                return np.add(new.dot(net["Why"]), net["by"]), new
            """,
        ),
        other_way(
            "single_precision", (_BOTH, 'return np.float32(h @ dec["Why"] + dec["by"]), np.float32(h)')
        ),
    ),
)
