"""What was released: the cells to compare a submission with, and which notebook a submission is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePath

from nbformat import NotebookNode

from autograder.build import student_notebook
from autograder.errors import SubmissionError
from autograder.exercises import MODULES
from autograder.masters import CHECK
from autograder.submission.reading import RawCell, RawNotebook
from autograder.submission.sources import settled

TEXT, CODE = "text", "code"
"""Cells without a grading label: the student may do with them as they like."""
SOLUTION, ANSWER = "solution", "answer"
"""A code cell to fill in; a cell that a person marks."""
CHECK_CELL, LOCKED = "check", "locked"
"""Cells that must stay as they are; only the first carries points."""

CLEARLY = 4
"""So many times more cells of another notebook than of the expected one make it the other one."""


@dataclass(frozen=True, eq=False)
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

    @property
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
    if claims and _is_plainly(claims[0], raw.cells):
        return claims[0]
    found = _evidence(raw.cells)
    best = max(
        MODULES, key=lambda name: (found[name], -claims.index(name) if name in claims else -len(MODULES))
    )
    if expected in MODULES and found[best] > CLEARLY * found[expected]:
        raise SubmissionError(
            f"The notebook {expected} was expected, but this is {best}: {found[best]} cells are of {best} "
            f"and {found[expected]} of {expected}. Hand in each notebook in its own place."
        )
    if found[best]:
        return expected if expected in MODULES else best
    if claims and not any(cell.source.strip() for cell in raw.cells):
        return claims[0]
    raise SubmissionError(_unknown(expected or (claims[0] if claims else "")))


def _is_plainly(name: str, cells: Sequence[RawCell]) -> bool:
    """Return whether half of the cells of a release are there by id, which no other notebook shares.

    So the other notebooks need not be built to read one that is as it should be.
    """
    release = released(name)
    return 2 * len({cell.id for cell in cells} & release.by_id.keys()) >= len(release.cells)


def _unknown(wanted: str) -> str:
    what = f"The notebook {wanted} was expected" if wanted else "A notebook of this course was expected"
    return (
        f"{what}, but no cell and no function of it was found in this one. "
        "Hand in the notebook that you were given, with your answers in it."
    )


@cache
def _clues() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Return which notebooks have a cell of that id, label or text; and which ask for that name."""
    marks: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for notebook in MODULES:
        for cell in released(notebook).cells:
            for mark in filter(None, (cell.id, cell.label, cell.settled)):
                marks[mark].add(notebook)
        for name in released(notebook).solutions:
            names[name].add(notebook)
    return {k: frozenset(v) for k, v in marks.items()}, {k: frozenset(v) for k, v in names.items()}


def _evidence(cells: Sequence[RawCell]) -> Counter[str]:
    """Count the cells that are of one notebook and of no other: by id, label, text or name defined."""
    count = Counter[str]()
    for cell in cells:
        fitting = _fitting(cell)
        if len(fitting) == 1:
            count.update(fitting)
    return count


def _fitting(cell: RawCell) -> frozenset[str]:
    """Return the notebooks that a cell may be of, by its clearest mark."""
    marks, names = _clues()
    for mark in (cell.id, cell.label, cell.settled):
        if mark in marks:
            return marks[mark]
    defined = [name for name in names if name in cell.source and name in cell.names]
    return frozenset[str]().union(*(names[name] for name in defined))
