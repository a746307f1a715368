"""A Sphinx extension for heads of tables: each has a name, or is none.

An empty corner is an ordinary cell. A head that is nothing but a formula gets its letters, unseen, for a name, since
not every screen reader takes MathML for one.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_HEAD = re.compile(r'<th class="head">(?P<cell>.*?)</th>', re.DOTALL)
_MATHS = re.compile(r"<math\b.*?</math>", re.DOTALL)


def with_names(body: str) -> str:
    """Return the HTML of a page with its heads of tables named."""
    return _HEAD.sub(lambda found: _named(found["cell"]), body)


def _named(cell: str) -> str:
    if _letters(_MATHS.sub("", cell)):
        return f'<th class="head">{cell}</th>'
    letters = _letters(cell)
    if not letters:
        return f"<td>{cell}</td>"
    seen = cell.replace("<math ", '<math aria-hidden="true" ')
    return f'<th class="head"><span class="visually-hidden">{letters}</span>{seen}</th>'


def _letters(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def _page(_: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = with_names(context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Change pages before they are written."""
    app.connect("html-page-context", _page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
