"""The steps that replace nbgrader's reading, execution and saving of marks."""

from __future__ import annotations

import atexit
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from autograder.build import notebook_text, student_notebook
from autograder.errors import SubmissionError
from autograder.judge import grade, ungradable
from autograder.nbgrader.course import Course
from autograder.nbgrader.marked import marked_notebook
from autograder.sandbox import Session, choose
from autograder.submission import MOST_BYTES, read_submission
from autograder.verdict import GRADER_FAULT

_sessions: list[Session] = []


def _session() -> Session:
    """Return the sandbox of this process, started when it is first needed."""
    if not _sessions:
        _sessions.append(Session(choose()))
        atexit.register(_sessions[0].__exit__)
    return _sessions[0]


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
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            raise SubmissionError(f"{path.name} is a link or larger than {MOST_BYTES >> 20} MB.")
        submission = read_submission(path.read_bytes(), path.name, name)
        notebook, notes = submission.repaired, {"repairs": list(submission.repairs), "problem": ""}
    except SubmissionError as error:
        notebook, notes = student_notebook(name), {"repairs": [], "problem": str(error)}
    notebook.metadata["rnncourse"] = NotebookNode({"notebook": name} | notes)
    return notebook


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Judge a repaired notebook from outside and put marks and messages into its check cells."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with the outputs of the run and of the judge."""
        about, student = nb.metadata.get("rnncourse", {}), resources["nbgrader"]["student"]
        name = resources["nbgrader"]["notebook"]
        if about.get("problem"):
            graded = ungradable(f"{student}/{name}.ipynb", name, about["problem"])
        else:
            data = notebook_text(nb).encode()
            secret = Course(Path.cwd()).secret
            graded = grade(data, _session(), secret, f"{student}/{name}.ipynb", student, name)
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
