"""One call of a student's function: its answer, its errors, its manners."""

from __future__ import annotations

import functools
import sys
import warnings
from typing import Any

import numpy as np
import pytest

from rnncourse.checking.calling import MOST_OUTPUT, Answer, call
from rnncourse.checking.given import Given, Seeded


def _call(source: str, name: str = "f", helpers: Any = None, **inputs: Any) -> Answer:
    names: dict[str, Any] = {"np": np}
    exec(compile(source, "<cell 1>", "exec"), names)
    return call(names[name], inputs, helpers)


def test_arguments_are_passed_by_position() -> None:
    assert _call("def f(p, q): return p - q", first=5, second=3).value == 2


def test_the_inputs_stay_as_they_were_and_the_change_is_named() -> None:
    x, y = np.ones(3), np.ones(3)
    answer = _call("def f(x, y):\n    x += 1\n    return y.sum()", x=x, y=y)
    assert answer.changed == ("x",)
    assert x.tolist() == [1, 1, 1]


def test_a_change_inside_a_dict_is_seen() -> None:
    assert _call("def f(p): p['W'][0] = 9", p={"W": np.zeros(2)}).changed == ("p",)


@pytest.mark.parametrize(
    ("source", "shared"),
    [
        ("def f(x): return x.T", ("the answer and x",)),
        ("def f(x): return [x + 1, x[:1]]", ("the answer[1] and x",)),
        ("def f(x):\n    y = x + 1\n    return y, y[1:]", ("the answer[0] and the answer[1]",)),
        ("def f(x): return x", ("the answer and x",)),
        ("def f(x): return np.frombuffer(x, float)", ("the answer and x",)),
        ("def f(x): return np.frombuffer(memoryview(x))", ("the answer and x",)),
        ("def f(x): return np.lib.stride_tricks.as_strided(x, (2,), (8,))", ("the answer and x",)),
        ("class A(np.ndarray): pass\ndef f(x): return x.view(A)", ("the answer and x",)),
        (
            "class A(np.ndarray): pass\ndef f(x):\n    y = A((3, 2))\n    return y, y",
            ("the answer[0] and the answer[1]",),
        ),
        ("def f(x): return [x[:0], np.ones((2, 2))[0]]", ()),
        ("def f(x): return x.copy()", ()),
    ],
)
def test_shared_memory_is_named(source: str, shared: tuple[str, ...]) -> None:
    assert _call(source, x=np.ones((3, 2))).shared == shared


def test_an_exception_is_shown_at_the_students_own_line() -> None:
    answer = _call("def f(x):\n    y = 1\n    return np.zeros(2) @ np.zeros(x)", x=3)
    assert answer.raised
    assert (answer.raised.kind, answer.raised.line) == ("ValueError", 3)
    assert not answer.answered


def test_an_exception_in_a_helper_of_the_student_is_shown_there() -> None:
    answer = _call("def g():\n    return 1 / 0\ndef f():\n    return g()")
    assert answer.raised
    assert (answer.raised.kind, answer.raised.line) == ("ZeroDivisionError", 2)


@pytest.mark.parametrize("source", ["def f(): exit()", "import sys\ndef f(): sys.exit(0)"])
def test_leaving_is_an_error(source: str) -> None:
    answer = _call(source)
    assert answer.raised
    assert answer.raised.kind == "SystemExit"


def test_an_answer_that_is_no_value_is_an_error() -> None:
    answer = _call("def f(): return object()")
    assert answer.raised
    assert "object is not a number" in answer.raised.message


def test_nothing_reaches_the_screen(capfd: pytest.CaptureFixture[str]) -> None:
    source = "import sys, warnings\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n"
    source += "    warnings.warn('careful')\n    return np.log(np.zeros(1)) / 0"
    answer = _call(source)
    assert answer.printed == "out\nerr\n"
    assert capfd.readouterr() == ("", "")


def test_warnings_and_error_settings_are_as_before() -> None:
    before = np.geterr(), list(warnings.filters), sys.stdout
    _call("def f(): np.seterr(all='raise')")
    assert (np.geterr(), list(warnings.filters), sys.stdout) == before


def test_endless_printing_is_cut() -> None:
    assert len(_call("def f():\n    for _ in range(10_000): print('x' * 100)").printed) == MOST_OUTPUT


def test_helpers_stand_in_for_one_call() -> None:
    source = "def g(): return 'mine'\ndef f(): return g()"
    names: dict[str, Any] = {}
    exec(source, names)
    assert call(names["f"], {}, {"g": lambda: "theirs"}).value == "theirs"
    assert call(names["f"], {}).value == "mine"


def test_a_helper_that_was_not_there_is_gone_again() -> None:
    names: dict[str, Any] = {}
    exec("def f(): return g()", names)
    call(names["f"], {}, {"g": lambda: 1})
    assert "g" not in names


def test_functions_and_generators_are_made_anew_for_each_call() -> None:
    source = "def f(loss, rng): return loss({'a': np.ones(2)}), rng.normal()"
    first, second = (_call(source, loss=Given("sum_of_squares"), rng=Seeded(7)) for _ in range(2))
    assert first.value == second.value
    assert first.value[0] == 1.0
    assert first.changed == ()


class _Caller:
    def __call__(self) -> Any:
        return _helped()

    def method(self) -> Any:
        return _helped()


def _helped() -> Any:
    return _helper_of_mine()  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.parametrize(
    "function", [_helped, functools.partial(_helped), functools.cache(_helped), _Caller(), _Caller().method]
)
def test_helpers_stand_in_whatever_kind_of_callable_asks(function: Any) -> None:
    assert call(function, {}, {"_helper_of_mine": lambda: 5}).value == 5
