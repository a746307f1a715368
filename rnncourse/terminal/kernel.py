"""The process that runs a saved notebook: prints a card for every check, and notes what it said.

It is begun by :mod:`rnncourse.terminal.checking`, which can end it. What cells print goes nowhere. A cell
that stops with an error does not stop the rest.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, TextIO


def main(notebook: str, events: str, *names: str) -> None:
    """Run all cells of a notebook and check the exercises of these names.

    Parameters
    ----------
    notebook : str
        Its file.
    events : str
        A file to append to: one JSON object a line says what began, what a check said, and what failed.
    *names : str
        The exercises of which cards are printed.
    """
    from rnncourse.terminal import saved, shells

    cards = os.fdopen(os.dup(1), "w", encoding=sys.stdout.encoding, errors="replace")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    with open(events, "a", encoding="utf-8") as log:
        shell = shells.make()
        run = Run(shell, cards, log, names)
        run.cells(needed(saved.read(Path(notebook)).sources, names))
        run.what_no_cell_checked()


def needed(sources: Sequence[str], names: Collection[str]) -> Sequence[str]:
    """Return cells up to the last one that checks one of these exercises; all if one of them is not checked."""
    calls = {name: re.compile(rf"""^check\(["']?{re.escape(name)}["']?\)""", re.MULTILINE) for name in names}
    places = [[n for n, source in enumerate(sources) if call.search(source)] for call in calls.values()]
    return sources[: max(place[-1] for place in places) + 1] if all(places) else sources


class Run:
    """One run of a notebook."""

    def __init__(self, shell: Any, cards: TextIO, log: TextIO, names: Collection[str]) -> None:
        self._shell, self._cards, self._log, self._names = shell, cards, log, names
        self._checked: set[str] = set()
        stand_in(self._check)

    def cells(self, sources: Collection[str]) -> None:
        """Run cells in order."""
        for number, source in enumerate(sources, start=1):
            title = next((line.strip() for line in source.split("\n") if line.strip()), "")[:70]
            self._note(began=number, title=title)
            error, skipped = self._shell.run(source, number)
            for command in skipped:
                self._note(skipped=command, cell=number)
            if error is not None and not isinstance(error, NotImplementedError):
                self._note(error=f"{type(error).__name__}: {error}"[:300], cell=number, title=title)

    def what_no_cell_checked(self) -> None:
        """Check the exercises whose check cell is missing or was not reached."""
        from rnncourse.notebook import find

        for name in self._names:
            if name not in self._checked:
                self._note(began=0, title=name)
                self._say(find(name, self._shell.user_ns))

    def _check(self, answer: Callable[..., Any] | str) -> None:
        """Stand in for ``check``: it prints, and does not raise."""
        from rnncourse.checking.naming import line_of
        from rnncourse.failing import remember
        from rnncourse.notebook import find

        caller = sys._getframe(1)
        finding = find(answer, caller.f_globals, line_of(caller))
        remember(finding, caller.f_globals.get(answer) if isinstance(answer, str) else answer)
        self._say(finding)

    def _say(self, finding: Any) -> None:
        from rnncourse.checking.render import to_text
        from rnncourse.languages import said

        self._checked.add(finding.exercise)
        if finding.exercise in self._names:
            self._note(exercise=finding.exercise, outcome=finding.outcome)
            print(to_text(finding, words=said), end="\n\n", file=self._cards, flush=True)

    def _note(self, **event: Any) -> None:
        print(json.dumps(event), file=self._log, flush=True)


def stand_in(check: Callable[..., None]) -> None:
    """Let cells call this in place of ``check``, and nothing in place of what shows or remembers something."""
    import rnncourse
    from rnncourse import plots
    from rnncourse.plots.pyplot import close

    def nothing(*_: object, **__: object) -> None:
        """Do nothing."""

    def drawn(figure: Any, alt: str) -> None:
        """Forget a figure: nobody looks."""
        close(figure)

    rnncourse.check = check
    rnncourse.hint = nothing  # a hint that is left in a cell is not to be used up
    rnncourse.progress = rnncourse.solution = nothing
    plots.show = drawn
