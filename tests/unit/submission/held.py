"""Read a notebook and hold the result to what every result must be."""

from __future__ import annotations

from typing import Any

import nbformat
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import compute_checksum

from autograder.submission import Submission
from autograder.submission import read_submission as read_of
from tests.unit.submission.by_hand import WHY, Draft, small_course


def read_submission(data: bytes, path: str = "", expected: str = "") -> Submission:
    return read_of(data, small_course(), path, expected)


def read(draft: Draft, **more: str) -> Submission:
    """Read a draft, and hold the result to what every result must be."""
    submission = read_submission(draft.data(), **more)
    hold(submission)
    return submission


def hold(submission: Submission) -> None:
    CheckCellMetadata().preprocess(submission.repaired, {})
    is_whole(submission)


def is_whole(submission: Submission) -> None:
    nbformat.validate(submission.repaired)
    cells = submission.repaired.cells
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)
    assert {cell.id for cell in submission.cells} <= set(ids)
    release = submission.assignment.release.notebook
    by_id = {cell.id: cell for cell in cells}
    for cell in release.cells:
        kept = by_id[cell.id]
        assert (kept.cell_type, kept.metadata) == (cell.cell_type, cell.metadata)
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("locked"):
            assert kept.source == cell.source
            assert compute_checksum(kept) == marks["checksum"]
    for cell in cells:
        assert not cell.get("outputs")
        assert cell.id in {c.id for c in release.cells} or cell.metadata == {}
    assert submission.repaired.metadata == release.metadata


def run(submission: Submission) -> dict[str, Any]:
    """Run the cells as the worker would; an error ends only its cell. Only for the sources of this file."""
    names: dict[str, Any] = {}
    for cell in submission.cells:
        try:
            exec(compile(cell.source, "<cell>", "exec"), names)
        except Exception as error:
            names.setdefault("errors", []).append(error)
    return names


def keeps_all(submission: Submission) -> None:
    """Assert that the three answers in code work and the one in words is there."""
    names = run(submission)
    assert names["double"](4) == 8
    assert names["square"](5) == 25
    assert names["shape"] == (3,)
    assert source_of(submission, "why") == WHY


def source_of(submission: Submission, label: str) -> str:
    found = [c for c in submission.repaired.cells if c.metadata.get("nbgrader", {}).get("grade_id") == label]
    assert len(found) == 1
    return str(found[0].source)


def order(submission: Submission) -> list[str]:
    """Return the texts of the repaired notebook in order."""
    return [str(cell.source) for cell in submission.repaired.cells]
