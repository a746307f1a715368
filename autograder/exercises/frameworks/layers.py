"""What the questions of notebook 09 are made of: weights of whole layers."""

from __future__ import annotations

from autograder.course.exercise import Draw, weights
from rnncourse.checking.values import Value


def plain(draw: Draw, D: int, H: int) -> dict[str, Value]:
    """Return Wxh (D, H), Whh (H, H) and bh (H,)."""
    return {"Wxh": weights(draw, D, H), "Whh": weights(draw, H, H), "bh": weights(draw, H)}


def gated(draw: Draw, D: int, H: int, blocks: int) -> dict[str, Value]:
    """Return Wx (D, B H), Wh (H, B H) and b (B H,) of a layer with B blocks."""
    return {
        "Wx": weights(draw, D, blocks * H),
        "Wh": weights(draw, H, blocks * H),
        "b": weights(draw, blocks * H),
    }
