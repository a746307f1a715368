"""Attacks that need no particular exercise, against every notebook of the course.

Every second file of attacks meets one of the notebooks, each a quarter of them in a thorough run, with a variant and
an exercise that change from one notebook to the next. In the first notebook all variants are tried.
"""

from __future__ import annotations

import pytest

from autograder.sandbox import Session
from tests.conftest import EVERY_VARIANT
from tests.corpus import Entry, attack_files
from tests.corpus.anywhere import HERE
from tests.ours import MODULES, grade


def _meetings() -> list[Entry]:
    """Return the attacks, each made for the exercise that it meets."""
    files = [module.ANYWHERE for module in attack_files().values() if hasattr(module, "ANYWHERE")]
    notebooks = [name for name in MODULES if name != HERE]
    every = 4 if EVERY_VARIANT else 2 * len(notebooks)
    return [
        variants[(row + column) % len(variants)].at(name, row + column)
        for row, variants in enumerate(files)
        for column, name in enumerate(notebooks)
        if (row + column) % every == 0
    ]


@pytest.mark.slow
@pytest.mark.tally("attacks survived on every notebook")
@pytest.mark.parametrize("entry", _meetings(), ids=lambda e: f"{e.notebook}-{e.id}")
def test_no_exercise_gives_a_point(entry: Entry, any_session: Session) -> None:
    graded = grade(entry.data, any_session, b"a secret", "attack.ipynb", "student-66", entry.notebook)
    assert entry.complaints(graded) == []
