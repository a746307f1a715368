"""A marked notebook has a bound on its size, whatever a student printed or pasted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

from nbformat import NotebookNode

from autograder.judging.verdict import HOW_READ, SAYS

MOST_BYTES = 2_000_000
"""Of a marked notebook, as text in a file. What a course needs is a tenth of it."""
_SHORT = 2_000
"""Characters of a long text that stay."""
_ROOM = 100_000
"""Left for what is put in the place of what goes."""
_LEFT_OUT = {
    "output_type": "stream",
    "name": "stdout",
    "text": "Left out: a marked notebook has at most 2 MB.\n",
}
_CUT = "\n\n(The rest is left out: a marked notebook has at most 2 MB. It is in what was handed in.)"


def fitted(notebook: NotebookNode, text_of: Callable[[NotebookNode], str]) -> str:
    """Return a marked notebook as text; if that is too long, without what takes most room in it.

    Outputs go first, then pictures pasted into texts, then the rest of long texts. Cards and scores
    stay, and so does the student's code, which has a bound of its own. The notebook is changed.
    """
    text = text_of(notebook)
    if len(text.encode()) <= MOST_BYTES:
        return text
    left = len(text.encode())
    for size, drop in sorted(_droppable(notebook), key=lambda pair: -pair[0]):
        if left <= MOST_BYTES - _ROOM:
            break
        drop()
        left -= size
    return text_of(notebook)


def _droppable(notebook: NotebookNode) -> Iterator[tuple[int, Callable[[], None]]]:
    """Yield what may go: how much room it takes, and what leaves it out."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.outputs and not _is_card(cell.outputs[0]):
            left_out = [NotebookNode(_LEFT_OUT)]
            yield len(json.dumps(cell.outputs)), partial(cell.__setitem__, "outputs", left_out)
        if cell.get("attachments"):
            yield len(json.dumps(cell.attachments)), partial(cell.__setitem__, "attachments", NotebookNode())
        if cell.cell_type != "code" and cell.get("id") != HOW_READ and len(cell.source) > _SHORT + len(_CUT):
            short = cell.source[:_SHORT] + _CUT
            yield len(json.dumps(cell.source)), partial(cell.__setitem__, "source", short)


def _is_card(output: NotebookNode) -> bool:
    """Return whether an output is a verdict."""
    return SAYS in output.get("metadata", {})
