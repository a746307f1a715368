"""What a program in the sandbox says, turned into what it may be; nothing in it is believed to be of the right type."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from autograder.judging.outputs import plain_text, printable
from rnncourse.checking.calling import MOST_OUTPUT, Answer, Raised
from rnncourse.checking.caseset import Case, find_helper_answer
from rnncourse.checking.values import to_plain

_FAILURES = ("", "timed_out", "died", "unreadable", "missing")


def is_text(value: Any, text: str) -> bool:
    """Return whether something is exactly this text; an array compares entry by entry, which is no answer."""
    return isinstance(value, str) and value == text


def helper_reply(case: Case, helpers: Sequence[str], request: dict[str, Any]) -> dict[str, Any]:
    """Return the recorded answer of an earlier exercise, if the right solution asks the same."""
    name = request.get("helper")
    try:
        if not isinstance(name, str) or name not in helpers:
            raise LookupError(name)
        arguments = [to_plain(a) for a in request["args"]]
        keywords = {str(key): to_plain(value) for key, value in request["kwargs"].items()}
        return {"known": True, "answer": find_helper_answer(case, name, arguments, keywords)}
    except (LookupError, TypeError, AttributeError):
        return {"known": False}


def trusted(data: Any, names: Sequence[str]) -> Answer:
    """Return an answer made of what the program sent, each part checked for what it must be.

    Nothing but the names of the arguments, `names`, is taken from what it says about them.
    """
    failure = data.get("failure") if isinstance(data, dict) else None
    if not isinstance(failure, str) or failure not in _FAILURES:
        return Answer(failure="unreadable")
    try:
        value = to_plain(data.get("value"))
    except TypeError:
        return Answer(failure="unreadable")
    changed, unused = (_named(data.get(key), names) for key in ("changed", "unused"))
    printed = plain_text(data.get("printed"), MOST_OUTPUT)
    shared = _shared(data.get("shared"), names)
    return Answer(value, _raised(data.get("raised")), changed, shared, unused, printed, failure)


def _named(data: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return the arguments that are named in a list."""
    said = {item for item in data if isinstance(item, str)} if isinstance(data, list) else set()
    return tuple(name for name in names if name in said)


def _shared(data: Any, names: Sequence[str]) -> tuple[str, ...]:
    """Return what shares memory, said again in words of ours."""
    if not isinstance(data, list) or not data:
        return ()
    text = data[0] if isinstance(data[0], str) else ""
    with_whom = next((name for name in names if re.search(rf" and {re.escape(name)}\b", text)), "")
    return (f"the answer and {with_whom}" if with_whom else "two parts of the answer",)


def _raised(data: Any) -> Raised | None:
    if not isinstance(data, dict):
        return None
    line = data.get("line")
    number = line if type(line) is int and 0 <= line < 100_000 else 0
    kind, message = printable(data.get("kind"), 80), printable(data.get("message"), 500)
    return Raised(kind, message, number, printable(data.get("source"), 200))
