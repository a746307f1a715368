"""Options that several commands have."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from autograder.course.course import Course
    from autograder.running.grading import Crew, Setting
    from autograder.sandbox import Backend

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Those: TypeAlias = "tuple[Backend, Callable[[Setting, int], Crew]]"
"""The sandbox, and who grades."""


def add_jobs(parser: argparse.ArgumentParser, what: str) -> None:
    """Add how many things to do at a time: as many as there are processors, unless it is said."""
    count = os.cpu_count() or 1
    parser.add_argument("--jobs", type=at_least_one, default=count, metavar="N", help=f"{what} at a time")


def add_course(parser: argparse.ArgumentParser) -> None:
    """Add which course directory it is."""
    parser.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the course directory")


def at_least_one(text: str) -> int:
    """Return a number of things that cannot be none."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few: at least 1 is needed")
    return number


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    """Add how many files to grade at a time, and in which sandbox."""
    add_jobs(parser, "files")
    parser.add_argument(
        "--sandbox", default="", metavar="NAME", help="bwrap or sandlock; the best when omitted"
    )
    parser.add_argument(
        "--unsafe-no-sandbox", action="store_true", help="trust every file; every result says so"
    )


def add_own_numbers(parser: argparse.ArgumentParser) -> None:
    """Add whether each student has numbers of their own."""
    parser.add_argument(
        "--own-numbers",
        action="store_true",
        help="exercises with numbers of their own are judged with those of the student, see docs/instructors.md",
    )


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """Add where the workers are, if not on this machine."""
    group = parser.add_argument_group("grading on other machines, see docs/scale.md")
    group.add_argument(
        "--scheduler", metavar="URL", help="a Dask scheduler: tcp://HOST:PORT or tls://HOST:PORT"
    )
    for option, what in (("ca-file", "whom to trust"), ("cert", "who this is"), ("key", "its private key")):
        group.add_argument(f"--tls-{option}", type=Path, metavar="PEM", help=f"TLS: {what}")


@contextmanager
def those_who_grade(
    arguments: argparse.Namespace, course: Course, sandbox: str, at_once: bool = False
) -> Iterator[Those]:
    """Give the sandbox, and who grades: processes of this machine, or the workers of a cluster.

    A sandbox of this machine is tried before the first file that was not graded yet, or at once.
    """
    if not arguments.scheduler:
        yield those_of_this_machine(sandbox, arguments.unsafe_no_sandbox, at_once)
        return
    from autograder.running.cluster import Address, Cluster

    address = Address(arguments.scheduler, arguments.tls_ca_file, arguments.tls_cert, arguments.tls_key)
    if address.is_open:
        _say(f"{address.scheduler} is not encrypted: files and the secret of the course travel in the clear.")
    with Cluster(address, _say) as cluster:
        yield cluster.choose(course, sandbox, arguments.unsafe_no_sandbox), cluster.crew


def those_of_this_machine(sandbox: str, unsafe: bool, at_once: bool = False, beside: bool = False) -> Those:
    """Return a sandbox, and who grades in it; it is tried before the first file, at once, or beside what comes next."""
    from autograder.running.grading import grading
    from autograder.sandbox import UNCONFINED, Backend, assert_known, choose

    assert_known(sandbox)
    tried: Callable[[], Backend] = cache(partial(choose, sandbox, unsafe))
    if at_once:
        tried()
    elif beside:
        pool = ThreadPoolExecutor(1)
        tried = pool.submit(tried).result
        pool.shutdown(wait=False)
    return (
        Backend(UNCONFINED if unsafe else sandbox),
        lambda setting, processes: grading(replace(setting, backend=tried()), processes),
    )


def begin_to_grade(scheduler: str = "", whole: Course | None = None) -> None:
    """Begin to import what grades, in the process that others are forked from: this one has much else to do first.

    Of a course that is graded as a whole all notebooks are read there, too.
    """
    if not scheduler:
        from autograder.running import GRADES, READS_AHEAD, WHICH
        from autograder.running.pool import begin_imports

        if whole:
            os.environ[WHICH] = whole.where
        begin_imports([*GRADES, READS_AHEAD] if whole else GRADES)
        os.environ.pop(WHICH, None)


def _say(text: str) -> None:
    print(f"autograder: {text}", file=sys.stderr, flush=True)
