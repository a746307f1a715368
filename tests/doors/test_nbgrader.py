"""The second door: the stock command ``nbgrader autograde`` over the whole corpus.

Every submission goes through it in one sandbox, and one of each kind in the other: the command
takes them one at a time, half a second each.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import pytest

from tests.corpus import Entry, attacks
from tests.corpus.pages import added
from tests.corpus.world import World
from tests.doors.classroom import BYSTANDERS, Classroom
from tests.doors.conftest import SAMPLE, WORKING

DOOR = "nbgrader autograde"


@dataclass(frozen=True)
class Graded:
    """A class after grading, what the gradebook said before, and what has changed that must not."""

    classroom: Classroom
    bystanders: list[tuple[object, ...]]
    complaints: list[str]
    marks: dict[tuple[str, str], dict[str, float | None]]


def autograded(classroom: Classroom) -> Graded:
    """Grade the bystanders, hand in the attacks, grade everybody, and note what has changed beside marks."""
    before: list[tuple[object, ...]] = []
    complaints: list[str] = []
    for hand_in in (False, True):
        if hand_in:
            before = list(classroom.rows())
            classroom.hand_in()
        files = classroom.files()
        for name in classroom.notebooks:
            done = classroom.run("nbgrader", "autograde", name)
            complaints += [done.stderr[-3000:]] if done.returncode else []
        complaints += classroom.changed(files)
    return Graded(classroom, before, complaints, classroom.marks())


@pytest.fixture(scope="module")
def every(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> list[Graded]:
    """The whole corpus in the first sandbox that works: two classes, graded side by side."""
    folders = [tmp_path_factory.mktemp("stock") / "class" for _ in range(2)]
    copies = [classroom.copy(folder, WORKING[0]) for folder in folders]
    halves = [replace(copy, entries=copy.entries[n::2]) for n, copy in enumerate(copies)]
    world = World()
    with ThreadPoolExecutor(2) as pool:
        graded = list(pool.map(autograded, halves))
    return [replace(graded[0], complaints=graded[0].complaints + world.complaints()), graded[1]]


@pytest.fixture(scope="module")
def sample(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> list[Graded]:
    """One submission of each kind in the other sandbox."""
    if len(WORKING) < 2:
        pytest.skip("only one sandbox works here")
    copy = classroom.copy(tmp_path_factory.mktemp("stock") / "class", WORKING[1])
    return [autograded(replace(copy, entries=SAMPLE))]


def complaints(every: list[Graded], entry: Entry) -> list[str]:
    """Return what is wrong with the marks of a submission."""
    graded = next(graded for graded in every if entry in graded.classroom.entries)
    return entry.mark_complaints(graded.marks.get((graded.classroom.student_of(entry), entry.notebook), {}))


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door=DOOR)
@pytest.mark.parametrize("sandbox", WORKING[:1])
@pytest.mark.parametrize("entry", attacks(), ids=lambda e: e.id)
def test_an_attack_gets_the_mark_it_deserves(entry: Entry, every: list[Graded], sandbox: str) -> None:
    assert complaints(every, entry) == []


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door=DOOR)
@pytest.mark.parametrize("sandbox", WORKING[1:])
@pytest.mark.parametrize("entry", SAMPLE, ids=lambda e: e.id)
def test_one_of_each_kind_does_in_the_other_sandbox(entry: Entry, sample: list[Graded], sandbox: str) -> None:
    assert complaints(sample, entry) == []


@pytest.mark.slow
@pytest.mark.parametrize("which", ["every", "sample"])
def test_nobody_else_is_touched(which: str, request: pytest.FixtureRequest) -> None:
    for graded in request.getfixturevalue(which):
        assert graded.complaints == []
        now = [row for row in graded.classroom.rows() if row[0] in BYSTANDERS]
        assert len(now) > len(BYSTANDERS)
        assert now == graded.bystanders
        students = {student for student, _ in graded.marks}
        attackers = {graded.classroom.student_of(entry) for entry in graded.classroom.entries}
        assert students == set(BYSTANDERS) | attackers
        assert {path.name for path in (graded.classroom.course.root / "autograded").iterdir()} <= students


@pytest.mark.slow
def test_feedback_of_the_stock_command_runs_nothing(sample: list[Graded]) -> None:
    classroom = sample[0].classroom
    for name in classroom.notebooks:
        done = classroom.run("nbgrader", "generate_feedback", name)
        assert done.returncode == 0, done.stderr
    for entry in classroom.entries:
        page = classroom.page(classroom.student_of(entry), entry.notebook)
        assert added(page, classroom.page("student-01", entry.notebook)) == [], entry.id
