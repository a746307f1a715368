"""Figures of notebook 10: series over the years, and small pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

__all__ = ["images", "lines"]

Array = np.ndarray[Any, Any]

_COLOURS = ("#222222", "#0b5394", "#b45f06", "#38761d")
_DASHES = ("-", "--", "-.", ":")


def lines(
    series: Mapping[str, tuple[Array, Array]],
    labels: tuple[str, str],
    shaded: tuple[float, str] | None = None,
) -> Figure:
    """Return a figure of series over time, without marks on the points.

    Parameters
    ----------
    series : mapping of str to (horizontal, vertical)
        Two arrays of the same length for each name.
    labels : tuple of str
        Names of the two axes.
    shaded : tuple of float and str, optional
        From where on the background is shaded, and what that part is.
    """
    figure: Figure
    figure, axes = plt.subplots(figsize=(8.0, 3.2), layout="constrained", facecolor="white")
    for (name, (across, up)), colour, dash in zip(series.items(), _COLOURS, _DASHES, strict=False):
        axes.plot(across, up, linestyle=dash, color=colour, label=name, linewidth=1.4)
    if shaded:
        end = max(float(np.max(across)) for across, _ in series.values())
        axes.axvspan(shaded[0], end, color="#fde3c0", label=shaded[1], zorder=0)
    axes.set(xlabel=labels[0], ylabel=labels[1])
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def images(pictures: Array, titles: Sequence[str]) -> Figure:
    """Return a figure of small grey pictures side by side, dark for large numbers.

    Parameters
    ----------
    pictures : array of shape (n, rows, columns)
        Numbers from 0 up.
    titles : sequence of str
        What stands above each.
    """
    figure: Figure
    figure, panels = plt.subplots(
        1, len(pictures), figsize=(0.9 * len(pictures), 1.2), layout="constrained", squeeze=False
    )
    figure.set_facecolor("white")
    for axes, picture, title in zip(panels[0], pictures, titles, strict=True):
        axes.imshow(picture, cmap="Greys", vmin=0, vmax=float(np.max(pictures)))
        axes.set_title(title)
        axes.set_xticks([])
        axes.set_yticks([])
    return figure
