"""An assignment: one notebook of a course, and all that follows from its master."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Any

from autograder.course.release import Release
from autograder.errors import ExerciseError

if TYPE_CHECKING:  # reading a submission needs the release, and neither solver nor references
    from autograder.course.exercise import Exercise
    from autograder.course.masters import Master
    from rnncourse.checking.caseset import CaseSet


@dataclass(frozen=True, eq=False)
class Assignment:
    """One notebook with its exercises, looked up once and handed down.

    Attributes
    ----------
    name : str
        Such as ``02_forward``.
    master_file : Path
        The solved notebook.
    declared_in : str
        The module whose ``EXERCISES`` are asked for.
    course : str
        Where its course is found.
    package, origin : str
        What its students import, and what pip is told to get it.
    """

    name: str
    master_file: Path
    declared_in: str
    course: str
    package: str = "rnncourse"
    origin: str = ""

    @cached_property
    def data(self) -> Path:
        """The folder of the students' package, which holds the public cases."""
        spec = find_spec(self.package)
        return Path(str(spec and spec.origin)).parent

    @cached_property
    def master(self) -> Master:
        """The solved notebook."""
        from autograder.course.masters import read_master

        return read_master(self.master_file)

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises, in the order of the notebook."""
        return tuple(import_module(self.declared_in).EXERCISES)

    @cached_property
    def by_id(self) -> Mapping[str, Exercise]:
        """The exercises by their ids."""
        return {exercise.id: exercise for exercise in self.exercises}

    @cached_property
    def points(self) -> Mapping[str, float]:
        """The points of each exercise."""
        return {exercise.id: self.master.points(exercise.id) for exercise in self.exercises}

    @cached_property
    def release(self) -> Release:
        """The notebook that students get."""
        from autograder.course.notebooks import student_notebook

        return Release(self.name, student_notebook(self))

    @cached_property
    def version(self) -> str:
        """A hash of everything that decides a verdict."""
        from autograder.course.version import version_of

        return version_of(self)

    def exercise(self, exercise: str) -> Exercise:
        """Return the declaration of an exercise.

        Raises
        ------
        ExerciseError
            If there is none of that id.
        """
        if exercise not in self.by_id:
            raise ExerciseError(f"There is no exercise {exercise!r} in {self.name}.")
        return self.by_id[exercise]

    @cached_property
    def needed(self) -> dict[tuple[str, int], float]:
        """CPU seconds that the reference of an exercise needed for its questions, by number, when last asked."""
        return {}

    def draw(self, exercise: str, seed: int) -> CaseSet:
        """Return the cases of an exercise for one seed; the same seed gives the same cases."""
        from autograder.course.casesets import draw_cases

        return draw_cases(self, self.exercise(exercise), seed)

    def reference(self, exercise: str) -> Any:
        """Return the reference function, or the reference value."""
        return self._solved[exercise]

    @cached_property
    def _solved(self) -> dict[str, Any]:
        return self.master.namespace()

    @cached_property
    def _variants(self) -> dict[tuple[str, str], Any]:
        return {}

    def variant(self, exercise: str, variant: str) -> Any:
        """Return what a mistake or another right way of an exercise defines under its name.

        Raises
        ------
        ExerciseError
            If there is no such variant.
        """
        if (exercise, variant) not in self._variants:
            declared = self.exercise(exercise)
            known = {v.id: v for v in (*declared.other_ways, *declared.mistakes)}
            if variant not in known:
                raise ExerciseError(f"{exercise} has no variant {variant!r}.")
            source = self.master.variant(exercise, known[variant])
            self._variants[exercise, variant] = self.master.namespace({exercise: source}).get(exercise)
        return self._variants[exercise, variant]

    def changed(self, exercise: str, source: str, **others: Any) -> Any:
        """Return what another source of a solution cell defines under its name, all else being right, or as given."""
        from rnncourse.own_numbers import for_everybody

        names = self._solved | others
        with for_everybody():
            exec(_compiled(source, f"<cell {exercise}>"), names)
        return names.get(exercise)


@lru_cache(maxsize=2_000)
def _compiled(source: str, place: str) -> CodeType:
    """Return code that is likely to be run again: the slips of an exercise, for each who has it wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's, of code that makes no sense
        return compile(source, place, "exec")
