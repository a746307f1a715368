"""Numbers that follow from the student: from ``me`` over the check to the grade, and not with another's."""

from __future__ import annotations

import pytest

import rnncourse
from autograder.course.own import OTHER, numbers_of, own_cases, wrong
from autograder.judging.judge import judge
from autograder.judging.verdict import Verdict
from autograder.sandbox import Session
from rnncourse import own_numbers as module
from rnncourse.checking.caseset import load
from rnncourse.checking.here import examine_here
from rnncourse.checking.outcomes import CORRECT
from rnncourse.notebook import find
from tests.handing_in import hand_in, solutions_of
from tests.ours import COURSE

WITH_OWN = {"03_bptt": "scalar_bptt", "04_training": "training_numbers"}
NAME, EXERCISE = "04_training", "training_numbers"
ME, OTHERS = "student-07", "student-08"


@pytest.fixture(autouse=True)
def nobody_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_who", "")


def answered(notebook: str, exercise: str) -> dict[str, object]:
    """Return what a student has after running the solution here, under the id that was said."""
    master = COURSE.assignment(notebook).master
    names: dict[str, object] = {"mine": rnncourse.mine, "np": __import__("numpy")}
    exec(master.solution(exercise), names)
    return names


@pytest.mark.parametrize(("notebook", "exercise"), WITH_OWN.items())
def test_the_check_is_about_one_s_own_numbers(notebook: str, exercise: str) -> None:
    usual = answered(notebook, exercise)
    assert find(exercise, usual).outcome == CORRECT, "off by default"
    rnncourse.me(ME)
    own = answered(notebook, exercise)
    assert own[exercise] != usual[exercise]
    assert find(exercise, own).outcome == CORRECT
    finding = find(exercise, usual)
    assert (finding.outcome == CORRECT, finding.mistake) == (False, OTHER)
    rnncourse.me(OTHERS)
    assert find(exercise, own).mistake == OTHER


@pytest.mark.parametrize(("notebook", "exercise"), WITH_OWN.items())
def test_no_two_sets_of_numbers_are_the_same_and_the_data_are_those_of_the_declaration(
    notebook: str, exercise: str
) -> None:
    assignment = COURSE.assignment(notebook)
    declared = assignment.exercise(exercise)
    sets = [numbers_of(declared, kind) for kind in range(module.KINDS)]
    assert len({tuple(one.values()) for one in sets}) == module.KINDS
    rnncourse.me(ME)
    kind = module.kind_of(ME)
    assert rnncourse.mine(exercise, **dict.fromkeys(sets[kind], 0.0)) == tuple(sets[kind].values())
    public, hidden = module.own_cases(load(exercise)), own_cases(assignment, declared, kind)
    assert (public.parts, public.tolerance) == (hidden.parts, hidden.tolerance)


@pytest.mark.parametrize(("notebook", "exercise"), WITH_OWN.items())
def test_no_known_mistake_passes_with_any_numbers(notebook: str, exercise: str) -> None:
    assignment = COURSE.assignment(notebook)
    declared = assignment.exercise(exercise)
    for kind in range(module.KINDS):
        cases = own_cases(assignment, declared, kind)
        found = {id: examine_here(cases, value).outcome for id, _, value in wrong(assignment, declared, kind)}
        assert CORRECT not in found.values(), (kind, found)


def test_ids_are_compared_without_case_and_must_be_there() -> None:
    assert module.kind_of(" Student-07 ") == module.kind_of(ME) != module.kind_of(OTHERS)
    with pytest.raises(ValueError, match="the id under which you hand in"):
        rnncourse.me(" ")


@pytest.mark.slow
def test_the_grade_is_about_the_student_s_numbers_whatever_the_line_says(any_session: Session) -> None:
    def verdict(said: str, student: str | None) -> Verdict:
        first = f'from rnncourse import me\nme("{said}")' if said else ""
        data = hand_in(NAME, {EXERCISE: solutions_of(NAME)[EXERCISE]}, first=first)
        judged = judge(
            data, COURSE, any_session, b"secret", student=student or ME, notebook=NAME, own=student
        )
        return next(v for v in judged.graded.verdicts if v.exercise == EXERCISE)

    mine = verdict(ME, ME)
    assert (mine.outcome, mine.flags) == (CORRECT, ())
    theirs = verdict(OTHERS, ME)
    assert (theirs.score == theirs.max_score, theirs.mistake) == (False, OTHER)
    assert theirs.flags == (f"the notebook says me('{OTHERS}') and was handed in by {ME}",)
    without = verdict("", ME)
    assert (without.mistake, without.flags) == (OTHER, ("the answer is right for somebody else's numbers",))
    assert verdict("", None).outcome == CORRECT, "off by default"
    off = verdict(ME, None)
    assert off.outcome != CORRECT
    assert "c.Judge.own_numbers" in off.flags[0]
