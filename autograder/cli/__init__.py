"""The command line: ``python -m autograder COMMAND``."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from autograder.errors import AutograderError

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
    _add_commands_for_authors(commands)
    _add_commands_for_instructors(commands)
    return parser


def _add_commands_for_authors(commands: Commands) -> None:
    build = commands.add_parser("build", help="generate notebooks and public cases from the masters")
    build.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="such as 02_forward; all when omitted"
    )
    build.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 and name what is out of date"
    )
    build.add_argument("--source", type=Path, metavar="DIR", help="also write nbgrader's source tree there")
    build.set_defaults(run=_build)

    audit = commands.add_parser("audit", help="hold every exercise to account; exit 1 on any hole")
    audit.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="all when omitted")
    audit.add_argument("--json", type=Path, metavar="FILE", help="save the whole matrix")
    _add_jobs(audit, "exercises")
    audit.set_defaults(run=_audit)

    bench = commands.add_parser("bench", help="measure the checks, or grading beside stock nbgrader")
    bench.add_argument("what", choices=("check", "grading"))
    bench.add_argument("--students", type=int, default=3, metavar="N", help="grading: N, and then 2 N")
    bench.set_defaults(run=_bench)


def _add_commands_for_instructors(commands: Commands) -> None:
    grade = commands.add_parser("grade", help="grade notebook files; no course directory needed")
    grade.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="notebooks, folders or zip archives"
    )
    grade.add_argument("--json", type=Path, metavar="FILE", help="write one record an exercise")
    grade.add_argument(
        "--replay", type=Path, metavar="FILE", help="grade the files of such a record again, same cases"
    )
    _add_sandbox_options(grade)
    _add_limits(grade)
    grade.set_defaults(run=_grade)

    init = commands.add_parser("init", help="make an instructor's course directory for nbgrader")
    init.add_argument(
        "folder", type=Path, metavar="DIR", help="made if it is not there; nothing in it is lost"
    )
    init.set_defaults(run=_init)

    autograde = commands.add_parser(
        "autograde", help="grade a whole class in a course directory, in parallel"
    )
    autograde.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="all when omitted")
    autograde.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the course directory")
    _add_sandbox_options(autograde)
    autograde.set_defaults(run=_autograde)

    demo = commands.add_parser("demo", help="grade a class of invented students, from release to report")
    demo.add_argument("--folder", type=Path, default=Path("build/demo"), metavar="DIR", help="where to")
    _add_sandbox_options(demo)
    demo.set_defaults(run=_demo)

    doctor = commands.add_parser("doctor", help="show which sandboxes work here and what each confines")
    doctor.set_defaults(run=_doctor)


def _add_jobs(parser: argparse.ArgumentParser, what: str) -> None:
    count = os.cpu_count() or 1
    parser.add_argument("--jobs", type=int, default=count, metavar="N", help=f"{what} at a time")


def _add_sandbox_options(parser: argparse.ArgumentParser) -> None:
    _add_jobs(parser, "files")
    parser.add_argument(
        "--sandbox", default="", metavar="NAME", help="bwrap or sandlock; the best when omitted"
    )
    parser.add_argument(
        "--unsafe-no-sandbox", action="store_true", help="trust every file; every result says so"
    )


def _add_limits(parser: argparse.ArgumentParser) -> None:
    from autograder.sandbox import Limits

    group = parser.add_argument_group("what one submission may use, in seconds and bytes")
    for field in fields(Limits):
        option, kind = f"--{field.name.replace('_', '-')}", type(field.default)
        group.add_argument(
            option, type=kind, default=field.default, metavar="N", help="%(default)s if omitted"
        )


def _build(arguments: argparse.Namespace) -> int:
    from autograder.course.build import built_files, stale_files, write_source_tree

    root = Path(__file__).resolve().parents[2]
    stale = stale_files(root) if not arguments.notebooks else []
    drift = []
    for path, text in built_files(root, arguments.notebooks):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        drift.append(path)
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in stale:
        drift.append(path)
        if not arguments.check:
            path.unlink()
    for path in drift:
        print(
            f"{'out of date' if arguments.check else 'removed' if path in stale else 'wrote'}: {path.relative_to(root)}"
        )
    if arguments.source and not arguments.check:
        write_source_tree(arguments.source, arguments.notebooks)
    if arguments.check and drift:
        print("Run `python -m autograder build` and commit what it writes.")
        return 1
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from autograder.authoring.audit import audit, summary

    rows = list(audit(arguments.notebooks, arguments.jobs))
    print("\n".join(summary(rows)))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps([vars(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    holes = sum(bool(row.hole) for row in rows)
    print(f"{len({row.exercise for row in rows})} exercises, {len(rows)} checks, {holes} holes")
    return 1 if holes else 0


def _grade(arguments: argparse.Namespace) -> int:
    from autograder.cli.show import print_graded, print_replay, read_records, replay_jobs, to_jobs
    from autograder.running.files import replace_file
    from autograder.running.grading import grade_all
    from autograder.running.results import Results, has_fault
    from autograder.sandbox import Limits, choose

    before = read_records(arguments.replay) if arguments.replay else []
    jobs = replay_jobs(before) if arguments.replay else to_jobs(arguments.paths)
    backend = choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    limits = Limits(**{field.name: getattr(arguments, field.name) for field in fields(Limits)})
    secret, results, faults = secrets.token_bytes(32), [], False
    for done in grade_all(jobs, backend, secret, Results(None), arguments.jobs, limits):
        results.append(done.graded)
        faults |= has_fault(done.graded)
        print_graded(done.graded)
    labels = [job.label for job in jobs]
    results.sort(key=lambda graded: labels.index(graded.path))
    records = [verdict.record(graded.path) for graded in results for verdict in graded.verdicts]
    if arguments.json:
        replace_file(arguments.json, json.dumps(records, indent=1, ensure_ascii=False) + "\n")
    if arguments.replay:
        return print_replay(before, records)
    return 3 if faults else 0


def _init(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.course import assignments, init_course

    course = init_course(arguments.folder.resolve())
    print(f"{course.root} is a course directory with the assignments {', '.join(assignments())}.")
    print("Next, inside it: nbgrader generate_assignment ASSIGNMENT")
    return 0


def _autograde(arguments: argparse.Namespace) -> int:
    from autograder.nbgrader.course import Course
    from autograder.nbgrader.progress import Progress
    from autograder.nbgrader.reports import Took, write_class_report
    from autograder.nbgrader.run import autograde, settings_of
    from autograder.running.results import has_fault
    from autograder.sandbox import choose

    course = Course(arguments.course.resolve())
    backend = choose(
        arguments.sandbox or settings_of(course.directory()).sandbox, arguments.unsafe_no_sandbox
    )
    began, started = time.perf_counter(), datetime.now(UTC)
    with Progress() as progress:
        run = autograde(
            course,
            backend,
            arguments.assignments,
            arguments.jobs,
            progress.begin,
            progress.seen,
        )
    progress.print_summary(run)
    took = Took(started, time.perf_counter() - began, arguments.jobs)
    print(f"The report is {write_class_report(course, run, backend.name, took)}")
    return 3 if any(has_fault(graded) for _, _, graded in run.results) else 0


def _demo(arguments: argparse.Namespace) -> int:
    from autograder.demo import run_demo
    from autograder.sandbox import choose

    backend = choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    return run_demo(arguments.folder.resolve(), backend, arguments.jobs)


def _bench(arguments: argparse.Namespace) -> int:
    from autograder.authoring.bench import bench_check, bench_grading

    return bench_check() if arguments.what == "check" else bench_grading(arguments.students)


def _doctor(_: argparse.Namespace) -> int:
    from autograder.sandbox.doctor import examine_backends

    return examine_backends()
