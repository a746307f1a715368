"""Build everything that is generated from the masters, as files.

From one solved notebook come the student notebook, the nbgrader source notebook, the list of what it
asks, the public cases, and the slips that they tell apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.casesets import PUBLIC_SEED
from autograder.course.contents import contents_text
from autograder.course.course import Course
from autograder.course.notebooks import notebook_text, source_notebook
from autograder.course.own import own_files
from autograder.course.sealing import sealed_cases
from autograder.course.slips.making import slips_text
from autograder.course.slips.running import has_slips
from rnncourse.checking.caseset import CaseSet, dump, restore
from rnncourse.checking.compare import Tolerance, compare


def public_cases(assignment: Assignment, exercise: str) -> CaseSet:
    """Return the case set that students have; that of a value is sealed."""
    cases = assignment.draw(exercise, PUBLIC_SEED)
    return sealed_cases(assignment, assignment.exercise(exercise), cases) if cases.is_value else cases


def cases_text(assignment: Assignment, exercise: str, folder: Path) -> str:
    """Return the public case file of an exercise.

    A number may differ in its last digits from one processor to the next. So where `folder` holds a
    file that says the same to a part in a billion, its text is kept.
    """
    data = dump(public_cases(assignment, exercise))
    text = json.dumps(data, indent=None, separators=(",", ":"), ensure_ascii=False) + "\n"
    path = folder / f"{exercise}.json"
    if path.exists() and _says_the_same(path, data):
        return path.read_text(encoding="utf-8")
    return text.replace('{"group":', '\n{"group":').replace('{"id":', '\n{"id":')


def _says_the_same(path: Path, data: dict[str, Any]) -> bool:
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
        restore(old)
    except (ValueError, KeyError, TypeError):
        return False
    return compare(_loosened(data), _loosened(old), Tolerance(relative=1e-9, absolute=1e-12)) is None


def _loosened(data: Any) -> Any:
    """Return JSON data with tuples as lists, and without what rounding decides, so that it compares."""
    copy = json.loads(json.dumps(data))
    for case in copy["cases"]:
        case["single"] = sorted(case["single"])
    return copy


def built_files(
    course: Course, root: Path, names: Sequence[str] = (), jobs: int = 1
) -> Iterator[tuple[Path, str]]:
    """Yield every generated file that is committed, with its content.

    Parameters
    ----------
    course : Course
        Whose notebooks.
    root : Path
        The repository.
    names : sequence of str
        Names of assignments; all when empty.
    jobs : int
        How many exercises to draw at a time, each in a process of its own where it is more than one.
    """
    chosen = course.chosen(names)
    for assignment in chosen:
        yield root / "notebooks" / f"{assignment.name}.ipynb", notebook_text(assignment.release.notebook)
        yield root / course.package / "contents" / f"{assignment.name}.json", contents_text(assignment)
    places = [(course, assignment.name, exercise) for assignment in chosen for exercise in assignment.by_id]
    if jobs == 1:
        for place in places:
            yield from _data_files(place, root)
    else:
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            for files in pool.map(_data_files, places, repeat(root)):
                yield from files


def _data_files(place: tuple[Course, str, str], root: Path) -> list[tuple[Path, str]]:
    """Return the files of one exercise in the students' package: its cases, and its slips if it has any."""
    course, name, exercise = place
    assignment, package = course.assignment(name), root / course.package
    cases = cases_text(assignment, exercise, package / "cases")
    slips = slips_text(course, assignment, exercise, cases, package / "slips")
    files = [(package / "cases" / f"{exercise}.json", cases)]
    declared = assignment.exercise(exercise)
    if declared.own:
        files += [(package / name, text) for name, text in own_files(assignment, declared)]
    return [*files, (package / "slips" / f"{exercise}.json", slips)] if slips else files


def stale_files(course: Course, root: Path) -> list[Path]:
    """Return generated files that no master generates any more."""
    cases, notebooks = root / course.package / "cases", root / "notebooks"
    slips, contents = root / course.package / "slips", root / course.package / "contents"
    wanted = {notebooks / f"{assignment.name}.ipynb" for assignment in course}
    wanted |= {contents / f"{assignment.name}.json" for assignment in course}
    for assignment in course:
        wanted |= {cases / f"{exercise.id}.json" for exercise in assignment.exercises}
        wanted |= {slips / f"{e.id}.json" for e in assignment.exercises if has_slips(assignment, e)}
    own = {e.id for assignment in course for e in assignment.exercises if e.own}
    wanted |= {folder / f"{id}.json" for folder in (cases / "own", cases.parent / "own") for id in own}
    folders = (cases, slips, contents, cases / "own", cases.parent / "own")
    there = {*notebooks.glob("*.ipynb"), *(path for folder in folders for path in folder.glob("*.json"))}
    return sorted(there - wanted)


def write_source_tree(course: Course, folder: Path, names: Sequence[str] = ()) -> None:
    """Write ``folder/<assignment>/<assignment>.ipynb`` for nbgrader; one notebook an assignment."""
    for assignment in course.chosen(names):
        path, text = source_file(assignment, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def source_file(assignment: Assignment, folder: Path) -> tuple[Path, str]:
    """Return where in nbgrader's source tree an assignment stands, and its notebook."""
    return folder / assignment.name / f"{assignment.name}.ipynb", notebook_text(source_notebook(assignment))
