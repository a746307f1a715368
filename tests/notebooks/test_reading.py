"""Every notebook reads as it should: structure, statements, links, notation."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from nbformat import NotebookNode

from tests.ours import MODULES, exercises_of, read_master, student_notebook

ROOT = Path(__file__).resolve().parents[2]
MARKS = {name: getattr(pytest.mark, f"nb{name[:2]}") for name in MODULES}
NOTEBOOKS = [pytest.param(name, marks=mark) for name, mark in MARKS.items()]


def prose(notebook: NotebookNode) -> str:
    """Return all text of a notebook, without code in fences."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def headings(notebook: NotebookNode) -> list[tuple[int, str]]:
    return [(len(m[1]), m[2]) for m in re.finditer(r"^(#+) (.+)$", prose(notebook), re.MULTILINE)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_one_title_and_no_skipped_level(name: str) -> None:
    levels = [level for level, _ in headings(student_notebook(name))]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_head_says_what_it_is_about(name: str) -> None:
    head = student_notebook(name).cells[0].source
    for part in ("What you will do", "What you will learn", "What you need", "Time"):
        assert f"**{part}" in head
    text = prose(student_notebook(name))
    assert "On your own" in text
    assert "Further reading" in text


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_exercise_is_announced(name: str) -> None:
    text = prose(student_notebook(name))
    for exercise in exercises_of(name):
        announced = re.search(rf"^#+ [^\n]*`{exercise.id}`[^\n]*\n+\*([^*]+)\*$", text, re.MULTILINE)
        assert announced, f"{exercise.id} has no heading with a line in italics below it"
        line = announced[1]
        assert re.search(r"Difficulty [1-5] of 5", line)
        assert re.search(r"\d+ minutes", line)
        assert "Objective" in line


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_students_get_no_solution(name: str) -> None:
    master, notebook = read_master(name), student_notebook(name)
    sources = {c.metadata.nbgrader.grade_id: c.source for c in notebook.cells if "nbgrader" in c.metadata}
    for exercise in exercises_of(name):
        assert "BEGIN" not in sources[exercise.id]
        assert "raise NotImplementedError()" in sources[exercise.id]
        assert sources[exercise.id] != master.solution(exercise.id)
        assert "HIDDEN" not in sources[f"check_{exercise.id}"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_function_has_eight_mistakes_or_a_reason(name: str) -> None:
    for exercise in exercises_of(name):
        assert len(exercise.mistakes) >= 8, exercise.id
        assert len(exercise.other_ways) >= 4 or exercise.is_value, exercise.id
        assert len(set(exercise.hints)) == 3, exercise.id


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_to_other_notebooks_lead_somewhere_or_to_one_that_comes(name: str) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", prose(student_notebook(name)))
    for link in links:
        assert re.fullmatch(r"\d\d_\w+\.ipynb", link), link


def shapes_of_the_notation() -> dict[str, str]:
    page = (ROOT / "docs" / "notation.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `(\w+)` \| `(\([^`]+\))` \|", page, re.MULTILINE))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_docstrings_use_the_notation(name: str) -> None:
    wanted = shapes_of_the_notation()
    assert len(wanted) >= 8
    for exercise in exercises_of(name):
        stub = read_master(name).stub(exercise.id)
        for variable, shape in re.findall(r"^ +(\w+) *: *(\([A-Z0-9, ]+\))", stub, re.MULTILINE):
            if variable in wanted:
                whole = wanted[variable]
                parts = {
                    whole,
                    whole.replace(" T,", ""),
                    whole.replace("N, ", ""),
                    "(N, D)",
                }  # a step, a sequence
                read = {
                    shape,
                    shape.replace("V", "D"),
                    shape.replace("V", "K"),
                }  # words as features, or as outputs
                assert read & parts, f"{exercise.id}: {variable} {shape}"


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS[name]) for name in MODULES])
def test_a_prediction_is_compared_and_its_answer_is_folded(name: str) -> None:
    """A commitment first, then the measurement, and what gives the answer in words is folded."""
    cells = student_notebook(name).cells
    asked = [(n, v) for n, c in enumerate(cells) for v in re.findall(r"^(\w+) = predict\(", c.source, re.M)]
    for n, variable in asked:
        named = re.compile(
            rf"\b{variable}\.compare\(|\b{variable}\b[^\0]*\bguess\.compare\("
        )  # by itself or in a loop
        compared = next(k for k in range(n + 1, len(cells)) if named.search(cells[k].source))
        below = cells[compared + 1 :]
        end = next((k for k, c in enumerate(below) if "predict(" in c.source), len(below))
        assert any("<details>" in c.source for c in below[:end]), f"cell {n}: {variable}"


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS[name]) for name in MODULES])
def test_what_is_folded_opens_and_closes(name: str) -> None:
    text = prose(student_notebook(name))
    folds = re.findall(r"<details>\s*<summary>[^<\n]+</summary>\n\n.+?\n\n</details>", text, re.DOTALL)
    assert len(folds) == text.count("<details>") == text.count("</details>")
