"""Figures on tapes: what was written down, and what comes back along it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from rnncourse.plots.pyplot import subplots

_INK, _BACK, _PALE = "#0b5394", "#b45f06", "#dbe9f6"
_WIDTH = 1.25
"""Inches for each entry."""


def tape_graph(
    tape: Sequence[Any], grads: Sequence[float] | None = None, names: Sequence[str] | None = None
) -> Figure:
    """Return a figure of a tape of single numbers: a box for each entry, an arrow from each input.

    Parameters
    ----------
    tape : sequence of (op, inputs, value)
        Each value one number.
    grads : sequence of float, optional
        The gradient of each entry, written below its box.
    names : sequence of str, optional
        What stands below each box in place of its number.
    """
    figure: Figure
    figure, axes = subplots(figsize=(max(_WIDTH * len(tape), 4.0), 2.6), layout="constrained")
    axes.set_axis_off()
    axes.set_xlim(-0.6, len(tape) - 0.4)
    axes.set_ylim(-1.0, 1.7)
    for number, (op, inputs, value) in enumerate(tape):
        title = names[number] if names else f"entry {number}"
        axes.text(
            number, 0.0, f"{op}\n{float(value):.4g}", ha="center", va="center", fontsize=10, bbox=_box(op)
        )
        axes.text(number, -0.45, title, ha="center", va="center", fontsize=8, color="0.35")
        if grads is not None:
            axes.text(number, -0.8, f"g = {float(grads[number]):.4g}", ha="center", color=_BACK, fontsize=10)
        for use, earlier in enumerate(inputs):
            _arrow(axes, earlier, number, use)
    return figure


def _box(op: str) -> dict[str, Any]:
    return {"boxstyle": "round,pad=0.35", "facecolor": "white" if op == "leaf" else _PALE, "edgecolor": _INK}


def _arrow(axes: Axes, start: int, end: int, use: int) -> None:
    """Draw the arrow of one use of an entry; two uses of the same entry stand apart."""
    bend = -0.45 - 0.25 * use - 0.02 * (end - start)
    axes.add_patch(
        FancyArrowPatch(
            (start + 0.1 * (use + 1), 0.26),
            (end - 0.1 * (2 - use), 0.26),
            arrowstyle="-|>",
            mutation_scale=11,
            connectionstyle=f"arc3,rad={bend / max((end - start) ** 0.5, 1.0)}",
            color=_INK,
            linewidth=1.2,
        )
    )


def times(lengths: Sequence[int], milliseconds: Mapping[str, Sequence[float]]) -> Figure:
    """Return a figure of times over the length of the sequence, both axes logarithmic.

    Parameters
    ----------
    lengths : sequence of int
        Numbers of steps.
    milliseconds : mapping of str to sequence of float
        One time for each length, for each way.
    """
    figure: Figure
    figure, axes = subplots(figsize=(6.4, 3.4), layout="constrained")
    for (name, values), colour, marker in zip(milliseconds.items(), (_INK, _BACK), "os", strict=False):
        axes.loglog(lengths, values, marker=marker, color=colour, label=name, linewidth=1.6)
    axes.minorticks_off()
    axes.set_xticks(list(lengths), [str(length) for length in lengths])
    axes.set_xlabel("steps T")
    axes.set_ylabel("milliseconds")
    axes.grid(True, alpha=0.3)
    axes.legend(frameon=False)
    return figure
