"""Where attacks are fought: a notebook is graded, and everything around it must be as before."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.judge import grade
from autograder.sandbox import Session
from autograder.verdict import Graded, Verdict
from tests.handing_in import hand_in, solutions_of, solved

NOTEBOOK, NEXT = "02_forward", "00_start_here"
SECRET = b"a secret that no submission has"
MOST_SECONDS = 20.0
_TRUSTED = (np.allclose, np.isclose, np.array_equal, np.testing.assert_allclose, np.ndarray)


@dataclass(frozen=True)
class Fight:
    """What came of an attack.

    Attributes
    ----------
    graded : Graded
        The whole result.
    seconds : float
        Wall time that grading took.
    restarts : int
        How many sandboxes had to be thrown away.
    """

    graded: Graded
    seconds: float
    restarts: int

    def __getitem__(self, exercise: str) -> Verdict:
        return next(v for v in self.graded.verdicts if v.exercise == exercise)

    @property
    def printed(self) -> str:
        """All text that the cells showed."""
        items = [item for outputs in self.graded.outputs.values() for item in outputs]
        return "".join(str(item.get("text", "")) for item in items)


class Arena:
    """Grades attacks in one sandbox and holds the world around them to account."""

    def __init__(self, session: Session, outside: Path) -> None:
        self.session, self.canary = session, outside / "canary.txt"
        self.canary.write_text("as before")

    def fight(self, first: str = "", last: str = "", spoilt: tuple[str, ...] = (), **answers: str) -> Fight:
        """Grade a solved notebook with some answers replaced; a short one if only cells are added.

        Asserts that exercises neither replaced nor named in `spoilt` get every point, that the next
        submission in the same sandbox does too, that nothing outside has changed, and that it took
        a bounded time.
        """
        notebook = NOTEBOOK if answers or spoilt else NEXT
        data = hand_in(notebook, solutions_of(notebook) | answers, first, last)
        began, sandboxes = time.monotonic(), self.session.started
        graded = grade(data, self.session, SECRET, "attack.ipynb", "student-66", notebook)
        seconds = time.monotonic() - began
        assert seconds < MOST_SECONDS
        for verdict in graded.verdicts:
            assert verdict.outcome != "grader_fault", verdict.message
            if verdict.exercise not in (*answers, *spoilt):
                assert verdict.score == verdict.max_score, f"{verdict.exercise}: {verdict.text}"
        self.world_is_as_before()
        return Fight(graded, seconds, self.session.started - sandboxes)

    def world_is_as_before(self) -> None:
        """Assert that the next student is graded right and that no file, function or variable has changed."""
        following = grade(solved(NEXT), self.session, SECRET, "next.ipynb", "student-07", NEXT)
        assert [v.outcome for v in following.verdicts] == ["correct"], following.verdicts[0].text
        assert self.canary.read_text() == "as before"
        assert [p.name for p in self.canary.parent.iterdir()] == [self.canary.name]
        now = (np.allclose, np.isclose, np.array_equal, np.testing.assert_allclose, np.ndarray)
        assert now == _TRUSTED
