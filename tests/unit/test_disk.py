"""A submission that fills the disk ends, whichever way it takes, and leaves nothing on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import WorkerError
from autograder.sandbox import Backend, Session
from autograder.sandbox.disk import MOST_BYTES, is_too_much
from autograder.sandbox.session import Child
from tests.conftest import SMALL, WORKING

FILL = (
    "import time\n"
    "for i in range(400):\n    with open(f'f{i}', 'wb') as f: f.write(bytes(1 << 20))\n"
    "else:\n    time.sleep(10)"
)
"""It stays a while, for where the disk is watched it may be full before anybody looks."""


def run(child: Child, source: str) -> str:
    """Run a cell and return what it printed."""
    child.send(
        {"op": "run", "cells": [{"id": "a", "source": source, "keep": [], "check": "", "seconds": 10.0}]}
    )
    text = ""
    while "done" not in (message := child.receive(60)):
        text += "".join(str(output.get("text", "")) for output in message.get("outputs", ()))
    return text


def used(folder: Path) -> int:
    return sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))


def test_what_is_counted(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    with (tmp_path / "deep" / "holes").open("wb") as file:
        file.truncate(10 * MOST_BYTES)
    (tmp_path / "root").symlink_to("/")
    assert not is_too_much(tmp_path), "holes take no room, and what a link leads to is not here"
    with (tmp_path / "deep" / "full").open("wb") as file:
        file.write(bytes(MOST_BYTES + 1))
    assert is_too_much(tmp_path)
    assert not is_too_much(tmp_path / "not there")


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKING)
def test_a_full_disk_ends_the_submission_and_is_emptied(name: str) -> None:
    with Session(Backend(name), SMALL) as session:
        empty = used(session._box.folder)
        try:
            with session.child() as child:
                text = run(child, FILL)
                assert used(session._box.folder) < empty + MOST_BYTES
                assert "[Errno 28]" in text or name == "bwrap"
        except WorkerError:
            pass  # it was ended
        with session.child() as child:
            assert run(child, "import os; print(os.listdir('.'))") == "[]\n"
            assert used(session._box.folder) <= empty + (1 << 20)


@pytest.mark.slow
@pytest.mark.parametrize("name", WORKING)
def test_the_next_one_does_not_find_what_was_left(name: str) -> None:
    leave = "for i in range(101): open(f'mine{i}', 'w').write('SECRET')"
    look = (
        "import glob, os\nup = os.path.dirname(os.environ['HOME'])\n"
        "print([open(p).read() for p in glob.glob(up + '/**/mine*', recursive=True)])\n"
        "try: print(os.listdir(up))\nexcept OSError: print('refused')"
    )
    with Session(Backend(name), SMALL) as session:
        with session.child() as child:
            run(child, leave)
        with session.child() as child:
            assert run(child, look).split() == ["[]", "refused"]
            assert {path.name for path in session._box.folder.iterdir()} == {"claim", "box", "scratch"}
