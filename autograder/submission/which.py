"""Find out which notebook of a course a submission is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from autograder.errors import SubmissionError
from autograder.submission.reading import RawCell, RawNotebook

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment
    from autograder.course.course import Course

CLEARLY = 4
"""So many times more cells of another notebook than of the expected one make it the other one."""


def identify(raw: RawNotebook, course: Course, path: str = "", expected: str = "") -> Assignment:
    """Return which notebook of the course this is.

    Its cells decide. What its metadata and its file name say counts where they do not.

    Raises
    ------
    SubmissionError
        If it is none, or clearly not the expected one.
    """
    in_path = sorted((name for name in course.names if name in PurePath(path).stem), key=len, reverse=True)
    claims = [name for name in (expected, raw.claims, *in_path) if name in course]
    if claims and _is_plainly(course.assignment(claims[0]), raw.cells):
        return course.assignment(claims[0])
    found = _evidence(raw.cells, course)
    last = len(course.names)
    best = max(course.names, key=lambda name: (found[name], -claims.index(name) if name in claims else -last))
    if expected in course and found[best] > CLEARLY * found[expected]:
        raise SubmissionError(
            f"The notebook {expected} was expected, but this is {best}: {found[best]} cells are of {best} "
            f"and {found[expected]} of {expected}. Hand in each notebook in its own place."
        )
    if found[best]:
        return course.assignment(expected if expected in course else best)
    if claims and _may_be(course.assignment(claims[0]), raw.cells):
        return course.assignment(claims[0])
    raise SubmissionError(_unknown(expected or (claims[0] if claims else "")))


def _is_plainly(assignment: Assignment, cells: Sequence[RawCell]) -> bool:
    """Return whether half of the cells of a release are there by id, which no other notebook shares.

    So the other notebooks need not be built to read one that is as it should be.
    """
    release = assignment.release
    return 2 * len({cell.id for cell in cells} & release.by_id.keys()) >= len(release.cells)


def _may_be(assignment: Assignment, cells: Sequence[RawCell]) -> bool:
    """Return whether nothing is written, or any name that is asked for is bound, be it to a lambda or an alias."""
    asked = assignment.release.solutions.keys()
    return not any(cell.source.strip() for cell in cells) or any(asked & cell.names for cell in cells)


def _unknown(wanted: str) -> str:
    what = f"The notebook {wanted} was expected" if wanted else "A notebook of this course was expected"
    return (
        f"{what}, but no cell and no function of it was found in this one. "
        "Hand in the notebook that you were given, with your answers in it."
    )


@cache
def _clues(course: Course) -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Return which notebooks have a cell of that id, label or text; and which ask for that name.

    Where a function is asked for, ``def`` belongs to its name: a variable may be called ``score`` anywhere.
    """
    marks: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for assignment in course:
        for cell in assignment.release.cells:
            for mark in filter(None, (cell.id, cell.label, cell.settled)):
                marks[mark].add(assignment.name)
        for name, cell in assignment.release.solutions.items():
            function = f"def {name}("
            names[function if function in cell.source else name].add(assignment.name)
    return {k: frozenset(v) for k, v in marks.items()}, {k: frozenset(v) for k, v in names.items()}


def _evidence(cells: Sequence[RawCell], course: Course) -> Counter[str]:
    """Count the cells that are of one notebook and of no other: by id, label, text or name defined."""
    count = Counter[str]()
    for cell in cells:
        fitting = _fitting(cell, course)
        if len(fitting) == 1:
            count.update(fitting)
    return count


def _fitting(cell: RawCell, course: Course) -> frozenset[str]:
    """Return the notebooks that a cell may be of, by its clearest mark."""
    marks, names = _clues(course)
    for mark in (cell.id, cell.label, cell.settled):
        if mark in marks:
            return marks[mark]
    defined = [
        name for name in names if name in cell.source and name.removeprefix("def ").rstrip("(") in cell.names
    ]
    return frozenset[str]().union(*(names[name] for name in defined))
