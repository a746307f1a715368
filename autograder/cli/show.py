"""What ``autograder grade`` reads and prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.judging.verdict import OUTCOMES, Graded
from autograder.platforms.choosing import ids_of, joined, owners_of
from autograder.platforms.found import Download
from autograder.platforms.people import People, Person
from autograder.running.grading import Job
from autograder.submission.archives import INSIDE, members_of
from autograder.submission.kinds import is_a_copy_of_the_system, kind_of_file
from rnncourse.checking.prose import plain

MOST_NAMED = 20
"""Files that are named where no notebook was found."""


def to_jobs(
    paths: Sequence[Path], names: Sequence[str], roster: People | None = None
) -> tuple[list[Job], list[str]]:
    """Return a job for every notebook in the files, folders and archives named, and a line for all else in them.

    Parameters
    ----------
    paths : sequence of Path
        What is to be graded.
    names : sequence of str
        The assignments of the course.
    roster : People, optional
        What the course calls its students.

    Raises
    ------
    AutograderError
        If nothing is named, a path does not exist, or there is no notebook in one.
    """
    if not paths:
        raise AutograderError("Name the notebooks to grade: python -m autograder grade PATH...")
    jobs: list[Job] = []
    left_out: list[str] = []
    for path in paths:
        found, others = _found(path, names, roster)
        if not found:
            raise AutograderError(_nothing_in(path, others))
        jobs += found
        left_out += others
    return jobs, left_out


def _found(path: Path, names: Sequence[str], roster: People | None) -> tuple[list[Job], list[str]]:
    """Return the notebooks at a path, and what else is there."""
    if path.is_dir():
        return _in_folder(path, names, roster)
    if path.suffix.lower() == ".zip" and path.is_file():
        members = members_of(path)
        others = [f"{path}{INSIDE}{name}: {what}" for name, what in members.others]
        owners = owners_of(Download(path, members.notebooks, members.others), names, roster)
        jobs = [Job(path, member=name) for name in members.notebooks]
        return [_owned(job, owners.get(job.member, ())) for job in jobs], others
    if path.exists() or path.is_symlink():
        return [Job(path)], []
    raise AutograderError(f"There is no {path}. Name notebooks, or folders with notebooks in them.")


def _owned(job: Job, people: Sequence[Person]) -> Job:
    """Return a job with whose it is."""
    return replace(job, student=joined(people), numbers_of=ids_of(people))


def _in_folder(folder: Path, names: Sequence[str], roster: People | None) -> tuple[list[Job], list[str]]:
    """Return the notebooks in a folder and those in archives in it, and what else is there."""
    jobs: list[Job] = []
    others: list[str] = []
    beside: list[tuple[str, str]] = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            if path.suffix.lower() == ".ipynb":
                jobs.append(Job(path))  # a folder in place of a file, which is then said
            continue
        if is_a_copy_of_the_system(path.relative_to(folder).parts):
            others.append(f"{path}: a copy that a system keeps")
        elif path.suffix.lower() == ".zip" and path.is_file():
            try:
                inside, more = _found(path, names, roster)
            except AutograderError as error:
                inside, more = [], [f"{path}: {error}"]
            jobs += [_owned(job, ()) for job in inside]
            others += more if inside or more else [f"{path}: an empty archive"]
        elif what := kind_of_file(path):
            others.append(f"{path}: {what}")
            beside.append((path.relative_to(folder).as_posix(), what))
        else:
            jobs.append(Job(path))
    return _with_owners(folder, jobs, beside, names, roster), others


def _with_owners(
    folder: Path,
    jobs: Sequence[Job],
    beside: Sequence[tuple[str, str]],
    names: Sequence[str],
    roster: People | None,
) -> list[Job]:
    """Return the jobs with the students whose they are; what lies in an archive within keeps none."""
    places = {job: job.path.relative_to(folder).as_posix() for job in jobs if not job.member}
    owners = owners_of(Download(folder, tuple(places.values()), tuple(beside)), names, roster)
    return [_owned(job, owners.get(places[job], ())) if job in places else job for job in jobs]


def _nothing_in(path: Path, others: Sequence[str]) -> str:
    """Return the message for a folder or archive without a notebook: what is there."""
    there = "; ".join(line.removeprefix(f"{path}").lstrip(":/ ") for line in others[:MOST_NAMED])
    more = f"; and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return f"There is no notebook in {path}. " + (
        f"What is there: {there}{more}." if others else "It is empty."
    )


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
    unsafe = "  [NOT CONFINED]" if graded.sandbox == "none" else ""
    owner = f" ({student})" if student else ""
    print(
        f"{graded.path}{owner}: {graded.score:g} of {graded.max_score:g} points, {graded.seconds:.2f} s{unsafe}"
    )
    for repair in graded.repairs:
        print(f"    repaired: {repair}")
    for verdict in graded.verdicts:
        score = "no mark" if verdict.score is None else f"{verdict.score:g}/{verdict.max_score:g}"
        mark = OUTCOMES[verdict.outcome].mark
        said = plain(verdict.message) + (f" (mistake: {verdict.mistake})" if verdict.mistake else "")
        print(f"  {mark} {verdict.exercise:<24} {verdict.outcome:<14} {score:>8}  {said}")
        for flag in verdict.flags:
            print(f"      for a person: {flag}")


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
