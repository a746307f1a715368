"""Calls home: sockets of every family, a name look-up, a download."""

from __future__ import annotations

from tests.adversarial.arena import Arena

CALL = """
import socket, urllib.request

def tried(what):
    try:
        what()
        print("REACHED")
    except Exception:
        print("refused")

for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"):
    if hasattr(socket, family):
        tried(lambda: socket.socket(getattr(socket, family), socket.SOCK_STREAM))
        tried(lambda: socket.socket(getattr(socket, family), socket.SOCK_DGRAM))
tried(lambda: urllib.request.urlopen("http://127.0.0.1", timeout=1))
"""


def test_there_is_none(arena: Arena) -> None:
    printed = arena.fight(first=CALL).printed
    assert "refused" in printed
    assert "REACHED" not in printed
