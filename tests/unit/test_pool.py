"""Work in several processes: whoever dies, everything else is done, and done once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.course.budget import hard_cpu_limit
from autograder.running import WHICH
from autograder.running.pool import Bounds, Later, Lost, Pool

_folder = Path()


def _start(folder: Path) -> None:
    global _folder
    _folder = folder


def _work(word: str, hurried: bool) -> str | Later:
    """Do what a word says: end, fail, end once, sleep, use too much, or nothing."""
    once = _folder / word
    first = not once.exists()
    once.touch()
    if (word.startswith("ends") and (first or word != "ends and looks")) or (
        word.startswith("once") and first
    ):
        time.sleep(0.1)
        os._exit(1)
    if word.startswith("slow") and hurried:
        return Later()
    if word.startswith("tells"):
        return "hurried" if hurried else "not hurried"
    if word == "sleeps":
        time.sleep(600)
    if word == "eats":
        return _eat()
    if word == "spins":
        if not first:
            (_folder / "spins again").touch()
        with hard_cpu_limit(1):
            while True:
                pass
    if word.startswith("busy"):
        return _busy(once)
    if word == "ends and looks":
        return " ".join(sorted(path.name for path in _folder.glob("*.busy")))
    if word.startswith("fails"):
        raise ValueError(word)
    return word.upper()


def _named(name: str, hurried: bool) -> str:
    """Return a variable of the environment."""
    return os.environ[name]


def _eat() -> str:
    try:
        return str(len(bytearray(2 << 30)))
    except MemoryError:
        return "too much"


def _busy(once: Path) -> str:
    sign = once.with_suffix(".busy")
    sign.touch()
    time.sleep(0.5)
    sign.unlink()
    return "was busy"


def _done(folder: Path, *words: str, bounds: Bounds | None = None) -> dict[str, str | Lost]:
    with Pool(_work, 2, _start, (folder,), bounds) as pool:
        found = list(pool.each(words))
    assert sorted(word for word, _ in found) == sorted(words), "each of them once"
    return dict(found)


def test_an_exception_is_a_bug_and_goes_through(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fails"):
        _done(tmp_path, "a", "fails", "b")


@pytest.mark.slow
def test_only_what_kills_its_process_is_lost(tmp_path: Path) -> None:
    done = _done(tmp_path, "a", "ends 1", "b", "once 1", "c", "ends 2", *map(str, range(20)))
    lost = {word for word, result in done.items() if isinstance(result, Lost)}
    assert lost == {"ends 1", "ends 2"}
    assert done["once 1"] == "ONCE 1"


@pytest.mark.slow
def test_what_takes_too_long_is_ended_and_costs_nobody_else(tmp_path: Path) -> None:
    bounds = Bounds(wall_seconds=3)
    done = _done(tmp_path, "a", "sleeps", "b", bounds=bounds)
    assert isinstance(done["sleeps"], Lost)
    assert "3 seconds" in done["sleeps"].why
    assert (done["a"], done["b"]) == ("A", "B")


def test_memory_has_a_bound(tmp_path: Path) -> None:
    done = _done(tmp_path, "a", "eats", "b", bounds=Bounds(memory=1 << 30))
    assert done == {"a": "A", "eats": "too much", "b": "B"}


@pytest.mark.slow
def test_a_process_that_uses_too_much_computing_is_ended(tmp_path: Path) -> None:
    done = _done(tmp_path, "a", "spins", "b")
    assert isinstance(done["spins"], Lost)
    assert "computing" in done["spins"].why
    assert not (tmp_path / "spins again").exists(), "it is not tried again"


@pytest.mark.slow
def test_what_ended_its_process_is_tried_again_when_nothing_else_is_under_way(tmp_path: Path) -> None:
    done = _done(tmp_path, "ends and looks", *(f"busy {number}" for number in range(8)))
    assert done["ends and looks"] == "", "others were at work beside it, and could be ended with it"


def test_what_takes_long_is_finished_when_all_others_had_their_turn(tmp_path: Path) -> None:
    with Pool(_work, 2, _start, (tmp_path,)) as pool:
        order = [word for word, _ in pool.each(["slow 1", "a", "b", "slow 2", "c", "d"])]
    assert sorted(order) == ["a", "b", "c", "d", "slow 1", "slow 2"]
    assert not {"slow 1", "slow 2"} & set(order[:3]), "the last of the others may still be at its turn"


def test_only_those_that_others_wait_for_are_hurried(tmp_path: Path) -> None:
    with Pool(_work, 1, _start, (tmp_path,)) as pool:
        told = dict(pool.each(["tells 1", "tells 2", "tells 3"]))
    assert told == {"tells 1": "hurried", "tells 2": "hurried", "tells 3": "not hurried"}


def test_a_process_has_the_environment_of_its_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("first", "second"):
        monkeypatch.setenv("RNNCOURSE_OF_A_TEST", value)
        with Pool(_named, 1, _start, (tmp_path,)) as pool:
            assert pool.ask("RNNCOURSE_OF_A_TEST", hurried=False) == value


def test_the_interrupt_key_does_not_reach_what_imports_for_the_processes(tmp_path: Path) -> None:
    slow = "from pathlib import Path\nimport time\nPath('begun').touch()\ntime.sleep(1)\nPath('imported').touch()\n"
    (tmp_path / "slow.py").write_text(slow)
    program = "import time\nfrom autograder.running.pool import begin_imports\nbegin_imports(['slow'])\ntime.sleep(60)"
    path = os.pathsep.join((str(tmp_path), *filter(None, sys.path)))
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    wait_for(tmp_path / "begun")
    os.killpg(run.pid, signal.SIGINT)
    wait_for(tmp_path / "imported")
    assert "slow.py" not in run.communicate()[1]


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} never came"
        time.sleep(0.02)


def test_the_notebooks_of_a_course_are_read_ahead_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("1 / 0")  # which must not end the process that all others come from
    program = (
        "import sys\nfrom autograder.exercises import COURSE\nimport autograder.running.ahead\n"
        "print([name for name in COURSE.names if 'release' in vars(COURSE.assignment(name))] == list(COURSE.names))"
    )
    wanted = {
        "": "False",
        "autograder.exercises:COURSE": "True",
        "nowhere:COURSE": "False",
        "broken:COURSE": "False",
    }
    for where, read in wanted.items():
        environment = {**os.environ, WHICH: where, "PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True
        )
        assert done.stdout.strip() == read, done.stderr
