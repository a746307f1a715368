"""The command for whoever begins a course of their own: new-course."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from autograder.cli.options import Commands


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    new = commands.add_parser("new-course", help="write a small course that works, as a start for yours")
    new.add_argument("folder", type=Path, metavar="DIR", help="one that is not there, or empty")
    new.add_argument(
        "--name", default="", metavar="NAME", help="what its students import; from DIR when omitted"
    )
    new.set_defaults(run=_new_course)


def _new_course(arguments: argparse.Namespace) -> int:
    from autograder.authoring.new_course import new_course

    name, written = new_course(arguments.folder, arguments.name)
    print(f"{arguments.folder} is a course of {len(written)} files; its students import {name}. Next:")
    for command in (
        f"cd {shlex.quote(str(arguments.folder))}",
        "python -m pip install -e .",
        "python -m autograder build",
        "python -m autograder audit",
    ):
        print(f"    {command}")
    print("README.md there says the rest.")
    return 0
