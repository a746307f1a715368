"""A course: where its masters are, who declares its exercises, and what its students import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment
from autograder.course.declared import put_on_path
from autograder.errors import CourseError, ExerciseError


@dataclass(frozen=True, eq=False)
class Course:
    """One course. Everything below the command line serves the one that it is handed.

    Attributes
    ----------
    where : str
        Where it is found again, as ``module:variable``: it travels to other processes by this name.
    masters : Path
        The folder of the solved notebooks.
    modules : Mapping
        Name of each assignment, in order, to the module whose ``EXERCISES`` are its exercises.
    package : str
        What its students import in their notebooks; it holds the public cases.
    origin : str
        What to tell pip to get that package; the first code cell of a notebook says it where it is missing.
    masked : tuple of str
        Installed packages that its students must not have while they are graded: they do the task.
    harmless : Mapping
        Exercise, or ``*``, to patterns of ``id: changed lines`` of slips of the machine that change nothing, and why
        not: the audit counts them as explained.
    """

    where: str
    masters: Path
    modules: Mapping[str, str]
    package: str = "rnncourse"
    origin: str = ""
    masked: tuple[str, ...] = ()
    harmless: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _known: dict[str, Assignment] = field(default_factory=dict, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return load_course, (self.where,)

    def __iter__(self) -> Iterator[Assignment]:
        return map(self.assignment, self.modules)

    def __contains__(self, name: object) -> bool:
        return name in self.modules

    @property
    def root(self) -> Path:
        """The folder that holds the masters, what is built from them, and the students' package."""
        return self.masters.parent

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages of this course: what its students import, and where its exercises are declared."""
        modules = (self.package, self.where.partition(":")[0], *self.modules.values())
        return tuple(dict.fromkeys(module.partition(".")[0] for module in modules))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the assignments, in order."""
        return tuple(self.modules)

    def assignment(self, name: str) -> Assignment:
        """Return one assignment, made once.

        Raises
        ------
        ExerciseError
            If there is none of that name.
        """
        if name not in self.modules:
            raise ExerciseError(f"There is no notebook {name!r}. The notebooks are: {', '.join(self.names)}.")
        if name not in self._known:
            self._known[name] = Assignment(
                name=name,
                master_file=self.masters / f"{name}.py",
                declared_in=self.modules[name],
                course=self.where,
                package=self.package,
                origin=self.origin,
            )
        return self._known[name]

    def chosen(self, names: Sequence[str]) -> list[Assignment]:
        """Return the assignments of these names, or all if none is named."""
        return [self.assignment(name) for name in names or self.names]

    def with_exercise(self, exercise: str) -> Assignment:
        """Return the assignment that asks for an exercise.

        Raises
        ------
        ExerciseError
            If none does.
        """
        for assignment in self:
            if exercise in assignment.by_id:
                return assignment
        raise ExerciseError(f"There is no exercise {exercise!r}.")


def load_course(where: str, near: Path | None = None) -> Course:
    """Return the course of that name, such as ``autograder.exercises:COURSE``.

    Parameters
    ----------
    where : str
        Its module and variable.
    near : Path, optional
        A folder in or below that of the course, which is imported from there if it is not installed; the
        working directory when omitted.

    Raises
    ------
    CourseError
        If there is none.
    """
    module, _, variable = where.partition(":")
    try:
        if not _is_there(module):
            put_on_path(where, near or Path.cwd())
        course = getattr(import_module(module), variable)
    except (ImportError, AttributeError, ValueError) as error:
        raise CourseError(
            f"There is no course {where!r} ({error}). Name one as module:variable, such as "
            "my_course.exercises:COURSE."
        ) from None
    if not isinstance(course, Course):
        raise CourseError(f"{where} is no course, but {type(course).__name__}.")
    return course


def _is_there(module: str) -> bool:
    """Return whether the package of a module can be imported as things are."""
    return find_spec(module.partition(".")[0]) is not None
