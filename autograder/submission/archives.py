"""Read notebooks out of a zip archive without unpacking it: no name in it ever becomes a path."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.errors import SubmissionError
from autograder.submission import MOST_BYTES
from autograder.submission.kinds import HEAD, NOTEBOOK, is_a_copy_of_the_system, kind_of

INSIDE = ": "
"""What stands between the name of an archive and that of a file in it."""
MOST_MEMBERS = 20_000
_LOCKED = 1
"""The bit of its flags that says that a file is encrypted."""
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


@dataclass(frozen=True)
class Members:
    """What is in an archive.

    Attributes
    ----------
    notebooks : tuple of str
        Names of what is a notebook, sorted.
    others : tuple of (str, str)
        Names of everything else, each with what it is.
    """

    notebooks: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


def members_of(path: Path) -> Members:
    """Return every file of an archive: as a notebook, or with the reason why it is none.

    Raises
    ------
    SubmissionError
        If it is no zip archive, or has more entries than any class hands in.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            count = len(archive.infolist())
            if count <= MOST_MEMBERS:
                return _members(archive)
    except _DAMAGED as error:
        raise SubmissionError(
            f"{path} cannot be read as a zip archive: {error}. Pack the notebooks again."
        ) from None
    raise SubmissionError(f"{path} has {count} entries; at most {MOST_MEMBERS} are read. Split it.")


def _members(archive: zipfile.ZipFile) -> Members:
    names = Counter(entry.filename for entry in archive.infolist() if not entry.is_dir())
    kinds = {name: _kind(archive, name) for name in sorted(names)}
    notebooks = tuple(name for name, kind in kinds.items() if kind == NOTEBOOK)
    others = [(name, kind) for name, kind in kinds.items() if kind != NOTEBOOK]
    others += [(name, "there twice; the last one was read") for name in notebooks if names[name] > 1]
    return Members(notebooks, tuple(others))


def notebooks_in(path: Path) -> list[str]:
    """Return the names of the notebooks in an archive, sorted; see :func:`members_of`."""
    return list(members_of(path).notebooks)


def _kind(archive: zipfile.ZipFile, name: str) -> str:
    """Return what a member is; one that is called a notebook is one, and read later."""
    if is_a_copy_of_the_system(PurePosixPath(name.replace("\\", "/")).parts):
        return "a copy that a system keeps"
    if name.lower().endswith(".ipynb"):
        return NOTEBOOK
    try:
        head = _opened(archive, name, HEAD)
    except _DAMAGED as error:
        return f"it cannot be unpacked: {error}"
    return head if isinstance(head, str) else kind_of(name, head)


def read_member(path: Path, name: str, most: int) -> bytes | str:
    """Return the bytes of one file of an archive, or why there are none; see :meth:`Archive.read`."""
    return Archive(path).read(name, most)


class Archive:
    """An archive of which many files are read: where each begins is looked up once.

    Parameters
    ----------
    path : Path
        Where it is. It is opened when the first file is read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._opened: zipfile.ZipFile | None = None

    def read(self, name: str, most: int) -> bytes | str:
        """Return the bytes of one file, or why there are none.

        It is unpacked in memory and never beyond `most` bytes, whatever the archive says about its size.
        """
        try:
            if self._opened is None:
                self._opened = zipfile.ZipFile(self._path)
            data = _opened(self._opened, name, most + 1)
        except _DAMAGED as error:
            return f"{name} cannot be unpacked: {error}. Pack it again."
        return too_large(name) if isinstance(data, bytes) and len(data) > most else data


def _opened(archive: zipfile.ZipFile, name: str, most: int) -> bytes | str:
    """Return the first bytes of one file of an archive, or why there are none."""
    entry = archive.getinfo(name)
    mode = entry.external_attr >> 16
    if entry.is_dir() or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
        return f"{name} is not a regular file. Hand in the .ipynb file itself."
    if entry.flag_bits & _LOCKED:
        return f"{name} is locked with a password. Pack it again without one."
    if entry.compress_type not in _PACKED:
        return f"{name} is packed in an unusual way. Pack it again as an ordinary zip archive."
    with archive.open(entry) as file:
        return file.read(most)


def too_large(name: str, size: int = 0) -> str:
    """Return the sentence for a file that is larger than any notebook; 0 if nobody knows how large."""
    most = MOST_BYTES // 1_000_000
    shown = f"{size / 1e6:.0f}" if size else f"more than {most}"
    return (
        f"{name} has {shown} MB, and at most {most} MB are read. Choose Edit > Clear Outputs of All Cells in "
        "JupyterLab, save, and hand it in again."
    )
