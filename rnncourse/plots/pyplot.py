"""The few functions of pyplot that our figures need. Pyplot is slow to import: the first figure does it."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure


def subplots(rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Return a new figure and its axes, as ``matplotlib.pyplot.subplots`` does."""
    import matplotlib.pyplot as plt

    made: tuple[Figure, Any] = plt.subplots(rows, columns, **options)
    return made


def close(figure: Figure) -> None:
    """Forget a figure, so that the notebook does not show it a second time."""
    import matplotlib.pyplot as plt

    plt.close(figure)
