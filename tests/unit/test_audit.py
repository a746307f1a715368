"""The audit finds every kind of hole, and none in a sound exercise."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from autograder.authoring import slip_audit
from autograder.authoring.audit import Row, audit, summary
from autograder.authoring.slip_audit import Passing, SlipRow, slip_summary
from autograder.cli import main
from autograder.course.exercise import Exercise, mistake, other_way
from autograder.course.slips.running import Runner, slips_for
from autograder.course.slips.survivors import same
from autograder.errors import ExerciseError
from autograder.exercises import COURSE
from tests.unit import fakes


def _holes(declared: Exercise, solution: str = fakes.SOLUTION) -> set[tuple[str, str]]:
    return {(row.kind, row.hole) for row in audit(fakes.course(declared, solution)) if row.hole}


def test_a_sound_exercise_has_none() -> None:
    assert _holes(fakes.exercise()) == set()


def test_every_part_of_it_is_looked_at() -> None:
    seen = {(row.kind, row.id) for row in audit(fakes.course(fakes.exercise()))}
    assert seen == {
        ("reference", "reference"),
        ("single", "reference"),
        ("cast", "tripled"),
        ("cast", "squared"),
        ("stub", "stub"),
        ("mistake", "tripled"),
        ("mistake", "squared"),
        ("other way", "sum"),
        ("relation", "negated"),
    }


def test_a_mistake_that_passes() -> None:
    harmless = mistake("harmless", "A hint.", ("2 * x", "x * 2"))
    assert _holes(fakes.exercise(mistakes=(harmless,))) == {("mistake", "this mistake passes")}


def test_a_mistake_with_the_hint_of_another() -> None:
    first = mistake("first", "A hint.", ("2 * x", "3 * x"))
    second = mistake("second", "Another hint.", ("2 * x", "x + x + x"))
    found = _holes(fakes.exercise(mistakes=(first, second)))
    assert found == {("mistake", "diagnosed as first")}
    again = mistake("again", "A hint.", ("2 * x", "x + x + x"))
    assert _holes(fakes.exercise(mistakes=(first, again))) == set(), "who makes it is told the same"


def test_a_mistake_that_is_not_recognised() -> None:
    source = "import random\ndef double(x):\n    return x * random.random()"
    moody = mistake("moody", "A hint.", source=source)
    found = _holes(fakes.exercise(mistakes=(moody,)))
    assert any(kind == "mistake" and hole.startswith("diagnosed as") for kind, hole in found)


def test_a_right_way_that_is_refused() -> None:
    refused = other_way("refused", ("2 * x", "2.1 * x"))
    found = _holes(fakes.exercise(other_ways=(refused,)))
    assert [kind for kind, _ in found] == ["other way"] * len(found)
    assert found


def test_a_relation_that_the_reference_breaks() -> None:
    sound = fakes.exercise()
    broken = replace(sound.invariants[0], relate=lambda i, first, j, second: bool((first == second).all()))
    found = _holes(fakes.exercise(invariants=(broken,)))
    assert found == {("relation", "the reference breaks this relation")}


def test_a_reference_with_a_bad_manner() -> None:
    found = _holes(
        fakes.exercise(mistakes=(), other_ways=()),
        fakes.SOLUTION.replace("return 2 * x", "x *= 2\n    return +x"),
    )
    assert "reference" in {kind for kind, _ in found}


def test_a_stub_that_is_an_answer() -> None:
    found = _holes(fakes.exercise(), "def double(x):\n    return 2 * x")
    assert ("stub", "the stub counts as started") in found


def test_an_edit_that_does_not_apply() -> None:
    lost = mistake("lost", "A hint.", ("no such text", ""))
    with pytest.raises(ExerciseError, match="occurs 0 times"):
        _holes(fakes.exercise(mistakes=(lost,)))


@pytest.mark.parametrize(
    ("declared", "hole"), [("another", "declared but not graded"), ("another", "graded but not declared")]
)
def test_an_exercise_without_a_counterpart(declared: str, hole: str) -> None:
    first_two = list(
        islice(audit(fakes.course(replace(fakes.exercise(), id=declared))), 2)
    )  # there is nothing more to be said about it
    assert hole in {row.hole for row in first_two}


def test_the_summary_names_every_hole() -> None:
    row = Row("98_fake", "double", "mistake", "harmless", 3, 1.0, "", "this mistake passes")
    lines = summary([row])
    assert "1 HOLES" in lines[0]
    assert lines[1] == "HOLE double, mistake harmless, seed 3: this mistake passes"


@pytest.mark.slow
def test_several_processes_find_the_same() -> None:
    assert list(audit(COURSE, ["00_start_here"], jobs=2)) == list(audit(COURSE, ["00_start_here"]))


def test_names_do_not_depend_on_the_draw() -> None:
    rows = list(audit(COURSE, ["00_start_here"], draws=8))
    assert {row.seed for row in rows} == {20_000, *range(1, 9)}
    assert not [row for row in rows if row.hole]
    assert {row.kind for row in rows} >= {"single", "cast"}


def test_a_name_stands_for_one_mistake_or_way_of_its_exercise() -> None:
    for assignment in COURSE:
        for exercise in assignment.exercises:
            ids = [variant.id for variant in (*exercise.mistakes, *exercise.other_ways)]
            assert sorted(ids) == sorted(set(ids)), exercise.id


def test_a_slip_that_passes_is_explained_or_told() -> None:
    passing = (
        Passing("one_in_h", "", "h = 1 * h", "one times is the same"),
        Passing("two_in_h", "", "h = +h"),
    )
    row = SlipRow("98_fake", "double", 9, 4, 1, 1, 1, passing)
    lines = list(slip_summary([row]))
    assert [line for line in lines if line.startswith("PASSES")] == ["PASSES double: two_in_h: h = +h"]
    assert lines[-1].endswith("2 pass, 1 of them unexplained")


@pytest.mark.parametrize(("reason", "code"), [("a sign that is squared", 0), ("", 1)])
def test_a_passing_slip_without_a_reason_fails_the_audit(
    reason: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = SlipRow("98_fake", "double", 9, 4, 1, 1, 1, (Passing("negative_in_h", "", "h = -h", reason),))
    monkeypatch.setattr(slip_audit, "audit_slips", lambda *_: iter([row]))
    assert main(["audit", "--slips"]) == code
    assert f"1 pass, {code} of them unexplained" in capsys.readouterr().out


def test_what_is_explained_is_an_exercise() -> None:
    known = {exercise.id for assignment in COURSE for exercise in assignment.exercises}
    assert set(COURSE.harmless) <= {"*", *known}


def test_a_slip_in_a_helper_is_felt_above_the_next() -> None:
    assignment = COURSE.with_exercise("tag_forward")
    slip = slips_for(assignment, "tag_forward")["no_activation_as_rnn_step"]
    runner = Runner(assignment, assignment.exercise("tag_forward"), assignment.draw("tag_forward", 1).cases)
    prints = runner.prints(slip.edits)
    assert prints
    assert not same(prints, runner.right())
