"""Figures on training: loss curves, steps in a valley, clipping, truncation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from rnncourse.plots.pyplot import subplots

Array = np.ndarray[Any, Any]

_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#666666")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
_MARKERS = ("o", "s", "^", "D", "v")


def curves(
    series: Mapping[str, Sequence[Sequence[float]] | Array],
    labels: tuple[str, str],
    level: tuple[float, str] | None = None,
    log: bool = False,
) -> Figure:
    """Return a figure of numbers over steps, with one colour and dash for each name.

    Parameters
    ----------
    series : mapping of str to array of shape (R, S)
        R runs of S steps for each name; the first run of a name carries its label.
    labels : tuple of str
        Names of the two axes.
    level : tuple of float and str, optional
        A height to mark with a thin line, and what it is.
    log : bool
        Whether the vertical axis is logarithmic.
    """
    figure, axes = _new(7.0, 3.4)
    for (name, runs), colour, dash in zip(series.items(), _COLOURS, _DASHES, strict=False):
        for number, run in enumerate(runs):
            label = name if number == 0 else None
            axes.plot(
                np.arange(1, len(run) + 1),
                run,
                linestyle=dash,
                color=colour,
                label=label,
                linewidth=1.6,
                alpha=0.85,
            )
    _finish(axes, labels, level, log)
    return figure


def points(
    series: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    labels: tuple[str, str],
    level: tuple[float, str] | None = None,
    log: bool = False,
) -> Figure:
    """Return a figure of marked points joined by lines, with one marker for each name.

    Parameters
    ----------
    series : mapping of str to (horizontal, vertical)
        Two sequences of the same length for each name; the horizontal one holds whole numbers.
    labels : tuple of str
        Names of the two axes.
    level : tuple of float and str, optional
        A height to mark, and what it is.
    log : bool
        Whether the vertical axis is logarithmic.
    """
    figure, axes = _new(6.4, 3.4)
    for (name, (across, up)), colour, marker in zip(series.items(), _COLOURS, _MARKERS, strict=False):
        axes.plot(across, up, marker=marker, color=colour, label=name, linewidth=1.4)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _finish(axes, labels, level, log)
    return figure


def valleys(paths: Mapping[str, Sequence[float]], curvature: float, reach: float = 2.2) -> Figure:
    """Return one small figure for each path of w down the valley ``curvature / 2 * w**2``.

    Parameters
    ----------
    paths : mapping of str to sequence of float
        The values of w after 0, 1, 2, ... steps.
    curvature : float
        Second derivative of the loss.
    reach : float
        Where the picture ends, left and right; steps beyond leave it.
    """
    figure: Figure
    figure, panels = subplots(
        1, len(paths), figsize=(1.9 * len(paths), 2.6), layout="constrained", facecolor="white", sharey=True
    )
    grid = np.linspace(-reach, reach, 200)
    for axes, (name, path) in zip(panels, paths.items(), strict=True):
        w = np.array(path)
        axes.plot(grid, curvature / 2 * grid**2, color="0.7")
        axes.plot(w, curvature / 2 * w**2, "-o", color=_COLOURS[1], markersize=4, linewidth=1)
        axes.plot(w[:1], curvature / 2 * w[:1] ** 2, "o", color=_COLOURS[0], markersize=8)
        axes.set(title=name, xlabel="w", xlim=(-reach, reach), ylim=(-0.4, curvature / 2 * reach**2))
    panels[0].set_ylabel("loss")
    return figure


def arrows(vectors: Mapping[str, Sequence[float]], limit: float) -> Figure:
    """Return a figure of vectors from the origin, with the circle of all vectors of length `limit`.

    Parameters
    ----------
    vectors : mapping of str to pair of float
        End points. The first is drawn broad and pale, so that another may lie on it.
    limit : float
        Radius of the circle. The picture is cut a little above it, so longer vectors leave it.
    """
    figure, axes = _new(4.6, 4.4)
    angles = np.linspace(0, np.pi / 2, 100)
    axes.plot(limit * np.cos(angles), limit * np.sin(angles), color="0.6", linewidth=1)
    axes.annotate(
        f"length {limit:g}", (limit * 0.94, limit * 0.34), xytext=(4, 0), textcoords="offset points"
    )
    looks = (
        ("0.8", "-", 7.0),
        *((colour, dash, 2.0) for colour, dash in zip(_COLOURS, _DASHES, strict=True)),
    )
    for (name, end), (colour, dash, width) in zip(vectors.items(), looks, strict=False):
        axes.plot([0, end[0]], [0, end[1]], linestyle=dash, color=colour, linewidth=width, label=name)
        if max(end) < 1.4 * limit:
            axes.plot(*end, "o", color=colour)
    axes.set(xlim=(0, 1.3 * limit), ylim=(0, 1.4 * limit), xlabel="first entry", ylabel="second entry")
    axes.set_aspect("equal")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), frameon=False)
    return figure


def backward_runs(steps: int, k1: int, k2: int) -> Figure:
    """Return a figure of which steps each run of truncated backpropagation visits.

    Parameters
    ----------
    steps, k1, k2 : int
        Length of the sequence, length of a chunk, and how far a run goes back.
    """
    ends = [*range(k1, steps, k1), steps]
    figure, axes = _new(0.62 * steps + 1.6, 0.5 * len(ends) + 1.3)
    for row, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        for t in range(max(end - k2, 0) + 1, end + 1):
            own = t > start
            box: dict[str, Any] = {
                "facecolor": "#fde3c0" if own else "white",
                "edgecolor": "0.3",
                "hatch": "" if own else "///",
            }
            axes.add_patch(Rectangle((t - 0.45, row - 0.35), 0.9, 0.7, linewidth=0.8, **box))
            if own:
                axes.text(t, row, "loss", ha="center", va="center", fontsize=8)
        axes.annotate(
            "", (max(end - k2, 0) + 0.5, row - 0.45), (end + 0.5, row - 0.45), arrowprops={"arrowstyle": "->"}
        )
    axes.set(xlim=(0.3, steps + 0.7), ylim=(len(ends) - 0.4, -0.7), xlabel="step t")
    axes.set_xticks(range(1, steps + 1))
    axes.set_yticks(range(len(ends)), [f"run {n + 1}" for n in range(len(ends))])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def _new(width: float, height: float) -> tuple[Figure, Axes]:
    figure, axes = subplots(figsize=(width, height), layout="constrained", facecolor="white")
    return figure, axes


def _finish(axes: Axes, labels: tuple[str, str], level: tuple[float, str] | None, log: bool) -> None:
    if log:
        axes.set_yscale("log")
    if level:
        axes.axhline(level[0], color="0.5", linewidth=0.8, linestyle=(0, (2, 2)), label=level[1])
    axes.set(xlabel=labels[0], ylabel=labels[1])
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
