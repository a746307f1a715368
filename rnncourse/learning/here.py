"""The record of this session: beside the notebook that runs, and nowhere where nobody sits.

It is imported with the package, so it imports little; the record itself is read when it is asked for.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rnncourse.learning.record import Entry, Record


def _begun_in() -> str:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return ""


BEGUN_IN = _begun_in()
"""Where this process was begun, which for a kernel is the folder of its notebook; cells may go elsewhere."""
_record: Record | None = None


def record() -> Record:
    """Return the record of this session."""
    from pathlib import Path

    from rnncourse.learning.record import Record

    global _record
    if _record is None:
        notebooks = Path(BEGUN_IN) if BEGUN_IN and _in_a_notebook() else None
        _record = Record(notebooks and folder(notebooks), _say)
    return _record


def use(other: Record) -> None:
    """Use another record from now on."""
    global _record
    _record = other


def folder(notebooks: Path) -> Path | None:
    """Return the folder of the record, or None if it is to stay in memory, as where work is graded.

    Parameters
    ----------
    notebooks : Path
        The folder of the notebook that is worked on.
    """
    from pathlib import Path

    from rnncourse.learning.record import WHERE

    asked = os.environ.get(WHERE, "")
    if asked.lower() == "off" or "NBGRADER_EXECUTION" in os.environ:
        return None
    return Path(asked).expanduser() if asked else beside(notebooks)


def beside(notebooks: Path) -> Path:
    """Return where the record of notebooks in a folder lies: above it, where each has a folder of its own."""
    from rnncourse.learning import contents

    own = contents.find(notebooks.name)
    return notebooks.parent if own is not None and own.notebook == notebooks.name else notebooks


def _in_a_notebook() -> bool:
    """Return whether somebody sits in front of this: a program that checks leaves no files behind."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return get_ipython() is not None


def _say(sentence: str) -> None:
    from html import escape

    from rnncourse.showing import show

    show(f'<p role="note" style="max-width:52em">{escape(sentence)}</p>', sentence)


def checked(exercise: str, outcome: str) -> None:
    """Remember what a check said."""
    record().change(exercise, lambda entry: entry.checked(outcome))


def next_hint(exercise: str, most: int) -> int:
    """Remember that the next hint is given, and return how many were given before."""
    before = known(exercise).hints
    if before < most:
        record().change(exercise, lambda entry: entry.hinted(most))
    return before


def known(exercise: str) -> Entry:
    """Return what is known of an exercise."""
    from rnncourse.learning.record import Entry

    return record().entries().get(exercise, Entry())
