"""Students to talk with: by rules in words, over notebooks. Never a mark.

A student's standing is the share of the points less the median of the class, so that a hard notebook makes
nobody fall. A notebook counts as much as it has points.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from autograder.judging.verdict import Graded, Verdict
from autograder.report.model import ClassResult, is_marked, is_settled, natural
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED

FALL, LATEST, LEAST_BEFORE = 0.25, 2, 2
RULES = (
    "Nothing: no file, or nothing begun, for each of the last two notebooks that most others handed in.",
    "Falls: against the median of the class, the last two notebooks are 25 points of 100 or more below those "
    "before them.",
    "Not understood: of the last three notebooks handed in, at least half of what was begun, and at least four "
    "exercises, lost points.",
)
"""What puts a student on the list."""
MOST_LOST, FEWEST_LOST, LOOKED_AT = 0.5, 4, 3


@dataclass(frozen=True)
class AtRisk:
    """A student, and why to talk with them; the word of each reason, and its numbers."""

    student: str
    reasons: tuple[tuple[str, str], ...]


def at_risk(class_: ClassResult) -> tuple[AtRisk, ...]:
    """Return the students to talk with: those with most reasons first."""
    files = {(student, graded.notebook): graded for student, graded in class_.submissions}
    notebooks = class_.all_notebooks
    points = _points(class_)
    middle = {name: median(s / most for s, most in of.values()) for name, of in points.items()}
    found, students = [], class_.students
    usual = {name for name in notebooks if 2 * len(points.get(name, ())) > len(students)}
    for student in students:
        due = [name for name in notebooks if (student, name) not in class_.excused]
        mine = {name: points[name][student] for name in due if student in points.get(name, {})}
        standing = [(score - middle[name] * most, most) for name, (score, most) in mine.items()]
        reasons = (
            _nothing([name for name in due if name in usual], student, files, mine),
            _falls(standing),
            _not_understood([files[student, name] for name in due if (student, name) in files]),
        )
        if any(reasons):
            found.append(AtRisk(student, tuple(filter(None, reasons))))
    return tuple(sorted(found, key=lambda risk: (-len(risk.reasons), natural(risk.student))))


def _points(class_: ClassResult) -> dict[str, dict[str, tuple[float, float]]]:
    """Return the points of each student in each notebook, and how many there are, where every mark is there."""
    points = {name: dict(of) for name, of in class_.earlier.items()}
    for student, graded in class_.submissions:
        if graded.notebook and is_settled(graded) and graded.max_score:
            points.setdefault(graded.notebook, {})[student] = (graded.score, graded.max_score)
    return points


def _nothing(
    due: Sequence[str], student: str, files: Mapping[tuple[str, str], Graded], mine: Collection[str]
) -> tuple[str, str] | None:
    last = due[-LATEST:]
    if len(last) < LATEST or any(_begun(files.get((student, name)), name in mine) for name in last):
        return None
    return "nothing", f"nothing begun in {' and '.join(last)}"


def _begun(graded: Graded | None, has_share: bool) -> bool:
    """Return whether anything was written; a file that cannot be read is a concern of its own."""
    if graded is None:
        return has_share
    return bool(graded.problem) or any(verdict.outcome != NOT_ATTEMPTED for verdict in graded.verdicts)


def _falls(standing: Sequence[tuple[float, float]]) -> tuple[str, str] | None:
    """Compare points above the median, and how many there are, of the latest notebooks with those before."""
    if len(standing) < LATEST + LEAST_BEFORE:
        return None
    before, now = (
        sum(s for s, _ in of) / sum(m for _, m in of) for of in (standing[:-LATEST], standing[-LATEST:])
    )
    if before - now < FALL:
        return None
    return "falls", f"from {100 * before:+.0f} to {100 * now:+.0f} points of 100 against the median"


def _not_understood(files: Sequence[Graded]) -> tuple[str, str] | None:
    begun = [v for graded in files[-LOOKED_AT:] for v in graded.verdicts if _is_begun(v)]
    lost = sum(verdict.outcome != CORRECT for verdict in begun)
    if lost < max(FEWEST_LOST, MOST_LOST * len(begun)):
        return None
    return "not understood", f"{lost} of {len(begun)} exercises lost points"


def _is_begun(verdict: Verdict) -> bool:
    return is_marked(verdict) and verdict.outcome != NOT_ATTEMPTED
