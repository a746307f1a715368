"""The site that ``make site`` built: it leads somewhere, needs no network, and reads well for everybody.

Plain ``make test`` does not collect this folder: it needs Sphinx, Playwright and Chromium.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.lab import chromium
from tests.ours import MODULES, read_master

SITE = Path(__file__).resolve().parents[2] / "build" / "site"
PAGES = sorted(
    p.relative_to(SITE).as_posix()
    for p in SITE.rglob("*.html")
    if not {SITE / "lite", SITE / "_static"} & set(p.parents)
)
KINDS = ["index.html", "course.html", "notebooks/02_forward.html", "cheat_sheet.html", "instructors.html"]
KINDS += ["api.html", "search.html"]
"""One page of each kind, for the short form; ``RNNCOURSE_EVERY_VARIANT=1`` opens all."""
OPENED = PAGES if os.environ.get("RNNCOURSE_EVERY_VARIANT") == "1" else KINDS
LOOKS = [(1200, "light"), (1200, "dark"), (420, "light"), (420, "dark")]


class Reader(HTMLParser):
    """Gathers what a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.places |= {value for name in ("id", "name") if (value := given.get(name))}
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        elif tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon"):
            self.loads.append(str(given["href"]))
        elif tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.loads.append(str(given["src"]))


@cache
def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


def text(page: str) -> str:
    return (SITE / page).read_text(encoding="utf-8")


def is_here(url: str) -> bool:
    return not urlparse(url).scheme and not url.startswith("//")


def dead(page: str) -> Iterator[str]:
    """Yield the links of a page to files or places of the site that are not there."""
    for link in read(SITE / page).links:
        path, place = urldefrag(link)
        if not is_here(link) or path.startswith(("lite/", "../lite/")):
            continue
        target = (SITE / page).parent / unquote(path.partition("?")[0]) if path else SITE / page
        is_page = target.suffix == ".html" and target.is_file()
        if not target.is_file() or (place and is_page and unquote(place) not in read(target).places):
            yield link


def test_every_notebook_and_every_text_has_a_page() -> None:
    assert {f"notebooks/{name}.html" for name in MODULES} | set(KINDS) <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    assert list(dead(page)) == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_from_elsewhere(page: str) -> None:
    loads = [url for url in read(SITE / page).loads if not url.startswith("data:")]
    assert [url for url in loads if not is_here(url)] == []
    missing = [url for url in loads if not ((SITE / page).parent / url.partition("?")[0]).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_formulas_are_drawn(page: str) -> None:
    assert '<div class="formula"><code' not in text(page)
    assert not re.search(
        r"\\(?:frac|tanh|begin)\b", re.sub(r"<pre.*?</pre>|<code.*?</code>", "", text(page), flags=re.S)
    )


@pytest.mark.parametrize("name", MODULES)
def test_no_solution_stands_on_a_page(name: str) -> None:
    shown = re.sub(r"<[^>]*>", "", text(f"notebooks/{name}.html"))
    master = read_master(name)
    for exercise in master.graded():
        given = {line.strip() for cell in master.notebook.cells for line in _outside(str(cell.source))}
        lines = {line.strip() for line in master.solution(exercise).splitlines()} - given
        code = {line.partition("  # ")[0] for line in lines}
        assert [line for line in code if len(line) > 40 and line in shown] == []


def _outside(source: str) -> list[str]:
    """Return the lines of a master's cell that students have."""
    return re.sub(r"### BEGIN SOLUTION.*?### END SOLUTION", "", source, flags=re.DOTALL).splitlines()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright) as running:
        yield running


@pytest.fixture(scope="module", params=LOOKS, ids=[f"{width}-{theme}" for width, theme in LOOKS])
def window(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, theme = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, offline=True)
    context.add_init_script(
        f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("page", OPENED)
def test_everybody_can_read_it(page: str, window: Page) -> None:
    asked: list[str] = []
    window.on("request", lambda request: asked.append(request.url))
    window.goto((SITE / page).as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    found = Axe().run(window).response["violations"]
    assert [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in found] == []
    wide = window.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0, "the page scrolls sideways"


def test_search_finds_a_word_without_a_server(browser: Browser) -> None:
    page = browser.new_page()
    page.goto((SITE / "search.html").as_uri() + "?q=clip_by_global_norm")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    assert "notebooks/04_training.html" in page.inner_html("#search-results")
