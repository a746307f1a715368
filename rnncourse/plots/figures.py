"""Figures for the notebooks, each with a description for those who cannot see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from rnncourse.plots.diagrams import Chain, input_output_types, unrolled
from rnncourse.plots.pyplot import close, subplots

__all__ = ["Chain", "curve", "heatmap", "input_output_types", "show", "unrolled"]


def curve(
    function: Callable[[Any], Any],
    limits: tuple[float, float],
    marks: Sequence[float] = (),
    label: str = "",
) -> Figure:
    """Return a figure of a function of one variable, with some points marked.

    Parameters
    ----------
    function : callable
        Takes and returns an array of shape (n,).
    limits : tuple of float
        Left and right end of the axis.
    marks : sequence of float
        Where to mark a point and write its value.
    label : str
        Name of the function.
    """
    figure: Figure
    figure, axes = subplots(figsize=(5, 3), layout="constrained")
    grid = np.linspace(*limits, 400)
    axes.plot(grid, function(grid), linewidth=2, color="#0b5394")
    axes.axhline(0, color="0.7", linewidth=0.8)
    axes.axvline(0, color="0.7", linewidth=0.8)
    for mark in marks:
        height = float(function(np.array(mark)))
        axes.plot([mark], [height], "o", color="#b45f06")
        axes.annotate(
            f"({mark:g}, {height:.3f})", (mark, height), xytext=(6, -12), textcoords="offset points"
        )
    axes.set(xlabel="a", ylabel=label)
    return figure


def heatmap(
    values: np.ndarray[Any, Any],
    columns: Sequence[str],
    rows: Sequence[str],
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Figure:
    """Return a figure of a table with a colour and a number in each field.

    For states over time pass ``h[n].T``: time runs to the right, one row for each unit.

    Parameters
    ----------
    values : array of shape (R, C)
        The numbers.
    columns : sequence of str
        C names, such as the words that were read.
    rows : sequence of str
        R names, such as those of the units.
    limits : tuple of float
        Values of the two ends of the colour scale.
    """
    size = (1.6 + 0.85 * len(columns), 0.8 + 0.45 * len(rows))
    figure: Figure
    figure, axes = subplots(figsize=size, layout="constrained", facecolor="white")
    picture = axes.imshow(values, cmap="PuOr_r", vmin=limits[0], vmax=limits[1], aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(values):
        red, green, blue, _ = picture.to_rgba(value)
        ink = "white" if 0.3 * red + 0.6 * green + 0.1 * blue < 0.5 else "black"
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=10)
    return figure


def show(figure: Figure, alt: str) -> None:
    """Display a figure with its description, and close it.

    Parameters
    ----------
    figure : Figure
        What to show.
    alt : str
        What it shows, in words and numbers: it is read out in place of the picture.
    """
    from IPython.display import display

    display(bundle(figure, alt), raw=True)


def bundle(figure: Figure, alt: str, effort: int = 6) -> dict[str, str]:
    """Return a figure with its description as Jupyter displays it, by kind, and close it.

    Parameters
    ----------
    figure, alt
        As in :func:`show`.
    effort : int
        How hard to try for a small file, from 1 to 9; a figure that waits for a hand has no time.
    """
    import base64
    import io
    from html import escape

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, pil_kwargs={"compress_level": effort})
    close(figure)
    source = f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
    html = f'<img src="{source}" alt="{escape(alt, quote=True)}" style="max-width:100%">'
    return {"text/html": html, "text/plain": alt}
