"""The folder of a sandbox goes with the process that made it, one way or another."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.errors import SandboxError
from autograder.exercises import COURSE
from autograder.sandbox import Backend, Box
from autograder.sandbox.box import MASKED, Contents, _remove_abandoned, masked_folders
from tests.conftest import WORKING

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_what_a_killed_run_left_is_removed_and_what_is_used_is_kept(tmp_path: Path) -> None:
    used = Box()
    left = Box()
    (left.scratch / "deep").mkdir(mode=0o000)
    fcntl.flock(left._claim, fcntl.LOCK_UN)  # what the end of a process does
    third = Box()
    assert {path.name for path in tmp_path.iterdir()} == {used.folder.name, third.folder.name}
    used.close()
    third.close()
    left._claim.close()
    assert list(tmp_path.iterdir()) == []


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rnncourse-box-link").symlink_to(tmp_path.parent)
    (tmp_path / "rnncourse-box-new").mkdir()  # just made: its claim comes next
    (tmp_path / "rnncourse-box-file").touch()
    before = sorted(tmp_path.iterdir())
    Box().close()
    assert sorted(tmp_path.iterdir()) == before


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an interpreter's packages, in which everything is that must not be seen, and NumPy."""
    folder = tmp_path / "site-packages"
    for name in (*MASKED, *COURSE.masked, "numpy"):
        (folder / name).mkdir(parents=True)
    real = sysconfig.get_path
    places = {"purelib": str(folder), "platlib": str(folder)}
    monkeypatch.setattr(sysconfig, "get_path", lambda name: places.get(name) or real(name))
    return folder


@pytest.fixture
def box() -> Iterator[Box]:
    made = Box(Contents(COURSE.masked))
    yield made
    made.close()


def test_graders_and_libraries_that_do_the_task_are_masked(site: Path, box: Box) -> None:
    hidden = {folder.name for folder in masked_folders(box)}
    assert {"autograder", "rnncourse", "nbgrader", "torch", "tensorflow"} <= hidden
    assert "numpy" not in hidden


def test_both_sandboxes_are_told_what_to_mask(site: Path, box: Box) -> None:
    hidden = [str(folder) for folder in masked_folders(box)]
    bwrap, _ = Backend("bwrap").command(box)
    assert all(bwrap[bwrap.index(folder) - 1] == "--tmpfs" for folder in hidden)
    assert all(bwrap.index(folder) > bwrap.index(str(site)) for folder in hidden), (
        "what is mounted last is seen"
    )
    with pytest.raises(SandboxError, match="nothing is run"):
        Backend().command(box)  # one that was not chosen is no permission to do without
    sandlock, _ = Backend("sandlock").command(box)
    first = sandlock.index("--")
    assert sandlock[first + 1 : sandlock.index("--", first + 1)] == hidden


def test_what_is_masked_is_masked_by_both_its_names_where_a_link_leads_to_it(site: Path, box: Box) -> None:
    real = site.rename(site.with_name("real"))
    site.symlink_to(real)
    words, _ = Backend("sandlock").command(box)
    first = words.index("--")
    readable, denied = words[:first], words[first + 1 : words.index("--", first + 1)]
    assert {str(site), str(real)} <= set(readable)
    assert {str(site / "nbgrader"), str(real / "nbgrader")} <= set(denied)


STARTS = """\
import sys
from autograder.sandbox import Backend, Session
with Session(Backend(sys.argv[1])) as session, session.child() as child:
    print("confined", child.confined)
"""


@pytest.mark.slow
@pytest.mark.skipif(
    sys.prefix == sys.base_prefix, reason="Python is in no environment that a link could lead to"
)
@pytest.mark.parametrize("name", WORKING)
def test_a_sandbox_starts_where_a_link_leads_to_the_environment(tmp_path: Path, name: str) -> None:
    link = tmp_path / "environment"
    link.symlink_to(sys.prefix)
    words = [str(link / "bin" / Path(sys.executable).name), "-c", STARTS, name]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "confined True\n", done.stderr


def test_another_process_that_tidies_up_leaves_a_folder_that_is_just_being_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock = fcntl.flock

    def tidied_just_before(file: object, how: int) -> None:
        if how == fcntl.LOCK_EX:
            _remove_abandoned()
        lock(file, how)  # type: ignore[arg-type]

    monkeypatch.setattr(fcntl, "flock", tidied_just_before)
    made = Box()
    assert made.scratch.is_dir()
    made.close()
    assert not made.folder.exists()


def test_a_folder_that_cannot_be_claimed_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fcntl, "flock", full)
    with pytest.raises(SandboxError, match="TMPDIR"):
        Box()
    assert list(tmp_path.iterdir()) == []
