"""An exercise made up for tests: double a vector. Its master notebook exists only in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder import exercises
from autograder.authoring import audit
from autograder.course import casesets
from autograder.course.exercise import Draw, Exercise, Invariant, Question, ask, mistake, other_way, weights
from autograder.course.masters import Master
from rnncourse.checking.caseset import Group

NOTEBOOK = "98_fake"
SOLUTION = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"


def _questions(draw: Draw) -> Iterator[Question]:
    yield ask(x=weights(draw, 5))
    yield ask("one", x=weights(draw, 1))


def exercise(**changes: Any) -> Exercise:
    """Return the declaration, sound unless `changes` make it unsound."""
    settings: dict[str, Any] = {
        "id": "double",
        "questions": _questions,
        "hints": ("one", "two", "three"),
        "groups": (Group("one", "a single number"),),
        "mistakes": (
            mistake("tripled", "You multiply by 3.", ("2 * x", "3 * x")),
            mistake("squared", "You square.", ("2 * x", "x**2")),
        ),
        "other_ways": (other_way("sum", ("2 * x", "x + x")),),
        "invariants": (
            Invariant(
                "negated",
                "the negative gives the negative",
                lambda i: {"x": -i["x"]},
                lambda i, first, j, second: np.allclose(first, -second),
            ),
        ),
    }
    return Exercise(**(settings | changes))


def master(solution: str = SOLUTION) -> Master:
    """Return the master of the notebook."""
    setup = new_code_cell("import numpy as np", metadata={"tags": ["setup"]})
    cells = [
        setup,
        _cell("double", solution, solution=True),
        _cell("check_double", "check(double)", points=4),
    ]
    return Master(NOTEBOOK, new_notebook(cells=cells))


def _cell(grade_id: str, source: str, **marks: Any) -> NotebookNode:
    return new_code_cell(source, metadata={"nbgrader": {"grade_id": grade_id, **marks}})


def install(monkeypatch: pytest.MonkeyPatch, declared: Exercise, solution: str = SOLUTION) -> None:
    """Make it the only exercise there is."""
    for cached in (casesets._solved, casesets.variant):
        cached.cache_clear()
    for module in (audit, casesets):
        monkeypatch.setattr(module, "read_master", lambda name: master(solution))
        monkeypatch.setattr(module, "find_exercise", lambda name: (NOTEBOOK, declared))
    monkeypatch.setattr(audit, "exercises_of", lambda name: (declared,))
    monkeypatch.setattr(audit, "MODULES", {NOTEBOOK: "fake"})
    monkeypatch.setattr(exercises, "MODULES", {NOTEBOOK: "fake"})


def forget() -> None:
    """Drop what was kept of it."""
    for cached in (casesets._solved, casesets.variant):
        cached.cache_clear()
