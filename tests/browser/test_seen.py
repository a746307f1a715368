"""Cards and sliders for everybody: read aloud, in other colours, without motion, and quickly."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import PATIENCE, Notebook
from tests.ours import find_exercise, read_master, student_notebook

Opened = Callable[[str], Notebook]
MOST_SECONDS = 0.3
"""From a key on a slider to the new figure; held for the kernel's own time, since a shared machine also waits."""
CLOCK = "import time\n\nprint(time.process_time())"
CARDS = (
    ".jp-RenderedHTMLCommon [role=status], .jp-RenderedHTMLCommon [role=note], .jp-RenderedHTMLCommon table"
)


def place(name: str, words: str) -> int:
    """Return which cell with code has these words."""
    cells = enumerate(student_notebook(name).cells)
    return next(i for i, cell in cells if cell.cell_type == "code" and words in cell.source)


def faults(page: Page, where: str) -> list[str]:
    """Return what axe-core finds wrong in a part of a page."""
    found: dict[str, Any] = Axe().run(page, context=where).response
    assert found["passes"], "nothing was looked at"
    return [
        f"{fault['id']}: {node['html'][:200]}" for fault in found["violations"] for node in fault["nodes"]
    ]


def with_cards(notebook: Notebook) -> None:
    """Run a notebook that then has a card of each kind, a hint and the table of progress."""
    master, exercise = read_master("00_start_here"), find_exercise("affine")[1]
    for words in ("from rnncourse import check", "def affine", "check(affine)"):
        notebook.go(place("00_start_here", words))
        notebook.run()  # the last one finds nothing written yet
    for source in (
        f"{master.variant('affine', exercise.mistakes[0])}\n\nhint('affine')\ncheck(affine)",
        f"{master.solution('affine')}\n\ncheck(affine)",
        'from rnncourse import progress\n\nprogress("00_start_here")',
    ):
        notebook.below(source)
        notebook.run()


def test_cards_are_for_everybody(opened: Opened, page: Page) -> None:
    with_cards(opened("00_start_here"))
    expect(page.locator(CARDS)).to_have_count(5)
    assert faults(page, CARDS) == []
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    for card in page.get_by_role("status").filter(has_text="affine").all():
        assert card.evaluate(LOOKS) == ["solid", "6px", "none"]
        assert card.inner_text()[0] in "✓✗○", "a sign, not a colour alone"
    assert faults(page, CARDS) == []
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    dark(page)
    assert faults(page, CARDS) == []


LOOKS = """card => {
    const looks = getComputedStyle(card);
    return [looks.borderStyle, looks.borderLeftWidth, looks.animationName];
}"""


def dark(page: Page) -> None:
    """Choose the dark theme from the list of commands."""
    page.keyboard.press("Control+Shift+C")
    page.keyboard.type("JupyterLab Dark")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false", timeout=PATIENCE)


def test_a_slider_draws_in_place_says_its_value_and_is_quick(opened: Opened, page: Page) -> None:
    notebook = opened("06_lstm")
    notebook.go(place("06_lstm", "from rnncourse import check"))
    notebook.run()
    notebook.go(place("06_lstm", "def draw_fading"))
    output = notebook.run()
    slider = output.get_by_role("slider", name="steps")
    expect(slider).to_have_attribute("aria-valuetext", "100", timeout=PATIENCE)
    figure = output.get_by_role("img")
    expect(figure).to_have_count(1)
    clock = notebook.below(CLOCK)
    before = float(notebook.run().inner_text())
    seconds = [moved(slider, key, steps, figure) for key, steps in MOVES]
    expect(figure).to_have_count(1)
    notebook.go(clock)
    each = (float(notebook.run().inner_text()) - before) / len(MOVES)
    print(
        f"a slider answers in {min(seconds):.3f} to {max(seconds):.3f} s, of which the kernel works {each:.3f} s"
    )
    assert each < MOST_SECONDS
    slider.evaluate("slider => slider.closest('.jp-Cell-outputArea').id = 'looked-at'")
    assert faults(page, "#looked-at") == []


MOVES = [("ArrowRight", 500), ("ArrowLeft", 100), ("ArrowLeft", 50), ("ArrowLeft", 20), ("ArrowRight", 50)]


def moved(slider: Locator, key: str, steps: int, figure: Locator) -> float:
    """Press a key on a slider; return how many seconds later there is the figure for so many steps."""
    started = time.perf_counter()
    slider.press(key)
    figure.and_(slider.page.get_by_alt_text(f"over {steps} steps")).wait_for(timeout=PATIENCE)
    passed = time.perf_counter() - started
    expect(slider).to_have_attribute("aria-valuetext", str(steps))
    return passed
