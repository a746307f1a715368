"""Talk to one submission in the sandbox: run its cells, then ask its functions.

A program that hangs or dies is started again without the cell, or without the exercise, that
did it. So what one cell does costs only that cell.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Sequence
from typing import Any

from autograder.errors import WorkerError
from autograder.sandbox import Child, Session
from autograder.submission import Cell
from rnncourse.calling import MOST_OUTPUT, Answer, Raised
from rnncourse.caseset import Case, CaseSet, find_helper_answer
from rnncourse.values import to_plain

MOST_RESTARTS = 6
MOST_HELPER_CALLS = 2_000
_FAILURES = ("", "timed_out", "died", "unreadable", "missing")


class Interview:
    """One submission being graded.

    Attributes
    ----------
    cells : tuple of Cell
        The cells to run.
    outputs : dict
        Notebook outputs of each cell that was run, by cell id, as the program reported them.
    trouble : dict
        Cell id to why the cell was stopped: ``timed_out`` or ``died``.
    """

    def __init__(self, session: Session, cells: Sequence[Cell]) -> None:
        self._session, self.cells = session, tuple(cells)
        self._stack = contextlib.ExitStack()
        self._child: Child | None = None
        self._restarts = 0
        self._deadline = time.monotonic() + session.limits.cpu_seconds * session.limits.wall_factor
        self._given_up: dict[str, str] = {}
        self.outputs: dict[str, list[dict[str, Any]]] = {}
        self.trouble: dict[str, str] = {}

    def __enter__(self) -> Interview:
        self._ready()
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    def ask(self, cases: CaseSet, case: Case, right_helpers: bool) -> Answer:
        """Return the answer of the student's code to one case; never raises for what it does."""
        if cases.exercise in self._given_up:
            return Answer(failure=self._given_up[cases.exercise])
        child = self._ready()
        if child is None:
            return Answer(failure=next(reversed(self.trouble.values()), "timed_out"))
        try:
            answer = self._ask(child, cases, case, right_helpers)
            if answer.failure == "timed_out":
                self._given_up[cases.exercise] = "timed_out"  # one wait is enough
            return answer
        except TimeoutError:
            self._given_up[cases.exercise] = "timed_out"
        except WorkerError:
            self._given_up[cases.exercise] = "died"
        self._hang_up()
        return Answer(failure=self._given_up[cases.exercise])

    def _ask(self, child: Child, cases: CaseSet, case: Case, right_helpers: bool) -> Answer:
        token = secrets.token_hex(8)
        helpers = list(cases.uses) if right_helpers else []
        operation = "value" if cases.is_value else "call"
        inputs = dict(case.inputs)
        child.send(
            {"op": operation, "id": token, "name": cases.exercise, "inputs": inputs, "helpers": helpers}
        )
        for _ in range(MOST_HELPER_CALLS):
            reply = child.receive(self._patience(child.limits.call_seconds))
            if "helper" not in reply:
                break
            child.send(_helper_reply(case, helpers, reply))
        if reply.get("id") != token:
            raise WorkerError("the program answered another question")
        return _trusted(reply.get("answer"))

    def _patience(self, cpu_seconds: float) -> float:
        """Return how long to wait for something that may use so much CPU time."""
        left = self._deadline - time.monotonic()
        return max(0.01, min(cpu_seconds * self._session.limits.wall_factor + 2, left))

    def _ready(self) -> Child | None:
        """Return a program that has run all cells, or None if there is no getting one."""
        while self._child is None and self._restarts < MOST_RESTARTS and time.monotonic() < self._deadline:
            self._restarts += 1
            self._child = self._stack.enter_context(self._session.child())
            if not self._run_cells(self._child):
                self._hang_up()
        return self._child

    def _run_cells(self, child: Child) -> bool:
        """Run the cells that never stopped the program; return whether it lives on."""
        running = ""
        try:
            cells = [{"id": c.id, "source": c.source} for c in self.cells if c.id not in self.trouble]
            child.send({"op": "run", "cells": cells})
            while True:
                message = child.receive(self._patience(child.limits.cell_seconds))
                if "done" in message:
                    return True
                if "begun" in message:
                    running = str(message["begun"])
                else:
                    self._note(message)
        except TimeoutError:
            self.trouble[running] = "timed_out"
        except WorkerError:
            self.trouble[running] = "died"
        return False

    def _note(self, message: dict[str, Any]) -> None:
        """Keep the outputs of a cell that is one of ours."""
        name, outputs = message.get("ran"), message.get("outputs")
        if (
            any(cell.id == name for cell in self.cells)
            and isinstance(outputs, list)
            and isinstance(name, str)
        ):
            self.outputs[name] = outputs[:100]

    def _hang_up(self) -> None:
        self._child = None
        self._stack.close()


def _helper_reply(case: Case, helpers: Sequence[str], request: dict[str, Any]) -> dict[str, Any]:
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


def _trusted(data: Any) -> Answer:
    """Return an answer made of what the program sent, each part checked for what it must be."""
    if not isinstance(data, dict) or data.get("failure") not in _FAILURES:
        return Answer(failure="unreadable")
    try:
        value = to_plain(data.get("value"))
    except TypeError:
        return Answer(failure="unreadable")
    changed = tuple(_text(name, 60) for name in list(data.get("changed") or ())[:20])
    shared = tuple(_text(pair, 120) for pair in list(data.get("shared") or ())[:20])
    printed = _text(data.get("printed"), MOST_OUTPUT)
    return Answer(value, _raised(data.get("raised")), changed, shared, printed, data["failure"])


def _raised(data: Any) -> Raised | None:
    if not isinstance(data, dict):
        return None
    line = data.get("line")
    number = line if type(line) is int and 0 <= line < 100_000 else 0
    return Raised(
        _text(data.get("kind"), 80), _text(data.get("message"), 500), number, _text(data.get("source"), 200)
    )


def _text(value: Any, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""
