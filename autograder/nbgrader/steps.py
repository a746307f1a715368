"""The steps that replace nbgrader's reading, execution and saving of marks."""

from __future__ import annotations

import atexit
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Float, Integer, Unicode

from autograder.course.build import notebook_text, student_notebook
from autograder.errors import SubmissionError
from autograder.judging.judge import grade, ungradable
from autograder.judging.verdict import GRADER_FAULT
from autograder.nbgrader.course import Course
from autograder.nbgrader.marked import marked_notebook
from autograder.sandbox import Limits, Session, choose
from autograder.submission import MOST_BYTES, read_submission

_sessions: dict[tuple[str, Limits], Session] = {}


def _session(sandbox: str, limits: Limits) -> Session:
    """Return the sandbox of this process with these settings, started when it is first needed."""
    if (sandbox, limits) not in _sessions:
        session = _sessions[sandbox, limits] = Session(choose(sandbox), limits)
        atexit.register(session.__exit__)
    return _sessions[sandbox, limits]


class ForgivingExporter(NotebookExporter):  # type: ignore[misc]
    """Read a submitted file whatever is in it: mended where it can be, else as not attempted."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Convert the file after reading it forgivingly; what was mended is kept in the metadata."""
        name = resources["nbgrader"]["notebook"]
        path = Path(filename)
        if _is_autograded(path):
            return super().from_filename(filename, resources=resources, **kw)
        return self.from_notebook_node(read_forgivingly(path, name), resources=resources, **kw)


def _is_autograded(path: Path) -> bool:
    """Return whether this is the second pass, over a file that we wrote ourselves."""
    return "autograded" in path.parts and "submitted" not in path.parts


def read_forgivingly(path: Path, name: str) -> NotebookNode:
    """Return a submitted file as a repaired notebook; its metadata tells what was mended."""
    try:
        if path.parent.is_symlink() or path.is_symlink() or not path.is_file():
            raise SubmissionError(f"{path.name} is not there, or is a link. Hand in the .ipynb file itself.")
        if path.stat().st_size > MOST_BYTES:
            raise SubmissionError(f"{path.name} is larger than {MOST_BYTES >> 20} MB.")
        submission = read_submission(path.read_bytes(), path.name, name)
        notebook, notes = submission.repaired, {"repairs": list(submission.repairs), "problem": ""}
    except SubmissionError as error:
        notebook, notes = student_notebook(name), {"repairs": [], "problem": str(error)}
    notebook.metadata["rnncourse"] = NotebookNode({"notebook": name} | notes)
    return notebook


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Judge a repaired notebook from outside and put marks and messages into its check cells.

    Its settings stand in ``nbgrader_config.py``, as ``c.Judge.call_seconds = 10``; our own ``autograde``
    reads them too.
    """

    sandbox = Unicode("", help="bwrap or sandlock; the best that works when empty").tag(config=True)
    cpu_seconds = Integer(Limits.cpu_seconds, min=1, help="CPU time of one submission").tag(config=True)
    call_seconds = Float(Limits.call_seconds, min=0.1, help="CPU time of one call of a function").tag(
        config=True
    )
    cell_seconds = Float(Limits.cell_seconds, min=0.1, help="CPU time of one cell").tag(config=True)
    wall_factor = Float(Limits.wall_factor, min=1, help="wall time for a CPU second").tag(config=True)
    grace = Float(Limits.grace, min=0.1, help="seconds of wall time on top").tag(config=True)
    memory = Integer(Limits.memory, min=1 << 28, help="bytes of address space").tag(config=True)
    file_size = Integer(Limits.file_size, min=1 << 16, help="bytes of one file").tag(config=True)

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with the outputs of the run and of the judge."""
        about, student = nb.metadata.get("rnncourse", {}), resources["nbgrader"]["student"]
        name = resources["nbgrader"]["notebook"]
        if about.get("problem"):
            graded = ungradable(f"{student}/{name}.ipynb", name, about["problem"])
        else:
            data = notebook_text(nb).encode()
            secret = Course(Path.cwd()).secret
            graded = grade(
                data, _session(self.sandbox, self.limits), secret, f"{student}/{name}.ipynb", student, name
            )
        resources["verdicts"] = {verdict.exercise: verdict for verdict in graded.verdicts}
        for verdict in graded.verdicts:
            self.log.info("%s, %s: %s, %s", student, verdict.exercise, verdict.outcome, verdict.message)
        earlier = tuple(about.get("repairs", ()))
        return marked_notebook(nb, replace(graded, repairs=(*earlier, *graded.repairs))), resources


class SaveVerdicts(SaveAutoGrades):  # type: ignore[misc]
    """Save marks as nbgrader does; where there is no mark, ask for a person instead of giving a zero."""

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_score(cell, resources)
        verdict = resources["verdicts"].get(cell.metadata["nbgrader"]["grade_id"].removeprefix("check_"))
        if verdict is None or verdict.outcome != GRADER_FAULT:
            return
        grade_row = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        grade_row.auto_score, grade_row.needs_manual_grade = None, True
        self.gradebook.db.commit()
