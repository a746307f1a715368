"""Every honest submission that something happened to keeps the marks that the work deserves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from autograder.sandbox import Backend, Session
from tests.conftest import EVERY_VARIANT, SMALL, WORKING
from tests.corpus import Entry, mishaps
from tests.ours import grade
from tests.tally import Tally

SECRET = b"a secret of the tests"


MEETINGS = [
    pytest.param(name, mishap, id=f"{name}-{mishap.id}")
    for turn, name in enumerate(WORKING)
    for mishap in mishaps()[:: 5 if turn and not EVERY_VARIANT else 1]
]
"""All of them in the first sandbox that works, and every fifth in the other, unless the run is thorough."""


@pytest.fixture(scope="module")
def sessions() -> Iterator[Callable[[str], Session]]:
    """A running sandbox of each kind, begun when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(Session(Backend(name), SMALL)))


@pytest.mark.parametrize(("sandbox", "mishap"), MEETINGS)
def test_honest_work_keeps_its_marks(
    sandbox: str, mishap: Entry, sessions: Callable[[str], Session], tally: Tally
) -> None:
    tally("honest cases kept", sandbox, key=mishap.id)
    name, student = f"{mishap.notebook}.ipynb", mishap.student or "student-07"
    graded = grade(mishap.data, sessions(sandbox), SECRET, name, student, mishap.notebook)
    assert not (wrong := mishap.complaints(graded)), "\n".join(wrong)


def test_no_two_have_one_name() -> None:
    names = [mishap.id for mishap in mishaps()]
    assert len(set(names)) == len(names) >= 40
