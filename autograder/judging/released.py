"""What was released of an assignment that has its own tests, and a submitted notebook with that put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from nbformat import NotebookNode

from autograder.course.version import version_of_rooms
from autograder.submission.reading import RawCell

HIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
"""What stands in the first and in the last line of hidden tests, unless a configuration says otherwise."""


@dataclass(frozen=True)
class OwnCell:
    """A cell with a label of nbgrader, as its gradebook has it.

    Attributes
    ----------
    name : str
        Its ``grade_id``.
    kind : str
        ``code`` or ``markdown``.
    source, checksum : str
        Its text, hidden tests among it, and nbgrader's hash of it.
    locked, grade, solution, task : bool
        What it is for.
    points : float
        What it is worth.
    """

    name: str
    kind: str
    source: str
    checksum: str
    locked: bool
    grade: bool
    solution: bool
    task: bool
    points: float

    @property
    def id(self) -> str:
        """The cell id that it gets."""
        return sha256(self.name.encode()).hexdigest()[:12]

    @property
    def is_test(self) -> bool:
        """Whether a program marks it; the other cells with points are read by a person."""
        return self.grade and not self.solution and self.kind == "code"

    @property
    def marks(self) -> dict[str, Any]:
        """Its metadata for nbgrader."""
        about: dict[str, Any] = {
            "grade_id": self.name,
            "cell_type": self.kind,
            "grade": self.grade,
            "solution": self.solution,
            "task": self.task,
            "locked": self.locked,
            "schema_version": 3,
            "checksum": self.checksum,
        }
        return about | ({"points": self.points} if self.grade or self.task else {})


@dataclass(frozen=True)
class OwnTests:
    """One notebook of an assignment that nobody declared to us.

    Attributes
    ----------
    assignment, notebook : str
        Their names.
    cells : tuple of OwnCell
        The labelled cells, in order.
    files : tuple of (str, bytes)
        What lies beside the notebook, for the code to read.
    notes : tuple of str
        What to say about these files.
    hidden : tuple of (str, str)
        What marks the first and the last line of hidden tests.
    """

    assignment: str
    notebook: str
    cells: tuple[OwnCell, ...]
    files: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[str, ...] = ()
    hidden: tuple[str, str] = HIDDEN

    @cached_property
    def by_name(self) -> Mapping[str, OwnCell]:
        """The cells by their names."""
        return {cell.name: cell for cell in self.cells}

    @cached_property
    def version(self) -> str:
        """A hash of everything that decides a result, but for the file that is handed in."""
        return sha256(f"{version_of_rooms()} {self!r}".encode()).hexdigest()[:16]

    @property
    def tests(self) -> tuple[OwnCell, ...]:
        """The cells that a program marks."""
        return tuple(cell for cell in self.cells if cell.is_test)

    @property
    def has_hidden(self) -> bool:
        """Whether there are hidden tests."""
        return any(self.shown(cell) != cell.source for cell in self.cells)

    def shown(self, cell: OwnCell) -> str:
        """Return the text of a cell without hidden tests; a region that does not end hides all below it."""
        kept, inside = [], False
        for line in cell.source.split("\n"):
            inside = inside or self.hidden[0] in line
            if not inside:
                kept.append(line)
            inside = inside and self.hidden[1] not in line
        return "\n".join(kept)


def notebook_of(own: OwnTests, cells: Iterable[RawCell]) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return a submitted notebook with the locked cells as they were released, but for hidden tests.

    A label counts once. A cell that is missing is put behind the one that it followed.

    Returns
    -------
    notebook : NotebookNode
        With cell ids of its own, and no outputs.
    repairs : tuple of str
        What was mended, as sentences.
    """
    placed: list[NotebookNode] = []
    repairs: list[str] = []
    seen: set[str] = set()
    for cell in cells:
        given = own.by_name.get(cell.label)
        if given and given.name in seen:
            repairs.append(f"The cell `{given.name}` was there twice; the first one counts.")
            given = None
        if given is None:
            placed.append(_node(cell.kind, cell.source, f"c{cell.index}"))
            continue
        seen.add(given.name)
        text = own.shown(given) if given.locked else cell.source
        if given.locked and cell.source.strip() not in (text.strip(), given.source.strip()):
            repairs.append(f"The cell `{given.name}` was changed; it was run as it was released.")
        placed.append(_node(given.kind, text, given.id, given.marks))
    _put_back(own, placed, seen, repairs)
    about = NotebookNode(
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    return NotebookNode(cells=placed, metadata=about, nbformat=4, nbformat_minor=5), tuple(repairs)


def _put_back(own: OwnTests, placed: list[NotebookNode], seen: set[str], repairs: list[str]) -> None:
    """Put the labelled cells that are missing behind the ones that they followed, or at the end."""
    before = ""
    for given in own.cells:
        if given.name not in seen:
            repairs.append(f"The cell `{given.name}` was missing; it was put back as it was released.")
            node = _node(given.kind, own.shown(given), given.id, given.marks)
            placed.insert(_behind(placed, before), node)
        before = given.id


def _behind(placed: Sequence[NotebookNode], before: str) -> int:
    return next((n + 1 for n, cell in enumerate(placed) if cell.id == before), len(placed))


def _node(kind: str, source: str, id: str, marks: Mapping[str, Any] | None = None) -> NotebookNode:
    cell = NotebookNode(
        cell_type=kind, id=id, source=source, metadata=NotebookNode({"nbgrader": marks} if marks else {})
    )
    if marks:
        cell.metadata["nbgrader"] = NotebookNode(marks)
    if kind == "code":
        cell.outputs, cell.execution_count = [], None
    return cell
