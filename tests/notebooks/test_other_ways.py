"""Whoever solves an exercise in another right way can run the rest of the notebook.

A solved notebook is run once in a process of its own. At the cell of an exercise that process
forks for each other way, and the fork runs that way and all cells below that have to do with it.
A cell that works on and on is left after a moment, and with it what needs its results.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import linecache
import os
import signal
import traceback
import types
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from autograder.submission.sources import defined_names, global_names
from tests.conftest import sample
from tests.ours import MODULES, find_exercise, read_master

NOTEBOOKS = [
    pytest.param(name, marks=getattr(pytest.mark, f"nb{name[:2]}")) for name in sample(MODULES, 6, first=3)
]

MOMENT = 0.2
"""Seconds of CPU time after which a cell of a notebook has shown that it works."""


class Enough(BaseException):
    """Raised in a cell when its moment is over."""


class Cell:
    """One code cell of a solved notebook, and the names that it takes from above and leaves behind."""

    def __init__(self, source: str, label: str = "", tags: Sequence[str] = ()) -> None:
        self.source, self.label = source, label
        self.is_run = "figure" not in tags and not label.startswith("check_")
        self.defines, self.uses = defined_names(source), taken_by(source)


def taken_by(source: str) -> set[str]:
    """Return the names that a cell takes from the cells above, not from itself."""
    taken, own = set[str](), set[str]()
    for node in ast.parse(source).body:
        text = ast.unparse(node)
        is_compound = isinstance(node, ast.For | ast.With | ast.FunctionDef)
        changed = {
            n.target.id
            for n in ast.walk(node)
            if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
        }
        taken |= (global_names(text) - (defined_names(text) if is_compound else set()) | changed) - own
        own |= defined_names(text)
    return taken


def cells_of(notebook: str) -> list[Cell]:
    """Return the cells that are run: no figure and no check."""
    master, cells = read_master(notebook), []
    for node in master.notebook.cells:
        label = str(node.metadata.get("nbgrader", {}).get("grade_id", ""))
        if node.cell_type == "code":
            source = master.solution(label) if label in master.graded() else str(node.source)
            cells.append(Cell(source, label, node.metadata.get("tags", ())))
    return [cell for cell in cells if cell.is_run]


def touched(cells: list[Cell], name: str) -> list[Cell]:
    """Return those of the cells that use a name or what was made with it, and what these need of the others."""
    tainted, found = {name}, set[int]()
    for place, cell in enumerate(cells):
        if cell.uses & tainted:
            tainted |= cell.defines
            found.add(place)
        else:
            tainted -= cell.defines  # the name stands for something else from here on
    wanted = set[str]()
    for place in reversed(range(len(cells))):
        if place in found or cells[place].defines & wanted:
            found.add(place)
            wanted |= cells[place].uses
    return [cells[place] for place in sorted(found)]


def compiled(source: str) -> types.CodeType:
    """Return the code of a cell, whose text can be found again as in a kernel, by inspect.getsource."""
    name = f"<cell {hash(source):x}>"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    return compile(source, name, "exec")


def problem_with(
    source: str, below: list[Cell], names: dict[str, Any], name: str = "", moment: float = 0
) -> str:
    """Run an answer and the cells below that it touches; return what went wrong, or nothing."""
    errors, lost = io.StringIO(), set[str]()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        for cell in (Cell(source), *below):
            before = dict(names)
            if cell.uses & lost:
                lost |= cell.defines
                continue
            signal.setitimer(signal.ITIMER_PROF, moment)
            try:
                exec(compiled(cell.source), names)
            except Enough:
                lost |= {n for n in cell.defines if not callable(names.get(n)) or names[n] is before.get(n)}
            except Exception as error:
                if name and name in _taken_where(error, below):
                    return (
                        ""  # another exercise takes this answer as it is: whoever writes one way writes both
                    )
                return f"{cell.source.strip()[:80]!r}: {traceback.format_exc(limit=-1)}"
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            if errors.getvalue():
                return f"{cell.source.strip()[:80]!r} writes {errors.getvalue()[:200]!r}"
    return ""


def _taken_where(error: Exception, cells: list[Cell]) -> set[str]:
    """Return the names that are taken by the exercise in which an exception was raised, if it was in one."""
    place = traceback.extract_tb(error.__traceback__)[-1].name
    return next((cell.uses for cell in cells if cell.label == place), set[str]())


def _enough(*_: object) -> None:
    raise Enough


def in_a_fork(name: str, source: str, below: list[Cell], names: dict[str, Any]) -> str:
    """Do that in a copy of this process, so that nothing of it is left."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGPROF, _enough)
            os.write(there, json.dumps(problem_with(source, below, names, name, MOMENT)[:4000]).encode())
        finally:
            os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return str(json.loads(said)) if said else "the process ended"


def wanted(cells: list[Cell], graded: Sequence[str]) -> set[int]:
    """Return the places of exercises, and of the cells that make what these or those below them take."""
    names, places = set[str](), set[int]()
    for place in reversed(range(len(cells))):
        cell = cells[place]
        if cell.label in graded:
            names = names.union(*(c.uses for c in touched(cells[place + 1 :], cell.label)))
        if cell.label in graded or cell.defines & names:
            places.add(place)
            names |= cell.uses
    return places


def problems(notebook: str) -> Iterator[str]:
    """Yield a line for every other way that a later cell does not survive."""
    cells, names = cells_of(notebook), dict[str, Any]({"__name__": "__main__"})
    master = read_master(notebook)
    last = max(place for place, cell in enumerate(cells) if cell.label in master.graded())
    for place in sorted(p for p in wanted(cells, master.graded()) if p <= last):
        cell, below = cells[place], touched(cells[place + 1 :], cells[place].label)
        for way in find_exercise(cell.label)[1].other_ways if cell.label in master.graded() else ():
            problem = in_a_fork(cell.label, master.variant(cell.label, way), below, names)
            if problem:
                yield f"{cell.label}, {way.id}: {problem}"
        problem = problem_with(cell.source, [], names)
        assert not problem, f"the solution itself: {problem}"


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_cells_below_work_with_every_other_way(notebook: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        found = list(problems(notebook))
    assert not found, "\n".join(found)
