"""Values: reduced to plain types, written and read again, compared bit for bit."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnncourse.checking.codec import from_json, to_json
from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.values import arrays_in, describe, same_bits, to_plain
from tests.unit.trees import trees


@given(trees)
def test_json_gives_back_every_value_bit_for_bit(value: Any) -> None:
    assert same_bits(from_json(json.loads(json.dumps(to_json(value)))), value)


@given(trees)
def test_plain_values_stay_as_they_are(value: Any) -> None:
    assert same_bits(to_plain(value), value)


class _Text(str):
    def __str__(self) -> str:
        return "a lie"


class _Dict(dict[str, int]):
    def items(self) -> Any:
        return [("a lie", 0)]


class _Liar(np.ndarray[Any, Any]):
    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        return True


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (_Text("x"), "x"),
        (_Dict(a=1), {"a": 1}),
        (np.ones(2).view(_Liar), np.ones(2)),
        (np.int32(3), 3),
        (True, True),
        (np.True_, True),
        ({np.int64(1): None}, {1: None}),
        ((1, [2.5]), (1, [2.5])),
    ],
)
def test_subclasses_are_reduced_to_what_they_hold(value: Any, plain: Any) -> None:
    reduced = to_plain(value)
    assert type(reduced) is type(plain)
    assert same_bits(reduced, plain)


def test_single_precision_is_kept() -> None:
    assert type(to_plain(np.float32(1.5))) is np.float32


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, print, np.array([None]), {1.5: 0}, {(1, None): 0}, {True: 0}, b"x", 10**400],
    ids=lambda value: "object()" if type(value) is object else repr(value),
)
def test_what_is_no_value_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        to_plain(value)


def test_a_value_that_holds_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(TypeError, match="32 levels"):
        to_plain(value)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.zeros(2), -np.zeros(2)),
        (np.zeros(2), np.zeros(2, dtype=np.float32)),
        (np.zeros(2), np.zeros((1, 2))),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1], (1,)),
        (1, True),
        (1, 1.0),
        ([1], [1, 1]),
    ],
)
def test_values_that_differ_in_any_bit_are_told_apart(a: Any, b: Any) -> None:
    assert same_bits(a, a)
    assert not same_bits(a, b)


def test_not_a_number_is_the_same_as_itself() -> None:
    assert same_bits(float("nan"), float("nan"))
    assert same_bits(np.array([np.nan]), np.array([np.nan]))


def test_arrays_are_found_with_their_places() -> None:
    value = {"h": [np.zeros(1), 3], "c": (np.zeros(2),)}
    assert [path for path, _ in arrays_in(value, "answer")] == ["answer['h'][0]", "answer['c'][0]"]


def test_an_unknown_object_in_a_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a value"):
        from_json({"pickle": "x"})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.zeros((3, 5)), "array of shape (3, 5), float64"),
        ([1, 2], "list of 2"),
        (None, "None"),
        (Given("sum_of_squares"), "the function sum_of_squares"),
        (Seeded(7), "default_rng(7)"),
        ("x" * 100, "str '" + "x" * 56 + "..."),
    ],
)
def test_a_value_is_described_in_a_few_words(value: Any, text: str) -> None:
    assert describe(value) == text


@given(st.text())
def test_a_description_is_short(text: str) -> None:
    assert len(describe(text)) < 80
