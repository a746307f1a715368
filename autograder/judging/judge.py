"""Judge one submission: the cells run in the sandbox, the questions and the answers meet here.

``judge`` is the one function behind every door: the command line, the nbgrader steps, the demo
class and the tests. Bytes go in; verdicts and the marked notebook come out.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial

import nbformat
from nbformat import NotebookNode

from autograder.course.assignment import Assignment
from autograder.course.budget import OverBudget, cpu_budget
from autograder.course.course import Course
from autograder.course.notebooks import notebook_text
from autograder.errors import AutograderError, SandboxError, SubmissionError
from autograder.judging.fitting import fitted
from autograder.judging.interview import Interview
from autograder.judging.marked import marked_notebook, put_verdicts
from autograder.judging.own_numbers import OwnAsked
from autograder.judging.redaction import discreet
from autograder.judging.verdict import GRADER_FAULT, UNGRADABLE, Graded, Verdict
from autograder.sandbox import Session
from autograder.submission import Submission, content_key, needed_cells, read_submission
from autograder.submission.sources import defined_names
from autograder.submission.told import waits_for
from rnncourse.checking.card import details, diagnosis, headline
from rnncourse.checking.caseset import CaseSet
from rnncourse.checking.diagnose import NOT_STARTED, Finding, examine_together
from rnncourse.checking.outcomes import CORRECT, CRASHED, NOT_ATTEMPTED
from rnncourse.checking.render import to_html, to_text

NOT_THERE = "Not started: the function or value is not there, or is still the stub."
WHOLE_FILE = "(whole file)"
EXERCISE_SECONDS = 20.0
"""CPU time that we spend on the answers to one exercise; right ones take a hundredth of it."""
TOO_MUCH = (
    "Judging this took more memory or computing than an answer may ask for. Look for answers that are very "
    "large, deeply nested or full of very long texts."
)


def seed_for(secret: bytes, student: str, exercise: str, content: str = "") -> int:
    """Return the seed of the hidden cases of one exercise of one student.

    It depends on the content too: whoever hands in a changed notebook meets other cases, so
    nothing that was learnt about the last ones is of use.
    """
    message = "\0".join((student, exercise, content)).encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:6], "big")


@dataclass(frozen=True)
class Judged:
    """All that leaves the process which read a submission.

    Attributes
    ----------
    graded : Graded
        The verdicts; the outputs of the cells are in the marked notebook only.
    marked : str
        The marked notebook, as file content; empty where the file is of no known notebook.
    """

    graded: Graded
    marked: str


def judge(
    data: bytes,
    course: Course,
    session: Session,
    secret: bytes,
    path: str = "",
    student: str = "",
    notebook: str = "",
    seeds: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
    own: Sequence[str] | None = None,
) -> Judged:
    """Read, judge and mark the bytes of one submitted file, once. Whatever is in them, this returns.

    Parameters
    ----------
    data : bytes
        Content of the file.
    course : Course
        Whose notebook it is.
    session : Session
        A running sandbox.
    secret : bytes
        Makes the hidden cases unknowable.
    path, student : str
        For messages, and to derive seeds.
    notebook : str
        Name of the notebook that it must be, if that is known.
    seeds : Mapping, optional
        Seeds of earlier verdicts by exercise, to replay them exactly.
    notes : sequence of str
        What was odd about where the file was found.
    own : sequence of str, optional
        The ids from one of which numbers of one's own follow, where the course wants that; empty if none is known.
    """
    graded, submission = _graded(data, course, session, secret, path, student, notebook, seeds or {}, own)
    graded = replace(graded, repairs=(*notes, *graded.repairs))
    if submission:
        return _marked(graded, submission.assignment, submission.repaired)
    if notebook in course:
        return _marked(graded, course.assignment(notebook), course.assignment(notebook).release.notebook)
    return Judged(graded, "")


def _marked(graded: Graded, assignment: Assignment, repaired: NotebookNode) -> Judged:
    text = fitted(marked_notebook(assignment, repaired, graded), notebook_text)
    return Judged(replace(graded, outputs={}), text)


def in_points(judged: Judged, points: Mapping[str, float]) -> Judged:
    """Return the same result where the exercises are worth other points; nothing is run for it."""
    graded = judged.graded
    verdicts = tuple(v.out_of(points.get(v.exercise, v.max_score)) for v in graded.verdicts)
    if verdicts == graded.verdicts or not judged.marked:
        return judged
    notebook = nbformat.reads(judged.marked, as_version=nbformat.NO_CONVERT)
    put_verdicts(notebook, verdicts)
    return Judged(replace(graded, verdicts=verdicts), notebook_text(notebook))


def lost(path: str, course: Course, notebook: str, reason: str) -> Judged:
    """Return the result for a file that was not read, or not to its end: why, and no point."""
    assignment = course.assignment(notebook) if notebook in course else None
    graded = ungradable(path, assignment, reason)
    return _marked(graded, assignment, assignment.release.notebook) if assignment else Judged(graded, "")


def grade(
    data: bytes,
    course: Course,
    session: Session,
    secret: bytes,
    path: str = "",
    student: str = "",
    notebook: str = "",
    seeds: Mapping[str, int] | None = None,
) -> Graded:
    """Return the verdicts on the bytes of one submitted file, with the outputs of its cells.

    The parameters are those of :func:`judge`.
    """
    return _graded(data, course, session, secret, path, student, notebook, seeds or {})[0]


def _graded(
    data: bytes,
    course: Course,
    session: Session,
    secret: bytes,
    path: str,
    student: str,
    notebook: str,
    seeds: Mapping[str, int],
    own: Sequence[str] | None = None,
) -> tuple[Graded, Submission | None]:
    """Return the verdicts, and the submission if there was one to be read."""
    started = time.perf_counter()
    assignment, submission = course.assignment(notebook) if notebook in course else None, None
    try:
        submission = read_submission(data, course, path, notebook)
        assignment = submission.assignment
        graded = _interviewed(submission, session, secret, student or path, seeds, own)
    except SubmissionError as error:
        graded = ungradable(path, assignment, str(error))
    except SandboxError as error:
        graded = faulty(path, assignment, str(error))
    except MemoryError:
        graded = ungradable(path, assignment, TOO_MUCH)
    except Exception as error:  # a bug of ours must not cost the others of a class their marks
        graded = faulty(path, assignment, f"{type(error).__name__}: {error}")
    return replace(graded, path=path, seconds=round(time.perf_counter() - started, 4)), submission


def _interviewed(
    submission: Submission,
    session: Session,
    secret: bytes,
    student: str,
    seeds: Mapping[str, int],
    own: Sequence[str] | None,
) -> Graded:
    """Run a submission and judge all its exercises."""
    content = content_key(submission)
    assignment = submission.assignment
    drawn = {e: seed_for(secret, student, e, content) for e in assignment.by_id} | dict(seeds)
    needed = needed_cells(submission)
    left_out = frozenset[str]().union(*(defined_names(c.source) for c in submission.cells if c not in needed))
    before: Interview | None = None
    numbers = OwnAsked(assignment, submission, own)
    cases = {e: cache(partial(numbers.draw, e, seed)) for e, seed in drawn.items()}
    for cells in (needed, submission.cells):
        draw = partial(_draw, cases.values())
        with Interview(session, cells, submission.answers, before, meanwhile=draw) as interview:
            found = {e: _judge(assignment, e, drawn[e], cases[e], interview) for e in assignment.by_id}
        if not interview.lacks & left_out:
            break  # else some code takes a name from a cell in a way that its text does not show: run all
        before = interview
    return Graded(
        path=submission.path,
        notebook=assignment.name,
        verdicts=numbers.flagged(_verdicts(assignment, _told(found, _reasons(submission)), drawn, interview)),
        repairs=(*submission.repairs, *_stopped(interview)),
        outputs=interview.outputs,
        sandbox=session.backend.name,
    )


def _reasons(submission: Submission) -> dict[str, str]:
    """Return why answers that somebody wrote may not be there; right ones stand in for what an exercise builds on."""
    uses = {exercise.id: exercise.uses for exercise in submission.assignment.exercises}
    called = {
        e: tuple(s for s in stubs if s not in uses.get(e, ())) for e, stubs in submission.waits_for.items()
    }
    return {e: waits_for(stubs) for e, stubs in called.items() if stubs} | dict(submission.left_over)


def _told(found: Mapping[str, Finding | Verdict], reasons: Mapping[str, str]) -> dict[str, Finding | Verdict]:
    """Return what was found, with the reason why an answer that somebody wrote is not there."""
    return {
        name: replace(finding, note=reasons[name])
        if isinstance(finding, Finding) and name in reasons and finding.outcome in (NOT_ATTEMPTED, CRASHED)
        else finding
        for name, finding in found.items()
    }


def ungradable(path: str, assignment: Assignment | None, reason: str) -> Graded:
    """Return the result for a file that cannot be read: no exercise can be judged, and why."""
    verdicts = tuple(
        Verdict(name, UNGRADABLE, 0.0, points, message=reason, text=reason)
        for name, points in _points(assignment).items()
    )
    return Graded(path, assignment.name if assignment else "", verdicts, problem=reason)


def faulty(path: str, assignment: Assignment | None, reason: str) -> Graded:
    """Return the result where we failed: no mark for any exercise of the notebook."""
    verdicts = tuple(grader_fault(name, points, reason) for name, points in _points(assignment).items())
    return Graded(path, assignment.name if assignment else "", verdicts)


def _points(assignment: Assignment | None) -> Mapping[str, float]:
    """Return the points of each exercise; one entry for the file where the notebook is not known."""
    return assignment.points if assignment else {WHOLE_FILE: 0.0}


def _verdicts(
    assignment: Assignment,
    found: Mapping[str, Finding | Verdict],
    seeds: Mapping[str, int],
    interview: Interview,
) -> tuple[Verdict, ...]:
    """Return the verdicts on all exercises, in the order of the notebook, without what is hidden."""
    findings = [finding for finding in found.values() if isinstance(finding, Finding)]
    shown = {finding.exercise: finding for finding in discreet(findings, interview, assignment.data)}
    points = assignment.points
    return tuple(
        finding if isinstance(finding, Verdict) else verdict_of(shown[name], points[name], seeds[name])
        for name, finding in found.items()
    )


def _draw(draws: Iterable[Callable[[], CaseSet]]) -> None:
    """Draw all cases; one that fails is told where it is needed."""
    for draw in draws:
        with suppress(Exception):
            draw()


def _judge(
    assignment: Assignment, exercise: str, seed: int, draw: Callable[[], CaseSet], interview: Interview
) -> Finding | Verdict:
    """Return what is found for one exercise; a failure of ours is a grader fault, never a zero."""
    points = assignment.points[exercise]
    try:
        cases = draw()
        with cpu_budget(EXERCISE_SECONDS):
            return examine_together(cases, lambda asked, right: interview.ask(cases, asked, right))
    except (OverBudget, MemoryError):
        return Verdict(exercise, UNGRADABLE, 0.0, points, message=TOO_MUCH, seed=seed, text=TOO_MUCH)
    except AutograderError as error:
        return grader_fault(exercise, points, str(error), seed)
    except Exception as error:  # a bug of ours must not cost a student a mark
        return grader_fault(exercise, points, f"{type(error).__name__}: {error}", seed)


def verdict_of(finding: Finding, points: float, seed: int) -> Verdict:
    """Return the verdict that belongs to a finding that may be shown."""
    return Verdict(
        exercise=finding.exercise,
        outcome=finding.outcome,
        score=round(finding.fraction * points, 2),
        max_score=points,
        mistake=finding.mistake or None,
        message=message_of(finding),
        seed=seed,
        text=to_text(finding, reveal=False),
        html=to_html(finding, reveal=False),
        fraction=finding.fraction,
    )


def grader_fault(exercise: str, points: float, reason: str, seed: int = 0) -> Verdict:
    """Return the verdict for a failure of ours: no mark, and a person must look."""
    text = f"This could not be graded because of a fault on our side ({reason}). A person will look at it."
    return Verdict(exercise, GRADER_FAULT, None, points, message=text, seed=seed, text=text, flags=(reason,))


def message_of(finding: Finding) -> str:
    """Return what a verdict says in one or a few sentences, without a number of a hidden case."""
    if finding.outcome == CORRECT and not finding.note:
        return "Correct."
    if finding.outcome == NOT_ATTEMPTED:
        return NOT_THERE if finding.note.startswith(NOT_STARTED) else finding.note
    lines = (*diagnosis(finding), *details(finding, reveal=False))
    parts = [f"{line.label}: {line.text}" if line.label else line.text for line in lines]
    return " ".join(" ".join(parts).split()) or headline(finding)  # one line, whatever an exception says


def _stopped(interview: Interview) -> Sequence[str]:
    """Return a sentence for each cell that had to be stopped, and for each package that is not there."""
    reasons = {"timed_out": "took too long and was stopped", "died": "ended the program"}
    first_lines = {cell.id: cell.source.strip().split("\n")[0][:60] for cell in interview.cells}
    slow = [cell.id for cell in interview.cells if cell.id in interview.slow and not cell.given]
    stopped = [
        f"The code cell that begins with {first_lines.get(cell, '')!r} {reasons[why]}; the others were run without it."
        for cell, why in (dict.fromkeys(slow, "timed_out") | interview.trouble).items()
    ]
    absent = [
        f"The code cell that begins with {first_lines[cell]!r} asks for the package {package}, which is not there when "
        "grading; the rest of the cell was run without it."
        for cell, package in interview.absent.items()
    ]
    return [*stopped, *absent]
