"""A course with a class in it: bystanders whose marks are in the gradebook already, and attackers."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import nbformat

from autograder.demo.course import prepare_course
from autograder.nbgrader.folder import CourseFolder
from tests.conftest import SMALL
from tests.corpus import Entry
from tests.handing_in import hand_in, solved

BYSTANDERS = {
    "student-01": lambda name: solved(name),
    "student-02": lambda name: hand_in(name, {}),
    "student-03": lambda name: b"{",
}
STAMP = "2026-10-01 12:00:00 UTC\n"
MARKS = """
select student.id, assignment.name, base_cell.name, grade.auto_score, grade.manual_score,
       grade.extra_credit, grade.needs_manual_grade, submitted_assignment.timestamp
from grade
join base_cell on base_cell.id = grade.cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
join assignment on assignment.id = submitted_assignment.assignment_id
join student on student.id = submitted_assignment.student_id
"""


@dataclass(frozen=True)
class Classroom:
    """A folder with a course, its gradebook and its feedback, as the demonstration lays them out.

    Attributes
    ----------
    folder : Path
        Holds ``course/``, ``gradebook.db`` and ``feedback/``.
    entries : tuple of Entry
        What is handed in, each by a student of its own.
    """

    folder: Path
    entries: tuple[Entry, ...]

    @property
    def course(self) -> CourseFolder:
        """The course directory."""
        return CourseFolder(self.folder / "course")

    @property
    def notebooks(self) -> list[str]:
        """The assignments that something is handed in for."""
        return sorted({entry.notebook for entry in self.entries})

    def student_of(self, entry: Entry) -> str:
        """Return who hands an entry in."""
        return entry.student or f"attacker-{self.entries.index(entry):03}"

    def hand_in(self) -> None:
        """Put all entries where nbgrader looks for them."""
        for entry in self.entries:
            folder = self.course.root / "submitted" / self.student_of(entry) / entry.notebook
            entry.put(folder)
            stamp = folder / "timestamp.txt"
            if not stamp.exists() and not stamp.is_symlink():
                stamp.write_text(STAMP)

    def marks(self) -> dict[tuple[str, str], dict[str, float | None]]:
        """Return the automatic marks in the gradebook: (student, assignment) to those of each exercise."""
        found: dict[tuple[str, str], dict[str, float | None]] = defaultdict(dict)
        for student, assignment, cell, score, *_ in self.rows():
            found[student, assignment][cell.removeprefix("check_")] = score
        return found

    def rows(self) -> list[tuple[Any, ...]]:
        """Return everything that the gradebook says about marks."""
        with sqlite3.connect(self.folder / "gradebook.db") as base:
            found = sorted(base.execute(MARKS), key=str)
        base.close()
        return found

    def outputs(self, student: str, notebook: str) -> dict[str, list[Any]]:
        """Return what the cells of a marked notebook show, by cell id, without its cards."""
        path = self.folder / "course" / "autograded" / student / notebook / f"{notebook}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        return {
            cell.id: cell.outputs
            for cell in cells
            if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade")
        }

    def page(self, student: str, notebook: str) -> str:
        """Return the feedback page of a student."""
        path = self.folder / "feedback" / student / notebook / f"{notebook}.html"
        return path.read_text(encoding="utf-8")

    def files(self) -> dict[str, tuple[int, int]]:
        """Return all files that grading must not touch, with their sizes and times."""
        open_ = (
            ".jupyter",
            "attempts",
            "set-aside",
            "autograded",
            "feedback",
            "gradebook.db",
            "time.json",
            "results.jsonl",
            "marked",
            "running",
            ".nbgrader.log",
        )
        found = {}
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in open_]
            for path in (Path(folder, name) for name in names if name not in open_):
                about = path.lstat()
                found[str(path.relative_to(self.folder))] = (about.st_size, about.st_mtime_ns)
        return found

    def changed(self, before: Mapping[str, tuple[int, int]]) -> list[str]:
        """Return a line for each file that is not as it was; what is no file may have been set aside."""
        after, odd = self.files(), {self.student_of(entry) for entry in self.entries if entry.place}
        paths = {path for path in (*before, *after) if before.get(path) != after.get(path)}
        return [f"{path} has changed" for path in sorted(paths) if not odd & set(Path(path).parts)]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the course directory."""
        path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
        more = {"PATH": path, "JUPYTER_CONFIG_DIR": str(self.folder / ".jupyter"), "PYTHONWARNINGS": "ignore"}
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.course.root,
            env=os.environ | more,
            capture_output=True,
            text=True,
            errors="replace",
        )

    def copy(self, folder: Path, sandbox: str) -> Classroom:
        """Return a copy of it in which that sandbox is used."""
        shutil.copytree(self.folder, folder, symlinks=True)
        copied = Classroom(folder, self.entries)
        with (copied.course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(f"c.Judge.sandbox = {sandbox!r}\n")
        return copied


def make_classroom(folder: Path, entries: Sequence[Entry]) -> Classroom:
    """Return a course in which nothing is handed in yet, released, with tight limits."""
    prepare_course(folder)
    classroom = Classroom(folder, tuple(entries))
    limits = {field.name: getattr(SMALL, field.name) for field in fields(SMALL)}
    with (classroom.course.root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.writelines(f"c.Judge.{name} = {value!r}\n" for name, value in limits.items())
    for student, make in BYSTANDERS.items():
        for name in classroom.notebooks:
            target = classroom.course.root / "submitted" / student / name
            target.mkdir(parents=True)
            (target / f"{name}.ipynb").write_bytes(make(name))
            (target / "timestamp.txt").write_text(STAMP)
    return classroom
