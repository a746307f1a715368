"""Commands for a whole class: init, autograde, feedback, demo."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.cli.options import (
    Commands,
    Those,
    add_cluster,
    add_course,
    add_jobs,
    add_sandbox,
    at_least_one,
    begin_to_grade,
    those_of_this_machine,
    those_who_grade,
)
from autograder.cli.which import chosen_course
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.nbgrader.folder import CourseFolder

T = TypeVar("T")


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    init = commands.add_parser("init", help="make an instructor's course directory for nbgrader")
    init.add_argument(
        "folder", type=Path, metavar="DIR", help="made if it is not there; nothing in it is lost"
    )
    init.set_defaults(run=_init)

    _add_autograde(commands)
    feedback = commands.add_parser("feedback", help="write a page for each student and graded notebook")
    feedback.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="all when omitted")
    add_course(feedback)
    feedback.add_argument("--student", action="append", metavar="ID", help="only this one; may be repeated")
    feedback.add_argument(
        "--rubric", action="store_true", default=None, help="show by what a person marks, too"
    )
    add_jobs(feedback, "pages")
    feedback.set_defaults(run=_feedback)

    demo = commands.add_parser("demo", help="grade a class of invented students, from release to report")
    demo.add_argument("--folder", type=Path, default=Path("build/demo"), metavar="DIR", help="where to")
    add_sandbox(demo)
    demo.set_defaults(run=_demo)


def _add_autograde(commands: Commands) -> None:
    autograde = commands.add_parser(
        "autograde", help="grade a whole class in a course directory, in parallel"
    )
    autograde.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="all when omitted")
    once = autograde.add_mutually_exclusive_group()
    once.add_argument(
        "--regrade",
        action="store_true",
        help="grade again what was graded before, too; marks by hand stay",
    )
    once.add_argument(
        "--watch",
        type=at_least_one,
        nargs="?",
        const=10,
        metavar="SECONDS",
        help="go on: look again and again, every 10 s, and grade what has arrived; Ctrl-C ends",
    )
    autograde.add_argument(
        "--student", action="append", metavar="ID", help="with --regrade: only this one; may be repeated"
    )
    add_course(autograde)
    autograde.add_argument(
        "--exchange", action="store_true", help="first collect what is new in the exchange of nbgrader"
    )
    autograde.add_argument("--feedback", action="store_true", help="then write the feedback pages")
    add_sandbox(autograde)
    add_cluster(autograde)
    autograde.set_defaults(run=_autograde)


def _init(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.folder import init_course

    course = chosen_course(arguments)
    folder, kept = init_course(course, arguments.folder.resolve())
    print(f"{folder.root} is a course directory with the assignments {', '.join(course.names)}.")
    for path in kept:
        print(f"Kept: {path.relative_to(folder.root)} was edited. Delete it to have it generated again.")
    print("Next, inside it: nbgrader generate_assignment ASSIGNMENT")
    return 0


def _autograde(arguments: argparse.Namespace) -> int:
    begin_to_grade(arguments.scheduler)
    from autograder.nbgrader.folder import course_folder
    from autograder.nbgrader.handed_in import assert_handed_in
    from autograder.nbgrader.run import settings_of
    from autograder.nbgrader.watch import state_of, watch

    folder = course_folder(arguments.course)
    if arguments.student and not arguments.regrade:
        raise AutograderError("--student says whom to grade again: use it with --regrade.")
    if arguments.watch:
        state_of(folder, arguments.assignments)
    fetch = _fetch(folder, arguments)
    fetch()
    if not arguments.watch:
        assert_handed_in(folder, arguments.assignments, arguments.student or ())
    sandbox = arguments.sandbox or settings_of(folder.directory()).sandbox
    with those_who_grade(arguments, folder.course, sandbox, at_once=bool(arguments.watch)) as those:
        if not arguments.watch:
            return _autograde_once(folder, those, arguments)
        print(f"Looking every {arguments.watch} s for what is handed in. Ctrl-C ends.", flush=True)
        return watch(
            lambda: (_if_possible(fetch), state_of(folder, arguments.assignments))[1],
            lambda changing: _if_possible(lambda: _autograde_once(folder, those, arguments, changing)),
            lambda: time.sleep(arguments.watch),
        )


def _fetch(folder: CourseFolder, arguments: argparse.Namespace) -> Callable[[], None]:
    """Return what brings what is new from the exchange, or nothing if that is not asked for."""
    from autograder.nbgrader.from_exchange import FromExchange

    if not arguments.exchange:
        return lambda: None
    return FromExchange(
        folder, arguments.assignments, lambda text: print(f"note: {text}", flush=True)
    ).collect


def _if_possible(work: Callable[[], T]) -> T | None:
    """Do something; a gradebook that somebody holds, or a full disk, is said and waited for."""
    try:
        return work()
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr, flush=True)
        return None


def _autograde_once(
    folder: CourseFolder, those: Those, arguments: argparse.Namespace, changing: Collection[str] = ()
) -> int:
    """Grade what is not graded yet, and write the report."""
    from autograder.nbgrader.handed_in import everybody
    from autograder.nbgrader.progress import Progress
    from autograder.nbgrader.reports import Took, write_class_report
    from autograder.nbgrader.run import autograde, one_writes
    from autograder.running.results import has_fault

    began, started = time.perf_counter(), datetime.now(UTC)
    backend, crew = those
    with Progress() as progress:
        run = autograde(
            folder,
            backend,
            arguments.assignments,
            arguments.jobs,
            progress.begin,
            progress.seen,
            crew=crew,
            anew=lambda job: (
                arguments.regrade and (not arguments.student or job.student in arguments.student)
            ),
            changing=changing,
        )
    run = replace(run, results=tuple(run.results))  # each is read from where it is kept, so once for all
    progress.print_summary(run)
    if run.writing:
        print(f"{run.writing} are just being written: they are left for the next look.", flush=True)
        if not run.results:
            return 0
    if folder.arrangements.rows:
        for line in folder.arrangements.strangers(everybody(folder) | {row[0] for row in run.results}):
            print(f"note: {line}")
    took = Took(started, time.perf_counter() - began, arguments.jobs)
    try:
        lost = arguments.feedback and _write_pages(folder, arguments.assignments, arguments.jobs)
    finally:  # after the pages, to which it links
        with one_writes(folder):
            print(f"The report is {write_class_report(folder, run, took)}", flush=True)
    return 3 if any(has_fault(graded) for *_, graded in run.results) else int(lost)


def _feedback(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.folder import course_folder

    folder, students = course_folder(arguments.course), arguments.student or ()
    lost = _write_pages(folder, arguments.assignments, arguments.jobs, students, arguments.rubric)
    return int(lost)


def _write_pages(
    folder: CourseFolder,
    names: Sequence[str],
    jobs: int,
    students: Sequence[str] = (),
    rubric: bool | None = None,
) -> bool:
    """Write feedback pages and say how many; return whether one could not be made."""
    from rich.console import Console

    from autograder.errors import CourseError
    from autograder.nbgrader.feedback import pages_of, write_feedback
    from autograder.nbgrader.progress import feedback_bar

    every = pages_of(folder, names)
    if not every:
        raise CourseError(
            "There is no marked notebook to write feedback for. Grade first: python -m autograder autograde"
        )
    for unknown in set(students).difference(page.student for page in every):
        raise CourseError(f"{unknown!r} has no marked notebook: no folder of that name is in autograded/.")
    pages = [page for page in every if not students or page.student in students]
    with feedback_bar(Console()) as (begin, seen):
        made = write_feedback(folder, pages, jobs, begin, seen, rubric)
    for page, why in made.failed:
        print(f"no page for {page.student}, {page.assignment}: {why}")
    print(f"{made.written} feedback pages written, {made.current} were up to date.")
    return bool(made.failed)


def _demo(arguments: argparse.Namespace) -> int:
    from autograder.demo import run_demo
    from autograder.demo.course import MARKER

    is_new, course = not (arguments.folder / MARKER).exists(), chosen_course(arguments)
    if is_new:
        begin_to_grade(whole=course)
    backend, crew = those_of_this_machine(arguments.sandbox, arguments.unsafe_no_sandbox, beside=is_new)
    return run_demo(arguments.folder.resolve(), backend, arguments.jobs, course=course, crew=crew)
