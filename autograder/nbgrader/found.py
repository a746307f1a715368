"""What came of a class, read from where it is kept as it is needed: a large class does not stay in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import overload

from autograder.errors import CourseError
from autograder.judging.verdict import Graded
from autograder.running.grading import Job
from autograder.running.results import Store

Row = tuple[str, str, Graded]
"""Student, assignment, result."""


@dataclass(frozen=True)
class Found(Sequence[Row]):
    """The results of a run, in the order in which they were handed in.

    Attributes
    ----------
    store : Store
        Where they are kept.
    places : sequence of (Job, str or Graded)
        The key of each; or itself, where it is not kept.
    in_points : callable
        Returns a result with the points that its assignment was released with.
    """

    store: Store
    places: Sequence[tuple[Job, str | Graded]]
    in_points: Callable[[str, Graded], Graded]

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[Row]:
        return (self._row(*place) for place in self.places)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return replace(self, places=self.places[at])
        return self._row(*self.places[at])

    def _row(self, job: Job, place: str | Graded) -> Row:
        graded = self.store.graded(place) if isinstance(place, str) else place
        if graded is None:
            raise CourseError(f"The result of {job.student}, {job.notebook} is gone. Run the command again.")
        return job.student, job.assignment, replace(self.in_points(job.assignment, graded), path=job.label)
