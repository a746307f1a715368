"""Sentences for people: code in them is marked with backticks, which nobody should have to read.

In HTML such code is set as code. In plain text a single word of it needs no mark, and several words
stand in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from textwrap import TextWrapper

WIDTH = 88
"""Columns of a line of text; a terminal and the output of an editor have at least as many."""

_HELD = "\N{NO-BREAK SPACE}"
_CODE = re.compile(r"`([^`\n]+)`")


def plain(text: str) -> str:
    """Return a sentence without backticks: ``delete `raise E()` below `h``` has quotes around the first only."""
    return _CODE.sub(lambda code: f"‘{code[1]}’" if len(code[1].split()) > 1 else code[1], text)


def in_html(text: str) -> str:
    """Return a sentence as HTML, with everything escaped and its code in ``<code>``."""
    return _CODE.sub(r"<code>\1</code>", escape(text))


def wrapped(text: str, first: str = "", rest: str = "", width: int = WIDTH) -> str:
    """Return text in lines of at most `width` columns, the first after `first` and the others after `rest`."""
    if len(first) + len(text) <= width and text.isprintable():
        return first + text  # most lines; the wrapper takes its time
    wrapper = TextWrapper(
        width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.fill(text)


def sentence(text: str, first: str = "", rest: str = "") -> str:
    """Return a sentence in plain lines, none of which ends inside of code; see :func:`wrapped`."""
    held = _CODE.sub(lambda code: code[0].replace(" ", _HELD), text)
    return wrapped(plain(held), first, rest).replace(_HELD, " ")


def listed(names: Sequence[str]) -> str:
    """Return names as code in a sentence: ```a``, ``b`` and ``c```."""
    marked = [f"`{name}`" for name in names]
    return " and ".join(filter(None, (", ".join(marked[:-1]), marked[-1])))
