"""Notebook 09: the judge of recorded networks, optional packages, and figures of tapes."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.exercises.frameworks.losses import told_losses
from autograder.exercises.frameworks.reading import LOOP_FAULTS
from autograder.exercises.frameworks.tapes import cancelling, network
from rnncourse import optional
from rnncourse.checking.properties import entries_and_sum, names_a_line
from rnncourse.checking.tape import problem_of, replay
from rnncourse.plots import tape as tape_plots
from rnncourse.recorded import printed_elsewhere
from tests.ours import draw_cases, read_master, reference

ROOT = Path(__file__).resolve().parents[2]
ONE = np.array(2.0)


def tape_of(*entries: tuple[str, tuple[int, ...], Any]) -> list[Any]:
    """Return a tape whose first leaf is 2."""
    return [("leaf", (), ONE), *entries]


def question() -> tuple[Any, dict[str, Any], list[Any]]:
    """Return the property of a case of record_rnn, its inputs, and the tape of our own solution."""
    case = draw_cases("record_rnn", 3).cases[0]
    return case.expected, dict(case.inputs), reference("record_rnn")(*case.inputs.values())


def test_the_right_tape_is_right_and_a_changed_entry_is_found() -> None:
    expected, inputs, tape = question()
    assert expected.problem(inputs, tape) == ("", "")
    op, of, value = tape[-4]
    assert expected.problem(inputs, [*tape[:-4], (op, of, value + 1e-3), *tape[-3:]])[0] == "not_recorded"


def test_a_tape_that_is_right_at_its_own_parameters_only_is_not_right() -> None:
    expected, inputs, tape = question()
    loss = tape[-1][2]
    zero = ("multiply", (0, len(tape)), np.zeros(np.shape(inputs["params"]["Wxh"])))
    beside = [*tape[:-1], ("leaf", (), loss), ("leaf", (), np.array(0.0)), zero]
    beside += [("sum", (len(beside) - 1,), np.array(0.0)), ("add", (len(tape) - 1, len(beside)), loss)]
    beside[len(tape) + 1] = ("multiply", (0, len(tape)), zero[2])
    assert expected.problem(inputs, beside)[0] == "new_weights_each_step"


@pytest.mark.parametrize(
    "tape",
    [
        None,
        "tape",
        [],
        [("leaf", (), ONE)],
        tape_of(("power", (0,), ONE)),
        tape_of(("tanh", (1,), ONE)),
        tape_of(("tanh", (-1,), ONE)),
        tape_of(("tanh", (True,), ONE)),
        tape_of(("tanh", (0.0,), ONE)),  # type: ignore[arg-type]
        tape_of(("add", (0,), ONE)),
        tape_of(("tanh", (0,), np.array(np.nan))),
        tape_of(("tanh", (0,), "text")),
        tape_of(("tanh", (0,))),  # type: ignore[arg-type]
        tape_of(("leaf", (), ONE)),
        tape_of(("matmul", (0, 0), ONE)),
        tape_of(*[("leaf", (), np.zeros(90_000))] * 3, ("add", (0, 0), 2 * ONE)),
        [("leaf", (), ONE)] * 6_000,
    ],
)
def test_what_is_no_tape_is_refused(tape: Any) -> None:
    assert problem_of(tape, [ONE])


def test_a_huge_result_is_refused_before_it_is_calculated() -> None:
    column, row = np.zeros((50_000, 1)), np.zeros((1, 50_000))
    assert problem_of(tape_of(("leaf", (), column), ("leaf", (), row), ("add", (1, 2), ONE)), [ONE])
    assert problem_of(tape_of(("leaf", (), column), ("leaf", (), row), ("matmul", (1, 2), ONE)), [ONE])


def test_replay_follows_the_first_leaves() -> None:
    tape = tape_of(("leaf", (), np.array(3.0)), ("multiply", (0, 1), np.array(6.0)))
    assert float(replay(tape, [np.array(5.0)])[-1]) == 15.0


def test_the_losses_of_known_mistakes_differ_from_the_right_one_and_from_each_other() -> None:
    rng = np.random.default_rng(0)
    points = [[rng.normal(size=s) for s in ((2, 7), (7, 7), (7,), (7, 8), (8,))] for _ in range(3)]
    right, told = told_losses(
        points, rng.normal(size=(3, 4, 2)), rng.normal(size=(3, 7)), rng.normal(size=(3, 4, 8))
    )
    rows = np.array([right, *(losses for _, losses, _ in told)])
    assert len(told) == 23
    apart = np.abs(rows[:, None] - rows[None]).max(axis=2) + np.eye(len(rows))
    assert apart.min() > 1e-6


def test_what_cancels_is_exact_for_a_walk_and_lost_for_single_paths() -> None:
    tape, last, wanted = cancelling(np.random.default_rng(0))
    found = reference("tape_gradient")(tape, last, wanted)
    assert [float(g) for g in found] == [1.0, 1.0]
    up, down = (float(tape[k][2]) for k in (1, 2))
    paths = [np.prod(factors) for factors in product((up, down), repeat=4)]
    assert abs(sum(paths) - 1.0) > 1e-3
    assert np.float32(up) == up


def test_a_tape_of_a_network_gives_measured_gradients() -> None:
    tape, last, wanted = network(np.random.default_rng(1), 2, 3, 4, 5)
    first = [value for _, _, value in tape[:3]]
    step = np.zeros(first[1].shape)
    step[1, 2] = 1e-5
    up, down = (float(replay(tape, [first[0], first[1] + s, first[2]])[last]) for s in (step, -step))
    (g,) = reference("tape_gradient")(tape, last, wanted[:1])
    assert g[1, 2] == pytest.approx((up - down) / 2e-5, rel=1e-7)


@pytest.mark.parametrize(
    ("answer", "fine"),
    [
        ([3], True),
        ((3, 4), True),
        (np.array([3]), True),
        ([4], False),
        ([], False),
        ({3}, False),
        ([3, None], False),
    ],
)
def test_line_numbers(answer: Any, fine: bool) -> None:
    assert (names_a_line({}, answer, (3,), True, "missed") == "") is fine
    assert names_a_line({}, [3], (3,), False, "blamed").startswith("blamed: ")


def test_what_is_said_of_a_line_is_a_sentence_and_names_no_line_that_is_missing() -> None:
    missing = names_a_line({}, [4], (3,), True, "missed")
    assert missing == "missed: a line is missing from your list"
    assert names_a_line({}, [3, 4], (4, 5), False, "blamed") == "blamed: line 4 is in your list"


def test_no_group_of_the_loop_says_where_a_mistake_is() -> None:
    said = " ".join(group.says for group in LOOP_FAULTS.groups)
    assert not re.search("loss|order|batch|cell|gradient|clip", said)


def test_each_output_that_was_recorded_is_used_by_one_cell() -> None:
    cells = [cell.source for cell in read_master("09_frameworks").notebook.cells]
    used = re.findall(r'printed_elsewhere\("(\w+)"\)', "\n".join(cells))
    assert sorted(used) == ["adam", "jax", "layers", "loop", "tape"]
    assert all(printed_elsewhere(name)["by"] for name in used)
    with pytest.raises(KeyError):
        printed_elsewhere("no such cell")


@pytest.mark.parametrize(("N", "T", "told"), [(3, 3, True), (3, 4, False), (1, 3, False)])
def test_a_loop_over_the_examples_is_told_where_it_runs_and_is_the_only_one(
    N: int, T: int, told: bool
) -> None:
    draw, shapes = np.random.default_rng(0), ((2, 4), (4, 4), (4,), (4, 2), (2,))
    points = [[draw.normal(size=shape) for shape in shapes] for _ in range(2)]
    _, known = told_losses(
        points, draw.normal(size=(N, T, 2)), draw.normal(size=(N, 4)), draw.normal(size=(N, T, 2))
    )
    # Of one example all steps are read at once, each from h0: that is another mistake's loss as well.
    assert ("examples_for_steps" in [name for name, _, _ in known]) is told


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 2.5])
def test_a_line_number_is_whole(number: float) -> None:
    assert names_a_line({}, [3, number], (3,), True, "missed")


def test_biases_may_be_shared_out_and_must_add_up() -> None:
    right, total = {"w": np.eye(2)}, np.array([1.0, -2.0])
    halves = {"w": np.eye(2), "a": total / 2, "b": total / 2}
    assert entries_and_sum({}, halves, right, ("a", "b"), total) == ""
    assert "add up" in entries_and_sum({}, halves | {"b": total}, right, ("a", "b"), total)
    assert "'a'" in entries_and_sum({}, halves | {"a": 0.5}, right, ("a", "b"), total)
    assert "'w'" in entries_and_sum({}, halves | {"w": 2 * np.eye(2)}, right, ("a", "b"), total)
    assert entries_and_sum({}, halves | {"b": total * np.nan}, right, ("a", "b"), total)
    assert "keys" in entries_and_sum({}, {"w": np.eye(2)}, right, ("a", "b"), total)


def test_a_package_that_is_there_is_returned(capsys: pytest.CaptureFixture[str]) -> None:
    assert optional("json", "recorded", by="json 1") is sys.modules["json"]
    assert capsys.readouterr().out == ""


def test_a_package_that_is_absent_leaves_what_it_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert optional("no_such_package", "\n1 + 1 = 2\n", by="version 3") is None
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["no_such_package is not installed here. Recorded with version 3:", "1 + 1 = 2"]
    assert optional("no_such_package") is None
    assert capsys.readouterr().out == "no_such_package is not installed here.\n"


def test_the_figure_of_a_tape_has_a_box_and_an_arrow_for_each() -> None:
    tape = [("leaf", (), 3.0), ("multiply", (0, 0), 9.0), ("add", (1, 0), 12.0)]
    axes = tape_plots.tape_graph(tape, [7.0, 1.0, 1.0]).axes[0]
    texts = [text.get_text() for text in axes.texts]
    assert "multiply\n9" in texts
    assert "g = 7" in texts
    assert len(axes.patches) == 4


def test_the_figure_of_times_has_a_line_for_each_way() -> None:
    axes = tape_plots.times([6, 12], {"on the tape": [1.0, 2.0], "by hand": [0.1, 0.2]}).axes[0]
    assert [line.get_label() for line in axes.lines] == ["on the tape", "by hand"]


def test_without_a_wheel_the_run_with_frameworks_is_no_pass() -> None:
    code = "import runpy; raise SystemExit(runpy.run_path('tests/with_frameworks.py')['_not_tried'](['tensorflow']))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 77
    assert ended.stdout.startswith("NOT TESTED: there is no tensorflow for Python")
