"""Try to break out of a sandbox, before anything is trusted to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox.backends import Backend
from autograder.sandbox.box import Box
from autograder.sandbox.session import Child, Limits, Session

SECONDS = 60.0

_FILES = {
    "read a file of the host": "open({canary!r}).read()",
    "write a file of the host": "open({canary!r}, 'w').write('x')",
    "list the folders of the host": "import os; os.listdir({folder!r})",
    "see the environment of the host": "import os; assert 'RNNCOURSE_CANARY' in os.environ",
}
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
    "start a process": "import os; os.fork() or os._exit(0)",
    "run a program": "import subprocess; subprocess.run(['/bin/true'])",
    "signal the process that started it": "import os; os.kill({pid}, 0)",
    "use more memory than allowed": "x = bytearray({memory})",
    "write a file larger than allowed": "with open('big', 'wb') as f: f.write(bytes({file_size}))",
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
    with _host() as (names, canary):
        names |= {"memory": limits.memory + 1, "file_size": limits.file_size + 1}
        for layer, attempts, done in (
            ("alone", _ALONE, _possible_alone),
            ("together", _TOGETHER, _possible_together),
        ):
            codes = {attempt: code.format(**names) for attempt, code in attempts.items()}
            possible = done(backend, limits, codes)
            for attempt in codes:
                yield Probe(layer, attempt, attempt not in possible)
        yield Probe("together", "change the file that it tried to write", canary.read_text() == "secret")


@contextmanager
def _host() -> Iterator[tuple[dict[str, Any], Path]]:
    """Put out what must not be reached: a file, a variable, and a port that listens."""
    os.environ["RNNCOURSE_CANARY"] = "1"
    try:
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
            canary = Path(folder, "canary")
            canary.write_text("secret")
            port = server.getsockname()[1]
            yield {"canary": str(canary), "folder": folder, "pid": os.getpid(), "port": port}, canary
    except OSError as error:
        raise SandboxError(f"no sandbox can be tried here: {error}") from error
    finally:
        del os.environ["RNNCOURSE_CANARY"]


def _possible_alone(backend: Backend, limits: Limits, codes: Mapping[str, str]) -> list[str]:
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


def _possible_together(backend: Backend, limits: Limits, codes: Mapping[str, str]) -> list[str]:
    """Return what a submission can do."""
    with Session(backend, limits) as session, session.child() as child:
        if not _succeeds(child, _HARMLESS):
            raise SandboxError(f"the {backend.name} sandbox does not run harmless code")
        return [attempt for attempt, code in codes.items() if _succeeds(child, code)]


def _succeeds(child: Child, code: str) -> bool:
    """Run one cell and return whether it ended without an error."""
    child.send(
        {"op": "run", "cells": [{"id": "probe", "source": code, "keep": [], "check": "", "seconds": SECONDS}]}
    )
    error: Any = "no answer"
    while "done" not in (message := child.receive(SECONDS)):
        error = message.get("error", error)
    return bool(error == "")
