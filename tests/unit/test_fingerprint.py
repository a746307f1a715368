"""Fingerprints: equal for equal answers, different for any difference, and silent about the numbers."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.checking import compare as compare_module
from rnncourse.checking.calling import Answer, Raised
from rnncourse.checking.compare import Tolerance, compare
from rnncourse.checking.fingerprint import fingerprint
from tests.unit.trees import trees

A = np.random.default_rng(3).normal(size=(4, 5))


def _same(a: Any, b: Any) -> bool:
    return fingerprint(Answer(a)).matches(fingerprint(Answer(b)))


@given(trees)
def test_an_answer_matches_itself(value: Any) -> None:
    with np.errstate(all="ignore"):
        assert _same(value, value) or "e+30" in repr(value) or "inf" in repr(value)


@given(st.integers(0, 19), st.floats(1e-4, 10))
def test_a_change_of_one_entry_is_seen(index: int, change: float) -> None:
    other = A.copy()
    other.flat[index] += change
    assert not _same(A, other)


def test_rounding_is_not() -> None:
    assert _same(A, A * (1 + 1e-12))
    assert _same(A, A.astype(np.float64).tolist())


@pytest.mark.parametrize("other", [A.T, A[::-1], A[:, ::-1], -A, A.ravel(), A[:3], [A], {"a": A}, None, "A"])
def test_another_order_shape_or_structure_is_seen(other: Any) -> None:
    assert not _same(A, other)


def test_the_order_of_keys_is_no_difference() -> None:
    there, back = {"a": 1.0, "b": {2: 2.0, 10: 3.0}}, {"b": {10: 3.0, 2: 2.0}, "a": 1.0}
    assert _same(there, back)
    assert not _same(there, {"b": 1.0, "a": {2: 2.0, 10: 3.0}})


def test_two_entries_exchanged_are_seen() -> None:
    other = A.copy()
    other[0, 0], other[3, 4] = A[3, 4], A[0, 0]
    assert not _same(A, other)


def test_the_place_of_a_nan_counts() -> None:
    first, second = A.copy(), A.copy()
    first[0, 0] = second[0, 1] = np.nan
    assert _same(first, first)
    assert not _same(first, second)


def test_kinds_count_only_where_they_are_asked_for() -> None:
    whole, real = Answer(np.array([1, 2])), Answer(np.array([1.0, 2.0]))
    assert fingerprint(whole).matches(fingerprint(real))
    assert not fingerprint(whole, kinds=True).matches(fingerprint(real, kinds=True))


def test_an_exception_is_known_by_its_kind_and_cause() -> None:
    value_error = fingerprint(Answer(raised=Raised("ValueError", "shapes (3,4) and (4,) of 'x'")))
    assert value_error.matches(
        fingerprint(Answer(raised=Raised("ValueError", "shapes (5,1) and (2,) of 'y'")))
    )
    assert not value_error.matches(fingerprint(Answer(raised=Raised("ValueError", "no such axis"))))
    assert not value_error.matches(
        fingerprint(Answer(raised=Raised("TypeError", "shapes (3,4) and (4,) of 'x'")))
    )
    assert not value_error.matches(fingerprint(Answer(failure="timed_out")))


def test_it_does_not_grow_with_the_answer() -> None:
    large = fingerprint(Answer(np.random.default_rng(0).normal(size=(300, 300))))
    assert len(repr(large)) < 200


def test_complex_numbers_are_recognised_to_rounding_and_are_not_real_ones() -> None:
    given = np.array([1 + 2j, 3 - 1j])
    assert _same(given, given * (1 + 1e-12))
    assert not _same(given, np.conj(given))
    assert not _same(np.array([1 + 0j, 0j]), np.array([1.0, 0.0, 0.0, 0.0]))


def test_a_long_structure_is_kept_as_a_hash() -> None:
    long, other = [[0.0]] * 500, [[0.0]] * 499 + [0.0]
    first, second = fingerprint(Answer(long)), fingerprint(Answer(other))
    assert first.structure != second.structure
    assert first.matches(fingerprint(Answer(list(long))))
    assert len(first.structure) < 80


def test_long_texts_that_begin_alike_are_told_apart() -> None:
    assert not _same("a" * 1000 + "b", "a" * 1000 + "c")
    assert len(fingerprint(Answer("a" * 1000)).structure) < 100


def test_texts_of_very_different_lengths_take_no_more_room_than_they_have() -> None:
    answer = [np.array(["a"])] * 1000 + [np.array(["a" * 1_000_000])]
    tracemalloc.start()
    fingerprint(Answer(answer))
    assert compare(np.ones(3), answer, Tolerance()) is not None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000, "all of them as wide as the longest would be 4 GB"


def test_each_part_of_a_nested_list_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, real = 0, compare_module._stacked

    def counted(parts: list[Any]) -> Any:
        nonlocal looks
        looks += 1
        return real(parts)

    monkeypatch.setattr(compare_module, "_stacked", counted)
    deep: Any = ["text", 1.0]
    for _ in range(25):
        deep = [deep, "text"]
    fingerprint(Answer(deep))
    assert looks == 26
