"""A solved notebook in a student's hands, and what may happen to it before it is handed in."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import Any

from tests.corpus.entry import Entry
from tests.handing_in import solved
from tests.ours import read_master

Cell = dict[str, Any]
Deserved = Mapping[str, tuple[tuple[str, ...], float]]


class Draft:
    """A notebook with every exercise solved. A cell is found by its label, or as ``setup``.

    Parameters
    ----------
    notebook : str
        Name of the released notebook.
    **answers : str
        Exercise to another source of its cell.
    """

    def __init__(self, notebook: str = "02_forward", /, **answers: str) -> None:
        self.notebook = notebook
        self.content: dict[str, Any] = json.loads(solved(notebook))
        self.each(lambda cell: cell.update(source="".join(cell["source"])))
        self.named = {_name(cell): cell for cell in self.cells}
        for name, source in answers.items():
            self.write(name, source)

    def __getitem__(self, name: str) -> Cell:
        return self.named[name]

    @property
    def cells(self) -> list[Cell]:
        """The cells as they are handed in."""
        cells: list[Cell] = self.content["cells"]
        return cells

    def write(self, name: str, source: str) -> None:
        """Write another text into a cell."""
        self[name]["source"] = dedent(source).strip()

    def source(self, name: str) -> str:
        """Return the text of a cell."""
        text: str = self[name]["source"]
        return text

    def stub(self, name: str) -> str:
        """Return what was released for an exercise."""
        return read_master(self.notebook).stub(name)

    def at(self, name: str) -> int:
        """Return the place of a cell."""
        return next(i for i, cell in enumerate(self.cells) if cell is self[name])

    def having(self, text: str) -> Cell:
        """Return the first cell with that text in it."""
        return next(cell for cell in self.cells if text in cell["source"])

    def take(self, *names: str) -> list[Cell]:
        """Take cells out and return them."""
        return [self.cells.pop(self.at(name)) for name in names]

    def put(self, cell: Cell, after: str = "", before: str = "") -> None:
        """Put a cell beside another, or below all others."""
        place = self.at(after) + 1 if after else self.at(before) if before else len(self.cells)
        self.cells.insert(place, cell)

    def copy(self, name: str, source: str | None = None, **more: Any) -> Cell:
        """Return a copy of a cell with its label, as pasting one makes it."""
        twin = copy.deepcopy(self[name]) | {"id": f"pasted-{name}"} | more
        return twin if source is None else twin | {"source": dedent(source).strip()}

    def each(self, change: Callable[[Cell], object]) -> None:
        """Change every cell."""
        for cell in self.cells:
            change(cell)

    def data(self) -> bytes:
        """Return the file."""
        return json.dumps(self.content, indent=1, ensure_ascii=False).encode()


def _name(cell: Cell) -> str:
    """Return what to find a cell by: its label, ``setup``, or its id."""
    metadata = cell["metadata"]
    label = metadata.get("nbgrader", {}).get("grade_id")
    return str(label or ("setup" if "setup" in metadata.get("tags", []) else cell["id"]))


def code(source: str, **more: Any) -> Cell:
    """Return a code cell of the student's own."""
    about = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 7}
    return about | {"source": dedent(source).strip()} | more


def text(source: str, **more: Any) -> Cell:
    """Return a text cell of the student's own."""
    return {"cell_type": "markdown", "metadata": {}, "source": dedent(source).strip()} | more


def marks(draft: Draft, name: str) -> dict[str, Any]:
    """Return the nbgrader metadata of a cell."""
    found: dict[str, Any] = draft[name]["metadata"]["nbgrader"]
    return found


def handed_in(id: str, draft: Draft, *repairs: str, **deserved: tuple[str, float]) -> Entry:
    """Return what deserves every point but for some exercises; the log says these words, or nothing at all.

    Parameters
    ----------
    id : str
        File and variant.
    draft : Draft
        The notebook.
    *repairs : str
        Words of the repair log; without any it must be empty.
    **deserved : (str, float)
        Exercise to its outcome and points, where these are not all.
    """
    return as_file(id, draft.notebook, draft.data(), *repairs, **deserved)


def as_file(id: str, notebook: str, data: bytes, *repairs: str, **deserved: tuple[str, float]) -> Entry:
    """Return the same for the bytes of a file."""
    deserts = {name: ((outcome,), points) for name, (outcome, points) in deserved.items()}
    return Entry(id, notebook, data, deserts, repairs=repairs, lists_nothing=not repairs)


def ungradable(id: str, notebook: str, data: bytes) -> Entry:
    """Return a file that cannot be read: no mark is given, and it is said so."""
    names = read_master(notebook).graded()
    return Entry(id, notebook, data, dict.fromkeys(names, (("ungradable",), 0.0)), lists_nothing=True)
