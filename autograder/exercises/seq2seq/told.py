"""What several exercises of this notebook say of the same mistake: each text stands here once."""

from __future__ import annotations

BIAS_MEAN = "Your dbh is a mean over the batch. It is a sum, like the others."
BIAS_WITHOUT_SLOPE = "Your dbh collects dh, without the slope of tanh. The bias stands inside the activation."
CLIPPED = "Your gradients are cut off at -5 and 5. Clipping is a decision of the training loop."
CONTEXT_AT_EVERY_STEP = "Your dWhh pairs every da with the context. Each step has the state before it."
FORGETS_EVERY_TENTH = (
    "You start again from zeros every 10 steps. The state is handed on through the whole sentence."
)
IDS_MULTIPLIED = (
    "You multiply the ids by Wxh, as if they were one-hot rows. An id picks the row of Wxh that belongs "
    "to it."
)
ID_ZERO_IS_PADDING = (
    "You take the id 0 for padding. In these arrays 0 is a word like all others; the mask decides."
)
NO_PARENTHESES = "You multiply by 1 and then subtract h^2. The slope 1 - h^2 needs parentheses."
ROWS_OVERWRITTEN = (
    "The rows of Wxh hold the term of the step that came last in your loop. A word that stands in several "
    "places collects a term from each."
)
ROW_BEFORE = "Your rows are one off: id 0 is the first row of Wxh."
SLOPE_LEFT_OUT = "The slope of tanh is missing: the gradient passes the activation as if it were a line."
SLOPE_OF_THE_SLOPE = "Your slope is 1 - tanh(h)^2. h has been through tanh already."
SLOPE_OF_THE_STATE_BEFORE = "Your slope is that of the state before the step. The activation made h[:, t]."
SLOPE_SKIPPED_ON_THE_WAY = (
    "The parameters get da, as they should, but to the step before you send dh through Whh, without the "
    "slope."
)
TANH_OF_PARTS = "You apply tanh to the terms one by one and then add. Add first, then tanh once."
WHH_NOT_TRANSPOSED = "On the way back Whh has to be transposed. It is square, so its shape did not warn you."
