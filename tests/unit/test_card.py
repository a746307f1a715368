"""Cards: the same words in text and HTML, marks without colour, nothing hidden in the discreet form."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from nbconvert.filters import clean_html

from rnncourse.checking.calling import Answer, Raised
from rnncourse.checking.card import headline
from rnncourse.checking.caseset import CORE, Case, CaseSet, Group
from rnncourse.checking.compare import Mismatch
from rnncourse.checking.diagnose import Finding, examine
from rnncourse.checking.outcomes import CORRECT, CRASHED, NOT_ATTEMPTED, PARTIAL, TIMED_OUT, WRONG
from rnncourse.checking.points import GroupResult
from rnncourse.checking.render import to_html, to_text

SECRET = 0.123456789
GROUPS = (GroupResult("core", "the values", 6, False), GroupResult("one", "a batch of one", 1, True))
ODD = GroupResult("two", "with `Good` where `good` is", 1, False)
CASE = Case("core", {"x": np.array([SECRET])}, np.array([SECRET]))
MISMATCH = Mismatch(
    "['h']",
    "2 of 2 entries differ, the first at index [0]",
    f"{SECRET}",
    "2.5",
    (np.array([SECRET, 1.0]), np.array([-SECRET, -1.0])),
)
WRONG_FINDING = Finding(
    "rnn_step",
    WRONG,
    0.0,
    GROUPS,
    MISMATCH,
    CASE,
    "no_bias",
    "The bias is <missing> & gone.",
    printed="here\n",
)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (CORRECT, "✓ f: correct"),
        (PARTIAL, "◐ f: partly right"),
        (WRONG, "✗ f: not yet"),
        (NOT_ATTEMPTED, "○ f: not started"),
        (CRASHED, "! f: stopped with an error"),
        (TIMED_OUT, "∞ f: took too long"),
    ],
)
def test_the_outcome_is_a_sign_and_words(outcome: str, line: str) -> None:
    assert headline(Finding("f", outcome)) == line
    assert to_text(Finding("f", outcome)).split("\n")[0] == line
    assert line in to_html(Finding("f", outcome))


def test_a_question_on_a_card_ends_with_its_own_mark() -> None:
    asked = Finding("f", WRONG, mismatch=Mismatch("", "is there a return?", "1", "None"), case=CASE)
    assert "What happened: is there a return?\n" in to_text(asked)
    assert "entries differ, the first at index [0].\n" in to_text(WRONG_FINDING)


def test_a_card_names_the_mistake_and_the_first_difference() -> None:
    text = to_text(WRONG_FINDING)
    for part in (
        "The bias is <missing> & gone.",
        "index [0]",
        str(SECRET),
        "2.5",
        "It is the negative of the expected array.",
        "here",
    ):
        assert part in text
    assert "✗ FAIL  the values" in text
    assert "✓ pass  a batch of one" in text
    assert "1 of 2 tests pass, but not the first, on which the others build:" in text


@pytest.mark.parametrize("show", [to_text, to_html])
def test_a_card_goes_from_the_diagnosis_to_the_tests(show: object) -> None:
    text = show(WRONG_FINDING)  # type: ignore[operator]
    parts = (
        "What happened",
        "First difference",
        "expected",
        "Called with",
        "printed",
        "tests pass",
        "failing_case",
    )
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "no_bias" not in text, "ids are for records"


def test_the_tests_are_folded_where_a_page_keeps_that() -> None:
    assert "<details" in to_html(WRONG_FINDING)
    page = clean_html(to_html(replace(WRONG_FINDING, hint="Look at `h < 1`."), reveal=False))
    assert "<code>h &lt; 1</code>" in page
    assert "&lt;" not in page.replace("h &lt; 1", ""), "nothing of ours is taken for text"


def test_code_is_marked_by_no_backtick() -> None:
    finding = replace(WRONG_FINDING, note="Delete `raise E()` below `h`.", groups=(GROUPS[0], ODD))
    assert "Delete ‘raise E()’ below h." in to_text(finding)
    assert "Delete <code>raise E()</code> below <code>h</code>." in to_html(finding)
    assert "`" not in to_text(finding) + to_html(finding)


def test_lines_of_text_are_short_and_hang_and_never_end_in_code() -> None:
    long = "a word " * 11 + "and `some code of several words` " + "more words " * 30
    text = to_text(replace(WRONG_FINDING, hint=long, groups=(*GROUPS, replace(ODD, says=long))))
    assert max(map(len, text.split("\n"))) <= 88
    assert text.count("‘some code of several words’") == 2
    assert re.search(r"\n    \S.*more words\n", text), "what goes on is indented below what it belongs to"
    assert re.search(r"\n {12}\S.*more words", text)


def test_no_letter_is_smaller_than_13_pixels() -> None:
    html = to_html(WRONG_FINDING)
    assert min(map(int, re.findall(r"font-size:(\d+)px", html))) >= 13
    assert set(re.findall(r"font-size:\d+(\D+?)[;\"]", html)) == {"px"}


def test_what_is_partly_right_says_what_is_right() -> None:
    finding = Finding("loss", PARTIAL, 0.3, GROUPS, MISMATCH, CASE, outputs=(("loss", True), ("dz", False)))
    assert headline(finding) == "◐ loss: partly right, 1 of 2 outputs"
    assert "Right so far: loss; not yet dz." in to_text(finding, reveal=False)
    none = replace(finding, groups=(GROUPS[0], ODD))
    assert "0 of 2 tests pass, each of which asks for all outputs:" in to_text(none)
    assert "outputs" not in headline(
        replace(finding, outcome=WRONG, outputs=(("loss", False), ("dz", False)))
    )


@pytest.mark.parametrize("show", [to_text, to_html])
def test_a_discreet_card_shows_no_number_of_a_hidden_case(show: object) -> None:
    text = show(WRONG_FINDING, reveal=False)  # type: ignore[operator]
    assert "The bias is" in text
    assert str(SECRET) not in text
    assert "2.5" not in text
    assert "here" not in text
    assert "failing_case" not in text


def test_a_shape_is_shown_even_then() -> None:
    finding = Finding("f", WRONG, 0.0, GROUPS, Mismatch("", "the shape differs", "(3, 5)", "(5, 3)"), CASE)
    assert "(3, 5)" in to_text(finding, reveal=False)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.open, self.tags = "", [""], set[str]()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"{tag} is closed in the wrong place"

    def handle_data(self, data: str) -> None:
        self.text += data + " "


@pytest.mark.parametrize("reveal", [True, False])
def test_html_says_the_same_as_text(reveal: bool) -> None:
    parser = _Texts()
    parser.feed(to_html(WRONG_FINDING, reveal))
    assert parser.open == [""]
    words = set(re.findall(r"\w+", parser.text))
    assert set(re.findall(r"\w+", to_text(WRONG_FINDING, reveal))) <= words


def test_whatever_the_student_writes_stays_text() -> None:
    evil = "<script>alert(1)</script><img src=x onerror=y>"
    raised = Raised(evil, evil, 3, evil)
    finding = Finding(
        "f", CRASHED, 0.0, GROUPS, Mismatch("", evil), None, raised=raised, printed=evil, note=evil
    )
    parser = _Texts()
    parser.feed(to_html(finding))
    assert not {"script", "img"} & parser.tags
    assert parser.text.count("alert(1)") >= 4


def test_an_error_is_shown_with_its_line() -> None:
    finding = Finding("f", CRASHED, raised=Raised("ValueError", "no", 3, "return x @ W"))
    assert "ValueError: no" in to_text(finding)
    assert "Line 3 of your cell:\n      return x @ W" in to_text(finding)


def test_a_stub_gets_one_friendly_line() -> None:
    finding = Finding("f", NOT_ATTEMPTED, groups=GROUPS, note="You have not started this one.")
    assert to_text(finding) == "○ f: not started\n  You have not started this one."


@pytest.mark.parametrize(("inputs", "said"), [({"x": 1.0}, "off by 0.5 times the number expected"), ({}, "")])
def test_how_far_off_a_number_is_is_said_of_functions_only(inputs: dict[str, float], said: str) -> None:
    case = Case(CORE, inputs, 4.0)
    cases = CaseSet("loss", not inputs, (Group(CORE, "the loss"),), (case,))
    text = to_text(examine(cases, lambda case, _: Answer(6.0)), reveal=False)
    assert "the number differs" in text
    assert ("off by" in text) == bool(said)
    assert said in text
