"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from autograder.sandbox import Backend, Limits, Session
from autograder.sandbox.backends import NAMES

settings.register_profile("course", max_examples=50, deadline=None)
settings.load_profile("course")

SMALL = Limits(
    cpu_seconds=12,
    call_seconds=0.5,
    cell_seconds=1.5,
    wall_factor=1.0,
    grace=1.0,
    memory=1 << 30,
    file_size=1 << 20,
)
"""Limits under which every honest notebook of the course passes and no attack takes long."""


@pytest.fixture(scope="session", autouse=True)
def _tools_on_the_path() -> Iterator[None]:
    """Let nbgrader find alembic, which it calls by name, also where no environment is active."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session", params=NAMES)
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    """A running sandbox of each kind that works here; it serves all tests one after another."""
    backend = Backend(request.param)
    reason = backend.missing()
    if reason:
        pytest.skip(reason)
    with Session(backend, SMALL) as running:
        yield running


@pytest.fixture(scope="session")
def any_session() -> Iterator[Session]:
    """A running sandbox, whichever works here, for what does not depend on the kind."""
    working = [backend for backend in map(Backend, NAMES) if not backend.missing()]
    if not working:
        pytest.skip("no sandbox works here")
    with Session(working[0], SMALL) as running:
        yield running


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """Count something under a title and a sandbox; it is printed as survived if the test passes."""
    return lambda title, sandbox: record_property("tally", (title, sandbox))
