"""Read notebooks out of a zip archive without unpacking it: no name in it ever becomes a path."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.submission import MOST_BYTES

INSIDE = ": "
"""What stands between the name of an archive and that of a file in it."""
MOST_MEMBERS = 20_000
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Other ways are not read: Python unpacks them in one go, and 469 bytes can be 400 MB."""
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,  # an offset of 64 bits
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,  # it is encrypted
    ValueError,
)


def notebooks_in(path: Path) -> list[str]:
    """Return the names of the notebooks in an archive, sorted; hidden copies that systems add are left out.

    Raises
    ------
    SubmissionError
        If it is no zip archive, or has more entries than any class hands in.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name for name in archive.namelist() if name.endswith(".ipynb")}
            count = len(archive.infolist())
    except _DAMAGED as error:
        raise SubmissionError(
            f"{path} cannot be read as a zip archive: {error}. Pack the notebooks again."
        ) from None
    if count > MOST_MEMBERS:
        raise SubmissionError(f"{path} has {count} entries; at most {MOST_MEMBERS} are read. Split it.")
    hidden = {name for name in names if any(part.startswith((".", "__MACOSX")) for part in _parts(name))}
    return sorted(names - hidden)


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part for part in PurePosixPath(name).parts if part != "..")


def read_member(path: Path, name: str, most: int) -> bytes | str:
    """Return the bytes of one file of an archive, or why there are none.

    It is unpacked in memory and never beyond `most` bytes, whatever the archive says about its size.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo(name)
            mode = entry.external_attr >> 16
            if entry.is_dir() or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
                return f"{name} is not a regular file. Hand in the .ipynb file itself."
            if entry.compress_type not in _PACKED:
                return f"{name} is packed in an unusual way. Pack it again as an ordinary zip archive."
            with archive.open(entry) as file:
                data = file.read(most + 1)
    except _DAMAGED as error:
        return f"{name} cannot be unpacked: {error}. Pack it again."
    return too_large(name, len(data)) if len(data) > most else data


def too_large(name: str, size: int) -> str:
    """Return the sentence for a file that is larger than any notebook."""
    return (
        f"{name} has {size >> 20} MB; a notebook may have {MOST_BYTES >> 20}. Clear its outputs and save it."
    )
