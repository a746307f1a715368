"""Formulas as MathML, which a browser draws and a screen reader reads without a network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import convert_to_element

LONGEST = 4_000
"""Characters of a formula that is drawn; a longer one is shown as it was written."""

_FENCES = {r"\|": "‖", r"\Vert": "‖", r"\lVert": "‖", r"\rVert": "‖", r"\vert": "|", r"\{": "{", r"\}": "}"}
_BARS, _PRIMES = {"|", "‖"}, {"′", "″", "‴"}
_SPACES = {"negativethinmathspace": "-0.167em"}
_SIGNS = re.compile(r"\\([_%&#$])")
_UPRIGHT = re.compile(r"\\mathrm\s*\{([A-Za-z ]+)\}")
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|eqnarray)\*?\}")
_GATHERED = re.compile(r"\\(begin|end)\{gather(?:ed)?\*?\}")
_ROWS = {"mrow", "math", "mtd", "mstyle"}
_OPERANDS = {"mi", "mn", "msub", "msup", "msubsup", "mfrac", "msqrt", "mover", "munder", "mrow"}


@lru_cache(maxsize=1 << 13)
def mathml(tex: str, display: bool) -> str:
    """Return a formula as MathML, or as the TeX that it is where that cannot be.

    Parameters
    ----------
    tex : str
        The formula, without its delimiters.
    display : bool
        Whether it stands alone.

    Returns
    -------
    str
        HTML that still has to be sanitized: a formula can hold text.
    """
    try:
        if len(tex) > LONGEST:
            raise ValueError(tex)
        root = convert_to_element(_rewritten(tex), display="block" if display else "inline")
        _tidy(root)
    except Exception:  # whatever a student wrote between two dollar signs
        return f"<code>{escape(tex.strip())}</code>"
    return tostring(root, encoding="unicode", short_empty_elements=False)


def _rewritten(tex: str) -> str:
    """Return a formula in those commands that the converter knows."""
    tex = _UPRIGHT.sub(r"\\text{\1}", tex)
    tex = _GATHERED.sub(r"\\\1{matrix}", tex)
    return _ALIGNED.sub(r"\\\1{align*}", tex)


def _tidy(element: Element) -> None:
    """Mend what the converter leaves: entities in texts, fences by name, operators without room."""
    element.text = _text_of(element)
    if element.tag == "mo" and (element.text or "").isalpha() and len(element.text or "") > 1:
        element.tag = "mi"  # a name is set like a name, whatever it does
    if element.tag == "mo" and element.text in _BARS:
        element.attrib |= {"lspace": "0em", "rspace": "0em"}  # a bar may open or close: it gets no room
    width = element.get("width")
    if width in _SPACES:
        element.set("width", _SPACES[width])
    for child in element:
        _tidy(child)
    if element.tag == "msup" and element[1].text in _PRIMES:
        element.tag, element[1].tag = "mrow", "mo"  # the sign is small and raised by itself
        element[1].attrib |= {"lspace": "0em", "rspace": "0em"}
    if element.tag in _ROWS:
        element[:] = list(_spaced(list(element)))


def _text_of(element: Element) -> str | None:
    """Return the text of an element; a command in it is one that the converter does not know."""
    text = unescape(element.text) if element.text else element.text
    text = _SIGNS.sub(r"\1", _FENCES.get(text, text)) if text else text
    if text and "\\" in text:
        raise ValueError(text)
    return text


def _spaced(children: list[Element]) -> Iterator[Element]:
    """Yield the parts of a row, with the thin space that belongs beside the name of a function."""
    for before, child in zip([None, *children], children, strict=False):
        names = before is not None and (_is_function(before) or _is_function(child))
        if names and before is not None and child.tag in _OPERANDS and before.tag in _OPERANDS:
            yield Element("mspace", width="0.167em")
        yield child


def _is_function(element: Element) -> bool:
    """Return whether it is a name such as ``log``, or one with an index."""
    if element.tag in ("msub", "msup", "msubsup", "munder") and len(element):
        return _is_function(element[0])
    text = element.text or ""
    return element.tag == "mi" and len(text) > 1 and text.isascii() and text.isalpha()
