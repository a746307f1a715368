"""What a result is worth when lateness is taken off: to compare attempts before one is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from autograder.judging.verdict import GRADER_FAULT, Graded
from autograder.nbgrader.arranged import Arrangements
from autograder.nbgrader.gradebook import late_plugin
from autograder.nbgrader.handed_in import HandedIn


class Net:
    """Says what attempts are worth.

    Parameters
    ----------
    gradebook : Gradebook
        Knows when work is due.
    config : Config
        Of nbgrader; says what lateness costs.
    arrangements : Arrangements
        Who has an extension.
    """

    def __init__(self, gradebook: Gradebook, config: Any, arrangements: Arrangements) -> None:
        self._due = {assignment.name: assignment.duedate for assignment in gradebook.assignments}
        self._plugin, self._arrangements = late_plugin(config), arrangements

    def __call__(self, submission: HandedIn, graded: Graded) -> float:
        """Return the points of an attempt, less what lateness costs.

        What we failed to grade counts as right here: a person then looks at it, rather than nobody.
        """
        score = sum(v.max_score if v.outcome == GRADER_FAULT else v.score or 0.0 for v in graded.verdicts)
        late = self._seconds_late(submission)
        if late <= 0:
            return score
        penalty = self._plugin.late_submission_penalty(submission.job.student, score, late)
        return score - min(max(penalty or 0.0, 0.0), score)

    def _seconds_late(self, submission: HandedIn) -> float:
        job = submission.job
        due, time = self._due.get(job.assignment), parse_utc(submission.timestamp)
        extension = self._arrangements.of(job.student, job.assignment).extension or timedelta()
        return float((time - due - extension).total_seconds()) if due and time else 0.0
