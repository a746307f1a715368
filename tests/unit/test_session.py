"""A sandbox serves the next submission only when nothing is left of the one before, and all walls stood."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator

import pytest

from autograder.sandbox import Backend, Session
from tests.conftest import SMALL, WORKING
from tests.unit.test_disk import run


@pytest.fixture
def running() -> Iterator[tuple[Session, socket.socket]]:
    """A session whose sandbox is a process that waits, and the other end of its control connection."""
    with Session(Backend("none")) as session:
        session._control, theirs = socket.socketpair()
        command = [sys.executable, "-S", "-c", "import time; time.sleep(600)"]
        session._process = subprocess.Popen(command, start_new_session=True)
        with theirs:
            yield session, theirs


@pytest.mark.parametrize(
    ("clean", "confined", "kept"),
    [(True, True, True), (True, False, False), (False, True, False)],
    ids=["clean", "unconfined", "something is left"],
)
def test_only_a_clean_and_confined_sandbox_is_used_again(
    running: tuple[Session, socket.socket], clean: bool, confined: bool, kept: bool
) -> None:
    session, theirs = running
    theirs.sendall(struct.pack(">?I", clean, 0))
    session._finish(confined)
    assert (session._process is not None) == kept


def test_a_sandbox_that_does_not_report_is_not_used_again(running: tuple[Session, socket.socket]) -> None:
    session, theirs = running
    theirs.shutdown(socket.SHUT_WR)
    session._finish(True)
    assert session._process is None


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKING)
def test_the_next_process_is_begun_before_it_is_needed_and_another_if_it_dies(name: str) -> None:
    with Session(Backend(name), SMALL) as session:
        with session.child() as child:
            assert run(child, "me = 1; print(me)") == "1\n"
        begun = session._next
        assert begun
        with session.child() as child:
            assert child is begun
            assert run(child, "print('me' in globals())") == "False\n"
        assert session._next
        assert session._next is not begun
        session._next.close()  # its process ends
        with session.child() as child:
            assert run(child, "print('me' in globals())") == "False\n"
        assert session.started == 2
