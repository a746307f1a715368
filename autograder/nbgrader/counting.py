"""Which marks count: not those from which somebody is excused, and not the lowest, where these are dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from autograder.nbgrader.arranged import Arrangements

COUNTS, EXCUSED, DROPPED = "yes", "excused", "dropped"
Points: TypeAlias = "Mapping[tuple[str, str], tuple[float, float]]"
"""Points given and points there are, by student and assignment."""


def counts(points: Points, arrangements: Arrangements, graded: Iterable[str]) -> dict[tuple[str, str], str]:
    """Return whether each mark counts: :data:`COUNTS`, :data:`EXCUSED` or :data:`DROPPED`.

    Only assignments for which somebody handed something in can be dropped: one that is not due yet is
    nobody's lowest. The lowest is the one with the smallest share of its points; among equals, the first.

    Parameters
    ----------
    points : mapping
        All marks, 0 where nothing was handed in.
    arrangements : Arrangements
        What ``people.csv`` says.
    graded : iterable of str
        The assignments for which somebody handed something in.
    """
    found = {
        (student, name): EXCUSED if arrangements.of(student, name).excused else COUNTS
        for student, name in points
    }
    begun = set(graded)
    mine: defaultdict[str, list[str]] = defaultdict(list)
    for (student, name), how in found.items():
        if how == COUNTS and name in begun and points[student, name][1]:
            mine[student].append(name)
    for student, names in mine.items():
        ranked = sorted(names, key=lambda name: _share(points[student, name]))
        for name in ranked[: min(arrangements.drops(student), len(names) - 1)]:
            found[student, name] = DROPPED
    return found


def _share(points: tuple[float, float]) -> float:
    return points[0] / points[1]
