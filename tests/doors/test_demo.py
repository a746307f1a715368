"""The third door: a class of attackers on the path of the demonstration, to report and feedback."""

from __future__ import annotations

import html
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from autograder.judging.verdict import GRADER_FAULT, Graded
from autograder.nbgrader.feedback import pages_of, write_feedback
from autograder.nbgrader.reports import Took, write_results
from autograder.nbgrader.run import autograde
from autograder.sandbox import Backend
from tests.corpus import Entry, bait
from tests.corpus.pages import acts, added
from tests.corpus.world import World
from tests.doors.classroom import BYSTANDERS, Classroom
from tests.doors.conftest import CALLERS, HONEST, OF_DEMO, WORKING, OfSandbox, meetings

MOST_PAGE = 4_000_000


@dataclass(frozen=True)
class Outcome:
    """What came of a class: results, marks, and what is no longer as it was."""

    classroom: Classroom
    results: dict[tuple[str, str], Graded]
    marks: dict[tuple[str, str], dict[str, float | None]]
    complaints: list[str]


@pytest.fixture(scope="module")
def outcomes(classroom: Classroom, tmp_path_factory: pytest.TempPathFactory) -> OfSandbox[Outcome]:
    """What comes of the class in each sandbox, graded when it is first asked for."""
    return cache(lambda sandbox: _graded(classroom, tmp_path_factory.mktemp("demo") / "class", sandbox))


def _graded(classroom: Classroom, folder: Path, sandbox: str) -> Outcome:
    """Let everybody hand in, grade them, and write report and feedback."""
    guests = HONEST if sandbox == WORKING[0] else ()
    copy = replace(classroom.copy(folder, sandbox), entries=(*CALLERS[sandbox], *guests))
    backend = Backend(sandbox)
    before = [row for row in copy.rows() if row[0] in BYSTANDERS]
    copy.hand_in()
    files, world, began = copy.files(), World(), datetime.now(UTC)
    run = autograde(copy.course, backend, copy.notebooks, 2)
    complaints = world.complaints()
    seconds = (datetime.now(UTC) - began).total_seconds()
    write_results(copy.folder, copy.course, run, Took(began, seconds, 2), "Class")
    made = dict.fromkeys(("grades.csv", "totals.csv", "results.json", "report.html"))
    complaints += [line for line in copy.changed(files) if line.partition(" ")[0] not in made]
    if [row for row in copy.rows() if row[0] in BYSTANDERS] != before:
        complaints.append("the marks of a bystander have changed")
    again = 0 if sandbox == WORKING[0] else len(BYSTANDERS) * len(copy.notebooks)  # by another sandbox
    if run.fresh != len(copy.entries) + again:
        complaints.append(f"{run.fresh} were graded, and {len(copy.entries)} were handed in")
    complaints += map(str, write_feedback(copy.course, pages_of(copy.course), 2).failed)
    results = {(student, name): graded for student, name, graded in run.results}
    return Outcome(copy, results, copy.marks(), complaints)


@pytest.mark.slow
@pytest.mark.tally("attacks survived", door="demo")
@meetings(OF_DEMO)
def test_an_attack_gets_what_it_deserves(sandbox: str, entry: Entry, outcomes: OfSandbox[Outcome]) -> None:
    outcome = outcomes(sandbox)
    key = outcome.classroom.student_of(entry), entry.notebook
    graded = replace(outcome.results[key], outputs=outcome.classroom.outputs(*key))
    assert entry.complaints(graded) + entry.mark_complaints(outcome.marks[key]) == []
    assert bait.WORD not in json.dumps(asdict(graded))


@pytest.mark.slow
@pytest.mark.parametrize("sandbox", WORKING[:1])
def test_honest_work_keeps_its_marks_and_is_told_what_was_repaired(
    sandbox: str, outcomes: OfSandbox[Outcome]
) -> None:
    outcome, found = outcomes(sandbox), {}
    for entry in HONEST:
        student = outcome.classroom.student_of(entry)
        shown = outcome.classroom.outputs(student, entry.notebook)
        graded = replace(outcome.results[student, entry.notebook], outputs=shown)
        lines = entry.complaints(graded) + entry.mark_complaints(outcome.marks[student, entry.notebook])
        told = _words(outcome.classroom.page(student, entry.notebook))
        lines += [
            f"the page does not say {repair!r}" for repair in graded.repairs if _words(repair) not in told
        ]
        if lines:
            found[entry.id] = lines
    assert found == {}
    assert any(outcome.results[outcome.classroom.student_of(e), e.notebook].repairs for e in HONEST)


def _words(text: str) -> str:
    """Return the letters and digits of a text or a page, whatever its markup."""
    plain = html.unescape(re.sub(r"<[^>]*>", "", text))
    return "".join(filter(str.isalnum, plain))


@pytest.mark.parametrize("sandbox", OF_DEMO)
@pytest.mark.slow
def test_nobody_else_is_touched(sandbox: str, outcomes: OfSandbox[Outcome]) -> None:
    outcome = outcomes(sandbox)
    assert outcome.complaints == []
    assert not [k for k, g in outcome.results.items() if any(v.outcome == GRADER_FAULT for v in g.verdicts)]


@pytest.mark.parametrize("sandbox", OF_DEMO)
@pytest.mark.slow
def test_the_report_runs_nothing_of_a_student(sandbox: str, outcomes: OfSandbox[Outcome]) -> None:
    classroom = outcomes(sandbox).classroom
    page = (classroom.folder / "report.html").read_text(encoding="utf-8")
    assert [act for act in acts(page) if "gotcha" in act or "alert" in act or "javascript:" in act] == []
    tables = "".join(
        (classroom.folder / name).read_text(encoding="utf-8") for name in ("grades.csv", "totals.csv")
    )
    assert bait.WORD not in page + tables
    assert all(classroom.student_of(e)[:9] in html.unescape(page) for e in classroom.entries)


@pytest.mark.parametrize("sandbox", OF_DEMO)
@pytest.mark.slow
def test_no_feedback_page_runs_anything_or_is_endless(sandbox: str, outcomes: OfSandbox[Outcome]) -> None:
    classroom, found = outcomes(sandbox).classroom, {}
    for entry in CALLERS[sandbox]:
        page = classroom.page(classroom.student_of(entry), entry.notebook)
        lines = added(page, classroom.page("student-01", entry.notebook))
        lines += [f"{len(page)} characters"] * (len(page.encode()) > MOST_PAGE)
        lines += ["a secret of the host"] * (bait.WORD in page)
        if lines:
            found[entry.id] = lines
    assert found == {}
