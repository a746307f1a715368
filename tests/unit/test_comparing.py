"""The comparison: what is close enough, what is never, and what is said about a difference."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.checking.compare import Tolerance, as_array, compare
from rnncourse.checking.relations import relation_of
from tests.unit.trees import trees

TOLERANCE = Tolerance()
A = np.arange(1.0, 13.0).reshape(3, 4) ** 1.5


def _accepts(expected: Any, got: Any, tolerance: Tolerance = TOLERANCE) -> bool:
    return compare(expected, got, tolerance) is None


@given(trees)
def test_anything_without_nan_is_equal_to_itself(value: Any) -> None:
    assert _accepts(value, value) == ("nan" not in repr(value))


@pytest.mark.parametrize("factor", [1e-7, 1e-9])
def test_rounding_is_accepted(factor: float) -> None:
    assert _accepts(A, A * (1 + factor))


@pytest.mark.parametrize("factor", [1e-5, 1e-3, 1.0])
@pytest.mark.parametrize("index", [(0, 0), (1, 2), (2, 3)])
def test_one_wrong_entry_is_not(factor: float, index: tuple[int, int]) -> None:
    wrong = A.copy()
    wrong[index] *= 1 + factor
    mismatch = compare(A, wrong, TOLERANCE)
    assert mismatch
    assert f"1 of 12 entries differ, the first at index [{index[0]}, {index[1]}]" in mismatch.problem


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_an_odd_number_is_never_accepted_for_an_ordinary_one(odd: float) -> None:
    wrong = A.copy()
    wrong[1, 1] = odd
    assert not _accepts(A, wrong)
    assert not _accepts(1.0, odd)


def test_nan_is_not_accepted_even_where_nan_is_expected() -> None:
    assert not _accepts(np.array([np.nan]), np.array([np.nan]))


def test_an_infinity_is_accepted_only_for_the_same_one() -> None:
    expected = np.array([np.inf, 1.0])
    assert _accepts(expected, expected.copy())
    assert not _accepts(expected, np.array([-np.inf, 1.0]))
    assert not _accepts(expected, np.array([1e300, 1.0]))


def test_float32_has_the_room_of_its_case_and_no_more() -> None:
    tolerance = Tolerance(single={"": 1e-5})
    assert _accepts(A, A.astype(np.float32))
    assert _accepts(A, (A + 4e-4).astype(np.float32), tolerance)  # the largest entry is 41.6
    assert not _accepts(A, (A + 5e-4).astype(np.float32), tolerance)
    assert not _accepts(A, A + 4e-4, tolerance)
    assert not _accepts({"a": A}, {"a": (A + 4e-4).astype(np.float32)}, tolerance)
    assert _accepts({"a": A}, {"a": (A + 4e-4).astype(np.float32)}, Tolerance(single={"['a']": 1e-5}))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_rounding_to_three_digits_is_not_hidden_by_a_cast(dtype: type) -> None:
    rounded = np.round(A / 100, 3).astype(dtype)
    assert not _accepts(A / 100, rounded, Tolerance(single={"": 5e-5}))


def test_float16_gets_no_room() -> None:
    assert not _accepts(A, A.astype(np.float16), Tolerance(single={"": 5e-5}))
    assert _accepts(np.eye(3), np.eye(3, dtype=np.float16))


def test_rows_are_compared_by_themselves_where_that_is_asked() -> None:
    vanishing = A * np.array([[1.0], [1e-12], [1e-24]])
    guarded = np.where(vanishing < 1e-8, 0.0, vanishing)
    assert _accepts(vanishing, guarded)
    assert not _accepts(vanishing, guarded, Tolerance(by_row=True))
    assert _accepts(vanishing, vanishing * (1 + 1e-9), Tolerance(by_row=True))
    assert not _accepts(vanishing[:, 0], guarded[:, 0], Tolerance(by_row=True))


def test_integers_that_overflow_are_not_accepted() -> None:
    expected = np.array([3, 4])
    assert not _accepts(expected, np.array([3 - 2**63, 4]))
    assert not _accepts(np.array([1, 2]), np.array([257, 2]))


@pytest.mark.parametrize(
    "got", [np.zeros((4, 3)), np.zeros(12), np.zeros((3, 4, 1)), np.zeros((0, 4)), 0.0, [0.0] * 4]
)
def test_another_shape_is_a_mismatch_whatever_is_in_it(got: Any) -> None:
    mismatch = compare(np.zeros((3, 4)), got, TOLERANCE)
    assert mismatch
    assert mismatch.problem == "the shape differs"


def test_the_shape_of_the_transpose_is_named() -> None:
    mismatch = compare(A, A.T, TOLERANCE)
    assert mismatch
    assert mismatch.relation == "Its shape is that of the transpose."


@pytest.mark.parametrize("got", [A.tolist(), list(A), tuple(A)])
def test_a_list_of_rows_is_an_array(got: Any) -> None:
    assert _accepts(A, got)


@pytest.mark.parametrize("got", [None, "text", {"a": 1}, [], [1, [2]], ["a"], [None]])
def test_what_is_no_array_is_of_another_type(got: Any) -> None:
    assert as_array(got) is None or compare(A, got, TOLERANCE) is not None


@pytest.mark.parametrize(
    ("expected", "got", "says"),
    [
        ({"a": 1}, {"b": 1}, "missing ['a']"),
        ({"a": 1}, {"a": 1, "b": 1}, "unexpected ['b']"),
        ({"a": 1}, [1], "another type"),
        ((1, 2), (1,), "1 items instead of 2"),
        ((1, 2), 3, "another type"),
        (3, 4, "number differs"),
        (3, True, "another type"),
        (True, 1, "another type"),
        ("a", "b", "value differs"),
        (None, 0, "another type"),
    ],
)
def test_a_difference_is_named(expected: Any, got: Any, says: str) -> None:
    mismatch = compare(expected, got, TOLERANCE)
    assert mismatch
    assert says in mismatch.problem


def test_the_place_of_a_difference_is_named() -> None:
    mismatch = compare({"h": [A, A]}, {"h": [A, A + 1]}, TOLERANCE)
    assert mismatch
    assert mismatch.where == "['h'][1]"


@pytest.mark.parametrize(
    ("kind", "right", "wrong"), [("int", int, float), ("float", float, int), ("bool", bool, int)]
)
def test_a_dtype_that_is_asked_for_is_required(kind: str, right: type, wrong: type) -> None:
    expected, tolerance = np.array([0, 1]), Tolerance(dtype=kind)
    assert _accepts(expected, expected.astype(right), tolerance)
    assert not _accepts(expected, expected.astype(wrong), tolerance)


@pytest.mark.parametrize("got", [np.array([2.0]), np.array(2.0), np.float32(2), 2])
def test_one_number_may_come_as_an_array_of_one(got: Any) -> None:
    assert _accepts(2.0, got)
    assert not _accepts(3.0, got)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda a: -a, "negative"),
        (lambda a: a[::-1], "reversed along axis 0"),
        (lambda a: a[:, ::-1], "reversed along axis 1"),
        (lambda a: a / 3, "0.333333 times"),
        (lambda a: a * np.array([[0.0], [1], [1]]), "Only the first position along axis 0"),
        (lambda a: a * np.array([1.0, 1, 1, 0]), "Only the last position along axis 1"),
        (lambda a: a + np.arange(12.0).reshape(3, 4)[::-1] % 5, ""),
    ],
)
def test_a_relation_is_noticed(change: Any, says: str) -> None:
    relation = relation_of(A, change(A))
    assert says in relation
    assert bool(says) == bool(relation)


def test_a_square_transpose_is_noticed() -> None:
    square = A[:, :3]
    assert "transpose" in relation_of(square, square.T)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_accepted_just_within_its_tolerance(expected: float, got: float) -> None:
    with np.errstate(all="ignore"):
        close = abs(got - expected) <= 1.001e-6 * abs(expected)
    assert close or not _accepts(expected, got)


def test_keys_of_any_length_make_a_short_sentence() -> None:
    difference = compare({"h": 1.0}, {"h": 1.0, "x" * 100_000: 2.0}, Tolerance())
    assert difference
    assert "unexpected ['xxx" in difference.problem
    assert len(difference.problem) < 200


def test_a_giant_answer_is_not_written_out_to_be_cut_off() -> None:
    giant = [np.ones((500, 500))] * 20_000
    began = time.process_time()
    mismatch = compare((A, A), giant, TOLERANCE)
    assert mismatch
    assert mismatch.got.startswith("[array of shape (500, 500), array")
    assert len(mismatch.got) <= 120
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ((slice(None), slice(4, None)), "from step 4 on"),
        ((slice(None), slice(None, 3)), "up to step 2"),
        ((1, 2), "in example 1 only, in step 2 only"),
        ((slice(None), [0, 3]), "in the steps 0, 3"),
        ((slice(None),), ""),
    ],
)
def test_the_examples_and_steps_that_differ_are_said(wrong: Any, says: str) -> None:
    expected = np.arange(1.0, 3 * 6 * 2 + 1).reshape(3, 6, 2)
    got = expected.copy()
    got[wrong] += 3.6
    mismatch = compare(expected, got, TOLERANCE)
    assert mismatch
    assert says in mismatch.problem
    assert bool(says) == ("step" in mismatch.problem)
    assert "off by up to 0.1 times the largest entry expected" in mismatch.problem


def test_the_half_of_the_units_that_differs_is_said() -> None:
    expected = np.arange(1.0, 3 * 5 * 6 + 1).reshape(3, 5, 6)
    got = expected.copy()
    got[:, :, 3:] *= 0.5
    mismatch = compare(expected, got, TOLERANCE)
    assert mismatch
    assert "the first at index [0, 0, 3]; from column 3 on; off by" in mismatch.problem
    got = expected.copy()
    got[1, 2, 3] = 0.0
    mismatch = compare(expected, got, TOLERANCE)
    assert mismatch
    assert "in step 2 only; off by" in mismatch.problem, "of one entry the index says it"


def test_no_axis_is_called_a_step_where_an_array_has_none() -> None:
    expected = np.arange(1.0, 25.0).reshape(2, 3, 2, 2)
    got = expected.copy()
    got[:, 1] *= 2
    mismatch = compare(expected, got, TOLERANCE)
    assert mismatch
    assert "first at index [0, 1, 0, 0]; off by" in mismatch.problem


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (A[0], A[0]),
        (A[:1], A[:1] * (1 + 2e-8)),
        (np.array([0, 1, 0, 0]), np.array([0, 0, 1, 0])),
        (np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 5.0])),
        (np.ones((3, 4)), np.where(np.arange(12).reshape(3, 4) == 11, 2.0, 1.0)),
        (np.eye(2), np.eye(2)[::-1]),
        (np.zeros((2, 3)), np.zeros((2, 3))),
    ],
)
def test_no_relation_is_said_that_could_be_chance(expected: Any, got: Any) -> None:
    assert relation_of(expected, got) == ""


def test_wrong_values_are_told_before_a_dtype() -> None:
    mismatch = compare(A, A.astype(complex) + 1, Tolerance(dtype="float"))
    assert mismatch
    assert mismatch.problem.startswith("12 of 12 entries differ")
    assert mismatch.problem.endswith("and the dtype is complex128")
