"""Calls home: sockets of every family, names looked up, downloads, a door in the file system."""

from __future__ import annotations

from tests.corpus import anywhere, bait, entry

SECTION = "Reading"
HERE = "00_start_here"

TRY = """
import ctypes, os, socket, urllib.request

def tried(what):
    try:
        what()
        print("REACHED")
    except Exception:
        print("refused")
"""
FAMILIES = """
for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_ALG", "AF_CAN"):
    if hasattr(socket, family):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            tried(lambda: socket.socket(getattr(socket, family), kind))
tried(lambda: socket.create_server(("127.0.0.1", 0)))
"""
CALLS = f"""
tried(lambda: socket.create_connection(("127.0.0.1", {bait.PORT}), timeout=1))
tried(lambda: socket.create_connection(("192.0.2.1", 80), timeout=1))
tried(lambda: socket.socket(socket.AF_UNIX).connect({str(bait.DOOR)!r}))
tried(lambda: urllib.request.urlopen("http://127.0.0.1:{bait.PORT}", timeout=1))
tried(lambda: urllib.request.urlopen("https://example.org", timeout=1))
tried(lambda: socket.getaddrinfo("example.org", 80))
"""
RAW = f"""
libc = ctypes.CDLL(None, use_errno=True)

def raw(number, *args):
    if libc.syscall(number, *args) < 0:
        raise OSError

tried(lambda: raw(41, 2, 1, 0))
tried(lambda: raw(41 | 0x40000000, 2, 1, 0) if 0 else raw(41, 16, 3, 0))
tried(lambda: raw(425, 8, ctypes.create_string_buffer(120)))
tried(lambda: socket.fromfd(0, socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", {bait.PORT})))
"""
SENDS = f"""
import socket

def NAME(*args):
    with socket.create_connection(("127.0.0.1", {bait.PORT}), timeout=2) as connection:
        connection.sendall(repr(args).encode())
        return connection.recv(1000)
"""
PASSED = """
def passes(kind):
    ours, theirs = socket.socketpair(kind)
    ours.send(b"x")

tried(lambda: socket.send_fds(socket.socket(fileno=3), [b"x"], [0]))
"""
CELLS = {"families": FAMILIES, "calls": CALLS, "raw": RAW, "passed": PASSED}
ENTRIES = tuple(
    entry(f"network/{name}", HERE, first=TRY + cell, shown=("refused",), never_shown=("REACHED",))
    for name, cell in CELLS.items()
)
ANYWHERE = (anywhere("network/asks", SENDS, "crashed"),)
