"""Read the bytes of a file that anybody may have made as the cells of a notebook.

Only lists, dicts and strings of a known size leave this module. Whatever else is in the file,
outputs and metadata above all, is not looked at.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from autograder.course.release import settled
from autograder.errors import SubmissionError
from autograder.submission.kinds import HEAD, known_kind
from autograder.submission.mending import mended as mended_json
from autograder.submission.sources import as_code, defined_names

MOST_BYTES = 20_000_000
"""A larger file is refused before it is parsed."""

MOST_CELLS = 5_000
MOST_CODE = 1_000_000
"""Characters of code in one notebook."""
MOST_LONG = 50_000
"""Characters of a code cell that is left out when there is too much in all."""
MOST_SEARCHED = 300_000
"""Characters of text that are searched for code that was turned into text."""
_MOST_BRACKETS = 1_000_000
"""Lists and dicts in one file; each takes a hundred bytes when parsed."""

_INVISIBLE = re.compile("^[\ufeff\u200b\u2060]+", re.M)
"""Byte order marks and blanks of no width, which stand before a pasted text and stop Python there."""
_DATABRICKS = re.compile(r"%md[ \t]*(?:\n|(?=\S)|$)")
_AGAIN = "Open the notebook in JupyterLab, save it, and hand in the .ipynb file itself."
_OLDER = (
    "Try to open it in JupyterLab. If that fails, go back to an older copy (File > Revert Notebook to Checkpoint), "
    "save it, and hand that in."
)
_CUT = (
    "Unterminated string",
    "Expecting value",
    "Expecting ',' delimiter",
    "Expecting property name",
    "Expecting ':' delimiter",
)


@dataclass(frozen=True, eq=False)
class RawCell:
    """One cell as it was handed in; nothing in it is believed.

    Attributes
    ----------
    index : int
        Its place in the file.
    kind : str
        ``code``, ``markdown`` or ``raw``.
    source, id, label : str
        Its text; its cell id and its nbgrader ``grade_id``, or empty.
    marks : Mapping
        The nbgrader metadata that it claims.
    attachments : Mapping
        Images that were pasted into it, unchecked.
    may_be_code : bool
        Whether to look for code in it although it is text.
    """

    index: int
    kind: str
    source: str
    id: str = ""
    label: str = ""
    marks: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)
    may_be_code: bool = True

    @cached_property
    def settled(self) -> str:
        """Its text without what an editor may change."""
        return settled(self.source)

    @cached_property
    def code(self) -> str:
        """Its text as code: a cell that was turned into text may have a fence around it."""
        if self.kind == "code" or not self.may_be_code:
            return self.source
        return as_code(self.source)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that its code binds."""
        return defined_names(self.code) if self.may_be_code else frozenset()


@dataclass(frozen=True)
class RawNotebook:
    """The cells of a file, the notebook that it says it is, and what was mended to read it."""

    cells: tuple[RawCell, ...]
    claims: str = ""
    repairs: tuple[str, ...] = ()


def read_cells(data: bytes) -> RawNotebook:
    """Read the bytes of a notebook file.

    Raises
    ------
    SubmissionError
        If it is no notebook, or larger than any notebook of a course. The message is for the student.
    """
    _refuse_at_sight(data)
    repairs: list[str] = []
    content = _parse(_decode(data, repairs), repairs)
    raw = _cell_list(content, repairs)
    if len(raw) > MOST_CELLS:
        raise SubmissionError(
            f"This notebook has {len(raw):,} cells, and at most {MOST_CELLS:,} are read. "
            "Delete the cells that you do not need and hand it in again."
        )
    cells = tuple(_cells(raw, repairs))
    cells = _bounded(cells, repairs)
    about = _dict(_dict(content.get("metadata")).get("rnncourse"))
    return RawNotebook(cells, _text(about.get("notebook")), tuple(repairs))


def _bounded(cells: tuple[RawCell, ...], repairs: list[str]) -> tuple[RawCell, ...]:
    """Leave out the code of the longest cells where all together hold too much; the others are read.

    Raises
    ------
    SubmissionError
        If it is too much without any very long cell.
    """
    code = sorted((c for c in cells if c.kind == "code"), key=lambda cell: len(cell.source))
    total = sum(len(cell.source) for cell in code)
    out: dict[int, RawCell] = {}
    while total > MOST_CODE and code and len(code[-1].source) > MOST_LONG:
        longest = code.pop()
        total -= len(longest.source)
        out[longest.index] = replace(longest, source=f"# {len(longest.source):,} characters were left out.")
        repairs.append(
            f"A code cell held {len(longest.source):,} characters; it was left out, and the others were read. "
            "Take pasted data out of code cells."
        )
    if total > MOST_CODE:
        raise SubmissionError(
            f"The code cells hold {total:,} characters, and at most {MOST_CODE:,} are read. "
            "Take pasted data out of the code cells and hand the notebook in again."
        )
    return tuple(out.get(cell.index, cell) for cell in cells)


def _refuse_at_sight(data: bytes) -> None:
    """Refuse what need not be parsed to be refused."""
    if len(data) > MOST_BYTES:
        raise SubmissionError(
            f"The file has {len(data) / 1e6:.0f} MB, and at most {MOST_BYTES / 1e6:.0f} MB are read. Choose "
            "Edit > Clear Outputs of All Cells in JupyterLab, save, and hand it in again."
        )
    if not data.strip(b" \t\r\n\0"):
        found = (
            "The file is empty." if not data else f"The file holds {len(data):,} bytes, all of them blank."
        )
        raise SubmissionError(f"{found} A notebook was expected. {_OLDER}")
    if what := known_kind(data[:HEAD].lstrip()):
        raise SubmissionError(f"A notebook was expected, but this file is {what}. {_AGAIN}")
    if data.count(b"[") + data.count(b"{") > _MOST_BRACKETS:
        raise SubmissionError(
            "The file has more than a million lists in it, which no notebook of this course has. "
            "Clear the outputs of all cells, save, and hand it in again."
        )


def _decode(data: bytes, repairs: list[str]) -> str:
    """Return the bytes as text, whichever of Unicode's encodings they are in."""
    for encoding in (json.detect_encoding(data), "utf-8-sig"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    repairs.append("Some characters were not valid UTF-8; each was replaced by \ufffd.")
    return data.decode("utf-8", "replace")


def _parse(text: str, repairs: list[str]) -> dict[str, Any]:
    """Return the JSON object in a text; a raw control character inside a string is let through."""
    text = text.lstrip("\ufeff \t\r\n")
    try:
        content = _loaded(text, repairs)
    except RecursionError:
        raise SubmissionError(f"The file is nested too deeply to be a notebook. {_AGAIN}") from None
    if not isinstance(content, dict):
        raise SubmissionError(f"The file is JSON, but not a notebook: it holds {_kind_of(content)}. {_AGAIN}")
    return content


def _loaded(text: str, repairs: list[str]) -> Any:
    """Return what a text holds as JSON, mended where a comma or an end is too many."""
    load = json.JSONDecoder(strict=False, parse_int=_whole)
    try:
        return load.decode(text)
    except ValueError as error:
        found = mended_json(text, load, error)
        if found is None:
            raise SubmissionError(_what_is_wrong(text, error)) from None
    repairs.append(found[1])
    return found[0]


def _whole(digits: str) -> int:
    """Return a whole number; none in a notebook is long, and a very long one takes forever to convert."""
    return int(digits) if len(digits) < 20 else 0


def _what_is_wrong(text: str, error: ValueError) -> str:
    """Return a sentence about text that is not JSON."""
    if re.search(r"^(<{7}|>{7}) ", text, re.M):
        return (
            "The file has the marks of a merge conflict in it (<<<<<<< and >>>>>>>), so it is no notebook. "
            "Take one of the two versions (git checkout --ours does), open it in JupyterLab, save it, and hand that in."
        )
    if re.match(r"\s*(import|from|def|#|\"\"\")", text):
        return f"A notebook was expected, but this file is a Python program. {_AGAIN}"
    if isinstance(error, json.JSONDecodeError) and text.lstrip().startswith("{"):
        if error.msg.startswith(_CUT) and (
            error.pos >= len(text.rstrip()) - 1 or "Unterminated" in error.msg
        ):
            return f"The file breaks off in line {text.count(chr(10)) + 1}: its end is missing. {_OLDER}"
        return f"The file is damaged in line {error.lineno}, column {error.colno}: no valid JSON. {_OLDER}"
    return f"A notebook was expected, but this file is something else: it is not JSON. {_AGAIN}"


def _kind_of(value: object) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "nothing")


def _cell_list(content: dict[str, Any], repairs: list[str]) -> list[Any]:
    """Return the list of cells, of whichever format the notebook is."""
    version, cells, sheets = content.get("nbformat"), content.get("cells"), content.get("worksheets")
    if isinstance(version, int) and version > 4:
        raise SubmissionError(
            f"The notebook says that it is of format {str(version)[:20]}, and format 4 is read. {_AGAIN}"
        )
    if not isinstance(cells, list) and isinstance(sheets, list):  # format 3 and before
        repairs.append("The notebook was of an old format; it was brought to format 4.")
        return [cell for sheet in sheets for cell in _list(_dict(sheet).get("cells"))]
    if not isinstance(cells, list):
        found = (
            "no list of cells" if cells is None else f"{_kind_of(cells)} where the list of cells should be"
        )
        raise SubmissionError(f"The file is JSON, but not a notebook: it has {found}. {_AGAIN}")
    return cells


def _cells(raw: list[Any], repairs: list[str]) -> Iterator[RawCell]:
    """Yield the cells that can be read, and note what could not be."""
    lost = mended = hidden = magic = text = 0
    for index, cell in enumerate(raw):
        source = _source(cell) if isinstance(cell, dict) else None
        if source is None:
            lost += 1
            continue
        clean = _clean(source)
        mended += clean != source.replace("\r\n", "\n").replace("\r", "\n")
        read = _cell(index, cell, visible := _INVISIBLE.sub("", clean))
        hidden += visible != clean
        if read.kind == "code" and _DATABRICKS.match(visible):
            read, magic = replace(read, kind="markdown", source=_DATABRICKS.sub("", visible)), magic + 1
        if read.kind != "code":
            is_short = len(clean) <= MOST_SEARCHED // 10  # longer ones hold pasted images
            text += len(clean) * is_short
            read = replace(read, may_be_code=is_short and text <= MOST_SEARCHED)
        yield read
    if lost:
        repairs.append(
            f"{_count(lost, 'cell')} could not be read and {'was' if lost == 1 else 'were'} left out."
        )
    if mended:
        repairs.append(
            f"Characters that no text can hold, such as null bytes, were taken out of "
            f"{_count(mended, 'cell')}."
        )
    if hidden:
        repairs.append(
            f"Invisible characters at the beginning of lines were taken out of {_count(hidden, 'cell')}."
        )
    if magic:
        repairs.append(
            f"{_count(magic, 'code cell')} that began with %md {'was' if magic == 1 else 'were'} read as text."
        )


def _cell(index: int, cell: dict[str, Any], source: str) -> RawCell:
    metadata = _dict(cell.get("metadata"))
    marks = _dict(metadata.get("nbgrader"))
    kind = {"code": "code", "raw": "raw"}.get(_text(cell.get("cell_type")), "markdown")
    return RawCell(
        index,
        kind,
        source,
        _text(cell.get("id")),
        _text(marks.get("grade_id")),
        marks,
        _dict(cell.get("attachments")),
    )


def _source(cell: dict[str, Any]) -> str | None:
    """Return the text of a cell; formats 1 to 3 call code ``code`` or ``input``. None if there is no text."""
    source = next((cell[key] for key in ("source", "input", "code", "text") if key in cell), None)
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else None


def _clean(source: str) -> str:
    """Return a text that Python and UTF-8 can hold, with the line ends of Unix."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return source if source.isascii() else source.encode("utf-8", "replace").decode("utf-8")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
