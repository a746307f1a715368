"""Render the pages: HTML that needs no network, no script, and nothing beside itself."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment

from autograder.feedback.advice import steps, unreadable
from autograder.feedback.model import BY_HAND, MARKED, Result, Sheet, Wanted
from autograder.judging.verdict import OUTCOMES
from autograder.report.words import environment, printable

SIGNS = {key: (outcome.mark, outcome.word) for key, outcome in OUTCOMES.items()} | {
    BY_HAND: ("✎", "not yet marked"),
    MARKED: ("✎", "marked by a person"),
}
"""The sign and the words of each way to come out."""


def render_page(sheet: Sheet, wanted: Wanted, made_from: str = "") -> str:
    """Return the page of one notebook; `made_from` is noted in its head, to tell whether it is current."""
    template = _environment().get_template("feedback.html.j2")
    page = template.render(
        sheet=sheet, wanted=wanted, steps=steps(sheet), unreadable=unreadable(sheet), made_from=made_from
    )
    return printable(page)


def render_index(student: str, name: str, results: Sequence[Result]) -> str:
    """Return the page of one student over all notebooks."""
    template = _environment().get_template("index.html.j2")
    return printable(template.render(student=student, name=name, results=results))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment("autograder.feedback")
    made.globals["signs"] = SIGNS
    return made
