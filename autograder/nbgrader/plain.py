"""Grade one exercise in the process that calls: what the same notebooks do under plain nbgrader.

Without the course's configuration, nbgrader runs a check cell with its hidden region in the
student's own kernel. Fresh cases and partial credit are the same there; the sandbox is not, and
neither is the protection: code that runs in the same process can do what it likes to its grade.
"""

from __future__ import annotations

import secrets
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display

from autograder.course.course import load_course
from rnncourse.checking.calling import quiet
from rnncourse.checking.diagnose import Finding
from rnncourse.checking.here import examine_here
from rnncourse.checking.render import to_html, to_text
from rnncourse.notebook import failed


def grade_here(exercise: str, answer: Any, course: str) -> float:
    """Grade an answer with fresh cases, show the card, and return the points.

    nbgrader reads the value of a check cell's last line as its score.

    Parameters
    ----------
    exercise : str
        Name of the exercise.
    answer : object
        The student's function, or their value.
    course : str
        Which course asks, as ``module:variable``.

    Returns
    -------
    float
        Points, more than 0.

    Raises
    ------
    CheckFailed
        If nothing is right; nbgrader takes that for 0. The message is one line.
    """
    with quiet():  # nbgrader gives 0 for anything on stderr
        assignment = load_course(course).with_exercise(exercise)
        finding = examine_here(assignment.draw(exercise, secrets.randbits(48)), answer)
    _show(finding)
    if not finding.fraction:
        raise failed(finding)
    return round(finding.fraction * assignment.points[exercise], 2)


def _show(finding: Finding) -> None:
    """Show the card without a number of a hidden case."""
    text = to_text(finding, reveal=False)
    if get_ipython() is None:
        print(text)
    else:
        display({"text/html": to_html(finding, reveal=False), "text/plain": text}, raw=True)
