"""Write a whole file or none of it."""

from __future__ import annotations

import os
from pathlib import Path


def replace_file(path: Path, text: str, mode: int = 0o644) -> None:
    """Put a text file in the place of another; see :func:`replace_bytes`."""
    replace_bytes(path, text.encode(), mode)


def replace_bytes(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file in the place of another, whatever happens meanwhile: the old one stays, or the new one is whole.

    Parameters
    ----------
    path : Path
        The file; its folder is made if it is not there.
    data : bytes
        What is to stand in it.
    mode : int
        Its permissions.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, mode)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
