"""Hands in links, pipes, devices and folders in place of the file, and beside it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.corpus import Entry, bait, entry, refused

SECTION = "Harm"
HERE = "00_start_here"


def _link(target: Path | str) -> Callable[[Path, bytes], None]:
    return lambda path, data: path.symlink_to(target)


def _pipe(path: Path, data: bytes) -> None:
    os.mkfifo(path)


def _folder(path: Path, data: bytes) -> None:
    path.mkdir()
    (path / "inside.txt").write_bytes(data)


def _hole(path: Path, data: bytes) -> None:
    path.write_bytes(b"")
    os.truncate(path, 1 << 40)


def _beside(name: str, make: Callable[[Path], object]) -> Callable[[Path, bytes], None]:
    def place(path: Path, data: bytes) -> None:
        path.write_bytes(data)
        make(path.with_name(name))

    return place


INSTEAD = {
    "link to a file": _link(bait.OTHER),
    "link to a device": _link("/dev/zero"),
    "link to itself": _link(f"{HERE}.ipynb"),
    "pipe": _pipe,
    "folder": _folder,
    "hole": _hole,
}
BESIDE: dict[str, Callable[[Path, bytes], None]] = {
    "link beside": _beside("data.txt", lambda p: p.symlink_to(bait.FILE)),
    "folder link beside": _beside("data", lambda p: p.symlink_to(bait.FOLDER)),
    "program beside": _beside("numpy.py", lambda p: p.write_text("raise SystemExit(0)")),
    "configuration beside": _beside("nbgrader_config.py", lambda p: p.write_text("import os\nos._exit(0)")),
    "time as a link": _beside("timestamp.txt", lambda p: p.symlink_to(bait.FILE)),
    "time as nonsense": _beside("timestamp.txt", lambda p: p.write_text("the day before yesterday")),
    "time as bytes": _beside("timestamp.txt", lambda p: p.write_bytes(b"\xff\xfe\0\x80" * 100)),
    "time in a far future": _beside("timestamp.txt", lambda p: p.write_text("9999-12-31 23:59:59 UTC")),
    "time without end": _beside("timestamp.txt", lambda p: p.write_text("9" * 5_000_000)),
}


def _solved(name: str, place: Callable[[Path, bytes], None]) -> Entry:
    return entry(f"odd_files/{name}", HERE, place=place)


ENTRIES = (
    *(replace(refused(f"odd_files/{name}", b""), place=place) for name, place in INSTEAD.items()),
    *(_solved(name, place) for name, place in BESIDE.items()),
)
