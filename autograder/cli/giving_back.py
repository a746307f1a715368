"""Commands for what goes to a learning platform: export, gradescope."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.options import Commands, add_course, add_own_numbers
from autograder.cli.platforms import add_roster, print_some, roster_of
from autograder.cli.which import chosen_course
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.nbgrader.folder import CourseFolder
    from autograder.platforms.marks import Mark
    from autograder.platforms.people import People

TO = ("canvas", "moodle", "blackboard", "gradescope", "csv")


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    export = commands.add_parser("export", help="give marks back to a platform, or as CSV")
    export.add_argument("assignments", nargs="+", metavar="ASSIGNMENT")
    export.add_argument("--to", dest="platform", choices=TO, required=True)
    export.add_argument(
        "--sheet", type=Path, metavar="FILE", help="what the platform lets you download, to be filled"
    )
    export.add_argument("--out", type=Path, metavar="PATH", help="where to; beside the sheet when omitted")
    export.add_argument(
        "--column", default="", metavar="HEADING", help="of the sheet; the one called like the assignment"
    )
    export.add_argument(
        "--scale", action="store_true", help="scale marks to the points that the platform gives"
    )
    export.add_argument(
        "--pending", action="store_true", help="write also what waits for a person, with the points so far"
    )
    add_roster(export)
    add_course(export)
    export.set_defaults(run=_export)

    gradescope = commands.add_parser("gradescope", help="write the autograder archive for Gradescope")
    gradescope.add_argument("assignment", metavar="ASSIGNMENT")
    gradescope.add_argument("--out", type=Path, metavar="FILE", help="ASSIGNMENT-gradescope.zip when omitted")
    gradescope.add_argument(
        "--course",
        type=Path,
        metavar="DIR",
        help="whose points and secret to use; the course directory that this is called in when omitted",
    )
    add_own_numbers(gradescope)
    add_roster(gradescope)
    gradescope.set_defaults(run=_gradescope)


def _export(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.folder import course_folder
    from autograder.platforms.marks import marks_of

    folder = course_folder(arguments.course)
    marks = {name: marks_of(folder, name) for name in arguments.assignments}
    if not any(marks.values()):
        raise AutograderError(
            "Nobody has a mark for that yet. Grade first, with `python -m autograder autograde`."
        )
    roster = roster_of(arguments)
    if arguments.platform == "csv":
        return _export_csv(arguments, marks, roster)
    if arguments.platform == "gradescope":
        return _export_results(arguments, folder, marks)
    return _export_sheet(arguments, marks, roster)


def _export_csv(arguments: argparse.Namespace, marks: dict[str, list[Mark]], roster: People | None) -> int:
    from autograder.platforms.marks import named, table_of
    from autograder.running.files import replace_file

    table: list[Mark] = []
    left: list[str] = []
    for assignment, several in marks.items():
        known, without = named(several, roster) if roster else (several, [])
        table += known
        left += [f"no mark for {one.says} ({one.id}): nothing for {assignment}" for one in without]
    out = arguments.out or Path("marks.csv")
    replace_file(out, table_of(table, arguments.pending))
    print(f"{out}: {len(table)} marks, {sum(mark.waits for mark in table)} of them wait for a person")
    print_some(left)
    return 0


def _export_results(arguments: argparse.Namespace, folder: CourseFolder, marks: dict[str, list[Mark]]) -> int:
    import json

    from autograder.platforms.results import messages_of, results_of_mark
    from autograder.running.files import replace_file

    out = arguments.out or Path("gradescope-results")
    left = []
    messages = messages_of(folder)
    for assignment, several in marks.items():
        for mark in several:
            if mark.excused or (mark.waits and not arguments.pending):
                why = "excused" if mark.excused else "a part of it waits for a person"
                left.append(f"left out: {mark.student} {assignment}: {why}")
                continue
            results = results_of_mark(mark, messages.get(mark.student, {}))
            text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
            replace_file(out / assignment / mark.student / "results.json", text)
    print(f"{out}: results.json of {sum(map(len, marks.values())) - len(left)} submissions")
    print_some(left)
    return 0


def _export_sheet(arguments: argparse.Namespace, marks: dict[str, list[Mark]], roster: People | None) -> int:
    from autograder.platforms.choosing import LAYOUTS
    from autograder.platforms.filling import fill
    from autograder.platforms.sheet import parse_sheet, read_sheet
    from autograder.running.files import replace_bytes

    if not arguments.sheet:
        raise AutograderError(
            f"Which sheet? Download it from {arguments.platform} and name it with --sheet FILE."
        )
    out = arguments.out or arguments.sheet.with_suffix(f".graded{arguments.sheet.suffix}")
    if out.resolve() == arguments.sheet.resolve():
        raise AutograderError(
            f"{out} is what the platform gave you. Name another file with --out; that one is kept."
        )
    if len(marks) > 1 and arguments.column:
        raise AutograderError(
            "--column names one column, and there are several assignments. Export one at a time."
        )
    sheet, layout = read_sheet(arguments.sheet), LAYOUTS[arguments.platform]
    options = (roster, arguments.column, arguments.scale, arguments.pending)
    for assignment, several in marks.items():
        filled = fill(sheet, layout, several, *options)
        sheet = parse_sheet(filled.data, str(out))
        print(f"{assignment}: {filled.written} marks in column {filled.heading!r}")
        print_some([f"note: {line}" for line in filled.notes])
        print_some([f"not written: {student}: {why}" for student, why in filled.without_row])
        print_some([f"no mark for {row}: {why}" for row, why in filled.without_mark])
    replace_bytes(out, filled.data)
    print(f"Give {out} back to {arguments.platform}.")
    return 0


def _gradescope(arguments: argparse.Namespace) -> int:
    import secrets

    from autograder.nbgrader.folder import course_folder
    from autograder.nbgrader.run import settings_of
    from autograder.nbgrader.worth import worth
    from autograder.platforms.bundle import Chosen, write_bundle

    out = arguments.out or Path(f"{arguments.assignment}-gradescope.zip")
    course, secret = chosen_course(arguments), secrets.token_bytes(32)
    people = {one.id: sorted(one.keys) for one in roster_of(arguments) or ()}
    chosen, said = Chosen(own_numbers=arguments.own_numbers, people=people), ""
    if arguments.course or Path("nbgrader_config.py").is_file():
        folder = course_folder(arguments.course or Path())
        course, secret, settings = folder.course, folder.secret, settings_of(folder.directory())
        points, own = worth(folder, arguments.assignment), settings.own_numbers or chosen.own_numbers
        chosen = Chosen(settings.sandbox, points, own, people)
        said = f"Points as in {folder.root}: {sum(points.values()):g} in all.\n"
    count = write_bundle(out, course, arguments.assignment, secret, chosen)
    print(f"{said}{out}: {count} files, {out.stat().st_size / 1e6:.1f} MB.")
    if chosen.own_numbers:
        print(
            f"Each student's own numbers follow from {'the ids of the roster' if people else 'the e-mail address'}."
        )
    print("It holds the solutions: give it to Gradescope and to nobody else.")
    return 0
