"""Who gets which file, with a client and workers that are made up: deaths, hangs, and new processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from autograder.exercises import COURSE
from autograder.running import rounds
from autograder.running.grading import Job, Setting
from autograder.running.pool import Ended, Later, Lost
from autograder.running.remote import Sent, Untried
from autograder.running.rounds import Round
from autograder.sandbox import Backend

Act = Callable[[str, Sent, bool], Any]


class Done:
    """A future that is done at once, or never if its worker dies."""

    numbers = count()

    def __init__(self, outcome: Any) -> None:
        self.key, self.outcome = f"grade-{next(Done.numbers)}", outcome

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        if self.outcome is not None:
            call(self)

    def result(self, timeout: float) -> Any:
        return self.outcome

    def done(self) -> bool:
        return self.outcome is not None

    def cancel(self) -> None: ...

    def release(self) -> None: ...


class Made:
    """A cluster and its client: `act` says what a worker does, and returns None if it dies."""

    def __init__(self, workers: dict[str, int], act: Act) -> None:
        self.workers, self.act = workers, act
        self.given: list[tuple[str, str, bool]] = []
        self.forgotten: list[str] = []

    def look(self) -> dict[str, int]:
        return dict(self.workers)

    def await_worker(self) -> None:
        self.workers |= {"new": 1}

    def forget(self, where: str) -> None:
        self.forgotten.append(where)

    def submit(self, _: Any, setting: Setting, sent: Sent, hurried: bool, *__: Any, **how: Any) -> Done:
        (where,) = how["workers"]
        self.given.append((where, sent.job.student, hurried))
        outcome = self.act(where, sent, hurried)
        if outcome is None:
            self.workers.pop(where, None)
        return Done(outcome)

    def cancel(self, futures: list[Any]) -> None: ...


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "TICK", 0.01)


def play(tmp_path: Path, workers: dict[str, int], act: Act, files: int = 6) -> tuple[dict[str, Any], Made]:
    jobs = [Job(tmp_path / f"{n}.ipynb", f"s{n}", "00_start_here") for n in range(files)]
    for job in jobs:
        job.path.write_text("{}")
    made = Made(workers, act)
    with Round(made, made, Setting(COURSE, Backend("none"), b"s"), jobs) as this:  # type: ignore[arg-type]
        outcomes = list(this)
    assert Counter(job.student for job, _ in outcomes) == Counter(job.student for job in jobs)
    return {job.student: outcome for job, outcome in outcomes}, made


def test_each_file_is_given_once_and_every_worker_has_some(tmp_path: Path) -> None:
    outcomes, made = play(tmp_path, {"a": 1, "b": 2}, lambda *_: "result")
    assert set(outcomes.values()) == {"result"}
    assert len(made.given) == 6
    assert {where for where, *_ in made.given} == {"a", "b"}


def test_what_a_dead_worker_had_goes_to_another_one(tmp_path: Path) -> None:
    outcomes, made = play(tmp_path, {"a": 1, "b": 1}, lambda where, *_: "result" if where == "b" else None)
    assert set(outcomes.values()) == {"result"}
    assert "a" not in made.workers


def test_a_file_that_is_at_three_deaths_has_an_outcome_and_was_alone_at_the_last(tmp_path: Path) -> None:
    order: list[str] = []

    def act(where: str, sent: Sent, _: bool) -> Any:
        order.append(sent.job.student)
        return Ended("ended the process") if sent.job.student == "s1" else "result"

    outcomes, made = play(tmp_path, {"a": 1, "b": 1}, act)
    assert isinstance(outcomes.pop("s1"), Lost)
    assert set(outcomes.values()) == {"result"}
    assert order.count("s1") == 3
    assert order[-1] == "s1", "all others have had their turn"
    places = [where for where, student, _ in made.given if student == "s1"]
    assert set(places[:2]) == {"a", "b"}, "the second time elsewhere"


def test_what_hangs_comes_last_and_is_then_not_hurried(tmp_path: Path) -> None:
    def act(where: str, sent: Sent, hurried: bool) -> Any:
        return Later() if sent.job.student == "s0" and hurried else "result"

    outcomes, made = play(tmp_path, {"a": 1}, act)
    assert set(outcomes.values()) == {"result"}
    assert made.given[-1] == ("a", "s0", False)


def test_a_process_that_has_not_tried_its_sandbox_is_tried_first(tmp_path: Path) -> None:
    answers = iter([Untried()])
    outcomes, made = play(tmp_path, {"a": 1}, lambda *_: next(answers, "result"))
    assert set(outcomes.values()) == {"result"}
    assert made.forgotten == ["a"]


def test_a_run_waits_for_a_worker_when_the_last_one_is_gone(tmp_path: Path) -> None:
    outcomes, _ = play(tmp_path, {"a": 1}, lambda where, *_: "result" if where == "new" else None)
    assert set(outcomes.values()) == {"result"}


def test_a_file_that_vanished_is_said_so_and_costs_no_worker(tmp_path: Path) -> None:
    job = Job(tmp_path / "gone.ipynb", "s", "00_start_here")
    made = Made({"a": 1}, lambda *_: "result")
    with Round(made, made, Setting(COURSE, Backend("none"), b"s"), [job]) as this:  # type: ignore[arg-type]
        ((_, (key, judged)),) = list(this)
    assert (key, made.given) == ("", [])
    assert "is not there" in judged.graded.problem


def test_what_is_sent_shows_neither_secret_nor_content() -> None:
    sent = Sent(Job(Path("a.ipynb")), b"the content")
    assert "content" not in repr(sent)
    assert "sesame" not in repr(Setting(COURSE, Backend("none"), b"sesame"))
