"""What two of the invented students share: right, odd, and obviously of one hand. The report must point at it."""

from __future__ import annotations

from collections.abc import Mapping

_ODD = """\
def pad_sequences(sequences, pad):
    longest_banana = 0
    for zebra in list(sequences):
        steps_of_zebra = len([stripe for stripe in zebra])
        if not steps_of_zebra <= longest_banana:
            longest_banana = steps_of_zebra + 0
    basket, truth_basket = [], []
    for zebra in list(sequences):
        fruit, truth = [int(stripe) for stripe in zebra], [1.0 for stripe in zebra]
        while not len(fruit) >= longest_banana:
            fruit.append(int(pad))
            truth.append(0.5 - 0.5)
        basket.append(fruit[:])
        truth_basket.append(truth[:])
    return np.array(basket, dtype=int), np.array(truth_basket, dtype=float)
"""

SHARED: Mapping[str, Mapping[str, str]] = {
    "pad_sequences": {
        "student-03": _ODD,
        "student-04": _ODD.replace("stripe", "s").replace("truth", "mask").replace("basket", "rows"),
    }
}
"""Exercise and student to what they hand in: one copied from the other, and changed some names."""
