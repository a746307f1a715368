"""What explains an answer: one thing, several in outputs of their own, one in part; and likenesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.exercises import COURSE
from rnncourse.checking.calling import Answer, Raised, call
from rnncourse.checking.caseset import load
from rnncourse.checking.diagnose import examine
from rnncourse.checking.explaining import ALL, PART, SEVERAL, SOME, Places, explain
from rnncourse.checking.fingerprint import cause, fingerprint
from rnncourse.checking.here import examine_here
from rnncourse.checking.likeness import as_pair, likeness
from rnncourse.checking.listing import listing
from rnncourse.checking.portions import named, paths_of, portions
from tests.ours import draw_cases

PLACES = Places(
    [0, 0, 1, 1], ["a", "b", "a", "b"], np.array([True, True, True, True]), np.array([2, 2, 2, 2])
)


def _rows(*rows: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return np.array([[letter == "x" for letter in row] for row in rows])


def test_one_thing_that_agrees_everywhere_is_the_one() -> None:
    found = explain(PLACES, _rows("x.x.", "xxxx"), _rows(".x.x", "...."))
    assert found
    assert (found.how, found.by) == (ALL, (1,))


def test_things_in_outputs_of_their_own_are_several() -> None:
    found = explain(PLACES, _rows("x.x.", ".x.x"), _rows(".x.x", "x.x."))
    assert found
    assert (found.how, found.by, found.outputs) == (SEVERAL, (0, 1), (("a",), ("b",)))


def test_a_thing_that_would_change_more_explains_in_part() -> None:
    places = Places(
        PLACES.cases, PLACES.outputs, np.array([True, False, True, False]), np.array([2, 0, 2, 0])
    )
    found = explain(places, _rows("x.x."), _rows("...."))
    assert found
    assert (found.how, found.outputs) == (PART, (("a",),))


def test_a_thing_that_shows_in_some_cases_only_is_told_with_them() -> None:
    places = Places(
        PLACES.cases, PLACES.outputs, np.array([False, False, True, True]), np.array([0, 0, 2, 2])
    )
    found = explain(places, _rows("..xx"), _rows("...."))
    assert found
    assert found.how == SOME


def test_what_proves_nothing_explains_nothing() -> None:
    places = Places(PLACES.cases, PLACES.outputs, PLACES.wrong, np.array([0, 0, 0, 0]))
    assert explain(places, _rows("xxxx"), _rows("....")) is None
    assert explain(PLACES, _rows("xxx."), _rows("....")) is None


E = np.array([[0.5, -1.25, 2.125], [3.0625, 0.75, -0.3], [1.7, 0.45, 0.9], [2.2, -0.15, 0.35]])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda e: 1 / e, "upside_down"),
        (lambda e: -e, "sign_turned"),
        (lambda e: e.T, "transposed"),
        (lambda e: e.astype(np.float16).astype(float), "half_precision"),
        (lambda e: np.round(e, 1), "rounded_to_1"),
        (lambda e: e.sum(axis=0), "rows_summed"),
        (lambda e: e[::-1], "rows_reversed"),
        (lambda e: 3.5 * e, "3_5_times"),
        (lambda e: e / len(e), "divided_by_axis_0_of_x"),
        (lambda e: e + 7 * e.mean(), "off_by_a_constant"),
        (lambda e: e * (np.arange(len(e)) + 1.5)[:, None], "rows_up_to_a_factor"),
        (lambda e: e * (np.arange(3) < 2), "zeros_at_places"),
        (lambda e: e[[1, 0, *range(2, len(e))]], "rows_in_another_order"),
        (lambda e: np.where(np.arange(len(e))[:, None] == 0, 9.1, e), "wrong_in_the_first_row"),
        (lambda e: e**3 + e, ""),
    ],
)
def test_a_likeness_is_found_if_it_holds_in_every_case(change: Callable[[Any], Any], name: str) -> None:
    several = [E, 1.75 * E[:3] + 0.1, np.exp(E)]
    pairs = [as_pair(e, change(e), {"x": np.zeros((len(e), 9))}) for e in several]
    found = likeness([pair for pair in pairs if pair])
    assert (found[0] if found else "") == name
    other = as_pair(E, np.cos(E), {"x": E})
    assert other
    mixed = likeness([*(pair for pair in pairs if pair), other])
    assert mixed is None or not name.startswith(mixed[0])


def test_a_factor_of_some_tests_is_not_said_of_every_test() -> None:
    given = [(E, 3.5 * E), (np.exp(E), np.exp(E))]
    found = likeness([pair for e, got in given if (pair := as_pair(e, got, {}))])
    assert found
    assert found[0] == "right_up_to_a_factor_in_some_tests"
    nothing = as_pair(0 * E, 0 * E, {})  # has every factor
    found = likeness([pair for pair in (as_pair(E, 3.5 * E, {}), nothing) if pair])
    assert found
    assert found[0] == "3_5_times"


@pytest.mark.parametrize(("number", "found"), [(1e-8, True), (1e-5, True), (1e-2, False), (0.0, False)])
def test_a_small_number_in_the_sum_of_a_softmax_is_seen(number: float, found: bool) -> None:
    e = np.exp(np.random.default_rng(0).normal(size=(4, 5)))
    pair = as_pair(e / e.sum(axis=1, keepdims=True), e / (e.sum(axis=1, keepdims=True) + number), {})
    assert pair
    name = likeness([pair])
    assert bool(name and name[0] == "short_rows") is found


def test_whole_numbers_that_are_equal_by_chance_are_no_likeness() -> None:
    pair = as_pair(np.array([1, 2, 3]), np.array([2, 3, 4]), {})
    assert pair
    assert likeness([pair]) is None


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ([[[2, 1], [3]], [[5, 4, 6]]], "rows_sorted"),
        ([[["a", "b"], ["c"]], [["d"], ["e", "f"]]], ""),
    ],
)
def test_lists_have_likenesses_too(given: list[Any], name: str) -> None:
    right = [[[2, 1], [3]], [[5, 4, 6]]]
    pairs = (
        [(one, [sorted(row) for row in one]) for one in right]
        if name
        else list(zip(right, given, strict=True))
    )
    found = listing(pairs)
    assert (found[0] if found else "") == name


def test_an_answer_is_taken_apart_as_the_expected_one_is() -> None:
    expected = (np.zeros(2), {"Wxh": np.zeros(3), "bh": np.zeros(1)})
    assert paths_of(expected) == [(0,), (1, "Wxh"), (1, "bh")]
    whole = Answer((np.ones(2), {"Wxh": np.ones(3)}))
    assert [portion is whole for portion in portions(whole, expected)] == [True] * 3
    assert named((1, "Wxh"), ("dx", "grads")) == '`grads["Wxh"]`'


def test_errors_are_alike_if_their_cause_is() -> None:
    def error(message: str) -> Answer:
        return Answer(raised=Raised("ValueError", message))

    one = "operands could not be broadcast together with shapes (3,4) (5,)"
    assert fingerprint(error(one)).matches(fingerprint(error(one.replace("(3,4) (5,)", "(7,2) (9,3)"))))
    assert not fingerprint(error(one)).matches(
        fingerprint(error("array split does not result in an equal division"))
    )
    assert (
        cause("index 7 is out of bounds for axis 1 with size 5")
        == "index is out of bounds for axis with size"
    )


@pytest.mark.parametrize("exercise", ["gru_step", "sigmoid", "lstm_gates", "forget_bias"])
@pytest.mark.parametrize("seed", [None, 3])
def test_nan_and_errors_of_another_cause_have_no_name(exercise: str, seed: int | None) -> None:
    cases = load(exercise) if seed is None else draw_cases(exercise, seed)

    def broken(*_: Any) -> Any:
        raise ValueError("something else")

    assert examine_here(cases, lambda *_: np.nan).mistake == ""
    assert examine_here(cases, broken).mistake == ""


@pytest.mark.parametrize("seed", [None, 5])
def test_an_output_alone_is_explained_by_what_would_change_more(seed: int | None) -> None:
    """The bias gradient alone is taken before the slope; the rest is right."""
    cases = load("rnn_step_backward") if seed is None else draw_cases("rnn_step_backward", seed)
    source = COURSE.with_exercise("rnn_step_backward")
    right = source.reference("rnn_step_backward")

    def target(dh: Any, x_t: Any, h_prev: Any, h: Any, Wxh: Any, Whh: Any) -> Any:
        dx, dh_prev, dWxh, dWhh, _ = right(dh, x_t, h_prev, h, Wxh, Whh)
        return dx, dh_prev, -dWxh, dWhh, (dh * (1 - h)).sum(axis=0)

    finding = examine(cases, lambda case, _: call(target, case.inputs))
    assert " and " in finding.mistake
    assert finding.hint.startswith("Two things. ")
