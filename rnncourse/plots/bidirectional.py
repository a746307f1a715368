"""Figures of notebook 07: padded batches and their reversal, what each direction has read, runs over several seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnncourse.plots.pyplot import subplots

__all__ = ["batches", "reach", "runs"]

Array = np.ndarray[Any, Any]

_REAL, _INK = "#fde3c0", "#222222"
_STYLES = (("#0b5394", "-"), ("#b45f06", "--"), ("#38761d", "-."), ("#741b47", ":"))
"""Colour and line pattern of each group of runs: none is told by its colour alone."""


def batches(panels: Mapping[str, Sequence[Sequence[str]]]) -> Figure:
    """Return a figure of batches of words, one panel for each; padding is hatched.

    Parameters
    ----------
    panels : mapping of str to N rows of T words
        The batches; an empty word is padding.
    """
    steps = max(len(row) for rows in panels.values() for row in rows)
    figure: Figure
    size = (0.2 + 0.82 * steps * len(panels), 0.9 + 0.42 * len(next(iter(panels.values()))))
    figure, places = subplots(1, len(panels), figsize=size, layout="constrained", squeeze=False)
    figure.set_facecolor("white")
    for axes, (title, rows) in zip(places[0], panels.items(), strict=True):
        for n, row in enumerate(rows):
            for t, word in enumerate(row):
                _field(axes, t, n, word)
        axes.set(xlim=(-0.02, steps + 0.02), ylim=(len(rows) + 0.02, -0.02), yticks=[])
        axes.set_title(title, fontsize=11)
        axes.set_xticks(np.arange(steps) + 0.5, [f"step {t}" for t in range(1, steps + 1)], fontsize=8)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    return figure


def _field(axes: Axes, t: int, n: int, word: str) -> None:
    """Draw one step of one example: a word, or hatching where there is none."""
    look: dict[str, Any] = {"facecolor": _REAL} if word else {"facecolor": "white", "hatch": "////"}
    axes.add_patch(Rectangle((t + 0.04, n + 0.06), 0.92, 0.88, edgecolor="#888888", linewidth=0.8, **look))
    axes.text(t + 0.5, n + 0.5, word, ha="center", va="center", fontsize=9, color=_INK)


def reach(forward: Array, backward: Array) -> Figure:
    """Return a figure of how far each state moves when one input is changed, a panel for each direction.

    Parameters
    ----------
    forward, backward : array of shape (T, T)
        Entry ``[s, t]`` is the size of the change of the state of step t when the input of step s is changed. A field
        without a change is left white.
    """
    figure: Figure
    figure, places = subplots(1, 2, figsize=(7.6, 3.5), layout="constrained", sharey=True)
    figure.set_facecolor("white")
    top = max(float(forward.max()), float(backward.max()))
    picture: Any = None
    for axes, (title, table) in zip(
        places, {"forward half": forward, "backward half": backward}.items(), strict=True
    ):
        shown = np.ma.masked_less_equal(table, 1e-12)
        picture = axes.imshow(shown, cmap="YlOrBr", vmin=-0.15 * top, vmax=top)
        steps = range(len(table))
        axes.set_xticks(steps, [str(t + 1) for t in steps])
        axes.set_yticks(steps, [str(t + 1) for t in steps])
        axes.set_xticks(np.arange(len(table) + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(len(table) + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="0.85", linewidth=0.8)
        axes.tick_params(which="both", length=0)
        axes.set(title=title, xlabel="state of step t")
    places[0].set_ylabel("changed word s")
    bar = figure.colorbar(picture, ax=places, label="change of the state", shrink=0.85)
    bar.ax.set_ylim(0, top)
    return figure


def runs(
    x: Array,
    groups: Mapping[str, Array],
    labels: tuple[str, str],
    level: tuple[float, str] | None = None,
    log: bool = False,
) -> Figure:
    """Return a figure of several runs for each of several networks: their median, and a band from lowest to highest.

    Parameters
    ----------
    x : array of shape (n,)
        Where the values are given.
    groups : mapping of str to array of shape (S, n)
        For each network the values of S runs.
    labels : tuple of str
        What the two axes show.
    level : tuple of float and str, optional
        A height at which to draw a line across, and its name.
    log : bool
        Whether the vertical axis is logarithmic.
    """
    figure: Figure
    figure, axes = subplots(figsize=(7.6, 3.8), layout="constrained", facecolor="white")
    axes.spines[["top", "right"]].set_visible(False)
    if log:
        axes.set_yscale("log")
    for (colour, style), (name, values) in zip(_STYLES, groups.items(), strict=False):
        axes.plot(x, np.median(values, axis=0), color=colour, linestyle=style, linewidth=2, label=name)
        axes.fill_between(x, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.18, linewidth=0)
    if level:
        axes.axhline(level[0], color="0.35", linewidth=1, linestyle=(0, (1, 2)), label=level[1])
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=(x.min(), x.max()))
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return figure
