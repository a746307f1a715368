"""Notebook 04: truncated backpropagation through time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
from rnncourse.checking.caseset import Group
from rnncourse.checking.values import Value


def _inputs(draw: Draw, N: int, T: int, D: int, H: int, k1: int, k2: int) -> dict[str, Value]:
    return {
        "x": weights(draw, N, T, D),
        "h": np.round(np.tanh(weights(draw, N, T, H)), 3),
        "h0": weights(draw, N, H, scale=0.5),
        "dh": weights(draw, N, T, H, scale=1.0),
        "Whh": weights(draw, H, H),
        "k1": k1,
        "k2": k2,
    }


def _truncated(draw: Draw) -> Iterator[Question]:
    N, D, H = (int(size) for size in draw.permutation([2, 4, 5]))
    yield ask(**_inputs(draw, N, 9, D, H, 3, 7))
    yield ask("chunks", **_inputs(draw, N, 8, D, H, 4, 4))
    yield ask("uneven", **_inputs(draw, N, 8, D, H, 3, 5))
    yield ask("each", **_inputs(draw, 3, 6, D, H, 1, 3))
    yield ask("whole", **_inputs(draw, 3, 7, D, H, 7, 7))
    yield ask("beyond", **_inputs(draw, 3, 4, D, H, 4, 20))
    yield ask("edge", **_inputs(draw, 1, 1, D, H, 1, 1))
    far = _inputs(draw, 1, 28, 2, 3, 9, 27)
    far["h"], far["Whh"] = np.round(0.3 * far["h"], 3), np.round(0.95 * _rotation(draw, 3), 3)
    yield ask("long", **far)
    rest = _inputs(draw, 2, 6, 4, 5, 2, 4)
    yield ask("zeros", **rest | {"h0": 0 * rest["h0"], "x": zeroed(rest["x"], (slice(None), 2), (0, 4))})


def _rotation(draw: Draw, H: int) -> np.ndarray[Any, Any]:
    return np.asarray(np.linalg.qr(draw.normal(size=(H, H)))[0])


def _doubled(first: Value, second: Value) -> bool:
    return all(np.allclose(2 * first[name], second[name]) for name in first)


def _twice_the_batch(i: dict[str, Value]) -> dict[str, Value]:
    return i | {name: np.concatenate([i[name], i[name]]) for name in ("x", "h", "h0", "dh")}


_BEFORE = "np.concatenate([h0[:, None], h[:, :-1]], axis=1)"
_CHUNKS = "for start in range(0, T, k1):"
_END = "end = min(start + k1, T)"
_FIRST = "first = max(end - k2, 0)"
_FRESH = "dh_next = np.zeros((N, H))"
_DH = "dh_t = dh_next + dh[:, t] if t >= start else dh_next"
_DA = "da = dh_t * (1 - h[:, t] ** 2)"
_BACK = "dh_next = da @ Whh.T"


def _accumulating(guard: str) -> str:
    """Return a cell that collects what comes back in one array for all runs."""
    return f"""
            def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
                N, T, H = h.shape
                before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
                grads = {{"Wxh": 0, "Whh": 0, "bh": 0}}
                dh = dh.copy()
                for end in [*range(k1, T, k1), T]:
                    first = max(end - k2, 0)
                    for t in reversed(range(first, end)):
                        da = dh[:, t] * (1 - h[:, t] ** 2)
                        grads["Wxh"] = grads["Wxh"] + x[:, t].T @ da
                        grads["Whh"] = grads["Whh"] + before[:, t].T @ da
                        grads["bh"] = grads["bh"] + da.sum(axis=0)
                        {guard}dh[:, t - 1] += da @ Whh.T
                return grads
            """


TRUNCATED_BPTT = Exercise(
    id="truncated_bptt",
    questions=_truncated,
    core="all three gradients, with runs that overlap (k1 = 3, k2 = 7)",
    parts=("Wxh", "Whh", "bh"),
    groups=(
        Group("chunks", "chunks that do not look back (k1 = k2)"),
        Group("uneven", "a last chunk that is shorter than k1"),
        Group("each", "a run after every step (k1 = 1)"),
        Group("whole", "k1 = k2 = T, which truncates nothing"),
        Group("beyond", "k2 larger than T"),
        Group("long", "28 steps, of which a run visits up to 27"),
        Group("zeros", "a state and inputs of zeros"),
        Group("edge", "one example of one step (N = T = 1)"),
    ),
    invariants=(
        Invariant(
            "linear",
            "the numbers, with dh doubled",
            lambda i: i | {"dh": 2 * i["dh"]},
            lambda i, first, j, second: _doubled(first, second),
        ),
        Invariant(
            "batch",
            "the numbers, with every example twice in the batch",
            _twice_the_batch,
            lambda i, first, j, second: _doubled(first, second),
        ),
    ),
    hints=(
        "Write the ordinary backward pass first: one run, from the last step to the first. It is the case "
        "k1 = k2 = T, so three groups of the check pass.",
        "Now an outer loop over the chunks. Each turn is a run of its own, with its own dh_next that starts "
        "from zeros. A chunk starts where the one before ended. Which steps does a run visit? From the end of "
        "its chunk, k2 steps back, but not before step 0.",
        "In a run, steps of the chunk itself (t >= start) add dh[:, t]. Earlier steps have had their dh in "
        "an earlier run: only dh_next passes through them, and still adds to the weight gradients.",
    ),
    mistakes=(
        mistake(
            "last_run_to_the_start",
            """Your last run goes back to the first step. Each run, the last one too, goes k2 steps back at most.""",
            ("first = max(end - k2, 0)", "first = max(end - k2, 0) if end < T else 0"),
        ),
        mistake(
            "no_slope_before_the_chunk",
            """Before the chunk you hand the gradient on without the slope of tanh. Those steps add no loss of their
            own, but the gradient goes through them as through any other.""",
            ("dh_t * (1 - h[:, t] ** 2)", "dh_t * ((1 - h[:, t] ** 2) if t >= start else 1)"),
        ),
        mistake(
            "one_step_more",
            "Your runs visit k2 + 1 steps, counted from the end of the chunk, end included.",
            (_FIRST, "first = max(end - k2 - 1, 0)"),
        ),
        mistake(
            "one_step_less",
            "Your runs visit k2 - 1 steps. The last step of the chunk is the first of the k2.",
            (_FIRST, "first = max(end - k2 + 1, 0)"),
        ),
        mistake(
            "look_back_from_start",
            "You go back k2 steps from the start of the chunk. The k2 steps are counted from its end.",
            (_FIRST, "first = max(start - k2, 0)"),
        ),
        mistake(
            "never_looks_back",
            """Your runs stop at the start of their chunk, as if k2 were k1, or the earlier steps do not add
            to the weight gradients. The weights were used there too: a run goes on until k2 steps are
            done.""",
            (_FIRST, "first = start"),
        ),
        mistake(
            "never_truncated",
            "Your runs all go back to step 0. After k2 steps a run ends, whatever is left.",
            (_FIRST, "first = 0"),
        ),
        mistake(
            "losses_counted_again",
            """In the steps before its chunk, a run of yours adds dh again. An earlier run has counted that
            loss already: here only dh_next passes through.""",
            (_DH, "dh_t = dh_next + dh[:, t]"),
        ),
        mistake(
            "losses_of_the_last_k1",
            """In the shorter last chunk you still take k1 losses. Some have had their run: a chunk starts
            where the one before ended.""",
            (_DH, "dh_t = dh_next + dh[:, t] if t >= end - k1 else dh_next"),
        ),
        mistake(
            "accumulates_in_dh",
            """What comes back is added into dh, or into one copy of it, and stays there. The next run finds
            it, with losses that have had their run. Carry it from step to step in a variable that starts
            from zeros in each run.""",
            source=_accumulating("if t > 0: "),
        ),
        mistake(
            "accumulates_in_dh_wrapped",
            """What comes back is added into dh, or into one copy of it, and stays there for the next run. At
            the first step, dh[:, t - 1] is even the last one. Carry it in a variable that starts from zeros
            in each run.""",
            source=_accumulating(""),
        ),
        mistake(
            "carried_kept_across_runs",
            """What comes back is added into one array for all runs and stays there, so a later run that
            visits the same steps finds it again. Each run starts from zeros.""",
            (f"{_CHUNKS}\n", f"back = np.zeros_like(h)\n    {_CHUNKS}\n"),
            (_DH, "dh_t = back[:, t] + dh[:, t] if t >= start else back[:, t]"),
            (_BACK, "back[:, max(t - 1, 0)] += da @ Whh.T * (t > 0)"),
        ),
        mistake(
            "only_last_loss",
            "Only the last step of a chunk adds its dh. Every step of the chunk has a loss of its own.",
            (_DH, "dh_t = dh_next + dh[:, t] if t == end - 1 else dh_next"),
        ),
        mistake(
            "nothing_carried_back",
            "dh_next is not added: each step sees its own dh only, and nothing travels back in time.",
            (_DH, "dh_t = dh[:, t] if t >= start else dh_next"),
        ),
        mistake(
            "only_last_chunk",
            "Only the last run counts. Each chunk has its own run, and the gradients of all are added up.",
            (_CHUNKS, "for start in range(0, T, k1)[-1:]:"),
        ),
        mistake(
            "last_chunk_dropped",
            "The steps left over when T is not a multiple of k1 have no run. They form a shorter last chunk.",
            (_CHUNKS, "for start in range(0, T - k1 + 1, k1):"),
        ),
        mistake(
            "chunk_longer_than_sequence",
            """Your last chunk ends at a multiple of k1, beyond the last step, and the k2 steps are counted
            from there. It ends at step T.""",
            (_FIRST, "first = max(start + k1 - k2, 0)"),
        ),
        mistake(
            "chunks_from_the_end",
            """You cut the chunks from the end. They are cut from the start, so that the last one is the
            short one.""",
            (_CHUNKS, "for stop in range(T, 0, -k1):"),
            (_END, "start, end = max(stop - k1, 0), stop"),
        ),
        mistake(
            "chunks_of_k2",
            "Your chunks are k2 long. A run starts every k1 steps; k2 only says how far it goes back.",
            (_CHUNKS, "for start in range(0, T, k2):"),
            (_END, "end = min(start + k2, T)"),
        ),
        mistake(
            "run_after_every_step",
            "You start a run after every step. A run starts every k1 steps, and after the last one.",
            (_CHUNKS, "for start in range(T):"),
            (_END, "end = start + 1"),
        ),
        mistake(
            "k1_as_k2",
            "Your runs go back k1 steps: k2 is not used. A run goes on until k2 steps are done.",
            (_FIRST, "first = max(end - k1, 0)"),
        ),
        mistake(
            "k_swapped",
            "k1 and k2 are swapped: k1 is the length of a chunk, k2 how far a run goes back.",
            (_CHUNKS, "k1, k2 = k2, k1\n    for start in range(0, T, k1):"),
        ),
        mistake(
            "leaks_into_next_chunk",
            """dh_next of one run is the start of the next. Each run starts from zeros at the end of its
            chunk.""",
            (f"{_CHUNKS}\n", f"{_FRESH}\n    {_CHUNKS}\n"),
            (f"        {_FRESH}  # nothing comes back from after the chunk\n", ""),
        ),
        mistake(
            "whh_not_transposed",
            """You send the gradient back through Whh as it is. Forward it is h @ Whh, so backward it is the
            transpose. Whh is square: its shape did not warn you.""",
            (_BACK, "dh_next = da @ Whh"),
        ),
        mistake(
            "no_tanh_slope",
            """The slope of tanh, 1 - h**2, is missing: you treat the state as if it were the sum before the
            activation.""",
            (_DA, "da = dh_t"),
        ),
        mistake(
            "slope_of_the_state",
            """You apply tanh to the state again before you take the slope. h has been through tanh: the
            slope is 1 - h**2.""",
            (_DA, "da = dh_t * (1 - np.tanh(h[:, t]) ** 2)"),
        ),
        mistake(
            "slope_not_squared",
            "Your slope is 1 - h. The slope of tanh is 1 - h**2.",
            (_DA, "da = dh_t * (1 - h[:, t])"),
        ),
        mistake(
            "slope_twice",
            "The slope of tanh is in your product twice: once in da, once more on the way back.",
            (_BACK, "dh_next = (da * (1 - h[:, t] ** 2)) @ Whh.T"),
        ),
        mistake(
            "slope_of_step_before",
            """The slope is taken at the state before. The activation at step t made h[:, t], so the slope is
            taken there.""",
            (_DA, "da = dh_t * (1 - before[:, t] ** 2)"),
        ),
        mistake(
            "passes_dh_not_da",
            "You send dh_t back through Whh. It must pass the activation first: send da.",
            (_BACK, "dh_next = dh_t @ Whh.T"),
        ),
        mistake(
            "present_state_for_Whh",
            "The gradient of Whh uses the state after the step. Whh multiplied the state before it.",
            (_BEFORE, "h"),
        ),
        mistake(
            "h0_ignored",
            "At the first step you use zeros as the state before. It is h0.",
            (_BEFORE, "np.concatenate([0 * h0[:, None], h[:, :-1]], axis=1)"),
        ),
        mistake(
            "wraps_around",
            """At the first step, h[:, t - 1] is h[:, -1], the last state. The state before the first step
            is h0.""",
            (_BEFORE, "np.roll(h, 1, axis=1)"),
        ),
        mistake(
            "state_reset_at_chunks",
            """At the first step of each chunk you use h0 as the state before. Truncation cuts the way back
            only: forward, the state went on.""",
            (
                'grads["Whh"] += before[:, t].T @ da',
                'grads["Whh"] += (h0 if t % k1 == 0 else before[:, t]).T @ da',
            ),
        ),
        mistake(
            "not_summed_over_time",
            "Your gradients hold one step only: = where += is needed. The weights are used at every step.",
            ('grads["Wxh"] +=', 'grads["Wxh"] ='),
            ('grads["Whh"] +=', 'grads["Whh"] ='),
            ('grads["bh"] +=', 'grads["bh"] ='),
        ),
        mistake(
            "mean_over_batch",
            "You divide by N. Batch gradients are sums here: what mean there is, is in dh already.",
            ("return grads", "return {name: grad / N for name, grad in grads.items()}"),
        ),
        mistake(
            "divided_by_time",
            "You divide by T. The gradients are sums over the steps.",
            ("return grads", "return {name: grad / T for name, grad in grads.items()}"),
        ),
        mistake(
            "bias_mean",
            "The gradient of bh is a mean over the batch. It is a sum, as for the weights.",
            ("da.sum(axis=0)", "da.mean(axis=0)"),
        ),
        mistake(
            "bias_from_dh",
            "The gradient of bh sums dh_t. The bias stands inside the activation: sum da.",
            ("da.sum(axis=0)", "dh_t.sum(axis=0)"),
        ),
        mistake(
            "weights_transposed",
            "Your gradients of the matrices are transposed. A gradient has the shape of its weight.",
            ("x[:, t].T @ da", "(da.T @ x[:, t]).T"),
            ("before[:, t].T @ da", "da.T @ before[:, t]"),
        ),
        mistake(
            "forward_in_time",
            "Your run goes forward in time. A gradient travels from the last step to the first.",
            ("reversed(range(first, end))", "range(first, end)"),
        ),
        mistake(
            "works_in_dh",
            """You add dh_next into dh, which belongs to the caller, and which a later run reads again. Use
            a new array.""",
            (
                _DH,
                "if t >= start:\n                dh[:, t] += dh_next\n            "
                "dh_t = dh[:, t] if t >= start else dh_next",
            ),
            manner="changes_its_input",
        ),
    ),
    other_ways=(
        other_way(
            "one_run_for_each_loss",
            source="""
            def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
                N, T, H = h.shape
                dWxh, dWhh, dbh = np.zeros((x.shape[-1], H)), np.zeros_like(Whh), np.zeros(H)
                for s in range(T):
                    end = min((s // k1 + 1) * k1, T)
                    back = dh[:, s]
                    for t in range(s, max(end - k2, 0) - 1, -1):
                        da = back * (1 - h[:, t] ** 2)
                        prev = h[:, t - 1] if t > 0 else h0
                        dWxh = dWxh + np.einsum("nd,nh->dh", x[:, t], da)
                        dWhh = dWhh + np.einsum("ni,nj->ij", prev, da)
                        dbh = dbh + np.einsum("nh->h", da)
                        back = np.einsum("nj,ij->ni", da, Whh)
                return {"Wxh": dWxh, "Whh": dWhh, "bh": dbh}
            """,
        ),
        other_way(
            "collect_then_sum",
            source="""
            def truncated_bptt(x, h, h0, dh, Whh, k1, k2, verbose=False):
                T = h.shape[1]
                states = [h0] + [h[:, t] for t in range(T)]
                total = np.zeros_like(h)
                for end in sorted({*range(k1, T + 1, k1), T}):
                    begin = (end - 1) // k1 * k1
                    back = 0
                    for t in list(range(T))[max(end - k2, 0):end][::-1]:
                        da = (back + (dh[:, t] if t >= begin else 0)) * (1 - states[t + 1] ** 2)
                        total[:, t] += da
                        back = da @ Whh.T
                prev = np.stack(states[:-1], axis=1)
                return {
                    "Wxh": np.tensordot(x, total, axes=([0, 1], [0, 1])),
                    "Whh": np.tensordot(prev, total, axes=([0, 1], [0, 1])),
                    "bh": total.sum(axis=(0, 1)),
                }
            """,
        ),
        other_way(
            "example_by_example",
            source="""
            def truncated_bptt(x, h, h0, dh, W, k1, k2):
                grads = {"Wxh": 0, "Whh": 0, "bh": 0}
                for xs, hs, start_state, ds in zip(x, h, h0, dh):
                    for start in range(0, len(hs), k1):
                        end, carried = min(start + k1, len(hs)), np.zeros(len(W))
                        for t in range(end)[::-1][:k2]:
                            total = carried + ds[t] if t >= start else carried
                            da = total * (1 - hs[t]) * (1 + hs[t])
                            grads["Wxh"] = grads["Wxh"] + np.outer(xs[t], da)
                            grads["Whh"] = grads["Whh"] + np.outer(hs[t - 1] if t else start_state, da)
                            grads["bh"] = grads["bh"] + da
                            carried = W @ da
                return grads
            """,
        ),
        other_way(
            "helper_with_queue",
            source="""
            def one_run(x, h, before, dh, Whh, end, new, k2):
                N, _, H = h.shape
                out = [np.zeros((x.shape[2], H)), np.zeros((H, H)), np.zeros(H)]
                dh_next, t = np.zeros((N, H)), end - 1
                while t >= 0 and end - t <= k2:
                    da = dh_next * (1 - h[:, t] ** 2)
                    if end - t <= new:
                        da = da + dh[:, t] * (1 - h[:, t] ** 2)
                    out = [out[0] + x[:, t].T @ da, out[1] + before[:, t].T @ da, out[2] + da.sum(0)]
                    dh_next, t = da @ Whh.T, t - 1
                return out

            def truncated_bptt(x, h, h0, dh, Whh, k1, k2):
                before = np.concatenate([h0[:, None], h], axis=1)[:, :-1]
                T = h.shape[1]
                ends = [*range(k1, T, k1), T]
                news = np.diff([0, *ends])
                runs = [one_run(x, h, before, dh, Whh, e, n, k2) for e, n in zip(ends, news)]
                return {name: sum(run[i] for run in runs) for i, name in enumerate(("Wxh", "Whh", "bh"))}
            """,
        ),
    ),
)
