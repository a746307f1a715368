"""Every target survives a run of a fixed length, and finds a bug that is put into what it fuzzes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import EVERY_VARIANT
from tests.fuzz import TARGETS
from tests.fuzz.limits import TooDear, bounded

ROOT = Path(__file__).resolve().parents[2]
SHARE = 1.0 if EVERY_VARIANT else 0.2
RUNS = {
    target: int(SHARE * runs)
    for target, runs in {"notebook": 600, "frames": 8_000, "replies": 1_500, "archive": 5_000}.items()
}
PLANTED_RUNS = 50_000
needs_atheris = pytest.mark.skipif(
    find_spec("atheris") is None, reason="atheris is not installed; there are wheels for Linux on x86_64"
)


def fuzz(target: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fuzz", target, "--found", str(folder), *more]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", timeout=600
    )


def _executed(done: subprocess.CompletedProcess[str]) -> int:
    """Return how many inputs were tried at least."""
    found = re.findall(r"^(?:#|stat::number_of_executed_units: )(\d+)", done.stderr, re.MULTILINE)
    assert found, done.stderr[-3_000:]
    return max(map(int, found))


Runs = dict[tuple[str, bool], "Future[subprocess.CompletedProcess[str]]"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Start all runs, two at a time, the longest first."""
    folder = tmp_path_factory.mktemp("fuzz")
    with ThreadPoolExecutor(2) as pool:
        started: Runs = {}
        for target in TARGETS:
            started[target, False] = pool.submit(fuzz, target, folder, f"--runs={RUNS[target]}", "--seed=5")
        for target in TARGETS if EVERY_VARIANT else ():
            started[target, True] = pool.submit(
                fuzz, target, folder, f"--runs={PLANTED_RUNS}", "--seconds=240", "--seed=6", "--plant"
            )
        yield started


@needs_atheris
@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_found(target: str, runs: Runs, capsys: pytest.CaptureFixture[str]) -> None:
    done = runs[target, False].result()
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    covered = re.findall(r"cov: (\d+) ft: (\d+)", done.stderr)
    assert covered
    with capsys.disabled():
        edges, features = covered[-1]
        print(f"\nfuzzed {target}: {_executed(done)} inputs, {edges} edges, {features} features")
    assert _executed(done) >= RUNS[target]
    assert int(covered[-1][1]) > int(covered[0][1]), "what is new is seen"


@needs_atheris
@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("target", TARGETS)
def test_a_planted_bug_is_found(target: str, runs: Runs) -> None:
    done = runs[target, True].result()
    assert done.returncode != 0, done.stderr[-3_000:]
    assert "Uncaught Python exception" in done.stdout, done.stderr[-3_000:]
    assert _executed(done) > 1, "an honest input passes"


def test_what_takes_long_is_seen() -> None:
    with pytest.raises(TooDear, match="CPU time"), bounded(seconds=0.1, megabytes=100):
        _work(0.2)


def _work(seconds: float) -> None:
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass


def test_what_takes_memory_is_seen_after_it_was_given_back() -> None:
    ours = bytearray(b"x") * (300 << 20)  # a process starts with the peak of the one that started it
    script = (
        "from tests.fuzz.limits import bounded\nwith bounded(9, 100):\n    bytearray(b'x') * (200 << 20)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert "of memory, and 100 are allowed" in done.stderr
    assert ours


def test_what_is_within_the_limits_is_not_held_up() -> None:
    with bounded(seconds=5, megabytes=200):
        assert sum(range(10)) == 45
