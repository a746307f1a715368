"""The same few accidents in every notebook of the course, whatever its exercises are like."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tests.corpus.entry import Entry
from tests.honest.draft import Cell, Draft, handed_in
from tests.ours import MODULES

LABELS = "recognised by what"


def _is_answer(cell: Cell) -> bool:
    marks = cell["metadata"].get("nbgrader", {})
    return bool(marks.get("solution")) and cell["cell_type"] == "code"


def _stripped(draft: Draft) -> None:
    """No metadata, no ids: only the text of the cells is left."""
    draft.content["metadata"] = {}
    draft.each(lambda cell: cell.update(metadata={}))
    draft.each(lambda cell: cell.pop("id"))


def _stubs_below(draft: Draft) -> None:
    """The untouched cell is pasted below each answer."""
    for name in [name for name, cell in draft.named.items() if _is_answer(cell)]:
        draft.put(draft.copy(name, draft.stub(name)), after=name)


def _answers_as_text(draft: Draft) -> None:
    for cell in draft.cells:
        if _is_answer(cell):
            cell.update(cell_type="markdown", source=f"```python\n{cell['source']}\n```")


def _only_answers(draft: Draft) -> None:
    """All else was deleted, and the answers stand in the opposite order."""
    draft.content["cells"] = [cell for cell in reversed(draft.cells) if _is_answer(cell)]


def _checks_first(draft: Draft) -> None:
    draft.cells.sort(key=lambda cell: not cell["metadata"].get("nbgrader", {}).get("grade"))


def _pasted_twice(draft: Draft) -> None:
    draft.content["cells"] = draft.cells + copy.deepcopy(draft.cells)


ACCIDENTS = {
    "stripped": (_stripped, LABELS),
    "stubs_below": (_stubs_below, "the last changed copy was used."),
    "answers_as_text": (_answers_as_text, "had become another type of cell"),
    "only_answers": (_only_answers, "put back"),
    "checks_first": (_checks_first, "stood above what it checks; it was moved below."),
    "pasted_twice": (_pasted_twice, "was there twice; one was kept."),
}


def _each() -> Iterator[Entry]:
    for notebook in MODULES:
        yield handed_in(f"every_notebook/{notebook}", Draft(notebook))
        for name, (accident, said) in ACCIDENTS.items():
            draft = Draft(notebook)
            accident(draft)
            yield handed_in(f"every_notebook/{notebook}_{name}", draft, said)


ENTRIES = tuple(_each())
