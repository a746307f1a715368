"""What a worker says is never believed to be of the right type."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.judging.interview import LEFT_OUT, MOST_OUTPUTS, Interview
from autograder.sandbox import Limits
from autograder.submission import Cell
from rnncourse.checking.caseset import load

CASES = load("affine")
CELL = Cell("own-1", "x = 1", False)


class Worker:
    """A sandbox and the connection to what runs in it; it says what it is told to say."""

    limits = Limits()
    hurried = False

    def __init__(self, *said: dict[str, Any], reply: dict[str, Any] | None = None) -> None:
        self._said, self._reply = [*said, {"done": True}], reply or {}

    @contextlib.contextmanager
    def child(self) -> Iterator[Worker]:
        yield self

    def send(self, message: dict[str, Any]) -> None:
        if message["op"] != "run":
            self._said = [{"id": message["id"], "answer": {"value": 1.0, "failure": ""}} | self._reply]

    def receive(self, seconds: float) -> dict[str, Any]:
        return self._said.pop(0)


def interviewed(worker: Worker) -> Interview:
    with Interview(worker, [CELL]) as interview:  # type: ignore[arg-type]
        interview.answer = interview.ask(CASES, CASES.cases[0], False)  # type: ignore[attr-defined]
    return interview


ODD = [np.ones(2), np.array(["NameError"] * 2), ["NameError"], {}, None, 3, float("nan")]


NAMED = [{"output_type": "error", "ename": "NameError", "evalue": "name 'y' is not defined", "traceback": []}]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_error_that_is_no_text_is_none(odd: Any) -> None:
    assert interviewed(Worker({"ran": CELL.id, "outputs": NAMED, "error": odd})).lacks == set()


def test_a_missing_name_is_seen() -> None:
    assert interviewed(Worker({"ran": CELL.id, "outputs": NAMED, "error": "NameError"})).lacks == {"y"}


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_list_of_changed_arguments_names_only_those_that_there_are(odd: Any) -> None:
    name = next(iter(CASES.cases[0].inputs))
    told = {"value": 1.0, "failure": "", "changed": [odd, name], "unused": [odd], "shared": [odd]}
    answer = interviewed(Worker(reply={"answer": told})).answer  # type: ignore[attr-defined]
    assert answer.changed == (name,)
    assert answer.unused == ()
    assert answer.answered


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_answer_with_an_odd_id_is_that_of_a_dead_program(odd: Any) -> None:
    interview = interviewed(Worker(reply={"id": odd}))
    assert interview.answer.failure == "died"  # type: ignore[attr-defined]


def test_what_all_cells_show_is_bounded_and_what_is_left_out_is_said() -> None:
    fat = [{"output_type": "stream", "name": "stdout", "text": "x" * 20_000}] * 100
    cells = [Cell(f"own-{n}", "x = 1", False) for n in range(9)]
    worker = Worker(*({"ran": cell.id, "outputs": fat} for cell in cells))
    with Interview(worker, cells) as interview:  # type: ignore[arg-type]
        interview.ask(CASES, CASES.cases[0], False)
    shown = [interview.outputs[cell.id] for cell in cells]
    assert sum(len(json.dumps(outputs)) for outputs in shown) < MOST_OUTPUTS
    assert shown[-1] == [LEFT_OUT]


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_cell_with_an_odd_id_is_no_cell(odd: Any) -> None:
    interview = interviewed(Worker({"begun": odd}, {"ran": odd, "outputs": []}))
    assert interview.outputs == {}
    assert interview.trouble == {}


class Clock:
    """Time that passes only while something is waited for."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


class Hanging(Worker):
    """A sandbox in which cells run, and no function ever answers."""

    limits = Limits(cpu_seconds=5, call_seconds=4, wall_factor=2, grace=2)
    clock: Clock

    def send(self, message: dict[str, Any]) -> None:
        self._said = [{"done": True}] if message["op"] == "run" else []

    def receive(self, seconds: float) -> dict[str, Any]:
        if self._said:
            return self._said.pop(0)
        self.clock.now += seconds
        raise TimeoutError


def test_one_submission_has_one_deadline_however_much_of_it_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    for module in ("interview", "patience"):
        monkeypatch.setattr(f"autograder.judging.{module}.time", clock)
    worker = Hanging()
    worker.clock = clock
    answers = []
    with Interview(worker, [CELL]) as first, first.again() as second:  # type: ignore[arg-type]
        for interview, name in [
            (first, "affine"),
            (first, "softmax"),
            (second, "rnn_step"),
            (second, "one_hot"),
        ]:
            answers.append(interview.ask(load(name), load(name).cases[0], False))
    assert {answer.failure for answer in answers} == {"timed_out"}
    assert clock.now <= worker.limits.cpu_seconds * worker.limits.wall_factor
