"""Which cells of a notebook wait for an exercise, found by reading them."""

from __future__ import annotations

from autograder.course.release import Release
from autograder.submission.sources import defined_names, global_names


def waiting(release: Release) -> dict[int, str]:
    """Return the cells that show nothing before an exercise is written, with the name of the exercise.

    A cell waits if it uses an exercise, or what a cell above made with one.
    """
    late: dict[str, str] = {}
    found: dict[int, str] = {}
    for cell in release.cells:
        if cell.kind != "code":
            continue
        if cell.label in release.solutions:
            late[cell.label] = cell.label
            late |= dict.fromkeys(defined_names(cell.source), cell.label)
        elif exercise := _last_used(late, cell.source):
            found[cell.index] = exercise
            late |= dict.fromkeys(defined_names(cell.source), exercise)
        else:
            for name in defined_names(cell.source):
                late.pop(name, None)
    return found


def _last_used(late: dict[str, str], source: str) -> str:
    """Return the exercise last written, in the order of the notebook, of which a cell takes something."""
    taken = global_names(source) - defined_names(source)
    return next((late[name] for name in reversed(late) if name in taken), "")
