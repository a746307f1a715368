"""Write the feedback pages of a class: several at a time, and only those that are not as they should be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.errors import CourseError
from autograder.feedback import Marks, Result, Wanted, render_index
from autograder.feedback.making import made_from, says_made_from
from autograder.feedback.writing import BOUNDS, Due, Page, start, write
from autograder.nbgrader.arranged import Arrangements
from autograder.nbgrader.counting import COUNTS, DROPPED, EXCUSED, counts
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.handed_in import folders_of
from autograder.nbgrader.marks import Whose, all_marks
from autograder.nbgrader.preflight import told_plainly
from autograder.running.files import replace_file
from autograder.running.pool import Lost, Pool

WHY_NOT = {EXCUSED: "excused", DROPPED: "your lowest is dropped"}


@dataclass(frozen=True)
class Made:
    """What came of a run.

    Attributes
    ----------
    written, current : int
        How many pages were written, and how many were as they should be.
    failed : tuple of (Page, str)
        Those that could not be made, and why.
    """

    written: int
    current: int
    failed: tuple[tuple[Page, str], ...]


def pages_of(course: CourseFolder, names: Sequence[str] = ()) -> list[Page]:
    """Return all feedback pages that there should be, by assignment and student.

    Parameters
    ----------
    course : CourseFolder
        The course directory.
    names : sequence of str
        Assignments, also of the instructor's own; all of the course when empty.

    Raises
    ------
    CourseError
        If there is no such assignment.
    """
    directory, pages = course.directory(), []
    known = course.course.names
    for name in names or known:
        found = list(folders_of(directory, directory.autograded_directory, name))
        if name not in known and not found:
            raise CourseError(f"Nothing is graded for {name!r}. The assignments are: {', '.join(known)}.")
        for student, folder in found:
            target = Path(directory.format_path(directory.feedback_directory, student, name))
            for marked in sorted(folder.glob(f"{name}.ipynb" if name in known else "*.ipynb")):
                pages.append(Page(student, name, marked, target / f"{marked.stem}.html"))
    return pages


def write_feedback(
    course: CourseFolder,
    pages: Sequence[Page],
    jobs: int = 1,
    begin: Callable[[int], None] = lambda _: None,
    seen: Callable[[], None] = lambda: None,
    rubric: bool | None = None,
) -> Made:
    """Write the pages that are missing or out of date, and for each student the page over all notebooks.

    Parameters
    ----------
    course : CourseFolder
        The course directory.
    pages : sequence of Page
        The pages that should be there.
    jobs : int
        How many to write at a time.
    begin, seen : callable
        Told how many pages have to be written, and called after each.
    rubric : bool, optional
        Whether students see by what a person marks; what ``nbgrader_config.py`` says when omitted.
    """
    directory = course.directory()
    with told_plainly("Feedback was not finished"):
        arrangements = course.arrangements
        marks = _marks_in(directory, arrangements)
        due = list(_due(directory, pages, marks, shows_rubric(directory) if rubric is None else rubric))
        begin(len(due))
        failed = tuple(_written(course, due, jobs, seen)) if due else ()
        for page in pages:
            _copy_beside(page)
        _write_indexes(directory, pages, marks, arrangements)
    return Made(len(due) - len(failed), len(pages) - len(due), failed)


def due_of(course: CourseFolder, pages: Iterable[Page]) -> list[Due]:
    """Return those pages that are missing or out of date, with all that they depend on."""
    directory = course.directory()
    return list(_due(directory, pages, _marks_in(directory, course.arrangements), shows_rubric(directory)))


def shows_rubric(directory: Any) -> bool:
    """Return whether ``nbgrader_config.py`` says that students see by what a person marks."""
    from autograder.nbgrader.own_page import OwnPage

    return bool(OwnPage(config=directory.config).show_rubric)


def _marks_in(directory: Any, arrangements: Arrangements) -> Mapping[Whose, Marks]:
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        return all_marks(gradebook, arrangements)


def _due(directory: Any, pages: Iterable[Page], marks: Mapping[Whose, Marks], rubric: bool) -> Iterator[Due]:
    """Yield the pages that are not there, or were made from something else than what is there now."""
    for page in pages:
        index = os.path.relpath(_index_of(directory, page.student), page.path.parent)
        mine = marks.get((page.student, page.assignment, page.marked.stem), Marks())
        wanted = Wanted(rubric, index.replace(os.sep, "/"))
        key = made_from(page.marked.read_bytes(), mine, wanted)
        if says_made_from(page.path) != key:
            yield Due(page, mine, wanted, key, 0o664 if directory.groupshared else 0o644)


def _index_of(directory: Any, student: str) -> Path:
    """Return where the page over all notebooks of a student is."""
    return Path(directory.format_path(directory.feedback_directory, student, "."), "index.html")


def _written(
    course: CourseFolder, due: Sequence[Due], jobs: int, seen: Callable[[], None]
) -> Iterator[tuple[Page, str]]:
    """Write pages and yield those that could not be made, and why."""
    released = released_texts(course, {item.page.assignment for item in due})
    with Pool(write, min(jobs, len(due)), start, (released,), BOUNDS) as pool:
        for item, outcome in pool.each(due):
            seen()
            if why := outcome.why if isinstance(outcome, Lost) else outcome:
                yield item.page, why


def released_texts(course: CourseFolder, names: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the texts of the released cells of some assignments."""
    ours = (course.course.assignment(name) for name in names if name in course.course)
    return {a.name: frozenset(cell.settled for cell in a.release.cells) for a in ours}


def _copy_beside(page: Page) -> None:
    """Copy what ``nbgrader release_feedback`` reads beside a page, where it is not there or another."""
    for name in ("timestamp.txt", "submission_secret.txt"):
        beside, place = page.marked.with_name(name), page.path.with_name(name)
        if not beside.is_file() or not page.path.is_file():
            continue
        if not place.is_file() or place.read_bytes() != beside.read_bytes():
            shutil.copyfile(beside, place)


def _write_indexes(
    directory: Any, pages: Iterable[Page], marks: Mapping[Whose, Marks], arrangements: Arrangements
) -> None:
    """Write the page over all notebooks for each student of some pages, where it has changed."""
    students = tuple(dict.fromkeys(page.student for page in pages))
    held = {(assignment, notebook): mine for (_, assignment, notebook), mine in marks.items()}
    counting = _counting(students, held, marks, arrangements)
    for student in students:
        place, results = _index_of(directory, student), []
        for assignment, notebook in sorted(held):
            mine = marks.get((student, assignment, notebook))
            folder = directory.format_path(directory.feedback_directory, student, assignment)
            page = Path(folder, f"{notebook}.html")
            href = os.path.relpath(page, place.parent).replace(os.sep, "/") if mine and page.is_file() else ""
            how = counting[student, assignment]
            why_not = "" if how == COUNTS else WHY_NOT[how]
            results.append(Result(notebook, href, mine or held[assignment, notebook].nothing(), why_not))
        name = next((mine.name for (who, *_), mine in marks.items() if who == student and mine.name), "")
        text = render_index(student, name, results)
        if not place.is_file() or place.read_text(encoding="utf-8") != text:
            replace_file(place, text, 0o664 if directory.groupshared else 0o644)


def _counting(
    students: Iterable[str],
    held: Mapping[tuple[str, str], Marks],
    marks: Mapping[Whose, Marks],
    arrangements: Arrangements,
) -> dict[tuple[str, str], str]:
    """Return whether the mark of each student in each assignment counts."""
    points: dict[tuple[str, str], tuple[float, float]] = {}
    for student in students:
        for (assignment, notebook), other in held.items():
            mine = marks.get((student, assignment, notebook)) or other.nothing()
            given, most = points.get((student, assignment), (0.0, 0.0))
            points[student, assignment] = given + mine.score, most + mine.max_score
    return counts(points, arrangements, {assignment for assignment, _ in held})
