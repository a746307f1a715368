"""What several exercises of this notebook say of the same mistake: each text stands here once."""

from __future__ import annotations

BIAS_OUTSIDE = "In your loop the bias bh is added after tanh. It belongs inside the activation."
NO_OUTPUT_BIAS = "The bias of the output layer, by, is not used."
SOFTMAX_TWICE = "You apply the softmax twice, which makes every answer nearly even."
TANH_OF_PARTS = (
    "In your loop tanh goes to the terms one by one, and then they are added. Add first, then tanh once."
)
WHH_TRANSPOSED = "Whh is transposed in your loop. It is square, so its shape did not warn you."
