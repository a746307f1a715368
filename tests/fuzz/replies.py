"""Whatever a worker sends, the judge comes to a verdict that is not a fault of ours, and that can be written."""

from __future__ import annotations

import contextlib
import copy
import json
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cache
from types import SimpleNamespace
from typing import Any

import msgspec
import nbformat
import numpy as np

from autograder.course.assignment import Assignment
from autograder.course.exercise import Exercise
from autograder.exercises import COURSE
from autograder.judging import judge
from autograder.judging.interview import MOST_OUTPUTS
from autograder.judging.verdict import GRADER_FAULT, UNGRADABLE, Graded
from autograder.sandbox import Limits
from autograder.sandbox.inside import wire
from autograder.sandbox.session import Child
from autograder.submission import Cell, Submission
from rnncourse.checking.caseset import CaseSet, load
from rnncourse.checking.given import Given, Seeded
from rnncourse.checking.here import answer_here
from rnncourse.checking.properties import Property
from rnncourse.checking.values import same_bits
from tests.fuzz.edits import Provider, edited, flipped
from tests.fuzz.frames import Bytes
from tests.fuzz.limits import bounded
from tests.ours import MODULES, exercises_of, marked_notebook, reference, student_notebook

LONGEST = 512
MOST_CHARACTERS = 30_000
"""Of one verdict with its card, whatever a worker says."""
LIMITS = Limits(cpu_seconds=600)
EXERCISES = tuple((name, exercise) for name in MODULES for exercise in exercises_of(name))
ARRAYS: tuple[Any, ...] = (
    np.zeros(0),
    np.ones((0, 3)),
    np.float32(1.5),
    np.int64(-(2**63)),
    np.array(np.nan),
    np.full((2, 3), np.inf),
    np.ones(2, bool),
    np.array(["a", "\ud800"]),
    np.array("x" * 200),
    np.ones((1,) * 16),
    np.ones((20_000, 1), np.int8),
    np.ones(2, complex),
    1 + 2j,
    Given("constant"),
    Seeded(1),
    {"$tuple": 1},
    {"x" * 100_000: 1},
    {(1, ("a", 2)): 1, 2**70: 2},
)
WORDS: tuple[Any, ...] = (
    *ARRAYS,
    *(
        "id",
        "answer",
        "value",
        "failure",
        "raised",
        "changed",
        "shared",
        "unused",
        "printed",
        "helper",
        "args",
        "case",
        "same",
    ),
    *("kwargs", "begun", "ran", "outputs", "error", "done", "kind", "message", "line", "source", "NameError"),
    *(
        "NotImplementedError",
        "timed_out",
        "died",
        "unreadable",
        "missing",
        "output_type",
        "data",
        "text/plain",
    ),
    *("text/html", "image/png", "stream", "display_data", "execute_result", "iVBORw0KGgo=", "loss", "norm"),
    {"kind": "ValueError", "message": "1.5", "line": 3, "source": "x"},
    {"helper": "rnn_step", "args": [], "kwargs": {}},
    {"output_type": "display_data", "data": {"image/png": "aGFsbG8=", "text/html": "<b>"}, "metadata": {}},
)


class Worker(Bytes):
    """The connection to a worker that answers rightly, but for what the input says."""

    def __init__(self, cases: CaseSet, fdp: Provider) -> None:
        super().__init__(b"")
        self._cases, self._fdp, self._asked, self._next = cases, fdp, {}, 0
        self._there: list[dict[str, Any]] = []

    def sendall(self, data: bytes) -> None:
        """Take a message of the judge and prepare what is said to it."""
        asked = wire.receive(Bytes(data))  # type: ignore[arg-type]
        self._data, self._step = b"", 1 << 20
        for message in self._said(asked):
            said = plain(message)
            said = edited(said, self._fdp, 3, WORDS, _other_array)
            out = Bytes(b"")
            try:
                wire.send(out, said)  # type: ignore[arg-type]
            except (wire.WireError, TypeError, ValueError):  # what no worker can send either
                continue
            self._data += (
                flipped(out._data, self._fdp, 3) if self._fdp.ConsumeIntInRange(0, 9) == 9 else out._data
            )

    def close(self) -> None:
        """End; what is asked afterwards is asked of another worker."""

    def _said(self, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what an honest worker says next; it asks for a helper first if the input says so."""
        if asked.get("op") == "run":
            for cell in asked["cells"]:
                yield {"begun": cell["id"]}
                yield {"ran": cell["id"], "error": "", "outputs": [{"output_type": "stream", "text": "1"}]}
            yield {"done": True}
            return
        is_new = "op" in asked
        self._asked, self._next = (asked, 0) if is_new else (self._asked, self._next)
        is_again = "as" in self._asked["cases"][0]
        self._there = self._there if is_again else self._asked["cases"]
        for number in range(self._next, len(self._asked["cases"])):
            asked = self._asked["cases"][number]
            inputs = self._there[asked["as"] if is_again else number]["inputs"]
            case = self._case(inputs)
            if is_new and self._asked["helpers"] and self._fdp.ConsumeBool():
                for name, given, _ in self._cases.cases[case].helpers[:1]:
                    self._next = number
                    yield {"helper": name, "args": list(given.values()), "kwargs": {}}
                    return
            is_new = True
            if is_again and self._fdp.ConsumeBool():
                yield {"id": self._asked["id"], "case": number, "same": True}
                continue
            told = {"value": _right(self._cases.exercise, case), "failure": ""}
            yield {"id": self._asked["id"], "case": number, "answer": told | self._about(list(inputs))}

    def _about(self, names: list[str]) -> dict[str, Any]:
        """Return what is said about a call beside the answer: nothing bad, or what the input chooses."""
        bad: dict[str, Any] = {
            "raised": {"kind": "ValueError", "message": "x", "line": 1, "source": "y"},
            "changed": names[:2],
            "shared": [f"the answer and {name}" for name in names[:2]],
            "unused": names[:2],
            "printed": "1",
        }
        good = {"raised": None, "changed": [], "shared": [], "unused": [], "printed": ""}
        return {key: bad[key] if self._fdp.ConsumeIntInRange(0, 5) == 5 else good[key] for key in good}

    def _case(self, inputs: Mapping[str, Any]) -> int:
        """Return the number of the case that is asked."""
        cases = enumerate(self._cases.cases)
        return next(n for n, case in cases if same_bits(inputs, dict(case.inputs)))


class OneExercise(Assignment):
    """An assignment with one exercise, whose cases are known."""

    @classmethod
    def of(cls, assignment: Assignment, exercise: Exercise, cases: CaseSet) -> OneExercise:
        """Return one that is like another but for its exercises."""
        made = cls(assignment.name, assignment.master_file, assignment.declared_in, assignment.course)
        ready = {"master": assignment.master, "release": assignment.release}
        vars(made).update(ready, exercises=(exercise,), cases=cases)
        return made

    def draw(self, exercise: str, seed: int) -> CaseSet:
        """Return the known cases."""
        cases: CaseSet = vars(self)["cases"]
        return cases


class Sandbox:
    """A sandbox in which nothing runs."""

    limits, backend, hurried = LIMITS, SimpleNamespace(name="none"), False

    def __init__(self, cases: CaseSet, fdp: Provider) -> None:
        self._cases, self._fdp = cases, fdp

    @contextlib.contextmanager
    def child(self) -> Iterator[Child]:
        """Return the connection to a new worker."""
        yield Child(Worker(self._cases, self._fdp), LIMITS)  # type: ignore[arg-type]


@cache
def _right(exercise: str, number: int) -> Any:
    """Return a right answer to a case."""
    case = load(exercise).cases[number]
    if not isinstance(case.expected, Property):
        return case.expected
    return answer_here(reference(exercise), load(exercise).is_value, dict(case.inputs)).value


def plain(value: Any) -> Any:
    """Return a copy of a value in which tuples are lists, which can be changed."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list | tuple) else copy.deepcopy(value)


def _other_array(value: Any, fdp: Provider) -> Any:
    """Return something near to a leaf of an answer."""
    if not isinstance(value, np.ndarray | int | float | np.number) or isinstance(value, bool):
        return copy.deepcopy(ARRAYS[fdp.ConsumeIntInRange(0, len(ARRAYS) - 1)])
    array = np.asarray(value)
    choice = fdp.ConsumeIntInRange(0, 9)
    if choice == 0 or array.dtype.kind not in "biufc" or not array.size:
        return array.astype(str)
    if choice <= 3:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return array.astype(("f4", "i8", "c16", "f2", "b1", "u1")[fdp.ConsumeIntInRange(0, 5)])
    if choice == 4:
        return array * (0.0, -1.0, 1e300, np.nan, 2.0)[fdp.ConsumeIntInRange(0, 4)]
    if choice == 5:
        return array.reshape((-1, 1) if fdp.ConsumeBool() else (1, *array.shape))
    if choice == 6:
        return array.T
    if choice == 7:
        return array.tolist()
    return tuple(array[:50]) if array.ndim else array.reshape(1, 1)


def one_input(data: bytes) -> None:
    """Grade one exercise by what a worker says, and put the result where it goes."""
    fdp = Provider(data)
    notebook, exercise = EXERCISES[fdp.ConsumeIntInRange(0, 255) % len(EXERCISES)]
    cases = load(exercise.id)
    _warm(notebook, exercise.id)
    cells = (Cell("own-1", "x = 1", False), Cell("own-2", "y = x", False))
    assignment = OneExercise.of(COURSE.assignment(notebook), exercise, cases)
    submission = Submission("a", assignment, cells, _released(notebook), answers={exercise.id: "own-1"})
    judge.read_submission = lambda *_: submission
    with bounded(seconds=4, megabytes=300), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graded = judge.grade(b"", COURSE, Sandbox(cases, fdp), b"secret", notebook=notebook)  # type: ignore[arg-type]
        _is_bounded(graded)


@cache
def _warm(notebook: str, exercise: str) -> None:
    """Do once what takes long the first time and has nothing to do with what a worker says."""
    _released(notebook)
    for number in range(len(load(exercise).cases)):
        _right(exercise, number)


def _is_bounded(graded: Graded) -> None:
    """Check that a result can be kept, read again and put into a notebook, and is not large."""
    (verdict,) = graded.verdicts
    assert verdict.outcome not in (GRADER_FAULT, UNGRADABLE), verdict.message
    assert verdict.score is not None
    assert 0 <= verdict.score <= verdict.max_score
    assert len(verdict.message) + len(verdict.text) + len(verdict.html) < MOST_CHARACTERS
    assert sum(map(len, graded.repairs)) < 10_000
    text = json.dumps(asdict(graded))
    assert len(text) < 4 * MOST_CHARACTERS + 2 * MOST_OUTPUTS
    assert msgspec.json.decode(msgspec.json.encode(graded), type=Graded) == graded
    text.encode("utf-8")
    notebook = _released(graded.notebook)
    marked = marked_notebook(notebook, graded)
    nbformat.validate(marked)
    nbformat.writes(marked).encode("utf-8")


@cache
def _released(name: str) -> Any:
    """Return a notebook of the check cells only and a cell of the student's own."""
    notebook = student_notebook(name)
    notebook.cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    notebook.cells += [nbformat.v4.new_code_cell("x = 1", id="own-1")]
    return notebook


def seeds() -> Iterator[bytes]:
    """Yield an input for every exercise that is answered rightly, and longer ones that are not."""
    for number in range(len(EXERCISES)):
        yield bytes([number])
        yield bytes(range(3, 90)) + bytes([number])


def plant() -> None:
    """Forget that what is said about a call may be of any kind."""
    from autograder.judging import replies

    replies.printable = replies.plain_text = lambda value, most: value[:most] if value else ""
    replies._named = lambda said, names: tuple(name for name in names if name in said)
