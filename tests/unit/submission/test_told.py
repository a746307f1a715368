"""An answer that is written and still not there is told as what it is."""

from __future__ import annotations

import pytest

from autograder.submission.told import why_not_there

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
    "conflict": ("<<<<<<< local\ndouble = 1\n=======\ndouble = 2\n>>>>>>> remote", "merge conflict"),
}
NOTHING = [STUB, "", "x = 1", "def double(x):\n    return 2 * x", "def double(", "double = len"]


@pytest.mark.parametrize("kind", TOLD)
def test_it_is_told_as_what_it_is(kind: str) -> None:
    source, said = TOLD[kind]
    assert said in why_not_there(source, "double")


@pytest.mark.parametrize("source", NOTHING)
def test_nothing_is_said_where_nothing_is_known(source: str) -> None:
    assert why_not_there(source, "double") == ""
