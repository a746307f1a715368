"""Commands that need no course directory: grade files, and try the sandboxes."""

from __future__ import annotations

import argparse
import json
import secrets
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.log import LOG, shown
from autograder.cli.options import (
    Commands,
    add_cluster,
    add_own_numbers,
    add_sandbox,
    begin_to_grade,
    those_who_grade,
)
from autograder.cli.platforms import add_roster, roster_of
from autograder.cli.which import chosen_course

if TYPE_CHECKING:
    from autograder.running.grading import Job


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    grade = commands.add_parser("grade", help="grade notebook files; no course directory needed")
    grade.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="notebooks, folders or zip archives"
    )
    grade.add_argument("--json", type=Path, metavar="FILE", help="write one record an exercise")
    grade.add_argument(
        "--replay", type=Path, metavar="FILE", help="grade the files of such a record again, same cases"
    )
    grade.add_argument(
        "--own-tests",
        type=Path,
        metavar="SOURCE",
        help="by the tests in this notebook of the instructor's: for what is none of the course; forgeable",
    )
    grade.add_argument("--student", default="", metavar="ID", help="whose the files are, if no name tells")
    add_own_numbers(grade)
    add_roster(grade)
    add_sandbox(grade)
    add_cluster(grade)
    _add_limits(grade)
    grade.set_defaults(run=_grade)

    doctor = commands.add_parser("doctor", help="show which sandboxes work here and what each confines")
    doctor.set_defaults(run=_doctor)


def _add_limits(parser: argparse.ArgumentParser) -> None:
    from autograder.sandbox import Limits

    group = parser.add_argument_group("what one submission may use, in seconds and bytes")
    for field in fields(Limits):
        option, kind = f"--{field.name.replace('_', '-')}", type(field.default)
        group.add_argument(
            option, type=kind, default=field.default, metavar="N", help="%(default)s if omitted"
        )


def _grade(arguments: argparse.Namespace) -> int:
    begin_to_grade(arguments.scheduler)
    from autograder.cli.finding import to_jobs
    from autograder.cli.show import print_graded, print_replay, read_records, replay_jobs
    from autograder.running.files import replace_file
    from autograder.running.grading import Setting, grade_all
    from autograder.running.results import Results, has_fault
    from autograder.sandbox import Limits, assert_known

    assert_known(arguments.sandbox)  # before anything is read
    course = chosen_course(arguments)
    before = read_records(arguments.replay) if arguments.replay else []
    roster = roster_of(arguments)
    jobs, left_out = (
        (replay_jobs(before), [])
        if arguments.replay
        else to_jobs(arguments.paths, course, roster, arguments.student)
    )
    jobs = [job if job.student else replace(job, student=arguments.student) for job in jobs]
    jobs = _with_own_tests(jobs, arguments.own_tests) if arguments.own_tests else jobs
    limits = Limits(**{field.name: getattr(arguments, field.name) for field in fields(Limits)})
    results, faults = [], False
    with those_who_grade(arguments, course, arguments.sandbox) as (
        backend,
        crew,
    ):  # seconds: input comes first
        setting = Setting(course, backend, secrets.token_bytes(32), limits, arguments.own_numbers)
        for done in grade_all(jobs, setting, Results(None), arguments.jobs, crew):
            results.append(done.graded)
            faults |= has_fault(done.graded)
            print_graded(done.graded, done.job.student)
            LOG.info("%s: %g of %g", shown(done.job.label), done.graded.score, done.graded.max_score)
    for line in left_out:
        print(f"left out: {shown(line)}")
    labels = [job.label for job in jobs]
    results.sort(key=lambda graded: labels.index(graded.path))
    owners = {job.label: job.student for job in jobs}
    records = [v.record(graded.path, owners[graded.path]) for graded in results for v in graded.verdicts]
    if arguments.json:
        replace_file(arguments.json, json.dumps(records, indent=1, ensure_ascii=False) + "\n")
    if arguments.replay:
        return print_replay(before, records)
    return 3 if faults else 0


def _with_own_tests(jobs: Sequence[Job], source: Path) -> list[Job]:
    """Return jobs that are graded by the tests in an instructor's notebook."""
    from autograder.nbgrader.foreign import own_tests_in

    own = own_tests_in(source)
    return [replace(job, notebook=own.notebook, own=own) for job in jobs]


def _doctor(_: argparse.Namespace) -> int:
    from autograder.sandbox.doctor import examine_backends

    return examine_backends()
