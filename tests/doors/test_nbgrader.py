"""The second door: the stock command ``nbgrader autograde`` over the whole corpus.

Every submission goes through it in one sandbox, and one of each kind in the other: the command
takes them one at a time, half a second each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.corpus import Entry, attacks
from tests.corpus.world import World
from tests.doors.classroom import BYSTANDERS, Classroom
from tests.doors.conftest import WORKING

SAMPLE = list({attack.id.partition("/")[0]: attack for attack in attacks()}.values())
DOOR = "nbgrader autograde"


@dataclass(frozen=True)
class Graded:
    """A class after grading, and what was there before."""

    classroom: Classroom
    bystanders: list[tuple[object, ...]]
    complaints: list[str]
    marks: dict[tuple[str, str], dict[str, float | None]]


def autograded(classroom: Classroom) -> Graded:
    """Grade the bystanders, hand in the attacks, grade everybody, and note what has changed beside marks."""
    for name in classroom.notebooks:
        done = classroom.run("nbgrader", "autograde", name)
        assert done.returncode == 0, done.stderr
    before = classroom.rows()
    classroom.hand_in()
    files, world = classroom.files(), World()
    complaints = []
    for name in classroom.notebooks:
        done = classroom.run("nbgrader", "autograde", name)
        complaints += [done.stderr[-3000:]] if done.returncode else []
    after = classroom.files()
    complaints += [f"{path} has changed" for path in files if after.get(path) != files[path]]
    complaints += [f"{path} was put there" for path in after if path not in files]
    return Graded(classroom, before, complaints + world.complaints(), classroom.marks())


@pytest.fixture(scope="module")
def every(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The whole corpus in the first sandbox that works."""
    return autograded(classroom.copy(tmp_path_factory.mktemp("stock") / "class", WORKING[0]))


@pytest.fixture(scope="module")
def sample(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """One submission of each kind in the other sandbox."""
    if len(WORKING) < 2:
        pytest.skip("only one sandbox works here")
    copy = classroom.copy(tmp_path_factory.mktemp("stock") / "class", WORKING[1])
    return autograded(replace(copy, entries=tuple(SAMPLE)))


def complaints(graded: Graded, entry: Entry) -> list[str]:
    """Return what is wrong with the marks of a submission."""
    marks = graded.marks.get((graded.classroom.student_of(entry), entry.notebook), {})
    return entry.mark_complaints(marks)


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door=DOOR)
@pytest.mark.parametrize("sandbox", WORKING[:1])
@pytest.mark.parametrize("entry", attacks(), ids=lambda e: e.id)
def test_an_attack_gets_the_mark_it_deserves(entry: Entry, every: Graded, sandbox: str) -> None:
    assert complaints(every, entry) == []


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door=DOOR)
@pytest.mark.parametrize("sandbox", WORKING[1:])
@pytest.mark.parametrize("entry", SAMPLE, ids=lambda e: e.id)
def test_one_of_each_kind_does_in_the_other_sandbox(entry: Entry, sample: Graded, sandbox: str) -> None:
    assert complaints(sample, entry) == []


@pytest.mark.slow
@pytest.mark.parametrize("which", ["every", "sample"])
def test_nobody_else_is_touched(which: str, request: pytest.FixtureRequest) -> None:
    graded: Graded = request.getfixturevalue(which)
    assert graded.complaints == []
    now = [row for row in graded.classroom.rows() if row[0] in BYSTANDERS]
    assert len(now) > len(BYSTANDERS)
    assert now == graded.bystanders
    students = {entry_student for entry_student, _ in graded.marks}
    assert students == set(BYSTANDERS) | {
        graded.classroom.student_of(entry) for entry in graded.classroom.entries
    }
    folders = {path.name for path in (graded.classroom.course.root / "autograded").iterdir()}
    assert folders <= students


@pytest.mark.slow
def test_feedback_of_the_stock_command_runs_nothing(sample: Graded) -> None:
    from tests.corpus.pages import added

    classroom = sample.classroom
    for name in classroom.notebooks:
        done = classroom.run("nbgrader", "generate_feedback", name)
        assert done.returncode == 0, done.stderr
    for entry in classroom.entries:
        page = classroom.page(classroom.student_of(entry), entry.notebook)
        assert added(page, classroom.page("student-01", entry.notebook)) == [], entry.id
