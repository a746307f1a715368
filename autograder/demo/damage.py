"""What happens to the files of the unlucky students, and whether a grader must still read them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.course.notebooks import notebook_text


@dataclass(frozen=True)
class Damage:
    """One accident.

    Attributes
    ----------
    readable : bool
        Whether nothing may be lost by it. Otherwise the file is ungradable, and only this file.
    apply : callable
        ``apply(notebook)`` returns the bytes of the file.
    """

    readable: bool
    apply: Callable[[NotebookNode], bytes]


def _bytes(notebook: NotebookNode) -> bytes:
    return notebook_text(notebook).encode()


def _loose(notebook: NotebookNode) -> bytes:
    """Return a file that no longer obeys the notebook schema."""
    return json.dumps(notebook, indent=1).encode()


def _truncated(notebook: NotebookNode) -> bytes:
    data = _bytes(notebook)
    return data[: len(data) // 2]


def _null_byte(notebook: NotebookNode) -> bytes:
    data = _bytes(notebook)
    middle = data.index(b'"source"')
    return data[:middle] + b"\0" + data[middle:]


def _stripped(notebook: NotebookNode) -> bytes:
    """Drop all metadata and cell ids, as some editors do."""
    bare = copy.deepcopy(notebook)
    bare.metadata = NotebookNode()
    for cell in bare.cells:
        cell.metadata = NotebookNode()
        del cell["id"]
    bare.nbformat_minor = 4
    return _loose(bare)


def _reordered(notebook: NotebookNode) -> bytes:
    """Move all check cells to the top and the set-up cell to the end."""
    mixed = copy.deepcopy(notebook)
    mixed.cells.sort(key=lambda cell: 2 * ("setup" in cell.metadata.get("tags", [])) - _is_check(cell))
    return _bytes(mixed)


def _retyped(notebook: NotebookNode) -> bytes:
    """Turn every answer into a text cell."""
    changed = copy.deepcopy(notebook)
    for cell in changed.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.cell_type = "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    return _bytes(changed)


def _duplicated(notebook: NotebookNode) -> bytes:
    """Copy every labelled cell, with its label and id."""
    doubled = copy.deepcopy(notebook)
    doubled.cells = [
        copy.deepcopy(cell) for cell in notebook.cells for _ in range(1 + ("nbgrader" in cell.metadata))
    ]
    return _loose(doubled)


def _missing(notebook: NotebookNode) -> bytes:
    """Delete all check cells, the set-up and the text."""
    sparse = copy.deepcopy(notebook)
    sparse.cells = [cell for cell in sparse.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    return _bytes(sparse)


def _is_check(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("grade"))


DAMAGES = {
    "": Damage(True, _bytes),
    "broken_json": Damage(False, lambda notebook: _bytes(notebook).replace(b'"cells": [', b'"cells": {', 1)),
    "empty": Damage(False, lambda notebook: b""),
    "truncated": Damage(False, _truncated),
    "null_byte": Damage(False, _null_byte),
    "stripped": Damage(True, _stripped),
    "reordered": Damage(True, _reordered),
    "retyped": Damage(True, _retyped),
    "duplicated": Damage(True, _duplicated),
    "missing": Damage(True, _missing),
}
"""Every accident by its name; the first is none."""
