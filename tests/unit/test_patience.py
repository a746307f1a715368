"""How long a submission is waited for follows what the solution needs, and shrinks with each hang."""

from __future__ import annotations

import time

import pytest

from autograder.judging import patience
from autograder.judging.patience import CALL, CELL, HURRIED, MOST_HALVINGS, NEED, ComeBackLater, Patience
from autograder.sandbox import Limits

LIMITS = Limits(cpu_seconds=60, call_seconds=2.0, cell_seconds=8.0, wall_factor=2.0, grace=4.0)


def test_a_call_may_take_many_times_what_the_solution_needs() -> None:
    here = Patience(LIMITS)
    assert here.call_seconds(0.0) == 2.0
    assert here.call_seconds(1.0) == NEED


def test_a_second_hang_is_not_waited_for_in_full() -> None:
    here = Patience(LIMITS)
    first = here.wait(here.call_seconds(0.0), CALL)
    here.hangs(CALL)
    assert here.call_seconds(0.0) == 1.0
    assert here.wait(1.0, CALL) == first / 2
    assert here.call_seconds(1.0) == NEED, "what the solution needs stays"
    assert (here.cell_seconds(was_slow=False), here.wait(8.0, CELL)) == (8.0, 20.0), "cells are another kind"


def test_there_is_always_some_time_left_for_the_others() -> None:
    here = Patience(LIMITS)
    for _ in range(20):
        here.hangs(CALL)
    assert here.call_seconds(0.0) == 2.0 / 2**MOST_HALVINGS
    assert here.wait(0.0, CALL) == patience.LEAST_GRACE


def test_a_cell_that_was_slow_gets_little_when_it_is_run_again() -> None:
    assert Patience(LIMITS).cell_seconds(was_slow=True) == patience.SLOW_AGAIN


def test_a_wait_ends_with_the_time_for_the_submission(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Patience(LIMITS)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 119.0)
    assert here.wait(50.0, CALL) == pytest.approx(1.0, abs=0.1)
    monkeypatch.setattr(time, "monotonic", lambda: now + 121.0)
    assert here.is_over
    with pytest.raises(TimeoutError):
        here.wait(0.1, CALL)


def test_cells_leave_time_for_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    here = Patience(LIMITS)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    here.cells_begin()
    now += 50.0
    assert here.wait(8.0, CELL) == pytest.approx(10.0), "of a minute in all"
    here.cells_end()
    now += 10.0
    here.cells_begin()
    now += 9.5
    assert here.wait(8.0, CELL) == patience.LEAST_GRACE
    assert here.wait(8.0, CALL) == 20.0


def test_who_hangs_while_others_wait_comes_back_later() -> None:
    here = Patience(LIMITS, hurried=True)
    assert here.call_seconds(0.0) == 2.0 / 2**HURRIED
    with pytest.raises(ComeBackLater):
        here.hangs(CELL)
