"""A platform's own sheet comes back with the marks in it, and with every other byte as it was."""

from __future__ import annotations

import codecs
import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import cli
from autograder.errors import AutograderError
from autograder.platforms.choosing import LAYOUTS
from autograder.platforms.filling import Filled, fill
from autograder.platforms.marks import CellMark, Mark, named, table_of
from autograder.platforms.people import read_roster
from autograder.platforms.results import results_of_mark
from autograder.platforms.sheet import parse_sheet
from tests.unit.platforms import made
from tests.unit.platforms.made import NAME, course_in

UTF16 = codecs.BOM_UTF16_LE
SHEETS: dict[str, bytes] = {
    "canvas": made.CANVAS_SHEET.encode(),
    "moodle": made.MOODLE_SHEET.encode(),
    "blackboard": UTF16 + made.BLACKBOARD_SHEET.encode("utf-16-le"),
}


def mark(student: str, score: float = 17.25, **more: object) -> Mark:
    return replace(Mark(NAME, student, "", "", "", score, 20.0, False, ()), **more)  # type: ignore[arg-type]


def filled(platform: str, *marks: Mark, sheet: bytes = b"", **options: object) -> Filled:
    return fill(parse_sheet(sheet or SHEETS[platform]), LAYOUTS[platform], marks, **options)  # type: ignore[arg-type]


def cells(data: bytes, delimiter: str = ",") -> list[list[str]]:
    """Read a sheet with a reader that is not ours."""
    text = data.decode("utf-16" if data.startswith(UTF16) else "utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("platform", "students", "column", "delimiter"),
    [
        ("canvas", {"1001": 3, "kim-1": 5, "S-5": 7, "1006": 8}, 5, ","),
        (
            "moodle",
            {"participant-501": 1, "kim1@invented.example": 3, "505": 5, "participant-506": 6},
            4,
            ",",
        ),
        ("blackboard", {"ana_a": 1, "B-2": 2, "KIM2": 4}, 6, "\t"),
    ],
)
def test_marks_stand_in_their_rows_and_every_other_byte_is_kept(
    platform: str, students: dict[str, int], column: int, delimiter: str
) -> None:
    scores = {student: 1.0 + n / 8 for n, student in enumerate(students)}
    done = filled(platform, *(mark(student, score) for student, score in scores.items()))
    before, after = cells(SHEETS[platform], delimiter), cells(done.data, delimiter)
    for student, row in students.items():
        assert after[row][column] == f"{scores[student]:g}"
        after[row][column] = before[row][column]
    assert after == before
    assert done.written == len(students)
    assert done.without_row == []
    pieces = made_pieces(SHEETS[platform], done.data)
    assert sum(len(one) + len(other) for one, other in pieces) <= 2 * 8 * len(students)


def test_who_is_excused_is_excused_on_canvas_and_named_elsewhere() -> None:
    done = filled("canvas", mark("1001", excused=True, waits=True), mark("1002"))
    assert [row[5] for row in cells(done.data)[3:5]] == ["EX", "17.25"]
    done = filled("moodle", mark("participant-501", excused=True))
    assert (done.written, done.data) == (0, SHEETS["moodle"])
    assert "excused in people.csv" in dict(done.without_row)["participant-501"]


def made_pieces(one: bytes, other: bytes) -> list[tuple[bytes, bytes]]:
    """Return where two files differ, line by line; they have as many lines, with the same ends."""
    lines, others = one.splitlines(keepends=True), other.splitlines(keepends=True)
    assert len(lines) == len(others)
    return [_middle(a, b) for a, b in zip(lines, others, strict=True) if a != b]


def _middle(a: bytes, b: bytes) -> tuple[bytes, bytes]:
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return a[start : len(a) - end], b[start : len(b) - end]


@pytest.mark.parametrize("platform", SHEETS)
def test_a_sheet_without_marks_comes_back_byte_by_byte(platform: str) -> None:
    assert parse_sheet(SHEETS[platform]).with_cells({}) == SHEETS[platform]
    assert filled(platform, mark("nobody")).data == SHEETS[platform]


def test_our_reader_agrees_with_pythons() -> None:
    """On texts of every awkward character, ours finds the cells that csv finds, and gives back the bytes."""
    drawn = random.Random(5)
    for _ in range(300):
        quoting = drawn.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        letters = 'a,"\n =é🦊ש' + "\r" * (quoting == csv.QUOTE_ALL)
        rows = [["".join(drawn.choices(letters, k=drawn.randrange(5))) for _ in range(3)] for _ in range(3)]
        text = io.StringIO(newline="")
        csv.writer(text, quoting=quoting, lineterminator=drawn.choice(["\n", "\r\n"])).writerows(rows)
        sheet = parse_sheet(text.getvalue().encode())
        assert sheet.with_cells({}) == text.getvalue().encode()
        if sheet.delimiter == ",":
            assert sheet.values == rows == list(csv.reader(io.StringIO(text.getvalue(), newline="")))


def test_both_kinds_without_the_other_are_listed() -> None:
    done = filled("canvas", mark("1001"), mark("stranger"))
    assert done.without_row == [("stranger", "nobody of this id or name is in the list")]
    listed = " ".join(row for row, _ in done.without_mark)
    assert "Berg, Ola" in listed
    assert "Student, Test" in listed
    assert "Arbol" not in listed
    assert "Points Possible" not in listed


def test_two_students_of_one_name_are_never_guessed() -> None:
    done = filled("canvas", mark("k", first="Kim", last="Tanne"), mark("o", first="Ola", last="Berg"))
    assert done.written == 1
    assert done.without_row == [("k", "2 people have this name, and no id tells which")]


def test_two_students_who_fit_one_row_get_nothing() -> None:
    done = filled("canvas", mark("1002"), mark("ola-login"))
    assert done.written == 0
    assert len(done.without_row) == 2


def test_a_roster_says_who_is_who(tmp_path: Path) -> None:
    roster = tmp_path / "class.csv"
    roster.write_text("id,canvas_id\nour-1,1003\nour-2,1005\n")
    done = filled("canvas", mark("our-1"), mark("our-2"), roster=read_roster(roster))
    assert [row[5] for row in cells(done.data)[5:8]] == ["17.25", "EX", "17.25"]


def test_what_is_not_ours_to_fill_is_left_and_said() -> None:
    done = filled("canvas", mark("kim-2"))
    assert (done.written, done.without_row) == (0, [("kim-2", "Canvas has EX there")])
    done = filled("moodle", mark("504"))
    assert (done.written, len(done.without_row)) == (0, 1)


def test_a_mark_that_waits_is_no_mark() -> None:
    waiting = mark("1001", waits=True)
    assert filled("canvas", waiting).written == 0
    assert filled("canvas", waiting, pending=True).written == 1
    assert table_of([waiting], False).endswith(",,20,waits for a person\n")
    assert table_of([waiting], True).endswith(",17.25,20,waits for a person\n")


def test_a_table_takes_names_from_a_roster_and_says_who_has_no_mark(tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(
        "id,name,email\ns-07,Ana Arbol,Ana@invented.example\ns-08,Ola Berg,\n", encoding="utf-8"
    )
    known, without = named([mark("s-07"), mark("s-99")], read_roster(tmp_path / "class.csv"))
    rows = list(csv.DictReader(io.StringIO(table_of(known, False))))
    assert [(row["student_id"], row["name"], row["email"]) for row in rows] == [
        ("s-07", "Ana Arbol", "ana@invented.example"),
        ("s-99", "", ""),
    ]
    assert [one.says for one in without] == ["Ola Berg"]


def test_other_points_are_said_or_scaled() -> None:
    assert "--scale" in filled("moodle", mark("501", 5.0)).notes[0]
    done = filled("moodle", mark("501", 5.0), scale=True)
    assert cells(done.data)[1][4] == "25"
    assert done.notes == []
    assert filled("canvas", mark("1001")).notes == []


def test_a_mark_that_stood_there_is_replaced_and_counted() -> None:
    done = filled("canvas", mark("1002", 3.5), mark("1001", 1.0))
    assert done.notes == []
    assert filled("canvas", mark("1002", 4.0)).notes == ["1 other marks stood there and were replaced"]


def test_a_sheet_with_semicolons_and_decimal_commas() -> None:
    text = "Student;ID;SIS Login ID;Section;02 Forward (777)\n    Points Possible;;;;20,00\nBerg, Ola;1002;ola;B;\n"
    done = filled("canvas", mark("ola", 3.25), sheet=text.encode())
    assert done.data.decode() == text[:-1] + "3,25\n"


def test_a_worksheet_in_another_language_is_filled_by_its_numbers() -> None:
    text = "Identificador,Nombre completo,Correo,Estado,Calificación\nParticipante 501,Ana,ana@invented.example,,\n"
    done = filled("moodle", mark("participant-501", 3.0), sheet=text.encode(), column="Calificación")
    assert done.data.decode() == text[:-1] + "3\n"
    by_address = filled("moodle", mark("ana@invented.example"), sheet=text.encode(), column="Calificación")
    assert by_address.written == 1


@pytest.mark.parametrize(("column", "says"), [("Quiz", "No column is called 'Quiz'"), ("", "No column")])
def test_a_column_that_is_not_clear_is_asked_for(column: str, says: str) -> None:
    other = mark("1001", assignment="99_other")
    with pytest.raises(AutograderError, match=says):
        filled("canvas", other, column=column)
    assert filled("canvas", other, column="Essay").written == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04 a workbook", b"\xd0\xcf\x11\xe0", b"a\0b,c"])
def test_a_workbook_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(AutograderError, match="Export it as CSV"):
        parse_sheet(data)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    (row,) = list(csv.DictReader(io.StringIO(table_of([mark(text, first=text, email=text)], False))))
    assert [row[key] for key in ("student_id", "name", "email")] == [f"'{text}"] * 3


def test_results_for_gradescope_hold_marks_by_hand_and_lateness() -> None:
    parts = (CellMark("check_affine", 2.0, 2.0), CellMark("derivation", None, 4.0))
    results = results_of_mark(mark("a", 1.5, cells=parts), {"affine": "Everything holds."})
    assert results["score"] == 1.5
    assert [(t["name"], t["score"], t["max_score"], t["status"]) for t in results["tests"]] == [
        ("affine", 2.0, 2.0, "passed"),
        ("derivation", 0.0, 4.0, "failed"),
    ]
    assert results["tests"][0]["output"] == "Everything holds."
    assert "A person" in results["tests"][1]["output"]


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """The command, in a folder with every sheet, in a class of three of whom one waits for a person."""
    marks = [mark("1001", first="Ana"), mark("1002", 3.0), mark("1003", 0.0, waits=True)]
    monkeypatch.setattr("autograder.platforms.marks.marks_of", lambda _, name: marks if name == NAME else [])
    monkeypatch.chdir(tmp_path)
    for platform, data in SHEETS.items():
        Path(f"{platform}.csv").write_bytes(data)
    course_in(tmp_path / "course")
    return lambda *words: cli.main(["export", *words, "--course", "course"])


def test_the_command_fills_a_copy(
    export: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(NAME, "--to", "canvas", "--sheet", "canvas.csv") == 0
    assert (tmp_path / "canvas.csv").read_bytes() == SHEETS["canvas"]
    after = cells((tmp_path / "canvas.graded.csv").read_bytes())
    assert [row[5] for row in after[3:6]] == ["17.25", "3", ""]
    said = capsys.readouterr().out
    assert "not written: 1003: a part of it waits for a person" in said
    assert "no mark for row 10: Cedar, Lee" in said


def test_the_command_writes_results_and_a_table(export: Callable[..., int], tmp_path: Path) -> None:
    assert export(NAME, "--to", "gradescope", "--out", str(tmp_path / "out")) == 0
    assert sorted(p.name for p in (tmp_path / "out" / NAME).iterdir()) == ["1001", "1002"]
    assert json.loads((tmp_path / "out" / NAME / "1002" / "results.json").read_text())["score"] == 3.0
    assert export(NAME, "--to", "csv", "--out", str(tmp_path / "marks.csv")) == 0
    assert len((tmp_path / "marks.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([NAME, "--to", "canvas"], "Which sheet"),
        ([NAME, "--to", "canvas", "--sheet", "no.csv"], "There is no no.csv"),
        ([NAME, "--to", "canvas", "--sheet", "canvas.csv", "--out", "canvas.csv"], "that one is kept"),
        ([NAME, "02", "--column", "Essay", "--to", "canvas", "--sheet", "canvas.csv"], "one at a time"),
        (["01_one_hot", "--to", "csv"], "Nobody has a mark"),
    ],
)
def test_what_cannot_be_is_said(
    words: list[str], says: str, export: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(*words) == 2
    assert says in capsys.readouterr().err
