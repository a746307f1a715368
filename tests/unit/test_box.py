"""The folder of a sandbox goes with the process that made it, one way or another."""

from __future__ import annotations

import fcntl
import tempfile
from pathlib import Path

import pytest

from autograder.sandbox import Box


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
