"""The students' package works where there are no threads, no sockets and no other processes: in Pyodide.

The platform is a pretended one; ``tests/site/test_lite.py`` has a kernel in a real browser.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSER = """
import sys, threading
import numpy as np  # Pyodide has its own
from pathlib import Path

def forbidden(*_, **__):
    raise OSError("a browser cannot do this")

for name in ("socket", "_socket", "ssl", "subprocess", "_posixsubprocess", "multiprocessing", "concurrent.futures"):
    sys.modules[name] = None  # an import of it fails
threading.Thread.start = forbidden
sys.platform = "emscripten"
import os
os.fork = os.posix_spawn = os.system = os.popen = forbidden
"""
USE = """
from rnncourse import check, hint, progress, failing_case, predict
from rnncourse.learning import here
from rnncourse.learning.record import Record

here.use(Record(Path(sys.argv[1])))

def affine(x, W, b):
    return x @ W

try:
    check(affine)
except AssertionError as error:
    print(error)
hint("affine")
failing_case("affine")
predict(3).compare(3)
progress("00_start_here")
"""


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", BROWSER + code, *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_a_learner_gets_a_card_a_hint_and_progress(tmp_path: Path) -> None:
    done = run(USE, str(tmp_path))
    assert done.stderr == ""
    assert "affine: not yet" in done.stdout
    assert "Hint 1 of 3 for affine" in done.stdout
    assert "tried" in done.stdout
    assert (tmp_path / "rnncourse-progress.json").exists()


@pytest.mark.parametrize("act", ["import socket", "threading.Thread().start()"])
def test_what_is_forbidden_there_is_forbidden_here(act: str) -> None:
    assert run(act).returncode == 1
