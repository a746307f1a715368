"""Change a finished notebook as an editor would not."""

from __future__ import annotations

import json
from collections.abc import Callable

from nbformat import NotebookNode

from tests.corpus.entry import Tamper

Change = Callable[[NotebookNode], None]


def written(notebook: NotebookNode) -> bytes:
    """Return a notebook as a file, whether or not it obeys the schema."""
    return json.dumps(notebook, indent=1).encode()


def tampered(change: Change) -> Tamper:
    """Return what writes a notebook after changing it in place."""

    def tamper(notebook: NotebookNode) -> bytes:
        change(notebook)
        return written(notebook)

    return tamper


def labelled(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell of that nbgrader label."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)
