"""What several exercises of this notebook say of the same mistake: each text stands here once."""

from __future__ import annotations

ACCEPTS_EVERYTHING = (
    "Your test accepts all candidates, also those that are plainly wrong. Does it compare anything, and "
    "does what it finds reach the return?"
)
ASSERTS = (
    "Your test asserts, and ends without an answer when all is well. Return True or False in every case."
)
ONE_EXAMPLE = "Your test has one example. Then a mean over the batch is the sum over the batch."
SHAPES_ONLY = "Your test looks at shapes alone. Nearly every wrong gradient has the right shape."
SMALL_GRADIENTS = (
    "All gradients in your test are of order 1, so that a limit on their size is never reached. Take a "
    "problem in which they are of order 100."
)
