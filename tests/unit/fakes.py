"""An exercise made up for tests: double a vector. Its master notebook exists only in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course.assignment import Assignment
from autograder.course.course import Course
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


def assignment(declared: Exercise, solution: str = SOLUTION) -> Assignment:
    """Return the assignment in which it is the only exercise."""
    made = Assignment(NOTEBOOK, Path(f"{NOTEBOOK}.py"), "", "tests:NONE")
    vars(made).update(exercises=(declared,), master=master(solution))
    return made


def course(declared: Exercise, solution: str = SOLUTION) -> Course:
    """Return the course in which that is the only assignment."""
    made = Course("tests:NONE", Path(), {NOTEBOOK: ""})
    made._known[NOTEBOOK] = assignment(declared, solution)
    return made
