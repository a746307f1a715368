"""Case sets: the same seed gives the same set, another seed another, and sizes never coincide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.course import casesets, version
from autograder.course.assignment import Assignment
from autograder.course.casesets import PUBLIC_SEED
from autograder.course.exercise import mistake, sizes
from autograder.errors import ExerciseError
from autograder.exercises import COURSE
from rnncourse.checking.caseset import CORE, Case, CaseSet, dump, find_helper_answer, load, names
from rnncourse.checking.codec import to_json
from rnncourse.checking.diagnose import examine
from rnncourse.checking.here import answer_here
from rnncourse.checking.properties import Property
from rnncourse.checking.values import arrays_in, same_bits
from tests.ours import MODULES, draw_cases, exercises_of, find_exercise, reference, version_of

EXERCISES = [exercise.id for notebook in MODULES for exercise in exercises_of(notebook)]


@pytest.fixture(scope="module")
def drawn() -> dict[str, CaseSet]:
    """The case set of each exercise for one seed."""
    return {exercise: draw_cases(exercise, 5) for exercise in EXERCISES}


def _equal(a: Case, b: Case) -> bool:
    if isinstance(a.expected, Property):
        same = repr(a.expected) == repr(b.expected)
    else:
        same = same_bits(a.expected, b.expected)
    return same and repr(to_json(dict(a.inputs))) == repr(to_json(dict(b.inputs)))  # functions included


@pytest.mark.slow
def test_the_same_seed_gives_the_same_set(drawn: dict[str, CaseSet]) -> None:
    again = {exercise: draw_cases(exercise, 5).cases for exercise in EXERCISES}
    pairs = {exercise: zip(drawn[exercise].cases, again[exercise], strict=True) for exercise in EXERCISES}
    assert [exercise for exercise in EXERCISES if not all(_equal(a, b) for a, b in pairs[exercise])] == []


@pytest.mark.slow
def test_the_core_is_drawn_fresh_or_it_could_be_learnt_by_heart(drawn: dict[str, CaseSet]) -> None:
    learnt = []
    for exercise in (e for e in EXERCISES if not drawn[e].is_value):
        one, other = drawn[exercise].cases[0].inputs, draw_cases(exercise, 6).cases[0].inputs
        if to_json(dict(one)) == to_json(dict(other)):
            learnt.append(exercise)
    assert learnt == []


def test_where_many_answers_are_right_the_reference_is_asked_in_the_first_draw_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assignment = replace(COURSE.assignment("12_capstone"))
    asked = list[str]()
    monkeypatch.setattr(casesets, "_answer", lambda target, exercise, question: asked.append(question.group))
    first, second = (assignment.draw("experiment", seed).cases for seed in (5, 6))
    assert asked == [case.group for case in first]
    assert [case.seconds for case in first] == [case.seconds for case in second]


def test_the_core_comes_first(drawn: dict[str, CaseSet]) -> None:
    first = {
        exercise: (cases.groups[0].id, cases.cases[0].group)
        for exercise, cases in drawn.items()
        if "candidate" not in cases.cases[0].inputs  # right and wrong ones come in any order
    }
    assert {exercise: ids for exercise, ids in first.items() if ids != (CORE, CORE)} == {}


def test_every_case_has_its_group_and_every_group_its_case(drawn: dict[str, CaseSet]) -> None:
    odd = {e: {c.group for c in s.cases} ^ {group.id for group in s.groups} for e, s in drawn.items()}
    assert {exercise: groups for exercise, groups in odd.items() if groups} == {}


def _told(cases: CaseSet) -> tuple[object, ...]:
    return [case.group for case in cases.cases], cases.hints


@pytest.mark.slow
def test_the_public_sets_are_those_in_the_package() -> None:
    stale = []
    for exercise in EXERCISES:
        shipped, known = load(exercise), [m.id for m in find_exercise(exercise)[1].mistakes]
        same = _told(shipped) == _told(draw_cases(exercise, PUBLIC_SEED))
        if not same or (not shipped.is_value and [m["id"] for m in dump(shipped)["mistakes"]] != known):
            stale.append(exercise)
    assert stale == [], "run `python -m autograder build`"


def test_there_are_public_cases_for_every_exercise_and_no_others() -> None:
    assert names() == sorted(EXERCISES)


def test_known_mistakes_are_run_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_: object) -> Any:
        raise AssertionError("a mistake was run")

    monkeypatch.setattr(Assignment, "variant", no)
    cases = draw_cases("affine", 3)
    with pytest.raises(AssertionError, match="a mistake was run"):
        cases.known()


def test_a_known_mistake_answers_once_and_no_more_cases_than_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases, asked = draw_cases("affine", 3), 0
    mistake = next(mistake for mistake in cases.known() if not mistake.manner)

    def counted(*arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return answer_here(*arguments)

    monkeypatch.setattr(casesets, "answer_here", counted)
    first = next(iter(mistake.answers))
    assert asked == 1
    every = list(mistake.answers)
    assert every[0] == first
    assert list(mistake.answers) == every
    assert asked == len(every) == len(cases.cases)


def test_what_the_right_solution_asks_its_helpers_is_recorded() -> None:
    case = draw_cases("rnn_forward", 3).cases[0]
    assert {name for name, _, _ in case.helpers} == {"rnn_step"}
    name, asked, answer = case.helpers[0]
    assert same_bits(find_helper_answer(case, name, list(asked.values()), {}), answer)
    assert same_bits(find_helper_answer(case, name, [], dict(asked)), answer)
    with pytest.raises(LookupError):
        find_helper_answer(case, name, [np.zeros_like(a) for a in asked.values()], {})
    with pytest.raises(LookupError):
        find_helper_answer(case, name, list(asked.values())[:-1], {})


@pytest.mark.parametrize("seed", range(20))
def test_sizes_are_all_different(seed: int) -> None:
    drawn = sizes(np.random.default_rng(seed), "N", "T", "D", "H", "K")
    assert len(set(drawn)) == 5
    assert min(drawn) >= 2


def _odd_weights(case: Case) -> list[str]:
    weights = [(n, array) for n, array in arrays_in(dict(case.inputs)) if n.startswith("['W") and array.any()]
    return [name for name, array in weights if not 0.05 < np.abs(array).max() < 50]


def test_weights_are_of_order_one_unless_their_group_is_about_large_ones(drawn: dict[str, CaseSet]) -> None:
    usual = [(exercise, case) for exercise, s in drawn.items() for case in s.cases if case.group != "large"]
    odd = [(exercise, case.group, _odd_weights(case)) for exercise, case in usual if _odd_weights(case)]
    assert odd == []


def test_an_unknown_exercise_is_named() -> None:
    with pytest.raises(ExerciseError, match="nothing"):
        draw_cases("nothing", 0)
    with pytest.raises(ExerciseError, match="02_forward"):
        exercises_of("nothing")


def test_a_mistake_needs_a_hint_and_a_manner_that_exists() -> None:
    with pytest.raises(ValueError, match="no hint"):
        mistake("m", " ")
    with pytest.raises(ValueError, match="changes_its_input"):
        mistake("m", "A hint.", manner="rude")


def test_the_reference_is_the_solution_of_the_master() -> None:
    assert reference("affine")(np.ones((1, 1)), np.ones((1, 1)), np.zeros(1))[0, 0] == np.tanh(1)


def test_versions_of_notebooks_differ() -> None:
    versions = {version_of(name) for name in MODULES}
    assert len(versions) == len(MODULES)


def test_a_version_holds_what_decides_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    monkeypatch.setattr(version, "_content", lambda path: read.add(path.as_posix()) or path.read_bytes())
    version.version_of(COURSE.assignment("02_forward"))
    for part in (
        "solutions/02_forward.py",
        "autograder/exercises/forward/cell.py",
        "autograder/exercises/forward/draws.py",
        "autograder/sandbox/session.py",
        "autograder/sandbox/inside/worker.py",
        "autograder/judging/judge.py",
        "rnncourse/checking/compare.py",
    ):
        assert any(path.endswith(part) for path in read), part
    for part in ("plots/", "exercises/lstm/", "03_bptt.py", "autograder/report/", "autograder/demo/"):
        assert not any(part in path for path in read), part


def test_a_mistake_is_held_first_against_a_wrong_answer_that_takes_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Most mistakes are another one than the student's there, and need no second case."""
    cases, asked = draw_cases("rnn_step", 3), list[int]()
    slow = replace(
        cases, cases=tuple(replace(case, seconds=1.0 / (n + 1)) for n, case in enumerate(cases.cases))
    )
    last = len(cases.cases) - 1
    real = casesets._Answers.__getitem__
    monkeypatch.setattr(casesets._Answers, "__getitem__", lambda self, n: (asked.append(n), real(self, n))[1])
    finding = examine(slow, lambda case, _: answer_here(lambda *_: np.ones((2, 2)), False, case.inputs))
    assert finding.outcome == "wrong"
    assert set(asked) == {last}
