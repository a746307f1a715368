"""Grade many files: in several processes, each result kept the moment it is there, nothing graded twice."""

from __future__ import annotations

import atexit
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Protocol

from autograder.course.budget import OverBudget, cpu_budget, hard_cpu_limit
from autograder.course.course import Course
from autograder.judging.judge import Judged, judge, lost
from autograder.judging.own_tests import judge_own, lost_own
from autograder.judging.patience import ComeBackLater
from autograder.judging.released import OwnTests
from autograder.judging.verdict import Graded
from autograder.running import GRADES
from autograder.running.pool import Bounds, Later, Lost, Pool
from autograder.running.results import Store
from autograder.sandbox import UNCONFINED, Backend, Contents, Limits, Session
from autograder.submission import MOST_BYTES
from autograder.submission.archives import INSIDE, read_member, too_large

ELSEWHERE_SECONDS = 1.0
"""Between two looks for what other graders have graded."""


@dataclass(frozen=True)
class Job:
    """One file to grade.

    Attributes
    ----------
    path : Path
        The file, or the archive that it lies in.
    student : str
        Who handed it in; seeds depend on it.
    notebook : str
        Name of the notebook that it must be, if that is known.
    seeds : tuple of (str, int)
        Seeds of earlier verdicts by exercise, to replay them; none to draw fresh ones.
    member : str
        Name of the file inside the archive.
    notes : tuple of str
        What was odd about where it was found, as sentences for the student.
    doubts : tuple of str
        What a person should look at, for another file may be meant.
    there : str
        What is there instead, if the file is not.
    numbers_of : tuple of str
        Whose numbers it may be about where students have their own; the student's when empty.
    own : OwnTests, optional
        What was released of an assignment that is none of the course, and has its own tests.
    """

    path: Path
    student: str = ""
    notebook: str = ""
    seeds: tuple[tuple[str, int], ...] = ()
    member: str = ""
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    there: str = ""
    numbers_of: tuple[str, ...] = ()
    own: OwnTests | None = field(default=None, repr=False)

    @property
    def assignment(self) -> str:
        """The assignment, which has the name of its notebook but for those with their own tests."""
        return self.own.assignment if self.own else self.notebook

    @property
    def place(self) -> str:
        """What it is handed in to: the assignment, and where that may have several notebooks, which one."""
        return f"{self.assignment}/{self.notebook}" if self.own else self.notebook

    @property
    def label(self) -> str:
        """The place of the file, for people."""
        return f"{self.path}{INSIDE}{self.member}" if self.member else str(self.path)


@dataclass(frozen=True)
class Done:
    """A job with its result.

    Attributes
    ----------
    job : Job
        What was to be graded.
    graded : Graded
        Its result.
    known : bool
        Whether the result was there before.
    key : str
        What the result depends on, as a hash; empty where there was no file to read.
    marked : str
        The marked notebook, as file content; empty where the file is of no known notebook.
    """

    job: Job
    graded: Graded
    known: bool
    key: str
    marked: str


@dataclass(frozen=True)
class Setting:
    """What files are graded with, in every process.

    Attributes
    ----------
    course : Course
        Whose notebooks they are.
    backend : Backend
        The sandbox; each process keeps one of its own. A result does not depend on which one it is.
    secret : bytes
        Makes the hidden cases unknowable.
    limits : Limits
        What the student's code of one submission may use.
    own_numbers : bool
        Whether some exercises are about numbers that follow from the student.
    """

    course: Course
    backend: Backend
    secret: bytes = field(repr=False)  # else it would stand in the log of a worker
    limits: Limits = field(default_factory=Limits)
    own_numbers: bool = False

    def own_of(self, job: Job) -> tuple[str, ...] | None:
        """Return the ids from one of which the numbers of a submission follow; None where all have the same."""
        known = job.numbers_of or ((job.student,) if job.student else ())
        return known if self.own_numbers else None

    @property
    def bounds(self) -> Bounds:
        """What grading one submission may use on our side, waiting for the sandbox included."""
        return Bounds(wall_seconds=2 * self.limits.cpu_seconds * self.limits.wall_factor + 60)

    def key_of(self, data: bytes, job: Job) -> str:
        """Return what a result depends on, as a hash: the file, whose it is, what decides, and the limits.

        All sandboxes give the same verdicts, so which one it is does not count; whether there is one does.
        """
        if job.own:
            versions = [job.own.version]
        else:
            one = [self.course.assignment(job.notebook)] if job.notebook in self.course else self.course
            versions = [assignment.version for assignment in one]
        digest = sha256(data)
        limits = tuple(vars(self.limits).values())
        settings = repr((job.seeds, job.notes, job.doubts, limits, self.backend.name == UNCONFINED))
        own = () if (whose := self.own_of(job)) is None else (f"own numbers of {' or '.join(whose)}",)
        for part in (job.student or job.label, job.notebook, *versions, sys.version, settings, *own):
            digest.update(b"\0" + part.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


class Crew(Protocol):
    """Those who grade, to be used as a context manager: processes of this machine, or workers of others."""

    def __enter__(self) -> Crew: ...

    def __exit__(self, *_: object) -> None: ...

    def each(
        self, items: Sequence[Job], admit: Callable[[Job], bool] = ...
    ) -> Iterator[tuple[Job, tuple[str, Judged] | Lost]]:
        """Yield each job with what came of it, as it comes; pass over what is not admitted when it is its turn."""
        ...


def grading(setting: Setting, processes: int = 1) -> Pool[Job, tuple[str, Judged]]:
    """Return processes that grade, to be used as a context manager."""
    return Pool(grade_file, processes, _start_process, (setting,), setting.bounds, GRADES)


def grade_all(
    jobs: Iterable[Job],
    setting: Setting,
    results: Store,
    processes: int = 1,
    crew: Callable[[Setting, int], Crew] = grading,
    anew: Callable[[Job], bool] = lambda _: False,
) -> Iterator[Done]:
    """Grade files and yield each result as it comes.

    Parameters
    ----------
    jobs : iterable of Job
        What to grade.
    setting : Setting
        What to grade it with.
    results : Store
        Where results are found and kept.
    processes : int
        How many to grade at a time.
    crew : callable
        ``crew(setting, processes)`` returns those who grade.
    anew : callable
        Tells of each file whether its earlier result is forgotten first.
    """
    waiting: dict[Job, str] = {}
    for job in jobs:
        data = read_file(job)
        key = "" if isinstance(data, str) else setting.key_of(data, job)
        known = results.find(key) if key and not anew(job) else None
        if known:
            yield _known(job, key, known)
        else:
            waiting[job] = key
    if again := {key for job, key in waiting.items() if key and anew(job)}:
        results.forget(again)
    if not waiting:
        return
    with crew(setting, min(processes, len(waiting))) as those:
        while waiting:
            yield from _turn(those, setting, results, waiting)
            yield from _done_elsewhere(results, waiting)


def _turn(those: Crew, setting: Setting, results: Store, waiting: dict[Job, str]) -> Iterator[Done]:
    """Grade what waits and is not claimed by another grader; it waits no longer."""
    for job, outcome in those.each(
        list(waiting), lambda job: not waiting[job] or results.claim(waiting[job])
    ):
        key, judged = outcome if not isinstance(outcome, Lost) else ("", _lost(job, setting, outcome))
        claimed = waiting.pop(job)
        if key:
            results.keep(key, judged)
        if claimed not in ("", key):
            results.release(claimed)
        yield Done(job, judged.graded, False, key, judged.marked)


def _done_elsewhere(results: Store, waiting: dict[Job, str]) -> Iterator[Done]:
    """Yield what another grader has graded meanwhile; if there is nothing, wait for it."""
    there = {job: known for job, key in waiting.items() if (known := results.find(key))}
    for job, known in there.items():
        yield _known(job, waiting.pop(job), known)
    if waiting and not there:
        time.sleep(ELSEWHERE_SECONDS)


def _known(job: Job, key: str, judged: Judged) -> Done:
    return Done(job, replace(judged.graded, path=job.label), True, key, judged.marked)


_at_hand: dict[Setting, Pool[Job, tuple[str, Judged]]] = {}


def grade_one(job: Job, setting: Setting) -> Judged:
    """Grade one file in a process that is kept for the next one with the same setting."""
    if setting not in _at_hand:
        _at_hand[setting] = grading(setting)
        atexit.register(_at_hand[setting].__exit__)
    for _, outcome in _at_hand[setting].each([job]):
        return _lost(job, setting, outcome) if isinstance(outcome, Lost) else outcome[1]
    raise AssertionError("one job has one outcome")


def read_file(job: Job) -> bytes | str:
    """Return the bytes of a regular file of reasonable size, or why there are none."""
    path = job.path
    try:
        if path.is_symlink() or not path.is_file():
            there = path.is_symlink() or path.exists()
            what = "is not a regular file" if there else "is not there"
            instead = f" {job.there}" if job.there and not there else ""
            return f"{path.name} {what}.{instead} Hand in the .ipynb file itself."
        if job.member:
            return read_member(path, job.member, MOST_BYTES)
        if path.stat().st_size > MOST_BYTES:
            return too_large(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}."


def contents_of(course: Course) -> Contents:
    """Return what a sandbox holds for a course: its students' package, and nothing of its exercises."""
    package = next((assignment.data for assignment in course), None)
    return Contents((*course.masked, *course.packages), package)


_setting: Setting
_session: Session | None = None


def _start_process(setting: Setting) -> None:
    """Note with what this process is to grade; its sandbox starts with the first file."""
    global _setting
    _setting = setting


def _running_session() -> Session:
    global _session
    if _session is None:
        _session = Session(_setting.backend, _setting.limits, contents_of(_setting.course))
        Finalize(None, _session.__exit__, args=(None, None, None), exitpriority=10)
    return _session


def grade_file(job: Job, hurried: bool) -> tuple[str, Judged] | Later:
    """Return the key and the result of a file: everything that is ever read of it is read here, once.

    What it makes this process use beyond bounds is an outcome of the submission. One that hangs is
    left for later if others wait.
    """
    data = read_file(job)
    return not_read(job, _setting, data) if isinstance(data, str) else grade_bytes((job, data), hurried)


def not_read(job: Job, setting: Setting, why: str) -> tuple[str, Judged]:
    """Return the result of a file that there is not, or that is none: no key, for there may be one later."""
    return "", _lost_because(job, setting, why)


def sent_grading(setting: Setting, processes: int) -> Pool[tuple[Job, bytes], tuple[str, Judged]]:
    """Return processes that grade what is sent to them, and open no file of a student."""
    return Pool(grade_bytes, processes, _start_process, (setting,), setting.bounds, GRADES)


def grade_bytes(item: tuple[Job, bytes], hurried: bool) -> tuple[str, Judged] | Later:
    """Return the key and the result of a file whose content is at hand; see :func:`grade_file`."""
    job, data = item
    key, session = _setting.key_of(data, job), _running_session()
    session.hurried = hurried
    try:
        seconds = _setting.bounds.cpu_seconds
        with hard_cpu_limit(2 * seconds), cpu_budget(seconds):
            if job.own:
                return key, judge_own(data, job.own, session, job.label, job.notes)
            judged = judge(
                data,
                _setting.course,
                session,
                _setting.secret,
                path=job.label,
                student=job.student,
                notebook=job.notebook,
                seeds=dict(job.seeds),
                notes=job.notes,
                own=_setting.own_of(job),
            )
            return key, _doubted(judged, job.doubts)
    except ComeBackLater:
        return Later()
    except OverBudget:
        reason = Lost("took more computing than one file may")
    except MemoryError:
        reason = Lost("took more memory than one file may")
    return key, _lost(job, _setting, reason)


def _doubted(judged: Judged, doubts: tuple[str, ...]) -> Judged:
    """Return a result that a person is asked to look at; no mark changes."""
    first, *rest = judged.graded.verdicts or (None,)
    if first is None or not doubts:
        return judged
    verdicts = (replace(first, flags=(*first.flags, *doubts)), *rest)
    return replace(judged, graded=replace(judged.graded, verdicts=verdicts))


def _lost(job: Job, setting: Setting, reason: Lost) -> Judged:
    """Return the result of a file that grading could not finish within its bounds."""
    text = (
        f"Grading this file {reason.why}, so it was stopped. Look for very large outputs, texts or answers in "
        "it; clear them and hand it in again."
    )
    return _lost_because(job, setting, text)


def _lost_because(job: Job, setting: Setting, why: str) -> Judged:
    """Return the result of a file that was not read, or not to its end."""
    if job.own:
        return lost_own(job.own, job.label, why)
    return lost(job.label, setting.course, job.notebook if job.notebook in setting.course else "", why)
