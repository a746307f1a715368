"""The command line: ``python -m autograder COMMAND``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.cli import authors, classes, files, platforms
from autograder.errors import AutograderError


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors of ours are one line, without a traceback."""
    arguments = _parser().parse_args(words)
    tools = str(Path(sys.executable).parent)  # nbgrader calls alembic by name, also where no venv is active
    os.environ["PATH"] = os.pathsep.join((tools, os.environ.get("PATH", os.defpath)))
    try:
        return int(arguments.run(arguments))
    except AutograderError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"autograder: {place}{error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "autograder: interrupted. What is graded is kept; run the command again to go on.",
            file=sys.stderr,
        )
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="autograder", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in (authors, files, classes, platforms):
        family.add_commands(commands)
    return parser
