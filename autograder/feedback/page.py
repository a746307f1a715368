"""Render the pages: HTML that needs no network, no script, and nothing beside itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.feedback.advice import steps, unreadable
from autograder.feedback.model import BY_HAND, MARKED, Result, Sheet, Wanted
from autograder.feedback.text import prose
from autograder.judging.verdict import OUTCOMES

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_NAME = 64

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
    return _CONTROLS.sub("\ufffd", page)


def render_index(student: str, name: str, results: Sequence[Result]) -> str:
    """Return the page of one student over all notebooks."""
    template = _environment().get_template("index.html.j2")
    return _CONTROLS.sub("\ufffd", template.render(student=student, name=name, results=results))


def points(value: float | None) -> str:
    """Return a number of points with at most 2 decimals and no idle zeros; a dash for None."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def plural(count: float, noun: str) -> str:
    """Return ``1 point``, ``2 points``."""
    return f"{points(count)} {noun}" if count == 1 else f"{points(count)} {noun}s"


def short_name(text: str) -> str:
    """Return a name that a heading can bear: a long one keeps its beginning and its end."""
    return text if len(text) <= _LONGEST_NAME else f"{text[:44]}…{text[-16:]}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(points=points, plural=plural, short_name=short_name, prose=prose)
    environment.globals["signs"] = SIGNS
    return environment
