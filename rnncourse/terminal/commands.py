"""The course in a terminal: ``check``, ``progress``, ``hint`` and ``solution``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rnncourse.languages import _, said
from rnncourse.learning import contents, here
from rnncourse.learning.record import FILE, Record
from rnncourse.terminal.saved import BadInput

SECONDS = 1800.0
"""What a notebook may take by default: the longest, 10, trains for minutes."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without our signs gets another in their place
    arguments = _parser().parse_args(words)
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (BadInput, LookupError) as error:
        print(f"rnncourse: {said(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    about = _("The course in a terminal.\n\nExit codes: 0 all right, 1 something is open, 2 bad input.")
    parser = argparse.ArgumentParser(prog="rnncourse", description=about, formatter_class=formatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    check = commands.add_parser("check", help=_("run the public checks of a saved notebook"))
    check.add_argument("file", type=Path, metavar="FILE.ipynb")
    check.add_argument("exercises", nargs="*", metavar="EXERCISE", help=_("all of the notebook when omitted"))
    check.add_argument(
        "--seconds", type=float, default=SECONDS, metavar="N", help=_("limit of time (%(default)g)")
    )
    check.set_defaults(run=_check)

    progress = commands.add_parser(
        "progress", help=_("show what is solved, what is open and what comes next")
    )
    progress.add_argument(
        "place", nargs="?", type=Path, default=Path(), metavar="FOLDER", help=_("or one notebook")
    )
    progress.set_defaults(run=_progress)

    for name, says in (
        ("hint", _("show the next hint of an exercise")),
        ("solution", _("show our way, after you tried")),
    ):
        command = commands.add_parser(name, help=says)
        command.add_argument("exercise", metavar="EXERCISE")
        command.add_argument(
            "folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help=_("of notebooks")
        )
        command.set_defaults(run=_hint if name == "hint" else _solution)
    return parser


def _check(arguments: argparse.Namespace) -> int:
    from rnncourse.terminal.checking import check_file

    return check_file(arguments.file, arguments.exercises, arguments.seconds)


def _progress(arguments: argparse.Namespace) -> int:
    from rnncourse.learning.asking import progress
    from rnncourse.learning.standing import standings

    is_file = arguments.place.is_file()
    _open(arguments.place.parent if is_file else arguments.place)
    progress(arguments.place.stem if is_file else "")
    all_of = standings(contents.course(), here.record().entries())
    one = contents.find(arguments.place.stem) if is_file else None
    return int(any(standing.next for standing in all_of if one in (None, standing.contents)))


def _hint(arguments: argparse.Namespace) -> int:
    from rnncourse.notebook import hint

    _open(arguments.folder)
    hint(arguments.exercise)
    return 0


def _solution(arguments: argparse.Namespace) -> int:
    from rnncourse.learning.asking import solution

    here.BEGUN_IN = str(_open(arguments.folder))
    solution(arguments.exercise)
    return 0


def _open(folder: Path) -> Path:
    """Use the record of the notebooks in a folder, or in ``notebooks`` below it; return where they are.

    Raises
    ------
    BadInput
        If there is no such folder.
    """
    if not folder.is_dir():
        raise BadInput(_("There is no folder {folder}.").format(folder=folder))
    places = [place.resolve() for place in (folder, folder / "notebooks")]
    kept = [place for place in places if (place / FILE).is_file()]
    filled = [place for place in places if any(place.glob("*.ipynb"))]
    place = next(iter(kept + filled), places[0])
    here.use(Record(here.folder(place)))
    return place
