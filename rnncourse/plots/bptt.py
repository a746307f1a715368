"""Figures of notebook 03: a walk backwards through time, one step after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch

from rnncourse.plots.pyplot import subplots
from rnncourse.plots.sliders import explore

__all__ = ["Walk", "gaps", "walk_back", "walk_figure", "walk_text"]

_SEEN, _NOW, _AHEAD, _INK = "#9fb8d1", "#b45f06", "#f2f2f2", "#222222"


@dataclass(frozen=True)
class Walk:
    """What a scalar net knows after the backward pass.

    Attributes
    ----------
    h : sequence of float
        T + 1 states, the first one before the first input.
    dh : sequence of float
        T + 1 derivatives of the loss with respect to them.
    terms : sequence of float
        T terms of one parameter's derivative, by the step at which the parameter was used.
    name : str
        Name of the parameter.
    """

    h: Sequence[float]
    dh: Sequence[float]
    terms: Sequence[float]
    name: str = "w"

    @property
    def steps(self) -> int:
        """Number of time steps."""
        return len(self.terms)


def walk_back(walk: Walk) -> None:
    """Show every step of the walk below each other and, where there are sliders, one at a time.

    Parameters
    ----------
    walk : Walk
        States, derivatives and terms.
    """
    choices = {"step": ["all", *range(walk.steps, 0, -1)]}
    explore(
        lambda step: walk_figure(walk, step),
        lambda step: walk_text(walk, step),
        choices,
    )


def walk_figure(walk: Walk, step: int | str = "all") -> Figure:
    """Return a figure of the backward pass when it has reached a step, or of all steps below each other.

    Parameters
    ----------
    walk : Walk
        States, derivatives and terms.
    step : int or "all"
        From T, the first that the backward pass comes to, down to 1.
    """
    frames = list(range(walk.steps, 0, -1)) if step == "all" else [int(step)]
    figure: Figure
    figure, panels = subplots(
        len(frames),
        2,
        figsize=(9.6, 1.75 * len(frames) + 0.2),
        width_ratios=[3, 2],
        squeeze=False,
        layout="constrained",
        facecolor="white",
    )
    for frame, (left, right) in zip(frames, panels, strict=True):
        _draw_chain(left, walk, frame)
        _draw_terms(right, walk, frame)
    return figure


def walk_text(walk: Walk, step: int | str = "all") -> str:
    """Return what :func:`walk_figure` shows, in words and numbers."""
    frames = list(range(walk.steps, 0, -1)) if step == "all" else [int(step)]
    parts = []
    for t in frames:
        total = sum(walk.terms[t - 1 :])
        parts.append(
            f"At t = {t} the derivative dL/dh_{t} is {walk.dh[t]:.4f}. The step adds the term "
            f"{walk.terms[t - 1]:.4f} to dL/d{walk.name}, whose sum is now {total:.4f}."
        )
    return f"The backward pass through {walk.steps} steps, from the last to the first. " + " ".join(parts)


def _draw_chain(axes: Axes, walk: Walk, now: int) -> None:
    """Draw the states as boxes, those that the walk has reached with their derivative."""
    axes.set(xlim=(-0.6, walk.steps + 1.5), ylim=(-0.75, 1.05))
    axes.set_axis_off()
    for t in range(walk.steps + 1):
        fill = _NOW if t == now else _SEEN if t > now else _AHEAD
        box = {"boxstyle": "round,pad=0.35", "facecolor": fill, "edgecolor": _INK, "linewidth": 0.8}
        ink = "white" if t == now else _INK
        axes.text(
            t, 0, f"$h_{{{t}}}$\n{walk.h[t]:.3f}", ha="center", va="center", fontsize=9, color=ink, bbox=box
        )
        if t >= now:
            weight = "bold" if t == now else "normal"
            axes.text(
                t, 0.62, f"{walk.dh[t]:.4f}", ha="center", va="center", fontsize=9, weight=weight, color=_INK
            )
            _arrow(axes, (t + 0.68, 0.0), (t + 0.36, 0.0))
    loss = {"boxstyle": "round,pad=0.35", "facecolor": _SEEN, "edgecolor": _INK, "linewidth": 0.8}
    axes.text(walk.steps + 1, 0, "$L$", ha="center", va="center", fontsize=11, color=_INK, bbox=loss)
    axes.text(-0.55, 0.62, "$dL/dh_t$", ha="left", va="center", fontsize=9, color=_INK)
    axes.text(
        -0.55, -0.62, f"now at $t = {now}$", ha="left", va="center", fontsize=9, color=_NOW, weight="bold"
    )


def _draw_terms(axes: Axes, walk: Walk, now: int) -> None:
    """Draw the terms collected so far as bars, each above its step."""
    steps = range(1, walk.steps + 1)
    heights = [walk.terms[t - 1] if t >= now else 0.0 for t in steps]
    axes.bar(steps, heights, width=0.6, color=[_NOW if t == now else _SEEN for t in steps])
    axes.axhline(0, color=_INK, linewidth=0.8)
    low, high = min(0.0, *walk.terms), max(0.0, *walk.terms)
    room = 0.3 * (high - low)
    axes.set(xlim=(0.4, walk.steps + 0.6), ylim=(low - room, high + room), yticks=[])
    axes.set_xticks(list(steps), [f"$t={t}$" for t in steps], fontsize=8.5)
    axes.spines[["top", "right", "left"]].set_visible(False)
    for t in range(now, walk.steps + 1):
        value = walk.terms[t - 1]
        below = value < 0
        axes.annotate(
            f"{value:.4f}",
            (t, value),
            xytext=(0, -3 if below else 3),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            fontsize=8,
            color=_INK,
        )
    axes.set_title(f"$dL/d{walk.name}$ so far: {sum(walk.terms[now - 1 :]):.4f}", fontsize=9.5, loc="left")


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=10, color=_NOW, linewidth=1.4)
    )


def gaps(steps: np.ndarray[Any, Any], errors: dict[str, np.ndarray[Any, Any]]) -> Figure:
    """Return a figure of the error of difference quotients over the size of their step.

    Parameters
    ----------
    steps : array of shape (S,)
        Step sizes.
    errors : dict of str to array of shape (S,)
        Relative errors of each quotient.
    """
    figure: Figure
    figure, axes = subplots(figsize=(6.4, 3.6), layout="constrained", facecolor="white")
    for (name, values), colour, mark in zip(errors.items(), ("#b45f06", "#0b5394"), "os", strict=False):
        axes.loglog(steps, values, marker=mark, markersize=4, linewidth=1.4, color=colour, label=name)
    axes.set(xlabel="step eps", ylabel="relative error of the slope")
    axes.grid(True, which="major", color="0.9")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return figure
