"""Figures of notebook 06: the graph of an LSTM step, its weights in blocks, gates at work, the latch staircase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from rnncourse.plots.pyplot import subplots

__all__ = ["cell_graph", "gate_story", "staircase", "weight_blocks"]

Array = np.ndarray[Any, Any]

_INK, _PALE, _BACK = "#222222", "#8a8a8a", "#b45f06"
_FILL = {
    "state": "#fde3c0",
    "gate": "#dbe9f6",
    "candidate": "#d9efd9",
    "operation": "#ffffff",
    "input": "#f2f2f2",
}
_TOP, _MIDDLE, _GATES, _INPUTS = 4.0, 2.85, 1.7, 0.2
"""Heights of the cell, of what stands between, of the gates and of the inputs."""
_F, _I, _WRITE, _G, _O, _SHOW, _END = 2.0, 3.6, 4.3, 5.0, 7.2, 8.9, 10.8
"""Where things stand, from left to right."""

Place = tuple[float, float]

_NODES: dict[Place, tuple[str, str]] = {
    (0.0, _TOP): ("$c_{t-1}$", "state"),
    (_END, _TOP): ("$c_t$", "state"),
    (_END, _GATES): ("$h_t$", "state"),
    (0.0, _INPUTS + 0.45): ("$h_{t-1}$", "input"),
    (0.0, _INPUTS - 0.45): ("$x_t$", "input"),
    (_F, _GATES): ("$f$", "gate"),
    (_I, _GATES): ("$i$", "gate"),
    (_G, _GATES): ("$g$", "candidate"),
    (_O, _GATES): ("$o$", "gate"),
    (_F, _TOP): ("×", "operation"),
    (_WRITE, _TOP): ("+", "operation"),
    (_WRITE, _MIDDLE): ("×", "operation"),
    (_SHOW, _MIDDLE): ("tanh", "candidate"),
    (_SHOW, _GATES): ("×", "operation"),
}
"""Label and kind of the node at every place of the graph."""

_WIRES: tuple[tuple[Place, Place], ...] = (
    ((0.0, _TOP), (_F, _TOP)),
    ((_F, _TOP), (_WRITE, _TOP)),
    ((_WRITE, _TOP), (_SHOW, _TOP)),
    ((_SHOW, _TOP), (_END, _TOP)),
    ((_F, _GATES), (_F, _TOP)),
    ((_I, _GATES), (_WRITE, _MIDDLE)),
    ((_G, _GATES), (_WRITE, _MIDDLE)),
    ((_WRITE, _MIDDLE), (_WRITE, _TOP)),
    ((_SHOW, _TOP), (_SHOW, _MIDDLE)),
    ((_SHOW, _MIDDLE), (_SHOW, _GATES)),
    ((_O, _GATES), (_SHOW, _GATES)),
    ((_SHOW, _GATES), (_END, _GATES)),
)
"""Start and end of every arrow of the forward pass but those from the inputs."""

_FRAMES: tuple[tuple[int, Place], ...] = (
    (1, (_F, _GATES)),
    (1, (_F, _TOP)),
    (2, (_I, _GATES)),
    (2, (_G, _GATES)),
    (2, (_WRITE, _MIDDLE)),
    (2, (_WRITE, _TOP)),
    (3, (_O, _GATES)),
    (3, (_SHOW, _MIDDLE)),
    (3, (_SHOW, _GATES)),
    (3, (_SHOW, _TOP)),
    (3, (_END, _GATES)),
    (4, (0.0, _INPUTS + 0.45)),
    (4, (0.0, _INPUTS - 0.45)),
)
"""The frame in which each place appears first; what is not named is there from the beginning."""

_FORWARD_TEXTS: tuple[tuple[float, float, str, str], ...] = (
    ((_F + _WRITE) / 2, _TOP + 0.3, "kept", "center"),
    (_WRITE + 0.2, 3.4, "written", "left"),
    ((_SHOW + _END) / 2, _GATES + 0.3, "shown", "center"),
)
_BACKWARD_TEXTS: tuple[tuple[float, float, str, str], ...] = (
    (_END + 0.6, _TOP, "$dc$", "left"),
    (_END + 0.6, _GATES, "$dh$", "left"),
    (1.0, _TOP + 0.3, "times $f$", "center"),
    (_F + 0.12, 2.9, "times $c_{t-1}$", "left"),
    (_I + 0.1, 2.4, "times $g$", "right"),
    (_G - 0.1, 2.4, "times $i$", "left"),
    ((_O + _SHOW) / 2 + 0.35, _GATES - 0.5, "times $\\tanh(c_t)$", "center"),
    (_SHOW + 0.2, 3.42, "times $o\\,(1-\\tanh^2 c_t)$", "left"),
    ((_WRITE + _SHOW) / 2, _TOP + 0.3, "$dc^{\\,all}$: both together", "center"),
)
"""Place, text and alignment of what stands beside the arrows."""


def cell_graph(backward: bool = False, frame: int = 4) -> Figure:
    """Return the graph of one LSTM step, forwards, or with the gradients that go back through it.

    Parameters
    ----------
    backward : bool
        Whether the arrows run back, with the factor that each of them multiplies by.
    frame : int
        How much is drawn: 1 the cell and what is kept, 2 also what is written, 3 also what is shown, 4 also what the
        gates read.
    """
    figure: Figure
    figure, axes = subplots(figsize=(9.4, 4.3), layout="constrained", facecolor="white")
    axes.set(xlim=(-0.8, 12.2), ylim=(-0.8, 4.7))
    axes.set_aspect("equal")
    axes.set_axis_off()
    hidden = {place for number, place in _FRAMES if number > frame}
    nodes = {place: node for place, node in _NODES.items() if place not in hidden}
    nodes |= {(_SHOW, _TOP): ("+", "operation")} if backward else {}
    for start, end in _visible_wires(hidden):
        ends = (end, start) if backward else (start, end)
        _arrow(axes, *ends, _BACK if backward else _INK, _gaps(nodes, *ends), head=ends[1] in nodes)
    if not backward and frame >= 3:
        axes.plot(_SHOW, _TOP, "o", color=_INK, markersize=5)
    if frame == 4:
        _draw_inputs(axes, backward)
    for (x, y), (label, kind) in nodes.items():
        _node(axes, label, x, y, kind)
    for x, y, text, side in _BACKWARD_TEXTS if backward else _FORWARD_TEXTS[:frame]:
        ink = _BACK if backward else _PALE
        axes.text(x, y, text, ha=side, va="center", fontsize=10, color=ink)
    return figure


def _visible_wires(hidden: set[Place]) -> list[tuple[Place, Place]]:
    """Return the arrows between places that are not hidden; along the cell they run through those that are."""
    wires = [wire for wire in _WIRES if not hidden & set(wire)]
    along = ((0.0, _TOP), (_F, _TOP), (_WRITE, _TOP), (_SHOW, _TOP), (_END, _TOP))
    line = [place for place in along if place not in hidden]
    return list(dict.fromkeys([*wires, *pairwise(line)]))


def _gaps(nodes: Mapping[Place, tuple[str, str]], start: Place, end: Place) -> tuple[float, float]:
    """Return how far from the centres of its two nodes an arrow begins and ends."""
    level = start[1] == end[1]

    def gap(place: Place) -> float:
        if place not in nodes:
            return 0.0
        return 0.3 if nodes[place][1] == "operation" else 0.5 if level else 0.36

    return gap(start), gap(end)


def _draw_inputs(axes: Axes, backward: bool) -> None:
    """Draw the line from which every gate reads the input and the output of the step before, or its gradients."""
    colour = _BACK if backward else _PALE
    for height in (_INPUTS + 0.45, _INPUTS - 0.45):
        ends = (1.1, _INPUTS), (0.45, height)
        _arrow(axes, *(ends if backward else ends[::-1]), colour, (0.0, 0.0), head=backward)
    axes.plot([1.1, _O], [_INPUTS, _INPUTS], color=colour, linewidth=1.2)
    for x in (_F, _I, _G, _O):
        ends = (x, _INPUTS), (x, _GATES)
        if backward:
            _arrow(axes, *ends[::-1], colour, (0.36, 0.0))
        else:
            _arrow(axes, *ends, colour, (0.0, 0.36))
    there = "$da$ of all four, back through $W_x$ and $W_h$: they add up"
    text = there if backward else "each with its own columns of $W_x$, $W_h$ and $b$"
    axes.text(_WRITE, _INPUTS - 0.35, text, ha="center", va="center", fontsize=9.5, color=colour)


def _arrow(
    axes: Axes, start: Place, end: Place, colour: str, gaps: tuple[float, float], head: bool = True
) -> None:
    """Draw an arrow, or a line without a head, that leaves a gap at each end."""
    a, b = np.array(start), np.array(end)
    way = (b - a) / np.linalg.norm(b - a)
    places = tuple(a + gaps[0] * way), tuple(b - gaps[1] * way)
    look: dict[str, Any] = {
        "arrowstyle": "-|>" if head else "-",
        "mutation_scale": 11,
        "linewidth": 1.4,
        "shrinkA": 0,
        "shrinkB": 0,
    }
    axes.add_patch(FancyArrowPatch(*places, color=colour, **look))


def _node(axes: Axes, label: str, x: float, y: float, kind: str) -> None:
    """Draw a node: operations are circles, all others boxes."""
    if kind == "operation":
        axes.add_patch(Circle((x, y), 0.27, facecolor=_FILL[kind], edgecolor=_INK, linewidth=1.0, zorder=3))
    else:
        box = FancyBboxPatch(
            (x - 0.4, y - 0.26), 0.8, 0.52, boxstyle="round,pad=0.04", facecolor=_FILL[kind], zorder=3
        )
        box.set(edgecolor=_INK, linewidth=1.0)
        axes.add_patch(box)
    axes.text(x, y, label, ha="center", va="center", fontsize=11, color=_INK, zorder=4)


def weight_blocks(features: int, units: int) -> Figure:
    """Return the weights of an LSTM layer drawn as blocks of columns, one field for each number.

    Parameters
    ----------
    features : int
        Rows of ``Wx``, D.
    units : int
        Rows of ``Wh`` and columns of each block, H.
    """
    figure: Figure
    figure, axes = subplots(figsize=(8.0, 4.6), layout="constrained", facecolor="white")
    fills = (_FILL["gate"], "#fde3c0", _FILL["candidate"], "#eadcf4")
    top = 0.0
    for name, rows in (("$W_x$", features), ("$W_h$", units), ("$b$", 1)):
        for block, fill in enumerate(fills):
            for row in range(rows):
                for column in range(units):
                    place = (block * (units + 0.35) + column, top - row - 1)
                    axes.add_patch(Rectangle(place, 1, 1, facecolor=fill, edgecolor="white"))
        right = 4 * (units + 0.35)
        axes.text(-0.3, top - rows / 2, name, ha="right", va="center", fontsize=13, color=_INK)
        shape = f"({rows}, {4 * units})" if rows > 1 else f"({4 * units},)"
        axes.text(
            right + 0.1, top - rows / 2, f"{shape}: {rows * 4 * units}", va="center", fontsize=11, color=_INK
        )
        top -= rows + 0.6
    for block, (name, bend) in enumerate((("i", "σ"), ("f", "σ"), ("g", "tanh"), ("o", "σ"))):
        middle = block * (units + 0.35) + units / 2
        axes.text(middle, 0.35, f"${name}$", ha="center", fontsize=13, color=_INK)
        axes.text(middle, top - 0.1, bend, ha="center", va="center", fontsize=11, color=_INK)
    axes.set(xlim=(-1.6, 4 * (units + 0.35) + 3.2), ylim=(top - 0.7, 1.2))
    axes.set_aspect("equal")
    axes.set_axis_off()
    return figure


def staircase(needed: Mapping[int, Mapping[str, Sequence[float]]], budget: int) -> Figure:
    """Return after how many updates each network solved a task, one panel for each sequence length.

    Parameters
    ----------
    needed : mapping of int to mapping of str to sequence of float
        For each length T and each network the updates of every seed; infinity where it did not solve it. A network that
        a length lacks is marked as not tried.
    budget : int
        Largest number of updates that was allowed.
    """
    figure: Figure
    figure, panels = subplots(
        1, len(needed), figsize=(2.7 * len(needed), 3.4), sharey=True, layout="constrained", squeeze=False
    )
    figure.set_facecolor("white")
    failed = 1.18 * budget
    names = list(dict.fromkeys(name for by_name in needed.values() for name in by_name))
    for axes, (length, by_name) in zip(panels[0], needed.items(), strict=True):
        axes.axhspan(1.06 * budget, 1.3 * budget, color="#f2dcd3", linewidth=0)
        for place, name in enumerate(names):
            if name not in by_name:
                axes.text(place, budget / 2, "not tried", rotation=90, ha="center", va="center", color="0.45")
                continue
            steps = by_name[name]
            heights = np.where(np.isfinite(steps), steps, failed)
            across = place + 0.11 * (np.arange(len(heights)) - (len(heights) - 1) / 2)
            solved = np.isfinite(steps)
            axes.plot(across[solved], heights[solved], "o", color="#0b5394", markersize=5)
            axes.plot(across[~solved], heights[~solved], "x", color="#a61c00", markersize=6)
        axes.set_xticks(range(len(names)), [name.replace("b_f = ", "") for name in names])
        axes.set(title=f"T = {length}", ylim=(0, 1.3 * budget), xlim=(-0.6, len(names) - 0.4))
        axes.spines[["top", "right"]].set_visible(False)
    ticks = np.arange(0, budget + 1, 10)
    panels[0, 0].set_yticks([*ticks, failed], [*map(str, ticks), "never"])
    panels[0, 0].set_ylabel("updates until solved")
    figure.supxlabel("plain tanh cell, and LSTM with forget bias", fontsize=10)
    return figure


def gate_story(inputs: Array, gates: Array, cell: Array, wanted: Array) -> Figure:
    """Return the inputs and gates of one unit over time as a table of colours, and its cell below.

    Parameters
    ----------
    inputs : array of shape (T, 2)
        Value and flag of each step.
    gates : array of shape (T, 4)
        i, f, g and o of each step.
    cell : array of shape (T,)
        What the unit holds after each step.
    wanted : array of shape (T,)
        The sign that it should hold.
    """
    steps = np.arange(1, len(cell) + 1)
    figure: Figure
    figure, (top, below) = subplots(
        2, 1, figsize=(9.6, 5.6), sharex=True, height_ratios=[3, 2], layout="constrained", facecolor="white"
    )
    table = np.concatenate([inputs, gates], axis=1).T  # (6, T)
    picture = top.imshow(
        table,
        cmap="PuOr_r",
        vmin=-1,
        vmax=1,
        aspect="auto",
        extent=(0.5, len(cell) + 0.5, len(table) - 0.5, -0.5),
    )
    top.set_yticks(range(6), ["value", "flag", "i, written", "f, kept", "g, candidate", "o, shown"])
    top.tick_params(length=0, labelbottom=False)
    top.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(table):
        red, green, blue, _ = picture.to_rgba(value)
        ink = "white" if 0.3 * red + 0.6 * green + 0.1 * blue < 0.5 else "black"
        text = f"{value:.0f}" if row < 2 else f"{value:.2f}"
        top.text(column + 1, row, text, ha="center", va="center", color=ink, fontsize=9)
    for t in steps[inputs[:, 1] > 0]:
        below.axvline(t, color="#b45f06", linewidth=6, alpha=0.25)
    below.axhline(0, color="0.6", linewidth=0.8)
    below.plot(steps, cell, "o-", color="#0b5394", linewidth=2, label="cell c")
    below.plot(steps, wanted, "_", color="#38761d", markersize=16, markeredgewidth=3, label="wanted sign")
    below.set(xlabel="step t (shaded: flag)", ylabel="c", xlim=(0.5, len(cell) + 0.5), xticks=steps)
    below.spines[["top", "right"]].set_visible(False)
    below.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    return figure
