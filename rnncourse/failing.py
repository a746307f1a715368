"""The case on the last card: its arguments, for a student to call their own function with.

Only ``check`` writes here, and ``check`` knows public cases alone. What grades with hidden cases
never comes here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any

from rnncourse.checking.naming import exercise_of, line_of
from rnncourse.checking.outcomes import CORRECT, NOT_ATTEMPTED
from rnncourse.errors import NoFailingCase
from rnncourse.languages import _

if TYPE_CHECKING:
    from rnncourse.checking.diagnose import Finding

_arguments: dict[str, Mapping[str, Any]] = {}


def remember(finding: Finding, answer: object) -> None:
    """Keep the arguments of the case on a card, by the names that the checked function has for them."""
    failed = finding.outcome not in (CORRECT, NOT_ATTEMPTED)
    if failed and finding.case and finding.case.inputs:
        _arguments[finding.exercise] = _by_own_names(finding.case.inputs, answer)
    else:
        _arguments.pop(finding.exercise, None)


def failing_case(exercise: Callable[..., Any] | str) -> dict[str, Any]:
    """Return the arguments of the case on the last card of an exercise.

    ``rnn_step(**failing_case("rnn_step"))`` repeats the call that the card is about.

    Parameters
    ----------
    exercise : callable or str
        The function, or its name.

    Returns
    -------
    dict
        Fresh copies of the arguments by name, each time anew: what is done to them changes no check.

    Raises
    ------
    NoFailingCase
        If the last check of it passed, or there was none.
    UnknownExercise
        If there is no exercise of that name.
    """
    from rnncourse.checking.given import materialised

    caller = sys._getframe(1)
    name = exercise_of(exercise, caller.f_globals, line_of(caller), failing_case.__name__)
    if name not in _arguments:
        sentence = _("No check of {name} has failed since the last that passed. Run check({name}) first.")
        raise NoFailingCase(sentence.format(name=name))
    return {key: materialised(value) for key, value in _arguments[name].items()}


def _by_own_names(inputs: Mapping[str, Any], function: object) -> Mapping[str, Any]:
    """Return arguments by the names that a function has for them, if it has some; else by ours."""
    try:
        parameters = signature(function).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return inputs
    own = [p.name for p in parameters if p.kind is Parameter.POSITIONAL_OR_KEYWORD]
    return dict(zip(own, inputs.values(), strict=False)) if len(own) >= len(inputs) else inputs
