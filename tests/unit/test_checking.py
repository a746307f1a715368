"""Weigh and diagnose: what an answer earns, and which mistake is proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.calling import Answer, call
from rnncourse.checking.caseset import CORE, Case, CaseSet, Group, KnownMistake, dump, restore
from rnncourse.checking.diagnose import Finding, examine
from rnncourse.checking.fingerprint import fingerprint
from rnncourse.checking.given import Seeded
from rnncourse.checking.outcomes import CORRECT, CRASHED, NOT_ATTEMPTED, PARTIAL, TIMED_OUT, WRONG
from rnncourse.checking.properties import Property

X = np.array([1.0, 2.0, 4.0])
CASES = (
    Case(CORE, {"x": X}, 2 * X),
    Case("empty", {"x": np.zeros(0)}, np.zeros(0)),
)


def _known(id: str, function: Callable[..., Any], manner: str = "") -> KnownMistake:
    prints = tuple(fingerprint(call(function, case.inputs)) for case in CASES)
    changes = ("x",) if manner == "changes_its_input" else ()
    return KnownMistake(id, f"The hint of {id}.", prints, manner, changes)


def _triple(x: Any) -> Any:
    return 3 * x


SET = CaseSet(
    "double",
    False,
    (Group(CORE, "the values", 6.0), Group("empty", "no numbers", 1.0)),
    CASES,
    known=lambda: (_known("tripled", _triple), _known("squared", lambda x: x**2)),
)


def _find(function: Callable[..., Any], cases: CaseSet = SET) -> Finding:
    return examine(cases, lambda case, _: call(function, case.inputs))


def _answers(answer: Answer) -> Finding:
    return examine(SET, lambda case, _: answer)


def test_a_right_function_gets_everything() -> None:
    finding = _find(lambda x: 2 * x)
    assert (finding.outcome, finding.fraction, finding.mistake) == (CORRECT, 1.0, "")
    assert all(group.passed for group in finding.groups)


def test_a_known_mistake_is_named_with_its_hint() -> None:
    finding = _find(_triple)
    assert (finding.outcome, finding.fraction) == (WRONG, 0.0)
    assert (finding.mistake, finding.hint) == ("tripled", "The hint of tripled.")


def test_an_unknown_one_is_not_given_a_name() -> None:
    finding = _find(lambda x: 2.5 * x)
    assert (finding.outcome, finding.mistake) == (WRONG, "")
    assert finding.mismatch
    assert finding.mismatch.relation == "It is 1.25 times the expected array."


def test_a_mistake_is_named_only_if_it_explains_every_case() -> None:
    finding = _find(lambda x: 3 * x if x.size else np.ones(1))
    assert finding.mistake == ""


def test_a_wrong_group_costs_its_weight() -> None:
    finding = _find(lambda x: 2 * x if x.size else None)
    assert finding.outcome == PARTIAL
    assert finding.fraction == pytest.approx((6 + 1.5) / (7 + 1.5))


def test_the_groups_are_worth_nothing_without_the_core() -> None:
    finding = _find(lambda x: x)
    assert [g.passed for g in finding.groups[:2]] == [False, True]
    assert finding.fraction == 0


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(failure="missing"), NOT_ATTEMPTED),
        (Answer(failure="died"), CRASHED),
        (Answer(failure="timed_out"), TIMED_OUT),
        (Answer(failure="unreadable"), CRASHED),
        (Answer(value=None), WRONG),
    ],
)
def test_each_failure_has_its_outcome(answer: Answer, outcome: str) -> None:
    finding = _answers(answer)
    assert (finding.outcome, finding.fraction) == (outcome, 0.0)


def test_the_untouched_stub_is_not_a_failure() -> None:
    def stub(x: Any) -> Any:
        raise NotImplementedError

    assert _find(stub).outcome == NOT_ATTEMPTED


def test_an_exception_in_one_case_only_is_partial() -> None:
    finding = _find(lambda x: 2 * x if x[0] else x)
    assert finding.outcome == PARTIAL
    assert finding.raised
    assert finding.raised.kind == "IndexError"


def _changing(x: Any) -> Any:
    y = 2 * x
    x[:1] = 0
    return y


def test_changing_an_argument_costs_a_manner() -> None:
    finding = _find(_changing)
    assert (finding.outcome, finding.mistake) == (PARTIAL, "changes_its_input")
    assert "`x`" in finding.hint
    assert [g.passed for g in finding.groups] == [True, True, False, None, None]
    assert finding.fraction == pytest.approx(8 / 8.5)


def test_an_exercise_may_have_its_own_name_for_a_manner() -> None:
    own = CaseSet(
        "double", False, SET.groups, CASES, known=lambda: (_known("wipes_x", _changing, "changes_its_input"),)
    )
    assert _find(_changing, own).mistake == "wipes_x"


def test_memory_shared_with_an_argument_costs_a_manner_unless_allowed() -> None:
    cases = (Case(CORE, {"x": X}, X[:2]),)
    strict = CaseSet("head", False, (Group(CORE, "the values"),), cases)
    lax = CaseSet("head", False, (Group(CORE, "the values"),), cases, allow_views=True)
    assert _find(lambda x: x[:2], strict).mistake == "shares_memory"
    assert _find(lambda x: x[:2], lax).outcome == CORRECT


def test_a_memory_between_calls_is_seen() -> None:
    calls: list[int] = []

    def moody(x: Any) -> Any:
        calls.append(1)
        return 2 * x + (len(calls) > 2)

    finding = _find(moody)
    assert (finding.outcome, finding.mistake) == (PARTIAL, "remembers_between_calls")


def test_a_memory_that_spoils_the_first_pass_is_named_too() -> None:
    seen: list[Any] = []

    def first_answer_for_ever(x: Any) -> Any:
        seen.append(2 * x)
        return seen[0].copy() if len(seen) < 3 else x * 0

    assert _find(first_answer_for_ever).mistake == "remembers_between_calls"


PARTS = CaseSet(
    "both",
    False,
    (Group(CORE, "the values", 4.0), Group("empty", "no numbers", 1.0)),
    (Case(CORE, {"x": X}, (2 * X, X**2)), Case("empty", {"x": np.zeros(0)}, (np.zeros(0), np.zeros(0)))),
    parts=("double", "square"),
)


@pytest.mark.parametrize(
    ("function", "share"),
    [
        (lambda x: (2 * x, x**2), 1.0),
        (lambda x: (2 * x, x), 4 / 6.5 / 2),
        (lambda x: (x, x**2), 4 / 6.5 / 2),
        (lambda x: (2 * x,), 4 / 6.5 / 2),
        (lambda x: (x, x), 0.0),
        (lambda x: None, 0.0),
        (lambda x: {"double": 2 * x}, 0.0),
    ],
)
def test_each_named_output_is_worth_its_part_of_the_core(function: Callable[..., Any], share: float) -> None:
    assert _find(function, PARTS).fraction == pytest.approx(share)


def test_a_value_has_no_manners() -> None:
    cases = CaseSet("shape", True, (Group(CORE, "the values"),), (Case(CORE, {}, (3, 5)),))
    finding = examine(cases, lambda case, _: Answer((3, 5)))
    assert finding.outcome == CORRECT
    assert [group.id for group in finding.groups] == [CORE]


def test_a_case_set_says_the_same_after_it_was_written_and_read() -> None:
    again = restore(dump(SET))
    for function in (_triple, lambda x: 2 * x, _changing, lambda x: x):
        first, second = _find(function), _find(function, again)
        assert (first.outcome, first.fraction, first.mistake) == (
            second.outcome,
            second.fraction,
            second.mistake,
        )


def test_a_function_that_makes_its_own_generator_is_told_so() -> None:
    case = Case(CORE, {"n": 3, "rng": Seeded(11)}, Property("orthonormal_rows"))
    cases = CaseSet("draw", False, (Group(CORE, "rows", 6.0),), (case,))

    def own(n: int, rng: np.random.Generator) -> np.ndarray:
        return np.linalg.qr(np.random.default_rng(77).normal(size=(n, n)))[0].T

    def given(n: int, rng: np.random.Generator) -> np.ndarray:
        return np.linalg.qr(rng.normal(size=(n, n)))[0].T

    found = examine(cases, lambda case, _: call(own, case.inputs))
    assert (found.outcome, found.mistake) == (PARTIAL, "ignores_its_generator")
    assert examine(cases, lambda case, _: call(given, case.inputs)).outcome == CORRECT


def test_a_name_for_one_argument_is_not_given_for_another() -> None:
    wipes_y = KnownMistake("wipes_y", "You wipe y.", (), "changes_its_input", ("y",))
    own = CaseSet("double", False, SET.groups, CASES, known=lambda: (wipes_y,))
    found = _find(_changing, own)
    assert found.mistake == "changes_its_input"
    assert "`x`" in found.hint


def test_an_error_on_the_first_case_is_shown_though_a_later_one_has_a_value() -> None:
    def fails_on_numbers(x: Any) -> Any:
        return x.reshape(0) + 1 if x.size == 0 else x @ np.zeros((7, 7))

    found = _find(fails_on_numbers)
    assert found.raised is not None
    assert found.raised.kind == "ValueError"


def test_keys_that_nobody_asked_for_are_named_in_a_few_words() -> None:
    said = Property("named_entries", ("a",)).problem({}, {"a": 1, "x" * 100_000: 2})[1]
    assert "['xxx" in said
    assert len(said) < 200


def _in_place(x: Any) -> Any:
    x *= 5
    return x.copy()


def test_wrong_values_and_a_changed_argument_are_both_told() -> None:
    finding = _find(_in_place)
    assert finding.outcome == WRONG
    assert finding.note == "Besides, your function changes what it is given: `x`."
    assert finding.where == "the values"


def test_wrong_values_that_differ_from_call_to_call_are_named() -> None:
    draw = np.random.default_rng(3)
    found = _find(lambda x: x + draw.normal(size=x.shape))
    assert (found.outcome, found.mistake) == (WRONG, "remembers_between_calls")
    assert "random numbers" in found.hint
    assert found.where == "the values"


def _sized(*lengths: int, factor: float = 1.0) -> Case:
    x = factor * np.random.default_rng(0).uniform(0.5, 1.0, lengths)
    return Case(CORE, {"x": x}, 2 * x)


@pytest.mark.parametrize(
    ("small", "shown"),
    [
        (_sized(1, 2), 1),
        (_sized(3, 4), 0),  # more than half of the first
        (_sized(2, 2), 0),  # no one sees which axis is which
        (_sized(1, 2, factor=0.0), 0),  # as if zeros were the cause
        (_sized(1, 2, factor=1e3), 0),
        (_sized(0, 2), 0),
    ],
)
def test_a_small_case_that_fails_alike_is_shown_if_it_is_as_ordinary(small: Case, shown: int) -> None:
    cases = replace(SET, cases=(_sized(3, 5), small), groups=SET.groups[:1])
    found = _find(lambda x: 2.5 * x + 1, cases)
    assert found.case is cases.cases[shown]
    assert ("a small one of those that fail" in found.where) == bool(shown)


def test_a_small_case_that_fails_in_another_way_is_not_shown() -> None:
    cases = replace(SET, cases=(_sized(3, 5), _sized(1, 2)), groups=SET.groups[:1])
    found = _find(lambda x: 2.5 * x + 1 if len(x) > 1 else x.T, cases)
    assert found.case is cases.cases[0]


def test_what_is_right_of_several_outputs_is_noted_where_the_core_is_wrong() -> None:
    cases = CaseSet("two", False, SET.groups[:1], (Case(CORE, {"x": X}, (2 * X, 3 * X)),), parts=("a", "b"))
    found = _find(lambda x: (2 * x, x), cases)
    assert (found.outcome, found.outputs) == (PARTIAL, (("a", True), ("b", False)))
    assert _find(lambda x: (2 * x, 3 * x), cases).outputs == ()


def test_a_lacking_manner_shows_the_case_it_was_met_in() -> None:
    assert _find(lambda x: x.__iadd__(x).copy()).case is CASES[0]


def test_a_right_array_in_a_tuple_is_found_there() -> None:
    found = _find(lambda x: (x, 2 * x, "cache"))
    assert found.mismatch
    assert (
        found.mismatch.problem == "there are 3 things in the answer, and only number 2 of them is asked for"
    )
