"""Work in several processes: whoever dies, everything else is done, and done once."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograder.running import pool
from autograder.running.pool import each

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


class _Refuses(ProcessPoolExecutor):
    """Takes no work at first, as while a fork server is dying that still has its number."""

    left = 8

    def submit(self, *args: Any, **kwargs: Any) -> Any:
        if _Refuses.left > 0:
            _Refuses.left -= 1
            raise EOFError
        return super().submit(*args, **kwargs)


@pytest.mark.parametrize(("refusals", "expected"), [(8, {"A", "B"}), (1000, {"a", "b"})])
def test_work_that_could_not_begin_waits_for_a_while(
    refusals: int, expected: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "ProcessPoolExecutor", _Refuses)
    monkeypatch.setattr(pool, "PAUSE", 0.001)
    monkeypatch.setattr(_Refuses, "left", refusals)
    done = _done(tmp_path, "a", "b")
    lost = {word for word, result in done.items() if isinstance(result, Exception)}
    assert lost | {result for result in done.values() if isinstance(result, str)} == expected


def test_the_fork_server_may_die_too(tmp_path: Path) -> None:
    assert set(_done(tmp_path, "a", "server", "b", "c").values()) == {"A", "SERVER", "B", "C"}
