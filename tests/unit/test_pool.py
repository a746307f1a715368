"""Work in several processes: whoever dies, everything else is done, and done once."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from autograder.pool import each

_folder = Path()


def _start(folder: Path) -> None:
    global _folder
    _folder = folder


def _work(word: str) -> str:
    """Do what a word says: end, fail, kill the fork server, end once, or nothing."""
    once = _folder / word
    first = not once.exists()
    once.touch()
    if word.startswith("ends") or (word.startswith("once") and first):
        time.sleep(0.1)
        os._exit(1)
    if word.startswith("server") and first:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(5)
    if word.startswith("fails"):
        raise ValueError(word)
    return word.upper()


def _done(folder: Path, *words: str) -> dict[str, str | Exception]:
    found = list(each(_work, words, 2, _start, (folder,)))
    assert sorted(word for word, _ in found) == sorted(words), "each of them once"
    return dict(found)


def test_an_exception_is_a_result(tmp_path: Path) -> None:
    done = _done(tmp_path, "a", "fails", "b")
    assert (done["a"], done["b"]) == ("A", "B")
    assert isinstance(done["fails"], ValueError)


def test_only_what_kills_its_process_is_lost(tmp_path: Path) -> None:
    done = _done(tmp_path, "a", "ends 1", "b", "once 1", "c", "ends 2", *map(str, range(20)))
    lost = {word for word, result in done.items() if isinstance(result, Exception)}
    assert lost == {"ends 1", "ends 2"}
    assert done["once 1"] == "ONCE 1"


def test_the_fork_server_may_die_too(tmp_path: Path) -> None:
    assert set(_done(tmp_path, "a", "server", "b", "c").values()) == {"A", "SERVER", "B", "C"}
