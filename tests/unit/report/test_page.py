"""What the page shows, and that no text of a student becomes markup."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from autograder.judging.verdict import OUTCOMES
from autograder.report import (
    ClassResult,
    ManualItem,
    render_report,
    write_report,
)
from autograder.report.alike import Alike
from autograder.report.page import SCRIPT
from autograder.report.words import isolated
from tests.unit.report.made import HOSTILE, Page, a_class, graded, mixed_class, verdict


def test_the_page_shows_what_was_counted() -> None:
    text = Page(render_report(mixed_class())).text
    for expected in (
        "Graded 4 March 2026, 14:05 UTC",
        "Students 7",
        "Files 7",
        "Files per minute 14",
        "h0_ignored in rnn_step , made by 2 students",
        "2 40 % h0_ignored Your first step starts from zeros. student-1 student-9",
        "The file is empty.",
        "This is a picture.",
        "It imports torch .",
        "The cell explain is marked by a person, out of 4.",
        "Median 3 , mean 3.38 of 6. 2 files left out",
        "rnn_step wrong, 0 of 3, h0_ignored",
        "softmax grader fault, – of 3",
        "7.00 s",
        "Cell restored.",
    ):
        assert expected in text, expected


def test_the_page_loads_nothing_and_runs_one_script_of_ours() -> None:
    html = render_report(mixed_class())
    page = Page(html)
    digest = b64encode(sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert {"http-equiv": "Content-Security-Policy", "content": policy} in page.named("meta")
    assert not {tag for tag, _ in page.tags} & {"iframe", "object", "embed", "link", "img", "form", "base"}
    assert not [key for _, attrs in page.tags for key in attrs if key.startswith("on") or key == "src"]
    assert all(href.startswith("#") for href in page.all("href"))
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_the_script_is_the_same_for_every_class(text: str) -> None:
    """A browser takes what stands between the tags, and compares its hash with the policy."""
    for class_ in (mixed_class(), hostile_class(text), a_class()):
        scripts = re.findall(r"<script>(.*?)</script>", render_report(class_), re.DOTALL)
        assert scripts == [SCRIPT]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval|Function|fetch|import", SCRIPT
    )


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//evil.example", "data:text/html,x"])
def test_an_address_from_a_name_stays_below_the_report(address: str) -> None:
    class_ = a_class((address, graded(verdict())), formgrader="https://hub.example/user/me")
    links = [href for href in Page(render_report(class_)).all("href") if not href.startswith("#")]
    assert links == [f"https://hub.example/user/me/formgrader/manage_students/{quote(address, safe='')}"]


def test_the_page_is_navigable() -> None:
    page = Page(render_report(mixed_class()))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.all("id")
    assert max(Counter(ids).values()) == 1
    assert {href[1:] for href in page.all("href")} <= set(ids)
    assert set(page.all("aria-labelledby")) <= set(ids)
    assert all(attrs.get("scope") in ("col", "row") for attrs in page.named("th"))
    assert len(page.named("caption")) == len(page.named("table"))
    assert all(attrs.get("aria-label") for _, attrs in page.tags if attrs.get("role") in ("img", "region"))
    assert all(attrs["role"] == "img" for attrs in page.named("svg"))


def test_every_outcome_in_a_bar_is_also_a_word() -> None:
    files = [(f"s{i}", graded(verdict(outcome=name, score=0.0))) for i, name in enumerate(OUTCOMES)]
    page = Page(render_report(a_class(*files)))
    for sign in OUTCOMES.values():
        assert f"{sign.mark} 1 {sign.word}" in page.text
    bars = [attrs["aria-label"] for _, attrs in page.tags if attrs.get("class") == "bar"]
    assert all(f"1 {sign.word}" in bar for sign in OUTCOMES.values() for bar in bars)


def hostile_class(text: str) -> ClassResult:
    """Return a class in which everything that can come from a student is the same text."""
    bad = verdict(text, "wrong", 0.0, mistake=text, message=text, flags=(text,))
    odd = verdict(text, "crashed", 0.0, message=text)
    file = graded(bad, odd, path=text, notebook=text, repairs=(text,), sandbox=text)
    others = [(f"{text}{i}", graded(bad, odd, path=text, notebook=text)) for i in range(3, 13)]
    return a_class(
        (text, file),
        (text + "2", graded(problem=text, path=text, notebook="")),
        *others,
        title=text,
        sandbox=text,
        by_hand=(ManualItem(text, text, text, 1.0),),
        alike=(Alike((text, text + "3"), text, text, 99, 0.9, (text, text + "x"), text),),
        cells={(text, text): 7},
        notes={text: text},
    )


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:24])
def test_texts_of_students_never_become_markup(text: str, tmp_path: Path) -> None:
    def page_of(text: str) -> Page:
        write_report(tmp_path / "report.html", hostile_class(text))
        return Page((tmp_path / "report.html").read_text(encoding="utf-8"))

    def outline(page: Page) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attrs)) for tag, attrs in page.tags if tag != "code"]

    page = page_of(text)
    # The same tags with the same attributes as for a harmless text; only backticks may add code.
    assert outline(page) == outline(page_of("student" if len(text) <= 64 else "s" * 5000))
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "".join(page.texts))
    assert "49" not in page.text or "7 * 7" not in text


def test_hostile_ids_are_shown_as_they_are() -> None:
    page = Page(render_report(a_class(("<script>alert(1)</script>", graded(verdict())))))
    assert "<script>alert(1)</script>" in page.texts


def test_names_in_other_directions_are_set_apart() -> None:
    html = render_report(a_class(("محمد علي", graded(verdict(outcome="wrong", score=0.0)))))
    assert not re.search(r"(?<!\u2068)(?<! dir=\"auto\">)محمد", html)
    many = [(f"محمد {i}", graded(verdict(outcome="wrong", score=0.0))) for i in range(20)]
    assert not re.search(r"(?<!\u2068)(?<! dir=\"auto\">)محمد", render_report(a_class(*many)))
    assert isolated("\u2069محمد\u202e") == "\u2068\ufffdمحمد\ufffd\u2069", (
        "a name does not end its own isolation"
    )


def test_an_empty_class_has_a_page() -> None:
    text = Page(render_report(a_class(seconds=0.0))).text
    assert "Students 0" in text
    assert "No file was graded." in text
    assert "No file had to be mended." in text


def test_a_missing_sandbox_is_said_first() -> None:
    assert "No sandbox." not in render_report(mixed_class())
    unsafe = a_class(("s1", graded(verdict(), sandbox="none")), ("s2", graded(verdict(), sandbox="bwrap")))
    text = Page(render_report(unsafe)).text
    assert text.index("No sandbox.") < text.index("Needs a person")
    assert "The code of 1 file ran" in text
    assert a_class(("s1", graded(problem="cut", sandbox="none"))).unconfined == 0


def test_long_lists_are_folded() -> None:
    wrong = graded(verdict(outcome="wrong", score=0.0, mistake="m", message="h"), problem="p")
    few = render_report(a_class(*((f"s{i}", wrong) for i in range(8))))
    many = render_report(a_class(*((f"s{i}", wrong) for i in range(9))))
    assert many.count("<details") == few.count("<details") + 1 + 2  # one more row, two lists


def test_two_files_of_one_student_for_one_notebook_are_both_shown() -> None:
    page = Page(
        render_report(
            a_class(("s1", graded(verdict())), ("s1", graded(verdict(outcome="wrong", score=1.25))))
        )
    )
    assert "3 of 3: 1 correct" in page.text
    assert "1.25 of 3: 1 wrong" in page.text


def test_the_same_results_give_the_same_page(tmp_path: Path) -> None:
    write_report(tmp_path / "a.html", mixed_class())
    write_report(tmp_path / "b.html", mixed_class())
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_the_page_of_a_large_class_stays_small() -> None:
    names = [f"exercise_{i}" for i in range(12)]
    file = graded(*(verdict(name, "wrong", 0.0, mistake="m", message="h") for name in names))
    html = render_report(a_class(*((f"student-{i:03d}", file) for i in range(300))))
    assert len(html) < 2_000_000


# Words and numbers
