"""What the class report counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.judging.verdict import OUTCOMES, Graded
from autograder.report.concerns import KINDS, concerns
from autograder.report.mistakes import mistakes, most_frequent
from autograder.report.model import ManualItem, is_settled, natural
from autograder.report.students import student_rows
from autograder.report.summaries import repairs, summarise, timing
from rnncourse.checking import outcomes as checking
from tests.unit.report.made import NB, a_class, graded, mixed_class, verdict


def test_every_outcome_has_a_sign_and_word_of_its_own() -> None:
    assert set(checking.OUTCOMES) < set(OUTCOMES)
    assert (
        len({sign.mark for sign in OUTCOMES.values()})
        == len({sign.word for sign in OUTCOMES.values()})
        == len(OUTCOMES)
    )


# What is counted


def test_exercises_are_counted_and_averaged_without_what_needs_a_person() -> None:
    (summary,) = summarise(mixed_class())
    step, softmax = summary.exercises
    assert step.counts == {"correct": 3, "wrong": 2}
    assert (step.mean, step.median) == (9 / 5, 3.0)
    assert softmax.counts == {
        "correct": 1,
        "partial": 1,
        "timed_out": 1,
        "not_attempted": 1,
        "grader_fault": 1,
    }
    assert list(softmax.counts) == [outcome for outcome in OUTCOMES if outcome in softmax.counts]
    assert (softmax.mean, softmax.median) == (4.5 / 4, 0.75)


def test_notebook_sums_leave_out_files_with_an_open_mark() -> None:
    (summary,) = summarise(mixed_class())
    assert summary.name == NB
    assert summary.files == 6
    assert summary.scores == (1.5, 3.0, 3.0, 6.0)
    assert summary.left_out == 2
    assert summary.max_score == 6.0
    assert (summary.mean, summary.median) == (13.5 / 4, 3.0)


@pytest.mark.parametrize(
    "file",
    [
        graded(verdict("x", "grader_fault", None)),
        graded(verdict("x", "ungradable", 0.0)),
        graded(verdict(), problem="cut"),
        graded(),
    ],
)
def test_a_file_that_needs_a_person_is_not_settled(file: Graded) -> None:
    assert not is_settled(file)
    assert is_settled(graded(verdict("x", "wrong", 0.0)))


def test_students_are_in_the_order_of_their_numbers() -> None:
    assert mixed_class().students[:3] == ("student-1", "student-2", "student-3")
    assert mixed_class().students[-1] == "student-10"
    assert sorted(["b2", "B10", "b" + "9" * 5000, "b0", "²", "10", "x"], key=natural) == [
        "10",
        *["b0", "b2", "B10", "b" + "9" * 5000],
        "x",
        "²",
    ]


def test_files_per_minute() -> None:
    assert mixed_class().per_minute == 14.0
    assert a_class(seconds=0.0).per_minute is None


def test_mistakes_are_counted_and_named_in_the_order_of_the_notebook() -> None:
    found = mistakes(mixed_class())
    assert [(e.exercise, e.answers) for e in found] == [("rnn_step", 5), ("softmax", 3)]
    assert [(m.id, m.students) for m in found[0].made] == [("h0_ignored", ("student-1", "student-9"))]
    assert found[0].made[0].message == "Your first step starts from zeros."
    assert [(u.student, u.outcome) for u in found[1].unnamed] == [
        ("student-5", "timed_out"),
        ("student-9", "partial"),
    ]
    top = most_frequent(found)
    assert top is not None
    assert top[1].id == "h0_ignored"
    assert most_frequent(()) is None


def test_an_exercise_that_the_first_student_skipped_keeps_its_place() -> None:
    skipped = graded(verdict("a", "not_attempted", 0.0), verdict("b", "wrong", 0.0))
    other = graded(verdict("a", "wrong", 0.0), verdict("b"))
    assert [e.exercise for e in mistakes(a_class(("s1", skipped), ("s2", other)))] == ["a", "b"]


def test_the_most_frequent_mistake_comes_first_with_its_usual_words() -> None:
    def wrong(mistake: str, message: str) -> Graded:
        return graded(verdict(outcome="wrong", score=0.0, mistake=mistake, message=message))

    files = [wrong("rare", "r"), wrong("usual", "x"), wrong("usual", "y"), wrong("usual", "y")]
    (exercise,) = mistakes(a_class(*((f"s{i}", file) for i, file in enumerate(files))))
    assert [(m.id, len(m.students), m.message) for m in exercise.made] == [
        ("usual", 3, "y"),
        ("rare", 1, "r"),
    ]


def test_a_named_mistake_that_cost_no_point_is_still_shown() -> None:
    (exercise,) = mistakes(a_class(("s1", graded(verdict(mistake="slow_loop", message="It works.")))))
    assert exercise.made[0].id == "slow_loop"


def test_what_needs_a_person_is_grouped_and_ordered() -> None:
    found = concerns(mixed_class())
    assert [(c.kind, c.notebook, c.exercises) for c in found] == [
        ("grader_fault", NB, ("softmax",)),
        ("ungradable", "", ()),
        ("ungradable", NB, ()),
        ("flag", NB, ("rnn_step",)),
        ("by_hand", NB, ("explain",)),
    ]
    assert found[2].cases == (("student-3", "sub/empty.ipynb"),)
    assert found[2].reason == "The file is empty."
    assert all(KINDS[c.kind].todo and c.reason and c.cases for c in found)


def test_a_mark_by_hand_that_was_graded_again_is_to_be_looked_at() -> None:
    items = (ManualItem("student-9", NB, "check_x", 4.0, 0.0), ManualItem("student-9", NB, "explain", 4.0))
    again, never = concerns(replace(a_class(), by_hand=items))
    assert "the mark given by hand counts" in again.reason
    assert "graded again" not in never.reason


def test_the_same_fault_in_a_whole_class_is_one_concern() -> None:
    fault = [verdict(name, "grader_fault", None, message="No memory.") for name in ("a", "b")]
    (found,) = concerns(a_class(*((f"student-{i}", graded(*fault)) for i in range(300))))
    assert found.exercises == ("a", "b")
    assert len(found.cases) == 300


def test_an_unreadable_file_is_told_once_and_not_for_each_exercise() -> None:
    told = [verdict(name, "ungradable", 0.0, message="empty") for name in ("a", "b")]
    (found,) = concerns(a_class(("s1", graded(*told, problem="The file is empty."))))
    assert (found.reason, found.exercises) == ("The file is empty.", ())
    (found,) = concerns(a_class(("s1", graded(*told))))
    assert (found.reason, found.exercises) == ("empty", ("a", "b"))


def test_a_file_without_any_verdict_is_our_fault() -> None:
    (found,) = concerns(a_class(("s1", graded())))
    assert found.kind == "grader_fault"


def test_repairs_are_grouped_the_most_frequent_first() -> None:
    files = [graded(repairs=("a", "b")), graded(repairs=("b",)), graded(repairs=("b", "b"))]
    found = repairs(a_class(*((f"s{i}", file) for i, file in enumerate(files))))
    assert [(r.says, r.students) for r in found] == [("b", ("s0", "s1", "s2")), ("a", ("s0",))]


def test_timing_names_the_slowest() -> None:
    files = [(f"s{i}", graded(seconds=float(i))) for i in range(1, 21)]
    found = timing(a_class(*files), slowest=2)
    assert found is not None
    assert [student for student, _ in found.slowest] == ["s20", "s19"]
    assert (found.median, found.ninth_decile, found.total) == (10.5, 18.0, 210.0)
    assert timing(a_class()) is None


def test_student_rows_add_up_and_know_what_is_open() -> None:
    rows = {row.id: row for row in student_rows(mixed_class())}
    assert (rows["student-10"].score, rows["student-10"].open_files) == (6.0, 0)
    assert (rows["student-1"].score, rows["student-1"].open_files) == (0.0, 1)
    assert [cell.text for cell in rows["student-4"].cells] == ["–"]
    assert rows["student-4"].note == "1 file not recognised"


# The plot
