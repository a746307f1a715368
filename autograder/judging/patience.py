"""How long a submission is waited for: as long as the solution needs many times over, and less after each hang."""

from __future__ import annotations

import time
from collections import Counter

from autograder.sandbox import Limits

NEED = 50.0
"""How many times as long as the solution an answer may take, where that is more than the limit of a call."""
EXERCISE = 3.0
"""How many times as long as for one call the questions of one exercise are waited for in all."""
CELLS = 0.5
"""Share of the whole time that all runs of the cells may take, so that questions can be asked."""
MOST_HALVINGS = 3
HURRIED = 2
"""Halvings from the start where others are waiting: what is only slow comes back later as well."""
LEAST_GRACE = 1.0
"""Seconds of wall time on top of each wait that are left after any number of hangs."""
SLOW_AGAIN = 1.0
"""CPU seconds of a cell that did not come to its end when it was run before."""

CALL, CELL = "call", "cell"


class ComeBackLater(BaseException):
    """Raised in a session that is hurried, where a submission hangs. Only who hurries it catches it."""


class Patience:
    """What is left of the time for one submission, however often it is started again.

    A second hang is not waited for in full: whoever wrote one endless loop wrote others, and the
    rest answers in a thousandth of the limit.

    Parameters
    ----------
    limits : Limits
        What one submission may use.
    hurried : bool
        Whether a hang is a reason to come back later.
    """

    def __init__(self, limits: Limits, hurried: bool = False) -> None:
        self._limits, self._hurried = limits, hurried
        total = limits.cpu_seconds * limits.wall_factor
        self._for_cells, self._cells_began = total * CELLS, time.monotonic()
        self._deadline = self._cells_began + total
        self._hangs = Counter({CALL: HURRIED, CELL: HURRIED} if hurried else {})

    @property
    def is_over(self) -> bool:
        """Whether all the time is used up."""
        return time.monotonic() >= self._deadline

    def hangs(self, kind: str) -> None:
        """Note that a call or a cell hung.

        Raises
        ------
        ComeBackLater
            If others are waiting.
        """
        self._hangs[kind] += 1
        if self._hurried:
            raise ComeBackLater

    def cells_begin(self) -> None:
        """Note that the cells are run now, for the first time or once more."""
        self._cells_began = time.monotonic()

    def cells_end(self) -> None:
        """Note that they are not run any more."""
        self._for_cells -= time.monotonic() - self._cells_began

    def call_seconds(self, need: float) -> float:
        """Return the CPU time of a call for which the solution needs so much."""
        return max(self._limits.call_seconds / self._halved(CALL), NEED * need)

    def cell_seconds(self, was_slow: bool) -> float:
        """Return the CPU time of a cell."""
        seconds = self._limits.cell_seconds / self._halved(CELL)
        return min(seconds, SLOW_AGAIN) if was_slow else seconds

    def wait(self, cpu_seconds: float, kind: str) -> float:
        """Return the wall time to wait for something that may use so much CPU time.

        Raises
        ------
        TimeoutError
            If the time for the submission is up.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for this submission is up")
        if kind == CELL:
            left = min(left, max(self._for_cells - (time.monotonic() - self._cells_began), LEAST_GRACE))
        grace = max(self._limits.grace / self._halved(kind), min(LEAST_GRACE, self._limits.grace))
        return min(cpu_seconds * self._limits.wall_factor + grace, left)

    def _halved(self, kind: str) -> int:
        return int(2 ** min(self._hangs[kind], MOST_HALVINGS))
