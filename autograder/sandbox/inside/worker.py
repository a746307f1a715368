"""The program inside the sandbox: runs a student's cells, then answers questions.

It is started once and forks for every submission, so that importing NumPy is paid for once.
The parent never runs a student's code. The child confines itself further before it does, and
after a submission nothing of it may be left, or the parent says so and the judge throws the
whole sandbox away.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import os
import pdb
import shutil
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))  # this very copy, whatever else is installed

import numpy as np

import rnncourse
from autograder.sandbox.inside import confine, oracle, standins, state, wire
from autograder.sandbox.inside.known import Known
from autograder.sandbox.inside.shell import Shell, make_shell, run_cell
from autograder.sandbox.inside.state import State
from rnncourse.checking import given
from rnncourse.checking.calling import Answer, call
from rnncourse.checking.here import value_answer
from rnncourse.checking.values import same_bits, to_plain
from rnncourse.learning.record import WHERE as RECORD

_now = time.monotonic  # as it is before a student's code may have another idea of it
MOST_KEPT = 16 << 20
"""Bytes of the answers to one message that are kept, in case the same is asked again."""
MOST_HALVINGS = 3
"""How often the time of a cell is halved because cells above it hung."""
INTERRUPT_AGAIN = 0.2
"""CPU seconds from one interrupt to the next, where the code goes on all the same."""
MOST_INTERRUPTS = 4
"""With so many the judge is told: it ends what will not end by itself, and need not wait for it."""


class OutOfTime(BaseException):
    """Raised in a student's code when its CPU time is up. It can be swallowed; the judge cannot."""


def main(scratch: str, readable: list[str]) -> None:
    """Serve submissions that arrive on descriptor 0 until it is closed.

    Parameters
    ----------
    scratch : str
        The only folder that a submission may write to; emptied after each.
    readable : list of str
        What a submission may read.
    """
    confine.prctl(confine.PR_SET_DUMPABLE, 0)
    confine.prctl(confine.PR_SET_CHILD_SUBREAPER, 1)
    control = socket.socket(fileno=os.dup(0))
    shell = _prepared_shell(Path(readable[0]))
    _emptied(scratch)
    gc.collect()
    gc.freeze()  # what is here for all submissions is not looked through in each of their processes
    control.sendall(b"r")
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not data:
            return
        _serve_one(control, descriptors[0], shell, scratch, readable)


def _prepared_shell(box: Path) -> Shell:
    """Return a shell in which everything that notebooks import is loaded."""
    import matplotlib.pyplot as plt

    standins.install()
    with contextlib.suppress(ImportError):
        import sandlock  # noqa: F401 - so that no submission waits for it
    plt.close(plt.figure())
    rnncourse.check = _nothing
    rnncourse.hint = _nothing
    rnncourse.progress = rnncourse.solution = _nothing
    rnncourse.failing_case = _nothing  # type: ignore[assignment]
    os.environ[RECORD] = "off"
    rnncourse.suspect = _no_suspect  # type: ignore[assignment]
    _import_package_of_the_course(box)
    given.MAKERS.clear()
    builtins.input = lambda prompt="": ""
    builtins.breakpoint = pdb.set_trace = _nothing
    shell = make_shell()
    run_cell(shell, "import numpy as np\nfrom rnncourse import plots", "warm-up")
    run_cell(shell, "1 / 0", "warm-up")  # the first traceback loads a lot
    shell.reset(new_session=False)
    return shell


def _import_package_of_the_course(box: Path) -> None:
    """Import what students have in place of ``rnncourse``; it takes its names from there, as they are now."""
    for place in box.glob("*/__init__.py"):
        name = place.parent.name
        if name not in ("autograder", "rnncourse"):
            importlib.import_module(name)
            state.PATCHABLE.append(name)


def _nothing(*_: object, **__: object) -> None:
    """Stand in for what shows a card or tells of one, and for a debugger: nobody is here to be shown anything."""


def _no_suspect(*_: object) -> Callable[..., Any]:
    """Stand in for ``suspect``: what is right among them would answer for earlier exercises."""

    def suspect(*_: object, **__: object) -> Any:
        raise LookupError("suspects are only in the notebook, not where it is graded")

    return suspect


def _serve_one(
    control: socket.socket, descriptor: int, shell: Shell, scratch: str, readable: list[str]
) -> None:
    """Fork for one submission; when told to, end it and report its status and whether all is clean."""
    child = os.fork()
    if child == 0:
        try:
            _child(control, descriptor, shell, scratch, readable)
        finally:
            os._exit(0)
    os.close(descriptor)
    control.recv(1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    clean = _nobody_left() and _emptied(scratch)
    control.sendall(struct.pack(">?I", clean, status))


def _nobody_left() -> bool:
    """Return whether no process of the submission lives on: orphans become children of this one."""
    with contextlib.suppress(ChildProcessError):
        deadline = time.monotonic() + 0.5
        while time.monotonic() < deadline:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.01)
        return False
    return True


def _emptied(scratch: str) -> bool:
    """Remove what a submission wrote; give up when there is a lot of it."""
    entries = os.listdir(scratch)
    if len(entries) > 100:
        return False
    for entry in entries:
        path = Path(scratch, entry)
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() and not path.is_symlink() else path.unlink()
    return not os.listdir(scratch)


def _child(control: socket.socket, descriptor: int, shell: Shell, scratch: str, readable: list[str]) -> None:
    """Confine this process, then serve one submission on its own connection."""
    control.close()
    for standard in (0, 1, 2):  # the log is shared by all submissions of a sandbox
        os.dup2(os.open(os.devnull, os.O_RDWR), standard)
    confine.close_other_files([descriptor])
    connection = socket.socket(fileno=descriptor)
    limits = wire.receive(connection)
    os.chdir(scratch)
    sys.path.insert(0, scratch)  # as in a notebook, what a cell wrote can be imported
    confine.prctl(confine.PR_SET_PDEATHSIG, signal.SIGKILL)
    walled = confine.landlock(readable, [scratch]) and confine.drop_capabilities()
    confine.limit_resources(limits["cpu_seconds"], limits["memory"], limits["file_size"])
    alone = confine.no_processes_no_sockets() and walled  # it forbids to change limits, so it comes last
    wire.send(connection, {"confined": alone})
    Server(connection, shell).serve()


@dataclass(eq=False)
class _Asked:
    """A question of a message, kept with its answer until the next one, in case the same is asked again."""

    inputs: dict[str, Any]
    known: Known
    answer: Answer | None = None


def _is_same(first: Answer, again: Answer) -> bool:
    """Return whether two answers are the same to the bit, with all that was noted of the call."""
    return same_bits(first.value, again.value) and replace(first, value=None) == replace(again, value=None)


class Server:
    """Answers the judge about one submission."""

    def __init__(self, connection: socket.socket, shell: Shell) -> None:
        self.connection, self.shell = connection, shell
        self.hung = self.interrupts = 0
        self.kept: dict[str, Any] = {}
        given.MAKERS["oracle"] = oracle.asking(connection)
        self.folder = os.getcwd()
        self.at_check: dict[str, State] = {}
        self.asked: list[_Asked] = []
        self.known = Known((), "")
        self.last: State  # what it is when all cells were run
        self.now: State | None = None
        signal.signal(signal.SIGPROF, self._out_of_time)

    def serve(self) -> None:
        """Answer until the judge has gone."""
        operations = {"run": self._run, "call": self._call, "value": self._value}
        with contextlib.suppress(EOFError, OSError):
            while True:
                request = wire.receive(self.connection)
                operations[request["op"]](request)

    def _out_of_time(self, *_: object) -> None:
        self.interrupts += 1
        if self.interrupts == MOST_INTERRUPTS:
            wire.send(self.connection, {"late": True})
        raise OutOfTime("the CPU time is up")

    @contextlib.contextmanager
    def _timed(self, seconds: float) -> Iterator[None]:
        """Interrupt the student's code when it has used so much CPU time, and again ever after.

        The judge is told of code that goes on all the same, so that it need not wait for it.
        """
        self.interrupts = 0
        signal.setitimer(signal.ITIMER_PROF, seconds, INTERRUPT_AGAIN)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _run(self, request: dict[str, Any]) -> None:
        """Run all cells; one that was to answer and lacked a name is run once more when all others were."""
        again = []
        for cell in request["cells"]:
            if cell["check"]:
                self.at_check[cell["check"]] = self._state()
            elif not self._run_cell(cell, is_last_try=False):
                again.append(cell)
        for cell in again:
            self._run_cell(cell, is_last_try=True)
        self.last = self.now = self._state()
        wire.send(self.connection, {"done": True})

    def _state(self) -> State:
        return State(self.shell.user_ns, self.folder)

    def _run_cell(self, cell: dict[str, Any], is_last_try: bool) -> bool:
        """Run a cell and report it, unless it has to be run again; return whether it was reported.

        Before it is run the judge is told of it, so that a death is blamed on the right cell.
        """
        wire.send(self.connection, {"begun": cell["id"]})
        importlib.invalidate_caches()  # the cell above may have written a module less than a tick of the clock ago
        outputs: list[dict[str, Any]] = []
        try:
            with self._timed(cell["seconds"] / 2 ** min(self.hung, MOST_HALVINGS)):
                outputs, error = run_cell(self.shell, cell["source"], cell["id"])
        except OutOfTime:
            error = "OutOfTime"
        self.hung += error == "OutOfTime"
        self.kept |= {name: self.shell.user_ns.get(name) for name in cell["keep"]}
        if error == "NameError" and not is_last_try and any(self.kept[n] is None for n in cell["keep"]):
            return False
        wire.send(self.connection, {"ran": cell["id"], "outputs": outputs, "error": error})
        return True

    def _call(self, request: dict[str, Any]) -> None:
        """Call a function of the student's with each set of arguments and send what came of it."""
        helpers = {name: self._helper(name) for name in request["helpers"]}

        def called(function: Any, asked: _Asked) -> Answer:
            self.known = asked.known
            return call(function, asked.inputs, helpers) if callable(function) else Answer(failure="missing")

        self._answer_all(request, called)

    def _value(self, request: dict[str, Any]) -> None:
        """Send a variable of the student's."""
        self._answer_all(request, lambda value, asked: value_answer(value))

    def _answer_all(self, request: dict[str, Any], question: Callable[[Any, _Asked], Answer]) -> None:
        """Put the questions of a message one by one and send each answer at once, up to one that hangs.

        So a death is blamed on the right question. One wait is enough, and there is a time for all.
        """
        ends, room = _now() + request["seconds"], MOST_KEPT
        is_again = any("as" in case for case in request["cases"])
        asked = [self._question(case, request["id"]) for case in request["cases"]]
        self.asked = self.asked if is_again else asked
        for number, (one, case) in enumerate(zip(asked, request["cases"], strict=True)):
            answer = self._answered(request["name"], one, case["seconds"], question)
            if _now() > ends:
                answer = Answer(failure="timed_out")
            head = {"id": request["id"], "case": number}
            if is_again and one.answer and _is_same(one.answer, answer):
                wire.send(self.connection, head | {"same": True})
            else:
                room -= self._send_answer(head, answer)
                one.answer = None if is_again or room < 0 else answer
            if answer.failure == "timed_out":
                return

    def _question(self, case: dict[str, Any], salt: str) -> _Asked:
        """Return a question of a message: a new one, or one of the message before by its number."""
        return self.asked[case["as"]] if "as" in case else _Asked(case["inputs"], Known(case["known"], salt))

    def _asked(self, name: str, question: Callable[[Any], Answer]) -> Answer:
        """Put a question in the state at the check of an exercise, or in the last one if there is no answer yet."""
        state = self.at_check.get(name, self.last)
        answer = question(self._answer(name, state))
        raised = answer.raised.kind if answer.raised else answer.failure
        if name in self.kept or raised not in ("NotImplementedError", "missing") or state is self.last:
            return answer
        self.at_check[name] = self.last  # its answer stands below it, which nobody could tell from the text
        return question(self._answer(name, self.last))

    def _answer(self, name: str, state: State) -> Any:
        """Return what a name meant after the cell of the answer, else what it means in a state; be in that state."""
        if state is not self.now:
            self.now = None  # neither one nor the other, should the time be up in between
            state.put_back(self.last)
            self.now = state
        kept = self.kept.get(name)
        return state.names.get(name) if kept is None else kept

    def _answered(
        self, name: str, asked: _Asked, seconds: float, question: Callable[[Any, _Asked], Answer]
    ) -> Answer:
        """Put a question, within the time for it."""
        try:
            with self._timed(seconds):
                return self._asked(name, lambda target: question(target, asked))
        except OutOfTime:
            return Answer(failure="timed_out")

    def _helper(self, name: str) -> Callable[..., Any]:
        """Return a function that gives the right answer of an earlier exercise; it asks for what did not come along."""

        def helper(*args: Any, **kwargs: Any) -> Any:
            places, names = list(map(to_plain, args)), {key: to_plain(value) for key, value in kwargs.items()}
            if not names:
                with contextlib.suppress(LookupError):
                    return self.known.answer(name, places)
            wire.send(self.connection, {"helper": name, "args": places, "kwargs": names})
            reply = wire.receive(self.connection)
            if not reply["known"]:
                raise LookupError(f"{name} was asked something that the right solution does not ask")
            return reply["answer"]

        return helper

    def _send_answer(self, head: dict[str, Any], answer: Answer) -> int:
        """Send an answer; return how many bytes it takes, and more than may be kept where it could not be sent."""
        raised = vars(answer.raised) if answer.raised else None
        message = vars(answer) | {
            "raised": raised,
            "shared": list(answer.shared),
            "unused": list(answer.unused),
            "changed": list(answer.changed),
        }
        try:
            return wire.send(self.connection, head | {"answer": message})
        except (wire.WireError, ValueError):  # too large, or a number with more digits than JSON takes
            failed = vars(Answer(failure="unreadable")) | {"shared": [], "changed": [], "unused": []}
            wire.send(self.connection, head | {"answer": failed})
            return MOST_KEPT + 1


if __name__ == "__main__":
    np.seterr(all="ignore")
    main(sys.argv[1], sys.argv[2:])
