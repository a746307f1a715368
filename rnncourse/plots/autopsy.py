"""The figure of notebook 11: which test finds which fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

__all__ = ["found"]


def found(verdicts: Mapping[str, Sequence[bool]], faults: Sequence[str]) -> Figure:
    """Return a table with a field for each test and fault, dark and with a cross where it is missed.

    Parameters
    ----------
    verdicts : mapping of str to sequence of bool
        For each test, whether it lets each faulty program pass.
    faults : sequence of str
        Names of the faults, in the same order.
    """
    figure: Figure
    figure, axes = plt.subplots(figsize=(9, 0.34 * len(verdicts) + 1.9), layout="constrained")
    table = np.array(list(verdicts.values()), dtype=float)  # (tests, faults)
    axes.imshow(table, cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
    for row, column in zip(*np.nonzero(table), strict=True):
        axes.text(column, row, "×", ha="center", va="center", color="#1a1a1a")
    axes.set_xticks(range(len(faults)), faults, rotation=60, ha="right", fontsize=7.5)
    axes.set_yticks(range(len(verdicts)), list(verdicts), fontsize=8.5)
    axes.set_xticks(np.arange(len(faults) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(verdicts) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="both", length=0)
    return figure
