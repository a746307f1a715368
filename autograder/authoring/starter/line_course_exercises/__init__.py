"""The course: its notebooks, and the modules that declare their exercises. Students never have this package."""

from __future__ import annotations

from pathlib import Path

from autograder.course.course import Course

COURSE = Course(
    where=f"{__name__}:COURSE",
    masters=Path(__file__).resolve().parents[1] / "solutions",
    modules={"01_line": f"{__name__}.line"},
    package="line_course",
    masked=("sklearn", "statsmodels"),  # they do the task
)
