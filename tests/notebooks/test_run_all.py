"""*Run All* on a notebook in which nothing is solved goes through to its end, in a real kernel.

nbclient stops at the first cell whose reply is an error, as JupyterLab does; VS Code stops at the
first ``error`` among the outputs. Neither may come, and yet nbgrader marks a failed check with 0.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.utils import determine_grade

from tests.conftest import sample
from tests.ours import MODULES, read_master, student_notebook

NOTEBOOKS = [
    pytest.param(name, marks=[getattr(pytest.mark, f"nb{name[:2]}"), pytest.mark.slow])
    for name in sample(MODULES, 6, first=2)
]
ROOT = Path(__file__).resolve().parents[2]
START = "import numpy as np\nfrom rnncourse import check"
STUB = 'def affine(x, W, b):\n    """Return a layer."""\n    raise NotImplementedError()'
WAITS = "○ This cell waits for {}. Once that is written, run the cells from there on."


def texts(cell: NotebookNode) -> list[str]:
    """Return what a cell shows, each output as text."""
    shown = [o.get("text", o.get("data", {}).get("text/plain", o.output_type)) for o in cell.outputs]
    return [text.strip() for text in shown]


def run(*sources: str, **options: Any) -> list[NotebookNode]:
    """Run cells in a kernel that stops at the first error; return them with their outputs."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in (START, *sources)])
    NotebookClient(notebook, timeout=60, kernel_name="python3", **options).execute()
    return list(notebook.cells[1:])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_an_unsolved_notebook_runs_to_its_end(name: str) -> None:
    notebook = student_notebook(name)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    graded = read_master(name).graded()
    for cell in cells:
        outputs, label = cell.outputs, cell.metadata.get("nbgrader", {}).get("grade_id", "")
        assert not [o for o in outputs if o.output_type == "error" or "image/png" in o.get("data", {})]
        waiting = [text for text in texts(cell) if text.startswith("○ This cell waits for ")]
        assert all(re.fullmatch(WAITS.format(f"({'|'.join(graded)})"), text) for text in waiting)
        assert len(waiting) <= 1
        if cell.source.startswith("check("):
            exercise = label.removeprefix("check_")
            assert texts(cell)[-1] == f"○ {exercise}: see the card above"
            assert f"○ {exercise}: not started" in outputs[0].data["text/html"]
            assert determine_grade(cell)[0] == 0
        else:
            assert not [o for o in outputs if o.get("name") == "stderr"]


def test_what_a_cell_showed_before_it_waits_stays() -> None:
    _, uses = run(STUB, "print('above')\ny = affine(np.eye(2), np.eye(2), np.zeros(2))\nprint('below')")
    assert texts(uses) == ["above", WAITS.format("affine")]


def test_a_missing_name_waits_for_what_was_to_make_it() -> None:
    cells = run(
        STUB, "y = affine(1, 2, 3)\nz = 2", "w = y + 1", "print(w)", "def late():\n    return y", "late()"
    )
    assert [texts(cell) for cell in cells[1:]] == [[WAITS.format("affine")]] * 3 + [
        [],
        [WAITS.format("affine")],
    ]


def test_what_a_cell_began_to_fill_is_not_shown() -> None:
    fill = "losses = []\nfor _ in range(3):\n    losses.append(1.0 + len(losses))\n    affine(1, 2, 3)"
    cells = run(STUB, fill, "print(losses)", fill.replace("affine(1, 2, 3)", "pass"), "print(losses)")
    assert [texts(cell) for cell in cells[2:]] == [[WAITS.format("affine")], [], ["[1.0, 2.0, 3.0]"]]


def test_a_stale_name_is_not_taken_for_what_should_be_there() -> None:
    cells = run(STUB, "h = 1", "h = affine(1, 2, 3)", "h.shape", "h = np.ones(2)", "h.shape")
    assert [texts(cell) for cell in cells[3:]] == [[WAITS.format("affine")], [], ["(2,)"]]


def test_the_place_of_a_value_says_so_and_those_who_read_it_wait() -> None:
    place = '# review_shapes = {"batch": ...}\n# YOUR CODE HERE\nraise NotImplementedError()'
    half = "review_shapes = {'batch': ...}"
    cells = run(place, "review_shapes['batch'][0]", half, "review_shapes['batch'][0]")
    assert texts(cells[0]) == ["○ review_shapes is not set yet. This cell is its place."]
    assert texts(cells[1]) == texts(cells[3]) == [WAITS.format("review_shapes")]


def test_a_figure_that_was_only_begun_is_not_shown() -> None:
    _, cell = run(STUB, "import matplotlib.pyplot as plt\nplt.figure()\naffine(1, 2, 3)")
    assert texts(cell) == [WAITS.format("affine")]


def test_a_failed_check_is_red_and_worth_nothing_and_the_run_goes_on() -> None:
    _, failed, after = run(
        "def affine(x, W, b):\n    return x @ W + b", "check(affine)\nprint('not reached')", "1 + 1"
    )
    card, red = failed.outputs
    assert "affine: not yet" in card.data["text/html"]
    assert (red.name, red.text) == ("stderr", "✗ affine: see the card above\n")
    assert texts(after) == ["2"]
    failed.metadata["nbgrader"] = {"grade": True, "solution": False, "points": 2, "grade_id": "check_affine"}
    assert determine_grade(failed) == (0, 2)


@pytest.mark.parametrize(
    "own",
    [
        "def mine():\n    raise NotImplementedError\nmine()",
        "raise NotImplementedError",
        "undefined_name",
        "1 / 0",
        "assert False",
        "def affine(x, W, b):\n    return undefined\naffine(1, 2, 3)",
        "y = affine(1, 2, 3",
        "check('affin')",
        "%no_such_magic",
    ],
)
def test_every_other_exception_stops_the_run_and_is_shown_whole(own: str) -> None:
    with pytest.raises(CellExecutionError):
        run(STUB, "y = 1", own)


def test_the_debugger_has_the_exception_of_a_student_and_not_of_a_stub() -> None:
    mine, last = "def mine(q):\n    1 / q", "import sys\nsys.last_value"
    cells = run(mine, "mine(0)", STUB, "affine(1, 2, 3)", last, allow_errors=True)
    assert [o.ename for o in cells[1].outputs] == ["ZeroDivisionError"]
    assert len([line for line in cells[1].outputs[0].traceback if "In[" in line or "Cell" in line]) == 2
    assert texts(cells[4]) == ["ZeroDivisionError('division by zero')"]


def test_under_nbgrader_every_exception_is_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    _, uses, check = run(STUB, "affine(1, 2, 3)", "check(affine)", allow_errors=True)
    assert [o.ename for o in uses.outputs] == ["NotImplementedError"]
    assert [o.output_type for o in check.outputs] == ["display_data", "error"]


def test_the_worker_of_the_grader_gets_every_exception_as_it_is() -> None:
    program = "from pathlib import Path\nimport rnncourse\n"
    program += "from autograder.sandbox.inside.worker import _prepared_shell as shell\n"
    program += "from autograder.sandbox.inside.shell import run_cell\ns = shell(Path('nowhere'))\n"
    cell = "from rnncourse import predict\npredict(...)\nraise NotImplementedError"
    program += f"_, error = run_cell(s, {cell!r}, 'a')\n"
    program += "print(error, hasattr(s, 'waits_for_exercises'))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.split() == ["NotImplementedError", "False"]
