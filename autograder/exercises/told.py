"""What exercises of several notebooks say of the same mistake: each text stands here once."""

from __future__ import annotations

BIAS_OUTSIDE = "The bias is added after tanh. It belongs inside the activation."
BIAS_SUBTRACTED = "The bias has the wrong sign: it is added, not subtracted."
CLIPPED = (
    "Your gradients are cut off at -5 and 5. Clipping is a decision of the training loop: a gradient that "
    "has been clipped is not the derivative of the loss any more."
)
DWHH_TRANSPOSED = "Your dWhh is transposed. It is square, so its shape did not warn you."
ELEMENTWISE = "You multiply entry by entry with *. A layer needs the matrix product, which is @."
FORGETS_EVERY_TENTH = (
    "You start again from zeros every 10 steps. The state is handed on through the whole sequence."
)
FROM_THE_SUM = "Your logits read the sum before the activation. They read the state, which comes out of tanh."
H0_IGNORED = "You start from zeros instead of h0."
INTEGER_ARRAY = "Your array has an integer dtype: what is written into it loses its decimals."
LEAST_LIKELY = "You choose the *smallest* logit. Greedy means the largest."
LOSS_ONLY = "You return the loss alone. Return the pair: loss, then gradient."
MEAN_OVER_BATCH = (
    "You divide the gradients of the parameters by N. In this course they are sums over the batch."
)
MEAN_OVER_TIME = "You divide the gradients of the parameters by T. The terms of the steps add up."
NEW_STATE_IN_DWHH = (
    "Your dWhh pairs da with the state that the step made. Whh was multiplied by the state before."
)
NO_BIAS = "The bias is missing."
NO_OUTPUT_BIAS = "The bias of the output layer, by, is missing."
SHIFT_NEVER_NEGATIVE = (
    "Your shift is the largest logit, or 0 if all are negative. Where all logits are far below 0, exp "
    "gives zeros only, and their logarithm is infinite."
)
SIGMOID = "Your activation is the logistic sigmoid, which gives numbers between 0 and 1. Here it is tanh."
SMALL_IS_ZERO = (
    "Where a gradient is small, yours is another one: set to 0, stopped at, or kept above a floor. A "
    "small gradient is not none, and how small it gets is part of the answer."
)
STARTS_BEFORE_THE_LAST = "Your loop leaves out the last step. Start at t = T - 1."
SWAPPED = "You return the gradient first. The loss comes first."
TIME_FIRST = "Your axes are (T, N, H). The batch comes first: (N, T, H)."
TIME_FIRST_2 = "You take x[t], which is an example. The axes are (N, T, D): step t is x[:, t]."
WHH_TRANSPOSED = "Whh is transposed. It is square, so its shape did not warn you."
WRITES_INTO_DH = (
    "Your function adds into dh, the array it was given. Whoever called you has another gradient "
    "afterwards: make a new array for the sum."
)
