"""Every honest submission that something happened to keeps the marks that the work deserves."""

from __future__ import annotations

import pytest

from autograder.judge import grade
from autograder.sandbox import Session
from tests.corpus import Entry, mishaps
from tests.tally import Tally

SECRET = b"a secret of the tests"


@pytest.mark.parametrize("mishap", mishaps(), ids=lambda mishap: mishap.id)
def test_honest_work_keeps_its_marks(mishap: Entry, session: Session, tally: Tally) -> None:
    tally("honest cases kept", session.backend.name, key=mishap.id)
    name, student = f"{mishap.notebook}.ipynb", mishap.student or "student-07"
    graded = grade(mishap.data, session, SECRET, name, student, mishap.notebook)
    assert not (wrong := mishap.complaints(graded)), "\n".join(wrong)


def test_no_two_have_one_name() -> None:
    names = [mishap.id for mishap in mishaps()]
    assert len(set(names)) == len(names) >= 40
