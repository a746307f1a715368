"""What a learner calls in a notebook beside ``check`` and ``hint``: ``progress`` and ``solution``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape
from typing import Any

from rnncourse.learning import here


def progress(notebook: str = "") -> None:
    """Show what is solved and what is open, in one notebook or in the whole course.

    It reads what your checks said, from ``rnncourse-progress.json`` beside your notebooks. That is no grade.

    Parameters
    ----------
    notebook : str
        Such as ``"02_forward"``, or the name of an exercise. All notebooks when left out, with the one
        that you worked on last unfolded.
    """
    from rnncourse.languages import _
    from rnncourse.learning import contents, pages, standing
    from rnncourse.showing import show

    entries = here.record().entries()
    all_of = standing.standings(contents.course(), entries)
    last = max(entries, key=lambda name: entries[name].when, default="")
    found = contents.find(notebook or last)
    one = next((s for s in all_of if s.contents is found), None)
    if not notebook:
        show(pages.course_html(all_of, one), standing.course_text(all_of, one))
    elif one:
        show(pages.notebook_html(one, all_of), standing.notebook_text(one, all_of))
    else:
        names = ", ".join(c.notebook for c in contents.course())
        text = _("There is no notebook {notebook} in this course. The notebooks are: {names}.")
        text = text.format(notebook=repr(notebook), names=names)
        show(f"<p>{escape(text)}</p>", text)


def solution(exercise: Callable[..., Any] | str) -> None:
    """Show our way of an exercise and why, after three hints and a check that failed, or one that passed.

    It is read from the folder ``solutions`` of the repository. Who has only the package has none, and a
    class may turn it off.
    """
    from pathlib import Path

    from rnncourse.checking.naming import exercise_of, line_of
    from rnncourse.learning import solving
    from rnncourse.showing import show

    caller = sys._getframe(1)
    name = exercise_of(exercise, caller.f_globals, line_of(caller), "solution")
    html, text = solving.shown(name, here.known(name), Path(here.BEGUN_IN))
    show(html, text)
