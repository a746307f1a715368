"""The course of this repository, and what tests ask of it by name."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.authoring import audit as auditing
from autograder.course import build, notebooks
from autograder.course.course import Course
from autograder.course.exercise import Exercise
from autograder.course.masters import Master
from autograder.course.release import Release
from autograder.exercises import COURSE
from autograder.judging import judge as judging
from autograder.judging import marked
from autograder.judging.verdict import Graded
from autograder.nbgrader import folder as folders
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.handed_in import HandedIn
from autograder.nbgrader.handed_in import handed_in as found_in
from autograder.running import grading
from autograder.running.results import Results
from autograder.sandbox import Backend, Limits, Session
from autograder.submission import Submission
from autograder.submission import read_submission as read_of
from rnncourse.checking.caseset import CaseSet

MODULES = COURSE.names
"""The notebooks of the course, in order."""


def exercises_of(notebook: str) -> tuple[Exercise, ...]:
    return COURSE.assignment(notebook).exercises


def find_exercise(exercise: str) -> tuple[str, Exercise]:
    assignment = COURSE.with_exercise(exercise)
    return assignment.name, assignment.exercise(exercise)


def read_master(notebook: str) -> Master:
    return COURSE.assignment(notebook).master


def released(notebook: str) -> Release:
    return COURSE.assignment(notebook).release


def student_notebook(notebook: str) -> NotebookNode:
    return copy.deepcopy(released(notebook).notebook)


def source_notebook(notebook: str) -> NotebookNode:
    return notebooks.source_notebook(COURSE.assignment(notebook))


def draw_cases(exercise: str, seed: int) -> CaseSet:
    return COURSE.with_exercise(exercise).draw(exercise, seed)


def reference(exercise: str) -> Any:
    return COURSE.with_exercise(exercise).reference(exercise)


def variant(exercise: str, name: str) -> Any:
    return COURSE.with_exercise(exercise).variant(exercise, name)


def version_of(notebook: str) -> str:
    return COURSE.assignment(notebook).version


def read_submission(data: bytes, path: str = "", expected: str = "", course: Course = COURSE) -> Submission:
    return read_of(data, course, path, expected)


def grade(
    data: bytes,
    session: Session,
    secret: bytes,
    path: str = "",
    student: str = "",
    notebook: str = "",
    seeds: Mapping[str, int] | None = None,
) -> Graded:
    return judging.grade(data, COURSE, session, secret, path, student, notebook, seeds)


def marked_notebook(repaired: NotebookNode, graded: Graded) -> NotebookNode:
    return marked.marked_notebook(COURSE.assignment(graded.notebook), repaired, graded)


def setting(backend: Backend, secret: bytes, limits: Limits | None = None) -> grading.Setting:
    return grading.Setting(COURSE, backend, secret, limits or Limits())


def grade_all(
    jobs: Iterable[grading.Job],
    backend: Backend,
    secret: bytes,
    results: Results,
    processes: int = 1,
    limits: Limits | None = None,
) -> Iterator[grading.Done]:
    return grading.grade_all(jobs, setting(backend, secret, limits), results, processes)


def init_course(folder: Path) -> CourseFolder:
    return folders.init_course(COURSE, folder)[0]


def handed_in(directory: Any, names: Sequence[str]) -> Iterator[HandedIn]:
    return found_in(COURSE, directory, names)


def write_source_tree(folder: Path, names: Sequence[str] = ()) -> None:
    build.write_source_tree(COURSE, folder, names)


def audit(names: Sequence[str] = (), jobs: int = 1) -> Iterator[auditing.Row]:
    return auditing.audit(COURSE, names, jobs)
