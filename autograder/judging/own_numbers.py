"""Exercises about numbers of the student's own: which cases are asked, and what a person should look at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from autograder.course.assignment import Assignment
from autograder.course.own import own_cases
from autograder.judging.verdict import Verdict
from autograder.submission import Submission
from rnncourse.checking.caseset import CaseSet
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED
from rnncourse.own_numbers import kind_of

_LINE = re.compile(r"^[ \t]*me\(\s*[\"']([^\"'\n]{1,200})[\"']\s*\)", re.MULTILINE)


OFF = "numbers of one's own are not in use: c.Judge.own_numbers, or --own-numbers of `grade` and `gradescope`"
STANDARD = "the numbers that stand in the notebook"


class OwnAsked:
    """What is asked of one submission.

    Parameters
    ----------
    assignment : Assignment
        The notebook.
    submission : Submission
        What was handed in; a line ``me("...")`` in it says for whom it was computed.
    ids : sequence of str or None
        The ids of whom it is from: the line chooses one of them, and without it the first counts. Empty where
        nobody knows whose it is; None where the course has the same numbers for all.
    """

    def __init__(self, assignment: Assignment, submission: Submission, ids: Sequence[str] | None) -> None:
        self._assignment, self._ids = assignment, ids
        lines = [match[1] for cell in submission.cells for match in _LINE.finditer(cell.source)]
        self._said = lines[-1] if lines else ""
        self._agreed = next((one for one in ids or () if _same(one, self._said)), "")
        self._whose = self._agreed or (ids[0] if ids else self._said if ids is not None else "")

    def draw(self, exercise: str, seed: int) -> CaseSet:
        """Return the cases of an exercise: the student's, or those of the statement for everybody."""
        declared = self._assignment.exercise(exercise)
        if declared.own and (self._ids is not None or self._said):
            kind = kind_of(self._whose) if self._whose else None
            return own_cases(self._assignment, declared, kind)
        return self._assignment.draw(exercise, seed)

    def flagged(self, verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
        """Return verdicts that ask a person to look where it is not sure whose numbers count."""
        return tuple(replace(v, flags=(*v.flags, why)) if (why := self._why(v)) else v for v in verdicts)

    def _why(self, verdict: Verdict) -> str:
        """Return what is odd about the numbers of an exercise; empty if nothing is."""
        known = verdict.exercise in self._assignment.by_id
        if not known or not self._assignment.exercise(verdict.exercise).own or self._agreed:
            return ""
        line = f"the notebook says me({self._said!r})" if self._said else "the notebook has no line me(...)"
        if self._ids is None:
            return f"{line}, and {OFF}" if self._said else ""
        if not self._ids:
            numbers = "the numbers of that id" if self._said else STANDARD
            return f"{line}, and nothing else says whose it is: judged with {numbers}"
        if self._said:
            return f"{line} and was handed in by {self._whose}, with whose numbers it is judged"
        waits = verdict.outcome not in (CORRECT, NOT_ATTEMPTED)
        return f"{line}: judged with the numbers of {self._whose}, who handed it in" if waits else ""


def _same(one: str, other: str) -> bool:
    """Return whether two texts are one id."""
    return one.strip().casefold() == other.strip().casefold()
