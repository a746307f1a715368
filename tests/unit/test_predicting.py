"""``predict`` and ``compare``: what a reader is told of a guess, and that nothing is ever raised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnncourse import predict


class Sulky:
    """Not a number, and not willing to be printed or compared."""

    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __float__(self) -> float:
        raise RuntimeError


def told(capsys: pytest.CaptureFixture[str], guess: Any, measured: Any, **how: Any) -> str:
    """Return what is printed by the comparison, which is at most two lines and nothing on stderr."""
    among = how.pop("among", ())
    noted = predict(guess, among=among)
    capsys.readouterr()
    noted.compare(measured, **how)
    out, err = capsys.readouterr()
    assert err == ""
    assert 1 <= out.count("\n") <= 2
    return out


@pytest.mark.parametrize(
    ("guess", "measured", "how", "expected"),
    [
        (1.0, 1.05, {}, "You said 1; it is 1.05: right."),
        (
            31,
            34,
            {"within": 0, "unit": "parameters"},
            "31 parameters; it is 34 parameters: too low by 3.",
        ),
        (5, 2, {}, "right to a factor of 2.5."),
        (1, 2600, {}, "You said 1; it is 2,600: too small by a factor of 2,600."),
        (3e80, 5.8e-75, {}, "too large by a factor of 5.17e+154."),
        (-1, 2, {}, "the sign is the other one."),
        (-6, -1, {}, "too large by a factor of 6."),
        (0, 0.36, {}, "too low by 0.36."),
        (0, 0, {}, "right."),
        (float("inf"), 3, {}, "too high by inf."),
        (float("nan"), 3, {}, "not a number."),
        (np.float32(0.5), np.array([0.5]), {}, "right."),
        ([1, 2, 3], np.array([1, 2, 30]), {}, "You said 1, 2, 3; it is 1, 2, 30: 2 of 3 right."),
        ([1, 2, 9], [1, 3, 90], {}, "1 of 3 right, 1 more to a factor of 3."),
        ([1, 2], [1, 3], {"within": 0}, "1 of 2 right."),
        ((3, 5), (3, 5), {"within": 0}, "right."),
        ((3,), (3, 5), {"within": 0}, "1 of 2 numbers."),
        ("falls", "falls", {"among": ("grows", "falls")}, "Right: falls."),
        (" Grows", "falls", {"among": ("grows", "falls")}, "You said:  Grows. What came out: falls."),
        (["a", "b", "a"], ["a", "a", "a"], {"among": ("a", "b")}, "a, a, a (2 of 3 right)."),
        (["a"], ["a", "b"], {"among": ("a", "b")}, "1 choices of 2"),
        (True, "True", {"among": (True, False)}, "Right: True."),
    ],
)
def test_a_guess_is_compared_in_words(
    capsys: pytest.CaptureFixture[str], guess: Any, measured: Any, how: dict[str, Any], expected: str
) -> None:
    assert expected in told(capsys, guess, measured, **how)


@pytest.mark.parametrize("among", [(), ("grows", "falls")])
@pytest.mark.parametrize("guess", [..., [1.0, ...], ("grows", ...), None])
def test_an_open_guess_is_asked_for_and_not_compared(
    capsys: pytest.CaptureFixture[str], guess: Any, among: tuple[str, ...]
) -> None:
    noted = predict(guess, among=among)
    asked = capsys.readouterr().out
    assert asked.count("\n") == 1
    assert "Your guess first" in asked
    noted.compare(12345.0)
    out = capsys.readouterr().out
    assert out.startswith("Not compared.")
    assert "12,345" not in out


def test_several_guesses_and_none_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert predict(1, 2).value == [1, 2]
    assert predict().value is ...
    assert capsys.readouterr().out.startswith("Noted: 1, 2.")


def test_a_bad_choice_is_told_the_choices(capsys: pytest.CaptureFixture[str]) -> None:
    predict("shrinks", among=("grows", "falls"))
    assert "'shrinks' is none of the choices, which are 'grows' or 'falls'." in capsys.readouterr().out


@pytest.mark.parametrize(
    "guess", ["a lot", [], {}, np.array([1j]), Sulky(), [Sulky()], 1j, [[1], [2, 3]], object, "", {1: 2}]
)
@pytest.mark.parametrize("among", [(), ("grows", "falls")])
@pytest.mark.parametrize("measured", [1.0, [1.0, 2.0], "falls", None, Sulky(), []])
def test_nothing_is_raised_whatever_the_guess_is(
    capsys: pytest.CaptureFixture[str], guess: Any, among: tuple[str, ...], measured: Any
) -> None:
    predict(guess, among=among).compare(measured)
    out, err = capsys.readouterr()
    assert "Noted: Sulky" not in out
    assert out.count("\n") == 2
    assert err == ""


@pytest.mark.parametrize("measured", [float("nan"), float("inf"), -float("inf"), 0.0, 5e-324, 1e308])
@pytest.mark.parametrize("guess", [float("nan"), float("inf"), -float("inf"), 0.0, 5e-324, -1e308])
def test_no_warning_at_the_ends_of_the_numbers(
    capsys: pytest.CaptureFixture[str], guess: float, measured: float
) -> None:
    assert told(capsys, guess, measured).startswith("You said")
