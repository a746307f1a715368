"""Figures of notebook 08: encoder and decoder as one chain, and contexts on a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnncourse.plots.diagrams import GAP, RADIUS, STATE, Chain, unrolled
from rnncourse.plots.pyplot import subplots

__all__ = ["main_directions", "state_map", "translation"]

Array = np.ndarray[Any, Any]

_LOOKS = (("#0b5394", "o"), ("#b45f06", "s"), ("#38761d", "^"), ("#741b47", "D"), ("#666666", "v"))
"""Colour and marker of each kind of point: no kind is told by its colour alone."""

_ROOM = 0.8
"""Height below the chain for the names of its two parts, in the units of a chain."""


def translation(source: Sequence[str], target: Sequence[str], taught: bool) -> Figure:
    """Return a figure of an encoder that reads `source` and a decoder that writes `target`.

    Each of the two counts its own states from 1: the context is the state 0 of the decoder.

    Parameters
    ----------
    source, target : sequence of str
        The words, without special tokens.
    taught : bool
        Whether the decoder reads the right words (training), or what it wrote itself (use).
    """
    reads, writes = len(source), len(target) + 1
    steps = reads + writes
    given = ["<start>", *target] if taught else ["<start>"]
    chain = Chain(
        steps,
        inputs=range(1, reads + len(given) + 1),
        outputs=range(reads + 1, steps + 1),
        fed_back=() if taught else range(reads + 1, steps),
        start=False,
        input_labels=[*source, *given],
        state_labels=[f"$h_{{{t}}}$" for count in (reads, writes) for t in range(1, count + 1)],
        output_labels=[""] * reads + [*target, "<end>"],
    )
    figure = unrolled(chain)
    axes = figure.axes[0]
    width, height = figure.get_size_inches()
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom - _ROOM, top)
    figure.set_size_inches(width, height * (top - bottom + _ROOM) / (top - bottom))
    for name, first, last in (("encoder", 1, reads), ("decoder", reads + 1, steps)):
        ends = ((first - 1) * GAP - RADIUS, (last - 1) * GAP + RADIUS)
        axes.plot(ends, [bottom - 0.15] * 2, color="0.4", linewidth=1.2)
        axes.text(sum(ends) / 2, bottom - 0.3, name, ha="center", va="top", fontsize=11)
    axes.text((reads - 0.5) * GAP, STATE + 0.12, "context", ha="center", va="bottom", fontsize=7.5)
    return figure


def main_directions(points: Array) -> tuple[Array, float]:
    """Return points in the two directions in which they differ most, and the share of their scatter that this keeps.

    Parameters
    ----------
    points : array of shape (n, H)
        At least two points that are not all equal.

    Returns
    -------
    array of shape (n, 2)
        Coordinates along the two directions, the stronger one first; their means are 0.
    float
        Sum of squares that is kept, from 0 to 1.
    """
    centred = points - points.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    return left[:, :2] * sizes[:2], float((sizes[:2] ** 2).sum() / (sizes**2).sum())


def state_map(groups: Mapping[str, Mapping[str, Array]]) -> Figure:
    """Return a map of states, each with its name beside it.

    Parameters
    ----------
    groups : mapping of str to mapping of str to array of shape (2,)
        For each kind of state, the place of each state by its name.
    """
    figure: Figure
    figure, axes = subplots(figsize=(8.4, 5.2), layout="constrained", facecolor="white")
    for (colour, marker), (kind, places) in zip(_LOOKS, groups.items(), strict=False):
        across, up = np.array(list(places.values())).T
        axes.plot(across, up, marker, color=colour, label=kind, markersize=7)
        _write_names(axes, places, colour)
    axes.set(xlabel="first direction", ylabel="second direction")
    axes.margins(x=0.14, y=0.08)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _write_names(axes: Axes, places: Mapping[str, Array], colour: str) -> None:
    """Write names beside their points, from top to bottom in turn to the right and to the left."""
    ordered = sorted(places.items(), key=lambda item: -float(item[1][1]))
    for number, (name, (x, y)) in enumerate(ordered):
        side: dict[str, Any] = {"xytext": (7, 0), "ha": "left"}
        if number % 2:
            side = {"xytext": (-7, 0), "ha": "right"}
        axes.annotate(name, (x, y), textcoords="offset points", va="center", fontsize=8, color=colour, **side)
