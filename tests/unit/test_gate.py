"""An exercise whose core is a gate: accepting all and rejecting all are worth nothing."""

from __future__ import annotations

from typing import Any

import pytest

from rnncourse.checking.calling import Answer
from rnncourse.checking.caseset import Case, CaseSet, Group, load
from rnncourse.checking.diagnose import Finding, examine
from rnncourse.checking.properties import Property

GROUPS = (Group("core", "right ones pass", 5.0), Group("a", "a is caught"), Group("b", "b is caught"))
WANTED = {"core": "accepted", "a": "rejected", "b": "rejected"}
CASES = CaseSet(
    "made_up",
    False,
    GROUPS,
    tuple(Case(group, {"x": group}, Property(wanted)) for group, wanted in WANTED.items()),
    core_is_a_gate=True,
)


def found(**verdicts: Any) -> Finding:
    return examine(CASES, lambda case, _: Answer(verdicts[case.group]))


@pytest.mark.parametrize(
    ("verdicts", "fraction"),
    [
        ({"core": True, "a": True, "b": True}, 0.0),
        ({"core": False, "a": False, "b": False}, 0.0),
        ({"core": True, "a": False, "b": True}, 0.5),
        ({"core": True, "a": False, "b": False}, 1.0),
        ({"core": None, "a": False, "b": False}, 0.0),
    ],
    ids=["accepts everything", "rejects everything", "half", "all", "says nothing"],
)
def test_points_are_what_is_caught_and_only_if_all_that_is_right_passes(
    verdicts: dict[str, Any], fraction: float
) -> None:
    assert found(**verdicts).fraction == fraction


def test_a_change_of_mind_costs_half_a_family_and_is_named() -> None:
    asked: list[str] = []

    def ask(case: Case, _: bool) -> Answer:
        asked.append(case.group)
        return Answer((case.group == "core") is (asked.count(case.group) == 1))

    finding = examine(CASES, ask)
    assert finding.mistake == "remembers_between_calls"
    assert finding.fraction == 0.75


def test_a_second_time_that_is_not_there_is_no_change_of_mind() -> None:
    asked: list[str] = []

    def ask(case: Case, _: bool) -> Answer:
        asked.append(case.group)
        return Answer(case.group == "core") if asked.count(case.group) == 1 else Answer(failure="timed_out")

    assert examine(CASES, ask).fraction == 1.0


@pytest.mark.parametrize("name", ["test_rnn_backward", "test_lstm_step_backward"])
def test_the_gate_survives_the_file(name: str) -> None:
    assert load(name).core_is_a_gate


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (12, ""),
        ("12", "'line' is a text in quotes; a number is asked for"),
        (11, "'line' is not right"),
    ],
    ids=["right", "a text", "another number"],
)
def test_a_number_in_quotes_is_said_to_be_a_text(line: Any, said: str) -> None:
    wanted = Property("entry", ("line", 12, ()))
    assert wanted.problem({}, {"line": line}) == ("", said)


@pytest.mark.parametrize(
    ("name", "key", "said"),
    [
        ("autopsy_1", "line", "'line' is a text in quotes; a number is asked for"),
        ("autopsy_1", "kind", "'kind' is not right"),
        ("fates", "tanh_unit_2", "'tanh_unit_2' is not right"),
        ("price_verdict", "level", "'level' is not right"),
    ],
)
def test_a_sealed_entry_tells_whether_it_is_a_text(name: str, key: str, said: str) -> None:
    wanted = [case.expected for case in load(name).cases if isinstance(case.expected, Property)]
    entry = next(one for one in wanted if one.name == "entry" and one.settings[0] == key)
    assert entry.problem({}, {key: "another"}) == ("", said)
