"""Commands for a whole class: init, autograde, demo."""

from __future__ import annotations

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.options import Commands, add_course, add_sandbox, at_least_one
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.nbgrader.folder import CourseFolder
    from autograder.sandbox import Backend


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    init = commands.add_parser("init", help="make an instructor's course directory for nbgrader")
    init.add_argument(
        "folder", type=Path, metavar="DIR", help="made if it is not there; nothing in it is lost"
    )
    init.set_defaults(run=_init)

    autograde = commands.add_parser(
        "autograde", help="grade a whole class in a course directory, in parallel"
    )
    autograde.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="all when omitted")
    autograde.add_argument(
        "--watch",
        type=at_least_one,
        nargs="?",
        const=10,
        metavar="SECONDS",
        help="go on: look again and again, every 10 s, and grade what has arrived; Ctrl-C ends",
    )
    add_course(autograde)
    add_sandbox(autograde)
    autograde.set_defaults(run=_autograde)

    demo = commands.add_parser("demo", help="grade a class of invented students, from release to report")
    demo.add_argument("--folder", type=Path, default=Path("build/demo"), metavar="DIR", help="where to")
    add_sandbox(demo)
    demo.set_defaults(run=_demo)


def _init(arguments: argparse.Namespace) -> int:
    from autograder.exercises import COURSE
    from autograder.nbgrader.folder import init_course

    folder, kept = init_course(COURSE, arguments.folder.resolve())
    print(f"{folder.root} is a course directory with the assignments {', '.join(COURSE.names)}.")
    for path in kept:
        print(f"Kept: {path.relative_to(folder.root)} was edited. Delete it to have it generated again.")
    print("Next, inside it: nbgrader generate_assignment ASSIGNMENT")
    return 0


def _autograde(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.folder import course_folder
    from autograder.nbgrader.handed_in import assert_handed_in
    from autograder.nbgrader.run import settings_of
    from autograder.nbgrader.watch import state_of, watch
    from autograder.sandbox import choose

    folder = course_folder(arguments.course)
    if arguments.watch:
        state_of(folder, arguments.assignments)
    else:
        assert_handed_in(folder, arguments.assignments)
    backend = choose(
        arguments.sandbox or settings_of(folder.directory()).sandbox, arguments.unsafe_no_sandbox
    )
    if not arguments.watch:
        return _autograde_once(folder, backend, arguments)
    print(f"Looking every {arguments.watch} s for what is handed in. Ctrl-C ends.", flush=True)
    return watch(
        lambda: state_of(folder, arguments.assignments),
        lambda: _autograde_if_possible(folder, backend, arguments),
        lambda: time.sleep(arguments.watch),
    )


def _autograde_if_possible(
    folder: CourseFolder, backend: Backend, arguments: argparse.Namespace
) -> int | None:
    """Grade once; a gradebook that somebody holds, or a full disk, is said and waited for."""
    try:
        return _autograde_once(folder, backend, arguments)
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr, flush=True)
        return None


def _autograde_once(folder: CourseFolder, backend: Backend, arguments: argparse.Namespace) -> int:
    """Grade what is not graded yet, and write the report."""
    from autograder.nbgrader.progress import Progress
    from autograder.nbgrader.reports import Took, write_class_report
    from autograder.nbgrader.run import autograde
    from autograder.running.results import has_fault

    began, started = time.perf_counter(), datetime.now(UTC)
    with Progress() as progress:
        run = autograde(
            folder,
            backend,
            arguments.assignments,
            arguments.jobs,
            progress.begin,
            progress.seen,
        )
    progress.print_summary(run)
    took = Took(started, time.perf_counter() - began, arguments.jobs)
    print(f"The report is {write_class_report(folder, run, backend.name, took)}", flush=True)
    return 3 if any(has_fault(graded) for _, _, graded in run.results) else 0


def _demo(arguments: argparse.Namespace) -> int:
    from autograder.demo import run_demo
    from autograder.sandbox import choose

    backend = choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    return run_demo(arguments.folder.resolve(), backend, arguments.jobs)
