"""Find our way of an exercise in the solved notebooks, if they are on this machine and may be shown.

The package holds no solution. A clone of the repository has the folder ``solutions`` beside its notebooks;
``RNNCOURSE_SOLUTIONS`` names another folder, or says ``off``.
"""

from __future__ import annotations

import os
import re
from html import escape
from pathlib import Path

from rnncourse.checking.outcomes import CORRECT
from rnncourse.checking.prose import in_html, plain, wrapped
from rnncourse.languages import _, ngettext
from rnncourse.learning import contents
from rnncourse.learning.record import Entry

WHERE = "RNNCOURSE_SOLUTIONS"
"""The environment variable that names the folder of the solved notebooks, or ``off``."""
REASONS = "why.md"
"""The file in that folder which says why each solution is as it is."""
HINTS = 3
"""How many hints come first."""


def shown(exercise: str, known: Entry, begun_in: Path) -> tuple[str, str]:
    """Return what to show of a solution, as HTML and as text: our way, or why not.

    Parameters
    ----------
    exercise : str
        Its name.
    known : Entry
        What the learner did so far.
    begun_in : Path
        The folder of the notebook.
    """
    refused = _refused(exercise, known)
    folder = None if refused else _folder(begun_in)
    code = folder and code_of(folder, exercise)
    if folder is None or not code:
        text = refused or _(
            "The solved notebooks are not on this machine. They are in the folder solutions/ of the course's "
            "repository; {variable} may name where you keep them."
        ).format(variable=WHERE)
        return f'<p role="note" style="max-width:52em">{escape(text)}</p>', text
    why = reason(folder, exercise)
    head = _("One way to write {exercise}").format(exercise=exercise)
    box = "white-space:pre-wrap;font-family:monospace;padding:6px 10px;background:rgba(127,127,127,.12)"
    html = f"<p><strong>{head}.</strong> {in_html(why)}</p><pre style='{box}'>{escape(code)}</pre>"
    return (
        f'<div role="note" style="max-width:60em">{html}</div>',
        f"{wrapped(f'{head}. {plain(why)}')}\n\n{code}",
    )


def _refused(exercise: str, known: Entry) -> str:
    """Return why nothing may be shown now, or nothing."""
    if os.environ.get(WHERE, "").lower() == "off":
        return _("Solutions are turned off in this class. Ask the person who teaches it.")
    if known.best == CORRECT or (known.hints >= HINTS and known.failed):
        return ""
    if known.failed:
        sentence = ngettext(
            'solution("{exercise}") opens after {most} hints and a check that failed. '
            "So far: {hints} of {most} hints, {failed} failed check.",
            'solution("{exercise}") opens after {most} hints and a check that failed. '
            "So far: {hints} of {most} hints, {failed} failed checks.",
            known.failed,
        )
    else:
        sentence = _(
            'solution("{exercise}") opens after {most} hints and a check that failed. '
            "So far: {hints} of {most} hints, no failed check."
        )
    return sentence.format(exercise=exercise, most=HINTS, hints=known.hints, failed=known.failed)


def _folder(begun_in: Path) -> Path | None:
    named = os.environ.get(WHERE, "")
    places = [Path(named).expanduser()] if named else []
    if not named:
        places = [begun_in.parent / "solutions", begun_in / "solutions"]
    return next((place for place in places if place.is_dir()), None)


def code_of(folder: Path, exercise: str) -> str:
    """Return the code of a solution from the solved notebook that holds it, or nothing."""
    notebook = contents.find(exercise)
    path = folder / f"{notebook.notebook if notebook else ''}.py"
    if not path.is_file():
        return ""
    cell = re.search(
        rf'^# %% nbgrader=[^\n]*"grade_id": "{re.escape(exercise)}"[^\n]*\n(.*?)(?=^# %%|\Z)',
        path.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    lines = cell[1].rstrip().split("\n") if cell else []
    return "\n".join(line for line in lines if not re.fullmatch(r"\s*### (BEGIN|END) SOLUTION", line))


def reason(folder: Path, exercise: str) -> str:
    """Return why a solution is as it is, or nothing where nobody wrote that down."""
    path = folder / REASONS
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(rf"^## {re.escape(exercise)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""
