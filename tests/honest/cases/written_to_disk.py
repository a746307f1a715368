"""Other encodings, line ends and versions of the format. All can be read; most need no word."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.corpus.entry import Entry
from tests.handing_in import solved
from tests.honest.draft import Draft, as_file, code, handed_in, text

PLAIN = solved("01_one_hot")
NAMES = "# Ünïcödé, 日本語, עברית, 🙂"


def _file(variant: str, data: bytes, *said: str, notebook: str = "01_one_hot") -> Entry:
    return as_file(f"written_to_disk/{variant}", notebook, data, *said)


def _noted() -> Draft:
    """A notebook with letters of many languages in code and text."""
    draft = Draft("01_one_hot")
    draft.write("one_hot", f"{NAMES}\n{draft.source('one_hot')}")
    draft.put(text(NAMES))
    return draft


def _format_3() -> bytes:
    """Worksheets, ``input`` for the text of code, and headings: IPython 2 wrote this."""
    draft = Draft("01_one_hot")
    for cell in draft.cells:
        del cell["id"]
        if cell["cell_type"] == "code":
            cell["input"] = cell.pop("source").splitlines(keepends=True)
            cell |= {"language": "python", "prompt_number": 1, "collapsed": False}
            del cell["execution_count"]
    sheets = [{"cells": draft.cells, "metadata": {}}]
    return json.dumps(
        {"worksheets": sheets, "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0}
    ).encode()


def _version(major: Any, minor: Any, has_ids: bool) -> bytes:
    draft = Draft("01_one_hot")
    draft.content |= {"nbformat": major, "nbformat_minor": minor}
    if not has_ids:
        draft.each(lambda cell: cell.pop("id"))
    return draft.data()


def _control_characters() -> Entry:
    """A terminal's colours and a null byte were pasted into text and a comment."""
    draft = Draft("01_one_hot")
    draft.write("one_hot", f"# \x1b[31mred\x1b[0m\n{draft.source('one_hot')}\n# nul: \0")
    return handed_in("written_to_disk/control_characters", draft, "null bytes, were taken out of 1 cell.")


def _cells_that_are_none() -> Entry:
    """A converter left a number and a cell without text among the cells."""
    draft = Draft("01_one_hot")
    draft.content["cells"] = [7, {"cell_type": "code"}, *draft.cells]
    return handed_in(
        "written_to_disk/cells_that_are_none", draft, "2 cells could not be read and were left out."
    )


def _lone_surrogate() -> Entry:
    """Half of an emoji: JSON can say it and no text can hold it."""
    draft = Draft("01_one_hot")
    draft.put(code("mood = 'X'"))
    data = draft.data().replace(b"mood = 'X'", rb"mood = '\ud83d'")
    return _file("half_an_emoji", data, "Characters that no text can hold")


ENTRIES = (
    _file("byte_order_mark", b"\xef\xbb\xbf" + PLAIN),
    _file("utf_16", _noted().data().decode().encode("utf-16")),
    _file("utf_32", _noted().data().decode().encode("utf-32")),
    _file("utf_8", _noted().data()),
    _file("ascii_escapes", json.dumps(_noted().content).encode()),
    _file(
        "latin_1",
        _noted().data().decode().encode("latin-1", "replace"),
        "were not valid UTF-8; each was replaced",
    ),
    _file("crlf", PLAIN.replace(b"\n", b"\r\n")),
    _file(
        "crlf_in_the_cells", re.sub(rb"(?<!\\)\\n", rb"\\r\\n", PLAIN)
    ),  # not the \\n that is written in a text
    _file("cr_in_the_cells", PLAIN.replace(rb"\n", rb"\r")),
    _file("blanks_around", b"\n\n  " + PLAIN + b"\n\n\n"),
    _file("one_line", json.dumps(json.loads(PLAIN)).encode()),
    _file("keys_sorted", json.dumps(json.loads(PLAIN), sort_keys=True, indent=4).encode()),
    _file("format_3", _format_3(), "The notebook was of an old format; it was brought to format 4."),
    _file("format_4_0", _version(4, 0, False)),
    _file("format_4_5_without_ids", _version(4, 5, False)),
    _file("format_4_0_with_ids", _version(4, 0, True)),
    _file("format_as_text", _version("4", "5", True)),
    _control_characters(),
    _cells_that_are_none(),
    _lone_surrogate(),
)
