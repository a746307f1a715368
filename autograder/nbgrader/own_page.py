"""Our feedback page from the stock command, ``nbgrader generate_feedback``, and from formgrader's button."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbgrader.api import Gradebook
from traitlets import Bool

from autograder.feedback import Marks, Wanted
from autograder.feedback.making import made_from, page_of
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.marks import all_marks


class OwnPage(Exporter):  # type: ignore[misc]
    """Makes the page that ``python -m autograder feedback`` makes.

    Its setting stands in ``nbgrader_config.py`` and holds for both ways: ``c.OwnPage.show_rubric = True``.
    """

    export_from_notebook = None
    output_mimetype = "text/html"
    show_rubric = Bool(False, help="whether students read by what a person marks").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".html"

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Return the page of a marked notebook."""
        about, data = resources["nbgrader"], Path(filename).read_bytes()
        student, assignment, name = about["student"], about["assignment"], about["notebook"]
        with Gradebook(about["db_url"]) as gradebook:
            arrangements = CourseFolder(Path.cwd()).arrangements
            marks = all_marks(gradebook, arrangements, student, assignment).get(
                (student, assignment, name), Marks()
            )
        course, wanted = CourseFolder(Path.cwd()).course, Wanted(self.show_rubric)
        release = course.assignment(assignment).release.cells if assignment in course else ()
        released = frozenset(cell.settled for cell in release)
        key = made_from(data, marks, wanted)
        resources["output_extension"] = self.file_extension
        return page_of(data, marks, student, name, released, wanted, key), resources
