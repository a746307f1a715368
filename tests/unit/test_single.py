"""What single precision loses, measured with the reference itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.course.single import allowed_in_single, cast, single
from rnncourse.checking.calling import call
from rnncourse.checking.caseset import CaseSet
from rnncourse.checking.diagnose import examine
from tests.conftest import sample
from tests.ours import draw_cases, reference

pytestmark = pytest.mark.slow


def test_all_arithmetic_is_single() -> None:
    one, third = single(np.ones(3)), np.full(3, 1 / 3)
    for result in (one * third, third * one, one @ third, np.tanh(one) / 3, np.exp(one).sum(), one.mean()):
        assert np.asarray(result).dtype == np.float32
    total = np.full(3, 1 / 3)
    total += one * 1e-9
    assert (total == np.float32(1 / 3)).all()


def test_a_plain_array_can_be_added_to_at_places() -> None:
    total = np.zeros(3)
    np.add.at(total, [0, 0, 2], single(np.ones(3)))
    assert total.tolist() == [2, 0, 1]


def test_what_loses_more_may_be_off_by_more() -> None:
    x = np.linspace(0.1, 1, 50)
    little = allowed_in_single(lambda x: x + 1, {"x": x}, x + 1, False)[""]
    much = allowed_in_single(lambda x: x + 300 - 300, {"x": x}, x, False)[""]
    assert 1e-6 < little < 2e-6
    assert little < much <= 1e-4


def test_what_cannot_be_run_in_single_precision_may_be_off_by_rounding() -> None:
    def no(x: Any) -> Any:
        raise TypeError(x)

    assert allowed_in_single(no, {"x": 1.0}, 1.0, False) == {"": pytest.approx(1.2e-6)}


FUNCTIONS = (
    "affine",
    "rnn_forward",
    "softmax",
    "cross_entropy",
    "rnn_backward",
    "adam_step",
    "lstm_backward",
)


def _examined(cases: CaseSet, value: Any, **inputs: Any) -> float:
    """Return the share that the reference gets when its inputs and its answers are changed so."""
    change = inputs.get("change", lambda argument: argument)

    def ask(case: Any, _: bool) -> Any:
        answer = call(reference(cases.exercise), {name: change(item) for name, item in case.inputs.items()})
        return type(answer)(value(answer.value))

    return examine(cases, ask).fraction


@pytest.mark.parametrize("exercise", FUNCTIONS)
@pytest.mark.parametrize("seed", sample([20_000, 5, 6], 3))
def test_honest_single_precision_passes_and_rounding_does_not(exercise: str, seed: int) -> None:
    cases = draw_cases(exercise, seed)
    assert _examined(cases, lambda v: cast(v, np.float32), change=single) == 1
    assert _examined(cases, lambda v: cast(v, np.float32, 3)) < 0.5
    assert _examined(cases, lambda v: cast(v, np.float16)) < 0.5
