"""Every honest submission that something happened to keeps the marks that the work deserves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.sandbox import Session
from tests.conftest import EVERY_VARIANT, WORKING, sample
from tests.corpus import Entry, mishaps
from tests.ours import grade
from tests.tally import Tally

SECRET = b"a secret of the tests"


MEETINGS = [
    pytest.param(name, mishap, id=f"{name}-{mishap.id}")
    for turn, name in enumerate(WORKING)
    for place, mishap in enumerate(sample(mishaps(), 2))
    if EVERY_VARIANT or len(WORKING) == 1 or (place % 5 == 0) == bool(turn)
]
"""Every second one; of these every fifth in the second sandbox that works. All in both if the run is thorough."""


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
