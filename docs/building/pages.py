"""Gather what Sphinx reads: the texts of the repository, a page for each notebook, and what follows from the course."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from docs.building.cards import card_of_mistake
from docs.building.executed import ROOT, executed
from docs.building.facts import contents_of, time_of, what_you_do, worth
from docs.building.notebooks import page_of

DOCS = ROOT / "docs"
REPOSITORY = "https://github.com/rnncourse/rnncourse"
FROM_THE_TOP = {
    "SECURITY.md": "security.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}
"""Pages that stand at the top of the repository, and their names on the site."""
REFERENCE = ("cheat_sheet", "notation", "glossary", "api", "in_the_browser")
PROJECT = ("security", "decisions", "contributing", "changelog", "this_site")
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?://|#|mailto:)([^)\s]+)\)")


def gather(course: Course, folder: Path, with_lite: bool) -> None:
    """Write all sources of the site into an empty folder.

    Parameters
    ----------
    course : Course
        Whose notebooks become pages.
    folder : Path
        Is made anew.
    with_lite : bool
        Whether the course in the browser stands beside the pages.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "notebooks").mkdir(parents=True)
    _copy_texts(folder)
    _write_notebooks(course, folder, with_lite)
    (folder / "course.md").write_text(_overview(course), encoding="utf-8")
    (folder / "card.html").write_text(_card(course), encoding="utf-8")
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    lists = {"NOTEBOOKS": [f"notebooks/{name}" for name in course.names], "TEACHING": _teaching(folder)}
    for mark, names in lists.items():
        index = index.replace(mark, "\n".join(names))
    index = index.replace(
        " LITE", ' <a class="button" href="lite/lab/index.html">Open it in your browser</a>' * with_lite
    )
    (folder / "index.md").write_text(index, encoding="utf-8")


def _copy_texts(folder: Path) -> None:
    shutil.copytree(DOCS / "images", folder / "images")
    shutil.copytree(ROOT / "notebooks", folder / "files", ignore=shutil.ignore_patterns(".*"))
    texts = {path: path.name for path in DOCS.glob("*.md") if path.name != "index.md"}
    texts |= {ROOT / name: page for name, page in FROM_THE_TOP.items()}
    for path, page in texts.items():
        text = linked(path.read_text(encoding="utf-8"), path.parent)
        (folder / page).write_text(text, encoding="utf-8")


def linked(text: str, folder: Path) -> str:
    """Return a text of the repository with its links to other files as the site has them.

    Parameters
    ----------
    text : str
        Markdown.
    folder : Path
        Where it stands.
    """
    return _LINK.sub(lambda found: f"[{found[1]}]({_target(found[2], folder)})", text)


def _target(link: str, folder: Path) -> str:
    name, _, place = link.partition("#")
    path = (folder / name).resolve()
    place = f"#{place}" if place else ""
    if not path.is_relative_to(ROOT):
        raise ValueError(f"{link} in {folder} leads out of the repository.")
    within = path.relative_to(ROOT).as_posix()
    if not path.exists():
        raise FileNotFoundError(f"{within}, to which a page in {folder} links")
    if within in FROM_THE_TOP:
        return FROM_THE_TOP[within] + place
    if path.parent == DOCS and path.suffix == ".md":
        return path.name + place
    if path.parent.name == "notebooks" and path.suffix == ".ipynb":
        return f"notebooks/{path.name}"
    return f"{REPOSITORY}/{'tree' if path.is_dir() else 'blob'}/main/{within}{place}"


def _write_notebooks(course: Course, folder: Path, with_lite: bool) -> None:
    outputs = executed(course)
    for assignment in course:
        page = page_of(assignment, outputs[assignment.name], with_lite)
        nbformat.write(page, folder / "notebooks" / f"{assignment.name}.ipynb")


def _teaching(folder: Path) -> list[str]:
    """Return the pages for those who teach: the guide, then whatever stands in no other list."""
    others = {"index", "course", "instructors", "start", *REFERENCE, *PROJECT}
    return ["instructors", *sorted(path.stem for path in folder.glob("*.md") if path.stem not in others)]


def _overview(course: Course) -> str:
    text = (DOCS / "templates" / "course.md").read_text(encoding="utf-8")
    return text.replace("ROWS", "\n".join(map(_overview_row, course)))


def _overview_row(assignment: Assignment) -> str:
    contents = contents_of(assignment)
    link = f"[{contents.title}](notebooks/{assignment.name}.ipynb)"
    return f"| {link} | {what_you_do(assignment)} | {time_of(assignment)} | {worth(contents)} |"


def _card(course: Course) -> str:
    return card_of_mistake(course.with_exercise("rnn_forward"), "rnn_forward", "h0_ignored")
