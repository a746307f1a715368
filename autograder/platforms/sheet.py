"""A sheet of a platform as it is, byte by byte: single cells are replaced, and nothing else changes.

A reader and a writer of CSV would quote differently, end lines differently and drop the mark at the
beginning; what an instructor gives back should be what the platform gave out, but for the marks.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.errors import AutograderError

MOST_BYTES = 32 << 20
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DELIMITERS = ",;\t"
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Cell:
    """A cell: where it stands in the text, quotes included, and what it says."""

    start: int
    end: int
    value: str


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read.

    Attributes
    ----------
    mark : bytes
        What stands at the beginning to say the encoding.
    encoding : str
        How the rest is encoded.
    text : str
        The rest.
    delimiter : str
        What stands between two cells.
    """

    mark: bytes
    encoding: str
    text: str
    delimiter: str

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """All rows, the headings first."""
        return list(_rows(self.text, self.delimiter))

    @cached_property
    def values(self) -> list[list[str]]:
        """What the cells say, row by row."""
        return [[cell.value for cell in row] for row in self.rows]

    @property
    def headings(self) -> list[str]:
        """What the first row says."""
        return self.values[0] if self.values else []

    def with_cells(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """Return the sheet with other cells, by row and column; every other byte is what it was."""
        pieces, at = [], 0
        for row, column in sorted(changes):
            cell = self.rows[row][column]
            pieces += [self.text[at : cell.start], self._quoted(changes[row, column])]
            at = cell.end
        return self.mark + "".join([*pieces, self.text[at:]]).encode(self.encoding)

    def _quoted(self, value: str) -> str:
        """Return a value as it may stand in a cell."""
        needs = any(char in value for char in (self.delimiter, '"', "\r", "\n"))
        return '"' + value.replace('"', '""') + '"' if needs else value


def read_sheet(path: Path) -> Sheet:
    """Read a sheet; see :func:`parse_sheet`.

    Raises
    ------
    AutograderError
        If there is none, or it is far too large.
    """
    if not path.is_file():
        raise AutograderError(
            f"There is no {path}. Name a sheet that the platform gave you, or a list of your own."
        )
    if path.stat().st_size > MOST_BYTES:
        raise AutograderError(f"{path} is larger than any list of a class.")
    return parse_sheet(path.read_bytes(), str(path))


def parse_sheet(data: bytes, name: str = "the sheet") -> Sheet:
    """Return the sheet that some bytes are; which encoding and which delimiter, they say themselves.

    Raises
    ------
    AutograderError
        If they are a workbook or another binary file.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise AutograderError(
            f"{name} is a workbook. Export it as CSV (Blackboard: as tab-delimited), and name that."
        )
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encoding = _MARKS.get(mark, "utf-8")
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError:
        encoding, text = "latin-1", body.decode("latin-1")
    if "\0" in text or text.encode(encoding) != body:
        raise AutograderError(f"{name} is no sheet of text. Export it as CSV, and name that.")
    first = _LINE_END.split(text, maxsplit=1)[0]
    return Sheet(mark, encoding, text, max(_DELIMITERS, key=first.count))


def _rows(text: str, delimiter: str) -> list[list[Cell]]:
    """Return the cells of a text; a quoted one may hold delimiters and ends of lines."""
    pattern = re.compile(rf'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)(?:"|\Z))?(?P<bare>[^{delimiter}\r\n]*)')
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    at = 0
    while at < len(text) or row:
        match = pattern.match(text, at)
        assert match, "it may be empty"
        quoted = (match["quoted"] or "").replace('""', '"')
        row.append(Cell(match.start(), match.end(), quoted + match["bare"]))
        at = match.end()
        if text.startswith(delimiter, at):
            at += 1
            continue
        rows.append(row)
        row = []
        end = _LINE_END.match(text, at)
        at = end.end() if end else len(text)
    return rows
