"""The table and the records that are written beside the page."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from autograder.report import (
    GradeRow,
    results_json,
    write_csv,
)
from autograder.report.exports import COLUMNS
from tests.unit.report.made import NB, graded, mixed_class


def row(**changes: object) -> GradeRow:
    values = {
        "assignment": NB,
        "duedate": None,
        "timestamp": datetime(2026, 3, 4, 14, 5),
        "student_id": "student-07",
        "last_name": 'O\'Brien, "Jr"',
        "first_name": "李雷 🦊\nline",
        "email": None,
        "raw_score": 3.5,
        "late_submission_penalty": 0.0,
        "score": 3.5,
        "max_score": 16.0,
        "points_pending": 4.0,
        "extra_points": 0.5,
        "group": "lab-a",
        "attempt": 2,
        "attempts": 3,
    }
    return GradeRow(**(values | changes))  # type: ignore[arg-type]


def read_csv(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_csv_has_the_columns_of_nbgrader_and_what_is_pending_and_keeps_every_character(
    tmp_path: Path,
) -> None:
    write_csv(tmp_path / "grades.csv", [row()])
    header, values = read_csv(tmp_path / "grades.csv")
    assert ",".join(header) == (
        "assignment,duedate,timestamp,student_id,last_name,first_name,email,"
        "raw_score,late_submission_penalty,score,max_score,"
        "points_pending,extra_points,counts,group,arranged,attempt,attempts"
    )
    assert tuple(header) == COLUMNS
    assert values[:4] == [NB, "", "2026-03-04 14:05:00", "student-07"]
    assert values[4:11] == ['O\'Brien, "Jr"', "李雷 🦊\nline", "", "3.5", "0.0", "3.5", "16.0"]
    assert values[11:] == ["4.0", "0.5", "yes", "lab-a", "", "2", "3"]


@pytest.mark.parametrize(
    "text", ["=1+1", '=HYPERLINK("x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "-07", "+49"]
)
def test_a_formula_in_a_name_is_made_harmless(text: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row(last_name=text)])
    assert read_csv(tmp_path / "grades.csv")[1][4] == "'" + text


@pytest.mark.parametrize("text", ["student-07", "a=b", "a@b.example"])
def test_ids_that_are_no_formula_are_untouched(text: str, tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row(student_id=text, raw_score=-1.0)])
    assert read_csv(tmp_path / "grades.csv")[1][3] == text
    assert read_csv(tmp_path / "grades.csv")[1][7] == "-1.0"


def test_a_semicolon_splits_nothing(tmp_path: Path) -> None:
    """Where the comma is a decimal sign, a spreadsheet takes the semicolon for the border of a cell."""
    write_csv(tmp_path / "grades.csv", [row(last_name="a;=1+1")])
    assert read_csv(tmp_path / "grades.csv")[1][4] == "a;=1+1"
    assert '"a;=1+1"' in (tmp_path / "grades.csv").read_text(encoding="utf-8")


def test_a_name_that_is_no_utf8_does_not_stop_the_export(tmp_path: Path) -> None:
    write_csv(tmp_path / "grades.csv", [row(student_id="a\udcffb"), row()])
    assert [line[3] for line in read_csv(tmp_path / "grades.csv")] == [
        "student_id",
        "a\\udcffb",
        "student-07",
    ]


def test_results_json_has_one_record_for_each_exercise() -> None:
    records = results_json(file for _, file in mixed_class().submissions)
    assert len(records) == 10 + 2
    assert json.loads(json.dumps(records)) == records
    assert records[2] == {
        "path": "a.ipynb",
        "student": "",
        "exercise": "rnn_step",
        "outcome": "wrong",
        "score": 0.0,
        "max_score": 3.0,
        "mistake": "h0_ignored",
        "message": "Your first step starts from zeros.",
        "seed": 0,
        "flags": [],
    }


def test_a_file_that_could_not_be_read_has_a_record() -> None:
    (record,) = results_json([graded(problem="The file is empty.", path="x/empty.ipynb")])
    assert (record["path"], record["outcome"], record["message"]) == (
        "x/empty.ipynb",
        "ungradable",
        "The file is empty.",
    )
