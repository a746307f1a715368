"""Every solved notebook runs from top to bottom, and every figure has a description."""

from __future__ import annotations

import copy
import re

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.exercises import COURSE
from docs.building.executed import keep
from tests.ours import MODULES, read_master

NOTEBOOKS = [pytest.param(name, marks=getattr(pytest.mark, f"nb{name[:2]}")) for name in MODULES]


@pytest.fixture(scope="module", params=NOTEBOOKS)
def executed(request: pytest.FixtureRequest) -> NotebookNode:
    notebook = copy.deepcopy(read_master(request.param).notebook)
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    keep(COURSE.assignment(request.param), notebook)  # for the site, which then need not run it
    return notebook


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def test_it_runs_and_every_check_passes(executed: NotebookNode) -> None:
    shown = [str(output.get("data", {}).get("text/plain", "")) for output in outputs(executed)]
    checks = sum(cell.source.startswith("check(") for cell in executed.cells)
    assert sum(": correct" in text for text in shown) == checks


def test_nothing_is_written_to_stderr(executed: NotebookNode) -> None:
    assert [o.text for o in outputs(executed) if o.output_type == "stream" and o.name == "stderr"] == []


def test_every_figure_has_a_description(executed: NotebookNode) -> None:
    for output in outputs(executed):
        data = output.get("data", {})
        assert "image/png" not in data, "show figures with plots.show(figure, alt=...)"
        for image in re.findall(r"<img [^>]*>", data.get("text/html", "")):
            description = re.search(r'alt="([^"]+)"', image)
            assert description, "a figure without a description"
            assert len(description[1]) >= 40, "say what the figure shows, with numbers"
