"""The steps that replace nbgrader's reading, execution and saving of marks."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import parse_utc
from traitlets import Bool, Enum, Float, Integer, Unicode

from autograder.course.release import CHECK
from autograder.errors import CourseError
from autograder.judging.judge import Judged, in_points
from autograder.judging.own_tests import FORGEABLE
from autograder.judging.verdict import GRADER_FAULT
from autograder.nbgrader.attempts import BEST, LAST, Attempts, best_of
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.foreign import own_tests_of
from autograder.nbgrader.gradebook import points_of
from autograder.nbgrader.handed_in import HandedIn, read_timestamp, submission_in
from autograder.nbgrader.lateness import Net
from autograder.running.grading import Job, Setting, grade_one
from autograder.sandbox import Limits, choose

_judged: dict[tuple[str, str], tuple[HandedIn, Judged]] = {}
"""What came of the submissions of this command, by student and notebook: nbgrader asks for each twice."""


class ForgivingExporter(NotebookExporter):  # type: ignore[misc]
    """Read a submitted file whatever is in it, once: it comes back judged and marked."""

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> Any:
        """Convert the file, or what was made of it when nbgrader asked for the first time."""
        about, path = resources["nbgrader"], Path(filename)
        if _is_autograded(path):
            return super().from_filename(filename, resources=resources, **kw)
        settings = Judge(parent=self)
        if about["assignment"] in settings.course_folder.course:
            counts = settings.judged(path, about)
        elif settings.own_tests_in_sandbox:
            counts = settings.judged_by_own_tests(path, about)
        else:
            return super().from_filename(filename, resources=resources, **kw)
        _judged[about["student"], about["notebook"]] = counts
        return self.from_notebook_node(_notebook(counts[1]), resources=resources, **kw)


def _is_autograded(path: Path) -> bool:
    """Return whether this is the second pass, over a file that we wrote ourselves."""
    return "autograded" in path.parts and "submitted" not in path.parts


def _notebook(judged: Judged) -> NotebookNode:
    return nbformat.reads(judged.marked, as_version=nbformat.NO_CONVERT)


class Judge(NbGraderPreprocessor):  # type: ignore[misc]
    """Put the judged notebook in the place of what nbgrader made of it on the way.

    Its settings stand in ``nbgrader_config.py``, as ``c.Judge.call_seconds = 10``; our own ``autograde``
    reads them too.
    """

    course = Unicode("", help="which course, as module:variable").tag(config=True)
    own_tests_in_sandbox = Bool(
        True, help="run assignments that are none of the course in the sandbox, with their own tests"
    ).tag(config=True)
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

    own_numbers = Bool(False, help="whether some exercises have numbers that follow from the student").tag(
        config=True
    )
    attempt = Enum((LAST, BEST), LAST, help="which attempt of a student counts").tag(config=True)

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return Limits(**{field.name: getattr(self, field.name) for field in fields(Limits)})

    @property
    def course_folder(self) -> CourseFolder:
        """The course directory, where nbgrader runs its commands."""
        return CourseFolder(Path.cwd())

    def judged(self, path: Path, about: Any) -> tuple[HandedIn, Judged]:
        """Return which attempt counts and what comes of it, read and judged in a process with limits."""
        folder, name = self.course_folder, about["notebook"]
        setting = Setting(folder.course, choose(self.sandbox), folder.secret, self.limits, self.own_numbers)
        entry = submission_in(path.parent, about["student"], folder.course.assignment(name))
        attempts = Attempts(folder.attempts)
        tries = attempts.tries(entry)[0 if self.attempt == BEST else -1 :]
        with Gradebook(about["db_url"]) as gradebook:
            points = points_of(gradebook, about["assignment"])
            net = Net(gradebook, self.config, folder.arrangements)
        tried = [(one, in_points(grade_one(one.job, setting), points)) for one in tries]
        counts = best_of(tried, net)
        attempts.note(counts[0])
        return counts

    def judged_by_own_tests(self, path: Path, about: Any) -> tuple[HandedIn, Judged]:
        """Return what comes of a submitted file of an assignment that is none of the course.

        Raises
        ------
        CourseError
            If it was never released, or cannot be run in the sandbox.
        """
        folder = self.course_folder
        own = own_tests_of(folder.directory(), about["assignment"]).get(about["notebook"])
        if own is None:
            raise CourseError(f"{about['assignment']}/{about['notebook']} was never released by nbgrader.")
        self.log.warning("%s is no assignment of this course. %s", about["assignment"], FORGEABLE)
        setting = Setting(folder.course, choose(self.sandbox), folder.secret, self.limits)
        timestamp, stamped = read_timestamp(path.with_name("timestamp.txt"))
        job = Job(path, about["student"], own.notebook, notes=stamped, own=own)
        return HandedIn(job, timestamp), grade_one(job, setting)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with the outputs of the run and of the judge."""
        student, name = resources["nbgrader"]["student"], resources["nbgrader"]["notebook"]
        if (student, name) not in _judged:
            return self._run_as_usual(nb, resources)
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            points = points_of(gradebook, resources["nbgrader"]["assignment"])
        entry, judged = _judged.pop((student, name))
        judged = in_points(judged, points)
        resources["handed_in"] = entry.timestamp
        resources["verdicts"] = {verdict.exercise: verdict for verdict in judged.graded.verdicts}
        for verdict in judged.graded.verdicts:
            self.log.info("%s, %s: %s, %s", student, verdict.exercise, verdict.outcome, verdict.message)
        return _notebook(judged), resources

    def _run_as_usual(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Let nbgrader's own step run a notebook that is none of ours: with its own tests, in a kernel."""
        name = resources["nbgrader"]["notebook"]
        self.log.warning(
            "%s is no assignment of this course: it is run by nbgrader's own step, without a sandbox", name
        )
        resources["verdicts"] = {}
        done: tuple[NotebookNode, Any] = Execute(parent=self).preprocess(nb, resources)
        return done


class SaveVerdicts(SaveAutoGrades):  # type: ignore[misc]
    """Save marks as nbgrader does; where there is no mark, ask for a person instead of giving a zero."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save marks, when what counts was handed in and how much later it is due: lateness is asked for next."""
        about = resources["nbgrader"]
        done: tuple[NotebookNode, Any] = super().preprocess(nb, resources)
        arranged = CourseFolder(Path.cwd()).arrangements.of(about["student"], about["assignment"])
        with Gradebook(about["db_url"]) as gradebook:
            submission = gradebook.find_submission(about["assignment"], about["student"])
            if arranged.extension is not None:
                submission.extension = arranged.extension or None
            if resources.get("handed_in"):
                submission.timestamp = parse_utc(resources["handed_in"])
            gradebook.db.commit()
        return done

    def _add_score(self, cell: NotebookNode, resources: Any) -> None:
        super()._add_score(cell, resources)
        verdict = resources["verdicts"].get(cell.metadata["nbgrader"]["grade_id"].removeprefix(CHECK))
        if verdict is None or verdict.outcome != GRADER_FAULT:
            return
        grade_row = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        grade_row.auto_score, grade_row.needs_manual_grade = None, True
        self.gradebook.db.commit()
