"""All exercises of the course, by notebook."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from autograder.course.exercise import Exercise
from autograder.errors import ExerciseError

MODULES = {
    "00_start_here": "start_here",
    "01_one_hot": "one_hot",
    "02_forward": "forward",
    "03_bptt": "bptt",
    "04_training": "training",
    "05_vanishing_gradients": "vanishing",
    "06_lstm": "lstm",
    "07_bidirectional": "bidirectional",
    "08_sequence_to_sequence": "seq2seq",
    "09_frameworks": "frameworks",
}
"""Notebook name to the module that declares its exercises, in the order of the course."""


@cache
def exercises_of(notebook: str) -> tuple[Exercise, ...]:
    """Return the exercises of one notebook, in its order.

    Raises
    ------
    ExerciseError
        If there is no such notebook.
    """
    if notebook not in MODULES:
        raise ExerciseError(f"There is no notebook {notebook!r}. The notebooks are: {', '.join(MODULES)}.")
    module = import_module(f"autograder.exercises.{MODULES[notebook]}")
    return tuple(module.EXERCISES)


@cache
def find_exercise(exercise_id: str) -> tuple[str, Exercise]:
    """Return the notebook and the declaration of an exercise.

    Raises
    ------
    ExerciseError
        If there is no such exercise.
    """
    for notebook in MODULES:
        for exercise in exercises_of(notebook):
            if exercise.id == exercise_id:
                return notebook, exercise
    raise ExerciseError(f"There is no exercise {exercise_id!r}.")
