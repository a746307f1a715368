"""Read all notebooks of a course. Imported in the process that others are forked from, so that none of them does.

Which course it is stands in the environment; where nothing does, nothing is read.
"""

from __future__ import annotations

import os
from contextlib import suppress

from autograder.course.course import load_course
from autograder.running import WHICH


def read_ahead(where: str) -> None:
    """Read the notebooks of a course, and make what every submission needs of them."""
    for assignment in load_course(where):
        _ = assignment.release, assignment.points, assignment.version
        for exercise in assignment.by_id:
            assignment.reference(exercise)


if os.environ.get(WHICH):
    with suppress(Exception):  # whatever a course does: whoever needs it says what is wrong with it
        read_ahead(os.environ[WHICH])
