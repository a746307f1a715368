"""Markdown with formulas, as Jupyter reads it, into HTML that may stand in a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from re import Match
from typing import Any

from markupsafe import Markup
from mistune import BlockState, HTMLRenderer, InlineState, Markdown, create_markdown

from autograder.course.budget import OverBudget, cpu_budget
from autograder.feedback.cleaning import clean
from autograder.feedback.maths import mathml

MOST_DRAWING = 1.0
"""CPU seconds that one text may take to be drawn; else it is shown as it was written."""

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BELOW = 2
"""So many levels below the headings of the page are those of a notebook."""
_ENVIRONMENT = r"\\begin\{(?P<alone_name>[a-z]+\*?)\}[\s\S]+?\\end\{(?P=alone_name)\}"
_ALONE = rf"^ {{0,3}}(?:\$\$(?P<alone_tex>[\s\S]+?)\$\$|(?P<alone_env>{_ENVIRONMENT}))"
_IN_TEXT_ALONE = r"(?<!\\)\$\$(?P<shown_tex>[\s\S]+?)(?<!\\)\$\$"
_IN_TEXT = r"(?<![\\$])\$(?P<inline_tex>[^$]+?)(?<![\\$])\$(?!\$)"


class _Renderer(HTMLRenderer):
    """Writes HTML that is sanitized afterwards; headings go below those of the page."""

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(escape=False, allow_harmful_protocols=True)
        self._attachments = attachments

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        return super().heading(text, min(level + _BELOW, 6), **attrs)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if url.startswith("attachment:"):
            attached = self._attachments.get(url.removeprefix("attachment:"), {})
            kind = next((kind for kind in _PICTURES if kind in attached), None)
            url = f"data:{kind};base64,{attached[kind]}" if kind else ""
        return f'<img src="{escape(url)}" alt="{escape(text)}">'

    def block_maths(self, text: str) -> str:
        return f'<div class="mm">{mathml(text, True)}</div>\n'

    def inline_maths(self, text: str) -> str:
        return mathml(text, False)


def _maths(markdown: Markdown) -> None:
    """Teach a reader of Markdown what stands between dollar signs."""
    markdown.block.register("block_maths", _ALONE, _parse_alone, before="fenced_code")
    markdown.inline.register("shown_maths", _IN_TEXT_ALONE, _parse_shown, before="escape")
    markdown.inline.register("inline_maths", _IN_TEXT, _parse_inline, before="escape")


def _parse_alone(_: Any, found: Match[str], state: BlockState) -> int:
    state.append_token({"type": "block_maths", "raw": found["alone_tex"] or found["alone_env"]})
    return found.end()


def _parse_shown(_: Any, found: Match[str], state: InlineState) -> int:
    state.append_token({"type": "block_maths", "raw": found["shown_tex"]})
    return found.end()


def _parse_inline(_: Any, found: Match[str], state: InlineState) -> int:
    state.append_token({"type": "inline_maths", "raw": found["inline_tex"]})
    return found.end()


def to_html(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> Markup:
    """Return Markdown as safe HTML, or as it was written where it cannot be drawn, or not soon.

    Parameters
    ----------
    source : str
        The text of a cell, or a comment.
    attachments : dict, optional
        Pictures of the cell, by name and kind.
    """
    return _drawn(source, attachments) if attachments else _known(source)


@lru_cache(maxsize=1 << 12)
def _known(source: str) -> Markup:
    """Return a text as HTML; what was released is drawn once for a whole class."""
    return _drawn(source, {})


def _drawn(source: str, attachments: Mapping[str, Mapping[str, str]]) -> Markup:
    try:
        with cpu_budget(MOST_DRAWING):
            return Markup(clean(_reader(attachments)(source)))
    except (Exception, OverBudget):  # markup deeper than the stack, quadratic, or a lost picture
        return Markup("<pre>{}</pre>").format(source)


_PLUGINS: list[Any] = ["strikethrough", "table", "url", "task_lists", "def_list", _maths]


def _reader(attachments: Mapping[str, Mapping[str, str]]) -> Any:
    if attachments:
        return create_markdown(renderer=_Renderer(attachments), plugins=_PLUGINS)
    return _plain_reader()


@lru_cache(maxsize=1)
def _plain_reader() -> Any:
    return create_markdown(renderer=_Renderer({}), plugins=_PLUGINS)
