"""The files of a language: one for each part, which people translate, and the one that is compiled of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from autograder.authoring.languages.gathering import CHECKS, INTERFACE, SLIPS, Parts, Text
from rnncourse.languages.catalogue import HOLE, veil

_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""One date for all, so that a file changes with its texts only."""


@dataclass(frozen=True)
class Share:
    """How much of a part is translated: texts, and their words in English."""

    part: str
    done: int
    texts: int
    done_words: int
    words: int


def languages(root: Path) -> list[str]:
    """Return the codes of the languages that are translated to."""
    return sorted(folder.name for folder in (root / "languages").glob("*") if folder.is_dir())


def read_part(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the translations in a file by their English, each with its forms; empty ones are left out."""
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    pairs = [(_forms(message.id)[0], _forms(message.string)) for message in messages]
    return {english: forms for english, forms in pairs if all(forms)}


def _forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text or ""),)


def plural_forms(code: str, folder: Path) -> str:
    """Return the rule for numbers of a language, as its files have it; one that is begun gets that of Babel."""
    path = folder / f"{INTERFACE}.po"
    if not path.is_file():
        return Catalog(Locale.parse(code)).plural_forms
    with path.open("rb") as file:
        return read_po(file).plural_forms


def part_text(code: str, plural: str, texts: Mapping[str, Text], known: Mapping[str, tuple[str, ...]]) -> str:
    """Return the file of a part: all its texts, in order, with the translations that are known."""
    catalog = Catalog(Locale.parse(code), creation_date=_DATE, revision_date=_DATE, fuzzy=False)
    catalog.mime_headers = [("Plural-Forms", plural)]
    for text in texts.values():
        forms = known.get(text.one, ())
        id = (text.one, text.several) if text.several else text.one
        string = (forms or ("",) * catalog.num_plurals) if text.several else (forms or ("",))[0]
        catalog.add(id, string, auto_comments=[text.about] if text.about else [])
        catalog[id].flags.clear()  # `%` and braces are what they look like
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=100)
    lines = buffer.getvalue().decode().split("\n")
    return "\n".join(line for line in lines if not line.startswith(("# ", *_UNUSED)) and line != "#")


_UNUSED = tuple(
    f'"{name}' for name in ("Project-Id", "Report-", "POT-", "PO-", "Last-", "Language-Team", "Generated-By")
)
"""Lines of the header that would change with the tools, or say nothing."""


def compiled(plural: str, parts: Parts, known: Mapping[str, tuple[str, ...]]) -> str:
    """Return the catalogue that students install, as :func:`rnncourse.languages.catalogue.read` takes it.

    Parameters
    ----------
    plural : str
        The rule for numbers; see :func:`plural_forms`.
    parts : mapping
        All texts.
    known : mapping
        Translations by their English, of all parts.
    """
    texts: dict[str, str | tuple[str, ...]] = {}
    sentences: dict[str, str] = {}
    for part, own in parts.items():
        for text in own.values():
            forms = known.get(text.one)
            if not forms:
                continue
            if part in (CHECKS, SLIPS) and HOLE.search(text.one):
                sentences[text.one] = forms[0]
            elif text.veiled:
                texts.update([veil(text.one, forms[0])])
            else:
                texts[text.one] = forms if text.several else forms[0]
    rule = plural.partition("plural=")[2].partition(";")[0]
    data = {"plural": rule, "sentences": sentences, "texts": texts}
    return json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def shares(parts: Parts, known: Mapping[str, tuple[str, ...]]) -> Iterator[Share]:
    """Yield how much of each part is translated."""
    for part, texts in parts.items():
        done = [text for text in texts if text in known]
        words = [sum(len(text.split()) for text in some) for some in (done, texts)]
        yield Share(part, len(done), len(texts), *words)
