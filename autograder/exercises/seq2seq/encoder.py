"""Notebook 08, seventh part: the gradient of what was written, in the network that read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way, weights
from autograder.course.long_runs import LONG
from autograder.exercises.seq2seq.draws import (
    Array,
    encoder,
    flipped,
    ids,
    keeping,
    met_early,
    mixed,
    ones_first,
)
from autograder.exercises.seq2seq.encoder_mistakes import DA, MISTAKES, NEXT, RETURN, WXH
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _states(source: Array, mask: Array, enc: dict[str, Array]) -> Array:
    """Return the states of an encoder that keeps its state at padded steps, (N, T, H)."""
    state, h = np.zeros((len(source), len(enc["bh"]))), []
    for t in range(source.shape[1]):
        new = np.tanh(enc["Wxh"][source[:, t]] + state @ enc["Whh"] + enc["bh"])
        state = np.where(mask[:, t, None] > 0, new, state)
        h.append(state)
    return np.stack(h, axis=1)


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, lengths: list[int] | None = None) -> dict[str, Value]:
    enc, source = encoder(draw, D, H), ids(draw, D, N, T)
    if N > 1:
        source[1, 0] = source[0, 0]  # the same word twice in one step
    mask = ones_first(lengths or mixed(draw, N, T), T)
    return _with_states(draw, source, mask, enc)


def _with_states(draw: Draw, source: Array, mask: Array, enc: dict[str, Array]) -> dict[str, Value]:
    """Return the arguments of ``encoder_backward`` in their order, the states those of the encoder."""
    N, H = len(source), len(enc["bh"])
    h = _states(source, mask, enc)
    return {"dcontext": weights(draw, N, H), "source": source, "mask": mask, "h": h, "enc": enc}


def _encoder_backward(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([3, 4]))
    yield ask(**_inputs(draw, N, 5, 6, H))
    yield ask(**_inputs(draw, 4, 6, 5, 2, [2, 6, 4, 3]))
    yield ask("full", **_inputs(draw, 2, 4, 6, 3, [4, 4]))
    large = _inputs(draw, 3, 4, 5, 2)
    large["dcontext"] = 40 * large["dcontext"]
    yield ask("large", **large)
    yield ask("one", **_inputs(draw, 1, 5, 4, 3, [3]))
    yield ask("single", **_inputs(draw, 3, 1, 5, 4, [1, 1, 1]))
    yield ask("square", **_inputs(draw, 4, 4, 4, 4))
    far = ids(draw, 4, 2, LONG)
    yield ask(
        "long",
        **_with_states(draw, far, ones_first([LONG, LONG - 5], LONG), keeping(encoder(draw, 4, 3), draw)),
    )
    faint = keeping(encoder(draw, 3, 2), draw, vanishing=True)
    yield ask("vanishing", **_with_states(draw, met_early(), np.ones((1, LONG)), faint))
    silent = _inputs(draw, 3, 4, 5, 2, [2, 3, 4])
    silent["dcontext"][1] = 0.0
    yield ask("zero", **silent | {"source": silent["source"].astype(np.int8)})


def _more_padding(i: dict[str, Value]) -> dict[str, Value]:
    N = len(i["source"])
    more = {"source": np.full((N, 2), 1), "mask": np.zeros((N, 2)), "h": i["h"][:, [-1, -1]]}
    return i | {name: np.concatenate([i[name], columns], axis=1) for name, columns in more.items()}


def _first_alone(i: dict[str, Value]) -> dict[str, Value]:
    """Return inputs in which only the first example has a gradient."""
    return i | {"dcontext": i["dcontext"] * (np.arange(len(i["dcontext"])) == 0)[:, None]}


def _same(a: Value, b: Value, factor: float = 1.0) -> bool:
    return all(np.allclose(factor * a[name], b[name]) for name in a)


def _only_its_words(i: dict[str, Value], a: Value, j: dict[str, Value], b: Value) -> bool:
    words = i["source"][0][i["mask"][0] > 0]
    return not np.delete(b["Wxh"], words, axis=0).any()


ENCODER_BACKWARD = Exercise(
    id="encoder_backward",
    questions=_encoder_backward,
    core="the gradients of the three parameters, for a padded batch",
    core_weight=8.0,
    parts=("Wxh", "Whh", "bh"),
    allow_views=True,
    groups=(
        Group("full", "a batch without padding"),
        Group("large", "gradients of order 100"),
        Group("one", "a batch of one example (N = 1), padded"),
        Group("single", "sources of one word (T = 1)"),
        Group("square", "N = T = D = H, where shapes catch nothing"),
        Group("long", f"{LONG} words, through which no gradient is lost"),
        Group("vanishing", f"{LONG} words, over which next to nothing is left of the gradient", by_row=True),
        Group("zero", "an example without a gradient, and ids that are integers of 8 bits"),
    ),
    invariants=(
        Invariant(
            "padded",
            "the numbers, with two more steps of padding",
            _more_padding,
            lambda i, a, j, b: _same(a, b),
        ),
        Invariant(
            "linear",
            "the numbers, with dcontext doubled",
            lambda i: i | {"dcontext": 2 * i["dcontext"]},
            lambda i, a, j, b: _same(a, b, 2.0),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "dcontext", "source", "mask", "h"),
            lambda i, a, j, b: _same(a, b),
        ),
        Invariant(
            "first_alone",
            "the numbers, with a gradient for the first example only",
            _first_alone,
            _only_its_words,
        ),
    ),
    hints=(
        "There is one gradient only, and it comes in at the end. What must a padded step do with it? And "
        "what a real one?",
        "Start with dh = dcontext and go backwards. At a real step: through the activation, a term for each "
        "parameter, through Whh. At a padded step: nothing but hand dh on. The mask decides for each "
        "example.",
        "da = mask[:, t, None] times dh times (1 - h[:, t]^2). It is 0 at padding, so the three terms can "
        "be added always. Then dh becomes da times Whh transposed, plus 1 - mask times the old dh.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("one_hot_product", (WXH, 'grads["Wxh"] += np.eye(len(enc["Wxh"]))[source[:, t]].T @ da')),
        other_way(
            "from_the_last_word",
            source="""
            def encoder_backward(dcontext, source, mask, h, enc):
                N, T, H = h.shape
                last = mask.sum(axis=1).astype(int) - 1
                own = np.zeros_like(h)
                own[np.arange(N), last] = dcontext
                before = np.concatenate([np.zeros((N, 1, H)), h[:, :-1]], axis=1)
                da, carried = np.zeros_like(h), 0
                for t in range(T - 1, -1, -1):
                    da[:, t] = (own[:, t] + carried) * (1 - h[:, t] ** 2)
                    carried = da[:, t] @ enc["Whh"].T
                one_hot = np.eye(enc["Wxh"].shape[0])[source]
                return {
                    "bh": da.sum(axis=(0, 1)),
                    "Whh": np.einsum("ntg,nth->gh", before, da),
                    "Wxh": np.einsum("ntd,nth->dh", one_hot, da),
                }
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def encoder_backward(dcontext, source, mask, h, enc, verbose=False):
                U, W, b = (np.zeros_like(enc[name]) for name in ("Wxh", "Whh", "bh"))
                for n, d in enumerate(dcontext):
                    for t in range(int(mask[n].sum()) - 1, -1, -1):
                        a = d * (1 - h[n, t] ** 2)
                        U[source[n, t]] += a
                        if t > 0:
                            W += np.outer(h[n, t - 1], a)
                        b += a
                        d = enc["Whh"] @ a
                return {"Wxh": U, "Whh": W, "bh": b}
            """,
        ),
        other_way(
            "where",
            (DA, "da = np.where(real > 0, dh * (1 - h[:, t] ** 2), 0)"),
            (NEXT, 'dh = np.where(real > 0, np.dot(da, enc["Whh"].T), dh)'),
        ),
        other_way("single_precision", (RETURN, "return {name: np.float32(g) for name, g in grads.items()}")),
    ),
)
