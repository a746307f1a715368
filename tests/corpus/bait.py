"""What attacks are to find if they can: files beside the sandbox and a door to knock at.

They are made when this module is imported, so that the source of an attack can name them, and
they hold a word that is nowhere else. Whoever shows the word has read them.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import socket
import sqlite3
import tempfile
from pathlib import Path

WORD = f"canary{secrets.token_hex(8)}"
FOLDER = Path(tempfile.mkdtemp(prefix="rnncourse-bait-"))
FILE, OTHER, GRADEBOOK = FOLDER / "solution.py", FOLDER / "student-07.ipynb", FOLDER / "gradebook.db"
_YESTERDAY = 86_400.0


def _lay() -> None:
    FILE.write_text(f"def affine(x, W, b):  # {WORD}\n    return np.tanh(x @ W + b)\n")
    OTHER.write_text(f'{{"cells": [], "metadata": {{"name": "{WORD}"}}}}')
    with sqlite3.connect(GRADEBOOK) as base:
        base.execute("create table grade (student text, score real)")
        base.execute("insert into grade values (?, 1.0)", (WORD,))
    base.close()
    os.environ["RNNCOURSE_SECRET"] = WORD


def _doors() -> tuple[socket.socket, socket.socket]:
    network = socket.create_server(("127.0.0.1", 0), backlog=100)
    local = socket.socket(socket.AF_UNIX)
    local.bind(str(FOLDER / "door"))
    local.listen(100)
    for door in (network, local):
        door.setblocking(False)
    return network, local


_lay()
_NETWORK, _LOCAL = _doors()
PORT: int = _NETWORK.getsockname()[1]
DOOR = FOLDER / "door"
_HELD = {path: path.read_bytes() for path in (FILE, OTHER, GRADEBOOK)}
_ABOUT = {path: (path.stat().st_mode, path.stat().st_uid, os.listxattr(path)) for path in _HELD}


@atexit.register
def _clear() -> None:
    for door in (_NETWORK, _LOCAL):
        door.close()
    shutil.rmtree(FOLDER, ignore_errors=True)


def reset() -> None:
    """Make the files look unread: with `relatime`, which is usual, reading then sets the time of access."""
    for path in _HELD:
        now = path.stat().st_mtime
        os.utime(path, (now - _YESTERDAY, now))


def taken() -> list[str]:
    """Return a line for everything that somebody has done to the bait since :func:`reset`."""
    lines = []
    for path, content in _HELD.items():
        about = path.stat()
        if about.st_atime > about.st_mtime - _YESTERDAY + 1:
            lines.append(f"{path.name} was read")
        if path.read_bytes() != content or (about.st_mode, about.st_uid, os.listxattr(path)) != _ABOUT[path]:
            lines.append(f"{path.name} was changed")
            path.chmod(0o644)
    names = {path.name for path in (*_HELD, DOOR)}
    lines += [f"{path.name} was put there" for path in FOLDER.iterdir() if path.name not in names]
    for door, what in ((_NETWORK, "the network"), (_LOCAL, "a local socket")):
        try:
            door.accept()[0].close()
            lines.append(f"somebody called over {what}")
        except BlockingIOError:
            pass
    reset()
    return lines


reset()
