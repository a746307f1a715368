"""``python -m rnncourse``: the checks of a saved notebook, hints and progress without a notebook server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rnncourse.learning import here
from rnncourse.learning.record import FILE, read
from rnncourse.terminal import checking, commands, kernel, shells
from tests.ours import read_master, student_notebook

ROOT = Path(__file__).resolve().parents[2]
NAME = "02_forward"
SET_UP = "import numpy as np\nfrom rnncourse import check, hint, progress"


@pytest.fixture(autouse=True)
def _kept_in_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RNNCOURSE_PROGRESS")
    monkeypatch.setattr(here, "_record", None)


def _saved(folder: Path, *sources: str, name: str = NAME) -> Path:
    cells = [{"cell_type": "code", "source": source.splitlines(keepends=True)} for source in sources]
    path = folder / f"{name}.ipynb"
    path.write_text(
        json.dumps({"cells": [{"cell_type": "markdown", "source": "# x"}, *cells], "nbformat": 4})
    )
    return path


@pytest.mark.slow
def test_a_saved_notebook_is_checked_card_by_card(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    step = read_master(NAME).solution("rnn_step")
    path = _saved(
        tmp_path,
        SET_UP,
        "%matplotlib inline\nprint('noise')\nhint('rnn_step')",
        step,
        "check(rnn_step)\nprogress()",
        "1 / 0",
        "def softmax(logits):\n    return undefined",
        "check(softmax)",
    )
    assert commands.main(["check", str(path), "rnn_step", "softmax", "generate"]) == 1
    shown = capfd.readouterr().out
    assert "These are the public checks" in shown
    cards = [line for line in shown.split("\n") if line[:1] in "✓✗◐!○" and line]
    assert cards == ["✓ rnn_step: correct", "! softmax: stopped with an error", "○ generate: not started"]
    assert "NameError: name 'undefined' is not defined" in shown
    assert "Code cell 5 (1 / 0) stopped: ZeroDivisionError" in shown
    assert "1 of 3 pass the public checks of 02_forward." in shown
    assert "noise" not in shown
    entries = read(tmp_path / FILE)
    assert (entries["rnn_step"].best, entries["rnn_step"].hints) == ("correct", 0)
    assert commands.main(["progress", str(path)]) == 1
    assert "1 of 7 exercises solved" in capfd.readouterr().out


@pytest.mark.slow
def test_a_run_that_hangs_is_ended_and_what_it_said_stays(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = _saved(tmp_path, SET_UP, "rnn_step = 3\ncheck('rnn_step')", "import time; time.sleep(1000)")
    for seconds in (4, 20, 80):  # a machine with much to do comes late to the cell that hangs
        assert checking.check_file(path, ["rnn_step", "generate"], seconds) == 1
        shown = capfd.readouterr().out
        if "rnn_step: " in shown:
            break
    assert (
        f"stopped after {seconds} seconds, in code cell 3 (import time; time.sleep(1000)). Not checked: generate."
        in shown
    )


def test_what_is_no_notebook_of_the_course_is_said_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "torn.ipynb").write_text('{"cells": [')
    (tmp_path / "list.ipynb").write_text("[1]")
    _saved(tmp_path, "x = 1", name="mine")
    good = _saved(tmp_path, "x = 1")
    for words, says in (
        (["check", str(tmp_path / "none.ipynb")], "cannot be read"),
        (["check", str(tmp_path / "torn.ipynb")], "not valid JSON"),
        (["check", str(tmp_path / "list.ipynb")], "no list of cells"),
        (["check", str(tmp_path / "mine.ipynb")], "no notebook of this course"),
        (["check", str(good), "affine"], "has no exercise 'affine'. It has: rnn_step"),
        (["hint", "afine", str(tmp_path)], "Did you mean 'affine'?"),
        (["progress", str(tmp_path / "nowhere")], "There is no folder"),
    ):
        assert commands.main(words) == 2
        assert says in capsys.readouterr().err


def test_hints_are_remembered_and_open_a_solution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_start_here.ipynb").touch()
    for number in (1, 2, 3):
        assert commands.main(["hint", "affine", str(tmp_path)]) == 0
        assert f"Hint {number} of 3 for affine" in capsys.readouterr().out
    assert read(tmp_path / "notebooks" / FILE)["affine"].hints == 3
    commands.main(["solution", "affine", str(tmp_path)])
    assert "So far: 3 of 3 hints, no failed check." in capsys.readouterr().out


def test_without_ipython_commands_of_jupyter_are_skipped_and_named() -> None:
    shell = shells.ByPython()
    source = "%matplotlib inline\nif True:\n    !pip install x\n    y = 7 \\\n        % 4\nnp.tanh?\nz = y"
    error, skipped = shell.run(source, 1)
    assert error is None
    assert skipped[:2] == ["%matplotlib inline", "!pip install x"]
    assert skipped[-1] == "np.tanh?"
    assert shell.run("%%bash\nls", 2) == (None, ["%%bash"])
    assert shell.run("%%time\nq = 5", 3) == (None, ["%%time"])
    assert shell.user_ns["q"] == 5
    error, _ = shell.run("def f():\n    return 1 / 0\nf()", 4)
    assert isinstance(error, ZeroDivisionError)
    assert isinstance(shell.run("x = (", 5)[0], SyntaxError)
    assert isinstance(shell.run("raise SystemExit", 6)[0], SystemExit)


def test_without_ipython_a_notebook_is_checked_all_the_same(tmp_path: Path) -> None:
    notebook = student_notebook("00_start_here")
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "affine")
    cell.source = read_master("00_start_here").solution("affine")
    path = _saved(
        tmp_path, *(c.source for c in notebook.cells if c.cell_type == "code"), name="00_start_here"
    )
    log = tmp_path / "log"
    program = "import sys\nfrom rnncourse.terminal import shells, kernel\nsys.modules['IPython'] = None\n"
    program += "shells.make = shells.ByPython\n"
    program += f"kernel.main({str(path)!r}, {str(log)!r}, 'affine')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("✓ affine: correct")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert [e for e in events if "error" in e or "skipped" in e] == []
    assert {"exercise": "affine", "outcome": "correct"} in events


def test_what_stands_below_the_last_check_is_not_run() -> None:
    sources = ["a = 1", "check(softmax)", "b = 2", "check('fates')\nc = 3", "d = 4"]
    assert kernel.needed(sources, ["softmax"]) == sources[:2]
    assert kernel.needed(sources, ["softmax", "fates"]) == sources[:4]
    assert kernel.needed(sources, ["softmax", "generate"]) == sources, "its check cell is gone"
