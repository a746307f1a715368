"""Notebook 08, sixth part: back through the decoder, out at the context."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way, weights
from autograder.course.long_runs import LONG
from autograder.exercises.seq2seq.decoder_mistakes import MISTAKES, RETURN, WXH
from autograder.exercises.seq2seq.draws import Array, decoder, flipped, ids, keeping, met_early
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, V: int, H: int) -> dict[str, Value]:
    """Return arguments whose states are those that the decoder makes of the context and the inputs."""
    inputs = ids(draw, V, N, T)
    if N > 1:
        inputs[1, 0] = inputs[0, 0]  # the same token twice in one step
    return _with_states(draw, inputs, decoder(draw, V, H))


def _with_states(draw: Draw, inputs: Array, dec: dict[str, Array]) -> dict[str, Value]:
    (N, T), (H, V) = inputs.shape, dec["Why"].shape
    context = weights(draw, N, H)
    state, h = context, np.zeros((N, T, H))
    for t in range(T):
        state = np.tanh(dec["Wxh"][inputs[:, t]] + state @ dec["Whh"] + dec["bh"])
        h[:, t] = state
    return {"dlogits": weights(draw, N, T, V), "context": context, "inputs": inputs, "h": h, "dec": dec}


def _decoder_backward(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([3, 4]))
    yield ask(**_inputs(draw, N, 5, 6, H))
    yield ask(**_inputs(draw, 3, 4, 5, 2))
    last = _inputs(draw, 2, 4, 6, 3)
    last["dlogits"][:, :-1] = 0
    yield ask("last", **last)
    large = _inputs(draw, 2, 3, 5, 4)
    large["dlogits"] = 40 * large["dlogits"]
    yield ask("large", **large)
    yield ask("one", **_inputs(draw, 1, 4, 5, 3))
    yield ask("single", **_inputs(draw, 3, 1, 5, 4))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))
    yield ask("long", **_with_states(draw, ids(draw, 3, 2, LONG), keeping(decoder(draw, 3, 2), draw)))
    faint = _with_states(draw, met_early(), keeping(decoder(draw, 3, 2), draw, vanishing=True))
    faint["dlogits"][:, :-1] = 0
    yield ask("vanishing", **faint)
    silent = _inputs(draw, 3, 4, 5, 2)
    silent["dlogits"][0], silent["context"][1] = 0.0, 0.0
    yield ask("zero", **silent | {"inputs": silent["inputs"].astype(np.int8)})


def _same(a: Value, b: Value, factor: float = 1.0) -> bool:
    return all(np.allclose(factor * a[name], b[name]) for name in a)


DECODER_BACKWARD = Exercise(
    id="decoder_backward",
    questions=_decoder_backward,
    core="the gradient of the context and of all five parameters",
    core_weight=8.0,
    parts=("dcontext", "grads"),
    allow_views=True,
    groups=(
        Group("last", "a loss at the last step only"),
        Group("large", "gradients of order 100"),
        Group("one", "a batch of one example (N = 1)"),
        Group("single", "one step (T = 1)"),
        Group("square", "N = T = V = H, where shapes catch nothing"),
        Group("long", f"{LONG} steps, through which no gradient is lost"),
        Group("vanishing", f"{LONG} steps back from one loss, until next to nothing is left", by_row=True),
        Group("zero", "an example without a loss, a context of zeros, and ids of 8 bits"),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with dlogits doubled",
            lambda i: i | {"dlogits": 2 * i["dlogits"]},
            lambda i, a, j, b: np.allclose(2 * a[0], b[0]) and _same(a[1], b[1], 2.0),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "dlogits", "context", "inputs", "h"),
            lambda i, a, j, b: np.allclose(a[0][::-1], b[0]) and _same(a[1], b[1]),
        ),
        Invariant(
            "first_loss",
            "the numbers, with a loss at the first step only",
            lambda i: i | {"dlogits": i["dlogits"] * (np.arange(i["dlogits"].shape[1]) == 0)[:, None]},
            lambda i, a, j, b: not np.delete(b[1]["Wxh"], i["inputs"][:, 0], axis=0).any(),
        ),
        Invariant(
            "no_memory",
            "the numbers, with Whh = 0",
            lambda i: i | {"dec": i["dec"] | {"Whh": np.zeros_like(i["dec"]["Whh"])}},
            lambda i, a, j, b: not np.any(b[0]) and np.allclose(a[1]["Why"], b[1]["Why"]),
        ),
    ),
    hints=(
        "It is `rnn_backward` of notebook 03 with the output layer inside the loop. Two things differ: "
        "what stands in place of h0, and how the input weights collect their terms.",
        "Backwards over the steps: the gradient of the logits through Why, plus what came from the later "
        "step; through the activation; then a term for each parameter; then through Whh to the state before. "
        "Before the first step that is the context.",
        "dh = dlogits[:, t] times Why transposed, plus dh_next. da = dh times the slope. np.add.at adds "
        "da to the rows of the tokens. dh_next = da times Whh transposed; after the loop, what is left in "
        "dh_next is dcontext.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way(
            "all_da_first",
            source="""
            def decoder_backward(dlogits, context, inputs, h, dec):
                N, T, H = h.shape
                own, da, carried = dlogits @ dec["Why"].T, np.zeros_like(h), 0
                for t in range(T - 1, -1, -1):
                    da[:, t] = (own[:, t] + carried) * (1 - h[:, t]) * (1 + h[:, t])
                    carried = da[:, t] @ dec["Whh"].T
                before = np.concatenate([context[:, None], h[:, :-1]], axis=1)
                one_hot = np.eye(len(dec["Wxh"]))[inputs]
                return carried, {
                    "Wxh": np.einsum("ntv,nth->vh", one_hot, da),
                    "Whh": np.einsum("ntg,nth->gh", before, da),
                    "bh": da.sum(axis=(0, 1)),
                    "Why": np.einsum("nth,ntv->hv", h, dlogits),
                    "by": dlogits.sum(axis=(0, 1)),
                }
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def decoder_backward(dlogits, context, inputs, h, dec, clip=None):
                g = {"by": np.zeros(len(dec["by"])), "Why": 0 * dec["Why"], "bh": 0 * dec["bh"]}
                g["Whh"], g["Wxh"], back = 0 * dec["Whh"], 0 * dec["Wxh"], []
                for n in range(len(h)):
                    d = 0 * dec["bh"]
                    for t in reversed(range(len(h[n]))):
                        d = d + dec["Why"] @ dlogits[n, t]
                        a = d * (1 - h[n, t] ** 2)
                        g["Why"] += np.outer(h[n, t], dlogits[n, t])
                        g["by"] += dlogits[n, t]
                        g["Wxh"][inputs[n, t]] += a
                        g["Whh"] += np.outer(h[n, t - 1] if t else context[n], a)
                        g["bh"] += a
                        d = dec["Whh"] @ a
                    back.append(d)
                return back, g
            """,
        ),
        other_way("one_hot_product", (WXH, 'grads["Wxh"] += np.eye(len(dec["Wxh"]))[inputs[:, t]].T @ da')),
        other_way(
            "token_by_token",
            (WXH, 'for n in range(N):\n            grads["Wxh"][inputs[n, t]] += da[n]'),
        ),
        other_way(
            "single_precision",
            (RETURN, "return [np.float32(dh_next), {name: np.float32(g) for name, g in grads.items()}]"),
        ),
    ),
)
