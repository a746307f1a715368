"""What the class report finds beside the verdicts: answers, pages, earlier notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from autograder.demo.shared import SHARED
from autograder.errors import CourseError
from autograder.exercises import COURSE
from autograder.judging.verdict import Graded, Verdict
from autograder.nbgrader.around import address, answers_in, around
from autograder.nbgrader.arranged import FILE, read_arrangements

NB = "01_one_hot"
ODD = SHARED["pad_sequences"]["student-03"]


class Directory(SimpleNamespace):
    """As much of nbgrader's view of a course directory as is asked."""

    def format_path(self, step: str, student: str, name: str) -> str:
        return str(Path(self.root, step, student, name))


def directory(root: Path, **settings: str) -> Directory:
    config = Config({"ClassReport": settings})
    return Directory(
        root=root, autograded_directory="autograded", feedback_directory="feedback", config=config
    )


def marked(root: Path, student: str, source: str | list[str]) -> tuple[str, str, Graded]:
    """Write a marked notebook with one answer, and return its result."""
    path = root / "autograded" / student / NB / f"{NB}.ipynb"
    path.parent.mkdir(parents=True)
    meta = {"nbgrader": {"grade_id": "pad_sequences", "solution": True, "grade": False}}
    cells = [
        {"cell_type": "code", "source": source, "metadata": meta, "outputs": [{"output_type": "stream"}]}
    ]
    path.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "x", "metadata": {}}, *cells]}))
    verdict = Verdict("pad_sequences", "correct", 3.0, 3.0)
    return student, NB, Graded(str(path), NB, (verdict,))


def found(root: Path, *results: tuple[str, str, Graded], **settings: str) -> SimpleNamespace:
    arranged = read_arrangements(root / FILE, COURSE.names)
    return SimpleNamespace(**around(COURSE, directory(root, **settings), root / "report", results, arranged))


def test_what_two_share_is_found_in_the_marked_notebooks(tmp_path: Path) -> None:
    results = [marked(tmp_path, "a", ODD), marked(tmp_path, "b", ODD.splitlines(keepends=True))]
    beside = found(tmp_path, *results)
    assert [pair.students for pair in beside.alike] == [("a", "b")]
    assert beside.cells[NB, "pad_sequences"] > 10
    cell = COURSE.assignment(NB).release.notebook.cells[beside.cells[NB, "pad_sequences"] - 1]
    assert cell.source.startswith("def pad_sequences")


def test_what_is_arranged_is_noted_and_a_group_hands_in_the_same(tmp_path: Path) -> None:
    rows = ["student,assignment,excused,group", "a,,,lab", "b,,,lab", f"a,{NB},yes,"]
    (tmp_path / FILE).write_text("\n".join(rows), encoding="utf-8")
    beside = found(tmp_path, marked(tmp_path, "a", ODD), marked(tmp_path, "b", ODD))
    assert beside.notes == {"a": f"group lab; {NB} excused", "b": "group lab"}
    assert beside.excused == {("a", NB)}
    assert beside.alike == ()


def test_an_answer_that_was_not_begun_or_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    a, b = marked(tmp_path, "a", ODD), marked(tmp_path, "b", ODD)
    Path(b[2].path).write_text("{")
    assert answers_in(Path(b[2].path)) == {}
    assert answers_in(tmp_path / "nowhere.ipynb") == {}
    assert found(tmp_path, a, b).alike == ()


def test_only_pages_that_are_there_are_linked_to(tmp_path: Path) -> None:
    result = marked(tmp_path, "a", ODD)
    assert found(tmp_path, result).pages == {}
    page = tmp_path / "feedback" / "a" / NB / f"{NB}.html"
    page.parent.mkdir(parents=True)
    page.touch()
    (tmp_path / "feedback" / "a" / "index.html").touch()
    pages = found(tmp_path, result).pages
    assert pages == {("a", NB): f"./../feedback/a/{NB}/{NB}.html", ("a", ""): "./../feedback/a/index.html"}
    assert all((tmp_path / "report" / href).resolve().is_file() for href in pages.values())


@pytest.mark.parametrize("name", ["javascript:alert(1)", "a b#c?d", "//x", "é\udcff"])
def test_an_address_is_always_a_relative_path(name: str, tmp_path: Path) -> None:
    href = address(tmp_path / name / "index.html", tmp_path)
    assert href.startswith("./")
    assert not set(href) & set(":#? \"'<>&")


def test_the_address_of_formgrader_is_one(tmp_path: Path) -> None:
    assert found(tmp_path).formgrader == ""
    assert found(tmp_path, formgrader="https://hub/user/me/").formgrader == "https://hub/user/me"
    with pytest.raises(CourseError, match="http://localhost:8888"):
        found(tmp_path, formgrader="javascript:alert(1)")
