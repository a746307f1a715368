"""What a student calls in a notebook: ``check`` and ``hint``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from difflib import get_close_matches
from html import escape
from typing import Any

from rnncourse.checking.calling import Answer, call, raised_from
from rnncourse.checking.caseset import Case, CaseSet, find_helper_answer, load, names
from rnncourse.checking.diagnose import CORRECT, Finding, examine
from rnncourse.checking.given import materialised
from rnncourse.checking.naming import line_of, name_of
from rnncourse.checking.render import headline, to_html, to_text
from rnncourse.checking.values import to_plain

_hints_given: dict[str, int] = {}


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
    caller = sys._getframe(1)
    finding = find(answer, caller.f_globals, line_of(caller))
    show(to_html(finding), to_text(finding))
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
    name = answer if isinstance(answer, str) else name_of(answer, namespace, names(), line)
    if not name:
        raise UnknownExercise("Pass the function itself, such as check(affine), without calling it.")
    cases = _load(name)
    target = namespace.get(name) if isinstance(answer, str) else answer
    if cases.is_value:
        return examine(cases, lambda case, _: value_answer(target))
    if not callable(target):
        return examine(cases, lambda case, _: Answer(failure="missing"))
    return examine(cases, _local(cases, target))


def _load(name: str) -> CaseSet:
    try:
        return load(name)
    except LookupError as error:
        near = get_close_matches(name, names(), 1)
        raise UnknownExercise(
            f"Did you mean {near[0]!r}? There is no {name!r}." if near else str(error)
        ) from None


def value_answer(value: object) -> Answer:
    """Return a variable of the notebook as an answer; None counts as not there yet."""
    if value is None or has_hole(value):
        return Answer(failure="missing")
    try:
        return Answer(to_plain(value))
    except TypeError as error:
        return Answer(raised=raised_from(error))


def has_hole(value: object) -> bool:
    """Return whether an ellipsis of the stub is still in a value."""
    if isinstance(value, dict):
        return any(map(has_hole, value.values()))
    if isinstance(value, list | tuple):
        return any(map(has_hole, value))
    return value is Ellipsis


def _local(cases: CaseSet, function: Callable[..., Any]) -> Callable[[Case, bool], Answer]:
    """Return a way to ask `function` in this process."""

    def ask(case: Case, right_helpers: bool) -> Answer:
        helpers = {name: stand_in(case, name) for name in cases.uses} if right_helpers else {}
        return call(function, case.inputs, helpers)

    return ask


def stand_in(case: Case, name: str) -> Callable[..., Any]:
    """Return a function that answers as the right `name` would within one case."""

    def helper(*args: Any, **kwargs: Any) -> Any:
        plain = {key: to_plain(value) for key, value in kwargs.items()}
        return materialised(find_helper_answer(case, name, [to_plain(a) for a in args], plain))

    return helper


def hint(exercise: Callable[..., Any] | str) -> None:
    """Show the next hint of an exercise; the first is gentle, the third nearly gives it away."""
    caller = sys._getframe(1)
    name = (
        exercise
        if isinstance(exercise, str)
        else name_of(exercise, caller.f_globals, names(), line_of(caller))
    )
    hints = _load(name).hints
    given = _hints_given.get(name, 0)
    _hints_given[name] = min(given + 1, len(hints))
    if given < len(hints):
        text = f"Hint {given + 1} of {len(hints)} for {name}: {hints[given]}"
    else:
        text = (
            f"There are no more hints for {name}. When you have tried, compare with the solved notebook in "
            "solutions/, if you have it, or ask a person."
        )
    show(f'<p role="note" style="max-width:52em">{escape(text)}</p>', text)


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
