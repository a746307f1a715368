"""Which questions are put to an answer, with its own helpers and with right ones, and how often."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.calling import Answer, Raised, call
from rnncourse.checking.caseset import CORE, Case, CaseSet, Group
from rnncourse.checking.diagnose import examine
from rnncourse.checking.given import Seeded
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED, WRONG
from rnncourse.checking.properties import Property
from tests.unit.test_checking import CASES, SET


def test_a_function_is_right_given_right_helpers() -> None:
    cases = CaseSet("uses", False, SET.groups, CASES, uses=("double",))

    def ask(case: Case, right_helpers: bool) -> Answer:
        return Answer((2 if right_helpers else 3) * case.inputs["x"])

    finding = examine(cases, ask)
    assert finding.outcome == CORRECT
    assert finding.note.startswith("Right, given a right double: the mistake is there, not here.")


@pytest.mark.parametrize(("factor", "searches"), [(2, 0), (5, 2)])
def test_nothing_is_searched_for_where_a_helper_is_to_blame(factor: int, searches: int) -> None:
    searched = list[CaseSet]()

    def slip(cases: CaseSet, _: object) -> None:
        searched.append(cases)

    cases = CaseSet("uses", False, SET.groups, CASES, uses=("double",), slip=slip)
    finding = examine(cases, lambda case, right: call(lambda x: (factor if right else 7) * x, case.inputs))
    assert (finding.outcome == CORRECT) == (factor == 2)
    assert len(searched) == searches, "with the student's helpers, and with right ones"


def test_a_function_that_is_wrong_by_itself_stays_wrong() -> None:
    cases = CaseSet("uses", False, SET.groups, CASES, uses=("double",), known=SET.known)
    assert examine(cases, lambda case, _: Answer(3 * case.inputs["x"])).mistake == "tripled"


def test_cases_that_ask_the_same_have_one_answer_which_is_asked_for_once_and_once_again() -> None:
    asked = Counter[int]()

    def experiment(rng: np.random.Generator) -> dict[str, Any]:
        truth, g = rng.integers(0, 2, 60), rng.normal(size=3)
        predicted, naive = np.where(np.arange(60) < 50, truth, 1 - truth), np.zeros(60, dtype=int)
        score, baseline = float((predicted == truth).mean()), float((naive == truth).mean())
        made = {"truth": truth, "predicted": predicted, "naive": naive, "measure": "accuracy", "score": score}
        return made | {"baseline": baseline, "gradient": g, "measured": 2 * g}

    def ask(case: Case, _: bool) -> Answer:
        asked[case.inputs["rng"].seed] += 1
        return call(experiment, case.inputs)

    kinds = [
        (CORE, "claims", 1),
        ("beats", "beats", 1),
        ("gradients", "gradients", 1),
        ("seeds", "claims", 2),
    ]
    groups = tuple(Group(group, group, 1.0) for group, *_ in kinds)
    cases = tuple(
        Case(group, {"rng": Seeded(n)}, Property("experiment", (what,))) for group, what, n in kinds
    )
    found = examine(CaseSet("experiment", False, groups, cases), ask)
    passed = {group.id: group.passed for group in found.groups}
    assert [passed[group] for group, *_ in kinds] == [True, True, False, True], "each has its own property"
    assert asked == {1: 2, 2: 1}, "where something is wrong, the first question is asked again"
    asked.clear()
    assert examine(CaseSet("experiment", False, groups[:2], cases[:2]), ask).outcome == CORRECT
    assert asked == {1: 2}, "where nothing is, all are"


def test_a_wrong_function_on_a_wrong_helper_is_told_its_own_mistake() -> None:
    def ask(case: Case, right_helpers: bool) -> Answer:
        return Answer(3 * case.inputs["x"] if right_helpers else 7 * case.inputs["x"])

    cases = CaseSet("double", False, SET.groups, CASES, uses=("helper",), known=SET.known)
    found = examine(cases, ask)
    assert found.mistake == "tripled"
    assert "right helper" in found.note


def test_right_helpers_are_asked_for_all_cases_once() -> None:
    asked = Counter[tuple[str, bool]]()

    def ask(case: Case, right_helpers: bool) -> Answer:
        asked[case.group, right_helpers] += 1
        is_right = case.group == CORE and right_helpers
        return Answer(2 * case.inputs["x"] if is_right else np.ones(7))

    cases = CaseSet("double", False, SET.groups, CASES, uses=("helper",), known=SET.known)
    assert examine(cases, ask).outcome == WRONG
    assert asked["empty", True] == 1


def test_no_mistake_is_looked_for_where_a_right_helper_makes_all_right() -> None:
    def known() -> Any:
        raise AssertionError("looked for")

    def ask(case: Case, right_helpers: bool) -> Answer:
        return Answer((2 if right_helpers else 7) * case.inputs["x"])

    found = examine(CaseSet("double", False, SET.groups, CASES, uses=("helper",), known=known), ask)
    assert found.outcome == CORRECT
    assert found.note.startswith("Right, given a right helper")


@pytest.mark.parametrize(("times", "mistake"), [(3, "tripled"), (7, "")])
def test_a_wrong_function_above_a_stub_is_judged_with_a_right_helper(times: int, mistake: str) -> None:
    def ask(case: Case, right_helpers: bool) -> Answer:
        stub = Answer(raised=Raised("NotImplementedError", ""))
        return Answer(times * case.inputs["x"]) if right_helpers else stub

    cases = CaseSet("double", False, SET.groups, CASES, uses=("helper",), known=SET.known)
    found = examine(cases, ask)
    assert (found.outcome, found.mistake) == (WRONG, mistake)
    assert "even with a right helper" in found.note


def test_a_stub_above_a_stub_has_not_been_started() -> None:
    cases = CaseSet("double", False, SET.groups, CASES, uses=("helper",), known=SET.known)
    stub = Answer(raised=Raised("NotImplementedError", ""))
    assert examine(cases, lambda case, right: stub).outcome == NOT_ATTEMPTED
