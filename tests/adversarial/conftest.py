"""The arena in which each attack is fought, once for every sandbox that works here."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox import Session
from tests.adversarial.arena import Arena


@pytest.fixture
def arena(session: Session, tmp_path: Path) -> Arena:
    """A place to grade attacks in."""
    return Arena(session, tmp_path)


@pytest.fixture
def any_arena(any_session: Session, tmp_path: Path) -> Arena:
    """A place for attacks on the judge, to whom all sandboxes are the same."""
    return Arena(any_session, tmp_path)
