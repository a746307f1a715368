"""Options that several commands have."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
