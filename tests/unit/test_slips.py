"""Slips: what the operators find, how it is recorded, and that a name is a proof."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.course.casesets import PUBLIC_SEED
from autograder.course.slips import naming
from autograder.course.slips.finding import slips_of
from autograder.course.slips.naming import find_slip
from autograder.course.slips.running import Runner, has_slips, slips_for
from autograder.course.slips.slip import Edit, Slip, edited, replacements, touch
from autograder.course.slips.survivors import census, proves, told
from autograder.exercises import COURSE
from rnncourse.checking.calling import Answer, call
from rnncourse.checking.caseset import CaseSet, load
from rnncourse.checking.diagnose import examine
from rnncourse.checking.fingerprint import Fingerprint, fingerprint
from rnncourse.checking.portions import paths_of
from rnncourse.checking.slips import ROOM, SLIPS, SlipTable, digest, load_slips, packed, unpacked
from tests.ours import draw_cases, find_exercise

pytestmark = pytest.mark.slow

SOURCE = '''
def f(x, h, W, U, b):
    """Return a state. Sizes: ä."""
    total = np.zeros(3)
    for t in range(4):
        a = x[:, t] @ W + h @ U.T + b
        h = np.tanh(a)
        total += h.sum(axis=0)
    return h * (1 - h**2), total
'''


@pytest.fixture(autouse=True)
def _enough_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is named does not depend on how fast this machine is."""
    monkeypatch.setattr(naming, "SECONDS", 60.0)
    monkeypatch.setattr(naming, "_ONE", 30.0)


def _codes(kind: str) -> list[str]:
    slips = [slip for slip in slips_of(SOURCE, "f", ("h", "total")) if slip.id.startswith(f"{kind}_in_")]
    return [edited(SOURCE, slip.edits) for slip in slips]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("transpose_dropped", "a = x[:, t] @ W + h @ U + b"),
        ("transpose_added", "a = x[:, t] @ W.T + h @ U.T + b"),
        ("operands_turned", "a = x[:, t] @ W + U.T @ h + b"),
        ("term_missing", "a = x[:, t] @ W + h @ U.T"),
        ("sign", "a = x[:, t] @ W + h @ U.T - b"),
        ("call_missing", "h = a"),
        ("another_axis", "total += h.sum(axis=1)"),
        ("another_summary", "total += h.mean(axis=0)"),
        ("assigned_not_added", "total = h.sum(axis=0) + 0 * total"),
        ("never_added", "pass"),
        ("not_carried", "pass"),
        ("another_index", "a = x[:, t - 1] @ W + h @ U.T + b"),
        ("another_range", "for t in range(0 + 1, 4):"),
        ("slope_without_square", "return (h * (1 - h), total)"),
        ("factor_missing", "return (h, total)"),
        ("another_order", "return (total, h * (1 - h ** 2))"),
    ],
)
def test_an_operator_finds_its_slip(kind: str, line: str) -> None:
    lines = {text.strip() for code in _codes(kind) for text in ast.unparse(ast.parse(code)).split("\n")}
    assert line in lines


def test_every_slip_is_code_another_one_than_the_solution_and_than_the_rest() -> None:
    slips = slips_of(SOURCE, "f", ("h", "total"))
    codes = [ast.dump(ast.parse(edited(SOURCE, slip.edits))) for slip in slips]
    assert len(slips) > 100
    assert len({*codes, ast.dump(ast.parse(SOURCE))}) == len(slips) + 1
    assert len({slip.id for slip in slips}) == len(slips)


def test_a_hint_never_shows_a_right_line() -> None:
    for slip in slips_of(SOURCE, "f", ("h", "total")):
        assert not any(part in slip.hint for part in ("@", "**", "h * (", "np.", "total +="))


def test_places_and_axes_are_no_outputs() -> None:
    source = "def f(h):\n    return h[:, -1].sum(axis=(0, 1))"
    codes = [
        edited(source, slip.edits) for slip in slips_of(source, "f") if slip.id.startswith("twice_in_answer")
    ]
    assert codes == ["def f(h):\n    return (2 * h[:, -1].sum(axis=(0, 1)))"]


def test_a_place_is_named_by_what_students_know() -> None:
    hints = [slip.hint for slip in slips_of(SOURCE, "f", ("h", "total"))]
    assert not any("`a`" in hint for hint in hints)  # a variable that only the solution has
    assert any(hint.startswith("In the step that uses `") for hint in hints)


def test_edits_at_one_place_touch() -> None:
    assert touch([Edit(3, 5, "")], [Edit(5, 6, "")])
    assert not touch([Edit(3, 5, "")], [Edit(6, 7, "")])
    assert edited("a + b", replacements("a + b", [("b", "c"), ("a", "d")]) or ()) == "d + c"
    assert replacements("a + a", [("a", "b")]) is None


def _print(value: object) -> Fingerprint:
    return fingerprint(Answer(value))


def test_a_table_comes_back_as_it_was_packed() -> None:
    prints = [
        [_print(np.arange(3.0)), _print({"a": 1})],
        [_print(np.ones(3)), fingerprint(Answer(failure="died"))],
    ]
    table = SlipTable(
        (("one", "One."), ("two", "Zwei: ä.")), np.stack([digest(row) for row in prints]), "key"
    )
    again = unpacked(packed(table))
    assert again.named == table.named
    assert again.key == "key"
    assert [again.agree(row).all(axis=1).tolist() for row in prints] == [[True, False], [False, True]]


def _alike(table: SlipTable, prints: list[Fingerprint]) -> bool:
    return bool(table.agree(prints).all())


def test_an_answer_must_agree_in_every_place() -> None:
    first, second = np.array([1.0, -2.0, 3.0]), np.array([0.1, 0.2])
    table = SlipTable((("one", "One."),), np.stack([digest([_print(first), _print(second)])]))
    assert _alike(table, [_print(first * (1 + 1e-9)), _print(second)])
    assert not _alike(table, [_print(first), _print(second + 1e-5)])
    assert not _alike(table, [_print(first), _print(second[:1])])
    assert ROOM < 1e-6


def test_what_is_too_large_for_a_single_equals_nothing() -> None:
    huge = _print(np.array([1e300]))
    assert not _alike(SlipTable((("one", "One."),), np.stack([digest([huge])])), [huge])


def test_errors_and_nan_and_chance_prove_nothing() -> None:
    right = [_print(np.array([0.5, 0.25])), _print(np.array([1, 2]))]
    error = Fingerprint("raises ValueError")
    assert not proves([error, error], right)
    assert not proves([_print(np.array([np.nan, 0.25])), right[1]], right)
    assert not proves([right[0], _print(np.array([1, 3]))], right)
    assert proves([_print(np.array([0.5, 0.3])), error], right)


def test_of_two_that_are_as_simple_both_are_told() -> None:
    one, other = Slip("a", "In `h`, this.", ()), Slip("b", "In `c`, that.", ())
    assert told([one, Slip("c", "In `h`, too.", ())]) == ("a", "In `h`, this.")
    assert told([one, replace(other, rank=2)]) == ("a", "In `h`, this.")
    assert "Either: In `h`, this. Or: In `c`, that." in told([one, other])[1]


def test_the_bank_wins_and_what_is_right_is_no_slip() -> None:
    notebook, exercise = find_exercise("affine")
    assignment = COURSE.assignment(notebook)
    cases = draw_cases("affine", PUBLIC_SEED)
    found = census(assignment, exercise, cases)
    bank = [prints for _, prints in found.bank]
    right = Runner(assignment, exercise, cases.cases).right()
    assert found.banked
    for _, prints in found.groups:
        assert not any(
            all(a.matches(b) for a, b in zip(prints, known, strict=True)) for known in [*bank, right]
        )


def _finding(cases: CaseSet, source: str, exercise: str) -> tuple[str, str]:
    target = COURSE.with_exercise(exercise).changed(exercise, source)
    finding = examine(cases, lambda case, _: call(target, case.inputs))
    return finding.mistake, finding.hint


TWO = """
def rnn_step(x_t, h_prev, Wxh, Whh, bh):
    return np.tanh(x_t @ Wxh + h_prev @ Whh.T - bh)
"""
NONE = """
def rnn_step(x_t, h_prev, Wxh, Whh, bh):
    return np.tanh(x_t @ Wxh + np.sin(h_prev) @ Whh + bh**2)
"""


@pytest.mark.parametrize("seed", [None, 4])
def test_check_and_grade_name_the_same_slip(seed: int | None) -> None:
    cases = load("rnn_step") if seed is None else draw_cases("rnn_step", seed)
    assignment = COURSE.with_exercise("rnn_step")
    for told_of in [name for name in load_slips("rnn_step").named if name[1]][::9]:
        slip = slips_for(assignment, "rnn_step")[told_of[0]]
        source = edited(assignment.master.solution("rnn_step"), slip.edits)
        assert _finding(cases, source, "rnn_step") == told_of
    assert _finding(cases, NONE, "rnn_step") == ("", "")


@pytest.mark.parametrize("seed", [None, 4])
def test_two_things_at_once_are_told_as_two(seed: int | None) -> None:
    cases = load("rnn_step") if seed is None else draw_cases("rnn_step", seed)
    name, hint = _finding(cases, TWO, "rnn_step")
    assert name == "bias_subtracted and whh_transposed"
    assert hint.startswith("Two things. One: ")
    assert " The other: " in hint


def test_when_the_time_is_up_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "SECONDS", 0.0)
    assert _finding(draw_cases("rnn_step", 4), TWO, "rnn_step") == ("", "")


def test_a_slip_that_never_ends_is_stopped() -> None:
    notebook, exercise = find_exercise("sample_name")
    assignment = COURSE.assignment(notebook)
    runner = Runner(assignment, exercise, draw_cases("sample_name", PUBLIC_SEED).cases)
    source = assignment.master.solution("sample_name")
    endless = replacements(source, [("while len(written) < most:", "while True:")])
    assert endless
    no_end = replacements(
        source, [("while len(written) < most:", "while True:"), ("            break", "            pass")]
    )
    assert no_end
    assert runner.prints(no_end) is None


def test_a_right_answer_is_explained_by_nothing() -> None:
    notebook, exercise = find_exercise("rnn_step")
    assignment, cases = COURSE.assignment(notebook), draw_cases("rnn_step", 4)
    answers = [call(assignment.reference("rnn_step"), case.inputs) for case in cases.cases]
    assert find_slip(assignment, exercise, cases, answers) is None


def test_all_slips_together_are_small() -> None:
    assert sum(path.stat().st_size for path in SLIPS.glob("*.json")) < 4 << 20


@pytest.mark.parametrize("path", sorted(SLIPS.glob("*.json")), ids=lambda path: path.stem)
def test_a_file_fits_its_exercise(path: Path) -> None:
    notebook, exercise = find_exercise(path.stem)
    table = load_slips(path.stem)
    assert has_slips(COURSE.assignment(notebook), exercise)
    places = sum(len(paths_of(case.expected)) for case in load(path.stem).cases)
    assert not table.named or table.digests.shape == (len(table.named), places)
    known = {mistake.id for mistake in exercise.mistakes}
    assert {one for id, hint in table.named if not hint for one in id.split(" and ")} <= known
    assert {id for id, hint in table.named if hint} <= set(slips_for(COURSE.assignment(notebook), path.stem))
