"""Every honest submission that something happened to keeps the marks that the work deserves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder.judge import grade
from autograder.sandbox import Session
from tests.corpus import Entry, mishaps

SECRET = b"a secret of the tests"


@pytest.mark.parametrize("mishap", mishaps(), ids=lambda mishap: mishap.id)
def test_honest_work_keeps_its_marks(
    mishap: Entry, session: Session, record_property: Callable[[str, object], None]
) -> None:
    record_property("tally", ("honest cases kept", session.backend.name))
    graded = grade(mishap.data, session, SECRET, f"{mishap.notebook}.ipynb", "student-07", mishap.notebook)
    assert not (wrong := mishap.complaints(graded)), "\n".join(wrong)


def test_no_two_have_one_name() -> None:
    names = [mishap.id for mishap in mishaps()]
    assert len(set(names)) == len(names) >= 40
