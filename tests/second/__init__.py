"""A second course, on straight lines, that the same engine serves."""

from __future__ import annotations

from pathlib import Path

from autograder.course.course import Course

COURSE = Course(
    where=f"{__name__}:COURSE",
    masters=Path(__file__).parent,
    modules={"01_line": f"{__name__}.line"},
)
