"""Mend the text of a file where one character too many keeps it from being JSON, and say so."""

from __future__ import annotations

import json
import re
from typing import Any

_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*+[,}\]])', re.S)


def mended(text: str, load: json.JSONDecoder, error: ValueError) -> tuple[Any, str] | None:
    """Return the content of a text that is almost JSON and what was mended, or None if it is something else.

    Parameters
    ----------
    text : str
        It could not be read.
    load : json.JSONDecoder
        Reads JSON as the caller wants it.
    error : ValueError
        Why it could not.
    """
    if not isinstance(error, json.JSONDecodeError) or not text.startswith("{"):
        return None
    if error.msg == "Extra data":
        return _without_rest(text, load, error.pos)
    return _without_commas(text, load)


def _without_rest(text: str, load: json.JSONDecoder, end: int) -> tuple[Any, str] | None:
    """Leave out what stands behind the notebook, unless it may be a notebook as well."""
    if '"cells"' in text[end:]:
        return None
    return load.decode(text[:end]), "Text behind the end of the notebook was left out."


def _without_commas(text: str, load: json.JSONDecoder) -> tuple[Any, str] | None:
    """Take out the commas that nothing follows."""
    count = 0

    def kept(found: re.Match[str]) -> str:
        nonlocal count
        count += found[1] is None
        return found[1] or ""

    clean = _STRING_OR_COMMA.sub(kept, text)
    try:
        content = load.decode(clean)
    except ValueError:
        return None
    number = "A comma too many was" if count == 1 else f"{count} commas too many were"
    return content, f"{number} taken out of the file, which was no valid JSON."
