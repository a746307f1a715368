"""What several exercises of this notebook say of the same mistake: each text stands here once."""

from __future__ import annotations

BASE_TWO = "Your logarithm has base 2. The gradient belongs to the natural one."
BIAS_KEEPS_BATCH_AXIS = "Your dbh has shape (1, H). It should have the shape of bh, which is (H,)."
BIAS_MEAN = "Your dbh is a mean over the batch. The other gradients are sums, and so is this one."
NEGATED = (
    "All of your gradients have the wrong sign. The minus of gradient *descent* belongs to the step that "
    "is taken with them."
)
SLOPE_OF_SIGMOID = (
    "Your slope is h (1 - h), which is that of the sigmoid. The activation of the cell is tanh."
)
SWAPPED_WEIGHTS = "The third and the fourth output are swapped: dWxh comes before dWhh."
VERDICT = "You return True or False. Return the number: the caller decides what is small enough."
