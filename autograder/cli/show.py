"""What ``autograder grade`` reads and prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.judging.verdict import Graded
from autograder.running.grading import Job
from autograder.submission.archives import INSIDE, notebooks_in

SIGNS = {
    "correct": "✓",
    "partial": "◐",
    "wrong": "✗",
    "not_attempted": "○",
    "crashed": "✗",
    "timed_out": "✗",
    "ungradable": "!",
    "grader_fault": "!",
}


def to_jobs(paths: Sequence[Path]) -> list[Job]:
    """Return a job for every file named, and for every notebook in a folder or zip archive named.

    Raises
    ------
    AutograderError
        If nothing is named or a path does not exist.
    """
    if not paths:
        raise AutograderError("Name the notebooks to grade: python -m autograder grade PATH...")
    jobs = []
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
            jobs += [Job(p) for p in found]
        elif path.suffix.lower() == ".zip" and path.is_file():
            jobs += [Job(path, member=name) for name in notebooks_in(path)]
        elif path.exists() or path.is_symlink():
            jobs.append(Job(path))
        else:
            raise AutograderError(f"There is no {path}. Name notebooks, or folders with notebooks in them.")
    return jobs


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
        seeds: dict[str, dict[str, int]] = {}
        for record in records:
            seeds.setdefault(record["path"], {})[record["exercise"]] = int(record["seed"])
    except (TypeError, KeyError, ValueError):
        raise AutograderError("That is not a record that `autograder grade --json` wrote.") from None
    return [_replayed(path, given) for path, given in seeds.items()]


def _replayed(label: str, seeds: dict[str, int]) -> Job:
    """Return the job of a label, which names a file or one inside an archive."""
    archive, inside, member = label.partition(f".zip{INSIDE}")
    if inside:
        return Job(Path(f"{archive}.zip"), seeds=tuple(seeds.items()), member=member)
    return Job(Path(label), seeds=tuple(seeds.items()))


def print_graded(graded: Graded) -> None:
    """Print one file: its score, and a line for every exercise."""
    unsafe = "  [NOT CONFINED]" if graded.sandbox == "none" else ""
    print(f"{graded.path}: {graded.score:g} of {graded.max_score:g} points, {graded.seconds:.2f} s{unsafe}")
    for repair in graded.repairs:
        print(f"    repaired: {repair}")
    for verdict in graded.verdicts:
        score = "no mark" if verdict.score is None else f"{verdict.score:g}/{verdict.max_score:g}"
        print(
            f"  {SIGNS[verdict.outcome]} {verdict.exercise:<24} {verdict.outcome:<14} {score:>8}  {verdict.message}"
        )


def print_replay(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> int:
    """Print where two records differ; return 1 if they do anywhere."""
    again = {(record["path"], record["exercise"]): record for record in after}
    different = 0
    for record in before:
        other = again.get((record["path"], record["exercise"]))
        if other != record:
            different += 1
            now = other["outcome"] if other else "not there"
            print(f"DIFFERS {record['path']} {record['exercise']}: was {record['outcome']}, is {now}")
    print(f"{len(before)} verdicts replayed, {different} differ")
    return 1 if different else 0
