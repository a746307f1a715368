"""A catalogue: texts of ours in another language, and how a sentence with holes is known again.

A check says what it found in English, holes filled: so it stands in records, in files of cases and in
tables of slips. The catalogue has sentences with named holes, and finds the one that was filled. A hole in
small letters holds a name, a number or code, which stays; one in capitals holds a text, which is
translated in its turn: ``{PLACE}, {PART} is counted twice.`` One like ``{Value}`` may be either. A hole of one
letter is a number, ``{name}`` one word, ``{code}`` one piece of code in its marks, ``{codes}`` several with commas.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

Texts = Mapping[str, str | list[str]]

HOLE = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"`[^`\n]+`")
_WORD = re.compile(r"[^\W\d_]{2}")
_DEEP = 9
"""Texts in texts, at most."""
_FRAME = 12
"""A sentence with so many letters beside its holes is translated also around a text that is not."""


def read(*paths: str) -> Catalogue:
    """Return the catalogue in files that ``python -m autograder languages`` wrote, the first in doubt."""
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            found.append(json.load(file))
    texts, sentences = (
        {k: v for data in found[::-1] for k, v in data[part].items()} for part in ("texts", "sentences")
    )
    return Catalogue(texts, sentences, found[0]["plural"])


@dataclass(frozen=True)
class Sentence:
    """A sentence with holes in English, and in another language."""

    english: str
    other: str

    @cached_property
    def core(self) -> str:
        """The longest part without a hole: what does not hold it is not this sentence."""
        return max(HOLE.sub("\0", self.english).split("\0"), key=len)

    @cached_property
    def shortest(self) -> re.Pattern[str]:
        """What any filling of it matches, the first holes as short as can be."""
        parts = re.split(r"(`?\{\w+\}`?)", self.english)
        return re.compile("".join(map(_expression, parts)), re.DOTALL)

    @cached_property
    def longest(self) -> re.Pattern[str]:
        """The same, the first holes as long as can be."""
        return re.compile(self.shortest.pattern.replace(".+?", ".+"), re.DOTALL)

    def holes_in(self, text: str) -> Iterator[dict[str, str]]:
        """Yield what may be in the holes where a text is this sentence."""
        if self.core in text and (found := self.shortest.fullmatch(text)):
            yield found.groupdict()
            if found := self.longest.fullmatch(text):
                yield found.groupdict()

    def filled(self, holes: Mapping[str, str]) -> str:
        """Return the other language's sentence with these holes."""
        return HOLE.sub(lambda hole: holes.get(hole[1], hole[0]), self.other)


_KINDS = {
    "code": r"`[^`\n]+`",
    "codes": r"`[^`\n]+`(?:, `[^`\n]+`)*",
    "name": r"[\w.]+",
    "one letter": r"[-+]?(?:[\d.,]*\d(?:e[-+]?\d+)?|nan|inf)",
}


def _expression(part: str) -> str:
    hole = HOLE.search(part)
    if not hole:
        return re.escape(part)
    in_marks = part.startswith("`") and part.endswith("`")
    kind = "one letter" if len(hole[1]) == 1 else hole[1].rstrip("0123456789")
    inner = "[^`]+" if in_marks else _KINDS.get(kind, "[^;]+?" if kind.islower() else ".+?")
    return f"{part[: hole.start()]}(?P<{hole[1]}>{inner}){part[hole.end() :]}"


def veil(english: str, other: str) -> tuple[str, str]:
    """Return an entry of a catalogue that only who has the English can find and read.

    What a check says of a wrong value is sealed with that value: see :mod:`rnncourse.checking.seals`.
    """
    return _veil_of(english), base64.b64encode(_masked(english, other.encode())).decode()


def _veil_of(english: str) -> str:
    return f"#{hashlib.sha256(english.encode('utf-8', 'replace')).hexdigest()[:24]}"


def _masked(english: str, data: bytes) -> bytes:
    """Return data under a mask that is made of the English; the same again lifts it."""
    mask = hashlib.shake_256(english.encode("utf-8", "replace")).digest(len(data))
    return bytes(a ^ b for a, b in zip(data, mask, strict=True))


class Catalogue:
    """The texts of one language.

    Parameters
    ----------
    texts : mapping
        By their English: texts that are looked up whole. A list has the forms for different numbers.
    sentences : mapping
        The same for sentences with holes, which are known again when filled.
    plural : str
        The rule of the language, as gettext writes it: ``(n != 1)``.
    """

    def __init__(self, texts: Texts, sentences: Mapping[str, str], plural: str = "(n != 1)") -> None:
        self._texts, self._plural = texts, plural
        both = (Sentence(english, other) for english, other in sentences.items())
        self._sentences = sorted(
            both, key=lambda one: -len(HOLE.sub("", one.english))
        )  # the most special first
        self._found: dict[str, tuple[str, bool]] = {}

    def text(self, text: str) -> str:
        """Return a text, or the English where there is none."""
        found = self._texts.get(text, text)
        return found if isinstance(found, str) else found[0]

    def counted(self, one: str, several: str, number: float) -> str:
        """Return the form of a text that goes with a number."""
        found = self._texts.get(one)
        if isinstance(found, list):
            return found[self._form(int(number) if number == int(number) else 2)]
        return one if number == 1 else several

    @cached_property
    def _form(self) -> Callable[[int], int]:
        from gettext import c2py

        return c2py(self._plural)

    def said(self, text: str) -> str:
        """Return what a check said, as far as it is known; the rest stays English."""
        return self._known(text, 0)[0]

    def knows(self, text: str) -> bool:
        """Return whether nothing of what a check said would stay English."""
        return self._known(text, 0)[1]

    def _known(self, text: str, depth: int) -> tuple[str, bool]:
        """Return a text and whether all of it is known."""
        if text not in self._found:
            self._found[text] = self._look_up(text, depth)
        return self._found[text]

    def _look_up(self, text: str, depth: int) -> tuple[str, bool]:
        if text in self._texts:
            return self.text(text), True
        if found := self._unveiled(text):
            return found, True
        if not _WORD.search(_CODE.sub("", text)):
            return text, True  # code and numbers
        partly = ""
        for sentence, holes in self._fitting(text) if depth < _DEEP else ():
            inner = {name: self._inside(name, hole, depth + 1) for name, hole in holes.items()}
            whole = sentence.filled({name: filled for name, (filled, _) in inner.items()})
            if all(known for _, known in inner.values()):
                return whole, True
            if not partly and len(HOLE.sub("", sentence.english)) >= _FRAME:
                partly = whole
        return partly or text, False

    def _inside(self, name: str, hole: str, depth: int) -> tuple[str, bool]:
        """Return what a hole is filled with in the other language, and whether that is known."""
        if name.islower():
            return hole, True
        filled, known = self._known(hole, depth)
        return filled, known or name.istitle()

    def _unveiled(self, text: str) -> str:
        veiled = self._texts.get(_veil_of(text), "")
        return _masked(text, base64.b64decode(veiled)).decode() if isinstance(veiled, str) else ""

    def _fitting(self, text: str) -> Iterator[tuple[Sentence, dict[str, str]]]:
        for sentence in self._sentences:
            for holes in sentence.holes_in(text):
                yield sentence, holes
