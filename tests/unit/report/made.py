"""A class that was made up, and a page taken apart."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

from autograder.judging.verdict import Graded, Verdict
from autograder.report import (
    ClassResult,
    ManualItem,
)

NB = "02_forward"
STARTED = datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }}",
    "</style><script>alert(1)</script>",
    "O'Brien, 李雷 🦊",
    "محمد علي",
    "\u202egnp.exe",
    "null\x00byte\x1b[31m",
    "lone\udcffsurrogate",
    "n" * 5000,
    "-->",
    "`<b>`",
]


def verdict(
    exercise: str = "rnn_step", outcome: str = "correct", score: float | None = 3.0, **rest: object
) -> Verdict:
    return Verdict(exercise, outcome, score, 3.0, **rest)  # type: ignore[arg-type]


def graded(*verdicts: Verdict, notebook: str = NB, path: str = "a.ipynb", **rest: object) -> Graded:
    return Graded(path, notebook, verdicts, **rest)  # type: ignore[arg-type]


def a_class(*submissions: tuple[str, Graded], **rest: object) -> ClassResult:
    settings = {"title": "Demo", "started": STARTED, "seconds": 30.0, "sandbox": "bubblewrap"} | rest
    return ClassResult(submissions=submissions, **settings)  # type: ignore[arg-type]


def mixed_class() -> ClassResult:
    """Return a class in which every kind of thing happens once at least."""
    wrong = verdict(
        outcome="wrong", score=0.0, mistake="h0_ignored", message="Your first step starts from zeros."
    )
    fault = verdict("softmax", "grader_fault", None, message="The worker did not start.")
    return a_class(
        ("student-10", graded(verdict(), verdict("softmax"), seconds=0.2)),
        (
            "student-9",
            graded(wrong, verdict("softmax", "partial", 1.5, message="One row only."), seconds=0.4),
        ),
        ("student-1", graded(wrong, fault, seconds=0.1)),
        (
            "student-2",
            graded(verdict(), verdict("softmax", "not_attempted", 0.0), repairs=("Cell restored.",)),
        ),
        ("student-3", graded(problem="The file is empty.", path="sub/empty.ipynb")),
        ("student-4", graded(problem="This is a picture.", notebook="")),
        (
            "student-5",
            graded(
                verdict(flags=("It imports `torch`.",)), verdict("softmax", "timed_out", 0.0), seconds=7.0
            ),
        ),
        by_hand=(ManualItem("student-9", NB, "explain", 4.0),),
    )


class Page(HTMLParser):
    """Collects the tags, ids, links and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, key: str) -> list[str]:
        return [attrs[key] for _, attrs in self.tags if key in attrs]

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]
