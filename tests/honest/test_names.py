"""Names of people and files in every script: they change no mark, and stay what they are wherever they are shown."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import StringIO

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.judging.verdict import Graded, Verdict
from autograder.report import ClassResult, GradeRow, render_report, results_json, write_csv
from autograder.sandbox import Session
from tests.handing_in import solved
from tests.honest.draft import Draft
from tests.ours import grade, read_submission

NAMES = (
    "student-07",
    "O'Brien, Ada",
    'Ada "the first" Lovelace',
    "Müller; Jürgen",
    "李雷",
    "محمد علي",
    "עברית",
    "🎓🙂",
    "a\u202eb",
    "e\u0301 and é",
    "=SUM(A1)",
    "-07",
    "a b\tc",
    "<b>Ada</b>",
    "{{ 7 * 7 }}",
    "%s {0} \\n",
    "x" * 200,
    "lone\udcff",
)
FILES = (
    "02_forward.ipynb",
    "02_forward (1).ipynb",
    "02_forward-Copy1.ipynb",
    "Copy of 02_forward.ipynb",
    "02_forward.ipynb.txt",
    "02 forward final FINAL, really.ipynb",
    "homework '2'.ipynb",
    "עבודה.ipynb",
    "宿題🙂.ipynb",
    "00_start_here.ipynb",
    "",
)
named = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=30)
SETTINGS = settings(max_examples=25)


def _result(student: str) -> ClassResult:
    """Return a class of one, with the name wherever a name may stand."""
    verdict = Verdict("affine", "wrong", 0.0, 2.0, message=f"{student} is", text=f"{student} is", seed=1)
    graded = Graded(f"{student}.ipynb", "00_start_here", (verdict,), repairs=(f"{student} was",), seconds=1.0)
    started = datetime(2026, 3, 4, tzinfo=UTC)
    return ClassResult("A class", ((student, graded),), started, 1.0, "bubblewrap")


class _Tags(HTMLParser):
    """Counts tags and keeps the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.texts = 0, list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags += 1

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@given(named)
@example("<script>alert(1)</script>")
@example("\u202e' onmouseover='x")
@SETTINGS
def test_a_name_adds_nothing_to_the_report_but_itself(student: str) -> None:
    page, plain = _Tags(render_report(_result(student))), _Tags(render_report(_result("x")))
    assert page.tags == plain.tags
    letters = "".join(re.findall(r"\w", student))[:15]
    assert letters in "".join(re.findall(r"\w", "".join(page.texts)))


@given(named, named)
@example('a,b"c', "=1+1")
@example("a\nb\r\nc", "é, 🙂")
@example("0", "\r")
@SETTINGS
def test_a_name_stays_in_its_column(
    tmp_path_factory: pytest.TempPathFactory, student: str, last: str
) -> None:
    path = tmp_path_factory.mktemp("export") / "grades.csv"
    write_csv(path, [GradeRow("02_forward", None, None, student, last, None, None, 1.0, 0.0, 1.0, 2.0)])
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(StringIO(file.read(), newline="")))
    assert len(rows) == 1
    for column, name in (("student_id", student), ("last_name", last)):
        lines = re.sub("\r\n?", "\n", name)  # a line break is a line break
        assert rows[0][column] in (lines, "'" + lines)
    assert rows[0]["max_score"] == "2.0"


@given(named)
@SETTINGS
def test_a_name_survives_the_record(student: str) -> None:
    graded = _result(student).submissions[0][1]
    again = json.loads(json.dumps(results_json([graded])))
    assert again == results_json([graded])
    assert msgspec.json.decode(msgspec.json.encode(graded), type=Graded) == graded


@pytest.mark.parametrize("student", NAMES, ids=ascii)
def test_a_name_costs_no_mark(student: str, any_session: Session) -> None:
    data = solved("00_start_here")
    graded = grade(data, any_session, b"secret", f"submitted/{student}/a.ipynb", student, "00_start_here")
    assert [v.outcome for v in graded.verdicts] == ["correct"]
    assert graded.repairs == ()


@pytest.mark.parametrize("name", FILES, ids=ascii)
def test_a_file_name_is_only_a_clue(name: str) -> None:
    for path in (name, f"submitted/O'Brien, Ada/{name}"):
        submission = read_submission(solved("02_forward"), path)
        assert submission.notebook == "02_forward"
        assert submission.repairs == ()


def test_a_name_written_into_the_notebook_is_kept() -> None:
    draft = Draft("02_forward")
    draft.cells[0]["source"] += "\n\n" + "\n\n".join(name for name in NAMES if name.isprintable())
    repaired = read_submission(draft.data(), expected="02_forward").repaired
    assert all(name in repaired.cells[0].source for name in NAMES if name.isprintable())
