"""What kind of file something is, by its content first and its name second."""

from __future__ import annotations

from pathlib import Path

from rnncourse.learning.record import FILE as PROGRESS

HEAD = 262_144
"""Bytes from the beginning of a file that are looked at."""
NOTEBOOK = ""

_ARCHIVE = "a compressed archive"
_BY_CONTENT = (
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a zip archive or an office document"),
    (0, b"PK\x05\x06", "an empty zip archive"),
    (0, b"\x1f\x8b", _ARCHIVE),
    (0, b"Rar!", _ARCHIVE),
    (0, b"7z\xbc\xaf", _ARCHIVE),
    (0, b"BZh", _ARCHIVE),
    (0, b"\xfd7zXZ", _ARCHIVE),
    (0, b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (257, b"ustar", "a tar archive"),
    (0, b"\x89PNG", "an image"),
    (0, b"\xff\xd8\xff", "an image"),
    (0, b"<", "a web page or other marked-up text, not the notebook itself"),
)
_PACKED = ("a zip archive or an office document", _ARCHIVE, "a tar archive")
_KEYS = (b'"cells"', b'"worksheets"', b'"nbformat"')


def kind_of(name: str, head: bytes) -> str:
    """Return what a file is, in words, or :data:`NOTEBOOK` if it is to be read as one.

    A file that is called ``.ipynb``, in whichever case, is one, however broken. So is what holds the
    cells of one under any other name.

    Parameters
    ----------
    name : str
        Name of the file.
    head : bytes
        Its first :data:`HEAD` bytes.
    """
    plain = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if name.lower().endswith(".ipynb") or (plain[:1] == b"{" and any(key in plain for key in _KEYS)):
        return NOTEBOOK
    if name.endswith(PROGRESS):
        return "what progress() keeps for the student; nobody grades it"
    if not plain:
        return "an empty file"
    what = known_kind(head) or known_kind(plain) or "no notebook by its content"
    return f"{what}; unpack it and hand in what is in it" if what in _PACKED else what


def known_kind(data: bytes) -> str:
    """Return what begins like that in words, or nothing if it is unknown."""
    return next((what for at, start, what in _BY_CONTENT if data[at:].startswith(start)), "")


def kind_of_file(path: Path) -> str:
    """Return what a file is, or :data:`NOTEBOOK`; one that is called a notebook is never opened here."""
    if path.suffix.lower() == ".ipynb":
        return NOTEBOOK
    if path.is_symlink() or not path.is_file():
        return "no regular file"
    try:
        with path.open("rb") as file:
            return kind_of(path.name, file.read(HEAD))
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


def is_a_copy_of_the_system(parts: tuple[str, ...]) -> bool:
    """Return whether a path leads to what Jupyter or an operating system keeps beside the files of a person."""
    return any(part.startswith((".", "__MACOSX")) for part in parts if part not in ("..", "."))
