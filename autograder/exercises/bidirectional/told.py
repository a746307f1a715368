"""What several exercises of this notebook say of the same mistake: each text stands here once."""

from __future__ import annotations

HALVES_EXCHANGED = "The two halves are in the wrong order: the forward direction comes first."
