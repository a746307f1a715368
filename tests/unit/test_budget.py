"""A budget of CPU time rings until somebody hears it, and says nothing where nobody could."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from autograder.course.budget import OverBudget, cpu_budget


class _Busy:
    """Something whose destructor needs more than the budget."""

    def __del__(self) -> None:
        while True:
            pass


class _Broken:
    def __del__(self) -> None:
        raise ValueError("broken")


def _spin() -> None:
    while True:
        pass


def _spin_past_destructors() -> None:
    _Busy()
    _Broken()
    _spin()


def _spin_twice() -> None:
    with pytest.raises(OverBudget), cpu_budget(0.05):
        _spin()
    _spin()


def test_a_budget_lost_in_a_destructor_rings_again_and_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(lost.exc_type))
    with pytest.raises(OverBudget), cpu_budget(0.05):
        _spin_past_destructors()
    _Broken()
    assert told == [ValueError, ValueError]


def test_budgets_stand_inside_each_other() -> None:
    with pytest.raises(OverBudget), cpu_budget(0.3):
        _spin_twice()
