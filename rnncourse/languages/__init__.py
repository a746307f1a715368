"""The language that a learner is spoken to in. English is the source and the key of every other.

Who shows something to a learner asks here. Checks themselves, and whoever grades, know no language: what
they say is English, and is put in other words where a learner reads it. A catalogue is read when
it is first needed, and never for English.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from rnncourse import serving

if TYPE_CHECKING:
    from rnncourse.languages.catalogue import Catalogue

SOURCE = "en"
WHERE = "RNNCOURSE_LANGUAGE"
"""The environment variable that names a language before those of the system do."""
FOLDER = os.path.dirname(os.path.abspath(__file__))
"""The catalogues, a file for each language."""

_chosen: str | None = None


def language(name: str) -> None:
    """Let checks, hints and progress speak another language from now on.

    Parameters
    ----------
    name : str
        Such as ``"es"``, or ``"en"`` for English.

    Raises
    ------
    UnknownLanguage
        If there is no catalogue of it; the message says which there are.
    """
    global _chosen
    code = _code(name)
    if code not in available():
        from rnncourse.errors import UnknownLanguage

        listed = ", ".join(available())
        raise UnknownLanguage(_("There is no {name}. Languages: {listed}.").format(name=name, listed=listed))
    _chosen = code


def current() -> str:
    """Return the code of the language in use: the one that was asked for, else that of the environment."""
    global _chosen
    if _chosen is None:
        wanted = os.environ.get(WHERE) or next(filter(None, map(os.environ.get, _OF_THE_SYSTEM)), "")
        known = (code for code in map(_code, wanted.split(":")) if code in available())
        _chosen = next(known, SOURCE)
    return _chosen


_OF_THE_SYSTEM = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def available() -> tuple[str, ...]:
    """Return the codes of all languages, English first."""
    names = map(os.path.splitext, os.listdir(FOLDER))
    return SOURCE, *sorted(stem for stem, kind in names if kind == ".json")


def _code(name: str) -> str:
    """Return ``es`` for ``es_ES.UTF-8``."""
    return name.strip().replace("-", "_").partition(".")[0].partition("_")[0].lower()


def _(text: str) -> str:
    """Return a text of ours in the language in use; its holes are still to be filled."""
    catalogue = _catalogue()
    return catalogue.text(text) if catalogue else text


def N_(text: str) -> str:
    """Mark a text for the catalogues that is put in another language later."""
    return text


def ngettext(one: str, several: str, number: float) -> str:
    """Return the one of two texts that goes with a number, in the language in use."""
    catalogue = _catalogue()
    if catalogue:
        return catalogue.counted(one, several, number)
    return one if number == 1 else several


def said(text: str) -> str:
    """Return what a check said, with its holes filled, in the language in use."""
    catalogue = _catalogue()
    return catalogue.said(text) if catalogue else text


def _catalogue() -> Catalogue | None:
    code = current()
    return None if code == SOURCE else _read(code, serving.package())


@cache
def _read(code: str, package: str) -> Catalogue:
    """Return what there is in a language: our catalogue, and that of the course that is served."""
    from rnncourse.languages.catalogue import read

    places = dict.fromkeys((FOLDER, os.path.join(package, "languages")))
    return read(*filter(os.path.isfile, (os.path.join(place, f"{code}.json") for place in places)))
