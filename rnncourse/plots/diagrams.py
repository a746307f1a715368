"""Draw recurrent networks as graphs: rolled up, unrolled, in both directions, encoder and decoder.

Everything is made of :class:`Chain`, a row of cells in which each cell may have an input, an output,
or neither. The figures of all notebooks are chains, so they look alike.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from rnncourse.plots.pyplot import subplots

GAP = 1.7
"""Distance from one time step to the next. All distances are in units of 0.6 inch."""
INPUT, STATE, BACK, OUTPUT = 0.0, 1.6, 2.8, 3.2
"""Heights of the rows. With a second direction, ``BACK`` is its row and the outputs move up."""
RADIUS = 0.42
_FILL = {"input": "#dbe9f6", "state": "#fde3c0", "back": "#eadcf4", "output": "#d9efd9"}
_INK = "#222222"
_UNIT = 0.6
_BETWEEN = 0.9


@dataclass(frozen=True)
class Chain:
    """A row of cells, one for each time step.

    Attributes
    ----------
    steps : int
        Number of time steps, counted from 1 as in the formulas.
    inputs, outputs : collection of int, optional
        The steps that have one; None stands for all.
    fed_back : collection of int
        The steps whose output is the input of the next step, drawn as a dashed line.
    backward : bool
        Whether a second row of cells reads the sequence from its end.
    start : bool
        Whether the initial state is drawn.
    weights : bool
        Whether the arrows carry the names of their weights.
    input_labels, state_labels, output_labels : sequence of str
        One label for each step; where it is empty, ``x_1``, ``h_1``, ``y_1`` and so on.
    """

    steps: int
    inputs: Collection[int] | None = None
    outputs: Collection[int] | None = None
    fed_back: Collection[int] = field(default_factory=tuple)
    backward: bool = False
    start: bool = True
    weights: bool = False
    input_labels: Sequence[str] = ()
    state_labels: Sequence[str] = ()
    output_labels: Sequence[str] = ()

    @property
    def output_height(self) -> float:
        """Height of the row of outputs."""
        return OUTPUT + (BACK - STATE if self.backward else 0.0)

    @property
    def left(self) -> float:
        """How far the drawing reaches to the left of the first cell."""
        return GAP + RADIUS if self.start else RADIUS

    @property
    def right(self) -> float:
        """How far the drawing reaches to the right of the first cell."""
        return (self.steps - 1) * GAP + (GAP if self.backward and self.start else 0) + RADIUS


def unrolled(chain: Chain, rolled: bool = False) -> Figure:
    """Return a figure of a chain, with the same network rolled up beside it if asked for.

    Parameters
    ----------
    chain : Chain
        What to draw.
    rolled : bool
        Whether to draw the cell with its loop on the left, as what is being unrolled.
    """
    offset = 2.7 if rolled else 0.0
    width = chain.left + chain.right + offset + 0.4
    figure, axes = _canvas(width, chain.output_height + 2 * RADIUS + 0.3)
    if rolled:
        _draw_rolled(axes, 0.0)
        axes.text(2.05, STATE, "=", fontsize=22, ha="center", va="center", color=_INK)
    draw_chain(axes, chain, (offset + chain.left - RADIUS, 0.0))
    axes.set_xlim(-RADIUS - 0.2, width - RADIUS - 0.2)
    axes.set_ylim(-RADIUS - 0.15, chain.output_height + RADIUS + 0.15)
    return figure


def input_output_types() -> Figure:
    """Return a figure of the five input/output types, each drawn as a chain."""
    rows: list[list[tuple[str, Chain]]] = [
        [
            ("one-to-one", Chain(1, start=False)),
            ("one-to-many", Chain(4, inputs={1}, fed_back={1, 2, 3}, start=False)),
            ("many-to-one", Chain(4, outputs={4}, start=False)),
        ],
        [
            ("many-to-many, $T_x = T_y$", Chain(4, start=False)),
            ("many-to-many, $T_x \\neq T_y$", _encoder_decoder(3, 4)),
        ],
    ]
    widest = max(sum(chain.steps * GAP + _BETWEEN for _, chain in row) for row in rows)
    figure, axes = _canvas(widest, 10.2)
    for row, height in zip(rows, (5.2, 0.0), strict=True):
        left = 0.0
        for title, chain in row:
            draw_chain(axes, chain, (left, height))
            middle = left + (chain.steps - 1) * GAP / 2
            axes.text(
                middle, height + OUTPUT + 0.85, title, ha="center", va="center", fontsize=12, color=_INK
            )
            left += chain.steps * GAP + _BETWEEN
    axes.set_xlim(-1.2, widest - 1.2)
    axes.set_ylim(-0.6, 9.6)
    return figure


def _encoder_decoder(reads: int, writes: int) -> Chain:
    """Return a chain that reads `reads` inputs and then writes `writes` outputs."""
    last = reads + writes
    names = [""] * reads + [f"$y_{t}$" for t in range(1, writes + 1)]
    return Chain(
        last,
        inputs=range(1, reads + 1),
        outputs=range(reads + 1, last + 1),
        fed_back=range(reads + 1, last),
        start=False,
        output_labels=names,
    )


def draw_chain(axes: Axes, chain: Chain, origin: tuple[float, float] = (0.0, 0.0)) -> None:
    """Draw a chain on axes.

    Parameters
    ----------
    axes : Axes
        Where to draw; its units are those of :data:`GAP`.
    chain : Chain
        What to draw.
    origin : tuple of float
        Place of the input of the first step.
    """
    inputs = range(1, chain.steps + 1) if chain.inputs is None else chain.inputs
    outputs = range(1, chain.steps + 1) if chain.outputs is None else chain.outputs
    for t in range(1, chain.steps + 1):
        at = (origin[0] + (t - 1) * GAP, origin[1])
        _draw_states(axes, chain, t, at)
        if t in inputs:
            _node(axes, (at[0], at[1] + INPUT), "input", _label(chain.input_labels, t, "x"))
            _draw_input_arrows(axes, chain, at)
        if t in outputs:
            _node(axes, (at[0], at[1] + chain.output_height), "output", _label(chain.output_labels, t, "y"))
            _draw_output_arrows(axes, chain, at)
        if t in chain.fed_back:
            _draw_feedback(axes, at, chain.output_height)
    _draw_ends(axes, chain, origin)


def _label(labels: Sequence[str], t: int, letter: str) -> str:
    given = labels[t - 1] if t <= len(labels) else ""
    return given or f"${letter}_{{{t}}}$"


def _draw_states(axes: Axes, chain: Chain, t: int, at: tuple[float, float]) -> None:
    """Draw the cell of one step, or two cells, and the arrow to its neighbour."""
    x, y = at
    forward = r"\overrightarrow{h}" if chain.backward else "h"
    _node(axes, (x, y + STATE), "state", _label(chain.state_labels, t, forward))
    if chain.backward:
        _node(axes, (x, y + BACK), "back", _label((), t, r"\overleftarrow{h}"))
    if t == chain.steps:
        return
    _arrow(axes, (x + RADIUS, y + STATE), (x + GAP - RADIUS, y + STATE), "$W_{hh}$" * chain.weights)
    if chain.backward:
        _arrow(axes, (x + GAP - RADIUS, y + BACK), (x + RADIUS, y + BACK))


def _draw_input_arrows(axes: Axes, chain: Chain, at: tuple[float, float]) -> None:
    x, y = at
    name = "$W_{xh}$" * chain.weights
    _arrow(axes, (x, y + INPUT + RADIUS), (x, y + STATE - RADIUS), name)
    if chain.backward:
        _bent(axes, (x - 0.18, y + INPUT + RADIUS - 0.03), (x - RADIUS, y + BACK - 0.2), -0.35)


def _draw_output_arrows(axes: Axes, chain: Chain, at: tuple[float, float]) -> None:
    x, y = at
    top = BACK if chain.backward else STATE
    _arrow(axes, (x, y + top + RADIUS), (x, y + chain.output_height - RADIUS), "$W_{hy}$" * chain.weights)
    if chain.backward:
        _bent(axes, (x + RADIUS, y + STATE + 0.2), (x + 0.18, y + chain.output_height - RADIUS + 0.03), 0.35)


def _draw_ends(axes: Axes, chain: Chain, origin: tuple[float, float]) -> None:
    """Draw the initial state of each direction."""
    if not chain.start:
        return
    x, y = origin
    last = x + (chain.steps - 1) * GAP
    _node(axes, (x - GAP, y + STATE), "plain", "$h_0$")
    _arrow(axes, (x - GAP + RADIUS, y + STATE), (x - RADIUS, y + STATE), "$W_{hh}$" * chain.weights)
    if chain.backward:
        _node(axes, (last + GAP, y + BACK), "plain", f"$h_{{{chain.steps + 1}}}$")
        _arrow(axes, (last + GAP - RADIUS, y + BACK), (last + RADIUS, y + BACK))


def _draw_rolled(axes: Axes, x: float) -> None:
    """Draw one cell with its loop."""
    _node(axes, (x, INPUT), "input", "$x_t$")
    _node(axes, (x, STATE), "state", "$h_t$")
    _node(axes, (x, OUTPUT), "output", "$y_t$")
    _arrow(axes, (x, INPUT + RADIUS), (x, STATE - RADIUS), "$W_{xh}$")
    _arrow(axes, (x, STATE + RADIUS), (x, OUTPUT - RADIUS), "$W_{hy}$")
    right = x + RADIUS
    points = [
        (right, STATE + 0.22),
        (right + 0.75, STATE + 0.75),
        (right + 0.75, STATE - 0.75),
        (right, STATE - 0.22),
    ]
    codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    axes.add_patch(_tip(path=Path(points, codes)))
    axes.text(right + 0.62, STATE, "$W_{hh}$", fontsize=10, ha="left", va="center", color=_INK)


def _draw_feedback(axes: Axes, at: tuple[float, float], top: float) -> None:
    """Draw the dashed way of an output to the cell of the next step."""
    x, y = at
    middle, below = x + GAP / 2, y + STATE - RADIUS - 0.5
    points = [
        (x + RADIUS, y + top),
        (middle, y + top),
        (middle, below),
        (x + GAP, below),
        (x + GAP, y + STATE - RADIUS),
    ]
    axes.add_patch(_tip(path=Path(points), linestyle=(0, (4, 2)), color="#666666", shrinkA=0, shrinkB=0))


def _node(axes: Axes, at: tuple[float, float], kind: str, label: str) -> None:
    """Draw a circle for an input or output, a box for a state, text alone for anything else."""
    x, y = at
    if kind in ("input", "output"):
        axes.add_patch(Circle(at, RADIUS, facecolor=_FILL[kind], edgecolor=_INK, linewidth=1.1))
    elif kind in _FILL:
        corner = (x - RADIUS + 0.1, y - RADIUS + 0.1)
        side = 2 * RADIUS - 0.2
        box = FancyBboxPatch(
            corner, side, side, "round,pad=0.1", facecolor=_FILL[kind], edgecolor=_INK, linewidth=1.1
        )
        axes.add_patch(box)
    size = 12 if label.startswith("$") else 9 if len(label) < 7 else 8 if len(label) < 8 else 7
    axes.text(x, y, label, ha="center", va="center", fontsize=size, color=_INK)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], name: str = "") -> None:
    axes.add_patch(_tip(posA=start, posB=end, shrinkA=1, shrinkB=1))
    if not name:
        return
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    upright = start[0] == end[0]
    place: dict[str, Any] = {"ha": "left", "va": "center"} if upright else {"ha": "center", "va": "bottom"}
    axes.text(x + 0.08 * upright, y + 0.08 * (not upright), name, fontsize=10, color=_INK, **place)


def _bent(axes: Axes, start: tuple[float, float], end: tuple[float, float], bend: float) -> None:
    axes.add_patch(_tip(posA=start, posB=end, connectionstyle=f"arc3,rad={bend}", shrinkA=1, shrinkB=1))


def _tip(**how: Any) -> FancyArrowPatch:
    """Return an arrow in the style of all figures."""
    style: dict[str, Any] = {"arrowstyle": "-|>", "mutation_scale": 11, "color": _INK, "linewidth": 1.2}
    return FancyArrowPatch(**(style | how))


def _canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a white figure of `width` by `height` units, without axes."""
    figure, axes = subplots(figsize=(width * _UNIT, height * _UNIT), facecolor="white")
    figure.subplots_adjust(0, 0, 1, 1)
    axes.set_axis_off()
    axes.set_aspect("equal")
    return figure, axes
