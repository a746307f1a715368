"""What a student calls in a notebook: ``check`` and ``hint``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from difflib import get_close_matches
from html import escape
from typing import TYPE_CHECKING, Any

from rnncourse.checking.naming import line_of, name_of
from rnncourse.checking.outcomes import CORRECT
from rnncourse.learning import here

if TYPE_CHECKING:  # the rest of the checking is imported with the first check
    from rnncourse.checking.caseset import CaseSet
    from rnncourse.checking.diagnose import Finding


class _Short(Exception):
    """An exception that IPython shows in one line, without a traceback of this library."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class CheckFailed(_Short, AssertionError):
    """A check did not pass. The card above it says why."""


class UnknownExercise(_Short, LookupError):
    """There is no exercise of that name. The message lists those there are."""


def check(answer: Callable[..., Any] | str) -> None:
    """Check a function, or a value by its name, and show a card.

    Parameters
    ----------
    answer : callable or str
        ``check(rnn_step)`` for a function, ``check("review_shapes")`` for a value.

    Raises
    ------
    CheckFailed
        If it is not right yet. The exception is short: the card says what is wrong.
    UnknownExercise
        If there is no exercise of that name.
    """
    from rnncourse.checking.render import headline, to_html, to_text

    caller = sys._getframe(1)
    finding = find(answer, caller.f_globals, line_of(caller))
    show(to_html(finding), to_text(finding))
    here.checked(finding.exercise, finding.outcome)
    if finding.outcome != CORRECT:
        raise CheckFailed(headline(finding))


def find(answer: Callable[..., Any] | str, namespace: dict[str, Any], line: str = "") -> Finding:
    """Return what the public cases say about an answer, without showing it.

    Parameters
    ----------
    answer : callable or str
        A function, or the name of a value or function in `namespace`.
    namespace : dict
        The variables of the notebook.
    line : str
        The line that calls, which names the exercise where an object has several names.
    """
    from rnncourse.checking.caseset import names
    from rnncourse.checking.here import examine_here

    name = answer if isinstance(answer, str) else name_of(answer, namespace, names(), line)
    if not name:
        raise UnknownExercise("Pass the function itself, such as check(affine), without calling it.")
    cases = _load(name)
    target = namespace.get(name) if isinstance(answer, str) else answer
    return examine_here(cases, target)


def _load(name: str) -> CaseSet:
    from rnncourse.checking.caseset import load, names

    try:
        return load(name)
    except LookupError as error:
        near = get_close_matches(name, names(), 1)
        raise UnknownExercise(
            f"Did you mean {near[0]!r}? There is no {name!r}." if near else str(error)
        ) from None


def hint(exercise: Callable[..., Any] | str) -> None:
    """Show the next hint of an exercise; the first is gentle, the third nearly gives it away.

    It goes on where it stopped, also in a new kernel. After the last one it shows all of them again.
    """
    from rnncourse.checking.caseset import names

    caller = sys._getframe(1)
    name = (
        exercise
        if isinstance(exercise, str)
        else name_of(exercise, caller.f_globals, names(), line_of(caller))
    )
    hints = _load(name).hints
    given = here.next_hint(name, len(hints))
    if given < len(hints):
        lines = [f"Hint {given + 1} of {len(hints)} for {name}: {hints[given]}"]
    else:
        lines = [f"There are no more hints for {name}. These were they:"]
        lines += [f"{number}. {text}" for number, text in enumerate(hints, start=1)]
        lines.append(
            f'After a check that failed, solution("{name}") shows our way, if you have it; or ask a person.'
        )
    html = "<br>".join(map(escape, lines))
    show(f'<p role="note" style="max-width:52em">{html}</p>', "\n".join(lines))


def show(html: str, text: str) -> None:
    """Display in Jupyter, print elsewhere."""
    try:
        from IPython.core.getipython import get_ipython
        from IPython.display import display
    except ImportError:
        print(text)
        return
    if get_ipython() is None:
        print(text)
    else:
        display({"text/html": html, "text/plain": text}, raw=True)
