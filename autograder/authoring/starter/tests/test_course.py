"""The course is what it promises: no hole in a check, and everything that is generated is up to date."""

from __future__ import annotations

from line_course_exercises import COURSE

from autograder.authoring.audit import audit
from autograder.course.build import built_files


def test_no_check_has_a_hole() -> None:
    """The solution gets every point, the stub none, every mistake fails by its name, other ways pass."""
    assert [row for row in audit(COURSE) if row.hole] == []


def test_what_is_generated_is_up_to_date() -> None:
    """``python -m autograder build`` would change nothing."""
    assert [path for path, text in built_files(COURSE, COURSE.root) if path.read_text("utf-8") != text] == []
