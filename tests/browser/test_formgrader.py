"""Formgrader in Chromium: the button grades with our judge, a person marks a text, and the feedback says so."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from autograder.demo.course import release
from autograder.nbgrader.folder import CourseFolder
from tests.functional.test_written_answer import NAME, STUDENT, TASK, WORDS, hand_in
from tests.ours import init_course

PATIENCE = 240_000
"""Milliseconds: the button grades a whole notebook."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    course = init_course(tmp_path_factory.mktemp("formgrader") / "course")
    release(course.directory(), NAME)
    hand_in(course, WORDS)
    return course


@pytest.fixture(scope="module")
def address(course: CourseFolder) -> Iterator[str]:
    """Where a Jupyter server has formgrader for that course."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    own = {"PATH": path, "JUPYTER_CONFIG_DIR": str(course.root / ".jupyter")}
    words = ["server", "--allow-root", "--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    words += ["--IdentityProvider.token=", f"--ServerApp.root_dir={course.root}"]
    with (course.root / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", *words],
            cwd=course.root,
            env=os.environ | own,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/api", server)
        yield f"http://127.0.0.1:{port}/formgrader"
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        try:
            with urlopen(address):
                return
        except OSError:
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def score(course: CourseFolder, cell: str) -> tuple[float | None, float | None, bool]:
    """Return the automatic score of a cell, the one that a person gave, and whether a person must look."""
    with Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "rnncourse") as gradebook:
        grade = gradebook.find_grade(cell, NAME, NAME, STUDENT)
        return grade.auto_score, grade.manual_score, grade.needs_manual_grade


def test_from_the_button_to_a_mark_by_hand_and_the_feedback(
    page: Page, address: str, course: CourseFolder
) -> None:
    page.goto(f"{address}/manage_submissions/{NAME}")
    page.locator("td.autograde a").click(timeout=PATIENCE)
    expect(page.get_by_text("Success", exact=True)).to_be_visible(timeout=PATIENCE)
    assert score(course, "check_squared_error") == (1.0, None, False)
    assert score(course, TASK) == (None, None, True), "not yet marked is no zero"

    page.goto(f"{address}/gradebook/{NAME}/{NAME}")
    page.locator("td.name a").first.click(timeout=PATIENCE)
    expect(page.locator(".nbgrader-label", has_text="check_squared_error")).to_be_visible(timeout=PATIENCE)
    field = page.locator(f"input.score[id={TASK}]")
    expect(field).to_have_class("score tabbable needs_manual_grade", timeout=PATIENCE)
    assert (field.input_value(), field.get_attribute("placeholder") or "") == ("", "")
    assert page.get_by_text("No markup of mine").count() == 1
    field.fill("3")
    field.press("Tab")
    expect(field).to_have_class("score tabbable", timeout=PATIENCE)
    assert score(course, TASK) == (None, 3.0, False)

    page.goto(f"{address}/manage_submissions/{NAME}")
    page.locator("td.generate-feedback a").click(timeout=PATIENCE)
    expect(page.get_by_text("Success", exact=True)).to_be_visible(timeout=PATIENCE)
    made = course.root / "feedback" / STUDENT / NAME / f"{NAME}.html"
    page.goto(made.as_uri())
    item = page.get_by_role("heading", name="3 of 4")
    expect(item).to_have_count(1)
    assert page.get_by_text("Test cell").count() == 0
