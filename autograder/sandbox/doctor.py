"""Measure what each sandbox really confines, by trying to break out of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import SandboxError
from autograder.sandbox.backends import NAMES, Backend
from autograder.sandbox.session import Child, Limits, Session

_PROBES = {
    "read a file of the host": "open({canary!r}).read()",
    "write a file of the host": "open({canary!r}, 'w').write('x')",
    "list the folders of the host": "import os; os.listdir({folder!r})",
    "change who may read a file of the host": "import os; os.chmod({canary!r}, 0o777)",
    "watch a folder of the host": "import ctypes; c = ctypes.CDLL(None); "
    "assert c.inotify_add_watch(c.inotify_init(), {folder!r}.encode(), 4095) >= 0",
    "set the clock": "import time; time.clock_settime(time.CLOCK_REALTIME, time.time())",
    "open a socket": "import socket; socket.socket()",
    "start a process": "import os; os.fork()",
    "run a program": "import subprocess; subprocess.run(['/bin/true'])",
    "signal the process that started it": "import os; os.kill({pid}, 0)",
    "see the environment of the host": "import os; assert 'RNNCOURSE_CANARY' in os.environ",
    "use more memory than allowed": "x = bytearray({memory})",
    "write a file larger than allowed": "with open('big', 'wb') as f: f.write(bytes({file_size}))",
    "import the grader": "import autograder.masters",
}
_HARMLESS = "import numpy; assert (numpy.ones(3) + 1).sum() == 6"


@dataclass(frozen=True)
class Probe:
    """One attempt: what was tried, and whether it was stopped."""

    attempt: str
    stopped: bool


def probe(backend: Backend) -> Iterator[Probe]:
    """Try everything that student code must not be able to do, and yield what happened.

    Raises
    ------
    SandboxError
        If the sandbox does not start, or does not even run harmless code.
    """
    limits = Limits()
    os.environ["RNNCOURSE_CANARY"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder, "canary")
        canary.write_text("secret")
        names = {"canary": str(canary), "folder": folder, "pid": os.getpid()}
        names |= {"memory": limits.memory + 1, "file_size": limits.file_size + 1}
        with Session(backend, limits) as session, session.child() as child:
            if not _succeeds(child, _HARMLESS):
                raise SandboxError(f"the {backend.name} sandbox does not run harmless code")
            for attempt, code in _PROBES.items():
                yield Probe(attempt, not _succeeds(child, code.format(**names)))
        yield Probe("change the file that it tried to write", canary.read_text() == "secret")


def _succeeds(child: Child, code: str) -> bool:
    """Run one cell and return whether it ended without an error."""
    child.send({"op": "run", "cells": [{"id": "probe", "source": code, "keep": []}]})
    error: Any = "no answer"
    while "done" not in (message := child.receive(30)):
        error = message.get("error", error)
    return bool(error == "")


def examine_backends() -> int:
    """Print what each sandbox confines here; return 1 if none confines everything."""
    sound = 0
    for name in NAMES:
        backend = Backend(name)
        reason = backend.missing()
        if reason:
            print(f"{name}: not usable: {reason}")
            continue
        try:
            probes = list(probe(backend))
        except SandboxError as error:
            print(f"{name}: not usable: {error}")
            continue
        print(f"{name}:")
        for result in probes:
            print(f"  {'stopped ' if result.stopped else 'POSSIBLE'}  {result.attempt}")
        sound += all(result.stopped for result in probes)
    print(f"{sound} of {len(NAMES)} sandboxes confine everything that was tried.")
    return 0 if sound else 1
