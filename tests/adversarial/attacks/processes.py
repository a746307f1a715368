"""Starts processes in every way there is, to outlive the grading or to fill the machine."""

from __future__ import annotations

from tests.corpus import anywhere, entry

SECTION = "Harm"
HERE = "00_start_here"

TRY = """
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
"""
WAYS = {
    "python": """
tried(forked)
tried(pty.fork)
tried(os.forkpty)
tried(lambda: multiprocessing.Process(target=print).start())
tried(lambda: multiprocessing.get_context("forkserver").Pool(2))
""",
    "programs": """
tried(lambda: subprocess.run(["/bin/true"]))
tried(lambda: subprocess.run("true", shell=True))
tried(lambda: os.posix_spawn("/bin/true", ["true"], {}))
tried(lambda: os.system("true") and 1 / 0)
tried(lambda: os.popen("true").close() and 1 / 0)
tried(lambda: os.execv("/bin/true", ["true"]))
""",
    "raw": """
tried(lambda: raw(56, 17, 0, 0, 0, 0))
tried(lambda: raw(57))
tried(lambda: raw(58))
tried(lambda: raw(59, b"/bin/true", None, None))
tried(lambda: raw(322, -100, b"/bin/true", None, None, 0))
tried(lambda: raw(435, ctypes.create_string_buffer(88), 88))
""",
}
LIVE_ON = """
import ctypes, os
libc = ctypes.CDLL(None)

def tried(what):
    try:
        what()
        print("STARTED")
    except OSError:
        print("refused")

def cleared():
    if libc.prctl(1, 0, 0, 0, 0):
        raise OSError

tried(cleared)
tried(os.setsid)
tried(lambda: os.setpgid(0, 0))
"""
WAYS["live on"] = LIVE_ON
BOMB = "import os\ndef NAME(*args):\n    while True:\n        os.fork()"
ORPHANS = {
    "daemon": "import os\ndef NAME(*args):\n    if os.fork() == 0:\n        os.setsid()\n"
    "        if os.fork() == 0:\n            while True: pass\n        os._exit(0)\n    return 0",
    "nohup": "import subprocess\ndef NAME(*args):\n"
    "    subprocess.Popen(['nohup', 'sleep', '600'], start_new_session=True)\n    return 0",
    "ignores": "import os, signal\ndef NAME(*args):\n    for s in range(1, 32):\n        try: signal.signal(s, 1)\n"
    "        except OSError: pass\n    if os.fork() == 0:\n        while True: pass\n    return 0",
}
ENTRIES = tuple(
    entry(f"processes/{name}", HERE, first=TRY + way, shown=("refused",), never_shown=("STARTED",))
    for name, way in WAYS.items()
)
ANYWHERE = (
    anywhere("processes/bomb", BOMB, "crashed"),
    *(anywhere(f"processes/orphan, {name}", way, "crashed") for name, way in ORPHANS.items()),
)
