"""Notebooks that bring their own tests: scored as nbgrader scores them, in the sandbox, harmless and forgeable."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.utils import compute_checksum, determine_grade

from autograder import cli
from autograder.judging.judge import Judged
from autograder.judging.own_tests import FORGEABLE, judge_own
from autograder.judging.released import OwnCell, OwnTests, notebook_of
from autograder.sandbox import Session
from autograder.submission.reading import read_cells
from tests.conftest import WORKING

SECRET = "the_hidden_number == 41"
VISIBLE = "assert double(2) == 4"
HIDDEN = f"{VISIBLE}\n### BEGIN HIDDEN TESTS\nthe_hidden_number = double(20) + 1\nassert {SECRET}\n### END HIDDEN TESTS"
STUB = "def double(x):\n    raise NotImplementedError()"
PARTS = "0.25 + 0.5 * (double(3) == 6) + 0.25 * (double('ab') == 'abab')"


def cell(name: str, source: str, points: float = 0, **more: object) -> OwnCell:
    about = {"kind": "code", "locked": bool(points), "grade": bool(points), "solution": not points}
    return OwnCell(name, source=source, checksum="", task=False, points=points, **{**about, **more})  # type: ignore[arg-type]


OWN = OwnTests(
    "hw1",
    "one",
    (
        cell("double", STUB),
        cell("test_hidden", HIDDEN, 2),
        cell("test_parts", PARTS, 1),
        cell("test_file", "assert open('data.csv').read() == '1,2'", 1),
        cell("why", "", 3, kind="markdown", locked=False, solution=True),
    ),
    files=(("data.csv", b"1,2"),),
)
GOOD = "def double(x):\n    return 2 * x"


def handed_in(answer: str, *after: str, without: str = "", changed: str = "") -> bytes:
    """Return a notebook with an answer, further cells at its end, and one test left out or changed."""
    cells = []
    for given in OWN.cells:
        about = {"nbgrader": given.marks}
        if given.name == without:
            continue
        if given.kind == "markdown":
            cells.append(new_markdown_cell("Because.", metadata=about))
        else:
            source = answer if given.name == "double" else OWN.shown(given)
            source = "pass" if given.name == changed else source
            cells.append(new_code_cell(source, metadata=about))
    notebook = new_notebook(cells=[*cells, *map(new_code_cell, after)])
    return nbformat.writes(notebook).encode()


def scores(judged: Judged) -> dict[str, float | None]:
    return {verdict.exercise: verdict.score for verdict in judged.graded.verdicts}


def test_tests_are_scored_as_nbgrader_scores_them(any_session: Session) -> None:
    judged = judge_own(handed_in(GOOD), OWN, any_session)
    assert scores(judged) == {"test_hidden": 2, "test_parts": 1, "test_file": 1}
    judged = judge_own(handed_in("def double(x):\n    return x + x if x < 3 else 6"), OWN, any_session)
    assert scores(judged) == {"test_hidden": 0, "test_parts": 0, "test_file": 1}, "double('ab') raises"
    judged = judge_own(handed_in("def double(x):\n    return 4"), OWN, any_session)
    assert scores(judged) == {"test_hidden": 0, "test_parts": 0.25, "test_file": 1}
    marked = nbformat.reads(judged.marked, as_version=4)
    read = {c.metadata.nbgrader.grade_id: determine_grade(c)[0] for c in marked.cells if is_grade(c)}
    assert read == {"test_hidden": 0, "test_parts": 0.25, "test_file": 1, "why": None}
    assert FORGEABLE in judged.graded.repairs
    assert all(verdict.flags == (FORGEABLE,) for verdict in judged.graded.verdicts)


def is_grade(c: nbformat.NotebookNode) -> bool:
    return bool(c.metadata.get("nbgrader", {}).get("grade"))


def test_a_warning_on_stderr_and_a_death_are_no_pass(any_session: Session) -> None:
    warned = "import sys\ndef double(x):\n    print('oh', file=sys.stderr)\n    return 2 * x"
    assert scores(judge_own(handed_in(warned), OWN, any_session))["test_hidden"] == 0
    dead = "import os\ndef double(x):\n    os._exit(0)"
    assert scores(judge_own(handed_in(dead), OWN, any_session)) == {
        "test_hidden": 0,
        "test_parts": 0,
        "test_file": 1,
    }


def test_what_was_released_is_put_back() -> None:
    data = handed_in(GOOD, without="test_hidden", changed="test_parts")
    notebook, repairs = notebook_of(OWN, read_cells(data).cells)
    names = [c.metadata.get("nbgrader", {}).get("grade_id") for c in notebook.cells]
    assert names == ["double", "test_hidden", "test_parts", "test_file", "why"]
    assert notebook.cells[2].source == PARTS
    assert any("missing" in line for line in repairs)
    assert any("changed" in line for line in repairs)
    again = json.loads(data)
    again["cells"].append(again["cells"][0] | {"source": "double = 3", "id": "other"})
    notebook, _ = notebook_of(OWN, read_cells(json.dumps(again).encode()).cells)
    assert [
        c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "double"
    ] == [GOOD]


LEAKS = {
    "from the source": """
import linecache, sys, traceback
def double(x):
    frame = sys._getframe(1)
    text = "".join(linecache.getlines(frame.f_code.co_filename))
    print(text)
    open("kept.txt", "w").write(text)
    raise ValueError(text)
""",
    "later": """
import linecache, sys
kept = []
def double(x):
    kept.append("".join(linecache.getlines(sys._getframe(1).f_code.co_filename)))
    return 2 * x
""",
    "as a name of an exception": """
import linecache, sys
def double(x):
    text = "".join(linecache.getlines(sys._getframe(1).f_code.co_filename))
    raise type(text, (Exception,), {})(text)
""",
}


@pytest.mark.parametrize("leak", LEAKS)
def test_hidden_tests_reach_no_page(leak: str, any_session: Session) -> None:
    last = "print(globals().get('kept'), In)\nimport os\nprint([open(n).read() for n in os.listdir()])"
    judged = judge_own(handed_in(LEAKS[leak], last), OWN, any_session)
    assert "the_hidden_number" not in judged.marked
    assert "the_hidden_number" not in repr(judged.graded)


def test_the_points_carry_no_message(any_session: Session) -> None:
    own = OwnTests("hw", "one", (cell("double", STUB), cell("test", f"{HIDDEN}\ndouble(1)", 2)))
    judged = judge_own(
        handed_in("def double(x):\n    return 2 * x if x > 1 else 1.123456789"), own, any_session
    )
    assert scores(judged)["test"] == 1.12


FORGERIES = {
    "a huge number": "class N:\n    def __repr__(self): return '1e9'\n    __eq__ = lambda s, o: True\n"
    "    __add__ = __radd__ = __mul__ = __rmul__ = lambda s, o: s\n__import__('builtins').open = lambda *a: N()\n"
    "N.read = lambda s: '1,2'\ndef double(x):\n    return N()",
    "no numbers": "def double(x):\n    return float('nan')",
    "forged frames": """
import os, socket, json
def double(x):
    for number in range(3, 64):
        try:
            os.write(number, b"\\0" * 8 + b'{"ran": "x", "outputs": 5}')
        except OSError:
            pass
    return 2 * x
""",
    "outputs that are none": """
from IPython import get_ipython
import autograder.sandbox.inside.shell as shell
shell.Outputs.items = property(lambda self: {"output_type": ["x"], "data": 7}, lambda self, value: None)
def double(x):
    return 2 * x
""",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_gets_at_most_its_own_points(forgery: str, any_session: Session) -> None:
    judged = judge_own(handed_in(FORGERIES[forgery]), OWN, any_session)
    got = {verdict.exercise: verdict for verdict in judged.graded.verdicts}
    assert set(got) == {"test_hidden", "test_parts", "test_file"}
    assert all(v.score is not None and 0 <= v.score <= v.max_score for v in got.values())
    assert [v.max_score for v in got.values()] == [2, 1, 1]
    nbformat.validate(nbformat.reads(judged.marked, as_version=4))


def test_it_reaches_nothing_outside(any_session: Session, tmp_path: Path) -> None:
    secret = tmp_path / "gradebook.db"
    secret.write_text("everybody's marks")
    spy = (
        f"import subprocess, socket\nfound = []\ntry:\n    found.append(open({str(secret)!r}).read())\n"
        f"except OSError:\n    pass\ntry:\n    open({str(secret)!r}, 'w').write('mine')\nexcept OSError:\n    pass\n"
        "def double(x):\n    print(found)\n    return 2 * x"
    )
    judged = judge_own(handed_in(spy), OWN, any_session)
    assert secret.read_text() == "everybody's marks"
    assert "everybody's marks" not in judged.marked


@pytest.mark.parametrize("data", [b"", b"{}", b"not a notebook", b'{"cells": 3}'])
def test_a_file_that_is_none_costs_only_itself(data: bytes, any_session: Session) -> None:
    judged = judge_own(data, OWN, any_session)
    assert {verdict.outcome for verdict in judged.graded.verdicts} == {"ungradable"}
    assert "the_hidden_number" not in judged.marked


@pytest.mark.slow
@pytest.mark.skipif(not WORKING, reason="no sandbox works here")
def test_files_are_graded_by_an_instructors_notebook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = nbformat.reads(handed_in("### BEGIN SOLUTION\ndouble = 2\n### END SOLUTION"), as_version=4)
    source.cells[1].source = HIDDEN
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "data.csv").write_text("1,2")
    nbformat.write(source, tmp_path / "source" / "one.ipynb")
    (tmp_path / "right.ipynb").write_bytes(handed_in(GOOD))
    words = ["grade", str(tmp_path / "right.ipynb"), "--own-tests", str(tmp_path / "source" / "one.ipynb")]
    assert cli.main([*words, "--jobs", "1", "--sandbox", WORKING[0]]) == 0
    said = capsys.readouterr().out
    assert "right.ipynb: 4 of 4 points" in said
    assert "a student's code can change the result" in said
    source.metadata["kernelspec"] = {"name": "ir", "language": "R", "display_name": "R"}
    nbformat.write(source, tmp_path / "source" / "one.ipynb")
    assert cli.main(words) == 2
    assert "runs in the kernel 'ir', and the sandbox runs Python" in capsys.readouterr().err


def test_an_answer_for_a_person_waits_unless_it_is_untouched() -> None:
    node, _ = notebook_of(OWN, ())
    why = next(c for c in node.cells if c.metadata.nbgrader.grade_id == "why")
    why.metadata.nbgrader.checksum = compute_checksum(why)
    assert determine_grade(why)[0] == 0
    why.source = "Because."
    assert determine_grade(why)[0] is None
