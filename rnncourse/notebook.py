"""What a student calls in a notebook: ``check`` and ``hint``; :mod:`rnncourse.failing` has ``failing_case``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rnncourse.checking.naming import exercise_of, line_of
from rnncourse.checking.outcomes import CORRECT, OUTCOMES
from rnncourse.errors import CheckFailed
from rnncourse.failing import remember
from rnncourse.languages import _, said
from rnncourse.learning import here
from rnncourse.showing import show

if TYPE_CHECKING:  # the rest of the checking is imported with the first check
    from rnncourse.checking.diagnose import Finding


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
    from rnncourse.checking.render import to_html, to_text

    caller = sys._getframe(1)
    finding = find(answer, caller.f_globals, line_of(caller))
    remember(finding, caller.f_globals.get(answer) if isinstance(answer, str) else answer)
    show(to_html(finding, words=said), to_text(finding, words=said))
    here.checked(finding.exercise, finding.outcome)
    if finding.outcome != CORRECT:
        raise failed(finding)


def failed(finding: Finding) -> CheckFailed:
    """Return what a check raises: one line that sends to the card."""
    exercise = f"{OUTCOMES[finding.outcome].mark} {finding.exercise}"
    return CheckFailed(_("{exercise}: see the card above").format(exercise=exercise))


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
    from rnncourse.checking.caseset import load
    from rnncourse.checking.here import another_thing, examine_here
    from rnncourse.own_numbers import own_cases

    cases = own_cases(load(exercise_of(answer, namespace, line)))
    target = namespace.get(answer) if isinstance(answer, str) else answer
    return another_thing(cases, target) or examine_here(cases, target)


def hint(exercise: Callable[..., Any] | str) -> None:
    """Show the next hint of an exercise; the first is gentle, the third nearly gives it away.

    It goes on where it stopped, also in a new kernel. After the last one it shows all of them again.
    """
    from rnncourse.checking.caseset import load
    from rnncourse.checking.prose import in_html, plain

    caller = sys._getframe(1)
    name = exercise_of(exercise, caller.f_globals, line_of(caller), "hint")
    hints = load(name).hints
    given = here.next_hint(name, len(hints))
    if given < len(hints):
        head = _("Hint {number} of {count} for {name}: {text}")
        lines = [head.format(number=given + 1, count=len(hints), name=name, text=said(hints[given]))]
    else:
        lines = [_("There are no more hints for {name}. These were they:").format(name=name)]
        lines += [f"{number}. {said(text)}" for number, text in enumerate(hints, start=1)]
        last = _(
            'After a check that failed, solution("{name}") shows our way, if you have it; or ask a person.'
        )
        lines.append(last.format(name=name))
    html = "<br>".join(map(in_html, lines))
    show(f'<p role="note" style="max-width:52em">{html}</p>', plain("\n".join(lines)))
