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
