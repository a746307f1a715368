"""Feedback and report are opened in a real browser: no script that a student planted runs in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.feedback.writing import Page
from autograder.nbgrader.feedback import write_feedback
from autograder.nbgrader.folder import CourseFolder
from autograder.nbgrader.reports import Took, write_class_report
from autograder.nbgrader.run import autograde
from autograder.sandbox import choose
from tests.corpus import attacks
from tests.functional.test_interrupted import ASSIGNMENT, released

__all__ = ["released"]

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BROWSER, reason="there is no Chromium here")]

PLANTED = [
    entry for entry in attacks() if entry.id.startswith("stored_script/") and entry.notebook == ASSIGNMENT
]
HOOK = "<script>window.alert = () => parent.postMessage(location.pathname, '*')</script>"
"""Stands before the policy of a page, and tells when a planted script runs."""
PAYLOAD = "<img src=x onerror=\"alert('gotcha')\"><script>alert('gotcha')</script>"
FRAMES = """<!DOCTYPE html><html><body><script>
addEventListener("message", event => document.body.append(" RAN:" + event.data));
</script>{}</body></html>"""
POLICY = re.compile(r"<meta[^>]*Content-Security-Policy[^>]*>")


@pytest.fixture(scope="module")
def pages(released: CourseFolder, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The report and the feedback pages of a class in which everybody plants scripts."""
    course = CourseFolder(tmp_path_factory.mktemp("browser") / "course")
    shutil.copytree(released.root, course.root)
    shutil.rmtree(course.root / "submitted")
    for number, entry in enumerate(PLANTED):
        student = entry.student or f"student-{number:02}"
        folder = course.root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_bytes(entry.data)
    run = autograde(course, choose(), [ASSIGNMENT], 2)
    report = write_class_report(course, run, Took(datetime.now(UTC), 1.0, 1))
    found = []
    for student, name, _ in run.results:
        marked = course.root / "autograded" / student / name / f"{name}.ipynb"
        found.append(Page(student, name, marked, course.root / "feedback" / student / name / f"{name}.html"))
    assert write_feedback(course, found, 2).failed == ()
    return [report, *(page.path for page in found)]


def ran(folder: Path, texts: Sequence[str]) -> list[int]:
    """Open pages with the hook in front in one browser; return the numbers of those in which a script ran."""
    folder.mkdir()
    frames = []
    for number, text in enumerate(texts):
        page, count = re.subn(r"<head[^>]*>", lambda head: head[0] + HOOK, text, count=1)
        assert count == 1
        (folder / f"{number}.html").write_text(page, encoding="utf-8", errors="replace")
        frames.append(f'<iframe src="{number}.html"></iframe>')
    (folder / "all.html").write_text(FRAMES.format("".join(frames)))
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    switches += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=20000", "--dump-dom"]
    done = subprocess.run(
        [BROWSER, *switches, (folder / "all.html").as_uri()], capture_output=True, text=True, timeout=300
    )
    assert done.stdout.count("<iframe") == len(texts), done.stderr[-2000:]
    return sorted({int(Path(path).stem) for path in re.findall(r"RAN:(/\S+?\.html)", done.stdout)})


def test_no_planted_script_runs(pages: list[Path], tmp_path: Path) -> None:
    assert len(pages) == len(PLANTED) + 1 > 15
    texts = [page.read_text(encoding="utf-8", errors="replace") for page in pages]
    assert all(POLICY.search(text) for text in texts)
    assert ran(tmp_path / "as they are", texts) == []
    bare = [POLICY.sub("", text) for text in texts]
    assert ran(tmp_path / "without the policy", bare) == [], "what students wrote is harmless by itself, too"


def test_the_policy_alone_stops_them_and_without_it_they_would_run(pages: list[Path], tmp_path: Path) -> None:
    texts = [page.read_text(encoding="utf-8", errors="replace") for page in pages[:2]]
    planted = [re.sub(r"</body>", lambda end: PAYLOAD + end[0], text) for text in texts]
    assert ran(tmp_path / "policy", planted) == []
    bare = [POLICY.sub("", text) for text in planted]
    assert ran(tmp_path / "nothing", bare) == [0, 1], "else this test tests nothing"


def test_a_feedback_page_needs_no_script_and_no_network(pages: list[Path]) -> None:
    for page in pages[1:]:
        text = page.read_text(encoding="utf-8")
        assert "<script" not in text
        loading = re.findall(r"<(?:img|link|source|object|embed|iframe|video|audio)\b[^<>]*", text)
        assert [tag for tag in loading if 'src="data:image/' not in tag] == []
        assert "default-src 'none'" in text
