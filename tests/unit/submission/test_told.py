"""An answer that is written and still not there is told as what it is."""

from __future__ import annotations

import pytest

from autograder.submission.told import stubs_called, waits_for, why_not_there
from tests.handing_in import hand_in
from tests.ours import read_submission

STUB = 'def double(x):\n    """Return 2 x."""\n    # YOUR CODE HERE\n    raise NotImplementedError()'
TOLD = {
    "raise above": (STUB + "\n    return 2 * x", "Delete that line"),
    "raise without a call": (STUB.replace("()", "") + "\n    return 2", "Delete that line"),
    "nested": (
        STUB.replace("# YOUR", "def double(x):\n        return 2 * x\n    # YOUR"),
        "inside of the stub",
    ),
    "nested, other name": (
        STUB.replace("# YOUR", "def f(x):\n        return 2 * x\n    # YOUR"),
        "`f` is written",
    ),
    "method": ("class Net:\n    def double(self, x):\n        return 2 * x", "inside of `Net`"),
    "in a function": ("def all():\n    def double(x):\n        return 2 * x", "inside of `all`"),
    "renamed": ("def Double(x):\n    return 2 * x", "defines `Double` and not `double`"),
    "timed": ("%%timeit -n1\ndef double(x):\n    return 2 * x", "begins with `%%timeit`"),
    "another language": ("\n%%bash\necho 2", "begins with `%%bash`"),
    "conflict": ("<<<<<<< local\ndouble = 1\n=======\ndouble = 2\n>>>>>>> remote", "merge conflict"),
}
NOTHING = [
    STUB,
    "",
    "x = 1",
    "def double(x):\n    return 2 * x",
    "def double(",
    "double = len",
    "%%time\nx = 1",
]


@pytest.mark.parametrize("kind", TOLD)
def test_it_is_told_as_what_it_is(kind: str) -> None:
    source, said = TOLD[kind]
    assert said in why_not_there(source, "double")


@pytest.mark.parametrize("source", NOTHING)
def test_nothing_is_said_where_nothing_is_known(source: str) -> None:
    assert why_not_there(source, "double") == ""


def test_an_answer_that_calls_a_stub_is_not_called_unwritten() -> None:
    answer = "def generate(x):\n    return softmax(rnn_step(x))"
    assert stubs_called(answer, "generate", {"softmax", "tag_forward"}) == ("softmax",)
    assert stubs_called(answer, "generate", {"tag_forward"}) == ()
    assert stubs_called("def softmax(x): return x\n" + answer, "generate", {"softmax"}) == ()
    assert "calls `softmax` and `rnn_step`, still the stub" in waits_for(("softmax", "rnn_step"))


def test_the_submission_says_which_stub_an_answer_calls() -> None:
    answer = "def generate(start, h0, steps, Wxh, Whh, bh, Why, by):\n    return softmax(h0 @ Why + by).argmax(axis=1)"
    submission = read_submission(hand_in("02_forward", {"generate": answer}))
    assert submission.waits_for == {"generate": ("softmax",)}
