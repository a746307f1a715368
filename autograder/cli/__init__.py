"""The command line: ``python -m autograder COMMAND``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.cli import about, authors, classes, files, giving_back, platforms, starting
from autograder.cli.log import logged, shown
from autograder.cli.which import add_choice
from autograder.errors import AutograderError
from rnncourse import __version__


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors of ours are one line, without a traceback."""
    words = sys.argv[1:] if words is None else words
    arguments = make_parser().parse_args(words)
    tools = str(Path(sys.executable).parent)  # nbgrader calls alembic by name, also where no venv is active
    os.environ["PATH"] = os.pathsep.join((tools, os.environ.get("PATH", os.defpath)))
    try:
        with logged(arguments.log, words):
            return int(arguments.run(arguments))
    except AutograderError as error:
        print(f"autograder: {shown(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"autograder: {shown(f'{place}{error.strerror or error}')}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "autograder: interrupted. What is graded is kept; run the command again to go on.",
            file=sys.stderr,
        )
        return 130


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__)
    parser.add_argument("--version", action="version", version=f"autograder {__version__}")
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="append what happens, with times; before the command"
    )
    add_choice(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in (authors, starting, files, classes, platforms, giving_back, about):
        family.add_commands(commands)
    return parser
