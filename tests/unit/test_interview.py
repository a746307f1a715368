"""What a worker says is never believed to be of the right type."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.errors import WorkerError
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
            head = {"id": message["id"], "answer": {"value": 1.0, "failure": ""}}
            self._said = [head | {"case": n} | self._reply for n in range(len(message["cases"]))]

    def receive(self, seconds: float) -> dict[str, Any]:
        return self._said.pop(0)


def interviewed(worker: Worker) -> Interview:
    with Interview(worker, [CELL]) as interview:  # type: ignore[arg-type]
        (interview.answer,) = interview.ask(CASES, CASES.cases[:1], False)  # type: ignore[attr-defined]
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
        interview.ask(CASES, CASES.cases[:1], False)
    shown = [interview.outputs[cell.id] for cell in cells]
    assert sum(len(json.dumps(outputs)) for outputs in shown) < MOST_OUTPUTS
    assert shown[-1] == [LEFT_OUT]


@pytest.mark.parametrize("odd", [*ODD, 1, True, False, 0.0, "0"], ids=repr)
def test_an_answer_to_another_case_is_that_of_a_dead_program(odd: Any) -> None:
    interview = interviewed(Worker(reply={"case": odd}))
    assert interview.answer.failure == "died"  # type: ignore[attr-defined]


class Breaking(Worker):
    """A sandbox that answers so many cases of each message, and then ends or hangs or says what a worker says."""

    def __init__(self, answered: int, end: Exception | dict[str, Any]) -> None:
        super().__init__()
        self._answered, self._end, self.asked = answered, end, list[int]()

    def send(self, message: dict[str, Any]) -> None:
        super().send(message)
        if message["op"] == "run":
            self._said = [{"done": True}]
            return
        self.asked.append(len(message["cases"]))
        self._said = self._said[: self._answered]
        if isinstance(self._end, dict):
            self._said.append({"id": message["id"], "case": self._answered, "answer": self._end})

    def receive(self, seconds: float) -> dict[str, Any]:
        if not self._said and isinstance(self._end, Exception):
            raise self._end
        return self._said.pop(0)


@pytest.mark.parametrize(
    ("end", "failure"),
    [
        (WorkerError("gone"), "died"),
        (TimeoutError(), "timed_out"),
        ({"value": None, "failure": "timed_out"}, "timed_out"),
    ],
    ids=["death", "silence", "out of time"],
)
def test_all_cases_are_one_message_and_the_right_one_is_blamed(
    end: Exception | dict[str, Any], failure: str
) -> None:
    worker = Breaking(2, end)
    with Interview(worker, [CELL]) as interview:  # type: ignore[arg-type]
        answers = interview.ask(CASES, CASES.cases, False)
        other = interview.ask(load("softmax"), load("softmax").cases[:2], False)
    assert [answer.failure for answer in answers] == ["", "", *[failure] * (len(CASES.cases) - 2)]
    assert [answer.failure for answer in other] == ["", ""]
    assert worker.asked == [len(CASES.cases), 2]


def test_functions_that_answer_from_here_are_handed_over_one_case_at_a_time() -> None:
    worker, cases = Breaking(1, WorkerError("gone")), load("test_rnn_backward")
    with Interview(worker, [CELL]) as interview:  # type: ignore[arg-type]
        answers = interview.ask(cases, cases.cases[:3], False)
    assert worker.asked == [1, 1, 1]
    assert [answer.failure for answer in answers] == ["", "", ""]


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

    def sleep(self, seconds: float) -> None:
        self.now += seconds


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
            answers += interview.ask(load(name), load(name).cases, False)
    assert {answer.failure for answer in answers} == {"timed_out"}
    assert clock.now <= worker.limits.cpu_seconds * worker.limits.wall_factor
