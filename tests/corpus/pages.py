"""What a page makes a browser do."""

from __future__ import annotations

from html.parser import HTMLParser

_NEVER = {"iframe", "object", "embed", "form", "base", "applet", "frame", "portal"}
_ADDRESSES = {"href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "background", "poster"}
_HARMLESS = ("http://", "https://", "#", "data:image/png;", "data:image/jpeg;", "data:image/gif;", "mailto:")


class _Reader(HTMLParser):
    """Collects everything of a page that can act."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NEVER:
            self.found.append(f"<{tag}>")
        self._in_script = tag == "script"
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            has_scheme = ":" in address.partition("/")[0]
            leads_out = name in _ADDRESSES and has_scheme and not address.startswith(_HARMLESS)
            if name.startswith("on") or name in ("srcdoc", "http-equiv") or leads_out:
                self.found.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.found.append(f"<script>{data}")


def acts(page: str) -> list[str]:
    """Return the scripts, handlers, frames and addresses of a page that can act in a browser."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def added(page: str, honest: str) -> list[str]:
    """Return what a page does that the page of an honest student does not."""
    known = set(acts(honest))
    return [act for act in acts(page) if act not in known]
