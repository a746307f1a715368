"""Code that hangs costs only itself, and little time: it is waited for once, and less each time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from autograder.exercises import COURSE
from autograder.judging.judge import grade
from autograder.judging.patience import ComeBackLater
from autograder.judging.verdict import Graded
from autograder.sandbox import Session
from tests.conftest import SMALL
from tests.handing_in import hand_in, solutions_of

NOTEBOOK = "03_bptt"
LIMITS = replace(SMALL, cpu_seconds=30, call_seconds=0.5, cell_seconds=2.0, wall_factor=1.0, grace=0.5)
HANGS = "    while True:\n        pass"
IGNORES = "    while True:\n        try:\n            while 1:\n                pass\n        except:\n            pass"


@pytest.fixture(scope="module")
def patient(any_session: Session) -> Iterator[Session]:
    """A sandbox with small limits."""
    with Session(any_session.backend, LIMITS) as session:
        session.hurried = False
        yield session


def functions(body: str) -> dict[str, str]:
    """Return a notebook in which every function does the same."""
    named = COURSE.assignment(NOTEBOOK).exercises
    return {e.id: f"import time\ndef {e.id}(*a, **k):\n{body}" for e in named if not e.is_value}


def graded(session: Session, data: bytes) -> tuple[Graded, float]:
    """Return the verdicts, and how long they took."""
    started = time.monotonic()
    found = grade(data, COURSE, session, b"secret", NOTEBOOK, "s", NOTEBOOK)
    return found, time.monotonic() - started


def test_slow_everywhere_and_held_twice_is_bounded(patient: Session) -> None:
    """Each answer comes just before it is given up, and lacks a name, so that all is asked again."""
    body = "    time.sleep(0.9)\n    raise NameError(\"name 'rng' is not defined\")"
    found, seconds = graded(patient, hand_in(NOTEBOOK, functions(body)))
    assert all(not v.score for v in found.verdicts)
    assert seconds < LIMITS.cpu_seconds * LIMITS.wall_factor, "one interview in full would take that"


def test_one_that_hangs_takes_nothing_from_the_others(patient: Session) -> None:
    answers = solutions_of(NOTEBOOK)
    first, *_, last = [e.id for e in COURSE.assignment(NOTEBOOK).exercises if not e.is_value]
    for name in (first, last):
        answers = answers | {name: f"def {name}(*a, **k):\n{HANGS}"}
    found, _ = graded(patient, hand_in(NOTEBOOK, answers))
    outcomes = {v.exercise: v.outcome for v in found.verdicts}
    assert {name for name in outcomes if outcomes[name] != "correct"} == {first, last}
    assert {outcomes[first], outcomes[last]} == {"timed_out"}


def test_cells_that_hang_are_waited_for_less_each_time(patient: Session) -> None:
    cells = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        break"
    data = hand_in(NOTEBOOK, solutions_of(NOTEBOOK), first="while True:\n    pass", last=cells)
    found, _ = graded(patient, data)
    assert all(v.outcome == "correct" for v in found.verdicts)
    assert any("took too long and was stopped" in line for line in found.repairs)


@pytest.mark.parametrize("where", ["a cell", "a function"])
def test_what_ignores_that_its_time_is_up_is_ended_when_it_has_used_a_little_more(
    patient: Session, where: str
) -> None:
    last = f"def endless():\n{IGNORES}\nendless()" if where == "a cell" else ""
    answers = solutions_of(NOTEBOOK)
    if where == "a function":
        answers = answers | {"squared_error": f"def squared_error(*a):\n{IGNORES}"}
    patient.limits = replace(LIMITS, cpu_seconds=120, grace=100.0)
    try:
        found, seconds = graded(patient, hand_in(NOTEBOOK, answers, last=last))
    finally:
        patient.limits = LIMITS
    lost = ["squared_error"] if where == "a function" else []
    assert [v.exercise for v in found.verdicts if v.outcome != "correct"] == lost
    assert [v.exercise for v in found.verdicts if v.outcome == "timed_out"] == lost
    assert any("took too long and was stopped" in line for line in found.repairs) == (where == "a cell")
    assert seconds < 40.0, "the whole grace was waited for"


@pytest.mark.parametrize("where", ["a cell", "a function"])
def test_a_submission_that_hangs_can_be_finished_later(patient: Session, where: str) -> None:
    hangs = f"def squared_error(*a):\n{HANGS}"
    answers = solutions_of(NOTEBOOK) | ({} if where == "a cell" else {"squared_error": hangs})
    data = hand_in(NOTEBOOK, answers, last="while True:\n    pass" if where == "a cell" else "")
    patient.hurried, patient.limits = True, replace(LIMITS, grace=5.0)  # no other is to seem to hang
    try:
        with pytest.raises(ComeBackLater):
            graded(patient, data)
        fine, _ = graded(patient, hand_in(NOTEBOOK, solutions_of(NOTEBOOK)))
    finally:
        patient.hurried, patient.limits = False, LIMITS
    assert all(v.outcome == "correct" for v in fine.verdicts)
    found, _ = graded(patient, data)
    lost = ["squared_error"] if where == "a function" else []
    assert [v.exercise for v in found.verdicts if v.outcome == "timed_out"] == lost
