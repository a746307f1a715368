"""Find out which exercise a callable answers: by the name that the notebook gives it.

Grading asks for what the name of the exercise means in the notebook. A check is handed an object,
whose own name may be another one: a ``partial`` has none, a lambda's is ``<lambda>``, an alias
keeps the first. So the notebook's names are asked, and the line that calls.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from types import FrameType
from typing import Any

from rnncourse.errors import UnknownExercise
from rnncourse.languages import _

_ALIKE = 0.75
"""Names that agree so far may be misspelt; tanh is not meant to be train."""


def line_of(frame: FrameType) -> str:
    """Return the line of code that a frame is at, or an empty string where that is not known."""
    return linecache.getline(frame.f_code.co_filename, frame.f_lineno)


def exercise_of(answer: object, namespace: Mapping[str, Any], line: str = "", call: str = "check") -> str:
    """Return the name of the exercise that is meant by what stands in a call.

    Parameters
    ----------
    answer : object
        What was handed over: a function, a value, or the name of an exercise.
    namespace : mapping
        The variables of the notebook.
    line : str
        The line that calls.
    call : str
        What is called, such as ``check`` or ``hint``.

    Raises
    ------
    UnknownExercise
        If it is no exercise; the message says what to pass.
    """
    from rnncourse.checking.caseset import names

    exercises = names()
    name = answer if isinstance(answer, str) else name_of(answer, namespace, exercises, line)
    if name in exercises:
        return name
    here = [exercise for exercise in exercises if exercise in namespace]
    raise UnknownExercise(_explained(answer, name, exercises, here, call))


def _explained(
    answer: object, name: str, exercises: Collection[str], here: Collection[str], call: str
) -> str:
    """Return what to pass in place of something that is no exercise; `here` are those of the notebook."""
    example = next(iter(here), "affine")
    if not isinstance(answer, str) and not callable(answer):
        if call == "check":
            sentence = _("Pass the function itself, such as check({example}), without calling it.")
        else:
            sentence = _('Pass a function or its name, such as {call}("{example}").')
        return sentence.format(example=example, call=call)
    if name in ("", "<lambda>") and not isinstance(answer, str):
        sentence = _(
            "This function has no name. Give it that of its exercise, as in {example} = ..., "
            "and {call}({example})."
        )
        return sentence.format(example=example, call=call)
    near = get_close_matches(name, exercises, 1, _ALIKE)
    if near:
        return _("Did you mean {near}? There is no {name}.").format(near=repr(near[0]), name=repr(name))
    if here:
        sentence = _("There is no exercise {name}. In this notebook: {names}.")
    else:
        sentence = _("There is no exercise {name}. Exercises have names such as {example}.")
    return sentence.format(name=repr(name), names=", ".join(here), example=repr(example))


def name_of(answer: object, namespace: Mapping[str, Any], exercises: Collection[str], line: str = "") -> str:
    """Return the name of the exercise that a callable is the answer to; its own name if none is known.

    Parameters
    ----------
    answer : object
        What was handed to the check.
    namespace : mapping
        The variables of the notebook.
    exercises : collection of str
        Names of the exercises there are.
    line : str
        The line that calls the check, such as ``check(softmax)``.
    """
    own = getattr(answer, "__name__", "")
    known = [name for name, value in namespace.items() if value is answer and name in exercises]
    written = re.search(r"\b(?:check|hint|failing_case|solution)\(\s*(\w+)\s*\)", line)
    if written and written[1] in known:
        return written[1]
    return known[0] if known and own not in known else str(own)
