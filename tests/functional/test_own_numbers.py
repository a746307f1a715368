"""Numbers that follow from the student: from ``me`` over the check to the grade, and not with another's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import rnncourse
from autograder import cli, sandbox
from autograder.course.own import OTHER, numbers_of, own_cases, wrong
from autograder.judging.judge import judge, lost
from autograder.judging.verdict import Verdict
from autograder.running import grading
from autograder.running.grading import Done, Job, Setting
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
def test_the_reference_is_about_everybody_s_numbers_whoever_works_in_this_process(
    notebook: str, exercise: str
) -> None:
    usual = answered(notebook, exercise)[exercise]
    rnncourse.me(ME)
    anew = replace(COURSE.assignment(notebook))
    assert anew.reference(exercise) == usual
    assert anew.changed(exercise, anew.master.solution(exercise)) == usual
    assert module.kind_of(module._who) == module.kind_of(ME)


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


def handed_in(said: str) -> bytes:
    """Return a right answer that was worked out with the usual numbers, and a line that says whose it is."""
    first = f'from rnncourse import me\nme("{said}")' if said else ""
    return hand_in(NAME, {EXERCISE: solutions_of(NAME)[EXERCISE]}, first=first)


@pytest.mark.slow
def test_the_grade_is_about_the_student_s_numbers_whatever_the_line_says(any_session: Session) -> None:
    def verdict(said: str, *own: str, off: bool = False) -> Verdict:
        judged = judge(
            handed_in(said), COURSE, any_session, b"secret", notebook=NAME, own=None if off else own
        )
        return next(v for v in judged.graded.verdicts if v.exercise == EXERCISE)

    mine = verdict(ME, ME)
    assert (mine.outcome, mine.flags) == (CORRECT, ())
    theirs = verdict(OTHERS, ME)
    assert (theirs.score == theirs.max_score, theirs.mistake) == (False, OTHER)
    said = f"the notebook says me('{OTHERS}') and was handed in by {ME}, with whose numbers it is judged"
    assert theirs.flags == (said,)
    without, why = verdict("", ME), "the notebook has no line me(...): judged with the numbers of"
    assert (without.mistake, without.flags) == (OTHER, (f"{why} {ME}, who handed it in",))
    assert verdict("", off=True).outcome == CORRECT, "off by default"
    off = verdict(ME, off=True)
    assert off.outcome != CORRECT
    assert "c.Judge.own_numbers" in off.flags[0]
    group = verdict(OTHERS, ME, OTHERS)
    assert (group.outcome, group.flags) == (CORRECT, ()), "the line chooses one of those who handed it in"
    nobody = verdict(ME)
    assert (nobody.outcome, "nothing else says whose it is" in nobody.flags[0]) == (CORRECT, True)
    neither = verdict("")
    assert (neither.outcome, "that stand in the notebook" in neither.flags[0]) == (CORRECT, True)


def test_files_without_a_course_are_graded_with_the_numbers_of_whose_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {}

    def graded(jobs: list[Job], setting: Setting, *_: object) -> Iterator[Done]:
        for job in jobs:
            asked[job.student] = setting.own_of(job)
            result = lost(job.label, COURSE, NAME, "").graded
            verdicts = tuple(replace(v, flags=("look",)) for v in result.verdicts)
            yield Done(job, replace(result, verdicts=verdicts), False, "", "")

    monkeypatch.setattr(grading, "grade_all", graded)
    monkeypatch.setattr(sandbox, "choose", lambda *_: None)
    for student in ("1207", "student-08"):
        place = tmp_path / "class" / student / f"{NAME}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_bytes(b"{}")
    (tmp_path / "roster.csv").write_text("id,canvas_id\nstudent-07,1207\n")
    words = ["grade", str(tmp_path / "class"), "--roster", str(tmp_path / "roster.csv")]
    assert cli.main([*words, "--own-numbers"]) == 0
    assert asked == {"student-07": ("student-07", "1207"), "student-08": ("student-08",)}
    assert "for a person: look" in capsys.readouterr().out
    assert cli.main(words) == 0
    assert asked == {"student-07": None, "student-08": None}
    asked.clear()
    assert cli.main(["grade", str(place), "--own-numbers", "--student", ME]) == 0
    assert asked == {ME: (ME,)}
