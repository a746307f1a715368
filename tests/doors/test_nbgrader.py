"""The second door: the stock command ``nbgrader autograde`` over a class of attackers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pytest

from tests.corpus import Entry
from tests.corpus.pages import added
from tests.corpus.world import World
from tests.doors.classroom import BYSTANDERS, Classroom
from tests.doors.conftest import CALLERS, OF_NBGRADER, OfSandbox, meetings

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@dataclass(frozen=True)
class Graded:
    """A class after grading, what the gradebook said before, and what has changed that must not."""

    classroom: Classroom
    bystanders: list[tuple[object, ...]]
    complaints: list[str]
    marks: dict[tuple[str, str], dict[str, float | None]]


def autograded(classroom: Classroom) -> Graded:
    """Hand in the attacks, grade everybody, and note what has changed beside marks."""
    before = list(classroom.rows())
    classroom.hand_in()
    files, complaints = classroom.files(), []
    for name in classroom.notebooks:
        done = classroom.run("nbgrader", "autograde", name)
        complaints += [done.stderr[-3000:]] if done.returncode else []
    complaints += classroom.changed(files)
    return Graded(classroom, before, complaints, classroom.marks())


@pytest.fixture(scope="module")
def classes(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> OfSandbox[Graded]:
    """A class in each sandbox, graded when it is first asked for."""

    @cache
    def graded(sandbox: str) -> Graded:
        copy, world = classroom.copy(tmp_path_factory.mktemp("stock") / "class", sandbox), World()
        done = autograded(replace(copy, entries=CALLERS[sandbox]))
        return replace(done, complaints=done.complaints + world.complaints())

    return graded


@pytest.mark.tally("attacks survived", door="nbgrader autograde")
@meetings(OF_NBGRADER)
def test_an_attack_gets_the_mark_it_deserves(sandbox: str, entry: Entry, classes: OfSandbox[Graded]) -> None:
    graded = classes(sandbox)
    marks = graded.marks.get((graded.classroom.student_of(entry), entry.notebook), {})
    assert entry.mark_complaints(marks) == []


@pytest.mark.parametrize("sandbox", OF_NBGRADER)
def test_nobody_else_is_touched(sandbox: str, classes: OfSandbox[Graded]) -> None:
    graded = classes(sandbox)
    assert graded.complaints == []
    now = [row for row in graded.classroom.rows() if row[0] in BYSTANDERS]
    assert len(now) > len(BYSTANDERS)
    assert now == graded.bystanders
    students = {student for student, _ in graded.marks}
    attackers = {graded.classroom.student_of(entry) for entry in graded.classroom.entries}
    assert students == set(BYSTANDERS) | attackers
    assert {path.name for path in (graded.classroom.course.root / "autograded").iterdir()} <= students


@pytest.mark.parametrize("sandbox", OF_NBGRADER[:1])  # it has no part in this
def test_feedback_of_the_stock_command_runs_nothing(sandbox: str, classes: OfSandbox[Graded]) -> None:
    classroom = classes(sandbox).classroom
    for name in classroom.notebooks:
        done = classroom.run("nbgrader", "generate_feedback", name)
        assert done.returncode == 0, done.stderr
    for entry in classroom.entries:
        page = classroom.page(classroom.student_of(entry), entry.notebook)
        assert added(page, classroom.page("student-01", entry.notebook)) == [], entry.id
