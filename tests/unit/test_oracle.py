"""Candidates answer in the judge, whatever they are asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.exercises.autopsy.candidates import HIDDEN, hidden
from autograder.judging import oracle as oracles
from autograder.judging.oracle import Oracle
from rnncourse.checking.given import Given, materialised
from rnncourse.checking.suspects import KINDS, MOST_CALLS, suspect

N, T, D, H = 3, 5, 4, 2


def arguments(scale: float = 1.0) -> list[Any]:
    draw = np.random.default_rng(1)
    shapes = (N, T, H), (N, T, D), (N, H), (N, T, H), (D, H), (H, H)
    return [scale * draw.uniform(-0.9, 0.9, shape) for shape in shapes]


def oracle(family: str = "core", number: int = 0) -> Oracle:
    return Oracle({"candidate": Given(HIDDEN, ("rnn", family, number, 7))})


def asked(args: Any, kwargs: Any = None, number: Any = ..., of: Oracle | None = None) -> dict[str, Any]:
    whom = of or oracle()
    right = whom.inputs["candidate"].constants[0]
    request = {"oracle": right if number is ... else number, "args": args, "kwargs": kwargs}
    return whom.reply(request | ({"kwargs": {}} if kwargs is None else {}))


def test_the_sandbox_is_given_a_number() -> None:
    (given,) = oracle().inputs.values()
    assert (given.name, type(given.constants[0])) == ("oracle", int)


def test_a_number_is_never_given_twice() -> None:
    assert oracle().inputs != oracle().inputs


def test_a_candidate_answers() -> None:
    reply = asked(arguments())
    assert [array.shape for array in reply["value"]] == [(N, T, D), (N, H), (D, H), (H, H), (H,)]
    assert reply["changed"] == []


def test_names_serve_as_well_as_places() -> None:
    names = ("dh", "x", "h0", "h", "Wxh", "Whh")
    by_name = asked([], dict(zip(names, arguments(), strict=True)))
    assert all(map(np.array_equal, by_name["value"], asked(arguments())["value"]))


def test_what_a_candidate_writes_into_an_argument_goes_back() -> None:
    reply = asked(arguments(), of=oracle("manners", 0))
    assert [place for place, _ in reply["changed"]] == [0]


HUGE, OBJECTS, TEXTS = np.zeros(20_001), np.array([print, None]), np.array(["a"])
ODD = {
    "nothing": [],
    "too many": [np.zeros(1)] * 17,
    "huge": [HUGE.reshape(1, -1, 1), *arguments()[1:]],
    "objects": [OBJECTS, *arguments()[1:]],
    "texts": [TEXTS, *arguments()[1:]],
    "no arrays": [1.0, "x", None, [], {}, ()],
    "nan": [np.nan * arguments()[0], *arguments()[1:]],
    "infinite": [np.inf + arguments()[0], *arguments()[1:]],
    "complex": [1j * arguments()[0], *arguments()[1:]],
    "a product of 400 million": [np.ones((20_000, 1, 1))] * 4 + [np.ones((20_000, 1)), np.ones((1, 1))],
    "empty": [np.zeros((0, 0, 0))] * 6,
    "many steps": [
        np.ones((1, 101, 1)),
        np.ones((1, 101, 1)),
        np.ones((1, 1)),
        np.ones((1, 101, 1)),
        *[np.ones((1, 1))] * 2,
    ],
}


@pytest.mark.parametrize("args", ODD.values(), ids=ODD)
def test_odd_arguments_raise_in_the_sandbox_and_not_here(args: Any) -> None:
    assert asked(args)["raises"] in ("TypeError", "ValueError")


@pytest.mark.parametrize("number", [0, -1, True, 10**9, None, "0", np.ones(2)], ids=repr)
def test_an_odd_number_belongs_to_no_candidate(number: Any) -> None:
    assert asked(arguments(), number=number)["raises"] == "LookupError"


@pytest.mark.parametrize("odd", [None, 3, "x", np.ones(2), {"a": 1}], ids=repr)
def test_odd_lists_of_arguments_raise(odd: Any) -> None:
    assert asked(odd)["raises"] == "TypeError"
    assert asked([], [] if odd is None else odd)["raises"] == "TypeError"


def test_the_calls_are_counted() -> None:
    one = oracle()
    replies = [asked(arguments(), of=one) for _ in range(MOST_CALLS + 2)]
    assert ["raises" in reply for reply in replies] == [False] * MOST_CALLS + [True] * 2
    assert replies[-1]["raises"] == "RuntimeError"


def test_the_time_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracles, "MOST_SECONDS", 0.0)
    one = oracle()
    assert "value" in asked(arguments(), of=one)
    assert asked(arguments(), of=one)["raises"] == "RuntimeError"


@pytest.mark.parametrize("kind", ["rnn", "lstm"])
def test_two_seeds_ask_in_another_order(kind: str) -> None:
    first, second = ([q.group for q in hidden(kind)(np.random.default_rng(seed))] for seed in (1, 2))
    assert sorted(first) == sorted(second)
    assert first != second


def test_right_suspects_agree_with_right_candidates() -> None:
    right = [KINDS["rnn"][0].index(name) + 1 for name in ("plain", "as_a_list", "another_order")]
    expected = materialised(Given(HIDDEN, ("rnn", "core", 0, 7)))(*arguments())
    for number in right:
        for array, other in zip(suspect("rnn", number)(*arguments()), expected, strict=True):
            np.testing.assert_allclose(array, other, atol=1e-12)
