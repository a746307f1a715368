"""A finding such as a card shows."""

from __future__ import annotations

import numpy as np

from rnncourse.checking.here import examine_here
from tests.ours import draw_cases, variant

FINDING = examine_here(draw_cases("affine", 1), variant("affine", "bias_outside"))
assert FINDING.mistake == "bias_outside"
assert np.isfinite(FINDING.fraction)
