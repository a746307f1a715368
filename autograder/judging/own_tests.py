"""Grade a notebook by tests of its own, which run where the student's code runs: in the sandbox, and forgeable.

An assignment of nbgrader that nobody declared to us has its tests inside the notebook. They are put back as they
were released, run with the student's cells, and scored as nbgrader scores them. Whoever writes the cells above
can make any of them pass; so the most that comes of it are that student's own points, and this is said.

What a student may see comes from a run without the hidden tests. From the run with them comes one thing for each
test, its points, rounded: what is printed or raised there could tell what they ask.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nbformat import NotebookNode

from autograder.course.notebooks import notebook_text
from autograder.errors import SandboxError, SubmissionError
from autograder.judging.interview import Interview
from autograder.judging.judge import Judged
from autograder.judging.marked import check_outputs, make_showable, note
from autograder.judging.outputs import own_outputs
from autograder.judging.released import OwnCell, OwnTests, notebook_of
from autograder.judging.verdict import GRADER_FAULT, UNGRADABLE, Graded, Verdict
from autograder.sandbox import Session
from autograder.submission import Cell
from autograder.submission.reading import read_cells
from rnncourse.checking.outcomes import CORRECT, PARTIAL, WRONG

FORGEABLE = (
    "Graded by its own tests inside the notebook: a student's code can change the result. It ran in a sandbox, "
    "so it can change nothing else."
)
BESIDE = "beside"
"""Id of the cell that writes the files which lie beside the notebook."""


@dataclass(frozen=True)
class _Result:
    """What came of one test: its points, and why."""

    points: float
    says: str


def judge_own(
    data: bytes, own: OwnTests, session: Session, path: str = "", notes: Sequence[str] = ()
) -> Judged:
    """Run a submitted notebook with its own tests and mark it. Whatever is in the file, this returns.

    Parameters
    ----------
    data : bytes
        Content of the file.
    own : OwnTests
        What was released.
    session : Session
        A running sandbox.
    path : str
        For messages.
    notes : sequence of str
        What was odd about where the file was found.
    """
    try:
        raw = read_cells(data)
        notebook, repairs = notebook_of(own, raw.cells)
        shown, results = _run(notebook, own, session)
    except SubmissionError as error:
        return lost_own(own, path, str(error))
    except SandboxError as error:
        return _faulty(own, path, str(error))
    except MemoryError:
        return lost_own(own, path, "It took more memory than a file may.")
    verdicts = tuple(_verdict(cell, results[cell.name]) for cell in own.tests)
    said = (FORGEABLE, *notes, *raw.repairs, *repairs, *own.notes)
    return _marked(Graded(path, own.notebook, verdicts, said, sandbox=session.backend.name), notebook, shown)


def lost_own(own: OwnTests, path: str, reason: str) -> Judged:
    """Return the result for a file that was not read, or not to its end: why, and no point."""
    verdicts = tuple(
        Verdict(cell.name, UNGRADABLE, 0.0, cell.points, message=reason, text=reason) for cell in own.tests
    )
    return _marked(Graded(path, own.notebook, verdicts, problem=reason), notebook_of(own, ())[0], {})


def _faulty(own: OwnTests, path: str, reason: str) -> Judged:
    text = f"This could not be graded because of a fault on our side ({reason}). A person will look at it."
    verdicts = tuple(
        Verdict(cell.name, GRADER_FAULT, None, cell.points, message=text, text=text, flags=(reason,))
        for cell in own.tests
    )
    return _marked(Graded(path, own.notebook, verdicts), notebook_of(own, ())[0], {})


def _run(
    notebook: NotebookNode, own: OwnTests, session: Session
) -> tuple[Mapping[str, list[dict[str, Any]]], Mapping[str, _Result]]:
    """Return what each cell shows without the hidden tests, and what came of each test with them."""
    graded = _interview(session, _cells(notebook, own, hidden=True))
    results = {cell.name: _result(cell, graded) for cell in own.tests}
    if not own.has_hidden:
        return graded.outputs, results
    return _interview(session, _cells(notebook, own, hidden=False)).outputs, results


def _interview(session: Session, cells: Sequence[Cell]) -> Interview:
    with Interview(session, cells, safe=own_outputs) as interview:
        return interview


def _cells(notebook: NotebookNode, own: OwnTests, hidden: bool) -> list[Cell]:
    """Return the code cells to run; the locked ones with their hidden tests, or without."""
    cells = [Cell(BESIDE, _writing(own.files), True)] if own.files else []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            given = own.by_name.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
            whole = given.source if given and given.locked and hidden else cell.source
            cells.append(Cell(cell.id, whole, bool(given and given.locked)))
    return cells


def _writing(files: Iterable[tuple[str, bytes]]) -> str:
    """Return code that writes files into the working directory."""
    content = {name: base64.b64encode(data).decode() for name, data in files}
    return (
        "import base64 as _b, pathlib as _p\n"
        f"for _name, _data in {content!r}.items():\n"
        "    _p.Path(_name).parent.mkdir(parents=True, exist_ok=True)\n"
        "    _p.Path(_name).write_bytes(_b.b64decode(_data))\n"
        "del _b, _p, _name, _data"
    )


def _result(cell: OwnCell, interview: Interview) -> _Result:
    """Return what nbgrader would give for a test, from what the program says of it.

    A test that did not come to its end is not passed, though it shows no error.
    """
    # It loads all of nbgrader, which grading a course of ours does without.
    from nbgrader.utils import determine_grade

    if cell.id not in interview.outputs or cell.id in interview.trouble or cell.id in interview.slow:
        return _Result(0.0, "This test was not run to its end: it took too long, or the program ended.")
    outputs = [NotebookNode(output) for output in interview.outputs[cell.id]]
    marks = {"nbgrader": {"grade": True, "solution": False, "points": cell.points}}
    try:
        points, _ = determine_grade(NotebookNode(cell_type="code", metadata=marks, outputs=outputs))
    except ValueError:  # more than there are, which stops nbgrader
        points = cell.points
    if cell.id in interview.failed:
        points = 0.0
    points = round(float(points or 0.0), 2)
    says = "passes" if points == cell.points else "does not pass" if not points else "passes in part"
    return _Result(points, f"This test {says}: {points:g} of {cell.points:g} points.")


def _verdict(cell: OwnCell, result: _Result) -> Verdict:
    outcome = CORRECT if result.points == cell.points else PARTIAL if result.points else WRONG
    return Verdict(
        cell.name,
        outcome,
        result.points,
        cell.points,
        message=result.says,
        text=result.says,
        flags=(FORGEABLE,),
        fraction=result.points / cell.points if cell.points else 0.0,
    )


def _marked(graded: Graded, notebook: NotebookNode, shown: Mapping[str, list[dict[str, Any]]]) -> Judged:
    """Return the result with the marked notebook, in the form that nbgrader reads marks from."""
    verdicts = {verdict.exercise: verdict for verdict in graded.verdicts}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            make_showable(cell, frozenset())
            continue
        outputs = list(shown.get(cell.id, ()))
        verdict = verdicts.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if verdict:
            outputs = [*_harmless(outputs), *check_outputs(verdict)]
        cell.outputs = [NotebookNode(output) for output in outputs]
    said = [graded.problem] * bool(graded.problem) + list(graded.repairs)
    notebook.cells = [note(said), *notebook.cells] if said else notebook.cells
    return Judged(replace(graded, outputs={}), notebook_text(notebook))


def _harmless(outputs: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the outputs of a test as text from which nobody reads a mark."""
    for output in outputs:
        if output["output_type"] == "error":
            text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
            yield {"output_type": "stream", "name": "stdout", "text": f"{text}\n"}
        elif output["output_type"] == "stream":
            yield {**output, "name": "stdout"}
        else:
            data = output["data"]
            yield {"output_type": "display_data", "data": data, "metadata": {}}
