"""Our way is shown after three hints and a failed check, from a folder that students of a class do not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from rnncourse import solution
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED, WRONG
from rnncourse.errors import UnknownExercise
from rnncourse.learning import solving
from rnncourse.learning.record import Entry
from tests.ours import MODULES, exercises_of, read_master

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS, SOLUTIONS = ROOT / "notebooks", ROOT / "solutions"
TRIED = Entry(WRONG, WRONG, failed=1, hints=3)


@pytest.mark.parametrize("name", MODULES)
def test_the_code_is_that_of_the_solved_notebook_and_a_reason_stands_with_it(name: str) -> None:
    for exercise in exercises_of(name):
        assert solving.code_of(SOLUTIONS, exercise.id) == read_master(name).solution(exercise.id).rstrip()
        assert 40 < len(solving.reason(SOLUTIONS, exercise.id)) < 600, f"why.md says nothing on {exercise.id}"


@pytest.mark.parametrize(
    ("known", "opens"),
    [
        (Entry(), False),
        (Entry(WRONG, WRONG, failed=1, hints=2), False),
        (Entry(NOT_ATTEMPTED, NOT_ATTEMPTED, checks=4, hints=3), False),
        (TRIED, True),
        (Entry(CORRECT, CORRECT), True),
    ],
)
def test_it_opens_for_those_who_tried(known: Entry, opens: bool) -> None:
    html, text = solving.shown("rnn_step", known, NOTEBOOKS)
    assert ("np.tanh(x_t @ Wxh" in text) == opens
    assert ("<pre" in html) == opens
    assert opens or "solution(&quot;rnn_step&quot;) opens after 3 hints and a check that failed" in html


def test_it_can_be_turned_off_and_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not on this machine" in solving.shown("rnn_step", TRIED, tmp_path)[1]
    monkeypatch.setenv(solving.WHERE, str(SOLUTIONS))
    assert "np.tanh" in solving.shown("rnn_step", TRIED, tmp_path)[1]
    monkeypatch.setenv(solving.WHERE, "off")
    assert "turned off in this class" in solving.shown("rnn_step", TRIED, NOTEBOOKS)[1]


@pytest.mark.parametrize("name", ["nothing", "derivation", "../x", ".*", ""])
def test_what_is_no_exercise_has_no_solution(name: str) -> None:
    with pytest.raises(UnknownExercise):
        solution(name)


def test_code_in_a_reason_is_set_as_code() -> None:
    html, text = solving.shown("gradient_check", TRIED, NOTEBOOKS)
    assert "<code>max(worst, nan)</code>" in html
    assert "`" not in text.partition("def ")[0]
