"""One sandbox that serves many submissions, and the connection to one of them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from autograder.errors import SandboxError, WorkerError
from autograder.sandbox.backends import Backend
from autograder.sandbox.box import Box, Contents
from autograder.sandbox.disk import watched
from autograder.sandbox.inside import wire

START_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    cpu_seconds : int
        CPU time in all.
    call_seconds, cell_seconds : float
        CPU time of one call of a function and of one cell; after it the code is interrupted. A call that
        the solution needs long for gets more, and what comes after something that hung gets less.
    wall_factor : float
        How much wall time is allowed for a CPU second, so that a slow machine costs no marks.
    grace : float
        Seconds of wall time on top of each of these waits.
    memory, file_size : int
        Bytes of address space, and bytes of one file.
    """

    cpu_seconds: int = 60
    call_seconds: float = 1.0
    cell_seconds: float = 10.0
    wall_factor: float = 2.0
    grace: float = 2.0
    memory: int = 3 << 30
    file_size: int = 16 << 20


class Child:
    """The connection to the process of one submission."""

    def __init__(self, connection: socket.socket, limits: Limits) -> None:
        self._connection, self.limits = wire.Buffered(connection), limits
        self.confined = False

    def begin(self) -> None:
        """Send the limits, with which the process confines itself."""
        self.send(asdict(self.limits))

    def start(self) -> None:
        """Wait until the process has confined itself, and learn whether it has."""
        try:
            self.confined = bool(self.receive(START_SECONDS).get("confined"))
        except BaseException:
            self.close()
            raise

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises
        ------
        WorkerError
            If the process is gone or does not read.
        """
        try:
            self._connection.settimeout(10)
            wire.send(self._connection, message)
        except (OSError, wire.WireError) as error:
            raise WorkerError(f"the program ended: {error}") from None

    def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next message.

        Raises
        ------
        TimeoutError
            If it takes longer.
        WorkerError
            If the process is gone or sends what is not a message.
        """
        try:
            self._connection.settimeout(seconds)
            return wire.receive(self._connection)
        except TimeoutError:
            raise
        except (OSError, EOFError, wire.WireError) as error:
            raise WorkerError(f"the program ended: {error}") from None

    @property
    def has_spoken(self) -> bool:
        """Whether something is here that was not received yet."""
        return not self._connection.is_empty

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Session:
    """A running sandbox. Use it as a context manager.

    Attributes
    ----------
    hurried : bool
        Whether others are waiting, so that a submission that hangs had better be graded later; it then
        raises :class:`~autograder.judging.patience.ComeBackLater`.
    """

    def __init__(
        self, backend: Backend, limits: Limits | None = None, contents: Contents | None = None
    ) -> None:
        self.backend, self.limits = backend, limits or Limits()
        self._box = Box(contents)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._next: Child | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the session
        self.started, self.hurried = 0, False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._box.close()
        self._log.close()

    @contextlib.contextmanager
    def child(self) -> Iterator[Child]:
        """Serve one submission: a fresh process that ends with the ``with`` block.

        The process for the next one is begun as soon as this one is gone, and confines itself meanwhile.

        Raises
        ------
        SandboxError
            If the sandbox does not start.
        """
        child = self._started()
        try:
            with watched(self._box.scratch, self._kill):
                yield child
        finally:
            child.close()
            self._finish(child.confined)
            if self._control:
                with contextlib.suppress(OSError, WorkerError):  # then it is noticed when it is needed
                    self._next = self._begun(self._control)

    def _started(self) -> Child:
        """Return the connection to a process that has confined itself: the one that was begun, if it lives."""
        control = self._running()
        begun, self._next = self._next, None
        if begun:
            with contextlib.suppress(WorkerError, TimeoutError):
                begun.start()
                return begun
            self.stop()
            control = self._running()
        try:
            child = self._begun(control)
            child.start()
            return child
        except (OSError, WorkerError, TimeoutError) as error:
            self.stop()
            raise SandboxError(
                f"the {self.backend.name} sandbox does not answer ({error}). {self._said()}"
            ) from None

    def _begun(self, control: socket.socket) -> Child:
        """Return the connection to a process that has just been begun."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(control, [b"n"], [theirs.fileno()])
            child = Child(ours, self.limits)
            child.begin()
            return child
        except BaseException:
            ours.close()
            raise

    def _running(self) -> socket.socket:
        """Return the control connection of a sandbox that runs, starting one if need be."""
        if self._process and self._process.poll() is None and self._control:
            return self._control
        self.stop()
        self._box.renew()
        ours, theirs = socket.socketpair()
        command, environment = self.backend.command(self._box)
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=self._log,
                stderr=self._log,
                env=environment,
                start_new_session=True,
            )
        self._control = ours
        ours.settimeout(START_SECONDS)
        try:
            ready = ours.recv(1)
        except OSError:
            ready = b""
        if ready != b"r":
            self.stop()
            raise SandboxError(f"the {self.backend.name} sandbox does not start. {self._said()}")
        self.started += 1
        return ours

    def _finish(self, confined: bool) -> None:
        """End the process of a submission; throw the sandbox away unless nothing is left of it."""
        assert self._control
        try:
            self._control.settimeout(5)
            self._control.sendall(b"e")
            clean, self.last_status = struct.unpack(">?I", self._read_report())
        except (OSError, struct.error):
            clean = False
        if not (clean and confined):
            self.stop()

    def _read_report(self) -> bytes:
        assert self._control
        report = b""
        while len(report) < 5:
            part = self._control.recv(5 - len(report))
            if not part:
                break
            report += part
        return report

    def stop(self) -> None:
        """End the sandbox with everything in it."""
        if self._next:
            self._next.close()
        if self._control:
            self._control.close()
        if self._process:
            self._kill()
            self._process.wait()
            time.sleep(0)
        self._process = self._control = self._next = None

    def _kill(self) -> None:
        """Kill the sandbox; what it was asked then fails as if the student's code had ended it."""
        if self._process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _said(self) -> str:
        """Return the end of what the sandbox printed, for an error message."""
        self._log.seek(0)
        text = self._log.read()[-600:].decode(errors="replace").strip()
        return f"It said: {text}" if text else "It said nothing."
