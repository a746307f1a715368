"""Results as Gradescope shows them: ``results.json``.

Its form is given at https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format. Where
neither a score stands at the top nor at the tests, Gradescope gives no mark and says that grading failed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course.release import CHECK
from autograder.judging.verdict import GRADER_FAULT, OUTCOMES, Graded, Verdict
from autograder.nbgrader.folder import CourseFolder
from autograder.platforms.marks import CellMark, Mark


def results_of_graded(graded: Graded, also: Sequence[str] = ()) -> dict[str, Any]:
    """Return the results of one graded file; without any score if a part of it could not be graded."""
    about = [graded.problem, *also, *(f"Mended before it was read: {line}" for line in graded.repairs)]
    if graded.is_unconfined:
        about.append("The code was run without a sandbox.")
    faults = [v for v in graded.verdicts if v.outcome == GRADER_FAULT]
    if faults:
        names = ", ".join(v.exercise for v in faults)
        return refused(
            f"{names}: this could not be graded, and that is our fault, not yours. No mark is given."
        )
    return {
        "score": graded.score,
        "execution_time": round(graded.seconds, 3),
        "output": "\n".join(filter(None, about)),
        "visibility": "visible",
        "tests": [_test_of_verdict(verdict) for verdict in graded.verdicts],
    }


def refused(why: str) -> dict[str, Any]:
    """Return results that say why there is no mark, and give none."""
    return {"output": why, "visibility": "visible", "stdout_visibility": "hidden"}


def _test_of_verdict(verdict: Verdict) -> dict[str, Any]:
    text = verdict.text or verdict.message or OUTCOMES[verdict.outcome].says
    return _test(verdict.exercise, verdict.score or 0.0, verdict.max_score, text)


def _test(name: str, score: float, max_score: float, output: str) -> dict[str, Any]:
    return {
        "name": name,
        "score": score,
        "max_score": max_score,
        "status": "passed" if score >= max_score else "failed",
        "output": output,
        "output_format": "text",
        "visibility": "visible",
    }


def results_of_mark(mark: Mark, messages: Mapping[str, str]) -> dict[str, Any]:
    """Return the results of one student by the gradebook.

    Parameters
    ----------
    mark : Mark
        What they have, marks by hand and lateness included.
    messages : mapping
        What the last run said about each exercise.
    """
    tests = [_test_of_cell(cell, messages) for cell in mark.cells]
    return {"score": mark.score, "visibility": "visible", "tests": tests}


def _test_of_cell(cell: CellMark, messages: Mapping[str, str]) -> dict[str, Any]:
    name = cell.name.removeprefix(CHECK)
    waiting = "A person has yet to mark this." if cell.score is None else ""
    return _test(name, cell.score or 0.0, cell.max_score, messages.get(name, "") or waiting)


def messages_of(course: CourseFolder) -> dict[str, dict[str, str]]:
    """Return what the last run said, by student and exercise; nothing where no records were kept."""
    said: dict[str, dict[str, str]] = {}
    for record in _records(course.root / "report" / "results.json"):
        exercise, message = str(record.get("exercise", "")), str(record.get("message", ""))
        said.setdefault(str(record.get("student", "")), {})[exercise] = message
    return said


def _records(path: Path) -> Sequence[dict[str, Any]]:
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []
