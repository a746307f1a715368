"""Read all notebooks of a course. Imported in the process that others are forked from, so that none of them does.

Which course it is stands in the environment; where nothing does, nothing is read.
"""

from __future__ import annotations

import os
from contextlib import suppress

from autograder.course.course import load_course
from autograder.running import WHICH


def read_ahead(where: str) -> int:
    """Read the notebooks of a course, make what every submission needs of them, and return how many there are."""
    made = [(a.release, a.points, a.version, *map(a.reference, a.by_id)) for a in load_course(where)]
    return len(made)


if os.environ.get(WHICH):
    with suppress(Exception):  # whatever a course does: whoever needs it says what is wrong with it
        read_ahead(os.environ[WHICH])
