"""Draws for long sequences: gradients that survive 25 steps, and gradients that do not.

Short sequences hide two mistakes: a gradient that is cut every so many steps, and one that is
thrown away because it looks small. The first shows where nothing vanishes, the second where all does.
"""

from __future__ import annotations

import numpy as np

from autograder.course.exercise import Draw, weights
from rnncourse.checking.values import Value

LONG = 26
"""Steps of a long case: a cut after each 4 to 25 steps falls into it."""


def turning(draw: Draw, H: int, stretch: float = 1.0) -> Value:
    """Return weights (H, H) that turn a vector and make it `stretch` times as long, to 3 decimals."""
    return np.round(stretch * np.linalg.qr(draw.normal(size=(H, H)))[0], 3)


def shrinking(draw: Draw, H: int) -> Value:
    """Return weights (H, H) that make every vector about a quarter as long, each by another factor."""
    return np.round(0.25 * np.linalg.qr(draw.normal(size=(H, H)))[0] + weights(draw, H, H, scale=0.03), 3)
