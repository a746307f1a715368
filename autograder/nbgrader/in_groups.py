"""Work of a group: what one member hands in is also every other member's who hands in nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.nbgrader.attempts import seconds_of
from autograder.nbgrader.handed_in import HandedIn


def with_groups(submissions: Iterable[HandedIn], groups: Mapping[str, Sequence[str]]) -> Iterator[HandedIn]:
    """Yield what was handed in, and the last work of each group once more for each member without any.

    Parameters
    ----------
    submissions : iterable of HandedIn
        What lies in the folders of the students.
    groups : mapping
        The members of each group.
    """
    by_name: defaultdict[str, dict[str, HandedIn]] = defaultdict(dict)
    for submission in submissions:
        by_name[submission.job.place][submission.job.student] = submission
        yield submission
    for own in by_name.values():
        for group, members in groups.items():
            there = [own[member] for member in members if member in own]
            if there:
                last = max(there, key=lambda one: seconds_of(one.timestamp))
                yield from (_also(last, member, group) for member in members if member not in own)


def _also(submission: HandedIn, member: str, group: str) -> HandedIn:
    note = f"Handed in by {submission.job.student} for the group {group}."
    job = submission.job
    shared = replace(job, student=member, numbers_of=(job.student,), notes=(note, *job.notes))
    return replace(submission, job=shared)
