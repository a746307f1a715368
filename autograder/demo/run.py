"""Release, hand in, grade, report: the whole demonstration."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from autograder.course.course import Course
from autograder.demo.answers import Expected
from autograder.demo.course import prepare_course
from autograder.demo.handin import Key, hand_in
from autograder.demo.students import CLASS, Student
from autograder.exercises import COURSE
from autograder.nbgrader.feedback import pages_of, write_feedback
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.progress import Progress, feedback_bar
from autograder.nbgrader.reports import Took, sandboxes_of, time_of, write_results
from autograder.nbgrader.run import Run, autograde
from autograder.running.grading import Crew, Setting, grading
from autograder.sandbox import Backend, Limits

DEMO_LIMITS = Limits(cpu_seconds=40, call_seconds=0.5, cell_seconds=5.0, memory=2 << 30)
"""Tighter than for a real class, so that what loops forever here ends soon."""

TITLE = "The demonstration class"
WIDTH, MOST_SHOWN = 100, 8
OUTPUTS = {
    "report.html": "the class: exercises, mistakes, scores, what needs a person",
    "feedback/": "for each student a page for each notebook, and index.html over all",
    "gradebook.db": "nbgrader's gradebook",
    "grades.csv": "the grades",
    "results.json": "every verdict, with the seed that replays it",
    "course/": "the course directory: cd there, and use nbgrader as ever",
}
"""What a run leaves in its folder, and what it is."""


def run_demo(
    folder: Path,
    backend: Backend,
    jobs: int,
    students: Sequence[Student] = CLASS,
    course: Course = COURSE,
    crew: Callable[[Setting, int], Crew] = grading,
) -> int:
    """Grade the invented class in `folder`, report on it, and compare with what each student deserves.

    Parameters
    ----------
    folder : Path
        Made if it is not there. Nothing outside of it is written.
    backend, crew : Backend, callable
        The sandbox, and those who grade in it: ``crew(setting, processes)``.
    jobs : int
        How many files to grade at a time.
    students : sequence of Student
        Who hands in.
    course : Course
        Whose notebooks.

    Returns
    -------
    int
        0, or 1 if any verdict is not as expected.
    """
    console = Console(soft_wrap=False)
    console.width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    began, started = time.perf_counter(), datetime.now(UTC)
    made_in, fresh = prepare_course(folder, course)
    expected = hand_in(made_in.root / "submitted", students, course)
    _say_class(console, fresh, len(course.names), len(students), len(expected))
    with Progress(console) as progress:
        run = autograde(made_in, backend, (), jobs, progress.begin, progress.seen, DEMO_LIMITS, crew)
    took = time_of(made_in, run, Took(started, time.perf_counter() - began, jobs))
    made = _write_feedback(console, made_in, jobs)
    write_results(folder, made_in, run, took, TITLE)  # it links to the pages that are there
    progress.print_summary(run)
    _print_mistakes(console, run)
    differences = compare_all(expected, run)
    _say_end(console, folder, len(expected), differences)
    sandboxes = sandboxes_of(graded for *_, graded in run.results)
    console.print(
        f"{run.fresh} of {len(run.results)} files graded and {made} feedback pages written now, "
        f"in {time.perf_counter() - began:.1f} s with {jobs} at a time in {sandboxes}."
    )
    return 1 if differences else 0


def compare_all(expected: Mapping[Key, Expected], run: Run) -> list[str]:
    """Return a line for each verdict that is not as expected, is missing, or is one too many."""
    got = {(s, n, verdict.exercise): verdict for s, n, graded in run.results for verdict in graded.verdicts}
    lines = [
        f"{' '.join(key)}: there is a verdict that nobody expects" for key in got.keys() - expected.keys()
    ]
    for key, wanted in expected.items():
        difference = wanted.difference(got[key]) if key in got else "there is no verdict"
        if difference:
            lines.append(f"{' '.join(key)}: {difference}")
    return sorted(lines)


def _say_class(console: Console, fresh: bool, notebooks: int, students: int, answers: int) -> None:
    what = "Released" if fresh else "Kept"
    console.print(
        f"{what} {notebooks} assignments with nbgrader. {students} invented students hand in "
        f"{students * notebooks} notebooks with {answers} answers."
    )


def _write_feedback(console: Console, course: CourseFolder, jobs: int) -> int:
    """Write the feedback pages that are missing or out of date; return how many."""
    with feedback_bar(console) as (begin, seen):
        made = write_feedback(course, pages_of(course), jobs, begin, seen)
    for page, why in made.failed:
        console.print(f"NO PAGE {page.student}, {page.assignment}: {why}", markup=False, highlight=False)
    return made.written


def _say_end(console: Console, folder: Path, total: int, differences: Sequence[str]) -> None:
    """Say where to look, and whether the demonstration came out as it must."""
    here = Path.cwd()
    shown = folder.relative_to(here) if folder.is_relative_to(here) else folder
    console.print()
    for name, says in OUTPUTS.items():
        console.print(f"  {f'{shown}/{name}':<30} {says}", highlight=False)
    console.print()
    for line in differences:
        console.print(f"DIFFERS {line}", markup=False, highlight=False)
    console.print(f"{total - len(differences)} of {total} verdicts as expected.")


def _print_mistakes(console: Console, run: Run) -> None:
    """Print the mistakes that most students made."""
    named = Counter(
        (verdict.exercise, verdict.mistake)
        for _, _, graded in run.results
        for verdict in graded.verdicts
        if verdict.mistake
    )
    console.print(f"\n{len(named)} different mistakes were named {sum(named.values())} times. Most often:\n")
    table = Table("exercise", "mistake", box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("students", justify="right")
    for (exercise, mistake), number in named.most_common(MOST_SHOWN):
        table.add_row(exercise, mistake, str(number))
    console.print(table)
