"""A student's whole way through an exercise, in JupyterLab as ``make lab`` opens it."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from autograder.submission.archives import members_of, read_member
from tests.browser.lab import PATIENCE, Lab, Notebook
from tests.ours import find_exercise, read_master, read_submission, student_notebook

Opened = Callable[[str], Notebook]
FORWARD, MISTAKE = "02_forward", "bias_outside"


def places(name: str) -> dict[str, int]:
    """Return where in a notebook each labelled cell is; ``set-up`` and ``progress`` too."""
    cells = student_notebook(name).cells
    found = {c.metadata.nbgrader.grade_id: i for i, c in enumerate(cells) if "nbgrader" in c.metadata}
    code = [i for i, cell in enumerate(cells) if cell.cell_type == "code"]
    return found | {"set-up": code[0], "progress": code[-1]}


@pytest.mark.parametrize("name", ["00_start_here", FORWARD])
def test_what_nobody_touched_is_saved_and_nothing_is_for_instructors(
    opened: Opened, name: str, page: Page
) -> None:
    notebook = opened(name)
    time.sleep(2)  # for what comes after the kernel's answer
    assert not notebook.is_unsaved()
    expect(page.get_by_text("Jupyter news")).to_have_count(0)
    page.get_by_role("menuitem", name="View").click()
    for words in ("Formgrader", "Create Assignment"):
        expect(page.get_by_text(words)).to_have_count(0)


def test_from_a_named_mistake_to_the_file_that_is_handed_in(opened: Opened, tmp_path: Path) -> None:
    at, notebook = places(FORWARD), opened(FORWARD)
    master, exercise = read_master(FORWARD), find_exercise("rnn_step")[1]
    mistake = next(m for m in exercise.mistakes if m.id == MISTAKE)
    notebook.go(at["set-up"])
    assert notebook.run().inner_text() == ""

    notebook.go(at["rnn_step"])
    notebook.write(master.variant("rnn_step", mistake))
    notebook.run()
    notebook.go(at["check_rnn_step"])
    card = notebook.run().get_by_role("status")
    expect(card).to_contain_text("not yet")
    expect(card).to_contain_text(" ".join(mistake.hint.split())[:60])

    notebook.below('hint("rnn_step")')
    expect(notebook.run().get_by_role("note")).to_contain_text("Hint 1 of 3")

    notebook.go(at["rnn_step"])
    notebook.write(master.solution("rnn_step"))
    notebook.run()
    notebook.go(at["check_rnn_step"])
    expect(notebook.run().get_by_role("status")).to_contain_text("correct")
    last = at["progress"] + 1  # the own cell stands above it
    notebook.go(last)
    expect(notebook.run().get_by_role("row", name="solved rnn_step")).to_have_count(1)

    notebook.restart()
    notebook.go(last)
    expect(notebook.run().get_by_role("row", name="solved rnn_step")).to_have_count(1)
    assert handed_in(tmp_path / "mine.zip", notebook.save()) == master.solution("rnn_step")


def handed_in(archive: Path, saved: bytes) -> str:
    """Put a saved notebook into an archive; return the answer that the grader finds there."""
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(f"{FORWARD}.ipynb", saved)
    data = read_member(archive, *members_of(archive).notebooks, most=len(saved))
    assert isinstance(data, bytes)
    submission = read_submission(data, archive.name, FORWARD)
    assert submission.repairs == ()
    return next(cell.source for cell in submission.cells if cell.id == submission.answers["rnn_step"])


def test_from_the_start_to_a_passed_check_with_keys_alone(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.address}?reset")
    page.wait_for_selector(".jp-Launcher", timeout=PATIENCE)
    page.keyboard.press("Control+Shift+C")  # the list of commands
    page.keyboard.type("open from path")
    expect(page.locator(".lm-CommandPalette-item")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type("00_start_here.ipynb")
    page.keyboard.press("Enter")
    notebook = Notebook(page, lab, "")
    at = places("00_start_here")
    while (here := notebook.at()) < at["affine"]:
        page.keyboard.press("Shift+Enter")  # runs a cell, and goes to the next
        expect(notebook.cell(here + 1)).to_have_class(re.compile("jp-mod-active"))
    page.keyboard.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("affine = lambda x, W, b: np.tanh(x @ W + b)")
    page.keyboard.press("Shift+Enter")
    assert notebook.at() == at["check_affine"]
    expect(notebook.run("Shift+Enter").get_by_role("status")).to_contain_text("correct")
