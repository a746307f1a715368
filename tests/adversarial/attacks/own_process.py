"""Looks into its own process and those around it: environment, arguments, open files, memory."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Reading"
HERE = "00_start_here"

ENVIRONMENT = """
import os, sys
print("ENV", sorted(os.environ.items()), os.getlogin if 0 else "")
print("ARGV", sys.argv, getattr(sys, "orig_argv", None))
for name in ("environ", "cmdline", "auxv", "maps", "mountinfo", "status", "cgroup"):
    for who in ("self", str(os.getppid()), "1"):
        try:
            print("PROC", who, name, open(f"/proc/{who}/{name}", errors="replace").read(4000))
        except OSError:
            pass
print("done")
"""
DESCRIPTORS = """
import os
for fd in range(3, 256):
    try:
        path = os.readlink(f"/proc/self/fd/{fd}") if os.path.exists(f"/proc/self/fd/{fd}") else ""
        if not path.startswith(("socket:", "anon_inode", "/dev/", "/proc")):
            os.lseek(fd, 0, 0)
            print("READ", fd, path, os.read(fd, 100))
    except OSError:
        pass
print("done")
"""
PARENT = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
for process in {os.getppid(), 1, os.getpid() - 1}:
    for name in ("mem", "environ", "maps", "fd"):
        try:
            path = f"/proc/{process}/{name}"
            got = os.listdir(path) if name == "fd" else open(path, "rb").read(10)
            if got and process != os.getpid():
                print("READ", got)
        except OSError:
            pass
    for request in (16, 0x4206):
        if libc.ptrace(request, process, None, None) == 0:
            print("TRACED")
    buffer = ctypes.create_string_buffer(64)
    if process != os.getpid() and libc.syscall(310, process, buffer, 1, buffer, 1, 0) >= 0:
        print("PEEKED")
    handle = libc.syscall(434, process, 0)
    if handle >= 0 and libc.syscall(438, handle, 0, 0) >= 0:
        print("FETCHED")
print("done")
"""
OTHERS = """
import os
try:
    names = os.listdir("/proc")
except OSError:
    names = map(str, range(1, 3000))
for name in names:
    if name.isdigit() and int(name) not in (1, os.getpid(), os.getppid()):
        try:
            print("READ", open(f"/proc/{name}/cmdline").read(100), open(f"/proc/{name}/environ").read(10))
        except OSError:
            pass
print("done")
"""
SHARED = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
print("READ" if libc.shmget(0x5EED, 100, 0o1666) >= 0 else "refused")
print("READ" if libc.msgget(0x5EED, 0o1666) >= 0 else "refused")
print("READ" if libc.semget(0x5EED, 1, 0o1666) >= 0 else "refused")
print("READ" if libc.syscall(250, 0, -3, 0) >= 0 else "refused")
for place in ("/dev/shm/x", "/tmp/x", "/var/tmp/x", "/run/x", "/dev/mqueue/x"):
    try:
        open(place, "w").write("for the next one")
        print("READ", place)
    except OSError:
        pass
print("done")
"""
CELLS = {"descriptors": DESCRIPTORS, "parent": PARENT, "others": OTHERS, "shared": SHARED}
ENTRIES = (
    entry(
        "own_process/environment", HERE, first=ENVIRONMENT, shown=("done",), never_shown=("RNNCOURSE_SECRET",)
    ),
    *(
        entry(
            f"own_process/{name}",
            HERE,
            first=cell,
            shown=("done",),
            never_shown=("READ", "TRACED", "PEEKED", "FETCHED"),
        )
        for name, cell in CELLS.items()
    ),
)
