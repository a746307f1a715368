"""Watches what happens on the host: names of files as they come, and whether something is there at all."""

from __future__ import annotations

from tests.corpus import bait, entry

SECTION = "Reading"
HERE = "00_start_here"

WATCHES = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number, arguments in ((253, ()), (294, (0,)), (300, (0, 0))):
    descriptor = libc.syscall(number, *arguments)
    for path in ({str(bait.FOLDER)!r}, "/tmp", "/root", "/"):
        if descriptor >= 0 and libc.inotify_add_watch(descriptor, path.encode(), 0xFFF) >= 0:
            print("WATCHED", path)
print("done")
"""
HANDLES = f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
handle, mount = ctypes.create_string_buffer(bytes([128, 0, 0, 0]) + bytes(200)), ctypes.c_int()
if libc.syscall(303, -100, {str(bait.FILE)!r}.encode(), handle, ctypes.byref(mount), 0) == 0:
    print("WATCHED")
if libc.syscall(304, -100, handle, 0) >= 0:
    print("WATCHED")
print("done")
"""
SHARED = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number, arguments in ((30, (0, None, 0)), (31, (0, 0, None)), (66, (0, 0, 0)), (71, (0, 0, None)), (249, (0,))):
    ctypes.set_errno(0)
    if libc.syscall(number, *arguments) >= 0 or ctypes.get_errno() != 1:
        print("WATCHED", number)
print("done")
"""
CELLS = {"folders": WATCHES, "handles": HANDLES, "shared memory": SHARED}
ENTRIES = tuple(
    entry(f"watching/{name}", HERE, first=cell, shown=("done",), never_shown=("WATCHED",))
    for name, cell in CELLS.items()
)
