"""Read a saved notebook: its code cells, which notebook it is, and what that asks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnncourse.languages import _
from rnncourse.learning import contents
from rnncourse.learning.contents import Contents

_MOST_BYTES = 100 << 20


class BadInput(Exception):
    """What was asked for cannot be done; the message says why, and what to do."""


@dataclass(frozen=True)
class Saved:
    """One notebook as it was last saved.

    Attributes
    ----------
    path : Path
        Its file.
    contents : Contents
        The notebook of the course that it is.
    sources : tuple of str
        Its code cells, in order.
    """

    path: Path
    contents: Contents
    sources: tuple[str, ...]


def read(path: Path) -> Saved:
    """Return a saved notebook.

    Raises
    ------
    BadInput
        If the file is not one, or of another course.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInput(
                _("{path} is larger than 100 MB. Clear its outputs and save it again.").format(path=path)
            )
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from None
    except (ValueError, RecursionError):
        sentence = _("{path} is no notebook: it is not valid JSON. Was it saved to its end?")
        raise BadInput(sentence.format(path=path)) from None
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        sentence = _("{path} is no notebook that can be read here: it has no list of cells.")
        raise BadInput(sentence.format(path=path))
    metadata = data.get("metadata")
    own = metadata.get("rnncourse") if isinstance(metadata, dict) else None
    known = own.get("notebook") if isinstance(own, dict) else None
    found = contents.find(known if isinstance(known, str) else path.stem)
    if found is None:
        names = ", ".join(c.notebook for c in contents.course())
        sentence = _(
            "{path} is no notebook of this course, by its metadata and its name. Those are: {names}."
        )
        raise BadInput(sentence.format(path=path, names=names))
    return Saved(path, found, tuple(_source(cell) for cell in cells if _is_code(cell)))


def _is_code(cell: Any) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
