"""Talk to one submission in the sandbox: run its cells, then ask its functions.

A program that hangs or dies is started again without the cell, or without the exercise, that
did it. So what one cell does costs only that cell.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import WorkerError
from autograder.judging.oracle import Oracle
from autograder.judging.outputs import plain_text, printable, safe_outputs
from autograder.judging.patience import CALL, CELL, EXERCISE, NEED, Patience
from autograder.sandbox import Child, Session
from autograder.submission import Cell
from rnncourse.checking.calling import MOST_OUTPUT, Answer, Raised
from rnncourse.checking.caseset import Case, CaseSet, find_helper_answer
from rnncourse.checking.values import to_plain

MOST_RESTARTS = 6
MOST_OUTPUTS = 8 << 20
"""Characters that all cells of a submission may show; what comes after is left out."""
LEFT_OUT = {
    "output_type": "stream",
    "name": "stdout",
    "text": "Left out: the cells above show 8 MB already.\n",
}
MOST_HELPER_CALLS = 2_000
_FAILURES = ("", "timed_out", "died", "unreadable", "missing")


class Interview:
    """One submission being graded.

    Parameters
    ----------
    session : Session
        A running sandbox.
    cells : sequence of Cell
        The cells to run, and where the checks stand among them. The functions of an exercise are asked
        in the state that the notebook was in at its check, whatever the cells below do.
    answers : mapping, optional
        Exercise to the id of the cell that defines it. What the name means right after that cell
        is the answer, whatever a later cell does to the name.
    before : Interview, optional
        An earlier one of the same submission, if it is held again. There is one time for both, and what
        hung or ended the program is not waited for twice.

    Attributes
    ----------
    cells : tuple of Cell
        The cells to run.
    outputs : dict
        Notebook outputs of each cell that was run, by cell id, as the program reported them.
    trouble : dict
        Cell id to why the cell was stopped: ``timed_out`` or ``died``. It is not run again.
    slow : set
        Ids of cells that were interrupted when their CPU time was up.
    absent : dict
        Cell id to the package that it asked for and that is not there.
    """

    def __init__(
        self,
        session: Session,
        cells: Sequence[Cell],
        answers: Mapping[str, str] | None = None,
        before: Interview | None = None,
    ) -> None:
        self._session, self.cells = session, tuple(cells)
        self._answers = answers or {}
        self._stack = contextlib.ExitStack()
        self._child: Child | None = None
        self._restarts = 0
        self._patience: Patience = before._patience if before else Patience(session.limits, session.hurried)
        self._given_up: dict[tuple[str, bool], str] = {}
        self._waited: dict[tuple[str, bool], float] = defaultdict(float)
        self._room = MOST_OUTPUTS
        self.outputs: dict[str, list[dict[str, Any]]] = {}
        self.trouble: dict[str, str] = dict(before.trouble) if before else {}
        self.slow: set[str] = set(before.slow) if before else set()
        self.absent: dict[str, str] = {}
        self._failed: dict[str, Raised] = {}
        self._lacks: dict[tuple[str, bool], set[str]] = defaultdict(set)
        if before:
            hung = (key for key, why in before._given_up.items() if why == "timed_out")
            self._given_up = dict.fromkeys(hung, "timed_out")

    def __enter__(self) -> Interview:
        try:
            self._ready()
        except BaseException:  # such as ComeBackLater
            self._hang_up()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._hang_up()

    @property
    def lacks(self) -> set[str]:
        """Names that a cell or an answer failed for because they were not there; not of one that hung as well."""
        return {name for key, names in self._lacks.items() if key not in self._given_up for name in names}

    def ask(self, cases: CaseSet, case: Case, right_helpers: bool) -> Answer:
        """Return the answer of the student's code to one case; never raises for what it does."""
        key = (cases.exercise, right_helpers)
        if not right_helpers and key not in self._given_up:
            self._give_up_like_helper(cases)
        if key in self._given_up:
            return Answer(failure=self._given_up[key])
        child = self._ready()
        if child is None:
            return Answer(failure=next(reversed(self.trouble.values()), "timed_out"))
        started = time.monotonic()
        try:
            answer = self._ask(child, cases, case, right_helpers)
            self._waited[key] += time.monotonic() - started
            if answer.failure == "timed_out" or self._waited[key] > self._most_for(cases):
                return self._give_up(key)  # one wait is enough
            return self._why_missing(cases.exercise) if answer.failure == "missing" else answer
        except TimeoutError:
            self._hang_up()
            return self._give_up(key)
        except WorkerError:
            self._given_up[key] = "died"
        self._hang_up()
        return Answer(failure="died")

    def _give_up(self, key: tuple[str, bool]) -> Answer:
        """Ask an exercise nothing more, as it has hung."""
        self._given_up[key] = "timed_out"
        self._patience.hangs(CALL)
        return Answer(failure="timed_out")

    def _most_for(self, cases: CaseSet) -> float:
        """Return how long the questions of one exercise are waited for in all."""
        needs = [case.seconds for case in cases.cases]
        return max(
            EXERCISE * self._patience.wait(self._patience.call_seconds(max(needs)), CALL), NEED * sum(needs)
        )

    def again(self) -> Interview:
        """Return another interview of the same submission, in the time that is left of this one.

        It starts in a process that was asked nothing.
        """
        self._hang_up()
        return Interview(self._session, self.cells, self._answers, before=self)

    def _why_missing(self, exercise: str) -> Answer:
        """Return what became of an answer that is not there: its cell failed, or there never was one."""
        home = self._answers.get(exercise, "")
        raised = self._failed.get(home)
        if home in self.trouble or (raised and raised.kind == "OutOfTime"):
            return Answer(failure=self.trouble.get(home, "timed_out"))
        return Answer(raised=raised) if raised else Answer(failure="missing")

    def _give_up_like_helper(self, cases: CaseSet) -> None:
        """Do not wait again for a helper that hangs or dies: what calls it is asked with a right one."""
        for name in cases.uses:
            if (name, False) in self._given_up:
                self._given_up[cases.exercise, False] = self._given_up[name, False]

    def _ask(self, child: Child, cases: CaseSet, case: Case, right_helpers: bool) -> Answer:
        token = secrets.token_hex(8)
        helpers = list(cases.uses) if right_helpers else []
        operation = "value" if cases.is_value else "call"
        oracle = Oracle(case.inputs)
        inputs = oracle.inputs
        seconds = self._patience.call_seconds(case.seconds)
        ends = time.monotonic() + self._patience.wait(seconds, CALL)
        request = {"op": operation, "id": token, "name": cases.exercise, "inputs": inputs, "helpers": helpers}
        child.send(request | {"seconds": seconds})
        for _ in range(MOST_HELPER_CALLS):
            reply = child.receive(max(ends - time.monotonic(), 0.001))
            if "helper" in reply:
                child.send(_helper_reply(case, helpers, reply))
            elif "oracle" in reply:
                child.send(oracle.reply(reply))
            else:
                break
        if not _is_text(reply.get("id"), token):
            raise WorkerError("the program answered another question")
        answer = _trusted(reply.get("answer"), list(inputs))
        if answer.raised:
            self._note_name((cases.exercise, right_helpers), answer.raised)
        return answer

    def _ready(self) -> Child | None:
        """Return a program that has run all cells, or None if there is no getting one."""
        while self._child is None and self._restarts < MOST_RESTARTS and not self._patience.is_over:
            self._restarts += 1
            self._child = self._stack.enter_context(self._session.child())
            if not self._run_cells(self._child):
                self._hang_up()
        return self._child

    def _run_cells(self, child: Child) -> bool:
        """Run the cells that never stopped the program; return whether it lives on."""
        running = ""
        cells = [self._to_run(cell) for cell in self.cells if cell.id not in self.trouble]
        seconds = {cell["id"]: cell["seconds"] for cell in cells}
        self._patience.cells_begin()
        try:
            child.send({"op": "run", "cells": cells})
            for _ in range(
                3 * len(cells) + 1
            ):  # each begins, perhaps twice, and ends; no more is listened to
                message = child.receive(
                    self._patience.wait(seconds.get(running, child.limits.cell_seconds), CELL)
                )
                if "done" in message:
                    return True
                if "begun" in message:
                    running = message["begun"] if isinstance(message["begun"], str) else ""
                else:
                    self._note(message)
            self.trouble[running] = "died"
        except TimeoutError:
            self.trouble[running] = "timed_out"
            self._patience.hangs(CELL)
        except WorkerError:
            self.trouble[running] = "died"
        finally:
            self._patience.cells_end()
        return False

    def _to_run(self, cell: Cell) -> dict[str, Any]:
        """Return a cell as the program is told of it, with the names of the answers in it."""
        keep = [exercise for exercise, home in self._answers.items() if home == cell.id]
        seconds = self._patience.cell_seconds(cell.id in self.slow)
        return {"id": cell.id, "source": cell.source, "keep": keep, "check": cell.check, "seconds": seconds}

    def _note(self, message: dict[str, Any]) -> None:
        """Keep the outputs of a cell that is one of ours."""
        name = message.get("ran")
        cell = next((cell for cell in self.cells if _is_text(name, cell.id)), None)
        if cell and isinstance(name, str):
            safe = safe_outputs(message.get("outputs"))
            self._note_failure(cell, printable(message.get("error"), 80), safe)
            self._room -= len(json.dumps(safe)) - len(json.dumps(self.outputs.get(name, [])))
            self.outputs[name] = safe if self._room > 0 or not safe else [LEFT_OUT]

    def _note_failure(self, cell: Cell, kind: str, outputs: Sequence[dict[str, Any]]) -> None:
        """Remember the exception that a cell ended with, and the package that it lacked."""
        self._failed.pop(cell.id, None)
        if not kind:
            return
        if kind == "OutOfTime":
            self.slow.add(cell.id)
            self._patience.hangs(CELL)
        shown = next((item for item in outputs if item.get("output_type") == "error"), {})
        message = str(shown.get("evalue", ""))
        absent = re.fullmatch(r"No module named '(\w+)[\w.]*'", message)
        if absent and kind == "ModuleNotFoundError":
            self.absent[cell.id] = absent[1]
        place = re.fullmatch(r"(.*) \(.*, line (\d{1,5})\)", message)  # a syntax error says where it is
        lines = cell.source.split("\n")
        number = int(place[2]) if place and 0 < int(place[2]) <= len(lines) else 0
        source = lines[number - 1].strip()[:200] if number else ""
        self._failed[cell.id] = Raised(kind, place[1] if place and number else message, number, source)
        self._note_name((cell.id, False), self._failed[cell.id])

    def _note_name(self, key: tuple[str, bool], raised: Raised) -> None:
        """Remember the name that was not there, if that was what went wrong."""
        if raised.kind == "NameError":
            self._lacks[key].update(re.findall(r"^name '(\w+)' is not defined", raised.message))

    def _hang_up(self) -> None:
        self._child = None
        self._stack.close()


def _is_text(value: Any, text: str) -> bool:
    """Return whether something is exactly this text; an array compares entry by entry, which is no answer."""
    return isinstance(value, str) and value == text


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


def _trusted(data: Any, names: Sequence[str]) -> Answer:
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
