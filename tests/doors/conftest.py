"""One course for all doors that lead into a gradebook."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox import Backend
from autograder.sandbox.backends import NAMES
from tests.corpus import attacks
from tests.doors.classroom import Classroom, make_classroom

WORKING = [name for name in NAMES if not Backend(name).missing()]
SAMPLE = tuple({attack.id.partition("/")[0]: attack for attack in attacks()}.values())
"""One of each kind of attack, for a sandbox in which the whole corpus would take too long."""


@pytest.fixture(scope="session")
def tools() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by name, also where no environment is active."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session")
def classroom(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Classroom:
    """A released course with bystanders; nothing is graded, and no attack handed in."""
    if not WORKING:
        pytest.skip("no sandbox works here")
    return make_classroom(tmp_path_factory.mktemp("doors") / "class", attacks())
