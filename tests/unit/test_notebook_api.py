"""``check`` and ``hint``, as a student meets them in a notebook."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

import numpy as np
import pytest

import rnncourse
from rnncourse import notebook
from rnncourse.checking.caseset import names
from rnncourse.checking.outcomes import NOT_ATTEMPTED
from rnncourse.learning import here
from rnncourse.learning.record import Record
from rnncourse.notebook import CheckFailed, UnknownExercise, check, find, hint

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
    with pytest.raises(CheckFailed, match="affine: not yet"):
        check(_function(OUTSIDE))  # type: ignore[arg-type]
    shown = capsys.readouterr()
    assert "bias_outside" in shown.out
    assert shown.err == ""


def test_the_exception_is_an_assertion_error_for_plain_nbgrader() -> None:
    assert issubclass(CheckFailed, AssertionError)


def test_a_noisy_function_leaves_nothing_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    check(_function(NOISY))  # type: ignore[arg-type]
    assert capfd.readouterr().err == ""


def test_a_value_is_checked_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    review_shapes = {"review_1": (3, 5), "review_3": (4, 5), "batch": (3, 4, 5), "mask": (3, 4)}
    with pytest.raises(CheckFailed, match="not started"):
        check("review_shapes")
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
        "hint",
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
@pytest.mark.parametrize("cell", [OUTSIDE + "check(affine)", 'check("nothing")', 'hint("nothing")'])
def test_ipython_shows_one_line_and_no_frame_of_ours(cell: str) -> None:
    out, err = _in_ipython(cell)
    assert err == ""
    assert "Traceback" not in out
    assert "rnncourse/" not in out
    assert ("CheckFailed: ✗ affine: not yet" in out) or ("UnknownExercise: There is no exercise" in out)


def test_a_call_in_place_of_the_function_is_explained() -> None:
    with pytest.raises(UnknownExercise, match="without calling it"):
        check(np.zeros((2, 2)))  # type: ignore[arg-type]


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
