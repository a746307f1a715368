"""What a platform lets an instructor download becomes the folders that nbgrader reads, and nothing vanishes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from autograder import cli
from autograder.nbgrader.attempts import Attempts
from autograder.platforms.choosing import sort
from autograder.platforms.found import download_of
from tests.unit.platforms import made
from tests.unit.platforms.made import NAME, course_in, notebook, pack, tree

DOWNLOADS = {
    "canvas": made.CANVAS,
    "moodle": made.MOODLE,
    "blackboard": made.BLACKBOARD,
    "gradescope": made.GRADESCOPE,
    "classroom": made.CLASSROOM,
    "folder": made.FOLDER,
}


def collect(tmp_path: Path, files: dict[str, bytes], *words: str, code: int = 0) -> dict[str, str]:
    """Collect an archive of these files; return what stands in submitted/ then."""
    root = tmp_path / "course"
    if not root.exists():
        course_in(root)
    archive = pack(tmp_path / "class.zip", files)
    assert cli.main(["collect", str(archive), "--course", str(root), *words]) == code
    return tree(root / "submitted") if (root / "submitted").is_dir() else {}


def says(files: dict[str, str]) -> dict[str, str]:
    """Return who handed what in, by the word in each file."""
    return {
        name.split("/")[0]: text.split('"says": "')[1].split('"')[0]
        for name, text in files.items()
        if name.endswith(".ipynb")
    }


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_the_platform_is_guessed(platform: str, tmp_path: Path) -> None:
    archive = pack(tmp_path / "a.zip", DOWNLOADS[platform])
    layout, guessed = sort(download_of(archive))
    assert layout.name == platform
    assert sort(download_of(archive), platform)[1] == guessed


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_an_unpacked_folder_is_read_like_the_archive(platform: str, tmp_path: Path) -> None:
    for name, data in DOWNLOADS[platform].items():
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
    archive = pack(tmp_path / "a.zip", DOWNLOADS[platform])
    from_folder, from_archive = (sort(download_of(p))[1] for p in (tmp_path / "in", archive))
    assert set(from_folder.found) == set(from_archive.found)
    assert set(from_folder.skipped) == set(from_archive.skipped)


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_every_file_is_collected_or_named_with_a_reason(platform: str, tmp_path: Path) -> None:
    files = DOWNLOADS[platform]
    collect(tmp_path, files, "--list", str(tmp_path / "list.csv"))
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    of_the_platform = sort(download_of(tmp_path / "class.zip"))[1].used
    assert {row["file"] for row in rows} == set(files) - of_the_platform
    assert {(row["became"], bool(row["left_out"])) for row in rows} <= {
        ("collected", False),
        ("left out", True),
    }
    assert all(row["student"] for row in rows if not row["left_out"])


def test_canvas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = collect(tmp_path, made.CANVAS)
    assert says(files) == {
        "1001": "Ana, handed in again",
        "1002": "Ola",
        "1003": "Kim, one of two",
        "1004": "Kim, the other",
        "1005": "from right to left",
        "1006": "a name of emoji only",
    }
    assert f"1002/{NAME}/{NAME}.ipynb" in files, "it is called like the assignment, whatever it was called"
    said = capsys.readouterr().out
    for part in ("late, the platform says: 1002", "notes.pdf: a PDF", "readme.ipynb: its name", "text.html"):
        assert part in said
    assert "late, the platform says: 1001" not in said


def test_a_gradebook_of_canvas_says_who_is_who(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster = tmp_path / "grades.csv"
    roster.write_bytes(made.CANVAS_SHEET.replace("1006,S-6", "1066,S-6").encode())
    files = collect(tmp_path, made.CANVAS, "--roster", str(roster))
    assert list(says(files)) == ["ana-login", "kim-1", "kim-2", "noa-login", "ola-login"]
    assert "LATE_1006_90006_02_forward.ipynb: 1006 (1006): nobody of this id" in capsys.readouterr().out


def test_a_name_counts_where_no_id_is_known_and_nobody_shares_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "class.csv"
    roster.write_text("id;first_name;last_name\na;Ana;Arbol\nk1;Kim;Tanne\nk2;Kim;Tanne\no;OLA;Berg\n")
    assert list(says(collect(tmp_path, made.CANVAS, "--roster", str(roster)))) == ["a", "o"]
    assert "2 people have this name" in capsys.readouterr().out


def test_moodle_with_its_worksheet_has_times_and_stable_ids(tmp_path: Path) -> None:
    roster = tmp_path / "worksheet.csv"
    roster.write_bytes(made.MOODLE_SHEET.encode())
    files = collect(tmp_path, made.MOODLE, "--roster", str(roster), "--timezone", "Europe/Madrid")
    people = {"ana", "ola", "kim1", "kim2", "noa", "fox"}
    assert {who.removesuffix("@invented.example") for who in says(files)} == people
    assert files[f"ola@invented.example/{NAME}/timestamp.txt"] == "2026-10-01 21:30:00 UTC\n"


def test_moodle_alone_numbers_its_participants(tmp_path: Path) -> None:
    files = collect(tmp_path, made.MOODLE)
    assert list(says(files)) == [f"participant-{n}" for n in range(501, 507)]
    assert not any(name.endswith("timestamp.txt") for name in files), "no time is made up"


def test_blackboard_has_times_attempts_and_names_with_lines(tmp_path: Path) -> None:
    files = collect(tmp_path, made.BLACKBOARD, "--timezone", "America/New_York")
    assert says(files) == {"ana_a": "Ana, again", "ola": "Ola", "kim1": "Kim, and no receipt"}
    assert files[f"ana_a/{NAME}/timestamp.txt"] == "2026-10-02 22:07:00 UTC\n"


def test_the_first_attempt_counts_if_that_is_asked_for(tmp_path: Path) -> None:
    assert says(collect(tmp_path, made.BLACKBOARD, "--attempt", "first"))["ana_a"] == "Ana, before"


def test_gradescope_gives_the_work_of_a_group_to_each(tmp_path: Path) -> None:
    files = collect(tmp_path, made.GRADESCOPE)
    assert says(files) == {"301": "Ana", "302": "a group", "kim2@invented.example": "a group"}
    assert files[f"301/{NAME}/timestamp.txt"] == "2026-10-01 18:07:00 UTC\n"


def test_classroom_and_a_folder_tell_people_by_name(tmp_path: Path) -> None:
    assert says(collect(tmp_path, made.CLASSROOM)) == {
        "Ana Arbol": "Ana, again",
        "Noa": "a dash in what comes after",
    }


def test_a_folder_of_your_own(tmp_path: Path) -> None:
    assert says(collect(tmp_path, made.FOLDER)) == {"ana": "Ana", "ola berg": "Ola", "kim": "Kim"}


def test_nothing_is_overwritten_and_an_update_keeps_what_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = collect(tmp_path, made.BLACKBOARD, "--attempt", "first")
    capsys.readouterr()
    again = collect(tmp_path, made.BLACKBOARD, "--attempt", "first")
    assert again == before
    assert "collected: 0 submissions; there already: 3" in capsys.readouterr().out
    assert collect(tmp_path, made.BLACKBOARD) == before
    assert "--update" in capsys.readouterr().out
    after = collect(tmp_path, made.BLACKBOARD, "--update")
    assert says(after)["ana_a"] == "Ana, again"
    attempts = Attempts(tmp_path / "course" / ".rnncourse" / "attempts").of("ana_a", NAME)
    assert [a.timestamp for a in attempts] == sorted(filter(None, (a.timestamp for a in attempts)))
    assert len(attempts) == 2, "the one that counts is kept when it is graded"
    kept = tree(tmp_path / "course" / ".rnncourse" / "earlier")
    assert says(kept) == {"ana_a": "Ana, before"}
    assert f"ana_a/{NAME}/1/timestamp.txt" in kept


def test_a_dry_run_writes_nothing_and_says_what_would_become_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert collect(tmp_path, made.BLACKBOARD, "--attempt", "first", "--dry-run") == {}
    before = collect(tmp_path, made.BLACKBOARD, "--attempt", "first")
    kept = sorted((tmp_path / "course").rglob("*"))
    said = []
    for words in (["--dry-run"], ["--dry-run", "--update"], [], ["--update"]):
        capsys.readouterr()
        if "--dry-run" not in words:
            collect(tmp_path, made.BLACKBOARD, *words)
        else:
            assert collect(tmp_path, made.BLACKBOARD, *words) == before
            assert sorted((tmp_path / "course").rglob("*")) == kept
        said.append(capsys.readouterr().out.replace("would collect", "collected"))
    assert said[:2] == said[2:], "what a dry run says is what then happens"
    assert "collected: 1 submissions; there already: 2" in said[1]


def test_the_list_says_of_each_owner_of_a_file_what_became_of_it(tmp_path: Path) -> None:
    collect(tmp_path, made.GRADESCOPE)
    (tmp_path / "course" / "submitted" / "kim2@invented.example" / NAME / f"{NAME}.ipynb").write_text("older")
    collect(tmp_path, made.GRADESCOPE, "--list", str(tmp_path / "list.csv"))
    with (tmp_path / "list.csv").open(encoding="utf-8", newline="") as lines:
        became = {row["student"]: (row["became"], row["left_out"]) for row in csv.DictReader(lines)}
    assert became["302"] == ("there already", "")
    assert became["kim2@invented.example"][0] == "left out"
    assert "--update" in became["kim2@invented.example"][1]


def test_collecting_that_was_cut_off_is_finished(tmp_path: Path) -> None:
    before = collect(tmp_path, made.BLACKBOARD)
    stamp = tmp_path / "course" / "submitted" / "ola" / NAME / "timestamp.txt"
    stamp.unlink()
    assert collect(tmp_path, made.BLACKBOARD) == before
    assert stamp.is_file()


@pytest.mark.parametrize("platform", ["canvas", "blackboard", "classroom"])
def test_what_somebody_packed_besides_does_not_hide_the_platform(platform: str, tmp_path: Path) -> None:
    few = DOWNLOADS[platform]
    many = few | {
        f"{name[:-6]}-{n}.ipynb": notebook() for name in few for n in (7, 8) if name.endswith("ipynb")
    }
    archive = pack(tmp_path / "a.zip", many | {"old/copy_of_1001_90001_notes.ipynb": notebook()})
    assert sort(download_of(archive))[0].name == platform


def test_a_row_that_is_there_twice_is_one_person_and_two_of_one_id_are_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\nana,Ana\nana,Ana\nkim,Kim A\nkim,Kim B\n")
    files = {f"{who}/x.ipynb": notebook(says=who) for who in ("ana", "kim")}
    assert says(collect(tmp_path, files, "--roster", str(roster))) == {"ana": "ana"}
    assert "2 rows of the list have this id" in capsys.readouterr().out


@pytest.mark.parametrize("user", ["../../up", "..", ".ssh", "a/b", "x" * 200, "a\nb"])
def test_no_name_becomes_a_path(user: str, tmp_path: Path) -> None:
    listed = f"submission_1:\n  :submitters:\n  - :sid: {user!r}\n".replace("'", '"')
    files = {"submission_metadata.yml": listed.encode(), "submission_1/a.ipynb": notebook()}
    collect(tmp_path, files, "--from", "gradescope", code=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class.zip", "course"]


def test_a_link_in_the_place_of_a_folder_is_not_followed(tmp_path: Path) -> None:
    submitted = course_in(tmp_path / "course").root / "submitted" / "1001"
    submitted.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (submitted / NAME).symlink_to(tmp_path / "elsewhere")
    collect(tmp_path, made.CANVAS, "--update")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_that_says_nothing_is_what_all_others_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {"ana/a.ipynb": notebook(), "ola/b.ipynb": b"\0broken"}
    assert f"ola/{NAME}/{NAME}.ipynb" in collect(tmp_path, files)
    mixed = files | {"kim/c.ipynb": notebook("01_one_hot")}
    collect(tmp_path, mixed, "--update")
    assert "ola/b.ipynb: nothing in it says for which assignment" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--from", "canvas"], "Nothing was collected"),
        (["--roster", "no.csv"], "There is no no.csv"),
        (["--timezone", "Mars/Olympus"], "There is no time zone"),
        (["--assignment", "99_none"], "99_none"),
    ],
)
def test_what_cannot_be_is_said(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(tmp_path, {"a/x.ipynb": notebook()}, *words, code=2)
    assert says in capsys.readouterr().err


def test_an_assignment_of_your_own_is_collected_too(tmp_path: Path) -> None:
    (course_in(tmp_path / "course").root / "source" / "my_quiz").mkdir(parents=True)
    files = collect(tmp_path, {"ana/quiz.ipynb": b'{"cells": []}'}, "--assignment", "my_quiz")
    assert list(files) == ["ana/my_quiz/my_quiz.ipynb"]


def test_names_of_students_that_look_like_a_platforms_fool_nobody(tmp_path: Path) -> None:
    files = {f"{who}/rnn_02_03_forward.ipynb": notebook() for who in ("ana", "ola")}
    assert says(collect(tmp_path, files)).keys() == {"ana", "ola"}


def test_a_name_shows_on_the_terminal_and_does_nothing_to_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(tmp_path, {"ana/x.ipynb": notebook(), "ana/\x1b[2Jgone.txt": b"text"})
    assert "\\x1b[2Jgone.txt" in capsys.readouterr().out


def test_a_name_with_quotes_is_a_name(tmp_path: Path) -> None:
    who = 'Ana "A*" Arbol: =1'
    assert list(says(collect(tmp_path, {f"{who} - 02_forward.ipynb": notebook()}))) == [who]
