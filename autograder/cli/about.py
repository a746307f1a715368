"""Commands about this program: what its records look like, and completion for a shell."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from autograder.cli.options import Commands

SHELLS = ("bash", "zsh", "fish", "tcsh")


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    schema = commands.add_parser("schema", help="print the JSON schema of the records of verdicts")
    schema.set_defaults(run=_schema)

    completion = commands.add_parser("completion", help="print a script that completes commands in a shell")
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(run=_completion)


def _schema(_: argparse.Namespace) -> int:
    from autograder.judging.record import record_schema

    print(json.dumps(record_schema(), indent=2))
    return 0


def _completion(arguments: argparse.Namespace) -> int:
    import shtab

    from autograder.cli import make_parser

    parser = make_parser()
    for action in _actions(parser):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
    print(shtab.complete(parser, arguments.shell))
    return 0


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield every option and argument of all commands."""
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
