"""Kills, stops and slows down the processes around it."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Harm"
HERE = "00_start_here"

SHOOT = """
import os, resource, signal

def tried(what):
    try:
        what()
        print("HIT")
    except Exception:
        print("refused")

parent = os.getppid()
"""
WAYS = {
    "kill": """
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGUSR1):
    tried(lambda: os.kill(parent, number))
tried(lambda: os.kill(1, signal.SIGKILL) if parent != 1 else 1 / 0)
tried(lambda: signal.pidfd_send_signal(os.pidfd_open(parent), signal.SIGKILL))
""",
    "priority": """
tried(lambda: os.setpriority(os.PRIO_PROCESS, parent, 19))
tried(lambda: os.setpriority(os.PRIO_USER, 0, 19))
tried(lambda: os.sched_setaffinity(parent, {0}))
tried(lambda: os.sched_setscheduler(parent, os.SCHED_IDLE, os.sched_param(0)))
""",
    "limits": """
for limit in ("CPU", "DATA", "AS", "NOFILE", "NPROC", "STACK", "FSIZE"):
    kind = getattr(resource, f"RLIMIT_{limit}")
    tried(lambda: resource.prlimit(parent, kind, (1, 1)))
    tried(lambda: resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)))
""",
    "tracing": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for request in (16, 0x4206, 8):
    tried(lambda: 1 / (libc.ptrace(request, parent, None, None) == 0))
tried(lambda: 1 / (libc.ptrace(0, 0, None, None) == 0))
tried(lambda: open(f"/proc/{parent}/mem", "r+b"))
tried(lambda: open(f"/proc/{parent}/oom_score_adj", "w").write("1000"))
""",
    "kernel": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def raw(number, *args):
    if libc.syscall(number, *args) < 0:
        raise OSError
for call in (165, 166, 169, 155, 246, 272, 308, 321, 298, 323, 175, 313, 167, 170, 153, 161, 227, 164, 126, 103):
    tried(lambda: raw(call, 0, 0, 0, 0, 0))
""",
}
EVERYBODY = "import os, signal\nos.kill(-1, signal.SIGTERM)\nos.killpg(0, signal.SIGKILL)"
TERMINAL = """
import fcntl, os, termios
for place in ("/dev/tty", "/dev/console", "/dev/pts/0", "/dev/ptmx"):
    try:
        fcntl.ioctl(os.open(place, os.O_RDWR), termios.TIOCSTI, b"x")
        print("HIT")
    except OSError:
        pass
for fd in range(3):
    try:
        fcntl.ioctl(fd, termios.TIOCSTI, b"x")
        print("HIT")
    except OSError:
        pass
"""
UNDYING = """
import ctypes, os, signal
libc = ctypes.CDLL(None)
libc.prctl(1, 0)
libc.prctl(36, 1)
libc.prctl(15, b"init")
os.setsid()
"""
ENTRIES = (
    *(
        entry(f"signals/{name}", HERE, first=SHOOT + way, shown=("refused",), never_shown=("HIT",))
        for name, way in WAYS.items()
    ),
    entry("signals/everybody", HERE, first=EVERYBODY),
    entry("signals/terminal", HERE, first=TERMINAL, never_shown=("HIT",)),
    entry("signals/undying", HERE, first=UNDYING),
)
