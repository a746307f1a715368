"""Exercises about numbers of the student's own: which cases are asked, and what a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from autograder.course.assignment import Assignment
from autograder.course.own import OTHER, own_cases
from autograder.judging.verdict import Verdict
from autograder.submission import Submission
from rnncourse.checking.caseset import CaseSet
from rnncourse.own_numbers import kind_of

_LINE = re.compile(r"^[ \t]*me\(\s*[\"']([^\"'\n]{1,200})[\"']\s*\)", re.MULTILINE)


class OwnAsked:
    """What is asked of one submission.

    Parameters
    ----------
    assignment : Assignment
        The notebook.
    submission : Submission
        What was handed in; a line ``me("...")`` in it says for whom it was computed.
    student : str or None
        The id that counts; None where the course has the same numbers for all.
    """

    def __init__(self, assignment: Assignment, submission: Submission, student: str | None) -> None:
        self._assignment, self._student = assignment, student
        lines = [match[1] for cell in submission.cells for match in _LINE.finditer(cell.source)]
        self._said = lines[-1] if lines else None

    def draw(self, exercise: str, seed: int) -> CaseSet:
        """Return the cases of an exercise: the student's, or those of the statement for everybody."""
        declared = self._assignment.exercise(exercise)
        if declared.own and (self._student is not None or self._said is not None):
            kind = None if self._student is None else kind_of(self._student)
            return own_cases(self._assignment, declared, kind)
        return self._assignment.draw(exercise, seed)

    def flagged(self, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        """Return verdicts that ask a person to look where the numbers are another one's."""
        return tuple(replace(v, flags=(*v.flags, why)) if (why := self._why(v)) else v for v in verdicts)

    def _why(self, verdict: Verdict) -> str:
        """Return what is odd about the numbers of an exercise; empty if nothing is."""
        if (
            verdict.exercise not in self._assignment.by_id
            or not self._assignment.exercise(verdict.exercise).own
        ):
            return ""
        if self._student is None:
            off = "numbers of one's own are not in use: c.Judge.own_numbers"
            return f"the notebook says me({self._said!r}), and {off}" if self._said else ""
        if self._said and kind_of(self._said) != kind_of(self._student):
            return f"the notebook says me({self._said!r}) and was handed in by {self._student}"
        return "the answer is right for somebody else's numbers" if verdict.mistake == OTHER else ""
