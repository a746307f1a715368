"""A zip archive is read in memory: nothing is unpacked, nothing is believed."""

from __future__ import annotations

import io
import json
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest

from autograder import cli
from autograder.errors import SubmissionError
from autograder.running.grading import Job, read_file
from autograder.submission import MOST_BYTES, archives
from autograder.submission.archives import Members, members_of, notebooks_in, read_member
from tests.handing_in import hand_in, solved

NAME = "00_start_here"


def pack(path: Path, files: dict[str, bytes], links: dict[str, str] | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for name, target in (links or {}).items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(entry, target)
    return path


@pytest.mark.slow
def test_a_class_in_an_archive_is_graded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "outside.ipynb"
    files = {
        f"student-01/{NAME}.ipynb": solved(NAME),
        f"student-02/{NAME}.ipynb": hand_in(NAME, {}),
        "../outside.ipynb": solved(NAME),
        str(tmp_path / "absolute.ipynb"): solved(NAME),
        f"__MACOSX/student-01/._{NAME}.ipynb": b"\0",
        f".ipynb_checkpoints/{NAME}.ipynb": b"{}",
        "readme.txt": b"",
    }
    folder = tmp_path / "in"
    folder.mkdir()
    path = pack(folder / "class.zip", files, {f"student-66/{NAME}.ipynb": "/etc/passwd"})
    record = folder / "record.json"
    assert cli.main(["grade", str(path), "--jobs", "1", "--json", str(record)]) == 0
    records = json.loads(record.read_text())
    scores = {item["path"].removeprefix(f"{path}: "): item["score"] for item in records}
    assert scores[f"student-01/{NAME}.ipynb"] == 2
    assert scores[f"student-02/{NAME}.ipynb"] == 0
    assert scores["../outside.ipynb"] == 2, "a name is only a name"
    linked = next(item for item in records if "student-66" in item["path"])
    assert linked["outcome"] == "ungradable"
    assert len(scores) == 5
    assert {p.name for p in tmp_path.iterdir()} == {"in"}
    assert not outside.exists()
    capsys.readouterr()
    assert cli.main(["grade", "--replay", str(record), "--jobs", "1"]) == 0, capsys.readouterr().out


def test_one_that_unpacks_without_end_is_cut_off(tmp_path: Path) -> None:
    path = pack(tmp_path / "bomb.zip", {"a.ipynb": bytes(MOST_BYTES + (8 << 20))})
    assert path.stat().st_size < 1 << 20
    said = read_member(path, "a.ipynb", MOST_BYTES)
    assert isinstance(said, str)
    assert "Clear Outputs of All Cells" in said


def test_one_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    data = bytearray(pack(tmp_path / "a.zip", {"a.ipynb": b"x" * 1000}).read_bytes())
    start = data.index(b"PK\x01\x02")
    data[start + 24 : start + 28] = (10).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(data)
    assert read_member(tmp_path / "a.zip", "a.ipynb", MOST_BYTES) != b"x" * 1000


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive", bytes(1000)])
def test_what_is_no_archive_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(SubmissionError, match="Pack the notebooks again"):
        notebooks_in(tmp_path / "a.zip")


def test_a_damaged_file_in_it_costs_only_itself(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {"a.ipynb": b"a" * 5000, "b.ipynb": b"b"})
    data = bytearray(path.read_bytes())
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert notebooks_in(path) == ["a.ipynb", "b.ipynb"]
    assert "Pack it again" in str(read_member(path, "a.ipynb", MOST_BYTES))
    assert read_member(path, "b.ipynb", MOST_BYTES) == b"b"


def test_one_that_is_locked_is_told_so(tmp_path: Path) -> None:
    data = bytearray(pack(tmp_path / "a.zip", {"a.ipynb": b"{}"}).read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    said = str(read_member(tmp_path / "a.zip", "a.ipynb", MOST_BYTES))
    assert said == "a.ipynb is locked with a password. Pack it again without one."


def test_folders_of_windows_are_folders(tmp_path: Path) -> None:
    names = {
        "..\\..\\a.ipynb": b"{}",
        "C:\\b.ipynb": b"{}",
        ".git\\c.ipynb": b"{}",
        "__MACOSX\\d.ipynb": b"{}",
    }
    assert notebooks_in(pack(tmp_path / "a.zip", names)) == ["..\\..\\a.ipynb", "C:\\b.ipynb"]


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_too_large_is_told_in_the_units_of_the_limit(packed: bool, tmp_path: Path) -> None:
    path, data = tmp_path / "a.ipynb", b" " * 21_000_001
    path.write_bytes(data)
    said = read_file(
        Job(pack(tmp_path / "a.zip", {"a.ipynb": data}), member="a.ipynb") if packed else Job(path)
    )
    size = "more than 20" if packed else "21"
    assert str(said).startswith(f"a.ipynb has {size} MB, and at most 20 MB are read.")


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_MEMBERS", 3)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for n in range(4):
            archive.writestr(f"{n}.ipynb", b"")
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    with pytest.raises(SubmissionError, match="Split it"):
        notebooks_in(tmp_path / "a.zip")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_unpacks_in_one_go_is_refused(tmp_path: Path, method: int) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", method) as archive:
        archive.writestr("a.ipynb", bytes(1000))
    said = read_member(tmp_path / "a.zip", "a.ipynb", MOST_BYTES)
    assert "Pack it again as an ordinary zip archive" in str(said)


@pytest.mark.parametrize("offset", [2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1])
def test_a_file_that_is_said_to_be_far_away_is_refused(tmp_path: Path, offset: int) -> None:
    """The place of a file in the archive is what the archive says; 64 bits hold places that no file has."""
    path = pack(tmp_path / "a.zip", {"a.ipynb": b"a"})
    data = bytearray(path.read_bytes())
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    extra = struct.pack("<HHQ", 1, 8, offset)
    data[start + 42 : start + 46] = b"\xff" * 4
    data[start + 30 : start + 32] = struct.pack("<H", len(extra))
    data[end + 12 : end + 16] = struct.pack("<I", end - start + len(extra))
    data[end:end] = extra
    path.write_bytes(data)
    assert notebooks_in(path) == ["a.ipynb"]
    assert "Pack it again" in str(read_member(path, "a.ipynb", MOST_BYTES))


MIXED = {
    "a/plain.ipynb": solved(NAME),
    "b/text.ipynb.txt": solved(NAME),
    "c/UPPER.IPYNB": solved(NAME),
    "d/other.json": b"\xef\xbb\xbf" + solved(NAME),
    "e/cut.txt": solved(NAME)[:3000],
    "f/nested.zip": b"PK\x03\x04 and more",
    "g/page.html": b"<!DOCTYPE html>",
    "h/data.json": b'{"a": 1}',
    "i/paper.pdf": b"%PDF-1.7",
    "j/nothing": b"",
    "__MACOSX/a/._plain.ipynb": b"\0",
}
NOTEBOOKS = ["a/plain.ipynb", "b/text.ipynb.txt", "c/UPPER.IPYNB", "d/other.json", "e/cut.txt"]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["archive", "folder"])
def test_everything_is_graded_or_named_with_a_reason(
    tmp_path: Path, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "class.zip" if place == "archive" else tmp_path / "class"
    if place == "archive":
        pack(path, MIXED)
    for name, data in MIXED.items() if place == "folder" else ():
        (path / name).parent.mkdir(parents=True)
        (path / name).write_bytes(data)
    assert cli.main(["grade", str(path), "--jobs", "1"]) == 0
    lines = capsys.readouterr().out.split("\n")
    for name in MIXED:
        said = [line for line in lines if name in line]
        assert len(said) == 1, name
        assert said[0].startswith("left out: ") is (name not in NOTEBOOKS)
    assert sum("2 of 2 points" in line for line in lines) == 4


def test_of_two_members_of_one_name_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.ipynb", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.ipynb", b"2")
    assert members_of(path) == Members(("a.ipynb",), (("a.ipynb", "there twice; the last one was read"),))


@pytest.mark.parametrize("what", ["an empty folder", "a folder", "an empty archive", "an archive"])
def test_nothing_to_grade_is_an_error_that_names_what_is_there(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    (folder / "Berg").mkdir(parents=True)
    files = {} if "empty" in what else {"Berg/02_forward.ipynb.txt": b"hi"}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    path = folder if "folder" in what else pack(tmp_path / "in.zip", files)
    assert cli.main(["grade", str(path)]) == 2
    error = capsys.readouterr().err
    assert ("Berg/02_forward.ipynb.txt" in error) is bool(files)
    assert "no notebook" in error


@pytest.mark.slow
def test_many_small_members_take_no_long_time(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.zip", {f"{n}.txt": b"x" for n in range(10_000)})
    start = time.process_time()
    assert len(members_of(path).others) == 10_000
    assert time.process_time() - start < 5
