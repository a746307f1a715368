"""Cards as they stand in a notebook: of what nobody has written yet, and of a known mistake."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np

from autograder.course.assignment import Assignment
from autograder.course.release import CHECK
from rnncourse.checking.render import to_html
from rnncourse.notebook import find


def card_of_stub(assignment: Assignment, label: str) -> str:
    """Return the card that a check shows before anything is written.

    Parameters
    ----------
    assignment : Assignment
        The notebook.
    label : str
        Of the check cell, such as ``check_rnn_step``.
    """
    exercise = label.removeprefix(CHECK)
    stub = assignment.release.solutions[exercise].source
    names: dict[str, Any] = {"np": np}
    with suppress(NotImplementedError, NameError):  # the place of a value, which may use cells above
        exec(compile(stub, exercise, "exec"), names)
    return to_html(find(names.get(exercise, exercise), names, f"check({exercise})"))


def card_of_mistake(assignment: Assignment, exercise: str, mistake: str) -> str:
    """Return the card of a mistake in the bank of an exercise."""
    return to_html(find(assignment.variant(exercise, mistake), {}, f"check({exercise})"))
