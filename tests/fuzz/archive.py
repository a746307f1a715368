"""Any bytes that are handed in as an archive are read in bounded memory, or refused in a sentence."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.submission import archives
from tests.fuzz.limits import bounded

LONGEST = 4_096
MOST = 100_000
"""Bytes that a file in an archive may unpack to; less than a notebook may have, to be fast."""
DICTIONARY = (
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b".ipynb",
    b"\xff\xff\xff\xff",
)
_PATH = Path(tempfile.mkdtemp(prefix="fuzz-archive-")) / "class.zip"


def one_input(data: bytes) -> None:
    """List the notebooks of an archive and read each."""
    _PATH.write_bytes(data)
    with bounded(seconds=5, megabytes=60):
        names = []
        with contextlib.suppress(SubmissionError):
            names = archives.notebooks_in(_PATH)
        for name in names:
            assert name.endswith(".ipynb")
            content = archives.read_member(_PATH, name, MOST)
            assert isinstance(content, bytes | str)
            assert not isinstance(content, bytes) or len(content) <= MOST
    assert os.listdir(_PATH.parent) == [_PATH.name], "nothing is unpacked"


def seeds() -> Iterator[bytes]:
    """Yield archives packed in every way that there is."""
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        for wide in (False, True):
            yield _archive(method, wide)
    locked = bytearray(_archive(zipfile.ZIP_STORED, False))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1  # says that it is encrypted
    yield bytes(locked)
    yield b"leading bytes" + _archive(zipfile.ZIP_DEFLATED, False)


def _archive(method: int, wide: bool) -> bytes:
    """Return an archive of a notebook, a link, and a folder, with 64-bit sizes if it is to be wide."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = b"of a class" * wide
        with archive.open("student-07/00_start_here.ipynb", "w", force_zip64=wide) as file:
            file.write(b'{"cells": []}' * 20)
        link = zipfile.ZipInfo("link.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/hostname")
        archive.writestr("folder.ipynb/", "")
    return buffer.getvalue()


def plant() -> None:
    """Forget that what is packed may be damaged."""
    archives._DAMAGED = tuple(error for error in archives._DAMAGED if error is not zlib.error)  # type: ignore[assignment]
