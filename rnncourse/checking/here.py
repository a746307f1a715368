"""Ask in this process: what the notebook, the audit and the plain judge do. The sandboxed judge asks elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rnncourse.checking.calling import Answer, call, raised_from
from rnncourse.checking.caseset import Case, CaseSet, find_helper_answer
from rnncourse.checking.diagnose import Finding, examine
from rnncourse.checking.given import materialised
from rnncourse.checking.outcomes import NOT_ATTEMPTED
from rnncourse.checking.values import Value, to_plain


def examine_here(cases: CaseSet, target: Any) -> Finding:
    """Put all cases to a function or value of this process, and return what that says.

    Parameters
    ----------
    cases : CaseSet
        The questions.
    target : object
        What stands for the exercise: a callable, or a value if that is what is asked for.
    """

    def ask(case: Case, right_helpers: bool) -> Answer:
        helpers = {name: stand_in(case, name) for name in cases.uses} if right_helpers else None
        return answer_here(target, cases.is_value, case.inputs, helpers)

    return examine(cases, ask)


def another_thing(cases: CaseSet, target: object) -> Finding | None:
    """Return a finding if the name of an exercise stands for a value where a function is asked for, or the reverse."""
    if target is None or callable(target) != cases.is_value or has_hole(target):
        return None
    name = cases.exercise
    if cases.is_value:
        note = f"`{name}` is a function here, and a value is asked for: `{name} = ...` without `def`."
    else:
        note = (
            f"`{name}` is now something else, of type `{type(target).__name__}`, and no function. Has another cell "
            "used the name? Run the cell of the exercise again."
        )
    return Finding(name, NOT_ATTEMPTED, note=note)


def answer_here(
    target: Any,
    is_value: bool,
    inputs: Mapping[str, Value],
    helpers: Mapping[str, Callable[..., Any]] | None = None,
) -> Answer:
    """Return the answer of a call of `target`, or `target` itself if a value is asked for."""
    if is_value:
        return value_answer(target)
    return call(target, inputs, helpers) if callable(target) else Answer(failure="missing")


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


def stand_in(case: Case, name: str) -> Callable[..., Any]:
    """Return a function that answers as the right `name` would within one case."""

    def helper(*args: Any, **kwargs: Any) -> Any:
        plain = {key: to_plain(value) for key, value in kwargs.items()}
        return materialised(find_helper_answer(case, name, [to_plain(a) for a in args], plain))

    return helper
