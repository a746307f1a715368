"""What a cell takes from above, and which cells are run for it."""

from __future__ import annotations

import time

import nbformat
import pytest

from autograder.submission import needed_cells
from autograder.submission.flow import flow_of
from tests.ours import MODULES, read_master, read_submission, student_notebook

NAME = "04_training"


@pytest.mark.parametrize(
    ("source", "taken", "bound"),
    [
        ("y = x", "x", "y"),
        ("x = 1\ny = x", "", "x y"),
        ("x += 1", "x", "x"),
        ("for i in r:\n    s = i\nprint(s)", "r print", "i s"),
        ("if c:\n    x = 1\nprint(x)", "c x print", ""),
        ("if c:\n    x = 1\nelse:\n    x = 2\nprint(x)", "c print", "x"),
        ("while c:\n    x = 1\nx", "c x", ""),
        ("try:\n    x = 1\nexcept E:\n    y = 1\nx", "x", ""),
        ("with f() as g:\n    h = g", "f", "g h"),
        ("def f(a, b=d):\n    c = a\n    return c + e", "d e", "f"),
        ("def f():\n    global g\n    g = 1", "g", "f"),
        ("e = 1\nf = lambda a: a + e + k", "k", "e f"),
        ("[a for a in a]", "a", ""),
        ("[a * b for a in c]", "b c", ""),
        ("class A(B):\n    c = d", "B d", "A"),
        ("import a.b, c as d\nfrom e import f", "", "a d f"),
        ("a[i].b = c", "a i c", ""),
        ("%time x = y\nz = w", "w", "z"),
        ("x = = y", "x y", ""),
    ],
)
def test_what_goes_in_and_what_comes_out(source: str, taken: str, bound: str) -> None:
    flow = flow_of(source)
    assert flow.taken == set(taken.split())
    assert flow.bound == set(bound.split())


def test_a_function_reads_when_it_is_called() -> None:
    assert flow_of("def f(x):\n    return g(x)\nh = lambda: k").later == {"f": {"g"}, "h": {"k"}}


@pytest.mark.parametrize("line", ["if a:\n    b = {0}\n", "elif_{0} = {0}\n", "f({0}, "])
def test_long_cells_are_followed_at_once(line: str) -> None:
    started = time.process_time()
    flow_of("".join(line.format(n) for n in range(4_000)))
    flow_of("if a:\n    b = 0\n" + "".join(f"elif a == {n}:\n    b = {n}\n" for n in range(2_000)))
    assert time.process_time() - started < 10


def _needed(answers: dict[str, str], last: str = "", name: str = NAME) -> list[str]:
    """Return the cells of the course that are run for such answers, and a cell at the end."""
    notebook = student_notebook(name)
    for cell in notebook.cells:
        label = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        cell.source = answers.get(label, cell.source)
    notebook.cells.append(nbformat.v4.new_code_cell(last))
    submission = read_submission(nbformat.writes(notebook).encode(), "x.ipynb", name)
    return [cell.source for cell in needed_cells(submission) if cell.given]


def _solved(name: str) -> dict[str, str]:
    master = read_master(name)
    return {label: master.solution(label) for label in master.graded()}


def test_names_of_its_own_bring_no_cell_that_has_them_too() -> None:
    """Cells above and below bind `rate`; an answer that binds it before it reads it needs none of them."""
    answers = _solved(NAME)
    assert "rate" in flow_of(answers["training_numbers"]).bound
    assert not any("rate" in flow_of(source).bound for source in _needed(answers))
    answers["training_numbers"] = f"print(rate)\n{answers['training_numbers']}"
    assert any("rate" in flow_of(source).bound for source in _needed(answers))


def test_the_last_cell_above_that_binds_a_name_is_run() -> None:
    cells = [c for c in student_notebook(NAME).cells if c.cell_type == "code"]
    binding = [c.source for c in cells if "rng" in flow_of(c.source).bound]
    found = _needed(_solved(NAME), "own = rng.normal()")
    assert [source for source in found if source in binding] == binding[-1:]


def test_a_function_brings_what_it_reads_when_it_is_asked() -> None:
    answers = _solved(NAME)
    answers["sgd_step"] += "\n\ndef look():\n    return features\n"
    assert not any("features" in flow_of(source).bound for source in _needed(answers))
    answers["sgd_step"] = answers["sgd_step"].replace("return {", "look()\n    return {")
    assert any("features" in flow_of(source).bound for source in _needed(answers))


@pytest.mark.parametrize("name", MODULES)
def test_a_right_notebook_needs_few_cells_of_the_course(name: str) -> None:
    run = [source for source in _needed(_solved(name), name=name) if source]  # the place of a check is blank
    assert len(run) <= 6
