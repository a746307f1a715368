"""A notebook in which nothing has to be mended is left as it is."""

from __future__ import annotations

import itertools
import json

import pytest

from tests.ours import MODULES, read_master, student_notebook
from tests.unit.submission import by_hand
from tests.unit.submission.by_hand import Draft, code
from tests.unit.submission.held import hold, keeps_all, order, read, read_submission, run

pytestmark = pytest.mark.slow


def test_an_untouched_notebook_is_the_release() -> None:
    submission = read(Draft(answered=False))
    assert submission.repairs == ()
    assert submission.answers == {}
    assert submission.repaired == by_hand.released_notebook()


def test_a_completed_notebook_needs_no_repair() -> None:
    draft = Draft()
    draft.cells.insert(3, code("double(3)", id="mine"))
    draft["title"]["source"] += "\n\nMy name is here."
    draft["demo"]["source"] = "table = np.arange(4)"
    submission = read(draft)
    assert submission.repairs == ()
    keeps_all(submission)
    assert run(submission)["table"].shape == (4,)
    assert set(submission.answers) == {"double", "square", "shape"}
    assert order(submission) == [cell["source"] for cell in draft.cells]


def test_given_is_what_was_released_and_no_answer() -> None:
    draft = Draft()
    draft["double"]["source"] = by_hand.released_notebook().cells[2].source
    draft.cells.append(code("import numpy as np\n\nfrom rnncourse import check  # again"))
    given = {cell.source: cell.given for cell in read(draft).cells if not cell.check}
    assert [source for source in given if given[source]] == [
        by_hand.TEXTS["setup"],
        by_hand.TEXTS["demo"],
        by_hand.TEXTS["constants"],
    ]


def test_a_copy_of_a_released_cell_is_given_too() -> None:
    draft = Draft()
    draft.cells[len(draft.cells) :] = [
        code(by_hand.TEXTS["demo"]),
        code(by_hand.TEXTS["demo"] + "\nmine = 1"),
    ]
    assert [cell.given for cell in read(draft).cells][-2:] == [True, False]


def test_check_cells_and_blank_cells_are_not_run() -> None:
    draft = Draft()
    draft.cells.append(code("  \n"))
    cells = read(draft).cells
    assert not any("check(" in cell.source or not (cell.source.strip() or cell.check) for cell in cells)


def test_the_place_of_each_check_is_known() -> None:
    draft = Draft()
    cells = read(draft).cells
    names = [cell.check for cell in cells if cell.check]
    assert names == ["double", "square", "shape"]
    above = {cell.check: before.source for before, cell in itertools.pairwise(cells) if cell.check}
    assert above == {name: draft[name]["source"] for name in names}


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("is_solved", [False, True])
@pytest.mark.parametrize("has_marks", [True, False])
def test_the_real_notebooks_read_as_themselves(name: str, is_solved: bool, has_marks: bool) -> None:
    notebook, master = student_notebook(name), read_master(name)
    for cell in notebook.cells:
        label = cell.metadata.get("nbgrader", {}).get("grade_id")
        if is_solved and label in master.graded():
            cell.source = master.solution(label)
        if not has_marks:
            cell.metadata, cell.id = {}, None
    submission = read_submission(json.dumps(notebook).encode())
    hold(submission)
    assert submission.notebook == name
    assert bool(submission.repairs) is not has_marks
    assert set(submission.answers) == (set(master.graded()) if is_solved else set())
    assert [cell.source for cell in submission.repaired.cells] == [cell.source for cell in notebook.cells]
    assert sum(not cell.given for cell in submission.cells) == len(master.graded())


def test_what_an_editor_changes_is_no_change() -> None:
    draft = Draft()
    for name in ("setup", "check_double", "constants"):
        draft[name]["source"] = (draft[name]["source"] + "  \n\n").replace("\n", "\r\n")
    draft["title"]["source"] = draft["title"]["source"].splitlines(keepends=True)
    submission = read(draft)
    assert submission.repairs == ()
    assert sum(cell.given for cell in submission.cells if not cell.check) == 3


def test_ids_that_another_editor_dropped_are_no_damage() -> None:
    draft = Draft()
    draft.each(lambda cell: cell.pop("id"))
    draft.content["nbformat_minor"] = 0
    submission = read(draft)
    assert submission.repairs == ()
    keeps_all(submission)
