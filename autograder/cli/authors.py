"""Commands for those who write exercises: build, audit, languages, bench."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from autograder.cli.options import Commands, add_jobs, add_sandbox, at_least_one
from autograder.cli.which import chosen_course


def add_commands(commands: Commands) -> None:
    """Add the commands of this family."""
    build = commands.add_parser("build", help="generate notebooks and public cases from the masters")
    build.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="such as 02_forward; all when omitted"
    )
    build.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 and name what is out of date"
    )
    build.add_argument("--source", type=Path, metavar="DIR", help="also write nbgrader's source tree there")
    add_jobs(build, "exercises")
    build.set_defaults(run=_build)

    _add_languages(commands)
    audit = commands.add_parser("audit", help="hold every exercise to account; exit 1 on any hole")
    audit.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="all when omitted")
    audit.add_argument("--json", type=Path, metavar="FILE", help="save the whole matrix")
    audit.add_argument(
        "--draws", type=at_least_one, default=3, metavar="N", help="fresh draws of each exercise (3)"
    )
    audit.add_argument(
        "--slips",
        action="store_true",
        help="the slips of the machine, in place of the bank; exit 1 on one unexplained",
    )
    add_jobs(audit, "exercises")
    audit.set_defaults(run=_audit)
    _add_bench(commands)


def _add_bench(commands: Commands) -> None:
    bench = commands.add_parser(
        "bench",
        help="measure checks, grading, feedback, the report or scale, where time goes, or diagnosis",
    )
    bench.add_argument(
        "what", choices=("check", "grading", "feedback", "report", "profile", "diagnosis", "scale")
    )
    bench.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="wrong answers, one a line; report: where to keep it",
    )
    bench.add_argument(
        "--students",
        type=int,
        default=8,
        metavar="N",
        help="profile, feedback: so many files; grading: N added (half of it for nbgrader, double for ours); "
        "report: so many students (8)",
    )
    bench.add_argument(
        "--repeats", type=int, default=3, metavar="N", help="grading: how often it is measured (3)"
    )
    bench.add_argument(
        "--submissions", type=at_least_one, default=10_000, metavar="N", help="scale: how many (10000)"
    )
    bench.add_argument(
        "--short",
        action="store_true",
        help="check: every third exercise; grading: 4 students, once; scale: 60",
    )
    bench.add_argument("--json", type=Path, metavar="FILE", help="diagnosis: save all that was told")
    add_sandbox(bench)
    bench.set_defaults(run=_bench)


def _add_languages(commands: Commands) -> None:
    languages = commands.add_parser(
        "languages", help="bring the catalogues up to date; say what is translated"
    )
    languages.add_argument("--new", default="", metavar="CODE", help="begin another language, such as fr")
    languages.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 and name what is out of date"
    )
    languages.set_defaults(run=_languages)


def _build(arguments: argparse.Namespace) -> int:
    from autograder.course.build import built_files, stale_files, write_source_tree

    course = chosen_course(arguments)
    stale = stale_files(course, course.root) if not arguments.notebooks else []
    drift = []
    for path, text in built_files(course, course.root, arguments.notebooks, arguments.jobs):
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
        what = "out of date" if arguments.check else "removed" if path in stale else "wrote"
        print(f"{what}: {path.relative_to(course.root)}")
    if arguments.source and not arguments.check:
        write_source_tree(course, arguments.source, arguments.notebooks)
    if arguments.check and drift:
        print("Run `python -m autograder build` and commit what it writes.")
        return 1
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from autograder.authoring.audit import audit, summary

    if arguments.slips:
        return _audit_slips(arguments)
    rows = list(audit(chosen_course(arguments), arguments.notebooks, arguments.jobs, arguments.draws))
    print("\n".join(summary(rows)))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps([vars(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    holes = sum(bool(row.hole) for row in rows)
    print(f"{len({row.exercise for row in rows})} exercises, {len(rows)} checks, {holes} holes")
    return 1 if holes else 0


def _audit_slips(arguments: argparse.Namespace) -> int:
    from dataclasses import asdict

    from autograder.authoring.slip_audit import audit_slips, slip_summary

    rows = list(audit_slips(chosen_course(arguments), arguments.notebooks, arguments.jobs, arguments.draws))
    print("\n".join(slip_summary(rows)))
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps([asdict(row) for row in rows], indent=1)
        arguments.json.write_text(text + "\n", encoding="utf-8")
    return 1 if any(row.unexplained for row in rows) else 0


def _languages(arguments: argparse.Namespace) -> int:
    from autograder.authoring.languages.keeping import keep_languages

    course = chosen_course(arguments)
    return keep_languages(course, course.root, arguments.new, arguments.check)


def _bench(arguments: argparse.Namespace) -> int:
    if arguments.what == "diagnosis":
        return _bench_diagnosis(arguments)
    if arguments.what == "feedback":
        return _bench_feedback(arguments)
    if arguments.what == "profile":
        return _bench_profile(arguments)
    if arguments.what == "report":
        from autograder.authoring.bench.report import bench_report

        return bench_report(chosen_course(arguments), arguments.students, arguments.file)
    if arguments.what == "scale":
        return _bench_scale(arguments)
    if arguments.what == "check":
        from autograder.authoring.bench.check import bench_check

        return bench_check(chosen_course(arguments), 3 if arguments.short else 1)
    from autograder.authoring.bench.grading import bench_grading

    how = (4, 1, True) if arguments.short else (arguments.students, arguments.repeats, False)
    return bench_grading(chosen_course(arguments), *how)


def _bench_profile(arguments: argparse.Namespace) -> int:
    from autograder.authoring.bench.profile import bench_profile
    from autograder.sandbox import choose

    backend = choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    return bench_profile(chosen_course(arguments), backend, arguments.students)


def _bench_scale(arguments: argparse.Namespace) -> int:
    from autograder.authoring.bench.scale import bench_scale
    from autograder.sandbox import choose

    backend = choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    return bench_scale(
        chosen_course(arguments), backend, arguments.submissions, arguments.jobs, arguments.short
    )


def _bench_feedback(arguments: argparse.Namespace) -> int:
    from autograder.authoring.bench.feedback import bench_feedback
    from autograder.sandbox import choose

    return bench_feedback(
        chosen_course(arguments), arguments.students, choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    )


def _bench_diagnosis(arguments: argparse.Namespace) -> int:
    from autograder.authoring.diagnosis import bench_diagnosis
    from autograder.errors import CourseError
    from autograder.sandbox import choose

    if arguments.file is None:
        raise CourseError("Which answers? `bench diagnosis FILE` wants a file with one a line.")
    backend = choose(arguments.sandbox, arguments.unsafe_no_sandbox)
    return bench_diagnosis(chosen_course(arguments), arguments.file, backend, arguments.json)
