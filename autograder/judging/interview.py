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
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograder.errors import WorkerError
from autograder.judging.oracle import Oracle
from autograder.judging.outputs import printable, safe_outputs
from autograder.judging.patience import CALL, CELL, EXERCISE, NEED, Patience
from autograder.judging.questions import Sent
from autograder.judging.replies import helper_reply, is_text
from autograder.sandbox import Child, Session
from autograder.submission import Cell
from rnncourse.checking.calling import Answer, Raised
from rnncourse.checking.caseset import Case, CaseSet

MOST_RESTARTS = 6
MOST_OUTPUTS = 8 << 20
"""Characters that all cells of a submission may show; what comes after is left out."""
LEFT_OUT = {
    "output_type": "stream",
    "name": "stdout",
    "text": "Left out: the cells above show 8 MB already.\n",
}
MOST_HELPER_CALLS = 2_000
_EACH, MOST_PAUSE = 0.0001, 0.05
"""Seconds on top of the solution's that an answer takes; and the longest that answers are left to gather.

To be woken for each of them takes longer than to make it."""
MOST_TOGETHER = 100
"""Cases that travel in one message."""


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
    meanwhile : callable, optional
        What to do while the cells run for the first time.
    safe : callable, optional
        Makes of what a cell showed, as the program says it, what may be kept.
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
        meanwhile: Callable[[], None] = lambda: None,
        safe: Callable[[Any], list[dict[str, Any]]] = safe_outputs,
    ) -> None:
        self._session, self.cells = session, tuple(cells)
        self._answers, self._meanwhile, self._safe = answers or {}, meanwhile, safe
        self._stack = contextlib.ExitStack()
        self._child: Child | None = None
        self._sent: Sent | None = None
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
    def failed(self) -> set[str]:
        """Ids of the cells that ended with an exception."""
        return set(self._failed)

    @property
    def lacks(self) -> set[str]:
        """Names that a cell or an answer failed for because they were not there; not of one that hung as well."""
        return {name for key, names in self._lacks.items() if key not in self._given_up for name in names}

    def ask(self, cases: CaseSet, asked: Sequence[Case], right_helpers: bool) -> list[Answer]:
        """Return the answers of the student's code to some cases; never raises for what it does.

        They travel in one message and are answered one by one, so that what hangs or ends the program
        is the case whose answer is missing; those after it get no other.
        """
        answers: list[Answer] = []
        while len(answers) < len(asked):
            answers += self._ask_some(cases, _together(asked[len(answers) :]), right_helpers)
        return answers

    def _ask_some(self, cases: CaseSet, asked: Sequence[Case], right_helpers: bool) -> list[Answer]:
        """Return the answers to the first of some cases, at least one."""
        key = (cases.exercise, right_helpers)
        if not right_helpers and key not in self._given_up:
            self._give_up_like_helper(cases)
        if key in self._given_up:
            return [Answer(failure=self._given_up[key])] * len(asked)
        child = self._ready()
        if child is None:
            return [Answer(failure=next(reversed(self.trouble.values()), "timed_out"))] * len(asked)
        answers: list[Answer] = []
        try:
            for answer in self._answered(child, cases, asked, right_helpers):
                answers.append(answer)
            return answers
        except TimeoutError:
            self._hang_up()
            return [*answers, self._give_up(key)]
        except WorkerError:
            self._given_up[key] = "died"
        self._hang_up()
        return [*answers, Answer(failure="died")]

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

    def _answered(
        self, child: Child, cases: CaseSet, asked: Sequence[Case], right_helpers: bool
    ) -> Iterator[Answer]:
        """Yield the answers of a program to some cases, up to the first that takes too long."""
        key, token = (cases.exercise, right_helpers), secrets.token_hex(8)
        helpers = list(cases.uses) if right_helpers else []
        sent = Sent(key, asked, helpers, self._sent)
        self._sent = self._sent if sent.is_again else sent
        seconds = [self._patience.call_seconds(case.seconds) for case in asked]
        most, started = self._most_for(cases), time.monotonic()
        request: dict[str, Any] = {"op": "value" if cases.is_value else "call", "id": token}
        request |= {"name": cases.exercise, "helpers": helpers, "cases": sent.questions(seconds, token)}
        child.send(request | {"seconds": most - self._waited[key]})
        if len(asked) > 1:
            time.sleep(min(sum(case.seconds + _EACH for case in asked), MOST_PAUSE))
        for number, (case, oracle) in enumerate(zip(asked, sent.oracles, strict=True)):
            ends = time.monotonic() + self._patience.wait(seconds[number], CALL)
            reply = self._reply(child, case, helpers, oracle, ends)
            if not is_text(reply.get("id"), token) or not _is_number(reply.get("case"), number):
                raise WorkerError("the program answered another question")
            answer = sent.heard(number, reply)
            now = time.monotonic()
            self._waited[key], started = self._waited[key] + now - started, now
            if answer.failure == "timed_out":
                yield self._give_up(key)  # one wait is enough
                return
            if self._waited[key] > most:
                raise TimeoutError("the questions of this exercise take too long together")
            if answer.raised:
                self._note_name(key, answer.raised)
            yield self._why_missing(cases.exercise) if answer.failure == "missing" else answer

    def _reply(
        self, child: Child, case: Case, helpers: Sequence[str], oracle: Oracle, ends: float
    ) -> dict[str, Any]:
        """Return what is said to a case, after all that is asked for on the way."""
        for _ in range(MOST_HELPER_CALLS):
            reply = child.receive(max(ends - time.monotonic(), 0.001))
            if "helper" in reply:
                child.send(helper_reply(case, helpers, reply))
            elif "oracle" in reply:
                child.send(oracle.reply(reply))
            else:
                break
        _assert_in_time(reply)
        return reply

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
            if self._restarts == 1:
                self._meanwhile()
            for _ in range(
                3 * len(cells) + 1
            ):  # each begins, perhaps twice, and ends; no more is listened to
                message = child.receive(
                    self._patience.wait(seconds.get(running, child.limits.cell_seconds), CELL)
                )
                _assert_in_time(message)
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
        cell = next((cell for cell in self.cells if is_text(name, cell.id)), None)
        if cell and isinstance(name, str):
            safe = self._safe(message.get("outputs"))
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
        self._child = self._sent = None
        self._stack.close()


def _together(asked: Sequence[Case]) -> Sequence[Case]:
    """Return the cases that may travel in one message: functions that answer from here go one case at a time.

    Whoever had those of all cases could compare them, and see which of them is the right one.
    """
    alone = any(Oracle.answers_for(case.inputs) for case in asked)
    return asked[:1] if alone else asked[:MOST_TOGETHER]


def _assert_in_time(message: Mapping[str, Any]) -> None:
    """Raise TimeoutError if a program says that the student's code goes on although its time is up."""
    if "late" in message:
        raise TimeoutError("it was interrupted again and again")


def _is_number(value: Any, number: int) -> bool:
    return type(value) is int and value == number
