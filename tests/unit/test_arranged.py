"""``people.csv``: extensions, exemptions, extra points, dropped marks and groups; and what they do to marks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.nbgrader.arranged import EXAMPLE, Arrangements, read_arrangements
from autograder.nbgrader.counting import COUNTS, DROPPED, EXCUSED, counts
from autograder.nbgrader.handed_in import HandedIn
from autograder.nbgrader.in_groups import with_groups
from autograder.report import GradeRow
from autograder.report.exports import totals_of
from autograder.running.grading import Job

NAMES = ("01_one_hot", "02_forward", "hw9")
HEAD = "student,assignment,extension,excused,extra_points,drop_lowest,group\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> Arrangements:
    (folder / "people.csv").write_text(text, encoding=encoding)
    return read_arrangements(folder / "people.csv", NAMES)


def test_the_closest_row_decides_cell_by_cell(tmp_path: Path) -> None:
    people = read(
        tmp_path,
        HEAD
        + '*,,1d,,,1,\n*,02_forward,2d 6h,,,,\n07,,,yes,,0,lab-a\n07,02_forward,1w,no,"1,5",,\n08,hw9,,X,,,\n',
    )
    assert people.of("99", "hw9").extension == timedelta(days=1)
    assert people.of("99", "02_forward").extension == timedelta(days=2, hours=6)
    assert people.of("07", "hw9").excused
    mine = people.of("07", "02_forward")
    assert (mine.extension, mine.excused, mine.extra) == (timedelta(weeks=1), False, 1.5)
    assert mine.says == "extension 7d, extra 1.5"
    assert [people.drops(student) for student in ("07", "99")] == [0, 1]
    assert people.groups == {"lab-a": ["07"]}
    assert people.excused_from("hw9") == ["07", "08"]
    assert people.strangers({"07"}) == ["people.csv, line 6: nobody called '08' has handed anything in yet"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_sheet_may_have_semicolons_a_mark_comments_and_empty_lines(tmp_path: Path, encoding: str) -> None:
    people = read(tmp_path, "# ours; really\n\nStudent;Extension\n\n李雷 🦊;36h\n;\n", encoding)
    assert people.of("李雷 🦊", "hw9").extension == timedelta(hours=36)
    assert people.of("other", "hw9").extension == timedelta(0), "the file alone decides about extensions"


def test_nothing_is_arranged_without_a_file_nor_in_the_example(tmp_path: Path) -> None:
    for people in (read_arrangements(tmp_path / "people.csv", NAMES), read(tmp_path, EXAMPLE)):
        assert not people.rows
    without = read(tmp_path, "student,excused\n07,yes\n")
    assert without.of("07", "hw9").extension is None, "what nbgrader has stays where no column speaks of it"
    uncommented = EXAMPLE.replace("# student", "student").replace("# *", "*")
    assert len(read(tmp_path, uncommented).rows) == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("student,extention\n", "line 1: there is no column 'extention'. The columns are: student"),
        ("assignment,excused\n", "line 1: a column `student` is missing"),
        ("student,student\n", "line 1: a column is there twice"),
        (HEAD + "07,,,,,,\n07,02_foward,2d,,,,\n", "line 3: there is no assignment '02_foward'. There are: 01_one"),
        (HEAD + ",,2d,,,,\n", "line 2: whose?"),
        (HEAD + "07,,soon,,,,\n", "line 2: 'soon' is no extension"),
        (HEAD + "07,,2,,,,\n", "line 2: '2' is no extension"),
        (HEAD + "07,,2d and more,,,,\n", "is no extension"),
        (HEAD + "07,,99999999999w,,,,\n", "longer than any course"),
        (HEAD + "07,,,perhaps,,,\n", "'perhaps' is neither yes nor no"),
        (HEAD + "07,hw9,,,-1,,\n", "'-1' is no number of points"),
        (HEAD + "07,,,,1,,\n", "`extra_points` are for one assignment"),
        (HEAD + "07,,,,,one,\n", "'one' is no number of marks to drop"),
        (HEAD + "07,hw9,,,,1,\n", "leave `assignment` empty"),
        (HEAD + "*,,,,,,a\n", "everybody cannot be one group"),
        (HEAD + "07,,1d,,,,\n\n07,,2d,,,,\n", "line 4: 07 is in line 2 already"),
        (HEAD + '"07,,,,,1,\n08,,,,,,lab\n', "this is no CSV: unexpected end"),
        (HEAD + "07,,,,,,a,b\n", "line 2: it has 8 cells, and there are 7 columns"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    assert says in str(caught.value)


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    for text, encoding in (("student\nÁrbol\n", "latin-1"), ("student\n", "utf-16"), ("PK\x03\x04", "utf-8")):
        with pytest.raises(CourseError, match="as CSV in UTF-8"):
            read(tmp_path, text, encoding)


def test_a_sheet_may_have_tabs(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD.replace(",", "\t") + "07\t\t\t\t\t1\t\n").drops("07") == 1


def test_the_lowest_is_dropped_but_never_all_nor_what_nobody_began(tmp_path: Path) -> None:
    people = read(tmp_path, HEAD + "*,,,,,1,\n08,02_forward,,yes,,,\n09,,,,,5,\n")
    points = {
        ("07", "01_one_hot"): (4.0, 8.0), ("07", "02_forward"): (9.0, 20.0), ("07", "hw9"): (0.0, 3.0),
        ("08", "01_one_hot"): (4.0, 8.0), ("08", "02_forward"): (0.0, 20.0), ("08", "hw9"): (0.0, 3.0),
        ("09", "01_one_hot"): (4.0, 8.0), ("09", "02_forward"): (9.0, 20.0), ("09", "hw9"): (0.0, 3.0),
    }  # fmt: skip
    found = counts(points, people, ["01_one_hot", "02_forward"])
    by_student = {student: [found[student, name] for name in NAMES] for student in ("07", "08", "09")}
    assert by_student == {
        "07": [COUNTS, DROPPED, COUNTS],
        "08": [COUNTS, EXCUSED, COUNTS],
        "09": [COUNTS, DROPPED, COUNTS],
    }


def test_sums_leave_out_what_does_not_count() -> None:
    common: dict[str, Any] = {
        "duedate": None,
        "timestamp": None,
        "last_name": None,
        "first_name": None,
        "email": None,
    }
    rows = [
        GradeRow("a", student_id="07", raw_score=3, late_submission_penalty=0, score=4, max_score=8,
                 extra_points=1, group="g", **common),
        GradeRow("b", student_id="07", raw_score=1, late_submission_penalty=0, score=1, max_score=9,
                 counts="dropped", **common),
        GradeRow("c", student_id="07", raw_score=0, late_submission_penalty=0, score=0, max_score=9,
                 counts="excused", **common),
        GradeRow("d", student_id="07", raw_score=0, late_submission_penalty=0, score=0, max_score=20, **common),
    ]  # fmt: skip
    (total,) = totals_of(rows, {"a", "b", "c"})
    assert (total.score, total.max_score, total.percent) == (4, 8, 50)
    assert (total.group, total.excused, total.dropped) == ("g", "c", "b")


def test_a_group_hands_in_once_and_the_last_counts_for_who_has_none() -> None:
    def handed(student: str, time: str | None, name: str = "hw9") -> HandedIn:
        return HandedIn(Job(Path(f"/{student}/{name}.ipynb"), student, name), time)

    own = [handed("a", "2026-10-01 10:00:00 UTC"), handed("b", "2026-10-02 10:00:00 UTC"), handed("x", None)]
    every = list(with_groups(own, {"g": ["a", "b", "c"], "h": ["d", "e"]}))
    assert every[:3] == own
    (added,) = every[3:]
    assert (added.job.student, added.job.path, added.timestamp) == ("c", own[1].job.path, own[1].timestamp)
    assert added.job.notes == ("Handed in by b for the group g.",)
