"""The one sanitizer: what of somebody else's HTML may stand in a page."""

from __future__ import annotations

import re

import nh3

_BLOCKS = (
    "p div pre blockquote ul ol li dl dt dd table caption thead tbody tfoot tr th td hr br details summary "
    "figure figcaption"
)
_HEADINGS = "h1 h2 h3 h4 h5 h6"
_INLINE = "a abbr b bdi bdo cite code del em i img ins kbd mark q s samp small span strong sub sup u var wbr"
_MATHS = (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot mstyle mpadded mphantom msub msup msubsup munder "
    "mover munderover mmultiscripts mprescripts mtable mtr mtd menclose"
)
TAGS = set(f"{_BLOCKS} {_HEADINGS} {_INLINE} {_MATHS}".split())
"""Every element that may stand in a page. None of them runs or loads anything."""

_OF_MATHS = (
    "mathvariant displaystyle scriptlevel stretchy fence form accent accentunder minsize maxsize columnalign "
    "rowspacing columnspacing linethickness width height depth lspace rspace symmetric largeop movablelimits"
)
ATTRIBUTES = {tag: set(_OF_MATHS.split()) for tag in _MATHS.split()} | {
    "*": {"class", "style", "role", "title", "dir", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "math": {"display", "xmlns"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
}
"""What may be said about an element."""

_BOXES = {
    f"{box}{side}"
    for box in ("border", "margin", "padding")
    for side in ("", "-top", "-right", "-bottom", "-left", "-width", "-left-width", "-left-color", "-color")
}
_LETTERS = (
    "background background-color border-radius border-style border-collapse color display font-family font-size "
    "font-style font-weight letter-spacing line-height list-style list-style-type text-align text-decoration "
    "text-indent vertical-align white-space overflow-wrap word-break"
)
_SIZES = (
    "height width max-width min-width overflow overflow-x gap flex flex-wrap align-items justify-content "
    "grid-template-columns"
)
STYLES = _BOXES | set(f"{_LETTERS} {_SIZES}".split())
"""What a style may set: nothing that takes a box out of its place."""

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_CLASS = re.compile(r"[a-z][a-z0-9]?")
_LOADS = re.compile(r"url|image|expression|\\|@|-\d", re.IGNORECASE)


def clean(html: str) -> str:
    """Return HTML with everything taken out that could run, load, or leave its place."""
    return nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=_kept,
        generic_attribute_prefixes={"aria-"},
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=STYLES,
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    """Return what an attribute may say, or None if it has to go."""
    if name == "class":  # the short names that colour code; none of those that the page itself uses
        return " ".join(filter(_CLASS.fullmatch, value.split())) or None
    if name == "style":
        return None if _LOADS.search(value) else value
    if name == "src":
        return value if _PICTURE.match(value) else None
    if name == "href":
        return value if value.startswith(("http://", "https://", "mailto:")) else None
    return value
