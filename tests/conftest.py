"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from autograder.sandbox import Backend, Limits, Session
from autograder.sandbox.backends import NAMES
from autograder.sandbox.probe import Probe, probe
from tests import tally as tallies

collect_ignore = ["second/01_line.py"]  # a solved notebook, not a module

settings.register_profile("course", max_examples=50, deadline=None)
settings.load_profile("course")

WORKING = [name for name in NAMES if not Backend(name).missing()]
"""The sandboxes that work here."""
EVERY_VARIANT = os.environ.get("RNNCOURSE_EVERY_VARIANT") == "1"
"""Whether the whole corpus goes everywhere, as in ``make thorough``."""

os.environ["RNNCOURSE_PROGRESS"] = "off"  # no test writes into a folder that is not its own
os.environ["RNNCOURSE_LANGUAGE"] = "en"  # what tests expect is English, whatever the machine speaks

T = TypeVar("T")


def sample(everything: Sequence[T], every: int, first: int = 0) -> list[T]:
    """Return all in a thorough run, and one of so many in another."""
    return list(everything if EVERY_VARIANT else everything[first::every])


SMALL = Limits(
    cpu_seconds=20,
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
    """Let nbgrader find alembic, which it calls by name, also where no environment is active; let it start fast."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        patch.setenv("PYTHONPATH", str(Path(__file__).parent / "startup"), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session", autouse=True)
def _sandboxes_are_tried_once() -> Iterator[None]:
    """Try a sandbox once for all commands that run inside this process; ``test_probe`` tries it anew."""

    @cache
    def tried(name: str) -> tuple[Probe, ...]:
        return tuple(probe(Backend(name)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autograder.sandbox.choosing.probe", lambda backend: tried(backend.name))
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


@pytest.fixture(scope="session")
def sessions() -> Iterator[Callable[[str], Session]]:
    """A running sandbox of each kind, begun when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda name: stack.enter_context(Session(Backend(name), SMALL)))


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> tallies.Tally:
    """Count this test: ``tally("kills survived", sandbox)``. Call it before what may fail."""

    def count(what: str, sandbox: str, door: str = "", key: str = "") -> None:
        tallies.note(request.node, what, sandbox, door, key)

    return count


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs a sandbox as slow: ``make quick`` leaves it out. Leave out what is for ``make thorough``."""
    left = [] if EVERY_VARIANT else [item for item in items if item.get_closest_marker("thorough")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in set(left)]
    for item in items:
        if {"session", "sessions", "any_session", "pretender"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Count a test that has the mark, also if what it needs cannot be set up."""
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    for mark in item.iter_markers("tally"):
        sandbox = next((v for v in given.values() if v in NAMES), "any")
        key = next((v.id for v in given.values() if hasattr(v, "deserved")), "")
        tallies.note(item, *mark.args, sandbox, mark.kwargs.get("door", ""), key)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how much was survived."""
    kinds = ("passed", "failed", "error")
    found = tallies.counts(r for kind in kinds for r in terminalreporter.stats.get(kind, ()))
    if found:
        terminalreporter.section("survived")
        for line in tallies.table(found):
            terminalreporter.write_line(line)
