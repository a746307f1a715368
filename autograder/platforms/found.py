"""What a platform's download holds: files, and what their names and lists say about them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from autograder.errors import AutograderError
from autograder.submission.archives import Archive, members_of, too_large
from autograder.submission.kinds import NOTEBOOK, is_a_copy_of_the_system, kind_of_file

MOST_FILES = 20_000
MOST_LIST_BYTES = 16 << 20
"""What a list that a platform packs beside the files may have."""


@dataclass(frozen=True)
class Download:
    """An archive, or a folder into which one was unpacked.

    Attributes
    ----------
    path : Path
        Where it is.
    notebooks : tuple of str
        Names of the notebooks in it, with ``/`` between folders.
    others : tuple of (str, str)
        Names of everything else, each with what it is.
    """

    path: Path
    notebooks: tuple[str, ...]
    others: tuple[tuple[str, str], ...]

    @cached_property
    def _archive(self) -> Archive:
        return Archive(self.path)

    def read(self, name: str, most: int) -> bytes | str:
        """Return the bytes of one file, or why there are none; no more than `most` are ever read."""
        if not self.path.is_dir():
            return self._archive.read(name, most)
        try:
            with (self.path / name).open("rb") as file:
                data = file.read(most + 1)
        except OSError as error:
            return f"{name} cannot be read: {error.strerror}"
        return data if len(data) <= most else too_large(name)

    def text(self, name: str) -> str:
        """Return a list of the platform's as text; empty if it cannot be read."""
        data = self.read(name, MOST_LIST_BYTES)
        return "" if isinstance(data, str) else data.decode("utf-8-sig", "replace")


@dataclass(frozen=True)
class Found:
    """One file that somebody handed in, and what the platform says about it.

    Attributes
    ----------
    file : str
        Its name in the download.
    key : str
        What the platform calls who handed it in: a number, a user name, an address.
    name : str
        Their name, as far as the platform tells.
    also : tuple of str
        What else the platform calls them.
    original : str
        What the student called the file.
    attempt : int
        Orders attempts of which no time is known.
    slot : str
        Files of one attempt that are no attempts at each other have different ones.
    time : datetime or None
        When it was handed in, with its time zone; without one it is in the time of the platform.
    late : bool or None
        Whether the platform says that it is late.
    """

    file: str
    key: str
    name: str = ""
    also: tuple[str, ...] = ()
    original: str = ""
    attempt: int = 0
    slot: str = ""
    time: datetime | None = None
    late: bool | None = None


@dataclass(frozen=True)
class Sorted:
    """What was made of a download.

    Attributes
    ----------
    found : tuple of Found
        Files with their owners.
    skipped : tuple of (str, str)
        Names of notebooks without one, with the reason.
    used : frozenset of str
        Names of lists of the platform's own that were read.
    """

    found: tuple[Found, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    used: frozenset[str] = frozenset()


def download_of(path: Path) -> Download:
    """Return what is in an archive or a folder; nothing is unpacked.

    Raises
    ------
    AutograderError
        If there is none, or it is neither.
    """
    if path.is_dir():
        return _folder(path)
    if not path.exists():
        raise AutograderError(
            f"There is no {path}. Name the archive that the platform gave you, or a folder."
        )
    members = members_of(path)
    return Download(path, members.notebooks, members.others)


def _folder(path: Path) -> Download:
    kinds: dict[str, str] = {}
    for parent, folders, names in os.walk(path):
        folders.sort()
        for place in (Path(parent, name) for name in sorted(names)):
            inside = place.relative_to(path)
            copy = is_a_copy_of_the_system(inside.parts)
            kinds[inside.as_posix()] = "a copy that a system keeps" if copy else _kind(place)
            if len(kinds) > MOST_FILES:
                raise AutograderError(
                    f"{path} has more than {MOST_FILES} files. Name the folder of one download."
                )
    notebooks = tuple(name for name, kind in kinds.items() if kind == NOTEBOOK)
    return Download(path, notebooks, tuple((n, kind) for n, kind in kinds.items() if kind != NOTEBOOK))


def _kind(path: Path) -> str:
    return "no regular file" if path.is_symlink() or not path.is_file() else kind_of_file(path)


def base_of(name: str) -> str:
    """Return the last part of a name in a download, whichever slash stands in it."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def parts_of(name: str) -> Sequence[str]:
    """Return the folders and the file of a name in a download."""
    return [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
