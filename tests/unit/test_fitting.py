"""Fitting keeps the best by validation, looks when it should, and follows its schedule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnncourse.fitting import Fit, constant, falling, fit

pytestmark = pytest.mark.nb10
MASTER = Path(__file__).resolve().parents[2] / "solutions" / "10_real_data.py"
SOURCE = Path(__file__).resolve().parents[2] / "rnncourse" / "fitting.py"


def walk(updates: int, **more: Any) -> Fit:
    """Return the Fit of a number that moves down by the rate at every update."""
    return fit(
        {"w": np.array([5.0])},
        lambda: (),
        lambda params: (0.0, {"w": np.ones(1)}),
        lambda params, grads, rate: {"w": params["w"] - rate * grads["w"]},
        more.pop("schedule", constant(1.0)),
        updates,
        **more,
    )


def test_the_last_parameters_are_those_after_all_updates() -> None:
    assert walk(7).last["w"] == pytest.approx([-2.0])


def test_the_best_are_those_with_the_lowest_validation() -> None:
    found = walk(7, look=lambda p: {"validation": abs(p["w"][0] - 2.0), "other": p["w"][0]}, every=1)
    assert (found.best["w"][0], found.best_at) == (2.0, 3)
    assert found.curves["validation"].tolist() == [3, 2, 1, 0, 1, 2, 3, 4]
    assert found.curves["other"].tolist() == [5, 4, 3, 2, 1, 0, -1, -2]


def test_without_validation_the_best_are_the_last() -> None:
    for look in (None, lambda p: {"training": p["w"][0]}):
        found = walk(4, look=look)
        assert (found.best["w"][0], found.best_at) == (1.0, 4)


def test_it_looks_before_the_first_update_and_after_the_last() -> None:
    assert walk(7, look=lambda p: {"w": p["w"][0]}, every=3).updates.tolist() == [0, 3, 6, 7]


def test_a_validation_that_is_not_a_number_is_never_the_best() -> None:
    found = walk(3, look=lambda p: {"validation": np.nan if p["w"][0] < 4 else 1.0}, every=1)
    assert found.best_at == 0


def test_schedules() -> None:
    assert [constant(0.3)(done) for done in (0.0, 0.7, 1.0)] == [0.3, 0.3, 0.3]
    assert [falling(0.2)(done) for done in (0.0, 0.5, 0.75, 1.0)] == pytest.approx([0.2, 0.2, 0.1, 0.0])
    assert walk(4, schedule=falling(1.0)).last["w"] == pytest.approx([5 - 1 - 1 - 1 - 0.5])


def test_the_notebook_quotes_the_loop_as_it_is() -> None:
    lines = MASTER.read_text(encoding="utf-8").split("# ```python\n")[1].split("# ```")[0].splitlines()
    quoted = "\n".join("    " + line.removeprefix("# ") for line in lines)
    assert quoted in SOURCE.read_text(encoding="utf-8")
