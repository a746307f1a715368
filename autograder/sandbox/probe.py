"""Try to break out of a sandbox, before anything is trusted to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError, WorkerError
from autograder.sandbox.backends import Backend
from autograder.sandbox.box import MAKE_ROOM, Box
from autograder.sandbox.session import Child, Limits, Session

SECONDS = 60.0

_FILES = {
    "read a file of the host": "open({canary!r}).read()",
    "write a file of the host": "open({canary!r}, 'w').write('x')",
    "list the folders of the host": "import os; os.listdir({folder!r})",
    "see the environment of the host": "import os; assert 'RNNCOURSE_CANARY' in os.environ",
}
_CALL_UNKNOWN = (
    "libc = ctypes.CDLL(None, use_errno=True); "
    "assert libc.syscall({unknown}, 0, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() != 38"
)
"""38 is ENOSYS: there is no such call."""
_POST = """
import contextlib, socket
one = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]
ways = (
    lambda: one.sendto(b'x', {mailbox!r}),
    lambda: one.sendmsg([b'x'], [], 0, {mailbox!r}),
    lambda: one.connect({mailbox!r}),
)
done = 0
for way in ways:
    with contextlib.suppress(OSError):
        way()
        done += 1
assert done
"""
"""A socket that is one of a pair needs no call of ``socket``, and can write to any that has a path."""
_SIGNAL = (
    "import ctypes, os; libc = ctypes.CDLL(None); "
    "assert libc.syscall(424, libc.syscall(434, os.getppid(), 0), 0, None, 0) == 0"
)
"""The two numbers are those of pidfd_send_signal and pidfd_open, the same on every processor."""
_ALONE = _FILES | {
    "connect to the host": "import socket; socket.create_connection(('127.0.0.1', {port}), 5)",
    "signal the process that started it": "import os; os.kill({pid}, 0)",
}
"""What the sandbox must stop without the walls that the worker puts around itself."""
_TOGETHER = _FILES | {
    "change who may read a file of the host": "import os; os.chmod({canary!r}, 0o777)",
    "watch a folder of the host": "import ctypes; libc = ctypes.CDLL(None); "
    "assert libc.inotify_add_watch(libc.inotify_init(), {folder!r}.encode(), 4095) >= 0",
    "set the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())",
    "open a socket": "import socket; socket.socket()",
    "write to a socket of the host": _POST,
    "start a process": "import os; os.fork() or os._exit(0)",
    "run a program": "import subprocess; subprocess.run(['/bin/true'])",
    "signal the process that started it": "import os; os.kill({pid}, 0)",
    "signal the process that serves the next": _SIGNAL,
    "use more memory than allowed": "x = bytearray({memory})",
    "write a file larger than allowed": "with open('big', 'wb') as f: f.write(bytes({file_size}))",
    "hold memory that no limit counts": "import os; os.memfd_create('x')",
    "take disk without computing": "import os; os.posix_fallocate(os.open('f', os.O_CREAT | os.O_RDWR), 0, 4096)",
    "outlive the process that started it": "import ctypes; assert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0",
    "leave its group of processes": "import os; os.setpgid(0, 0)",
    "hold up the disks of the host": "import ctypes, os; "
    "assert ctypes.CDLL(None).syncfs(os.open('.', os.O_RDONLY)) == 0",
    "leave a pipe that others can open": "import os; os.mkfifo('pipe')",
    "call what the kernel may learn later": f"import ctypes; {_CALL_UNKNOWN}",
    "see the folder around its own": "import os; os.listdir(os.path.dirname(os.environ['HOME']))",
    "import the grader": "import autograder.course.masters",
}
"""What a submission must not be able to do."""
_HARMLESS = "import numpy; assert (numpy.ones(3) + 1).sum() == 6"
_TRY_ALL = """
import json, sys
possible = []
for attempt, code in json.loads(sys.argv[1]).items():
    try:
        exec(code, {})
        possible.append(attempt)
    except BaseException:
        pass
print("possible:", json.dumps(possible))
"""


@dataclass(frozen=True)
class Probe:
    """One attempt.

    Attributes
    ----------
    layer : str
        What stood in the way: the sandbox ``alone``, or with the walls of the worker, ``together``.
    attempt : str
        What was tried.
    stopped : bool
        Whether it was stopped.
    """

    layer: str
    attempt: str
    stopped: bool


def probe(backend: Backend, limits: Limits | None = None) -> Iterator[Probe]:
    """Try everything that student code must not be able to do, and yield what happened.

    Three sandboxes are started at once, for their starts take longest; what is yielded has one order.

    Parameters
    ----------
    backend : Backend
        The sandbox.
    limits : Limits, optional
        Those that it must enforce.

    Raises
    ------
    SandboxError
        If the sandbox does not start, or does not even run harmless code.
    """
    limits = limits or Limits()
    with (
        _host() as (names, canary),
        Session(backend, limits) as first,
        Session(backend, limits) as second,
        ThreadPoolExecutor(3) as threads,
    ):
        names["unknown"] = 999  # no kernel has so many calls
        names |= {"memory": limits.memory + 1, "file_size": limits.file_size + 1}
        bare = {attempt: code.format(**names) for attempt, code in _ALONE.items()}
        codes = {attempt: code.format(**names) for attempt, code in _TOGETHER.items()}
        alone = threads.submit(_possible_alone, backend, bare)
        together = threads.submit(_possible_together, first, codes)
        after = threads.submit(_after_another, second)
        yield from (Probe("alone", attempt, attempt not in alone.result()) for attempt in bare)
        yield from (Probe("together", attempt, attempt not in together.result()) for attempt in codes)
        kept = canary.read_text() == "secret"
        yield Probe("together", "change the file that it tried to write", kept)
        yield from after.result()


@contextmanager
def _host() -> Iterator[tuple[dict[str, Any], Path]]:
    """Put out what must not be reached: a file, a variable, and a port that listens."""
    os.environ["RNNCOURSE_CANARY"] = "1"
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mailbox,
        ):
            canary = Path(folder, "canary")
            canary.write_text("secret")
            mailbox.bind(f"{folder}/mailbox")
            names: dict[str, Any] = {"canary": str(canary), "folder": folder, "pid": os.getpid()}
            yield names | {"port": server.getsockname()[1], "mailbox": mailbox.getsockname()}, canary
    except OSError as error:
        raise SandboxError(f"no sandbox can be tried here: {error}. {MAKE_ROOM}") from error
    finally:
        del os.environ["RNNCOURSE_CANARY"]


def _possible_alone(backend: Backend, codes: Mapping[str, str]) -> list[str]:
    """Return what a bare program can do in the sandbox, which sets no limits by itself."""
    box = Box()
    try:
        command, environment = backend.command(box, [sys.executable, "-I", "-c", _TRY_ALL, json.dumps(codes)])
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"the {backend.name} sandbox does not start: {error}") from None
    finally:
        box.close()
    _, found, listed = done.stdout.rpartition("possible:")
    if not found:
        said = (done.stderr or done.stdout)[-600:].strip() or "nothing"
        raise SandboxError(f"the {backend.name} sandbox does not start. It said: {said}")
    return list(json.loads(listed))


def _possible_together(session: Session, codes: Mapping[str, str]) -> list[str]:
    """Return what a submission can do."""
    with session.child() as child:
        if not _succeeds(child, _HARMLESS):
            raise SandboxError(f"the {session.backend.name} sandbox does not run harmless code")
        return [attempt for attempt, code in codes.items() if _succeeds(child, code)]


_LEAVE = "for n in range(101): open(f'left{n}', 'w').write('secret')"
_LOOK = (
    "import glob, os; up = os.path.dirname(os.environ['HOME']); "
    "places = (os.environ['HOME'], up + '/*', up + '/*/*'); "
    "assert any(open(path).read() for place in places for path in glob.glob(place + '/left*'))"
)
_FILL = (
    "import time\n"
    "for n in range(400):\n    with open(f'f{n}', 'wb') as file: file.write(bytes(1 << 20))\n"
    "else:\n    time.sleep(10)"
)
"""Where the disk is watched, what counts is that it does not stay full: to fill it takes no longer than a look.

Where it has an end, the loop fails; a statement below it would be run all the same, and be waited for."""


def _after_another(session: Session) -> list[Probe]:
    """Try what takes two submissions, and what is stopped by ending the sandbox."""
    with session.child() as child:
        _succeeds(child, _LEAVE)
    with session.child() as child:
        found = _succeeds(child, _LOOK)
    with session.child() as child:
        try:
            filled = _succeeds(child, _FILL)
        except WorkerError:
            filled = False
    return [
        Probe("together", "read what the one before left behind", not found),
        Probe("together", "fill the disk", not filled),
    ]


def _succeeds(child: Child, code: str) -> bool:
    """Run one cell and return whether it ended without an error."""
    child.send(
        {"op": "run", "cells": [{"id": "probe", "source": code, "keep": [], "check": "", "seconds": SECONDS}]}
    )
    error: Any = "no answer"
    while "done" not in (message := child.receive(SECONDS)):
        error = message.get("error", error)
    return bool(error == "")
