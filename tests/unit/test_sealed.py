"""Values in the case data: nobody reads them there, and a check decides as grading does."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.build import public_cases
from autograder.exercises import COURSE
from rnncourse import serving
from rnncourse.checking import sealed
from rnncourse.checking.caseset import CaseSet, dump, load, restore
from rnncourse.checking.codec import to_json
from rnncourse.checking.compare import Tolerance, compare
from rnncourse.checking.diagnose import Finding, examine
from rnncourse.checking.here import answer_here
from rnncourse.checking.properties import Property
from rnncourse.checking.sealed import Lock, Sealed, seal, unseal
from tests.ours import MODULES, draw_cases, exercises_of, find_exercise, reference, variant

pytestmark = pytest.mark.slow

VALUES = [e.id for notebook in MODULES for e in exercises_of(notebook) if e.is_value]
FAR: list[Any] = [
    None,
    True,
    "10",
    [10],
    {},
    10**400,
    "x" * 10**6,
    np.zeros(10**6),
    [[]] * 50,
    [[1] * 200],
    math.nan,
    1j,
]


def _sealed(value: Any, room: float) -> Sealed:
    lock = Lock("somewhere/entry", room)
    return Sealed(lock, seal(lock.key(value), to_json(value)))


def _right(value: Any, answer: Any, relative: float = 1e-6) -> bool:
    return compare(_sealed(value, relative), answer, Tolerance(relative=relative, absolute=0.0)) is None


@given(
    st.floats(1e-6, 1e9) | st.integers(1, 10**6),
    st.sampled_from([0.05, 0.01, 2e-3, 1e-6]),
    st.floats(-0.99, 0.99),
)
def test_every_number_within_the_tolerance_opens(value: float, relative: float, share: float) -> None:
    near = value * (1 + share * relative)
    assert _right(value, near, relative) == (abs(near - value) <= relative * value)
    assert _right(-value, -near, relative)
    assert not _right(value, -near, relative)


@given(st.floats(1e-6, 1e9), st.sampled_from([0.05, 0.01, 1e-6]), st.floats(1.01, 4))
def test_a_number_beside_the_tolerance_is_refused_though_its_cell_may_open(
    value: float, relative: float, times: float
) -> None:
    assert not _right(value, value * (1 + times * relative), relative)
    assert not _right(value, value * (1 - times * relative), relative)


@pytest.mark.parametrize(
    ("value", "answers"),
    [
        (10, [10.0, np.int64(10), np.array([10]), np.array(10.0), 10 + 0j]),
        (0, [0.0, -0.0, False + 0]),
        ("both", [np.str_("both"), np.array("both")]),
        ((3, 4, 5), [[3, 4, 5], np.array([3.0, 4, 5]), (3, np.int8(4), 5.0)]),
        ((6,), [[6], np.array([6])]),
        (["<start>", "Me"], [("<start>", "Me"), np.array(["<start>", "Me"])]),
    ],
)
def test_what_a_comparison_takes_for_equal_opens(value: Any, answers: list[Any]) -> None:
    for answer in [value, *answers]:
        assert compare(value, answer, Tolerance()) is None
        assert _right(value, answer), answer


@pytest.mark.parametrize("value", [10, "both", (3, 4), ["a"]])
@pytest.mark.parametrize("answer", FAR, ids=lambda answer: type(answer).__name__)
def test_anything_else_is_refused_and_costs_nothing(value: Any, answer: Any) -> None:
    assert not _right(value, answer)


def test_a_key_opens_what_it_sealed_and_no_other_does() -> None:
    lock = Lock("a/b", 0.01)
    token = seal(lock.key(3), {"inside": [1, "ü"]})
    assert unseal(lock.key(3.0), token) == {"inside": [1, "ü"]}
    assert unseal(lock.key(4), token) is None
    assert unseal(Lock("a/c", 0.01).key(3), token) is None, "each entry has a salt of its own"


def test_keys_are_the_same_where_python_comes_without_openssl(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = sealed.slow(b"password", b"salt", 50)
    monkeypatch.delattr(hashlib, "pbkdf2_hmac")
    assert sealed.slow(b"password", b"salt", 50) == with_it


@pytest.fixture(scope="module")
def public() -> dict[str, CaseSet]:
    """The case set of each value as students get it."""
    return {
        id: restore(json.loads(json.dumps(dump(public_cases(COURSE.with_exercise(id), id))))) for id in VALUES
    }


def _told(cases: CaseSet, target: Any) -> tuple[Any, ...]:
    found: Finding = examine(cases, lambda case, _: answer_here(target, True, {}))
    return found.outcome, found.fraction, found.mistake, found.hint, found.groups


@pytest.mark.parametrize("exercise", VALUES)
def test_a_check_says_of_every_answer_what_grading_says(exercise: str, public: dict[str, CaseSet]) -> None:
    hidden, declared = draw_cases(exercise, 7), find_exercise(exercise)[1]
    targets = {v.id: variant(exercise, v.id) for v in (*declared.mistakes, *declared.other_ways)}
    targets |= {
        "reference": reference(exercise),
        "none": {},
        "list": [1, 2],
        "text": "both",
        "number": 61,
        "array": np.array([2, 2.5]),
    }
    differs = [id for id, t in targets.items() if _told(public[exercise], t) != _told(hidden, t)]
    assert differs == []


def test_the_case_files_are_those_that_are_sealed(public: dict[str, CaseSet]) -> None:
    assert [id for id in VALUES if dump(load(id)) != dump(public[id])] == [], (
        "run `python -m autograder build`"
    )


@pytest.mark.parametrize("exercise", VALUES)
def test_a_case_file_shows_neither_the_value_nor_what_is_said_of_wrong_ones(exercise: str) -> None:
    text = (serving.folder() / "cases" / f"{exercise}.json").read_text(encoding="utf-8")
    shown = {key: value for key, value in json.loads(text).items() if key not in ("hints", "groups")}
    said = [m.hint for m in find_exercise(exercise)[1].mistakes]
    assert [hint for hint in said if hint[:40] in text] == []
    assert shown["mistakes"] == []
    for case in load(exercise).cases:
        assert _all_sealed(case.expected), case


def _all_sealed(expected: Any) -> bool:
    if isinstance(expected, Property):
        return expected.name == "named_entries" or any(map(_is_hidden, expected.settings))
    return isinstance(expected, Sealed) or all(isinstance(value, Sealed) for value in expected.values())


def _is_hidden(setting: Any) -> bool:
    """Return whether a setting is sealed, or is the numbers of all lines, or of all that there are not."""
    return isinstance(setting, Sealed) or (
        isinstance(setting, tuple) and (len(setting) > 10 or _has_seal(setting))
    )


def _has_seal(setting: tuple[Any, ...]) -> bool:
    return any(isinstance(item, Sealed) for item in setting)
