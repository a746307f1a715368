"""Notebook 08, fifth part: the loss with teacher forcing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, other_way, weights
from autograder.course.long_runs import LONG
from autograder.exercises.seq2seq.draws import changed, decoder, flipped, ids, keeping, mixed, ones_first
from autograder.exercises.seq2seq.loss_mistakes import MISTAKES, ORDER, cell
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, V: int, H: int, lengths: list[int] | None = None) -> dict[str, Value]:
    return {
        "context": weights(draw, N, H),
        "inputs": ids(draw, V, N, T),
        "targets": ids(draw, V, N, T),
        "mask": ones_first(lengths or mixed(draw, N, T), T),
        "dec": decoder(draw, V, H),
    }


def _large(draw: Draw) -> dict[str, Value]:
    """Return logits in the thousands, for which a shift for all, for each step and for each row differ."""
    for _ in range(10_000):
        drawn = _inputs(draw, 2, 3, 5, 4, [3, 2])
        dec = drawn["dec"]
        dec["Why"] *= 2000
        state, peaks = drawn["context"], []
        for t in range(3):
            state = np.tanh(dec["Wxh"][drawn["inputs"][:, t]] + state @ dec["Whh"] + dec["bh"])
            peaks.append((state @ dec["Why"] + dec["by"]).max(axis=1))
        peak = np.stack(peaks, axis=1)  # (N, T)
        real, below = drawn["mask"] > 0, peak.max(axis=0) - peak
        saved = (below < 600) & (peak.max() - peak > 800)
        if (real & (below > 800)).any() and (real & saved).any():
            return drawn
    raise ValueError("no such logits were found")


def _teacher_forced_loss(draw: Draw) -> Iterator[Question]:
    H, N = (int(size) for size in draw.permutation([2, 3]))
    yield ask(**_inputs(draw, N, 4, 5, H))
    yield ask(**_inputs(draw, 3, 5, 4, 2, [2, 5, 4]))
    yield ask("full", **_inputs(draw, 2, 3, 4, 5, [3, 3]))
    yield ask("one", **_inputs(draw, 1, 4, 5, 3, [3]))
    yield ask("single", **_inputs(draw, 3, 1, 4, 2, [1, 1, 1]))
    yield ask("large", **_large(draw))
    yield ask("square", **_inputs(draw, 3, 3, 3, 3))
    below = _inputs(draw, 2, 3, 4, 5, [2, 3])
    below["dec"]["by"] -= 3000.0
    below["dec"]["Why"] = np.round(
        0.3 * below["dec"]["Why"], 3
    )  # no probability is small: nothing else is asked
    yield ask("below", **below)
    yield ask("one_token", **_inputs(draw, 2, 3, 1, 4, [3, 2]))
    far = _inputs(draw, 2, LONG, 3, 2, [LONG, LONG - 5])
    yield ask("long", **far | {"dec": keeping(far["dec"], draw)})


def _more_padding(i: dict[str, Value]) -> dict[str, Value]:
    N, V = len(i["mask"]), len(i["dec"]["by"])
    more = {"inputs": np.full((N, 1), V - 1), "targets": np.full((N, 1), 1), "mask": np.zeros((N, 1))}
    return i | {name: np.concatenate([i[name], column], axis=1) for name, column in more.items()}


def _other_padding(i: dict[str, Value]) -> dict[str, Value]:
    top = len(i["dec"]["by"]) - 1
    return i | {"targets": np.where(i["mask"] == 0, top - i["targets"], i["targets"])}


def _twice(i: dict[str, Value]) -> dict[str, Value]:
    names = ("context", "inputs", "targets", "mask")
    return i | {name: np.concatenate([i[name], i[name]]) for name in names}


TEACHER_FORCED_LOSS = Exercise(
    id="teacher_forced_loss",
    questions=_teacher_forced_loss,
    core="loss, gradient and states of a padded batch",
    core_weight=8.0,
    parts=("loss", "dlogits", "h"),
    uses=("decoder_step",),
    allow_views=True,
    groups=(
        Group("full", "a batch without padding"),
        Group("one", "a batch of one example (N = 1), padded"),
        Group("single", "one step (T = 1)"),
        Group("large", "logits in the thousands"),
        Group("square", "N = T = V = H, where shapes catch nothing"),
        Group("below", "logits that are all near -3000"),
        Group("one_token", "a vocabulary of one token (V = 1): nothing to lose"),
        Group("long", f"{LONG} steps, the longest sentence first"),
    ),
    invariants=(
        Invariant(
            "padded",
            "the numbers, with one more step of padding",
            _more_padding,
            lambda i, a, j, b: (
                np.isclose(a[0], b[0]) and np.allclose(a[1], b[1][:, :-1]) and not b[1][:, -1].any()
            ),
        ),
        Invariant(
            "other_padding",
            "the numbers, with other targets at the padding",
            _other_padding,
            lambda i, a, j, b: np.isclose(a[0], b[0]) and np.allclose(a[1], b[1]),
        ),
        Invariant(
            "permuted",
            "the numbers, with the batch reordered",
            lambda i: flipped(i, "context", "inputs", "targets", "mask"),
            lambda i, a, j, b: np.isclose(a[0], b[0]) and np.allclose(a[1][::-1], b[1]),
        ),
        Invariant(
            "twice",
            "the numbers, with every example twice in the batch",
            _twice,
            lambda i, a, j, b: np.isclose(a[0], b[0]) and np.allclose(a[1], 2 * b[1][: len(a[1])]),
        ),
        Invariant(
            "knows_nothing",
            "the numbers, with Why = 0 and by = 0",
            lambda i: changed(i, "dec", **{name: np.zeros_like(i["dec"][name]) for name in ("Why", "by")}),
            lambda i, a, j, b: np.isclose(b[0], np.log(len(i["dec"]["by"]))),
        ),
    ),
    hints=(
        "First a loop that only collects: the logits and the states of all steps. What does each step "
        "read, and what is the state before the first one?",
        "After the loop everything is arrays: logits (N, T, V). The loss is that of notebook 03, but each "
        "of its N x T terms is multiplied by the mask, and the sum is divided by the number of ones in "
        "the mask.",
        "log_p = shifted - log(sum(exp(shifted))) with the largest logit of each row subtracted first. "
        "Pick the entries of the targets with one-hot rows. loss = -(picked * mask).sum() / mask.sum(); "
        "dlogits = (softmax - one-hot) times mask[:, :, None], divided by the same number.",
    ),
    mistakes=MISTAKES,
    other_ways=(
        other_way("written_out", source=cell()),
        other_way(
            "real_targets_only",
            source="""
            def teacher_forced_loss(context, inputs, targets, mask, dec):
                h, states = context, []
                for token in inputs.T:
                    h = np.tanh(dec["Wxh"][token] + h @ dec["Whh"] + dec["bh"])
                    states.append(h)
                states = np.array(states).swapaxes(0, 1)
                z = np.einsum("nth,hv->ntv", states, dec["Why"]) + dec["by"]
                log_p = z - np.logaddexp.reduce(z, axis=2, keepdims=True)
                n, t = np.nonzero(mask)
                picked = log_p[n, t, targets[n, t]]
                d = np.zeros_like(z)
                d[n, t] = np.exp(log_p[n, t])
                d[n, t, targets[n, t]] -= 1
                return -picked.mean(), d / len(n), states
            """,
        ),
        other_way(
            "step_by_step",
            source="""
            def teacher_forced_loss(context, inputs, targets, mask, dec, verbose=False):
                total, count, d, states, h = 0.0, np.sum(mask), [], [], context
                for t in range(targets.shape[1]):
                    z, h = decoder_step(inputs[:, t], h, dec)
                    z = z - z.max(axis=1)[:, None]
                    e = np.exp(z)
                    rows = np.arange(len(z))
                    total += (mask[:, t] * (np.log(e.sum(axis=1)) - z[rows, targets[:, t]])).sum()
                    g = e / e.sum(axis=1)[:, None]
                    g[rows, targets[:, t]] -= 1
                    d.append(g * mask[:, t][:, None] / count)
                    states.append(h)
                return [total / count, np.stack(d, 1), np.stack(states, 1)]
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def teacher_forced_loss(context, inputs, targets, mask, dec):
                M, loss, d, states = float(mask.sum()), 0.0, [], []
                for n in range(len(context)):
                    h, rows, mine = context[n : n + 1], [], []
                    for word, target, real in zip(inputs[n], targets[n], mask[n]):
                        z, h = decoder_step(np.array([word]), h, dec)
                        z = z[0] - z[0].max()
                        log_p = z - np.log(np.exp(z).sum())
                        loss -= real * log_p[target] / M
                        rows.append(real * (np.exp(log_p) - (np.arange(len(z)) == target)) / M)
                        mine.append(h[0])
                    d.append(rows)
                    states.append(mine)
                return loss, d, states
            """,
        ),
        other_way(
            "single_precision",
            (ORDER, "return np.float32(loss), np.float32(dlogits), np.float32(np.stack(states, axis=1))"),
        ),
    ),
)
