"""The class report in Chromium: light, for everybody, and its script does what it says and nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from autograder.authoring.bench.report import invented_class
from autograder.exercises import COURSE
from autograder.judging.verdict import Graded, Verdict
from autograder.report import write_report
from autograder.report.alike import Alike

LARGE, MOST_NODES, MOST_SECONDS = 1000, 45_000, 10.0
NOTEBOOKS = ("00_start_here", "01_one_hot", "03_bptt")
SIZES = [(420, "dark"), (1200, "light")]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of 24 with one of everything, and a student whose name is an attack."""
    class_ = invented_class(COURSE, 24)
    some = tuple(pair for pair in class_.submissions if pair[1].notebook in NOTEBOOKS)
    bad = Verdict("affine", "wrong", 0.0, 2.0, HOSTILE, HOSTILE, flags=(HOSTILE,))
    attack = (HOSTILE, Graded(HOSTILE, "00_start_here", (bad,)))
    pair = Alike(("student-0001", HOSTILE), "01_one_hot", "decode", 90, 0.9, (HOSTILE,), "x = 1\n" + HOSTILE)
    page = tmp_path_factory.mktemp("report") / "small.html"
    notes = {"student-0002": "excused", HOSTILE: HOSTILE}
    write_report(page, replace(class_, submissions=(*some, attack), alike=(pair,), notes=notes))
    return page


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("report") / "large.html"
    write_report(page, invented_class(COURSE, LARGE))
    return page


@pytest.fixture
def opened(browser: Browser, small: Path) -> Iterator[Page]:
    with browser.new_page() as page:
        page.goto(small.as_uri())
        yield page


def faults(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page).response
    assert found["passes"], "nothing was looked at"
    return [
        f"{fault['id']}: {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]
    ]


def shown(page: Page) -> list[str]:
    names: list[str] = page.locator("table.students tbody tr:visible summary").all_text_contents()
    return names


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_report_is_for_everybody(browser: Browser, small: Path, width: int, scheme: Any) -> None:
    with browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        page.goto(small.as_uri())
        page.add_style_tag(content="section { content-visibility: visible !important }")
        assert page.evaluate("document.documentElement.scrollWidth") == width, (
            "the page itself never scrolls sideways"
        )
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert faults(page) == []


def test_a_student_s_name_is_no_script_and_the_policy_stops_any(opened: Page) -> None:
    said: list[str] = []
    opened.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    opened.on("console", lambda message: said.append(message.text))
    opened.reload()
    expect(opened.get_by_role("searchbox")).to_be_visible()
    assert said == []
    opened.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    opened.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'alert(2)'}))"
    )
    opened.wait_for_timeout(300)
    assert len(said) >= 2
    assert all("Content Security Policy" in line for line in said)


def test_searching_sorting_and_filtering(opened: Page) -> None:
    everybody = shown(opened)
    assert len(everybody) == 25
    opened.get_by_role("searchbox").fill("student-0002")
    assert shown(opened) == ["student-0002"]
    expect(opened.locator("output")).to_have_text("1 of 25 students")
    opened.get_by_role("searchbox").fill("")
    opened.get_by_role("combobox").select_option(label="with near-identical work")
    assert set(shown(opened)) == {"student-0001", HOSTILE}
    opened.get_by_role("combobox").select_option("")
    total = opened.get_by_role("columnheader", name="Sum")
    total.get_by_role("button").click()
    texts = [
        row.locator("td").nth(len(NOTEBOOKS)).text_content()
        for row in opened.locator("table.students tbody tr").all()
    ]
    sums = [float(re.match(r"[\d.]+", text or "")[0]) for text in texts]  # type: ignore[index]
    assert sums == sorted(sums)
    assert total.get_attribute("aria-sort") == "ascending"
    total.get_by_role("button").click()
    assert total.get_attribute("aria-sort") == "descending"


def test_a_link_to_a_student_shows_and_opens_the_row_that_was_filtered_away(opened: Page) -> None:
    opened.get_by_role("searchbox").fill("student-0002")
    opened.locator("#alike").scroll_into_view_if_needed()
    opened.locator("section[aria-labelledby=alike] a", has_text="student-0001").click()
    row = opened.locator("tr", has=opened.locator("summary", has_text="student-0001"))
    expect(row.locator("details")).to_have_attribute("open", "")


def test_without_a_script_everything_can_be_read(browser: Browser, small: Path) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(small.as_uri())
        expect(page.get_by_role("searchbox")).to_have_count(0)
        expect(page.locator("table.students tbody tr")).to_have_count(25)
        page.locator("summary", has_text="student-0003").click()
        expect(page.locator("details[open] p.lines").last).to_contain_text("03_bptt: ")


def test_a_thousand_students_and_thirteen_notebooks_are_light(browser: Browser, large: Path) -> None:
    with browser.new_page(viewport={"width": 1200, "height": 900}) as page:
        began = time.perf_counter()
        page.goto(large.as_uri())
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds = time.perf_counter() - began
        nodes = page.evaluate("document.querySelectorAll('*').length")
        print(f"{nodes:,} nodes, {large.stat().st_size / 1e6:.2f} MB, open after {seconds:.2f} s")
        assert nodes <= MOST_NODES
        assert seconds <= MOST_SECONDS
        page.get_by_role("searchbox").fill("student-0777")
        assert shown(page) == ["student-0777"]
