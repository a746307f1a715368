"""Every solved notebook runs from top to bottom, fast, and every figure has a description."""

from __future__ import annotations

import copy
import re
import time
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from tests.ours import MODULES
from tests.ours import read_master

NOTEBOOKS = [pytest.param(name, marks=getattr(pytest.mark, f"nb{name[:2]}")) for name in MODULES]
MOST_SECONDS_A_CELL, MOST_SECONDS = 30, 180


class Timed(NotebookClient):
    """Runs a notebook and notes how long each cell takes."""

    seconds: list[float]

    async def async_execute_cell(self, *args: Any, **kwargs: Any) -> NotebookNode:
        started = time.monotonic()
        cell = await super().async_execute_cell(*args, **kwargs)
        self.seconds.append(time.monotonic() - started)
        return cell


@pytest.fixture(scope="module", params=NOTEBOOKS)
def executed(request: pytest.FixtureRequest) -> tuple[NotebookNode, list[float]]:
    notebook = copy.deepcopy(read_master(request.param).notebook)
    client = Timed(notebook, timeout=120, kernel_name="python3")
    client.seconds = []
    client.execute()
    return notebook, client.seconds


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def test_it_runs_and_every_check_passes(executed: tuple[NotebookNode, list[float]]) -> None:
    notebook, _ = executed
    shown = [str(output.get("data", {}).get("text/plain", "")) for output in outputs(notebook)]
    checks = sum(cell.source.startswith("check(") for cell in notebook.cells)
    assert sum(": correct" in text for text in shown) == checks


def test_nothing_is_written_to_stderr(executed: tuple[NotebookNode, list[float]]) -> None:
    assert [o.text for o in outputs(executed[0]) if o.output_type == "stream" and o.name == "stderr"] == []


def test_it_is_fast_enough_for_a_class(executed: tuple[NotebookNode, list[float]]) -> None:
    _, seconds = executed
    assert max(seconds) < MOST_SECONDS_A_CELL
    assert sum(seconds) < MOST_SECONDS


def test_every_figure_has_a_description(executed: tuple[NotebookNode, list[float]]) -> None:
    for output in outputs(executed[0]):
        data = output.get("data", {})
        assert "image/png" not in data, "show figures with plots.show(figure, alt=...)"
        for image in re.findall(r"<img [^>]*>", data.get("text/html", "")):
            description = re.search(r'alt="([^"]+)"', image)
            assert description, "a figure without a description"
            assert len(description[1]) >= 40, "say what the figure shows, with numbers"
