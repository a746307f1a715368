"""What several exercises of this notebook say of the same mistake: each text stands here once."""

from __future__ import annotations

CANDIDATE_AND_OUTPUT_TURNED = (
    "You unpack the gates as i, f, o, g. Your lstm_gates returns g third and o last."
)
CANDIDATE_NOT_BENT = "Your candidate is the plain sum. It goes through tanh."
NEGATED = (
    "All of your gradients have the wrong sign. The minus of gradient *descent* belongs to the step taken "
    "with them."
)
WEIGHTS_EXCHANGED = "The fourth and the fifth output are exchanged: dWx comes before dWh."
