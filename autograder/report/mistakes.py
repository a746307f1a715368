"""The mistakes a class made: named and counted, and those that have no name yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from autograder.judging.verdict import Verdict
from autograder.report.model import ClassResult, is_marked, natural
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED


@dataclass(frozen=True)
class MistakeMade:
    """One named mistake in one exercise.

    Attributes
    ----------
    id : str
        Its name.
    message : str
        What students were told; the most frequent text if it varied.
    students : tuple of str
        Who made it.
    """

    id: str
    message: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Unnamed:
    """An answer that lost points and matches no known mistake."""

    student: str
    outcome: str
    message: str


@dataclass(frozen=True)
class ExerciseMistakes:
    """What went wrong in one exercise.

    Attributes
    ----------
    notebook, exercise : str
        Where.
    answers : int
        Number of answers that were judged; untouched stubs do not count.
    made : tuple of MistakeMade
        The most frequent first.
    unnamed : tuple of Unnamed
        By student.
    """

    notebook: str
    exercise: str
    answers: int
    made: tuple[MistakeMade, ...]
    unnamed: tuple[Unnamed, ...]

    @property
    def frequent(self) -> tuple[MistakeMade, ...]:
        """What at least 1 in 100 made."""
        return tuple(m for m in self.made if 100 * len(m.students) >= self.answers)

    @property
    def rare(self) -> tuple[MistakeMade, ...]:
        """What fewer made."""
        return self.made[len(self.frequent) :]

    @property
    def told(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Outcome, message and students of what those were told who made no known mistake, most frequent first."""
        told: dict[tuple[str, str], list[str]] = {}
        for case in self.unnamed:
            told.setdefault((case.outcome, case.message), []).append(case.student)
        return tuple(sorted(((*what, tuple(who)) for what, who in told.items()), key=lambda t: -len(t[2])))


def mistakes(class_: ClassResult) -> tuple[ExerciseMistakes, ...]:
    """Return the mistakes of each exercise in which points were lost, in the order of the course."""
    answers: dict[tuple[str, str], list[tuple[str, Verdict]]] = {}
    for student, graded, verdict in class_.verdicts():
        # The entry is made for every verdict, so that exercises keep the order of their notebook.
        given = answers.setdefault((graded.notebook, verdict.exercise), [])
        if is_marked(verdict) and verdict.outcome != NOT_ATTEMPTED:
            given.append((student, verdict))
    found = (_exercise(notebook, exercise, given) for (notebook, exercise), given in answers.items())
    return tuple(sorted((e for e in found if e.made or e.unnamed), key=lambda e: e.notebook))


def most_frequent(found: tuple[ExerciseMistakes, ...]) -> tuple[ExerciseMistakes, MistakeMade] | None:
    """Return the mistake that most students made and where, or None if none was named."""
    pairs = [(exercise, made) for exercise in found for made in exercise.made]
    return max(pairs, key=lambda pair: len(pair[1].students), default=None)


def _exercise(notebook: str, exercise: str, answers: list[tuple[str, Verdict]]) -> ExerciseMistakes:
    named: dict[str, list[tuple[str, str]]] = {}
    unnamed = []
    for student, verdict in answers:
        if verdict.mistake:
            named.setdefault(verdict.mistake, []).append((student, verdict.message))
        elif verdict.outcome != CORRECT:
            unnamed.append(Unnamed(student, verdict.outcome, verdict.message))
    made = [_made(id, cases) for id, cases in named.items()]
    return ExerciseMistakes(
        notebook,
        exercise,
        len(answers),
        tuple(sorted(made, key=lambda m: (-len(m.students), m.id))),
        tuple(sorted(unnamed, key=lambda u: natural(u.student))),
    )


def _made(id: str, cases: list[tuple[str, str]]) -> MistakeMade:
    message = Counter(message for _, message in cases).most_common(1)[0][0]
    return MistakeMade(id, message, tuple(sorted({student for student, _ in cases}, key=natural)))
