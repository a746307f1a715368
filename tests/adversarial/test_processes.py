"""Starts processes in every way there is, to outlive the grading or to fill the machine."""

from __future__ import annotations

from tests.adversarial.arena import Arena

START = """
import ctypes, os, pty, subprocess, multiprocessing
import multiprocessing.shared_memory

def tried(what):
    try:
        what()
        print("STARTED")
    except Exception:
        print("refused")

libc = ctypes.CDLL(None, use_errno=True)

def raw(number, *args):
    if libc.syscall(number, *args) < 0:
        raise OSError

def forked():
    if os.fork() == 0:
        os.setsid()
        while True:
            pass

tried(forked)
tried(pty.fork)
tried(lambda: subprocess.run(["/bin/true"]))
tried(lambda: os.posix_spawn("/bin/true", ["true"], {}))
tried(lambda: os.system("true") and 1 / 0)
tried(lambda: os.execv("/bin/true", ["true"]))
tried(lambda: multiprocessing.Process(target=print).start())
tried(lambda: raw(56, 17, 0, 0, 0, 0))
tried(lambda: raw(57))
tried(lambda: raw(58))
tried(lambda: raw(435, ctypes.create_string_buffer(88), 88))
"""


def test_none_starts(arena: Arena) -> None:
    printed = arena.fight(first=START).printed
    assert "refused" in printed
    assert "STARTED" not in printed
