"""Figures of notebook 05: long products, gradients through time, Jacobians, the cliff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from rnncourse.plots.pyplot import subplots
from rnncourse.plots.sliders import explore

__all__ = ["cliff", "explore", "lines", "norms_through_time", "singular_values"]

Array = np.ndarray[Any, Any]

_READABLE: dict[str, Any] = {"bbox": {"boxstyle": "round,pad=0.15", "facecolor": "white", "linewidth": 0}}

_STYLES = (
    ("#0b5394", "-"),
    ("#b45f06", "--"),
    ("#38761d", "-."),
    ("#741b47", ":"),
    ("#444444", (0, (6, 1))),
    ("#a61c00", (0, (3, 1, 1, 1))),
    ("#0f7b8a", (0, (1, 1))),
    ("#7f6000", (0, (8, 2, 2, 2))),
)
"""Colour and line pattern of each curve: no curve is told by its colour alone."""


def lines(
    x: Array,
    curves: Mapping[str, Array],
    labels: tuple[str, str],
    limits: tuple[float, float] | None = None,
    log: bool = True,
) -> Figure:
    """Return a figure of several curves, each with its name at its right end.

    Parameters
    ----------
    x : array of shape (n,)
        Where the curves are given.
    curves : mapping of str to array of shape (n,)
        One curve for each name.
    labels : tuple of str
        What the two axes show.
    limits : tuple of float, optional
        Lowest and highest value shown; curves leave the figure beyond them.
    log : bool
        Whether the vertical axis is logarithmic. A 0 is then not drawn.
    """
    figure, axes = _axes((7.6, 4.0))
    if log:
        axes.set_yscale("log")
    for (colour, style), (name, values) in zip(_STYLES, curves.items(), strict=False):
        shown = np.where(values > 0, values, np.nan) if log else values
        axes.plot(x, shown, color=colour, linestyle=style, linewidth=2, label=name)
    axes.set(xlabel=labels[0], ylabel=labels[1], xlim=(x.min(), x.max()))
    if limits:
        axes.set_ylim(*limits)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return figure


def norms_through_time(norms: Mapping[str, Array], limits: tuple[float, float] = (1e-30, 1e13)) -> Figure:
    """Return a figure of the gradient norm at each step, relative to that at the last step.

    Parameters
    ----------
    norms : mapping of str to array of shape (T,) or (S, T)
        For each network the norms at steps 1 to T; with S rows, the median is a line and the range a band.
    limits : tuple of float
        Lowest and highest ratio shown.
    """
    ratios = {name: np.atleast_2d(v) / np.atleast_2d(v)[:, -1:] for name, v in norms.items()}
    t = np.arange(1, next(iter(ratios.values())).shape[1] + 1)
    figure = lines(
        t,
        {name: np.median(r, axis=0) for name, r in ratios.items()},
        ("step t", "|dL/dh_t| / |dL/dh_T|"),
        limits,
    )
    axes = figure.axes[0]
    for (colour, _), ratio in zip(_STYLES, ratios.values(), strict=False):
        low, high = np.maximum(ratio.min(axis=0), limits[0]), np.maximum(ratio.max(axis=0), limits[0])
        axes.fill_between(t, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.axhline(1, color="0.6", linewidth=0.8)
    return figure


def singular_values(spectra: Mapping[str, Mapping[int, Array]], floor: float = 1e-15) -> Figure:
    """Return a figure of the singular values of Jacobian products, one panel for each network.

    Parameters
    ----------
    spectra : mapping of str to mapping of int to array of shape (H,)
        For each network, and each number of factors, the singular values in descending order.
    floor : float
        Smallest value shown, as a fraction of the largest: below it there is only rounding.
    """
    figure: Figure
    figure, panels = subplots(
        1, len(spectra), figsize=(3.1 * len(spectra), 3.4), sharey=True, layout="constrained", squeeze=False
    )
    figure.set_facecolor("white")
    for axes, (title, by_factors) in zip(panels[0], spectra.items(), strict=True):
        for (colour, style), (factors, values) in zip(_STYLES, by_factors.items(), strict=False):
            shown = np.where(values > floor * values[0], values, np.nan)
            index = np.arange(1, len(values) + 1)
            axes.plot(index, shown, color=colour, linestyle=style, linewidth=2, label=f"{factors}")
        axes.set_yscale("log")
        axes.axhline(1, color="0.6", linewidth=0.8)
        axes.set(title=title, xlabel="singular value, largest first")
    panels[0, 0].set_ylabel("size")
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, title="factors", loc="outside right center", frameon=False)
    return figure


def cliff(
    w: Array,
    b: Array,
    loss: Array,
    paths: Mapping[str, Array],
    focus: tuple[float, float, float, float],
    near: tuple[float, float, float, float] | None = None,
) -> Figure:
    """Return a loss surface with a cliff, and seen from above the steps that two learners take.

    Parameters
    ----------
    w : array of shape (n,)
        Values of the first parameter.
    b : array of shape (m,)
        Values of the second.
    loss : array of shape (m, n)
        The loss for each pair; along b it falls once through the middle of its range.
    paths : mapping of str to array of shape (steps, 2)
        The pairs (w, b) that each learner visits.
    focus, near : tuple of float
        Left, right, bottom and top of the whole map, and of a part of it that is shown larger; without
        `near` that is the surroundings of the last path.
    """
    near = near or _around(list(paths.values())[-1])
    figure: Figure = Figure(figsize=(12.6, 4.2), layout="constrained", facecolor="white")
    relief: Any = figure.add_subplot(1, 3, 1, projection="3d")
    low = b <= _RELIEF_TOP
    mesh = _along_the_edge(w, b[low], loss[low])
    relief.plot_surface(*mesh, cmap="viridis", rcount=140, ccount=140, linewidth=0, antialiased=False)
    relief.set(xlabel="w", ylabel="b", zlabel="loss")
    relief.locator_params(nbins=4)
    relief.view_init(elev=30, azim=32)
    relief.set_box_aspect(None, zoom=0.72)
    maps = [figure.add_subplot(1, 3, 2), figure.add_subplot(1, 3, 3)]
    for axes, (left, right, bottom, top) in zip(maps, (focus, near), strict=True):
        shades = axes.pcolormesh(w, b, loss, cmap="viridis", shading="gouraud", rasterized=True)
        _draw_paths(axes, paths)
        axes.set(xlabel="w", ylabel="b", xlim=(left, right), ylim=(bottom, top))
    figure.colorbar(shades, ax=maps, label="loss")
    corner, size = (near[0], near[2]), (near[1] - near[0], near[3] - near[2])
    maps[0].add_patch(Rectangle(corner, *size, fill=False, edgecolor="white", linewidth=1.5, zorder=6))
    maps[0].legend(loc="lower right", framealpha=0.95)
    maps[1].set_title("the white frame, larger", fontsize=10)
    return figure


def _around(path: Array, margin: float = 0.15) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of what lies around a path, (steps, 2)."""
    (left, bottom), (right, top) = path.min(axis=0) - margin, path.max(axis=0) + margin
    return float(left), float(right), float(bottom), float(top)


_RELIEF_TOP = 1.0
"""Largest value of the second parameter in the relief, where the map shows more."""


def _along_the_edge(w: Array, b: Array, loss: Array, rows: int = 70) -> tuple[Array, Array, Array]:
    """Return a mesh with a row on each side of the place where each column falls through the middle, (2 rows, n) each.

    A mesh of straight rows would cross the cliff at an angle, and draw it as a fence. The steepest place would
    jump from column to column where there is no cliff, and tear the mesh.
    """
    middle, half = (loss.max() + loss.min()) / 2, 1.5 * (b[1] - b[0])
    heights, places = np.empty((2 * rows, len(w))), np.empty((2 * rows, len(w)))
    for column, values in enumerate(loss.T):
        last = int(np.flatnonzero(values > middle)[-1])  # the last row above the middle
        share = (values[last] - middle) / (values[last] - values[last + 1])
        edge = b[last] + share * (b[last + 1] - b[last])
        below, above = np.linspace(b[0], edge - half, rows), np.linspace(edge + half, b[-1], rows)
        places[:, column] = np.concatenate([below, above])
        heights[:, column] = np.interp(places[:, column], b, values)
    return np.broadcast_to(w, heights.shape), places, heights


def _draw_paths(axes: Axes, paths: Mapping[str, Array]) -> None:
    """Draw paths that share a stretch: the first broad with a mark for each step, the others thin upon it."""
    looks = (("#d00000", "s", 6.0), ("black", "o", 1.5))
    for (name, path), (colour, mark, width) in zip(paths.items(), looks, strict=False):
        axes.plot(*path.T, color="white", linewidth=width + 2)
        axes.plot(*path.T, color=colour, linewidth=width, label=name)
        axes.plot(*path.T, mark, color=colour, markersize=3 if mark == "o" else 7, clip_on=True)
        axes.plot(*path[-1], marker=mark, color=colour, markersize=10, markeredgecolor="white", zorder=4)
        axes.annotate(
            f"end, {name}",
            path[-1],
            xytext=(8, 6),
            textcoords="offset points",
            color=colour,
            annotation_clip=True,
            **_READABLE,
        )
    start = next(iter(paths.values()))[0]
    axes.plot(*start, marker="D", color="white", markersize=8, markeredgecolor="black", zorder=5)
    axes.annotate("start", start, xytext=(10, -2), textcoords="offset points", **_READABLE)


def _axes(size: tuple[float, float]) -> tuple[Figure, Axes]:
    figure: Figure
    figure, axes = subplots(figsize=size, layout="constrained", facecolor="white")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes
