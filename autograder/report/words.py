"""What every page for people is rendered with: numbers, names and messages in words, and safe templates."""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CODE = re.compile(r"`([^`\n]+)`")
_STRESS = re.compile(r"(?<![*\w])\*(\w[\w -]*)\*(?![*\w])")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME, _LONGEST_TEXT = 64, 900


@cache
def environment(package: str) -> Environment:
    """Return the templates of a package, compiled once: they escape all, and what is not there is an error."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (points, duration, plural, short_name, isolated, breakable, plain, prose)
    made.filters.update({filter_.__name__: filter_ for filter_ in filters})
    return made


def printable(page: str) -> str:
    """Return a page without control characters, which no page may hold."""
    return _CONTROLS.sub("\ufffd", page)


def points(value: float | None) -> str:
    """Return a number of points with at most 2 decimals and no idle zeros; a dash for None."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def duration(seconds: float) -> str:
    """Return a time for people: ``0.18 s``, ``42 s``, ``3 min 5 s`` or ``2 h 7 min``."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def plural(count: float, noun: str) -> str:
    """Return ``1 file``, ``2,000 files`` or ``2.5 points``."""
    number = f"{count:,}" if isinstance(count, int) else points(count)
    return f"{number} {noun}" if count == 1 else f"{number} {noun}s"


def short_name(text: str) -> str:
    """Return a name that a table or a heading can bear: a long one keeps its beginning and its end."""
    return text if len(text) <= _LONGEST_NAME else f"{text[:44]}…{text[-16:]}"


def isolated(text: str) -> str:
    """Return a text between signs that keep its direction of writing to itself, as ``<bdi>`` does in markup."""
    if text.isascii():
        return text
    return f"\u2068{_DIRECTIONS.sub(chr(0xFFFD), text)}\u2069"


def breakable(text: str) -> Markup:
    """Return a name as safe HTML that a narrow column may break after each ``_``."""
    return Markup("_<wbr>").join(short_name(text).split("_"))


def plain(text: str, longest: int = 200) -> str:
    """Return a message as it is, cut where it is too long."""
    return text if len(text) <= longest else f"{text[:longest]} …"


def prose(text: str, longest: int = _LONGEST_TEXT) -> Markup:
    """Return a message as safe HTML: cut where it is too long, with `names` set as code and *stress* as such."""
    text = text if len(text) <= longest else f"{text[:longest]} …"
    pieces = enumerate(_CODE.split(text))
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else _stressed(p) for i, p in pieces)


def _stressed(text: str) -> Markup:
    pieces = enumerate(_STRESS.split(text))
    return Markup("").join(Markup("<em>{}</em>").format(p) if i % 2 else p for i, p in pieces)
