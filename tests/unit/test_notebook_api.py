"""``check``, ``hint`` and ``failing_case``, as a student meets them in a notebook."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from typing import Any

import numpy as np
import pytest

import rnncourse
from rnncourse import notebook
from rnncourse.checking.caseset import names
from rnncourse.checking.outcomes import NOT_ATTEMPTED
from rnncourse.errors import CheckFailed, NoFailingCase, UnknownExercise
from rnncourse.failing import failing_case
from rnncourse.learning import here
from rnncourse.learning.record import Record
from rnncourse.notebook import check, find, hint

RIGHT = "def affine(x, W, b):\n    return np.tanh(x @ W + b)\n"
OUTSIDE = "def affine(x, W, b):\n    return np.tanh(x @ W) + b\n"
NOISY = "import sys, warnings\ndef affine(x, W, b):\n    print('noise', file=sys.stderr)\n"
NOISY += "    warnings.warn('careful')\n"
NOISY += "    np.log(np.zeros(2))\n    return np.tanh(x @ W + b)\n"


def _function(source: str) -> object:
    namespace: dict[str, object] = {"np": np}
    exec(compile(source, "<cell 1>", "exec"), namespace)
    return namespace["affine"]


def test_a_right_function_gets_a_card_and_no_exception(capsys: pytest.CaptureFixture[str]) -> None:
    check(_function(RIGHT))  # type: ignore[arg-type]
    shown = capsys.readouterr()
    assert shown.out.startswith("✓ affine: correct")
    assert shown.err == ""


def test_a_wrong_one_is_told_its_mistake_and_raises(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CheckFailed, match="✗ affine: see the card above"):
        check(_function(OUTSIDE))  # type: ignore[arg-type]
    shown = capsys.readouterr()
    assert "bias is added after tanh" in shown.out
    assert find(_function(OUTSIDE), {}).mistake == "bias_outside"  # type: ignore[arg-type]
    assert shown.err == ""


def test_the_exception_is_an_assertion_error_for_plain_nbgrader() -> None:
    assert issubclass(CheckFailed, AssertionError)


def test_a_noisy_function_leaves_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    check(_function(NOISY))  # type: ignore[arg-type]
    assert capfd.readouterr().err == ""


def test_a_value_is_checked_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    review_shapes = {"review_1": (3, 5), "review_3": (4, 5), "batch": (3, 4, 5), "mask": (3, 4)}
    with pytest.raises(CheckFailed):
        check("review_shapes")
    assert "not started" in capsys.readouterr().out
    namespace = {"check": check, "review_shapes": review_shapes}
    exec('check("review_shapes")', namespace)
    assert "review_shapes: correct" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "", "../affine", "a/b", "__init__"])
def test_an_unknown_name_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownExercise, match="affine") as caught:
        check(name)
    assert "affine" in str(caught.value)


def test_a_function_by_another_name_is_unknown() -> None:
    with pytest.raises(UnknownExercise):
        check(len)


def test_every_exercise_of_the_course_can_be_checked() -> None:
    for name in names():
        assert notebook.find(name, {}).outcome == "not_attempted"


def test_hints_come_one_at_a_time_and_then_all_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(here, "_record", Record(None))
    shown = []
    for _ in range(5):
        hint("affine")
        shown.append(capsys.readouterr().out.strip())
    assert [text.split(":")[0] for text in shown[:3]] == [f"Hint {n} of 3 for affine" for n in (1, 2, 3)]
    assert shown[3] == shown[4]
    assert "no more hints" in shown[3]
    assert all(text.partition(": ")[2] in shown[3] for text in shown[:3])
    with pytest.raises(UnknownExercise):
        hint("nothing")


def test_public_names_are_few() -> None:
    assert set(rnncourse.__all__) == {
        "check",
        "failing_case",
        "hint",
        "language",
        "me",
        "mine",
        "optional",
        "predict",
        "progress",
        "solution",
        "suspect",
        "CheckFailed",
        "Guess",
    }


def _in_ipython(cell: str) -> tuple[str, str]:
    """Run cells in a shell of their own and return what it writes to both streams."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance(colors="nocolor")
    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            shell.run_cell("import numpy as np\nfrom rnncourse import check, hint")
            shell.run_cell(cell)
    finally:
        shell.history_manager.end_session()
        InteractiveShell.clear_instance()
    return out.getvalue(), err.getvalue()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "cell", [OUTSIDE + "check(affine)", 'check("nothing")', 'hint("nothing")', "check(np.tanh)"]
)
def test_ipython_shows_one_line_and_no_frame_of_ours(cell: str) -> None:
    out, err = _in_ipython(cell)
    assert err == ""
    assert "Traceback" not in out
    assert "rnncourse/" not in out
    assert ("CheckFailed: ✗ affine: see the card above" in out) or (
        "UnknownExercise: There is no exercise" in out
    )


def test_a_call_in_place_of_the_function_is_explained() -> None:
    with pytest.raises(UnknownExercise, match="without calling it"):
        check(np.zeros((2, 2)))  # type: ignore[arg-type]


@pytest.mark.parametrize("call", [check, hint])
@pytest.mark.parametrize(
    "answer", [3, None, [1], np.ones(2), np.tanh, np, print, lambda x: x, partial(print)]
)
def test_what_is_no_exercise_is_met_with_a_short_word(call: Any, answer: object) -> None:
    with pytest.raises(UnknownExercise) as caught:
        call(answer)
    assert len(str(caught.value)) < 130
    assert "Did you mean" not in str(caught.value)


def test_the_exercises_of_the_notebook_are_offered() -> None:
    with pytest.raises(UnknownExercise, match="In this notebook: affine, softmax"):
        find("nothing", {"softmax": 1, "affine": 2, "x": 3})


def test_another_thing_of_the_name_is_explained() -> None:
    value = find("affine", {"affine": np.ones(2)})
    function = find("review_shapes", {"review_shapes": print})
    assert value.outcome == function.outcome == NOT_ATTEMPTED
    assert "of type `ndarray`, and no function" in value.note
    assert "is a function here" in function.note


def test_a_misspelt_name_is_met_with_the_nearest() -> None:
    with pytest.raises(UnknownExercise, match="Did you mean 'affine'"):
        hint("afine")


def test_a_value_with_the_dots_of_the_stub_is_not_started() -> None:
    shapes = {"review_1": ..., "review_2": (4, 5), "batch": (3, 4, 5)}
    assert find("review_shapes", {"review_shapes": shapes}).outcome == NOT_ATTEMPTED


CALLABLES = {
    "partial": "from functools import partial\naffine = partial(lambda w, x, W, b: np.tanh(x @ W + b), 1)\n",
    "lambda": "affine = lambda x, W, b: np.tanh(x @ W + b)\n",
    "alias": "def layer(x, W, b):\n    return np.tanh(x @ W + b)\naffine = layer\n",
    "object": "class F:\n    def __call__(self, x, W, b):\n        return np.tanh(x @ W + b)\naffine = F()\n",
    "method": "class F:\n    def go(self, x, W, b):\n        return np.tanh(x @ W + b)\naffine = F().go\n",
    "other": "def softmax(x, W, b):\n    return np.tanh(x @ W + b)\naffine = softmax\ndel softmax\n",
}


@pytest.mark.parametrize("kind", CALLABLES)
def test_a_callable_is_checked_under_the_name_that_the_notebook_gives_it(
    kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(CALLABLES[kind] + "check(affine)\nhint(affine)\n", {"np": np, "check": check, "hint": hint})
    shown = capsys.readouterr().out
    assert shown.startswith("✓ affine: correct")
    assert "for affine" in shown


def test_of_several_names_the_written_one_counts() -> None:
    def both(*arguments: object) -> None:
        raise NotImplementedError

    names = {"softmax": both, "affine": both}
    assert find(both, names, "check(affine)").exercise == "affine"
    assert find(both, names, "check(softmax)  # mine").exercise == "softmax"


def _fail(source: str) -> Any:
    function = _function(source)
    with pytest.raises(CheckFailed):
        check(function)  # type: ignore[arg-type]
    return function


def test_the_arguments_of_the_case_on_the_card_can_be_had() -> None:
    affine = _fail(OUTSIDE)
    shown = find(affine, {}).case
    assert shown is not None
    mine = failing_case("affine")
    assert all(np.array_equal(mine[name], shown.inputs[name]) for name in ("x", "W", "b"))
    assert affine(**mine).shape == np.shape(shown.expected)
    mine["x"] += 1
    assert not np.array_equal(failing_case("affine")["x"], mine["x"]), "each time a copy"
    exec("failing_case(affine)", {"affine": affine, "failing_case": failing_case})


def test_they_have_the_names_that_the_function_gives_them() -> None:
    affine = _fail("def affine(rows, weights, bias, more=0):\n    return rows @ weights + bias\n")
    assert list(failing_case("affine")) == ["rows", "weights", "bias"]
    assert affine(**failing_case("affine")).ndim == 2


def test_there_are_none_before_a_check_fails_and_after_it_passes() -> None:
    _fail(OUTSIDE)
    check(_function(RIGHT))  # type: ignore[arg-type]
    for name in ("affine", "review_shapes"):
        with pytest.raises(NoFailingCase, match="Run check"):
            failing_case(name)
    with pytest.raises(UnknownExercise, match="Did you mean 'affine'"):
        failing_case("afine")
