"""What was released: the cells to compare a submission with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nbformat import NotebookNode

CHECK = "check_"
"""What stands before the name of an exercise in the label of its check cell."""
TEXT, CODE = "text", "code"
"""Cells without a grading label: the student may do with them as they like."""
SOLUTION, ANSWER = "solution", "answer"
"""A code cell to fill in; a cell that a person marks."""
CHECK_CELL, LOCKED = "check", "locked"
"""Cells that must stay as they are; only the first carries points."""


def with_fields(cell: NotebookNode, **fields: Any) -> NotebookNode:
    """Return a cell with other fields; all else in it is what it was, not copied."""
    copy = NotebookNode()
    dict.update(copy, cell, **fields)
    return copy


def copied(cell: NotebookNode) -> NotebookNode:
    """Return a cell whose fields and metadata may be changed; there are a hundred in each notebook."""
    return with_fields(cell, metadata=_deeply(cell["metadata"]))


def _deeply(value: Any) -> Any:
    if isinstance(value, dict):
        copy = NotebookNode()
        dict.update(copy, {key: _deeply(part) for key, part in value.items()})
        return copy
    return [_deeply(part) for part in value] if isinstance(value, list) else value


def settled(source: str) -> str:
    """Return source text without what an editor may change: trailing blanks and outer blank lines."""
    return "\n".join(line.rstrip() for line in source.split("\n")).strip("\n")


@dataclass(frozen=True, eq=False)
class ReleasedCell:
    """One cell of a released notebook.

    Attributes
    ----------
    index : int
        Its place in the release.
    node : NotebookNode
        The cell itself; neither it nor its metadata is ever changed.
    role : str
        One of the constants of this module.
    """

    index: int
    node: NotebookNode
    role: str

    @cached_property
    def id(self) -> str:
        """Its cell id."""
        return str(self.node.id)

    @cached_property
    def kind(self) -> str:
        """Its cell type."""
        return str(self.node.cell_type)

    @cached_property
    def source(self) -> str:
        """Its text as released."""
        return str(self.node.source)

    @cached_property
    def settled(self) -> str:
        """Its text without what an editor may change."""
        return settled(self.source)

    @cached_property
    def label(self) -> str:
        """Its nbgrader ``grade_id``, or empty."""
        return str(self.node.metadata.get("nbgrader", {}).get("grade_id", ""))

    @cached_property
    def is_setup(self) -> bool:
        """Whether the code of the notebook needs it."""
        return "setup" in self.node.metadata.get("tags", [])

    @cached_property
    def is_fixed(self) -> bool:
        """Whether its text must stay as it is."""
        return self.role in (CHECK_CELL, LOCKED)

    @cached_property
    def is_task(self) -> bool:
        """Whether it asks for cells that a person marks; its text is fixed, the answer stands around it."""
        return bool(self.node.metadata.get("nbgrader", {}).get("task"))

    def called(self) -> str:
        """Return what to call it when speaking to a student."""
        if self.role == CHECK_CELL:
            return f"the check cell for `{self.label.removeprefix(CHECK)}`"
        return f"the cell for `{self.label}`" if self.label else "a cell of the released notebook"


@dataclass(frozen=True, eq=False)
class Release:
    """One released notebook."""

    name: str
    notebook: NotebookNode

    @cached_property
    def cells(self) -> tuple[ReleasedCell, ...]:
        """Its cells in order."""
        return tuple(ReleasedCell(i, cell, _role(cell)) for i, cell in enumerate(self.notebook.cells))

    @cached_property
    def by_label(self) -> Mapping[str, ReleasedCell]:
        """Its labelled cells."""
        return {cell.label: cell for cell in self.cells if cell.label}

    @cached_property
    def by_id(self) -> Mapping[str, ReleasedCell]:
        """Its cells by cell id."""
        return {cell.id: cell for cell in self.cells}

    @cached_property
    def by_source(self) -> Mapping[str, Sequence[ReleasedCell]]:
        """Its cells by text; several may have the same."""
        found: dict[str, list[ReleasedCell]] = defaultdict(list)
        for cell in self.cells:
            found[cell.settled].append(cell)
        return found

    @cached_property
    def solutions(self) -> Mapping[str, ReleasedCell]:
        """The code cells to fill in, by the name that each is to define."""
        return {cell.label: cell for cell in self.cells if cell.role == SOLUTION}


def _role(cell: NotebookNode) -> str:
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("solution") and cell.cell_type != "code":
        return ANSWER
    if marks.get("solution"):
        return SOLUTION
    if marks.get("grade"):
        return CHECK_CELL
    if marks.get("locked"):
        return LOCKED
    return CODE if cell.cell_type == "code" else TEXT
