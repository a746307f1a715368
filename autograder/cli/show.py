"""What ``autograder grade`` prints, and the records that it writes and reads again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.cli.log import shown
from autograder.errors import AutograderError
from autograder.judging.verdict import OUTCOMES, Graded
from autograder.running.grading import Job
from autograder.submission.archives import INSIDE
from rnncourse.checking.prose import plain


def read_records(path: Path) -> list[dict[str, Any]]:
    """Return what ``autograder grade --json`` wrote.

    Raises
    ------
    AutograderError
        If there is no such file, or no such records in it.
    """
    try:
        records = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AutograderError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        records = None
    if not isinstance(records, list):
        raise AutograderError(f"{path} is not a record that `autograder grade --json` wrote.")
    return records


def replay_jobs(records: Sequence[dict[str, Any]]) -> list[Job]:
    """Return the jobs that a record file came from, each with the seeds that it had."""
    try:
        seeds: dict[tuple[str, str], dict[str, int]] = {}
        for record in records:
            who = (record["path"], str(record.get("student", "")))
            seeds.setdefault(who, {})[record["exercise"]] = int(record["seed"])
    except (TypeError, KeyError, ValueError):
        raise AutograderError("That is not a record that `autograder grade --json` wrote.") from None
    return [_replayed(path, student, given) for (path, student), given in seeds.items()]


def _replayed(label: str, student: str, seeds: dict[str, int]) -> Job:
    """Return the job of a label, which names a file or one inside an archive."""
    archive, inside, member = label.partition(f".zip{INSIDE}")
    if inside:
        return Job(Path(f"{archive}.zip"), student, seeds=tuple(seeds.items()), member=member)
    return Job(Path(label), student, seeds=tuple(seeds.items()))


def print_graded(graded: Graded, student: str = "") -> None:
    """Print one file: whose it is, its score, and a line for every exercise."""
    unsafe = "  [NOT CONFINED]" if graded.is_unconfined else ""
    name = shown(f"{graded.path} ({student})" if student else graded.path)
    print(f"{name}: {graded.score:g} of {graded.max_score:g} points, {graded.seconds:.2f} s{unsafe}")
    for repair in graded.repairs:
        print(f"    repaired: {shown(repair)}")
    for verdict in graded.verdicts:
        score = "no mark" if verdict.score is None else f"{verdict.score:g}/{verdict.max_score:g}"
        mark = OUTCOMES[verdict.outcome].mark
        said = plain(verdict.message) + (f" (mistake: {verdict.mistake})" if verdict.mistake else "")
        print(f"  {mark} {verdict.exercise:<24} {verdict.outcome:<14} {score:>8}  {said}")
        for flag in verdict.flags:
            print(f"      for a person: {shown(flag)}")


def print_replay(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> int:
    """Print where two records differ; return 1 if they do anywhere."""
    again = {(record["path"], record["exercise"]): record for record in after}
    different = 0
    for record in before:
        other = again.get((record["path"], record["exercise"]))
        if other != record:
            different += 1
            now = other["outcome"] if other else "not there"
            print(f"DIFFERS {shown(record['path'])} {record['exercise']}: was {record['outcome']}, is {now}")
    print(f"{len(before)} verdicts replayed, {different} differ")
    return 1 if different else 0
