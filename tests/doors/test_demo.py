"""The third door: a class made of the corpus, on the path of the demonstration to report and feedback.

The class is the whole corpus in the first sandbox that works, and one of each kind in the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from autograder.demo.feedback import pages_of, write_feedback
from autograder.nbgrader.reports import Took, write_results
from autograder.nbgrader.run import autograde
from autograder.sandbox import Backend
from autograder.verdict import GRADER_FAULT, Graded
from tests.corpus import Entry, attacks, bait
from tests.corpus.pages import acts, added
from tests.corpus.world import World
from tests.doors.classroom import BYSTANDERS, Classroom
from tests.doors.conftest import SAMPLE, WORKING

MOST_PAGE = 4_000_000
BOTH = pytest.mark.parametrize("outcome", WORKING, indirect=True)


@dataclass(frozen=True)
class Outcome:
    """What came of a class: results, marks, and what is no longer as it was."""

    classroom: Classroom
    results: dict[tuple[str, str], Graded]
    marks: dict[tuple[str, str], dict[str, float | None]]
    complaints: list[str]


@pytest.fixture(scope="module")
def outcome(
    request: pytest.FixtureRequest, classroom: Classroom, tmp_path_factory: pytest.TempPathFactory
) -> Outcome:
    """Grade bystanders, then everybody, and write report and feedback."""
    copy = classroom.copy(tmp_path_factory.mktemp("demo") / "class", request.param)
    if request.param != WORKING[0]:
        copy = replace(copy, entries=SAMPLE)
    backend = Backend(request.param)
    autograde(copy.course, backend, copy.notebooks, 2)
    before = [row for row in copy.rows() if row[0] in BYSTANDERS]
    copy.hand_in()
    files, world, began = copy.files(), World(), datetime.now(UTC)
    run = autograde(copy.course, backend, copy.notebooks, 2)
    complaints = world.complaints()
    seconds = (datetime.now(UTC) - began).total_seconds()
    write_results(copy.folder, copy.course, run, backend.name, Took(began, seconds, 2), "Class")
    made = dict.fromkeys(("grades.csv", "results.json", "report.html"))
    complaints += [line for line in copy.changed(files) if line.partition(" ")[0] not in made]
    if [row for row in copy.rows() if row[0] in BYSTANDERS] != before:
        complaints.append("the marks of a bystander have changed")
    if run.fresh != len(copy.entries):
        complaints.append(f"{run.fresh} were graded, and {len(copy.entries)} were handed in")
    results = {(student, name): graded for student, name, graded in run.results}
    return Outcome(copy, results, copy.marks(), complaints)


@pytest.fixture(scope="module")
def pages(outcome: Outcome) -> Outcome:
    """The same class, with a feedback page for everybody."""
    write_feedback(outcome.classroom.course, pages_of(outcome.classroom.course), 2, lambda: None)
    return outcome


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door="demo")
@pytest.mark.parametrize(
    ("outcome", "entry"),
    [
        pytest.param(name, entry, id=f"{name}-{entry.id}")
        for name in WORKING
        for entry in (attacks() if name == WORKING[0] else SAMPLE)
    ],
    indirect=["outcome"],
)
def test_an_attack_gets_what_it_deserves(entry: Entry, outcome: Outcome) -> None:
    key = outcome.classroom.student_of(entry), entry.notebook
    graded = outcome.results[key]
    assert entry.complaints(graded) + entry.mark_complaints(outcome.marks[key]) == []
    assert bait.WORD not in json.dumps(graded.to_json())


@BOTH
@pytest.mark.slow
def test_nobody_else_is_touched(outcome: Outcome) -> None:
    assert outcome.complaints == []
    assert not [k for k, g in outcome.results.items() if any(v.outcome == GRADER_FAULT for v in g.verdicts)]


@BOTH
@pytest.mark.slow
def test_the_report_runs_nothing_of_a_student(outcome: Outcome) -> None:
    folder = outcome.classroom.folder
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert [act for act in acts(page) if "gotcha" in act or "alert" in act or "javascript:" in act] == []
    assert bait.WORD not in page + (folder / "grades.csv").read_text(encoding="utf-8")
    assert all(outcome.classroom.student_of(e)[:9] in page for e in outcome.classroom.entries)


@BOTH
@pytest.mark.slow
def test_no_feedback_page_runs_anything_or_is_endless(pages: Outcome) -> None:
    classroom, found = pages.classroom, {}
    for entry in classroom.entries:
        page = classroom.page(classroom.student_of(entry), entry.notebook)
        lines = added(page, classroom.page("student-01", entry.notebook))
        lines += [f"{len(page)} characters"] * (len(page.encode()) > MOST_PAGE)
        lines += ["a secret of the host"] * (bait.WORD in page)
        if lines:
            found[entry.id] = lines
    assert found == {}
