"""Make the pictures of the README: a real card and the real report of the demo class.

Needs Chromium on the PATH and, for the report, a demo class in ``build/demo``::

    make demo && .venv/bin/python docs/make_pictures.py [card] [report]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors import ExecutePreprocessor
from PIL import Image

from autograder.exercises import COURSE

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
FOLDED = """<style>
section:has(> #person, > #talk), #exercises ~ h3:first-of-type, #exercises ~ table:first-of-type { display: none }
#lecture-text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 7 }
#lecture-text { padding-bottom: 0; overflow: hidden }
</style></head>"""
"""What the picture of the report shows less of, to have the exercises in it."""
COLOURS = 256
"""Enough for text and bars; a picture has a third of the bytes."""


def card_page(folder: Path, exercise: str, mistake: str) -> Path:
    """Run a check on a known mistake in a real kernel and return the page of it."""
    assignment = COURSE.with_exercise(exercise)
    declared, master = assignment.exercise(exercise), assignment.master
    variant = next(m for m in declared.mistakes if m.id == mistake)
    sources = [
        "import numpy as np\nfrom rnncourse import check\n" + "\n".join(map(master.solution, declared.uses)),
        master.variant(exercise, variant),
        f"check({exercise})",
    ]
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    ExecutePreprocessor(allow_errors=True).preprocess(page)
    page.cells = page.cells[1:]
    path = folder / "card.html"
    path.write_text(HTMLExporter().from_notebook_node(page)[0], encoding="utf-8")
    return path


def screenshot(page: Path, picture: Path, width: int, height: int) -> None:
    """Write a picture of a page in a window of that size, in pixels."""
    browser = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("Chromium is needed.")
    with tempfile.TemporaryDirectory() as profile:
        words = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--hide-scrollbars",
        ]
        words += [f"--user-data-dir={profile}", f"--window-size={width},{height}", f"--screenshot={picture}"]
        subprocess.run([browser, *words, page.as_uri()], check=True, capture_output=True)
    whole = Image.open(picture).convert("RGB")
    whole.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(picture, optimize=True)


def report_page(folder: Path) -> Path:
    """Return the report of the demo class, folded to its head, the text for the lecture and the exercises."""
    text = (ROOT / "build" / "demo" / "report.html").read_text(encoding="utf-8")
    path = folder / "report.html"
    path.write_text(text.replace("</head>", FOLDED), encoding="utf-8")
    return path


def main(names: list[str]) -> None:
    """Make the pictures named, or both."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not names or "card" in names:
            screenshot(card_page(folder, "rnn_forward", "h0_ignored"), IMAGES / "card.png", 900, 870)
        if not names or "report" in names:
            screenshot(report_page(folder), IMAGES / "report.png", 1000, 1425)


if __name__ == "__main__":
    main(sys.argv[1:])
