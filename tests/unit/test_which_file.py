"""Of several files in a folder, the one with the work in it is graded, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.exercises import COURSE
from autograder.nbgrader.which_file import Choice, choose_file
from tests.handing_in import hand_in, solutions_of, solved

NAME = "02_forward"
RIGHT = f"{NAME}.ipynb"
STUB, DONE = hand_in(NAME, {}), solved(NAME)
HALF = hand_in(NAME, dict(list(solutions_of(NAME).items())[:3]))


def choose(folder: Path, files: dict[str, bytes]) -> Choice:
    """Hand in some files and choose one."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return choose_file(folder, COURSE.assignment(NAME))


OTHERS = [
    f"{NAME} (1).ipynb",
    f"{NAME}-Copy1.ipynb",
    f".ipynb_checkpoints/{NAME}-checkpoint.ipynb",
    f"{NAME}.ipynb.txt",
    f"{NAME}.IPYNB",
    f"{NAME}.json",
    f"{NAME}/{NAME}.ipynb",
    "Untitled",
]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("left", [STUB, b"", None], ids=["stub", "empty", "missing"])
def test_the_worked_one_is_taken_whatever_it_is_called(
    tmp_path: Path, other: str, left: bytes | None
) -> None:
    files = {other: DONE} if left is None else {RIGHT: left, other: DONE}
    choice = choose(tmp_path, {**files, "timestamp.txt": b"", "paper.pdf": b"%PDF"})
    assert choice.path == tmp_path / other
    assert other in choice.notes[0]
    assert choice.doubts == ()


@pytest.mark.parametrize(
    ("files", "path", "doubt"),
    [
        ({RIGHT: DONE, "a.ipynb": STUB}, RIGHT, False),
        ({RIGHT: DONE, "a.ipynb": HALF}, RIGHT, False),
        ({RIGHT: DONE, ".ipynb_checkpoints/a-checkpoint.ipynb": DONE + b"\n"}, RIGHT, False),
        ({RIGHT: DONE, "a.ipynb": DONE}, RIGHT, False),
        ({RIGHT: HALF, "a.ipynb": DONE}, RIGHT, True),
        ({RIGHT: STUB, "a.ipynb": DONE, "b.ipynb": DONE + b"\n"}, None, True),
        ({RIGHT: STUB, "03_bptt.ipynb": solved("03_bptt")}, RIGHT, False),
        ({RIGHT: STUB, "a.ipynb": STUB}, RIGHT, False),
        ({"a.ipynb": HALF, "b.ipynb": DONE, "Untitled.ipynb": b"{}"}, "b.ipynb", False),
    ],
)
def test_real_doubt_is_for_a_person(
    tmp_path: Path, files: dict[str, bytes], path: str | None, doubt: bool
) -> None:
    choice = choose(tmp_path, files)
    assert path is None or choice.path == tmp_path / path
    assert bool(choice.doubts) is doubt


def test_what_is_not_there_says_what_is(tmp_path: Path) -> None:
    assert choose(tmp_path, {"work.pdf": b"%PDF-1.7"}).there == "What is there: work.pdf."
    (tmp_path / "work.pdf").unlink()
    assert choose(tmp_path, {}).there == "The folder is empty."


@pytest.mark.parametrize("blank", [b"", b"\n\n  \n"])
def test_a_file_that_holds_nothing_says_what_else_is_there(tmp_path: Path, blank: bytes) -> None:
    assert choose(tmp_path, {RIGHT: blank}).notes == ()
    assert choose(tmp_path, {"work.pdf": b"%PDF-1.7"}).notes == ("What is there: work.pdf.",)


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs.ipynb").write_bytes(DONE)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a.ipynb").symlink_to(tmp_path / "theirs.ipynb")
    assert choose(mine, {}).path == mine / RIGHT
    (mine / RIGHT).symlink_to(tmp_path / "theirs.ipynb")
    assert choose(mine, {"b.ipynb": DONE}).path == mine / RIGHT
