"""Fills its folder: with files, inodes, depth, links, locked doors, holes; and memory that is a disk."""

from __future__ import annotations

from tests.corpus import entry

SECTION = "Harm"
HERE = "00_start_here"

FILLS = {
    "many": "for n in range(2000):\n    open(f'f{n}', 'w').close()",
    "large": "with open('large', 'wb') as f:\n    for _ in range(100): f.write(bytes(1 << 20))",
    "deep": "for _ in range(1000):\n    os.mkdir('d'); os.chdir('d')",
    "links": "os.symlink('/', 'root'); os.mkfifo('pipe'); os.symlink('x', 'x')",
    "locked": "os.mkdir('a'); open('a/b', 'w').close(); os.chmod('a', 0); os.chmod('.', 0)",
    "names": "for n in range(50):\n    open(chr(97 + n) * 60 + '\\n\\x1b[2J; rm -rf .', 'w').close()",
    "shared memory": "import multiprocessing.shared_memory as m; m.SharedMemory(create=True, size=1 << 20)",
    "memory file": "fd = os.memfd_create('x')\nfor _ in range(100): os.write(fd, bytes(1 << 20))",
    "reserved": "for n in range(150):\n    os.posix_fallocate(os.open(f'r{n}', os.O_CREAT | os.O_RDWR), 0, 1 << 20)",
    "set-uid": "open('s', 'w').write('#!/bin/sh'); os.chmod('s', 0o6777)",
}
ENTRIES = tuple(entry(f"disk/{name}", HERE, first=f"import os\n{fill}") for name, fill in FILLS.items())
