"""What a page says: points, what to do next, each exercise, and the notebook folded away."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.feedback import Mark, Marks, Result, Wanted, make_sheet, render_index, render_page
from autograder.feedback.advice import steps
from autograder.feedback.making import made_from
from autograder.feedback.writing import Due, Page, start, write
from autograder.judging.verdict import Graded, Verdict
from tests.corpus.pages import acts
from tests.ours import marked_notebook, released, student_notebook

NAME, TASK = "03_bptt", "derivation"
RIGHT = Verdict("squared_error", "correct", 1.0, 1.0, message="Correct.", text="✓ squared_error: correct")
WRONG = Verdict(
    "cross_entropy",
    "wrong",
    0.0,
    3.0,
    mistake="sign",
    message="What happened: It *grows*, see `log`. (mistake: sign) Where: test 1 of 3.",
    html="<div><strong>✗ cross_entropy: not yet</strong></div>",
)
FAULT = Verdict("rnn_backward", "grader_fault", None, 6.0, message="a fault", text="? was not graded")
BLANK = Verdict("gradient_check", "not_attempted", 0.0, 4.0, message="Not started.")
GIVEN = (RIGHT, WRONG, FAULT, BLANK)
HIDDEN = "\n### BEGIN HIDDEN TESTS\nassert secret\n### END HIDDEN TESTS"
OWN = "My derivation: $da = dh \\odot (1 - c^2)$"


def marked(*verdicts: Verdict, answer: str = OWN, repairs: tuple[str, ...] = ()) -> dict[str, Any]:
    notebook = student_notebook(NAME)
    place = next(i for i, c in enumerate(notebook.cells) if label(c) == TASK)
    notebook.cells[place + 1].source = answer
    graded = Graded("x", NAME, verdicts, repairs)
    loaded: dict[str, Any] = json.loads(json.dumps(marked_notebook(notebook, graded)))
    return loaded


def label(cell: Any) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def marks(*verdicts: Verdict, task: float | None = None, **more: Any) -> Marks:
    cells = {f"check_{v.exercise}": Mark(v.score, v.max_score) for v in verdicts}
    return Marks(cells | {TASK: Mark(task, 4.0, True)}, **more)


def page(*verdicts: Verdict, rubric: bool = False, repairs: tuple[str, ...] = (), **more: Any) -> str:
    notebook = marked(*verdicts, repairs=repairs)
    sheet = make_sheet(notebook, marks(*verdicts, **more), "student-07", NAME, own_texts(), rubric)
    return render_page(sheet, Wanted(rubric, "../index.html"))


def own_texts() -> frozenset[str]:
    return frozenset(cell.settled for cell in released(NAME).cells)


def words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_points_and_the_next_step_come_first() -> None:
    html, said = page(*GIVEN), words(page(*GIVEN))
    assert '<html lang="en">' in html
    assert acts(html) == [found for found in acts(html) if "http-equiv=Content-Security-Policy" in found]
    assert "1 of 8 points" in said
    assert "10 more points are not yet marked" in said
    following = said[said.index("What to do next") : said.index("Exercises")]
    assert "Begin with cross_entropy . It grows , see log ." in following, (
        "not where it differs: the card says so"
    )
    assert "Not started yet: gradient_check" in following
    assert "We could not grade rnn_backward . That is our fault" in following
    assert "A person reads it, and has not marked it yet" in following


@pytest.mark.parametrize(
    ("message", "first"),
    [
        (WRONG.message, "It *grows*, see `log`."),
        ("What happened: A. First difference: 3 of 4.", "A."),
        (
            "Where: test 1 of 7. First difference: the answer is of another type.",
            "the answer is of another type.",
        ),
        ("Error: ValueError: x Line 3 of your cell: y", "ValueError: x"),
        ("Right, given a right rnn_step. Where: test 2.", "Right, given a right rnn_step."),
        ("It ended the program.", "It ended the program."),
        ("", ""),
    ],
)
def test_the_next_step_says_what_helps_most(message: str, first: str) -> None:
    verdict = replace(WRONG, message=message)
    sheet = make_sheet(marked(verdict), marks(verdict), "s", NAME)
    assert steps(sheet)[0].text == first


def test_what_a_person_marks_is_not_a_zero() -> None:
    said = words(page(RIGHT))
    assert "not yet marked 4 points open" in said
    assert "My derivation" in said[: said.index("Your notebook")], "the text stands at its task"
    assert "marked by a person 2.5 of 4" in words(page(RIGHT, task=2.5))
    by_hand = marks(WRONG).cells | {"check_cross_entropy": Mark(3.0, 3.0, True)}
    sheet = make_sheet(marked(WRONG), Marks(by_hand), "s", NAME)
    assert "A person gave these points" in words(render_page(sheet, Wanted()))
    assert sheet.items[0].outcome == "correct"


def test_nobody_reads_the_rubric_unless_it_is_asked_for() -> None:
    assert "BEGIN MARK SCHEME" in json.dumps(marked(RIGHT)), "else this tests nothing"
    for html in (page(RIGHT), page(RIGHT, rubric=True)):
        assert "MARK SCHEME" not in html
    assert "For the person who marks" not in words(page(RIGHT))
    assert "How this is marked For the person who marks" in words(page(RIGHT, rubric=True))


def test_a_person_s_comment_stands_at_its_exercise_and_is_named_above() -> None:
    html = page(
        RIGHT, comments={"squared_error": "Look at **this** $x_1$<script>alert(1)</script>", TASK: "Fine."}
    )
    assert html.count('<div class="comment">') == 2
    assert "<strong>this</strong>" in html
    assert "<script" not in html
    assert "Read what a person wrote about squared_error , A derivation of your own" in words(html)


def test_nothing_is_left_where_all_is_right() -> None:
    sheet = make_sheet(marked(RIGHT), marks(RIGHT, task=4.0), "s", NAME)
    assert [step.lead for step in steps(sheet)] == ["Nothing is left to mend."]


def test_what_was_mended_is_said_in_words() -> None:
    said = words(page(RIGHT, repairs=("The check cell for `rnn_step` was gone; it is back.",)))
    assert "How your file was read The check cell for rnn_step was gone; it is back. Exercises" in said


def test_a_file_that_could_not_be_read_says_what_to_do() -> None:
    lost = [
        Verdict(v.exercise, "ungradable", 0.0, v.max_score, message="It breaks off.") for v in (RIGHT, WRONG)
    ]
    said = words(page(*lost, repairs=("It breaks off.",)))
    assert "Hand in this file again. It could not be read" in said
    assert "unreadable" not in said, "once is enough"


def test_a_stub_is_not_shown_as_the_student_s_code() -> None:
    assert "the cell is as it was handed out" in words(page(BLANK))
    notebook = marked(BLANK)
    for cell in notebook["cells"]:
        if label(cell) == BLANK.exercise:
            cell["source"] = "gradient_check = 3"
    sheet = make_sheet(notebook, marks(BLANK, comments={BLANK.exercise: "Go on."}), "s", NAME, own_texts())
    assert "gradient_check" in sheet.items[0].work[0]
    assert sheet.items[0].comments == ("<p>Go on.</p>\n",)


def test_lateness_is_taken_off_and_said() -> None:
    assert "0.5 of 1 point" in words(page(RIGHT, penalty=0.5))
    assert "It came late: 0.5 points are taken off already" in words(page(RIGHT, penalty=0.5))


def test_what_is_arranged_is_added_and_said() -> None:
    text = words(page(RIGHT, extra=0.5, extended="2d", excused=True))
    assert "1.5 of 1 point" in text
    assert "0.5 points are added by your instructor" in text
    assert "It was due later for you, by 2d." in text
    assert "You are excused from this notebook" in text


def test_what_does_not_count_is_in_no_sum() -> None:
    mine = Marks({"a": Mark(3.0, 4.0)})
    results = [Result("01", "", mine), Result("02", "", mine, "excused"), Result("03", "", mine, "dropped")]
    text = words(render_index("student-07", "", results))
    assert "3 of 4 points" in text
    assert text.count("does not count") == 2


def test_a_notebook_of_another_kind_gets_a_page_too() -> None:
    cell = {
        "cell_type": "code",
        "source": ["x = 1"],
        "metadata": {"nbgrader": {"grade_id": "a", "solution": True}},
    }
    test = {
        "cell_type": "code",
        "source": "assert x",
        "metadata": {"nbgrader": {"grade_id": "t", "grade": True}},
    }
    notebook = {"cells": [cell, test, {"cell_type": "raw", "source": "<b>"}, "nonsense", {}]}
    sheet = make_sheet(notebook, Marks({"t": Mark(0.5, 1.0)}), "s", "other")
    assert [(item.name, item.outcome, len(item.work)) for item in sheet.items] == [("t", "partial", 1)]
    assert sheet.title == "other"
    said = words(render_page(sheet, Wanted()))
    assert "assert x" in said
    assert "secret" not in said


def test_the_page_over_all_notebooks_adds_up_and_links() -> None:
    results = [
        Result("00_start_here", "00_start_here/00_start_here.html", Marks({"a": Mark(2.0, 2.0)})),
        Result("03_bptt", "03_bptt/03_bptt.html", marks(RIGHT)),
        Result("04_training", "", Marks({"a": Mark(None, 5.0)}).nothing()),
    ]
    html = render_index("<b>", "Ada", results)
    assert "3 of 8 points" in words(html)
    assert "4 more points are not yet marked" in words(html)
    assert html.count('href="0') == 2
    assert "04_training nothing was handed in 0 5 –" in words(html)
    assert "&lt;b&gt;" in html


@pytest.fixture
def due(tmp_path: Path) -> Due:
    (tmp_path / "marked.ipynb").write_text(json.dumps(marked(RIGHT)), encoding="utf-8")
    page = Page("s", NAME, tmp_path / "marked.ipynb", tmp_path / "feedback" / "page.html")
    return Due(page, marks(RIGHT), Wanted(), "0123abcd")


def test_a_page_that_fails_says_why_and_leaves_the_old_one(due: Due) -> None:
    start({NAME: own_texts()})
    assert write(due) == ""
    before = due.page.path.read_bytes()
    due.page.marked.write_text("{")
    assert "JSONDecodeError" in write(due)
    assert due.page.path.read_bytes() == before


def test_what_a_page_depends_on_changes_its_key() -> None:
    key = made_from(b"x", marks(RIGHT), Wanted())
    assert key == made_from(b"x", marks(RIGHT), Wanted())
    others = [
        made_from(b"y", marks(RIGHT), Wanted()),
        made_from(b"x", marks(RIGHT, task=1.0), Wanted()),
        made_from(b"x", marks(RIGHT, comments={TASK: "x"}), Wanted()),
        made_from(b"x", marks(RIGHT), Wanted(rubric=True)),
    ]
    assert len({key, *others}) == 5
