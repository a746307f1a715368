"""Questions travel once, and what helpers answer travels with them, for whoever asks the very question."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.exercises import COURSE
from autograder.judging.judge import grade
from autograder.judging.questions import Sent
from autograder.judging.verdict import Graded, Verdict
from autograder.sandbox import Session
from autograder.sandbox.inside import worker
from autograder.sandbox.inside.known import Known, locked
from autograder.sandbox.session import Child
from rnncourse.checking.given import Seeded
from rnncourse.checking.values import same_bits
from tests.handing_in import hand_in, solutions_of
from tests.ours import draw_cases

NOTEBOOK, STEP = "02_forward", "rnn_step"
WRONG_STEP = solutions_of(NOTEBOOK)[STEP].replace("tanh", "sin")
RECORDED = draw_cases("rnn_forward", 3).cases[0].helpers


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the judge sends to programs."""
    sent: list[dict[str, Any]] = []
    send = Child.send

    def noted(self: Child, message: dict[str, Any]) -> None:
        sent.append(message)
        send(self, message)

    monkeypatch.setattr(Child, "send", noted)
    return sent


def graded(session: Session, **answers: str) -> dict[str, Verdict]:
    """Return the verdicts on a file in which these answers replace the solution."""
    data = hand_in(NOTEBOOK, solutions_of(NOTEBOOK) | answers)
    found: Graded = grade(data, COURSE, session, b"secret", NOTEBOOK, "s", NOTEBOOK)
    return {verdict.exercise: verdict for verdict in found.verdicts}


def again(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages that ask what was asked before."""
    return [m for m in messages if any("as" in case for case in m.get("cases", ()))]


def test_a_locked_answer_is_for_whoever_asks_the_question() -> None:
    known = Known(locked(RECORDED, [STEP], "salt"), "salt")
    for name, asked, answer in RECORDED:
        assert same_bits(known.answer(name, list(asked.values())), answer)


@pytest.mark.parametrize("what", ["another entry", "another name", "another salt", "no helper", "one less"])
def test_a_locked_answer_is_for_nobody_else(what: str) -> None:
    name, asked, _ = RECORDED[0]
    args = [np.array(value) for value in asked.values()]
    known = Known(
        locked(RECORDED, [] if what == "no helper" else [STEP], "salt"),
        "pepper" if what == "another salt" else "salt",
    )
    if what == "another entry":
        args[0].flat[0] = np.nextafter(args[0].flat[0], 9)
    with pytest.raises(LookupError):
        known.answer(
            "softmax" if what == "another name" else name, args[: -1 if what == "one less" else None]
        )


def test_a_question_without_bits_stays_with_the_judge() -> None:
    recorded = [("drawn", {"rng": Seeded(3)}, 1.0), *RECORDED[:1]]
    assert len(locked(recorded, ["drawn", STEP], "salt")) == 1
    with pytest.raises(LookupError):
        Known((), "salt").answer("drawn", [Seeded(3)])


def test_what_is_locked_does_not_show() -> None:
    tokens = "".join(locked([("f", {"x": 3}, ["a word in plain"] * 3)], ["f"], "salt"))
    assert tokens
    assert "word" not in tokens
    assert tokens != "".join(locked([("f", {"x": 3}, ["a word in plain"] * 3)], ["f"], "pepper"))


def test_right_helpers_answer_without_asking_the_judge(
    any_session: Session, messages: list[dict[str, Any]]
) -> None:
    verdicts = graded(any_session, rnn_step=WRONG_STEP)
    assert verdicts["rnn_forward"].outcome == "correct"
    assert "given a right" in verdicts["rnn_forward"].text
    assert not [m for m in messages if "known" in m], "an answer of a helper was asked for"


def test_who_asks_nearly_the_question_is_answered_by_the_judge(
    any_session: Session, messages: list[dict[str, Any]]
) -> None:
    near = solutions_of(NOTEBOOK)["rnn_forward"].replace("rnn_step(", "rnn_step((1 + 1e-12) * ")
    assert graded(any_session, rnn_step=WRONG_STEP, rnn_forward=near)["rnn_forward"].outcome == "correct"
    assert [m["known"] for m in messages if "known" in m].count(True) > 9


def test_what_is_asked_again_does_not_travel_again(
    any_session: Session, messages: list[dict[str, Any]]
) -> None:
    assert {v.outcome for v in graded(any_session).values()} == {"correct"}
    functions = [e for e in COURSE.assignment(NOTEBOOK).exercises if not e.is_value]
    assert [m["name"] for m in again(messages)] == [e.id for e in functions]
    assert all(set(case) == {"as", "seconds"} for m in again(messages) for case in m["cases"])


REMEMBERS = {
    "adds up in place": "kept = {}\ndef softmax(z):\n    p = np.exp(z - z.max(-1, keepdims=True))\n"
    "    p /= p.sum(-1, keepdims=True)\n    old = kept.setdefault(z.tobytes(), p)\n"
    "    old[...] = p + 0.1 * (old is not p)\n    return old",
    "counts": "calls = [0]\ndef softmax(z):\n    calls[0] += 1\n"
    "    p = np.exp(z - z.max(-1, keepdims=True))\n    return p / p.sum(-1, keepdims=True) + (calls[0] > "
    f"{len(draw_cases('softmax', 3).cases)})",
}


@pytest.mark.parametrize("source", REMEMBERS.values(), ids=REMEMBERS)
def test_who_answers_otherwise_the_second_time_is_found_out(any_session: Session, source: str) -> None:
    """The first has written its second answer over its first one by then."""
    assert graded(any_session, softmax=source)["softmax"].mistake == "remembers_between_calls"


def test_who_only_prints_otherwise_is_right(any_session: Session) -> None:
    source = (
        "import itertools\ncount = itertools.count()\ndef softmax(z):\n    print(next(count))\n"
        "    p = np.exp(z - z.max(-1, keepdims=True))\n    return p / p.sum(-1, keepdims=True)"
    )
    assert graded(any_session, softmax=source)["softmax"].outcome == "correct"


def test_answers_that_are_too_large_to_be_kept_travel_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(worker.wire, "send", lambda _, message: sent.append(message) or 600)
    monkeypatch.setattr(worker, "MOST_KEPT", 1000)
    server = object.__new__(worker.Server)
    server.connection, server.asked = None, []  # type: ignore[assignment]
    server.kept, server.at_check, server.last = {"f": len}, {}, None  # type: ignore[assignment]
    server.now = server.last
    new = [{"inputs": {"x": [1] * n}, "known": [], "seconds": 1.0} for n in range(3)]
    request = {"id": "a", "name": "f", "helpers": [], "seconds": 9.0}
    server._call(request | {"cases": new})
    server._call(request | {"id": "b", "cases": [{"as": n, "seconds": 1.0} for n in (2, 1, 0)]})
    told = [("same" if "same" in message else message["answer"]["value"]) for message in sent]
    assert told == [0, 1, 2, 2, 1, "same"]


def test_same_is_believed_only_of_what_was_asked_before() -> None:
    cases = draw_cases("softmax", 3).cases[:2]
    first = Sent(("softmax", False), cases, [], None)
    assert first.heard(0, {"same": True}).failure == "unreadable"
    right = first.heard(1, {"answer": {"value": 1.0, "failure": ""}})
    assert right.value == 1.0
    second = Sent(("softmax", False), cases[1:], [], first)
    assert second.heard(0, {"same": True}) is right
    assert second.heard(0, {"same": 1}).failure == "unreadable"
    assert not Sent(("softmax", True), cases[1:], [], first).is_again, (
        "of right helpers it is another question"
    )
