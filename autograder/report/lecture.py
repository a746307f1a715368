"""What to show in the next lecture, as lines of plain text to copy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from autograder.report.mistakes import ExerciseMistakes
from autograder.report.shared import Belief
from autograder.report.summaries import NotebookSummary
from rnncourse.checking.outcomes import CRASHED, NOT_ATTEMPTED

MOST_NAMED = 4
MOST_LINES, LEAST_STUDENTS, LEAST_PART = 12, 2, 0.05
NOT_STARTED, ENDED_IN_ERROR = 0.15, 0.1
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_LABEL = "What happened: "
_SHORT, _LONGEST = 16, 220

Cells = Mapping[tuple[str, str], int]
"""Notebook and exercise to the number of the cell, counted from 1."""


def lecture(
    made: Sequence[ExerciseMistakes],
    notebooks: Sequence[NotebookSummary],
    beliefs: Sequence[Belief],
    cells: Cells,
) -> tuple[str, ...]:
    """Return the lines: what most of those who answered got wrong, what was not started, what goes together."""
    lines = sorted(_of_mistakes(made, cells), key=lambda pair: -pair[0])[:MOST_LINES]
    others = sorted(_of_outcomes(notebooks, cells), key=lambda pair: -pair[0])[: MOST_LINES // 2]
    return tuple(text for _, text in (*lines, *others)) + tuple(map(_of_belief, beliefs[:3]))


def _of_mistakes(made: Sequence[ExerciseMistakes], cells: Cells) -> Iterator[tuple[float, str]]:
    for exercise in made:
        for mistake in exercise.made:
            count = len(mistake.students)
            if count >= max(LEAST_STUDENTS, ceil(LEAST_PART * exercise.answers)):
                says = f"{exercise.exercise}, {mistake.id}: {first_sentence(mistake.message)}"
                where = _where(exercise.notebook, exercise.exercise, cells)
                yield count / exercise.answers, f"{count} of {exercise.answers} in {says} Show {where}."


def _of_outcomes(notebooks: Sequence[NotebookSummary], cells: Cells) -> Iterator[tuple[float, str]]:
    for notebook in notebooks:
        for exercise in notebook.exercises:
            where, name = _where(notebook.name, exercise.exercise, cells), exercise.exercise
            total = sum(exercise.counts.values())
            idle, ended = (exercise.counts.get(outcome, 0) for outcome in (NOT_ATTEMPTED, CRASHED))
            if idle >= max(LEAST_STUDENTS, NOT_STARTED * total):
                yield idle / total, f"{idle} of {total} have not begun {name}: {where}."
            if ended >= max(LEAST_STUDENTS, ENDED_IN_ERROR * total):
                yield ended / total, f"{ended} of {total} have a {name} that ends in an error: {where}."


def _of_belief(belief: Belief) -> str:
    named = [f"{mistake} in {exercise}" for (_, exercise, mistake), _, _ in belief.mistakes]
    more = f" and {len(named) - MOST_NAMED} others" if len(named) > MOST_NAMED else ""
    names = ", ".join(named[:MOST_NAMED]) + more
    return f"{len(belief.students)} made at least two of: {names}. One idea may be behind them."


def _where(notebook: str, exercise: str, cells: Cells) -> str:
    cell = cells.get((notebook, exercise))
    return f"cell {cell} of {notebook}" if cell else f"{exercise} in {notebook}"


def first_sentence(message: str) -> str:
    """Return the first sentence of what happened, and the second where that says little; without marks of code."""
    remark, _, happened = " ".join(message.split()).partition(_LABEL)
    first, *rest = _SENTENCE.split(happened or remark, maxsplit=2)
    text = (f"{first} {rest[0]}" if len(first) < _SHORT and rest else first).replace("`", "")
    text = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
