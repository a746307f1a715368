"""Make the picture of the README that shows a student's way: ``python -m tests.browser.picture``.

Four pieces of a real JupyterLab, as they were on the screen, on one sheet.
"""

from __future__ import annotations

import base64
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, sync_playwright

from tests.browser.lab import ROOT, Notebook, chromium, served
from tests.browser.test_way import FORWARD, MISTAKE, places
from tests.ours import find_exercise, read_master

PICTURE = ROOT / "docs" / "images" / "way.png"
MOST_BYTES = 150_000
WIDTH = 1180
SHEET = """<!DOCTYPE html><html lang="en"><style>
body {{ margin: 0; padding: 20px; width: {width}px; font: 17px sans-serif; background: #fff; columns: 2 }}
figure {{ margin: 0 0 18px; break-inside: avoid }} figcaption {{ margin: 0 0 6px; font-weight: bold }}
img {{ width: 100%; border: 1px solid #bbb }}
</style>{figures}</html>"""


def main() -> None:
    """Go the way, take the pieces, and put them on a sheet."""
    with (
        tempfile.TemporaryDirectory() as name,
        served(Path(name)) as lab,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
        browser.new_page(viewport={"width": 900, "height": 1400}) as page,
    ):
        picture = sheet(browser, way(Notebook(page, lab, FORWARD)))
    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(48)
    small.save(PICTURE, optimize=True)
    size = PICTURE.stat().st_size
    print(f"{PICTURE.relative_to(ROOT)}: {size / 1e3:.0f} kB")
    assert size < MOST_BYTES, "a README should open at once"


def way(notebook: Notebook) -> dict[str, bytes]:
    """Answer wrongly, ask for a hint, answer rightly, and look at what is solved; return a picture of each."""
    at, master, exercise = places(FORWARD), read_master(FORWARD), find_exercise("rnn_step")[1]
    wrong = master.variant("rnn_step", next(m for m in exercise.mistakes if m.id == MISTAKE))
    notebook.keys.press("Control+b")  # no list of files
    for label, source in (("set-up", ""), ("rnn_step", wrong), ("check_rnn_step", "")):
        ran(notebook, at[label], source)
    found = {"1 A wrong answer: the check names the mistake": seen(notebook, at["check_rnn_step"])}
    own = notebook.below('hint("rnn_step")')
    ran(notebook, own)
    found["2 A hint, if you want one"] = seen(notebook, own)
    ran(notebook, at["rnn_step"], master.solution("rnn_step"))
    ran(notebook, at["check_rnn_step"])
    found["3 The right answer"] = seen(notebook, at["check_rnn_step"])
    ran(notebook, at["progress"] + 1)
    found["4 What is solved, and what comes next: also tomorrow"] = seen(notebook, at["progress"] + 1)
    return found


def ran(notebook: Notebook, index: int, source: str = "") -> None:
    """Run a cell, with another text if one is given."""
    notebook.go(index)
    if source:
        notebook.write(source)
    notebook.run()


def seen(notebook: Notebook, index: int) -> bytes:
    """Return a picture of a cell and what it put out."""
    cell: Locator = notebook.cell(index)
    cell.scroll_into_view_if_needed()
    return cell.screenshot()


def sheet(browser: Browser, pieces: dict[str, bytes]) -> bytes:
    """Return a picture of all pieces, each below its words."""
    figure = '<figure><figcaption>{}</figcaption><img src="data:image/png;base64,{}"></figure>'
    figures = [figure.format(words, base64.b64encode(piece).decode()) for words, piece in pieces.items()]
    with browser.new_page(viewport={"width": WIDTH + 40, "height": 400}) as page:
        page.set_content(SHEET.format(width=WIDTH, figures="".join(figures)))
        return page.screenshot(full_page=True)


if __name__ == "__main__":
    main()
