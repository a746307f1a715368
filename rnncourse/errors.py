"""What a notebook's calls raise: each is shown in one line, without a traceback of this library.

- ``CheckFailed`` (also an AssertionError): a check did not pass
- ``UnknownExercise`` (also a LookupError): there is no exercise of that name
- ``NoFailingCase`` (also a LookupError): no check has failed whose arguments could be had
- ``UnknownLanguage`` (also a LookupError): there is no catalogue of that language
"""

from __future__ import annotations


class _Short(Exception):
    """An exception that IPython shows in one line."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class CheckFailed(_Short, AssertionError):
    """A check did not pass. The card above it says why."""


class UnknownExercise(_Short, LookupError):
    """There is no exercise of that name. The message says what to pass."""


class NoFailingCase(_Short, LookupError):
    """The last check of an exercise did not fail with arguments that could be had."""


class UnknownLanguage(_Short, LookupError):
    """There is no catalogue of that language. The message says which there are."""
