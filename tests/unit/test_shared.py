"""A store of results that graders share: who claims a file grades it, and what a dead grader had is free again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from autograder.errors import CourseError
from autograder.running import shared
from autograder.running.shared import SharedResults, lasting
from tests.unit.test_grading import FAULT, JUDGED, OTHER

KEY, OTHER_KEY = "a" * 64, "b" * 64


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'results.db'}"


@pytest.fixture
def graders(url: str) -> Iterator[tuple[SharedResults, SharedResults]]:
    first, second = SharedResults(url, "course"), SharedResults(url, "course")
    yield first, second
    first.close()
    second.close()


Two = tuple[SharedResults, SharedResults]


def test_a_result_is_found_by_everybody(graders: Two) -> None:
    first, second = graders
    first.keep(KEY, JUDGED)
    assert second.find(KEY) == JUDGED
    assert second.graded(KEY) == JUDGED.graded
    assert second.find(OTHER_KEY) is None
    assert second.graded(OTHER_KEY) is None


def test_who_claims_first_grades(graders: Two) -> None:
    first, second = graders
    assert first.claim(KEY)
    assert not second.claim(KEY)
    assert second.claim(OTHER_KEY)
    assert first.claim(KEY), "its own"


def test_what_is_done_is_claimed_by_nobody(graders: Two) -> None:
    first, second = graders
    assert first.claim(KEY)
    first.keep(KEY, JUDGED)
    assert not second.claim(KEY)
    assert not first.claim(KEY)


def test_what_was_left_is_claimed_by_the_next(graders: Two) -> None:
    first, second = graders
    assert first.claim(KEY)
    assert first.claim(OTHER_KEY)
    first.release(KEY)
    assert second.claim(KEY)
    first.close()
    assert second.claim(OTHER_KEY)


def test_a_grader_without_a_sign_of_life_loses_its_claims(
    graders: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = graders
    monkeypatch.setattr(shared, "LEASE", timedelta(seconds=-5))
    assert first.claim(KEY)
    monkeypatch.undo()
    assert second.claim(KEY)
    assert not first.claim(KEY)


def test_a_fault_of_ours_is_graded_again_and_replaced(graders: Two) -> None:
    first, second = graders
    first.keep(KEY, type(JUDGED)(FAULT, ""))
    assert second.find(KEY) is None
    assert second.graded(KEY) == FAULT
    assert second.claim(KEY)
    second.keep(KEY, OTHER)
    assert first.find(KEY) == OTHER


def test_what_is_written_is_noted_for_each_course(graders: Two, url: str) -> None:
    first, second = graders
    first.keep_written({("s", "02_forward"): KEY})
    first.keep_written({("s", "02_forward"): OTHER_KEY})
    assert second.is_written("s", "02_forward", OTHER_KEY)
    assert not second.is_written("s", "02_forward", KEY)
    other = SharedResults(url, "another course")
    assert not other.is_written("s", "02_forward", OTHER_KEY)
    other.close()


def test_what_is_lost_is_tried_again_but_not_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "PAUSE", 0.0)
    errors = iter([OperationalError("", {}, Exception()), IntegrityError("", {}, Exception())])
    undone: list[int] = []

    def work() -> str:
        error = next(errors, None)
        if error:
            raise error
        return "done"

    assert lasting(work, lambda: undone.append(1)) == "done"
    assert undone == [1, 1]
    monkeypatch.setattr(shared, "LASTING_SECONDS", -1.0)
    errors = iter([OperationalError("", {}, Exception())])
    with pytest.raises(OperationalError):
        lasting(work)


def test_a_driver_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(CourseError, match=r"needs the package psycopg.*\[postgres\]"):
        SharedResults("postgresql+psycopg://nowhere.invalid/course")
