"""Fixtures that several folders of tests share."""

from __future__ import annotations

from collections.abc import Iterator

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
