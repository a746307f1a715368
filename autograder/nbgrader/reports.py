"""What an instructor takes away from a run: grades, records and the report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from nbgrader.api import Grade, Gradebook

from autograder.course.release import CHECK
from autograder.judging.verdict import Graded
from autograder.nbgrader.around import around, earlier_points
from autograder.nbgrader.export import begun_in, grades_of
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.preflight import told_plainly
from autograder.nbgrader.run import Run
from autograder.report import ClassResult, ManualItem, results_json, write_csv, write_report
from autograder.report.exports import TOTALS, totals_of
from autograder.running.files import replace_file


@dataclass(frozen=True)
class Took:
    """When the class was graded and how long that took, in seconds of wall time."""

    started: datetime
    seconds: float
    jobs: int


def write_class_report(course: CourseFolder, run: Run, took: Took) -> Path:
    """Write the report of a run into the course's folder ``report``, and return where it is."""
    folder = course.root / "report"
    names = ", ".join(dict.fromkeys(name for _, name, _ in run.results)) or "nothing handed in"
    with told_plainly("Everything is graded, but the report was not written"):
        write_results(folder, course, run, time_of(course, run, took), names)
    return folder / "report.html"


def time_of(course: CourseFolder, run: Run, took: Took) -> Took:
    """Return how long the grading of the whole class took, also when this run had little left to do.

    A run that graded everything counts alone. One that went on where another was cut off is added to it.
    """
    path = course.root / ".rnncourse" / "time.json"
    if path.is_file() and run.fresh < len(run.results):
        before = json.loads(path.read_text(encoding="utf-8"))
        seconds = before["seconds"] + (took.seconds if run.fresh else 0.0)
        took = Took(datetime.fromisoformat(before["started"]), seconds, before["jobs"])
    data = {"started": took.started.isoformat(), "seconds": took.seconds, "jobs": took.jobs}
    path.write_text(json.dumps(data) + "\n", encoding="utf-8")
    return took


def write_results(folder: Path, course: CourseFolder, run: Run, took: Took, title: str) -> None:
    """Write ``grades.csv``, ``totals.csv``, ``results.json`` and ``report.html`` into a folder.

    Parameters
    ----------
    folder : Path
        Where to; paths in the records are relative to it.
    course : CourseFolder
        Whose gradebook is read.
    run : Run
        The verdicts.
    took : Took
        What to say about time.
    title : str
        What the report is called.
    """
    results = tuple(run.results)
    submissions = tuple(
        (student, replace(graded, path=_relative(graded.path, folder))) for student, _, graded in results
    )
    folder.mkdir(parents=True, exist_ok=True)
    directory = course.directory()
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        rows, begun = grades_of(gradebook, course), begun_in(gradebook)
        by_hand = tuple(_by_hand(gradebook))
        earlier = earlier_points(gradebook, course.course, results)
    write_csv(folder / "grades.csv", rows)
    write_csv(folder / "totals.csv", totals_of(rows, begun), TOTALS)
    records = [record for student, graded in submissions for record in results_json([graded], student)]
    text = msgspec.json.format(msgspec.json.encode(records), indent=1).decode() + "\n"
    replace_file(folder / "results.json", text)
    beside = around(course.course, directory, folder, results, course.arrangements)
    when = (took.started, took.seconds, sandboxes_of(graded for _, graded in submissions), took.jobs)
    class_ = ClassResult(title, submissions, *when, by_hand, earlier=earlier, **beside)
    write_report(folder / "report.html", class_)


def sandboxes_of(results: Iterable[Graded]) -> str:
    """Return the names of what confined the students' code; empty if none was run."""
    return " and ".join(sorted({graded.sandbox for graded in results} - {""}))


def _relative(path: str, folder: Path) -> str:
    return str(Path(path).relative_to(folder)) if Path(path).is_relative_to(folder) else path


def _by_hand(gradebook: Any) -> list[ManualItem]:
    """Return the cells that wait for a person; a check that waits unmarked is a fault and reported as one."""
    waiting = gradebook.db.query(Grade).filter(Grade.needs_manual_grade)
    return [
        ManualItem(
            grade.notebook.student.id, grade.notebook.name, grade.name, grade.max_score, grade.manual_score
        )
        for grade in waiting
        if not grade.name.startswith(CHECK) or grade.manual_score is not None
    ]
