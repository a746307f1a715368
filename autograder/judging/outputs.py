"""What a sandboxed program says its cells showed, reduced to what a page may show.

The program is the student's, so nothing in it is believed: not the types, not the sizes, not
the HTML. What remains is texts, pictures, and our own figures with their alt text.
"""

from __future__ import annotations

import re
from typing import Any

MOST_HTML_IMAGE = 2_000_000
MOST_ITEMS = 100
MOST_TEXT = 20_000
_OUR_FIGURE = re.compile(
    r'<img src="data:image/png;base64,[A-Za-z0-9+/=]+" alt="[^"<>]*" style="max-width:100%">'
)
_PICTURE = re.compile(r"[A-Za-z0-9+/=\s]+")


def safe_outputs(items: Any) -> list[dict[str, Any]]:
    """Return those outputs of a cell that are what they should be, each cut to a bounded size."""
    if not isinstance(items, list):
        return []
    return [safe for item in items[:MOST_ITEMS] if isinstance(item, dict) and (safe := _safe(item))]


def own_outputs(items: Any) -> list[dict[str, Any]]:
    """Return outputs as :func:`safe_outputs` does, but of the kinds by which nbgrader scores a test."""
    if not isinstance(items, list):
        return []
    return [safe for item in items[:MOST_ITEMS] if isinstance(item, dict) and (safe := _own(item))]


def _own(item: dict[str, Any]) -> dict[str, Any] | None:
    safe = _safe(item)
    if safe and safe["output_type"] == "stream" and item.get("name") == "stderr":
        return safe | {"name": "stderr"}
    if safe and item.get("output_type") == "execute_result":
        return safe | {"output_type": "execute_result", "execution_count": None}
    return safe


def plain_text(value: Any, most: int) -> str:
    """Return a text that can be written to any file: half a character becomes ``?``, no text an empty one."""
    return value[:most].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def printable(value: Any, most: int) -> str:
    """Return a text that does nothing to a terminal or a page that shows it."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in plain_text(value, most))


def _safe(item: dict[str, Any]) -> dict[str, Any] | None:
    kind = item.get("output_type")
    if not isinstance(kind, str):
        return None
    if kind == "stream":
        return {"output_type": "stream", "name": "stdout", "text": plain_text(item.get("text"), MOST_TEXT)}
    if kind == "error":
        return _safe_error(item)
    data = item.get("data")
    return _shown(data) if kind in ("display_data", "execute_result") and isinstance(data, dict) else None


def _safe_error(item: dict[str, Any]) -> dict[str, Any]:
    given = item.get("traceback")
    traceback = [plain_text(line, 2_000) for line in given[:200]] if isinstance(given, list) else []
    name, value = printable(item.get("ename"), 80), printable(item.get("evalue"), 500)
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": traceback}


def _shown(data: dict[str, Any]) -> dict[str, Any]:
    safe = {"text/plain": plain_text(data.get("text/plain"), MOST_TEXT)}
    picture, html = data.get("image/png"), data.get("text/html")
    if isinstance(picture, str) and _PICTURE.fullmatch(picture):
        safe["image/png"] = picture
    if isinstance(html, str) and len(html) < MOST_HTML_IMAGE and _OUR_FIGURE.fullmatch(html):
        safe["text/html"] = plain_text(html, MOST_HTML_IMAGE)
    return {"output_type": "display_data", "data": safe, "metadata": {}}
