"""What becomes of a notebook that was read: stock nbgrader takes it, and its key follows the content."""

from __future__ import annotations

import copy
import os
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.preprocessors import CheckCellMetadata, DeduplicateIds, OverwriteCells, SaveCells

from autograder.submission import content_key
from tests.ours import student_notebook
from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import NAME, Draft
from tests.unit.submission.held import read, read_submission


@pytest.mark.slow
def test_stock_nbgrader_takes_what_was_repaired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)  # nbgrader calls alembic
    notebook = by_hand.released_notebook()
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    resources = {"nbgrader": {"notebook": NAME, "assignment": NAME, "db_url": url, "student": "student-07"}}
    with Gradebook(url) as gradebook:
        gradebook.add_assignment(NAME)
    SaveCells().preprocess(notebook, copy.deepcopy(resources))
    draft = Draft()
    draft.take("check_square")
    draft.cells.reverse()
    draft.each(lambda cell: cell.update(cell_type="markdown"))
    draft["check_double"]["metadata"]["nbgrader"]["points"] = 99
    notebook = read(draft).repaired
    for step in (DeduplicateIds, OverwriteCells, CheckCellMetadata):
        notebook, _ = step().preprocess(notebook, copy.deepcopy(resources))
    labels = {c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata}
    assert labels == set(by_hand.MARKS)


def test_the_key_follows_the_content() -> None:
    key = content_key(read(Draft()))
    outputs = Draft()
    outputs["double"]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "hi"}]
    outputs["title"]["source"] += " by student-07"
    assert content_key(read(outputs)) == key
    for name in ("double", "demo", "why"):
        draft = Draft()
        draft[name]["source"] += " "
        draft[name]["source"] += "# more"
        assert content_key(read(draft)) != key
    draft = Draft()
    square = draft.take("square")
    draft.cells.insert(draft.at("double"), square)
    assert content_key(read(draft)) != key


def test_the_key_counts_pasted_images_in_an_answer() -> None:
    draft = Draft()
    key = content_key(read(draft))
    draft["why"]["attachments"] = {"a.png": {"image/png": "aGk="}}
    assert content_key(read(draft)) != key


@pytest.mark.nb00
def test_a_normal_notebook_takes_under_15_ms() -> None:
    data = nbformat.writes(student_notebook("00_start_here")).encode()
    read_submission(data)
    times = []
    for _ in range(5):
        start = time.process_time()
        read_submission(data)
        times.append(time.process_time() - start)
    assert min(times) < 0.015
