"""Judge the answers to several questions together: what a single one cannot show.

A function that draws random numbers is asked with several seeds. Equal seeds must give equal
answers: that is the manner ``remembers_between_calls``, which asks a question twice. Other seeds
must give other answers, and where the statement speaks of a distribution, all answers together
must look like it. A list of the seeds that people usually take is no check: it ends somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from rnncourse.checking.compare import Tolerance, as_array, compare, in_double
from rnncourse.checking.given import Seeded
from rnncourse.checking.shuffling import every_place_equally_often
from rnncourse.checking.training_run import orders_of
from rnncourse.checking.values import Value

Asked = Sequence[tuple[Mapping[str, Value], Value]]
"""The inputs of several cases, each with the answer to it."""


@dataclass(frozen=True)
class Together:
    """What must hold for all answers of one group: a function of :data:`TOGETHER`, and its settings."""

    group: str
    name: str
    settings: tuple[Any, ...] = ()

    def problem(self, asked: Asked) -> tuple[str, str]:
        """Return the id of a known mistake and a sentence; both are empty if all is well."""
        said = TOGETHER[self.name]([(inputs, in_double(answer)) for inputs, answer in asked], *self.settings)
        name, colon, sentence = said.partition(": ")
        return (name, sentence) if colon and name.isidentifier() else ("", said)


def other_seeds_other_answers(asked: Asked, mistake: str = "own_generator") -> str:
    """Ask that no two answers are equal where nothing but the seed differs.

    Parameters
    ----------
    asked : sequence
        Inputs that differ in the seed alone, and answers of which right ones are never equal.
    mistake : str
        Id of the mistake to name.
    """
    for n, (inputs, answer) in enumerate(asked):
        for other, earlier in asked[:n]:
            if compare(earlier, answer, Tolerance()) is None:
                return (
                    f"{mistake}: the answers with the seeds {_seed(other)} and {_seed(inputs)} are the same"
                )
    return ""


def more_than_other_signs(asked: Asked, mistake: str = "own_generator") -> str:
    """Ask that no two answers have the same sizes of all entries: a fixed matrix with random signs is no draw."""
    said = other_seeds_other_answers([(inputs, _sizes(answer)) for inputs, answer in asked], mistake)
    return said.replace("are the same", "are the same but for signs")


def _sizes(answer: Value) -> Value:
    array = as_array(answer)
    return answer if array is None else np.abs(array)


def _seed(inputs: Mapping[str, Value]) -> int:
    return next(value.seed for value in inputs.values() if isinstance(value, Seeded))


_ODDS = 10.0
"""Standard deviations that a chi-square may lie above its mean; by chance about once in 10**9 draws."""


def every_order_equally_often(asked: Asked, mistake: str = "weakly_shuffled") -> str:
    """Ask of runs of a training loop that each order of the examples comes up about equally often.

    Each order, and each change from one order to the next: an order that is the one before with two
    examples swapped, or rolled, or reversed, visits all orders in time, yet is no shuffling.
    """
    runs = [orders_of(inputs, answer) for inputs, answer in asked]
    known = [run for run in runs if run is not None]  # (epochs, N) each
    if len(known) < len(runs):
        return "a loss is not that of any example, so the order does not show"
    orders = [tuple(order) for run in known for order in run]
    changes = [tuple(np.argsort(before)[after]) for run in known for before, after in pairwise(run)]
    for kind, seen in (("orders", orders), ("changes from one order to the next", changes)):
        said = _uneven(seen, kind)
        if said:
            return f"{mistake}: {said}"
    return ""


def _uneven(seen: Sequence[tuple[int, ...]], kind: str) -> str:
    """Return a sentence if some orders come up much more often than others."""
    possible = int(np.prod(np.arange(1, len(seen[0]) + 1)))
    counts = np.zeros(possible)
    different, times = np.unique(np.array(seen), axis=0, return_counts=True)
    counts[: len(different)] = times
    expected = len(seen) / possible
    chi_square = ((counts - expected) ** 2 / expected).sum()
    if chi_square <= possible - 1 + _ODDS * np.sqrt(2 * (possible - 1)):
        return ""
    return (
        f"in {len(seen)} epochs of {len(seen[0])} examples there are {len(different)} {kind} of {possible}, "
        f"one of them {int(times.max())} times"
    )


TOGETHER: dict[str, Callable[..., str]] = {
    f.__name__: f
    for f in (
        other_seeds_other_answers,
        more_than_other_signs,
        every_order_equally_often,
        every_place_equally_often,
    )
}
"""What a group of cases may demand of its answers together."""
