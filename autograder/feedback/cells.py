"""A cell of a notebook as HTML: text, highlighted code, and what it showed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers.python import PythonLexer

from autograder.feedback.cleaning import clean
from autograder.feedback.maths import mathml
from autograder.feedback.text import to_html

MOST_HIGHLIGHTED, MOST_SHOWN = 30_000, 200_000
"""Characters of code that is coloured, and of any text that is shown at all."""

_ESCAPES = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)?|\[[0-9;?]*[ -/]*[@-~]?|.)", re.DOTALL)
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_LEXER, _FORMATTER = PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)


def cell_html(cell: Mapping[str, Any]) -> Markup:
    """Return a whole cell as safe HTML: its text or code, and its outputs."""
    source = text_of(cell.get("source"))
    if cell.get("cell_type") == "markdown":
        attachments = cell.get("attachments")
        return to_html(_cut(source), attachments if isinstance(attachments, dict) else None)
    if cell.get("cell_type") != "code":
        return Markup("<pre>{}</pre>").format(_cut(source))
    return code_html(source) + outputs_html(cell.get("outputs") or ())


def text_of(value: Any) -> str:
    """Return what a notebook holds as one text or as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


@lru_cache(maxsize=1 << 12)
def code_html(source: str) -> Markup:
    """Return code as safe HTML, one element a line: its lines are numbered, and a card names them."""
    if not source.strip():
        return Markup("")
    if len(source) > MOST_HIGHLIGHTED:
        return Markup('<pre class="code">{}</pre>').format(_cut(source))
    lines = highlight(source, _LEXER, _FORMATTER).rstrip("\n").split("\n")
    numbered = "\n".join(f"<span class=line>{line}</span>" for line in lines)
    return Markup(f'<pre class="code"><code>{numbered}</code></pre>')


def outputs_html(outputs: Sequence[Mapping[str, Any]]) -> Markup:
    """Return what a cell showed as safe HTML."""
    shown = [piece for piece in map(output_html, outputs) if piece]
    return Markup("").join(Markup('<div class="output">{}</div>').format(piece) for piece in shown)


def output_html(output: Mapping[str, Any]) -> Markup:
    """Return one output as safe HTML; empty if there is nothing in it that a page can show."""
    kind = output.get("output_type")
    if kind == "stream":
        return _plain(text_of(output.get("text")))
    if kind == "error":
        lines = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
        return _plain("\n".join(map(str, lines)))
    data = output.get("data")
    return next(_in_order(data), Markup("")) if isinstance(data, dict) else Markup("")


def _in_order(data: Mapping[str, Any]) -> Iterator[Markup]:
    """Yield the forms of a rich output that a page can show, the best first."""
    for kind in ("text/html", "text/markdown", "image/png", "image/jpeg", "text/latex", "text/plain"):
        value = text_of(data.get(kind))
        if not value.strip():
            continue
        shown = _rich(kind, _cut(value) if kind == "text/plain" else value)
        if shown.strip():
            yield shown


def _rich(kind: str, value: str) -> Markup:
    if kind == "text/html":
        return Markup(clean(value))
    if kind == "text/markdown":
        return to_html(value)
    if kind == "text/latex":
        return Markup(clean(mathml(value.strip().strip("$"), True)))
    if kind == "text/plain":
        return _plain(value)
    if not _BASE64.fullmatch(value):
        return Markup("")
    return Markup('<img src="data:{};base64,{}" alt="A figure without a description">').format(
        kind, "".join(value.split())
    )


def _plain(text: str) -> Markup:
    text = _ESCAPES.sub("", _cut(text)).strip("\n")
    return Markup("<pre>{}</pre>").format(text) if text.strip() else Markup("")


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n… cut: {len(text):,} characters"
