"""Draws for long sequences: gradients that survive 25 steps, and gradients that do not.

Short sequences hide two mistakes: a gradient that is cut every so many steps, and one that is
thrown away because it looks small. The first shows where nothing vanishes, the second where all does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder.course.exercise import Draw, Mistake, mistake, weights
from rnncourse.checking.values import Value

LONG = 26
"""Steps of a long case: a cut after each 4 to 25 steps falls into it."""


CUTS = (4, 5, 8, 10, 20)
"""Steps after which truncated training usually forgets the gradient."""

Edits = tuple[tuple[str, str], ...]


def truncations(cut: Callable[[str], Edits], T: str = "T", t: str = "t") -> Iterator[Mistake]:
    """Yield the gradient forgotten every so many steps, counted from either end.

    Parameters
    ----------
    cut : callable
        ``cut(condition)`` returns edits after which step t hands nothing to step t - 1 where that holds.
    T, t : str
        How the solution writes the number of steps, and the step that hands on.
    """
    for k in CUTS:
        for end, condition in (("first", f"{t} % {k} == 0"), ("last", f"({T} - {t}) % {k} == 0")):
            told = f"""You start again without a gradient every {k} steps, counted from the {end} one, as
            truncated training does. The full gradient is asked for: nothing is cut off."""
            yield mistake(f"truncated_every_{k}_from_the_{end}", told, *cut(f"{condition} and {t} > 0"))


def last_steps(only: Callable[[int], Edits]) -> Iterator[Mistake]:
    """Yield the way back that ends after so many steps; ``only(k)`` returns the edits for k steps."""
    for k in CUTS:
        told = f"""Your way back ends after {k} steps, and those before get nothing. The full gradient is
        asked for: nothing is cut off."""
        yield mistake(f"last_{k}_steps_only", told, *only(k))


def turning(draw: Draw, H: int, stretch: float = 1.0) -> Value:
    """Return weights (H, H) that turn a vector and make it `stretch` times as long, to 3 decimals."""
    return np.round(stretch * np.linalg.qr(draw.normal(size=(H, H)))[0], 3)


def shrinking(draw: Draw, H: int) -> Value:
    """Return weights (H, H) that make every vector about a fifth as long, each by another factor."""
    return np.round(0.18 * np.linalg.qr(draw.normal(size=(H, H)))[0] + weights(draw, H, H, scale=0.02), 3)
