"""Candidates answer here, in the judge, and never in the sandbox.

An exercise may ask for a test of somebody else's function. What is tested must not be read, so
the sandbox gets a number in its place, asks with arrays, and gets arrays back.
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np

from rnncourse.checking.given import MAKERS, Given, materialised
from rnncourse.checking.values import Value, same_bits, to_plain

MOST_SECONDS = 1.0
"""CPU time that the candidates of one case may use; they also bound the size of their arguments."""
_MOST_ARGUMENTS = 16
_NUMBERS = count(1)  # never used twice, so that what a test has kept from an earlier case answers nothing


class Oracle:
    """What answers for the functions that one case hands over.

    Parameters
    ----------
    inputs : mapping of str to value
        The inputs of the case.

    Attributes
    ----------
    inputs : dict
        The same, with a number in the place of each function that is not to be read.
    """

    def __init__(self, inputs: Mapping[str, Value]) -> None:
        kept = self.answers_for(inputs)
        numbers = {name: next(_NUMBERS) for name in kept}
        self._functions = {numbers[name]: materialised(inputs[name]) for name in kept}
        self.inputs = dict(inputs) | {name: Given("oracle", (number,)) for name, number in numbers.items()}
        self._used = 0.0

    @staticmethod
    def answers_for(inputs: Mapping[str, Value]) -> list[str]:
        """Return the names of the inputs that are functions which are not to be read."""
        return [name for name, value in inputs.items() if _is_made(value)]

    def reply(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to one request from the sandbox, whatever is in it.

        It has either ``value``, or ``raises`` and ``message``; and ``changed``, pairs of an argument
        (its place or name) and what the function has made of it.
        """
        try:
            function, args, kwargs = self._understood(request)
            before = [array.copy() for array in (*args, *kwargs.values())]
            answer = self._answer(function, args, kwargs)
        except (LookupError, TypeError, RuntimeError) as error:
            return _raised(error) | {"changed": []}
        places = [*range(len(args)), *kwargs]
        after = (*args, *kwargs.values())
        changed = [[p, a] for p, a, b in zip(places, after, before, strict=True) if not same_bits(a, b)]
        return answer | {"changed": changed}

    def _understood(self, request: Mapping[str, Any]) -> tuple[Any, list[Any], dict[str, Any]]:
        """Return the function that is asked, and copies of its arguments."""
        number, args, kwargs = (request.get(key) for key in ("oracle", "args", "kwargs"))
        if type(number) is not int or number not in self._functions:
            raise LookupError("this suspect belongs to a question that has been answered")
        if (
            not isinstance(args, list)
            or not isinstance(kwargs, dict)
            or len(args) + len(kwargs) > _MOST_ARGUMENTS
        ):
            raise TypeError("a suspect takes arrays, and a few of them")
        if self._used > MOST_SECONDS:
            raise RuntimeError(f"a suspect works for {MOST_SECONDS:.0f} second in all, not longer")
        if not all(isinstance(value, np.ndarray) for value in (*args, *kwargs.values())):
            raise TypeError("a suspect takes arrays of real numbers")
        return (
            self._functions[number],
            [array.copy() for array in args],
            {str(name): array.copy() for name, array in kwargs.items()},
        )

    def _answer(self, function: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        start = time.thread_time()
        try:
            return {"value": to_plain(function(*args, **kwargs))}
        except Exception as error:  # what a candidate raises is part of its answer
            return _raised(error)
        finally:
            self._used += time.thread_time() - start


def _is_made(value: Value) -> bool:
    return isinstance(value, Given) and value.name in MAKERS


def _raised(error: Exception) -> dict[str, Any]:
    """Return an exception by name; one that has no name everywhere counts as a ValueError."""
    kind = type(error).__name__
    return {"raises": kind if hasattr(builtins, kind) else "ValueError", "message": str(error)[:300]}
