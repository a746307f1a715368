"""Measured gradients: right, without a trace, and the same question only once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncourse.lab import measuring
from rnncourse.lab.measuring import measured_gradient, measured_once

Array = np.ndarray[Any, Any]


class Counted:
    """A measurement that counts how often it was made."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, dh: Array, inputs: list[Array]) -> list[Array]:
        self.calls += 1
        return [dh * array.sum() for array in inputs]


@pytest.mark.parametrize("shape", [(), (3,), (2, 1, 4), (0, 2)])
def test_the_slope_of_a_cubic_is_three_squares(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).normal(size=shape)
    before = array.copy()
    measured = measured_gradient(lambda: (array**3).sum(), array)
    assert measured.shape == shape
    assert measured == pytest.approx(3 * before**2, rel=1e-6, abs=1e-9)
    assert np.array_equal(array, before)


def test_the_same_question_is_measured_once() -> None:
    counted = Counted()
    ask = measured_once(counted)
    first = ask(np.ones(2), [np.ones(3), np.zeros(1)])
    first[0][:] = 99.0  # what a caller does with its answer is its own affair
    again = ask(np.ones(2), [np.ones(3), np.zeros(1)])
    assert (counted.calls, again[0].tolist(), again[1].tolist()) == (1, [3, 3], [0, 0])


@pytest.mark.parametrize(
    "other",
    [
        (np.ones(2), [np.ones(3), np.full(1, 1e-12)]),
        (np.ones(2), [np.ones((3, 1)), np.zeros(1)]),
        (np.ones(2, dtype=np.float32), [np.ones(3), np.zeros(1)]),
        (np.ones(2), [np.zeros(1), np.ones(3)]),
    ],
    ids=["a digit", "a shape", "a precision", "the order"],
)
def test_another_question_is_measured_anew(other: tuple[Array, list[Array]]) -> None:
    counted = Counted()
    ask = measured_once(counted)
    ask(np.ones(2), [np.ones(3), np.zeros(1)])
    ask(*other)
    assert counted.calls == 2


def test_what_was_changed_since_is_measured_anew() -> None:
    counted, dh = Counted(), np.ones(2)
    ask = measured_once(counted)
    ask(dh, [np.ones(3)])
    dh[0] = 2.0
    assert ask(dh, [np.ones(3)])[0].tolist() == [6, 3]


def test_memory_has_an_end() -> None:
    counted = Counted()
    ask = measured_once(counted)
    for number in range(measuring.MOST_KEPT + 1):
        ask(np.full(1, float(number)), [np.ones(1)])
    ask(np.full(1, float(measuring.MOST_KEPT)), [np.ones(1)])
    assert counted.calls == measuring.MOST_KEPT + 1
    ask(np.zeros(1), [np.ones(1)])
    assert counted.calls == measuring.MOST_KEPT + 2
