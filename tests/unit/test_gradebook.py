"""The rows that we write into nbgrader's gradebook: marks, what lateness costs, and when a person looks again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from nbgrader.api import Grade, Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.plugins import LateSubmissionPlugin
from traitlets.config import Config

from autograder.errors import CourseError
from autograder.exercises import COURSE
from autograder.judging.judge import lost
from autograder.judging.verdict import Graded
from autograder.nbgrader.around import earlier_points
from autograder.nbgrader.arranged import Arrangements, Row
from autograder.nbgrader.gradebook import Entry, late_plugin, write_entries
from autograder.platforms.marks import marks_in, table_of
from tests.ours import marked_notebook, student_notebook

NAME, EXERCISE, WHO = "00_start_here", "affine", "student-01"
IN_TIME, LATE = "2026-10-01 12:00:00 UTC", "2026-10-02 13:00:00 UTC"
POINTS = 2.0


class Costs(LateSubmissionPlugin):
    """Says always the same."""

    penalty: float | None = 0.5

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        self.asked = (student_id, score, total_seconds_late)
        return self.penalty


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gradebook]:
    """A gradebook as it is after a release: one exercise, due at a time."""
    with Gradebook(f"sqlite:///{tmp_path_factory.mktemp('course')}/gradebook.db", "rnncourse") as opened:
        opened.add_assignment(NAME, duedate=datetime(2026, 10, 1, 13))
        opened.add_notebook(NAME, NAME)
        cell = f"check_{EXERCISE}"
        opened.add_grade_cell(cell, NAME, NAME, max_score=POINTS, cell_type="code")
        opened.add_solution_cell(EXERCISE, NAME, NAME)
        yield opened


@pytest.fixture
def gradebook(released: Gradebook) -> Gradebook:
    """The same gradebook, in which nothing was graded yet."""
    with contextlib.suppress(MissingEntry):
        released.remove_submission(NAME, WHO)
    return released


def graded(score: float) -> Graded:
    """Return a result with this score."""
    result = lost(f"{WHO}.ipynb", COURSE, NAME, "It was lost.").graded
    verdicts = tuple(
        replace(v, outcome="correct" if score else "wrong", score=score) for v in result.verdicts
    )
    return replace(result, verdicts=verdicts)


def write(
    gradebook: Gradebook,
    score: float,
    time: str = IN_TIME,
    plugin: object = None,
    extension: timedelta | None = None,
) -> None:
    result = graded(score)
    notebook = marked_notebook(student_notebook(NAME), result)
    write_entries(gradebook, [Entry(WHO, NAME, result, notebook, time, extension)], plugin)


def grade_of(gradebook: Gradebook) -> Grade:
    return gradebook.find_grade(f"check_{EXERCISE}", NAME, NAME, WHO)


def notebook_of(gradebook: Gradebook) -> SubmittedNotebook:
    return gradebook.find_submission_notebook(NAME, NAME, WHO)


@pytest.mark.slow
def test_a_mark_needs_nobody(gradebook: Gradebook) -> None:
    write(gradebook, POINTS)
    assert (grade_of(gradebook).auto_score, grade_of(gradebook).needs_manual_grade) == (POINTS, False)


@pytest.mark.slow
def test_what_this_run_did_not_grade_is_known_from_the_gradebook(gradebook: Gradebook) -> None:
    write(gradebook, 1.5)
    assert earlier_points(gradebook, COURSE, ()) == {NAME: {WHO: (1.5, POINTS)}}
    assert earlier_points(gradebook, COURSE, [(WHO, NAME, graded(1.5))]) == {}
    grade_of(gradebook).needs_manual_grade = True
    gradebook.db.commit()
    assert earlier_points(gradebook, COURSE, ()) == {}, "its sum is not final"


def test_a_manual_mark_stays_and_is_looked_at_again(gradebook: Gradebook) -> None:
    write(gradebook, 0.0)
    grade_of(gradebook).manual_score, grade_of(gradebook).needs_manual_grade = 1.5, False
    gradebook.db.commit()
    write(gradebook, POINTS)
    grade = grade_of(gradebook)
    assert (grade.auto_score, grade.manual_score, grade.score) == (POINTS, 1.5, 1.5)
    assert grade.needs_manual_grade


@pytest.mark.parametrize(
    ("said", "written"),
    [(0.5, 0.5), (99.0, POINTS), (-3.0, 0.0), (None, None)],
    ids=["as it is", "at most the score", "never a gift", "none"],
)
def test_what_lateness_costs_has_bounds(
    gradebook: Gradebook, said: float | None, written: float | None
) -> None:
    plugin = Costs()
    plugin.penalty = said
    write(gradebook, POINTS, LATE, plugin)
    assert notebook_of(gradebook).late_submission_penalty == written
    assert plugin.asked == (WHO, POINTS, 24 * 3600)


def test_in_time_costs_nothing_and_a_new_time_takes_back_what_lateness_cost(gradebook: Gradebook) -> None:
    plugin = Costs()
    write(gradebook, POINTS, LATE, plugin)
    assert notebook_of(gradebook).late_submission_penalty == 0.5
    write(gradebook, POINTS, IN_TIME, plugin)
    assert notebook_of(gradebook).late_submission_penalty is None


def test_the_settings_of_nbgrader_say_what_lateness_costs() -> None:
    stock = late_plugin(Config({"LateSubmissionPlugin": {"penalty_method": "zero"}}))
    assert stock.late_submission_penalty(WHO, POINTS, 60.0) == POINTS
    own = late_plugin(Config({"AssignLatePenalties": {"plugin_class": Costs}}))
    assert own.late_submission_penalty(WHO, POINTS, 60.0) == 0.5


def test_a_mark_that_goes_back_to_a_platform_is_less_what_lateness_costs(gradebook: Gradebook) -> None:
    write(gradebook, POINTS, LATE, Costs())
    (mark,) = marks_in(gradebook, NAME)
    assert (mark.student, mark.score, mark.max_score, mark.waits) == (WHO, POINTS - 0.5, POINTS, False)
    assert [(cell.name, cell.score) for cell in mark.cells] == [(f"check_{EXERCISE}", POINTS)]


def test_what_is_arranged_goes_back_too(gradebook: Gradebook) -> None:
    write(gradebook, POINTS)
    rows = {(WHO, NAME): Row(2, extra=0.5), ("student-09", NAME): Row(3, excused=True)}
    mine, other = marks_in(gradebook, NAME, Arrangements(rows))
    assert (mine.student, mine.score, mine.excused) == (WHO, POINTS + 0.5, False)
    assert (other.student, other.excused, other.cells) == ("student-09", True, ())
    written = table_of([mine, other], pending=True).splitlines()
    assert [line.split(",")[4:] for line in written[1:]] == [["2.5", "2", "marked"], ["", "2", "excused"]]


def test_an_extension_makes_late_work_come_in_time(gradebook: Gradebook) -> None:
    write(gradebook, POINTS, LATE, Costs(), timedelta(days=1))
    assert notebook_of(gradebook).late_submission_penalty is None
    write(gradebook, POINTS, LATE, Costs())
    assert notebook_of(gradebook).late_submission_penalty is None, "what is not said stays"
    write(gradebook, POINTS, LATE, Costs(), timedelta(0))
    assert notebook_of(gradebook).late_submission_penalty == 0.5


def test_a_fault_of_ours_is_no_mark_that_goes_back(gradebook: Gradebook) -> None:
    write(gradebook, POINTS)
    grade_of(gradebook).auto_score, grade_of(gradebook).needs_manual_grade = None, True
    gradebook.db.commit()
    (mark,) = marks_in(gradebook, NAME)
    assert mark.waits
    assert mark.cells[0].score is None


def test_a_batch_may_have_two_results_of_a_new_student(gradebook: Gradebook) -> None:
    """Nothing of a batch is in the database before all of it: whoever is new is met once."""
    marked = marked_notebook(student_notebook(NAME), graded(POINTS))
    one, other, new = (graded(POINTS), replace(graded(POINTS), notebook="another"), "student-09")
    gradebook.add_assignment("another")
    gradebook.add_notebook("another", "another")
    try:
        write_entries(
            gradebook,
            [Entry(new, name, result, marked, IN_TIME) for name, result in ((NAME, one), ("another", other))]
            + [Entry(new, NAME, graded(0.0), marked, LATE)],
        )
        assert {s.assignment.name for s in gradebook.find_student(new).submissions} == {NAME, "another"}
        assert f"{gradebook.find_submission(NAME, new).timestamp:%d %H}" == "02 13", "the later one counts"
    finally:
        gradebook.remove_student(new)
        gradebook.remove_assignment("another")


def test_an_assignment_that_was_never_graded_is_said(gradebook: Gradebook) -> None:
    with pytest.raises(CourseError, match="nothing of it is graded"):
        marks_in(gradebook, "01_one_hot")
