"""A progress bar with counts of outcomes, and a short table at the end."""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.table import Table

from autograder.judging.verdict import OUTCOMES, Graded
from autograder.nbgrader.run import Run

LOG = logging.getLogger("autograder")
SECONDS = 10.0
"""Between two lines, where there is no terminal."""


def bar(what: str, console: Console, *more: ProgressColumn) -> Bar:
    """Return a bar that says what is done, how much of it, for how long and for how long yet."""
    return Bar(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        *more,
        console=console,
    )


@contextmanager
def feedback_bar(console: Console) -> Iterator[tuple[Callable[[int], None], Callable[[], None]]]:
    """Show how many feedback pages are written; gives what to call at the beginning and after each."""
    with bar("feedback", console) as pages:
        task = pages.add_task("feedback", total=None, visible=False)
        yield (
            lambda count: pages.update(task, total=count, visible=count > 0),
            lambda: pages.advance(task),
        )


class Progress:
    """Shows how many files are graded, how long it will take, and what came out so far."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._total = self._done = 0
        self._said = time.monotonic()
        self._bar = bar("grading", self._console, TextColumn("{task.fields[outcomes]}"))
        self._task = self._bar.add_task("grading", total=None, outcomes="")
        self._outcomes: Counter[str] = Counter()

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    def begin(self, files: int) -> None:
        """Say how many files there are."""
        self._total = files
        self._bar.update(self._task, total=files)

    def seen(self, student: str, assignment: str, graded: Graded, known: bool) -> None:
        """Count one result."""
        self._outcomes.update(verdict.outcome for verdict in graded.verdicts)
        counts = "  ".join(
            f"{sign.mark} {self._outcomes[o]}" for o, sign in OUTCOMES.items() if self._outcomes[o]
        )
        self._bar.update(self._task, advance=1, outcomes=counts)
        self._done += 1
        LOG.info("%s %s: %g of %g%s", student, assignment, graded.score, graded.max_score, ", known" * known)
        if not self._console.is_terminal and self._is_time():
            self._console.print(f"graded {self._done} of {self._total}  {counts}", highlight=False)

    def _is_time(self) -> bool:
        """Return whether a line is due: now and then, and at the end."""
        now = time.monotonic()
        if self._done < self._total and now - self._said < SECONDS:
            return False
        self._said = now
        return True

    def print_summary(self, run: Run) -> None:
        """Print a table with a row for each assignment and a column for each outcome that occurred."""
        counts, scores = defaultdict[str, Counter[str]](Counter), defaultdict[str, list[float]](list)
        most = dict[str, float]()
        for _, name, graded in run.results:
            counts[name].update(verdict.outcome for verdict in graded.verdicts)
            scores[name].append(graded.score)
            most.setdefault(name, graded.max_score)
        outcomes = [outcome for outcome in OUTCOMES if any(outcome in met for met in counts.values())]
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        for heading in ("assignment", "files", "mean"):
            table.add_column(heading, justify="left" if heading == "assignment" else "right", no_wrap=True)
        for outcome in outcomes:
            word = OUTCOMES[outcome].word.replace(" ", "\n")
            table.add_column(f"{OUTCOMES[outcome].mark}\n{word}", justify="right")
        for name, several in scores.items():
            cells = [str(counts[name][outcome] or "") for outcome in outcomes]
            mean = sum(several) / len(several)
            table.add_row(name, str(len(several)), f"{mean:.1f} of {most[name]:g}", *cells)
        self._console.print(table)
        self._console.print(f"{run.fresh} graded now, {len(run.results) - run.fresh} known from before.")
