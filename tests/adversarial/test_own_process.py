"""Looks into its own process: environment, arguments, open files, memory of its parent."""

from __future__ import annotations

import pytest

from tests.adversarial.arena import Arena

ENVIRONMENT = """
import os, sys
print("ENV", sorted(os.environ.items()))
print("ARGV", sys.argv, getattr(sys, "orig_argv", None))
for fd in range(64):
    try:
        print("FD", fd, os.fstat(fd).st_mode, os.readlink(f"/proc/self/fd/{fd}"))
    except OSError:
        pass
try:
    print("PROC", open("/proc/self/environ").read())
except OSError:
    pass
print("done")
"""


def test_nothing_of_the_host_is_in_its_environment(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RNNCOURSE_SECRET", "swordfish")
    arena.session.stop()  # so that the sandbox starts with it
    printed = arena.fight(first=ENVIRONMENT).printed
    assert "done" in printed
    assert "swordfish" not in printed
    assert str(arena.canary.parent) not in printed


SHARED = """
import os
for fd in (0, 1, 2):
    os.set_blocking(fd, False)
    try:
        os.lseek(fd, 0, 0)
        got = os.read(fd, 1000)
    except OSError:
        got = b""
    if got:
        print("READ", fd, got)
    try:
        os.write(fd, b"the answer to exercise 3 is 42")
    except OSError:
        pass
print("done")
"""


def test_two_submissions_share_no_file(arena: Arena) -> None:
    arena.fight(first=SHARED)
    second = arena.fight(first=SHARED)
    assert "done" in second.printed
    assert "READ" not in second.printed


def test_the_memory_of_the_parent_is_closed(arena: Arena) -> None:
    first = """
import ctypes, os
parent = os.getppid()
for name in ("mem", "environ", "maps", "fd"):
    try:
        path = f"/proc/{parent}/{name}"
        print("READ", os.listdir(path) if name == "fd" else open(path, "rb").read(10))
    except OSError:
        pass
libc = ctypes.CDLL(None, use_errno=True)
for request in (0, 16, 0x4206):
    if libc.ptrace(request, parent, None, None) == 0 and request:
        print("TRACED")
print("done")
"""
    printed = arena.fight(first=first).printed
    assert "done" in printed
    assert "READ" not in printed
    assert "TRACED" not in printed
