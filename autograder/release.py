"""What was released: the cells to compare a submission with, and which notebook a submission is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePath

from nbformat import NotebookNode

from autograder.build import student_notebook
from autograder.errors import SubmissionError
from autograder.exercises import MODULES
from autograder.masters import CHECK
from autograder.reading import RawCell, RawNotebook
from autograder.sources import settled

TEXT, CODE = "text", "code"
"""Cells without a grading label: the student may do with them as they like."""
SOLUTION, ANSWER = "solution", "answer"
"""A code cell to fill in; a cell that a person marks."""
CHECK_CELL, LOCKED = "check", "locked"
"""Cells that must stay as they are; only the first carries points."""


@dataclass(frozen=True)
class ReleasedCell:
    """One cell of a released notebook.

    Attributes
    ----------
    index : int
        Its place in the release.
    node : NotebookNode
        The cell itself; never handed out, only copied.
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

    @property
    def is_setup(self) -> bool:
        """Whether the code of the notebook needs it."""
        return "setup" in self.node.metadata.get("tags", [])

    @property
    def is_fixed(self) -> bool:
        """Whether its text must stay as it is."""
        return self.role in (CHECK_CELL, LOCKED)

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

    def check_of(self, name: str) -> ReleasedCell | None:
        """Return the check cell of an exercise."""
        return self.by_label.get(CHECK + name)


def _role(cell: NotebookNode) -> str:
    marks = cell.metadata.get("nbgrader", {})
    if marks.get("task") or (marks.get("solution") and cell.cell_type != "code"):
        return ANSWER
    if marks.get("solution"):
        return SOLUTION
    if marks.get("grade"):
        return CHECK_CELL
    if marks.get("locked"):
        return LOCKED
    return CODE if cell.cell_type == "code" else TEXT


@cache
def released(name: str) -> Release:
    """Return the released notebook of that name.

    Raises
    ------
    MasterError
        If there is none.
    """
    return Release(name, student_notebook(name))


def identify(raw: RawNotebook, path: str = "", expected: str = "") -> str:
    """Return which notebook of the course this is.

    Its cells decide. What its metadata and its file name say counts where they do not.

    Raises
    ------
    SubmissionError
        If it is none, or clearly not the expected one.
    """
    in_path = sorted((name for name in MODULES if name in PurePath(path).stem), key=len, reverse=True)
    claims = [name for name in (expected, raw.claims, *in_path) if name in MODULES]
    found = _evidence(raw.cells)
    best = max(MODULES, key=lambda name: (found[name], -claims.index(name) if name in claims else -len(MODULES)))
    if expected in MODULES and found[best] > CLEARLY * found[expected]:
        raise SubmissionError(
            f"The notebook {expected} was expected, but this is {best}: {found[best]} cells are of {best} and "
            f"{found[expected]} of {expected}. Hand in each notebook in its own place."
        )
    if found[best]:
        return expected if expected in MODULES else best
    if claims and not any(cell.source.strip() for cell in raw.cells):
        return claims[0]
    raise SubmissionError(_unknown(expected or (claims[0] if claims else "")))


def _unknown(wanted: str) -> str:
    what = f"The notebook {wanted} was expected" if wanted else "A notebook of this course was expected"
    return (
        f"{what}, but no cell and no function of it was found in this one. "
        "Hand in the notebook that you were given, with your answers in it."
    )


def _evidence(cells: Sequence[RawCell]) -> Counter[str]:
    """Count the cells that are of one notebook and of no other: by label, id, text or function defined."""
    clues, count = _clues(), Counter[str]()
    for cell in cells:
        fitting = clues[cell.label] | clues[cell.id] or (cell.settled and clues[cell.settled])
        if not fitting:
            defined = [name for name in clues if name in cell.source and name in cell.names]
            fitting = frozenset[str]().union(*(clues[name] for name in defined))
        if len(fitting) == 1:
            count.update(fitting)
    return count
