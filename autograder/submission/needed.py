"""Which cells must be run to judge the student's work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from autograder.submission.flow import flow_of
from autograder.submission.sources import defined_names
from autograder.submission.submission import Cell, Submission


def needed_cells(submission: Submission) -> list[Cell]:
    """Return the cells to run: the student's, the set-up, and what these need of the others; and the checks.

    A released cell that nobody changed shows something; its outputs are the course's own. So it is
    run only if a cell below takes a name from it: one that runs, or the questions to an answer. These
    are asked at its check, or at the end if it is not there by then.
    """
    released = {c.id: c.node.metadata.get("tags", ()) for c in submission.assignment.release.cells}
    read_by = _read_by_functions(submission)
    wanted = _with_what_it_reads(set(submission.assignment.release.solutions), read_by)
    chosen: list[Cell] = []
    for cell in reversed(submission.cells):
        tags, flow = released.get(cell.id, ()), flow_of(cell.source)
        is_open = cell.given and not cell.check and "setup" not in tags
        if is_open and ("figure" in tags or not wanted & defined_names(cell.source)):
            continue
        chosen.append(cell)
        taken = flow.taken | ({cell.check} if cell.check else set())
        wanted = (wanted - flow.bound) | _with_what_it_reads(taken, read_by)
    return chosen[::-1]


def _read_by_functions(submission: Submission) -> Mapping[str, set[str]]:
    """Return, for each name of a function, all that a function of that name reads anywhere."""
    found: dict[str, set[str]] = defaultdict(set)
    for cell in submission.cells:
        for name, read in flow_of(cell.source).later.items():
            found[name] |= read
    return found


def _with_what_it_reads(names: set[str], read_by: Mapping[str, set[str]]) -> set[str]:
    """Return names, and those that are read where they are called, and so on."""
    found, waiting = set(names), list(names)
    while waiting:
        new = read_by.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
