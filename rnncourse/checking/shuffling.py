"""Look at how a training loop shuffles, from runs whose losses tell which examples each batch held.

A loop that swaps each place with any place looks like a shuffle: every order comes up. Yet N**N equally likely ways
cannot be shared out evenly among N! orders, and some examples come early too often. With four examples it
takes thousands of epochs to see that. With 48 two hundred are enough, and three batches to an epoch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from rnncourse.checking.compare import as_array
from rnncourse.checking.values import Value

Array = np.ndarray[Any, Any]

UNIT = 2.0**-80
"""The smallest target; the others are the next powers of 2, so the sum of any of them says which they were."""

_ODDS, _MOST = 5.0, 13.0
"""Standard deviations that chance exceeds once in a million times, and that naive swaps do not exceed either."""


def powers_of_two(N: int) -> Array:
    """Return targets (N,) of which the mean over a batch tells which examples were in it; N is at most 52."""
    return np.asarray(UNIT * 2.0 ** np.arange(N))


def batched_run(inputs: Mapping[str, Any], answer: Any) -> str:
    """Return what is wrong with a run on the targets of :func:`powers_of_two`, or an empty string."""
    batches = batches_of(inputs, answer)
    if batches is None:
        return "the losses are not those of batches that hold each example once in every epoch"
    norms = as_array(answer[1].get("norm"))
    steps = batches.shape[0] * (int(batches.max()) + 1)
    right = norms is not None and norms.shape == (steps,) and not norms.any()
    return "" if right else "history['norm'] does not hold the numbers that clip returned"


def batches_of(inputs: Mapping[str, Any], answer: Any) -> Array | None:
    """Return the batch that held each example in each epoch, (epochs, N); None where some epoch is no division."""
    losses = _losses(answer)
    N, epochs, size = len(inputs["y"]), inputs["epochs"], inputs["batch_size"]
    if losses is None or losses.shape != (epochs * (N // size),):
        return None
    sums = losses * size / UNIT
    if not (np.isfinite(sums).all() and (sums >= 0).all() and (sums < 2.0**N).all()):
        return None
    bits = (sums.astype(np.int64)[:, None] >> np.arange(N)) & 1  # (steps, N)
    held = bits.reshape(epochs, N // size, N)
    if (sums != np.round(sums)).any() or not (held.sum(axis=1) == 1).all():
        return None
    return np.asarray(held.argmax(axis=1))


def _losses(answer: Any) -> Array | None:
    if not isinstance(answer, list | tuple) or len(answer) != 2 or not isinstance(answer[1], dict):
        return None
    losses = as_array(answer[1].get("loss"))
    return losses.astype(float) if losses is not None and losses.dtype.kind in "iuf" else None


def every_place_equally_often(
    asked: Sequence[tuple[Mapping[str, Value], Value]], mistake: str = "swapped_with_any"
) -> str:
    """Ask of runs of a training loop that no example comes early or late as often as naive swaps bring it there.

    Asked of the places in each epoch, and of the change from one epoch to the next: some swap the numbers 0 to
    N - 1 in each, others go on with the order that they have.

    Parameters
    ----------
    asked : sequence
        Inputs with the targets of :func:`powers_of_two`, and answers to them.
    mistake : str
        Id of the mistake to name.
    """
    runs = [batches_of(inputs, answer) for inputs, answer in asked]
    known = [run for run in runs if run is not None]
    if len(known) < len(runs):
        return "the losses do not tell the order"
    parts = int(known[0].max()) + 1
    start = np.repeat(
        np.arange(parts), known[0].shape[1] // parts
    )  # batches of examples that stay in their place
    fresh = sum(_excess(place, parts) for run in known for place in run)
    steady = sum(_excess_after(a, b, parts) for run in known for a, b in pairwise(run))
    epochs, changes = sum(map(len, known)), sum(len(run) - 1 for run in known)
    one, other = _spreads(len(start), parts)
    odds = max(fresh / (one * np.sqrt(epochs)), steady / (other * np.sqrt(max(changes, 1))))
    said = f"in {epochs} epochs of {len(start)} examples some come early far too often"
    return "" if odds <= _ODDS else f"{mistake}: {said}" if odds <= _MOST else said


def _excess(place: Array, parts: int) -> float:
    """Return how much more likely the batches (N,) of one epoch are if naive swaps made them."""
    return float(_likelier(len(place), parts)[np.arange(len(place)), place].sum())


def _excess_after(before: Array, place: Array, parts: int) -> float:
    """Return the same where only the batch is known in which each example was before."""
    return float(_likelier_by_part(len(place), parts)[before, place].sum())


@cache
def _likelier(N: int, parts: int) -> Array:
    """Return by how much each batch (N, parts) is likelier than by a fair shuffle, as a share."""
    share = np.eye(N)
    for place in range(N):
        swap = (1 - 1 / N) * np.eye(N)
        swap[:, place] = swap[place, :] = 1 / N
        share = share @ swap
    return np.asarray(share.reshape(N, parts, N // parts).sum(axis=2) * parts - 1)


@cache
def _likelier_by_part(N: int, parts: int) -> Array:
    return np.asarray(_likelier(N, parts).reshape(parts, N // parts, parts).mean(axis=1))


@cache
def _spreads(N: int, parts: int) -> tuple[float, float]:
    """Return the standard deviations of both excesses of one epoch that a fair shuffle made."""
    single = np.repeat(_likelier(N, parts), N // parts, axis=1)
    grouped = np.repeat(np.repeat(_likelier_by_part(N, parts), N // parts, axis=0), N // parts, axis=1)
    return _spread(single), _spread(grouped)


def _spread(gain: Array) -> float:
    """Return the standard deviation of the sum of one entry from each row and column (N, N), drawn fairly."""
    centred = gain - gain.mean(axis=0) - gain.mean(axis=1)[:, None] + gain.mean()
    return float(np.sqrt((centred**2).sum() / (len(gain) - 1)))
