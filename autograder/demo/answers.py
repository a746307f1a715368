"""From a student's profile to what they write, and to what grading must say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.exercise import Exercise
from autograder.demo.attacks import ATTACKS
from autograder.demo.damage import DAMAGES
from autograder.demo.shared import SHARED
from autograder.demo.students import MISTAKE, OTHER, RIGHT, STUB, Student
from autograder.exercises import COURSE
from autograder.judging.verdict import UNGRADABLE, Verdict
from rnncourse.checking.outcomes import CORRECT, CRASHED, NOT_ATTEMPTED, PARTIAL, TIMED_OUT, WRONG

_NOT_RIGHT = (PARTIAL, WRONG, CRASHED, TIMED_OUT)


@dataclass(frozen=True)
class Expected:
    """What grading must say about one answer.

    Attributes
    ----------
    what : str
        What the student did, for messages.
    outcomes : tuple of str
        The outcomes that are true of it.
    points : float
        What the exercise is worth.
    mistake : str or None
        Id of the mistake that must be named; then the score is below `points`.
    """

    what: str
    outcomes: tuple[str, ...]
    points: float
    mistake: str | None = None

    def difference(self, got: Verdict) -> str:
        """Return how a verdict differs from this, or an empty string."""
        if self.mistake:
            fair = got.score is not None and got.score < self.points
        else:
            fair = got.score == (self.points if CORRECT in self.outcomes else 0)
        right_kind = got.outcome in self.outcomes and got.mistake == self.mistake
        if right_kind and fair and got.max_score == self.points:
            return ""
        return (
            f"expected {' or '.join(self.outcomes)}, mistake {self.mistake or 'none'}, for {self.what}; "
            f"got {got.outcome}, mistake {got.mistake or 'none'}, {got.score} of {got.max_score}"
        )


@dataclass(frozen=True)
class Work:
    """One answer cell: its source, and what must come out."""

    source: str
    expected: Expected


def works_of(student: Student, course: Course = COURSE) -> Iterator[tuple[str, dict[str, Work]]]:
    """Yield each notebook of the course with the student's answers, by exercise."""
    numbers = count()
    for index, assignment in enumerate(course):
        damage = DAMAGES[student.damage[index % len(student.damage)]]
        attack = student.attacks[index % len(student.attacks)] if student.attacks else ""
        target = target_of(assignment) if attack else ""
        works: dict[str, Work] = {}
        for exercise, number in zip(assignment.exercises, numbers, strict=False):
            word = student.pattern[number % len(student.pattern)]
            odd = SHARED.get(exercise.id, {}).get(student.id)
            if odd:
                points = assignment.points[exercise.id]
                works[exercise.id] = Work(odd, Expected("an odd way that two share", (CORRECT,), points))
            elif exercise.id == target:
                works[exercise.id] = _attacked(assignment, exercise, attack)
            else:
                works[exercise.id] = _honest(
                    assignment, exercise, _fair(assignment, word, exercise, works), student.turn
                )
            if not damage.readable:
                works[exercise.id] = _unreadable(works[exercise.id])
        yield assignment.name, works


def target_of(assignment: Assignment) -> str:
    """Return the exercise that a hostile student attacks: the first function of the notebook."""
    exercises = assignment.exercises
    return next((e.id for e in exercises if not e.is_value), exercises[0].id)


def _fair(assignment: Assignment, word: str, exercise: Exercise, works: Mapping[str, Work]) -> str:
    """Return the word of the pattern, or ``right`` where nothing else could be expected for sure.

    Which mistake it was can be proved only if all that the function leads to is the solution itself.
    """
    helpers = [works[name].expected.what for name in _called(assignment, exercise) if name in works]
    return word if word == STUB or all(what == RIGHT for what in helpers) else RIGHT


def _called(assignment: Assignment, exercise: Exercise) -> Iterator[str]:
    """Yield the exercises that one calls, and those that these call in turn."""
    for name in exercise.uses:
        yield name
        if name in assignment.by_id:
            yield from _called(assignment, assignment.by_id[name])


def _honest(assignment: Assignment, exercise: Exercise, word: str, turn: int) -> Work:
    """Return the answer that a word of the pattern stands for."""
    master, points = assignment.master, assignment.points[exercise.id]
    if word == STUB:
        return Work(master.stub(exercise.id), Expected("the stub", (NOT_ATTEMPTED,), points))
    if word == OTHER and exercise.other_ways:
        other = exercise.other_ways[turn % len(exercise.other_ways)]
        return Work(master.variant(exercise.id, other), Expected(f"other way {other.id}", (CORRECT,), points))
    if word == MISTAKE and exercise.mistakes:
        wrong = exercise.mistakes[turn % len(exercise.mistakes)]
        expected = Expected(f"mistake {wrong.id}", _NOT_RIGHT, points, wrong.id)
        return Work(master.variant(exercise.id, wrong), expected)
    return Work(master.solution(exercise.id), Expected(RIGHT, (CORRECT,), points))


def _attacked(assignment: Assignment, exercise: Exercise, name: str) -> Work:
    attack = ATTACKS[name]
    expected = Expected(f"attack {name}", (attack.outcome,), assignment.points[exercise.id])
    return Work(attack.answer(exercise.id) or assignment.master.stub(exercise.id), expected)


def _unreadable(work: Work) -> Work:
    what = f"{work.expected.what} in a file that cannot be read"
    return Work(work.source, Expected(what, (UNGRADABLE,), work.expected.points))
