"""Gather every text that a learner can read, part by part: a part is a file for translators."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.exercise import Exercise
from autograder.course.own import OTHER, OTHER_HINT

INTERFACE, CHECKS, SLIPS = "interface", "checks", "slips"
"""What the package says, what checks put together, and slips; the other parts are the notebooks."""
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


@dataclass(frozen=True)
class Text:
    """A text of ours.

    Attributes
    ----------
    one, several : str
        It, and its form for several where it has one.
    about : str
        Where it stands, for translators.
    veiled : bool
        Whether it must not be read by who has the catalogue: what is said of a wrong value tells much of the right one.
    """

    one: str
    several: str = ""
    about: str = ""
    veiled: bool = False


Parts = Mapping[str, Mapping[str, Text]]
"""The texts of each part, by their English."""


def gathered(course: Course, root: Path) -> Parts:
    """Return all texts of a course, each in the first part that has it.

    Parameters
    ----------
    course : Course
        Whose notebooks.
    root : Path
        The repository.
    """
    seen: set[str] = set()
    parts: dict[str, dict[str, Text]] = {}
    for part, texts in _parts(course, root):
        own = parts.setdefault(part, {})
        for text in texts:
            if text.one not in seen:
                own[text.one] = text
        seen |= own.keys()
    return parts


def _parts(course: Course, root: Path) -> Iterator[tuple[str, Iterator[Text]]]:
    yield INTERFACE, _of_package(root / course.package)
    for part in (CHECKS, SLIPS):
        yield part, _by_hand(root / "languages" / f"{part}.pot")
    for assignment in course:
        yield assignment.name, _of_notebook(assignment, root / course.package)


def _of_package(folder: Path) -> Iterator[Text]:
    """Yield what is marked in the code of the package."""
    found = extract_from_dir(folder, [("**.py", "python")], keywords=_KEYWORDS)
    for file, _, message, _, _ in sorted(found, key=lambda one: (one[0], one[1])):
        one, several = (message, "") if isinstance(message, str) else message[:2]
        yield Text(one, several, Path(file).as_posix())


def _by_hand(path: Path) -> Iterator[Text]:
    if not path.is_file():  # another course has no checks of its own
        return
    with path.open("rb") as file:
        for message in read_po(file):
            if message.id:
                yield Text(str(message.id), about=" ".join(message.auto_comments))


def _of_notebook(assignment: Assignment, package: Path) -> Iterator[Text]:
    data = json.loads((package / "contents" / f"{assignment.name}.json").read_text(encoding="utf-8"))
    yield Text(data["title"], about="title")
    for asked in data["exercises"]:
        if asked.get("objective"):
            yield Text(asked["objective"], about=f"{asked['id']}: objective")
    for exercise in assignment.exercises:
        yield from _of_exercise(exercise)


def _of_exercise(exercise: Exercise) -> Iterator[Text]:
    for number, hint in enumerate(exercise.hints, start=1):
        yield Text(hint, about=f"{exercise.id}: hint {number}")
    for group in exercise.all_groups():
        yield Text(group.says, about=f"{exercise.id}: what a test asks")
    for mistake in exercise.mistakes:
        yield Text(mistake.hint, about=f"{exercise.id}: mistake {mistake.id}", veiled=exercise.is_value)
    if exercise.own:
        yield Text(OTHER_HINT, about=f"{exercise.id}: mistake {OTHER}")
