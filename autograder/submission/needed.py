"""Which cells must be run to judge the student's work."""

from __future__ import annotations

from autograder.submission.sources import defined_names, global_names
from autograder.submission.submission import Cell, Submission


def needed_cells(submission: Submission) -> list[Cell]:
    """Return the cells to run: the student's, the set-up, and what these need of the others; and the checks.

    A released cell that nobody changed shows something; its outputs are the course's own. So it is
    run only if a cell that runs takes a name from it.
    """
    released = {c.id: c.node.metadata.get("tags", ()) for c in submission.assignment.release.cells}
    chosen = {c.id for c in submission.cells if not c.given or c.check or "setup" in released.get(c.id, ())}
    open_cells = [
        c for c in submission.cells if c.id not in chosen and "figure" not in released.get(c.id, ())
    ]
    wanted = frozenset[str]().union(*(global_names(c.source) for c in submission.cells if c.id in chosen))
    while needed := [cell for cell in open_cells if wanted & defined_names(cell.source)]:
        chosen |= {cell.id for cell in needed}
        wanted = wanted.union(*(global_names(cell.source) for cell in needed))
        open_cells = [cell for cell in open_cells if cell.id not in chosen]
    return [cell for cell in submission.cells if cell.id in chosen]
