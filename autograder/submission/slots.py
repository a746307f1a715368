"""The cells of a repaired notebook, and the notebook that they make."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.release import Release, ReleasedCell, with_fields
from autograder.submission.reading import RawCell

_IMAGES = ("image/png", "image/jpeg", "image/gif")
MOST_ATTACHED = 5_000_000
"""Characters of pasted images, in base64, that one cell may carry."""


@dataclass
class Slot:
    """One cell of the repaired notebook.

    Attributes
    ----------
    released : ReleasedCell or None
        What it stands for; None for a cell of the student's own.
    raw : RawCell or None
        What was handed in for it; None if it was missing.
    source : str
        Its text.
    runs : bool
        Whether it is code to run.
    id : str
        Its cell id in the repaired notebook.
    """

    released: ReleasedCell | None
    raw: RawCell | None
    source: str
    runs: bool
    id: str = ""


def name_cells(slots: Sequence[Slot]) -> None:
    """Give each cell its id: as released, or for the student's own one that follows from its content."""
    seen: dict[str, int] = {}
    for slot in slots:
        key = f"{slot.raw.kind if slot.raw else ''}/{slot.source}"
        if slot.released:
            slot.id = slot.released.id
        else:
            number = seen[key] = seen.get(key, 0) + 1
            slot.id = "own-" + hashlib.sha256(f"{number}/{key}".encode()).hexdigest()[:16]


def rebuilt(slots: Sequence[Slot], release: Release) -> NotebookNode:
    """Return the repaired notebook: the metadata is that of the release, and there are no outputs."""
    metadata = copy.deepcopy(release.notebook.metadata)
    cells = [_node(slot) for slot in slots]
    return NotebookNode(metadata=metadata, nbformat=4, nbformat_minor=5, cells=cells)


def _node(slot: Slot) -> NotebookNode:
    if slot.released:
        node = with_fields(slot.released.node, source=slot.source)
    else:
        kind = slot.raw.kind if slot.raw else "raw"
        node = NotebookNode(cell_type=kind, id=slot.id, metadata=NotebookNode(), source=slot.source)
        if kind == "code":
            node.outputs, node.execution_count = [], None
    if slot.raw and node.cell_type == "markdown" and slot.source != (slot.released and slot.released.source):
        images = images_of(slot.raw.attachments)
        if images:
            node.attachments = nbformat.from_dict(images)
    return node


def images_of(attachments: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the pasted images among a cell's attachments; no other type, and none past the limit."""
    kept: dict[str, dict[str, str]] = {}
    left = MOST_ATTACHED
    for name, bundle in attachments.items():
        if not isinstance(bundle, dict) or not name.isprintable():
            continue
        for kind in _IMAGES:
            data = bundle.get(kind)
            data = "".join(d for d in data if isinstance(d, str)) if isinstance(data, list) else data
            if isinstance(data, str) and data.isascii() and len(data) <= left:
                kept[name], left = {kind: data}, left - len(data)
    return kept
