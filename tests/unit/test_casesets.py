"""Case sets: the same seed gives the same set, another seed another, and sizes never coincide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.course import casesets, version
from autograder.course.assignment import Assignment
from autograder.course.casesets import PUBLIC_SEED, local_answer
from autograder.course.exercise import mistake, sizes
from autograder.errors import ExerciseError
from autograder.exercises import COURSE
from rnncourse.checking.caseset import CORE, dump, find_helper_answer, load, names
from rnncourse.checking.values import arrays_in, same_bits, to_json
from tests.ours import MODULES, draw_cases, exercises_of, find_exercise, reference, version_of

EXERCISES = [exercise.id for notebook in MODULES for exercise in exercises_of(notebook)]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_same_seed_gives_the_same_set(exercise: str) -> None:
    first, second = draw_cases(exercise, 5), draw_cases(exercise, 5)
    for a, b in zip(first.cases, second.cases, strict=True):
        assert same_bits(dict(a.inputs), dict(b.inputs))
        assert same_bits(a.expected, b.expected) or a.expected == b.expected


@pytest.mark.parametrize("exercise", EXERCISES)
def test_another_seed_gives_another(exercise: str) -> None:
    first, second = draw_cases(exercise, 5), draw_cases(exercise, 6)
    if not first.is_value:
        differ = [
            to_json(dict(a.inputs)) != to_json(dict(b.inputs))
            for a, b in zip(first.cases, second.cases, strict=False)
        ]
        assert differ[0], "the core must be drawn fresh, or it could be learnt by heart"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_core_comes_first_and_every_case_has_its_group(exercise: str) -> None:
    cases = draw_cases(exercise, 5)
    assert cases.groups[0].id == CORE
    assert cases.cases[0].group == CORE
    assert {case.group for case in cases.cases} == {group.id for group in cases.groups}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_public_set_is_the_one_in_the_package(exercise: str) -> None:
    shipped, drawn = load(exercise), draw_cases(exercise, PUBLIC_SEED)
    assert [case.group for case in shipped.cases] == [case.group for case in drawn.cases]
    assert shipped.hints == drawn.hints
    assert [m["id"] for m in dump(shipped)["mistakes"]] == [m.id for m in find_exercise(exercise)[1].mistakes]


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
        return local_answer(*arguments)

    monkeypatch.setattr(casesets, "local_answer", counted)
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


@pytest.mark.parametrize("exercise", EXERCISES)
def test_weights_are_of_order_one(exercise: str) -> None:
    for case in draw_cases(exercise, 5).cases:
        if case.group == "large":
            continue  # what lies beyond the range of exp
        for name, array in arrays_in(dict(case.inputs)):
            if name.startswith("['W") and array.any():
                assert 0.05 < np.abs(array).max() < 50, name


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


def test_a_version_holds_what_decides_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: set[str] = set()
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: read.add(self.as_posix()) or real(self))
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
