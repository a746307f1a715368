"""The command for what comes from a learning platform: collect."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from autograder.cli.log import shown
from autograder.cli.options import Commands, add_course
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.nbgrader.folder import CourseFolder
    from autograder.platforms.collecting import Done
    from autograder.platforms.found import Sorted
    from autograder.platforms.people import People
    from autograder.platforms.planning import Plan

FROM = ("canvas", "moodle", "blackboard", "gradescope", "classroom", "folder")
MOST_LINES = 30
"""Lines of one kind that are printed; a list in a file holds all."""


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    collect = commands.add_parser("collect", help="put a platform's download of submissions into submitted/")
    collect.add_argument("archive", type=Path, metavar="ARCHIVE", help="a zip archive, or a folder")
    collect.add_argument("--from", dest="platform", choices=FROM, default="", help="guessed when omitted")
    collect.add_argument("--assignment", default="", metavar="NAME", help="each file says it when omitted")
    add_roster(collect)
    collect.add_argument(
        "--attempt", choices=("latest", "first"), default="latest", help="which of several counts (latest)"
    )
    collect.add_argument(
        "--update",
        action="store_true",
        help="a new attempt takes the place of one collected before, which is kept",
    )
    collect.add_argument(
        "--timezone", default="UTC", metavar="ZONE", help="of times without one, such as Europe/Madrid (UTC)"
    )
    collect.add_argument("--list", type=Path, metavar="FILE", help="write what became of every file, as CSV")
    collect.add_argument(
        "--dry-run", action="store_true", help="write nothing, and say what would be skipped"
    )
    add_course(collect)
    collect.set_defaults(run=_collect)


def add_roster(parser: argparse.ArgumentParser) -> None:
    """Add the list that says who is who."""
    parser.add_argument(
        "--roster",
        type=Path,
        metavar="FILE",
        help="CSV that says who is who; the platform's own sheet will do",
    )
    parser.add_argument(
        "--id-column", default="", metavar="HEADING", help="its column with the ids that the course uses"
    )


def roster_of(arguments: argparse.Namespace) -> People | None:
    """Return the list that says who is who, if one is named."""
    from autograder.platforms.people import read_roster

    return read_roster(arguments.roster, arguments.id_column) if arguments.roster else None


def _collect(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.attempts import Attempts
    from autograder.nbgrader.folder import course_folder
    from autograder.platforms.choosing import sort
    from autograder.platforms.collecting import collect
    from autograder.platforms.found import download_of
    from autograder.platforms.planning import plan

    folder = course_folder(arguments.course)
    course = folder.course
    _assert_known(folder, arguments.assignment)
    zone = _zone(arguments.timezone)
    download = download_of(arguments.archive)
    layout, made = sort(download, arguments.platform)
    made, roster = _with_roster(arguments, made)
    planned = plan(download, made, course, roster, arguments.assignment, arguments.attempt)
    print(f"{arguments.archive}: {len(download.notebooks)} notebooks, read as a download from {layout.name}")
    earlier = folder.root / ".rnncourse" / "earlier" if arguments.update else None
    attempts = None if arguments.dry_run else Attempts(folder.attempts)
    done = collect(download, planned, folder.directory(), zone, attempts, earlier)
    if arguments.list:
        _write_list(arguments.list, planned, done)
    _print(done, "would collect" if arguments.dry_run else "collected")
    if not done.written and not done.same:
        raise AutograderError("Nothing was collected. The lines above say why, file by file.")
    return 0


def _assert_known(folder: CourseFolder, assignment: str) -> None:
    """Refuse an assignment that is neither of the course nor one of the instructor's own."""
    directory = folder.directory()
    own = Path(directory.format_path(directory.source_directory, ".", assignment or "."))
    if assignment and assignment not in folder.course and not own.is_dir():
        raise AutograderError(
            f"There is no assignment {assignment!r}: neither one of {', '.join(folder.course.names)}, nor {own}."
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise AutograderError(f"There is no time zone {name!r}. Name one such as Europe/Madrid.") from None


def _with_roster(arguments: argparse.Namespace, made: Sorted) -> tuple[Sorted, People | None]:
    """Return who the people are; and the files with the times that are in the roster, if it is Moodle's worksheet."""
    from dataclasses import replace

    from autograder.platforms.moodle import times_in
    from autograder.platforms.sheet import read_sheet

    roster = roster_of(arguments)
    if not roster:
        return made, None
    times = times_in(read_sheet(arguments.roster))
    found = tuple(
        replace(file, time=times[file.key][0], late=times[file.key][1]) if file.key in times else file
        for file in made.found
    )
    return replace(made, found=found), roster


def _print(done: Done, did: str) -> None:
    print(
        f"{did}: {len(done.written)} submissions; there already: {len(done.same)}; left out: {len(done.skipped)} files"
    )
    print_some([f"late, the platform says: {student} {name}" for student, name in done.late])
    print_some([f"left out: {file}: {why}" for file, why in done.skipped])


def print_some(lines: Sequence[str]) -> None:
    """Print lines of one kind, and how many more there are."""
    print("".join(f"  {shown(line)}\n" for line in lines[:MOST_LINES]), end="")
    if len(lines) > MOST_LINES:
        print(f"  and {len(lines) - MOST_LINES} more")


def _write_list(path: Path, planned: Plan, done: Done) -> None:
    """Write what became of every file: whose it is, for what, when, whether late, and why it was left out."""
    from autograder.report.exports import safe_cell

    items = [item for several in planned.taken.values() for item in several]
    others = [
        entry for entry in done.skipped if entry not in {(i.found.file, w) for i, w in done.left.items()}
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "student", "assignment", "handed_in", "late", "became", "left_out"))
        for item in items:
            found, why = item.found, done.left.get(item, "")
            late = "" if found.late is None else "yes" if found.late else "no"
            there = "there already" if (item.student, item.assignment) in done.same else "collected"
            row = (
                found.file,
                item.student,
                item.assignment,
                found.time,
                late,
                "left out" if why else there,
                why,
            )
            writer.writerow(map(safe_cell, row))
        whose = {item.found.file: item.student for item in planned.others}
        for name, reason in others:
            writer.writerow(map(safe_cell, (name, whose.get(name, ""), "", "", "", "left out", reason)))
