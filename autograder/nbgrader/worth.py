"""What the exercises of an assignment are worth in a course directory: as released, else as it is to be."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import is_grade

from autograder.course.release import CHECK
from autograder.errors import CourseError
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.gradebook import points_of


def worth(folder: CourseFolder, assignment: str) -> dict[str, float]:
    """Return the points of each exercise: the gradebook's, else those of the notebook in ``source/``.

    Raises
    ------
    CourseError
        If that notebook is there and cannot be read.
    """
    directory = folder.directory()
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        released = points_of(gradebook, assignment)
    place = Path(directory.format_path(directory.source_directory, ".", assignment), f"{assignment}.ipynb")
    if released or not place.is_file():
        return released
    try:
        notebook = nbformat.read(place, as_version=nbformat.NO_CONVERT)
        about = [cell.metadata.nbgrader for cell in notebook.cells if is_grade(cell)]
        checks = {str(one.grade_id): float(one.points) for one in about}
    except (OSError, ValueError, AttributeError) as error:
        raise CourseError(f"{place} cannot be read: {error}.") from None
    return {name.removeprefix(CHECK): most for name, most in checks.items() if name.startswith(CHECK)}
